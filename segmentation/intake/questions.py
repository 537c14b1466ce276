"""Grouped columns -> `Question`s with kinds, options and counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from segmentation.intake.by_hand import alone as alone_by_hand
from segmentation.intake.by_hand import names_in, put_together
from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column
from segmentation.intake.cut import cut
from segmentation.intake.grouping import group
from segmentation.intake.joined import Splitter, inseparable, split
from segmentation.intake.kinds import kind_of
from segmentation.intake.labels import match_key
from segmentation.intake.layouts import Layout
from segmentation.intake.options import QuestionColumns
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
    where_done,
)

_RANKED, _EVERYBODY, _ORDERS = 3, 0.95, 2
"""A ranking has this many options at least, which so many list, in more orders than this."""

_PASSES = 4
"""Options, once known, decide how cells are cut; this often until that changes nothing."""


def questions_of(
    columns: Sequence[Column],
    cells: Sequence[Cells],
    layout: Layout,
    metadata: Collection[str],
    by_hand: Sequence[QuestionColumns] = (),
) -> tuple[Question, ...]:
    """Every question of the file, in the order of its columns, with unique keys.

    Columns in `by_hand` are the questions that the analyst says they are; all are there, and once.
    """
    parts = [Part(column, found) for column, found in zip(columns, cells, strict=True)]
    told = names_in(by_hand)
    rest = [part for part in parts if part.column.name not in told]
    about = [part for part in rest if part.column.name in metadata]
    groups, alone = group([part for part in rest if part.column.name not in metadata])
    summaries = [part for part in alone if _is_summary(part, groups, layout)]
    alone = [part for part in alone if not _is_summary(part, groups, layout)]
    together, single = _by_hand(parts, by_hand)
    groups += together
    alone += [part for part, separator in single if separator is None]
    separators = _separators(alone, layout)
    forms = {part.column.name: part.cells for part in parts}
    found = [_spread(one, forms) for one in groups]
    found += [
        _joined(part, separator) if separator else _single(part)
        for part, separator in zip(alone, separators, strict=True)
    ]
    found += [_as_told(part, said) for part, said in single if said is not None]
    found += [_single(part, metadata=True) for part in about] + [_summary(p) for p in summaries]
    position = {column.name: at for at, column in enumerate(columns)}
    found.sort(key=lambda question: position[question.columns[0]])
    return _unique_keys(found)


def _by_hand(
    parts: Sequence[Part], by_hand: Sequence[QuestionColumns]
) -> tuple[list[Group], list[tuple[Part, str | None]]]:
    """Groups of several columns, and single columns with what is said to part their answers."""
    groups: list[Group] = []
    single: list[tuple[Part, str | None]] = []
    for one in by_hand:
        members = [part for part in parts if part.column.name in one.columns]
        if len(members) > 1:
            groups.append(put_together(members, one.text))
        else:
            single.append((alone_by_hand(members[0], one.text), one.separator))
    return groups, single


def _as_told(part: Part, separator: str) -> Question:
    """A column whose answers are parted as the analyst says, "" for one answer a cell."""
    if not separator or not part.cells.answered:
        return _single(part)
    return _joined(part, separator, may_rank=False)


def _separators(parts: Sequence[Part], layout: Layout) -> list[str]:
    """The separator of each column: the one that is known, else the one that the cells show.

    The rows of a grid are joined alike.
    """
    together: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        together[part.column.grid or f"\0{part.column.name}"].append(part)
    weighed = [members for members in together.values() if not members[0].column.joined_by]
    shown = find_separators(
        [
            (m[0].column.text, Cells.pooled([p.cells for p in m]) if m[1:] else m[0].cells)
            for m in weighed
        ],
        layout.separators,
    )
    found = {id(p): s for m, s in zip(weighed, shown, strict=True) for p in m if p.cells.filled}
    return [part.column.joined_by or found.get(id(part), "") for part in parts]


def _is_summary(part: Part, groups: Sequence[Group], layout: Layout) -> bool:
    """Whether a column repeats in one cell what columns of their own say (KoboToolbox, ODK)."""
    return layout.separators == (" ",) and part.column.key in {one.key for one in groups}


def _summary(part: Part) -> Question:
    key, text = part.column.key, part.column.text
    return Question(
        key=f"{key} (in one cell)",
        text=f"{text} (in one cell)",
        kind="text" if part.cells.answered else "empty",
        encoding="cell",
        columns=(part.column.name,),
        answered=part.cells.answered,
    )


def _spread(one: Group, forms: Mapping[str, Cells]) -> Question:
    """A multi-select question over several columns; `forms`: cells of columns that end a form."""
    read = option_columns if one.encoding == "label columns" else indicator_columns
    ticks = read([part.cells for part in one.parts], one.labels)
    form = one.parts[0].column.form
    if form in forms:
        ticks = where_done(ticks, forms[form])
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
        form=form if form in forms else "",
    )


def _joined(part: Part, separator: str, may_rank: bool = True) -> Question:
    """A multi-select question with its answers joined in one cell.

    `may_rank`: it is left as text when everybody lists the same options.
    """
    whole = inseparable(part.cells, separator)
    for _ in range(_PASSES):
        splitter = Splitter(separator, whole)
        counts, alone, answered = count_cell(part.cells, splitter)
        labels = _spelled(part.cells, splitter) | spellings((label, 1) for label in whole)
        known = sorted(labels[key] for key in counts if len(splitter.pieces(labels[key])) > 1)
        if known == whole:
            break
        whole = known
    if may_rank and _is_ranking(part.cells, splitter, counts, answered):
        ranking = replace(_summary(part), key=part.column.key, text=part.column.text)
        return replace(ranking, separator=separator)
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


def _is_ranking(cells: Cells, splitter: Splitter, counts: Counter[str], answered: int) -> bool:
    """Whether everybody lists the same options in orders of their own: the order is the answer."""
    full = {key for key, count in counts.items() if count >= _EVERYBODY * answered}
    if len(full) < _RANKED or sum(counts[k] for k in full) < _EVERYBODY * counts.total():
        return False
    orders = {tuple(key for key in splitter.keys(text) if key in full) for text, _ in cells.sample}
    return len(orders) > _ORDERS


def rankings(questions: Sequence[Question]) -> list[str]:
    """A note for each question that lists the same options for everybody, in some order."""
    return [
        f'Everybody lists the same options for "{question.text}", so it is a ranking and no choice '
        "of several; it was left as text."
        for question in questions
        if question.kind == "text" and question.separator
    ]


def _spelled(cells: Cells, splitter: Splitter) -> dict[str, str]:
    """The display label of each piece's key, by how the sample of cells spells it."""
    pieces = (
        (piece.strip(), count)
        for text, count in cells.sample
        for piece in split(text, splitter.separator)
        if match_key(piece)
    )
    return spellings([*pieces, *((text.strip(), 0) for text in cut(cells, splitter).pieces)])


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
