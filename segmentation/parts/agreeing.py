"""What all parts together asked and offered: the questions that each of them is laid on."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from segmentation.encode import AttributeLevels, bands_of, levels_of, nobody_left
from segmentation.errors import MappingError, SegmentError
from segmentation.intake import Question, Reading, Survey
from segmentation.intake.answers import offers_none
from segmentation.intake.labels import match_key
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.parts.reading import Summary, Told


@dataclass(frozen=True)
class Common:
    """One question as all parts together have it; `offers_none` as in `Answers`; `levels`: of an
    attribute."""

    question: Question
    entry: QuestionMapping
    offers_none: bool = False
    levels: AttributeLevels | None = None


@dataclass(frozen=True)
class Agreed:
    """`survey`: what all parts are together, without a cell. `rows`: respondents of each part.
    `notes`: what some parts lack, a sentence each."""

    survey: Survey
    mapping: Mapping
    rows: tuple[int, ...]
    included: int
    tools: tuple[Common, ...]
    attributes: tuple[Common, ...]
    notes: tuple[str, ...]


def agreed(name: str, parts: Sequence[Summary], mapping: Mapping) -> Agreed:
    """What the parts have in common, options of any of them counting for all.

    Raises SegmentError when the filters leave nobody, MappingError when a question is not the same
    kind of question in all parts.
    """
    respondents = sum(part.respondents for part in parts)
    counted = sum(part.included for part in parts)
    if not counted:
        raise SegmentError(nobody_left(respondents))
    tools = [_tools(told) for told in _by_question(parts, "tools")]
    attributes = [_attribute(told) for told in _by_question(parts, "attributes")]
    digest = hashlib.sha256("\n".join(part.sha256 for part in parts).encode()).hexdigest()
    survey = Survey(
        name=name,
        sha256=digest,
        respondents=respondents,
        cells={},
        questions=tuple(common.question for common in (*tools, *attributes)),
        reading=Reading("", "", 0, "", 1.0, format=f"{len(parts):,} parts"),
    )
    return Agreed(
        survey,
        mapping,
        tuple(part.respondents for part in parts),
        counted,
        tuple(tools),
        tuple(attributes),
        tuple(_lacking(parts, [*tools, *attributes])),
    )


def _by_question(parts: Sequence[Summary], role: str) -> Iterable[list[tuple[str, Told]]]:
    """What each part tells of a question, with the part's name, question by question in the order
    of their keys."""
    found: defaultdict[str, list[tuple[str, Told]]] = defaultdict(list)
    for part in parts:
        for told in getattr(part, role):
            found[told.question.key].append((part.name, told))
    return [found[key] for key in sorted(found)]


def _tools(told: list[tuple[str, Told]]) -> Common:
    question = _merged(told)
    chose_none = sum(one.chose_none for _, one in told)
    declared = any(one.offers_none for _, one in told)
    return Common(question, told[0][1].entry, declared or offers_none(question, chose_none))


def _attribute(told: list[tuple[str, Told]]) -> Common:
    question, entry = _merged(told), told[0][1].entry
    if question.kind == "number":
        numbers = [one.numbers for _, one in told if one.numbers is not None]
        values, place = np.unique(np.concatenate([v for v, _ in numbers]), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate([n for _, n in numbers]))
        return Common(question, entry, levels=bands_of(values, counts.astype(np.int64)))
    people: Counter[str] = Counter()
    for _, one in told:
        for option, count in zip(one.question.options, one.counts.tolist(), strict=False):
            people[match_key(option)] += count
    counts_of = [people[match_key(option)] for option in question.options]
    return Common(question, entry, levels=levels_of(question.options, counts_of))


def _merged(told: list[tuple[str, Told]]) -> Question:
    """One question from what it is in each part: spelt as most often, most chosen first."""
    of_kind = {one.question.kind == "number": name for name, one in told}
    if len(of_kind) > 1:
        raise MappingError(
            f"“{told[0][1].question.text}” is a number in {of_kind[True]} and none in "
            f"{of_kind[False]}: ignore it, or make it the same in all parts."
        )
    count: Counter[str] = Counter()
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    none: dict[str, str] = {}
    for _, one in told:
        none |= {match_key(label): label for label in one.question.none_options}
        for label, number in zip(one.question.options, one.question.counts, strict=True):
            count[match_key(label)] += number
            spelt[match_key(label)][label] += number
    labels = {key: min(of, key=lambda label: (-of[label], label)) for key, of in spelt.items()}
    ranked = sorted(
        ((labels[key], number) for key, number in count.items() if key not in none),
        key=lambda option: (-option[1], option[0]),
    )
    first = next((one.question for _, one in told if one.question.kind == "multi-select"), None)
    return replace(
        first or told[0][1].question,
        options=tuple(label for label, _ in ranked),
        counts=tuple(number for _, number in ranked),
        answered=sum(one.question.answered for _, one in told),
        none_options=tuple(sorted(none.values())),
    )


def _lacking(parts: Sequence[Summary], questions: Sequence[Common]) -> Iterable[str]:
    for common in questions:
        key = common.question.key
        without = [
            part.name
            for part in parts
            if key not in {one.question.key for one in (*part.tools, *part.attributes)}
        ]
        if without:
            more = f" and {len(without) - 1:,} more part(s)" if len(without) > 1 else ""
            yield f"“{common.question.text}” is not in {without[0]}{more}: not asked there."
