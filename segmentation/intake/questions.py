"""Grouped columns -> `Question`s with kinds, options and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column
from segmentation.intake.grouping import group
from segmentation.intake.joined import Splitter, inseparable, split
from segmentation.intake.kinds import kind_of
from segmentation.intake.labels import match_key
from segmentation.intake.layouts import Layout
from segmentation.intake.parts import Group, Part
from segmentation.intake.separators import find_separators
from segmentation.intake.signs import NONE
from segmentation.intake.survey import Question
from segmentation.intake.ticks import (
    count_cell,
    count_columns,
    indicator_columns,
    none_keys,
    option_columns,
    spellings,
)

_PASSES = 4
"""Options, once known, decide how cells are cut; this often until that changes nothing."""


def questions_of(
    columns: Sequence[Column], cells: Sequence[Cells], layout: Layout, metadata: Collection[str]
) -> tuple[Question, ...]:
    """Every question of the file, in the order of its columns, with unique keys."""
    parts = [Part(column, found) for column, found in zip(columns, cells, strict=True)]
    about = [part for part in parts if part.column.name in metadata]
    groups, alone = group([part for part in parts if part.column.name not in metadata])
    separators = find_separators(
        [(part.column.text, part.cells) for part in alone], layout.separators
    )
    found = [_spread(one) for one in groups]
    found += [
        _joined(part, separator) if separator else _single(part)
        for part, separator in zip(alone, separators, strict=True)
    ]
    found += [_single(part, metadata=True) for part in about]
    position = {column.name: at for at, column in enumerate(columns)}
    found.sort(key=lambda question: position[question.columns[0]])
    return _unique_keys(found)


def _spread(one: Group) -> Question:
    """A multi-select question over several columns."""
    read = option_columns if one.encoding == "label columns" else indicator_columns
    ticks = read([part.cells for part in one.parts], one.labels)
    counts, alone, answered = count_columns(ticks)
    labels = spellings(
        (label, part.cells.answered) for part, label in zip(one.parts, one.labels, strict=True)
    )
    if one.encoding == "label columns":
        for text in (text for part in one.parts for text, _ in part.cells.filled):
            labels.setdefault(text, text)
    options, none = _ranked(counts, none_keys(counts, alone), labels)
    return Question(
        key=one.key,
        text=one.text,
        kind="multi-select" if answered else "empty",
        encoding=one.encoding,
        columns=tuple(part.column.name for part in one.parts),
        options=tuple(label for label, _ in options),
        counts=tuple(count for _, count in options),
        answered=answered,
        none_options=none,
        column_options=one.labels,
    )


def _joined(part: Part, separator: str) -> Question:
    """A multi-select question with its answers joined in one cell."""
    whole = inseparable(part.cells, separator)
    for _ in range(_PASSES):
        splitter = Splitter(separator, whole)
        counts, alone, answered = count_cell(part.cells, splitter)
        labels = _spelled(part.cells, splitter) | spellings((label, 1) for label in whole)
        known = sorted(labels[key] for key in counts if len(splitter.pieces(labels[key])) > 1)
        if known == whole:
            break
        whole = known
    options, none = _ranked(counts, none_keys(counts, alone), labels)
    return Question(
        key=part.column.key,
        text=part.column.text,
        kind="multi-select",
        encoding="joined",
        columns=(part.column.name,),
        options=tuple(label for label, _ in options),
        counts=tuple(count for _, count in options),
        answered=answered,
        none_options=none,
        separator=separator,
    )


def _spelled(cells: Cells, splitter: Splitter) -> dict[str, str]:
    """The display label of each piece's key, by how the sample of cells spells it."""
    pieces = (
        (piece.strip(), count)
        for text, count in cells.sample
        for piece in split(text, splitter.separator)
        if match_key(piece)
    )
    return spellings([*pieces, *((text.strip(), 0) for text in splitter.texts)])


def _single(part: Part, metadata: bool = False) -> Question:
    """A question with one answer in one cell."""
    kind = kind_of(part.cells, metadata)
    options: list[tuple[str, int]] = []
    none: tuple[str, ...] = ()
    answered = part.cells.answered
    if kind == "single-select":
        counts, _, answered = count_cell(part.cells, None)
        labels = spellings(part.cells.filled)
        options, none = _ranked(counts, {key for key in counts if key in NONE}, labels)
    return Question(
        key=part.column.key,
        text=part.column.text,
        kind=kind,
        encoding="cell",
        columns=(part.column.name,),
        options=tuple(label for label, _ in options),
        counts=tuple(count for _, count in options),
        answered=answered,
        none_options=none,
    )


def _ranked(
    counts: Counter[str], none: Collection[str], labels: Mapping[str, str]
) -> tuple[list[tuple[str, int]], tuple[str, ...]]:
    """Options with counts, most chosen first, ties by label; and the none-type labels."""
    ranked = sorted(
        ((labels[key], count) for key, count in counts.items() if key not in none),
        key=lambda option: (-option[1], option[0]),
    )
    return ranked, tuple(sorted(labels[key] for key in counts if key in none))


def _unique_keys(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Questions whose keys differ; where two share one, each takes its fuller header."""
    taken = Counter(question.key for question in questions)
    fuller = [
        question if taken[question.key] == 1 else replace(question, key=_fuller(question))
        for question in questions
    ]
    seen: Counter[str] = Counter()
    unique = []
    used = {question.key for question in fuller}
    for question in fuller:
        seen[question.key] += 1
        key = question.key
        while seen[question.key] > 1 and key in used:
            key = f"{question.key} ({seen[question.key]})"
            if key in used:
                seen[question.key] += 1
        used.add(key)
        unique.append(question if key == question.key else replace(question, key=key))
    return tuple(unique)


def _fuller(question: Question) -> str:
    if len(question.columns) == 1:
        return question.columns[0]
    return question.key if question.text == question.key else f"{question.key}. {question.text}"
