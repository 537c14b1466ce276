"""A mapping: what each question is used for, as plain values and as JSON."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from segmentation.errors import MappingError
from segmentation.intake.options import ReadOptions
from segmentation.mapping.filters import Filters

Role = Literal["tools", "attribute", "weight", "id", "ignore"]
"""What a question is used for."""

Blank = Literal["not chosen if answered elsewhere", "not asked", "not chosen"]
"""What a block of options without any tick means, where the export itself does not say."""

VERSION = 1


@dataclass(frozen=True)
class QuestionMapping:
    """What one question is used for.

    `category` names the group of tools ("IDE") of a question with role "tools"; `name` is how an
    attribute is shown ("Role title"). `aliases` are pairs (option label, tool name) that overrule
    the vocabulary; an empty tool name leaves the option out. `none` lists the none-type options,
    which are no tools but show that the question was answered; None leaves them as detected.
    """

    question: str
    role: Role
    category: str = ""
    name: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    none: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Mapping:
    """What the questions of a survey are used for; a question not listed is ignored.

    `reading`: what the analyst decided about the reading of the file, so that it is read so again.
    `filters`: which respondents count.
    """

    questions: tuple[QuestionMapping, ...]
    blank: Blank = "not chosen if answered elsewhere"
    reading: ReadOptions = ReadOptions()
    filters: Filters = Filters()

    def to_json(self) -> str:
        """The mapping as a text for people to read and edit; the same mapping, the same text."""
        return json.dumps(_to_dict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """Inverse of `to_json`. Raises MappingError on anything that is not a mapping."""
        try:
            return _from_dict(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise MappingError(
                "This is no mapping: it is not valid JSON. Choose a file that was saved here."
            ) from error

    def sha256(self) -> str:
        """Of the mapping's canonical JSON: a key for everything computed from it."""
        canonical_json = json.dumps(_to_dict(self), ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical_json.encode()).hexdigest()


def _to_dict(mapping: Mapping) -> dict[str, Any]:
    def entry(said: QuestionMapping) -> dict[str, Any]:
        shown: dict[str, Any] = {"question": said.question, "role": said.role}
        shown |= {key: value for key in ("category", "name") if (value := getattr(said, key))}
        shown |= {"aliases": dict(sorted(said.aliases))} if said.aliases else {}
        return shown | ({"none": list(said.none)} if said.none is not None else {})

    questions = [entry(said) for said in mapping.questions]
    reading = mapping.reading.to_dict()
    filters = mapping.filters.to_dict()
    return {
        "version": VERSION,
        "blank": mapping.blank,
        **({"reading": reading} if reading else {}),
        **({"filters": filters} if filters else {}),
        "questions": questions,
    }


def _from_dict(data: Any) -> Mapping:
    if not isinstance(data, dict) or not isinstance(data.get("questions"), list):
        raise MappingError('This is no mapping: it has no list "questions". Choose another file.')
    if data.get("version") != VERSION:
        raise MappingError(
            f"This mapping has version {data.get('version')!r}, and version {VERSION} is read "
            "here: update the workbench or save the mapping anew."
        )
    blank = data.get("blank", "not chosen if answered elsewhere")
    if blank not in get_args(Blank):
        raise MappingError(f'"blank" must be one of {_listed(get_args(Blank))}, not {blank!r}.')
    entries = tuple(_entry(place, said) for place, said in enumerate(data["questions"], start=1))
    twice = [key for key, n in Counter(said.question for said in entries).items() if n > 1]
    if twice:
        raise MappingError(f"The mapping lists question {twice[0]!r} twice: keep one of them.")
    reading = _part(ReadOptions, "reading", data, "have the file read as detected")
    filters = _part(Filters, "filters", data, "include every respondent")
    return Mapping(entries, blank, reading, filters)


_Part = TypeVar("_Part", ReadOptions, Filters)


def _part(kind: type[_Part], name: str, data: dict[str, Any], instead: str) -> _Part:
    """A part of a mapping, read by its own type; `instead`: what happens without it."""
    try:
        return kind.from_dict(data.get(name, {}))
    except (TypeError, ValueError) as error:
        raise MappingError(
            f'The part "{name}" of this mapping cannot be used: {error}. Remove it to {instead}.'
        ) from error


def _entry(place: int, said: Any) -> QuestionMapping:
    where = f"Entry {place} of the mapping"
    if not isinstance(said, dict) or not isinstance(said.get("question"), str):
        raise MappingError(f'{where} has no "question": add its key as a text.')
    unknown = sorted(set(said) - {"question", "role", "category", "name", "aliases", "none"})
    if unknown:
        raise MappingError(f"{where} has an unknown part {unknown[0]!r}: remove it.")
    if said.get("role") not in get_args(Role):
        raise MappingError(
            f"{where} has the role {said.get('role')!r}: use one of {_listed(get_args(Role))}."
        )
    aliases = said.get("aliases", {})
    if not isinstance(aliases, dict) or not all(isinstance(v, str) for v in aliases.values()):
        raise MappingError(f'{where} needs "aliases" of the form {{"option": "tool"}}.')
    category, name = said.get("category", ""), said.get("name", "")
    if not isinstance(category, str) or not isinstance(name, str):
        raise MappingError(f"{where} has a category or name that is no text: put it in quotes.")
    none = said.get("none")
    if none is not None and not (isinstance(none, list) and all(isinstance(o, str) for o in none)):
        raise MappingError(f'{where} needs "none" as a list of options, such as ["None"].')
    return QuestionMapping(
        said["question"],
        said["role"],
        category,
        name,
        tuple(sorted(aliases.items())),
        None if none is None else tuple(sorted(set(none))),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
