"""A mapping with how its questions were asked, so that it can be laid on the next wave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from segmentation.errors import MappingError
from segmentation.intake.answers import read_answers
from segmentation.intake.labels import match_key
from segmentation.intake.survey import Question, Survey
from segmentation.mapping.model import Mapping

PART = "asked"
"""Of the JSON of a mapping: how its questions were asked. Without it, a mapping is a mapping."""

FEWEST = 2
"""People who must have chosen an option that anybody may have typed, so that it is recorded."""

RECORDED = 0.005
"""Share of the answers from which on such an option is recorded."""


@dataclass(frozen=True)
class Asked:
    """How a question was asked when the mapping was made.

    `text` is "" where that was not recorded, as in files saved by earlier versions. `options` and
    `none`, the none-type ones, are those on offer, as far as the answers tell.
    """

    key: str
    text: str = ""
    options: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True)
class Template:
    """A mapping and how each of its questions was asked, in the order of its entries."""

    mapping: Mapping
    asked: tuple[Asked, ...]

    @classmethod
    def of(cls, mapping: Mapping, survey: Survey) -> Template:
        """The mapping with the wording and the options of the survey that it was made for."""
        here = {question.key: question for question in survey.questions}
        named = {
            said.question: {*dict(said.aliases), *(said.none or ())} for said in mapping.questions
        }
        return cls(
            mapping,
            tuple(_asked(k, here.get(k), survey, named.get(k, set())) for k in _keys(mapping)),
        )

    def to_json(self) -> str:
        """The mapping's own JSON with one more part; `Mapping.from_json` reads it too."""
        data = json.loads(self.mapping.to_json())
        said = {one.key: _to_dict(one) for one in self.asked if one.text}
        data |= {PART: said} if said else {}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Template:
        """Inverse of `to_json`; takes any saved mapping. Raises MappingError on anything else."""
        mapping = Mapping.from_json(text)
        data = json.loads(text).get(PART, {})
        if not isinstance(data, dict):
            raise MappingError(f'The part "{PART}" of this mapping is no list: remove it.')
        return cls(mapping, tuple(_from_dict(key, data.get(key, {})) for key in _keys(mapping)))


def offered(question: Question, share: float = RECORDED) -> tuple[str, ...]:
    """The options that the question seems to have offered.

    Where every option has a column, all of them. Elsewhere an answer that only one person or less
    than `share` of them gave was probably typed, and may be personal.
    """
    if question.column_options:
        return question.options
    least = max(FEWEST, share * question.answered)
    pairs = zip(question.options, question.counts, strict=True)
    return tuple(option for option, count in pairs if count >= least)


def _keys(mapping: Mapping) -> tuple[str, ...]:
    """Questions that a mapping speaks of, each once: its entries, then those of its filters."""
    entries = [entry.question for entry in mapping.questions]
    return tuple(dict.fromkeys([*entries, *(one.question for one in mapping.filters.answers)]))


def _asked(key: str, question: Question | None, survey: Survey, named: set[str]) -> Asked:
    """`named`: options that the mapping speaks of; they are recorded however few chose them."""
    if question is None:
        return Asked(key)
    keep = {match_key(label) for label in (*offered(question), *named)}
    options = tuple(label for label in question.options if match_key(label) in keep)
    on_offer = _offers_none(survey, question)
    none = (label for label in question.none_options if on_offer or match_key(label) in keep)
    return Asked(key, question.text or key, options, tuple(none))


def _offers_none(survey: Survey, question: Question) -> bool:
    """Whether a none-type option was on offer, not just typed by a few."""
    if not question.none_options:
        return False
    return read_answers(survey, question, at_least=survey.respondents + 1).offers_none


def _to_dict(asked: Asked) -> dict[str, Any]:
    lists = {"options": list(asked.options), "none": list(asked.none)}
    return {"text": asked.text} | {name: labels for name, labels in lists.items() if labels}


def _from_dict(key: str, data: Any) -> Asked:
    text = data.get("text", "") if isinstance(data, dict) else None
    lists: Any = [[], []]
    if isinstance(data, dict):
        lists = [data.get(name, []) for name in ("options", "none")]
    whole = all(isinstance(o, list) and all(isinstance(x, str) for x in o) for o in lists)
    if not isinstance(text, str) or not whole:
        raise MappingError(
            f"What this mapping records of question {key!r} cannot be used: remove it from the "
            f'part "{PART}".'
        )
    options, none = (tuple(labels) for labels in lists)
    return Asked(key, text, options, none)
