"""Columns -> questions: which columns belong together, by their headers and by their cells."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from segmentation.intake.cells import Cells
from segmentation.intake.columns import Column
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.signs import NOT_SHOWN, TICKED, UNTICKED, is_other

Role = Literal["blank", "other", "label", "tick", "code", "own"]
"""What a column's cells are to its option: nothing, write-ins, the label, yes or no, a code."""

_JOINTS = re.compile(r" - |: |::|[_./:|]")
_EDGES = " -:.,;_/|>\u2013\u2014"
_COMMENT = re.compile(r"(?:.*\S)?(?:comment|kommentar|commentaire)s?", re.I)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_MOSTLY = 0.8


@dataclass(frozen=True, eq=False)
class Part:
    """A column with its cells, on the way to a question."""

    column: Column
    cells: Cells


@dataclass(frozen=True, eq=False)
class Group:
    """Columns of one multi-select question; `labels[i]` is the option of `parts[i]`."""

    key: str
    text: str
    encoding: Literal["label columns", "indicator columns"]
    parts: tuple[Part, ...]
    labels: tuple[str, ...]


def group(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
    """The multi-select questions spread over columns, and every column left over, alone."""
    by_header: defaultdict[tuple[str, str, int], list[Part]] = defaultdict(list)
    plain: list[Part] = []
    for part in parts:
        column = part.column
        if column.option or column.rest or column.code:
            text = match_key(column.text) if column.option else ""
            by_header[column.key, text, column.block].append(part)
        else:
            plain.append(part)
    groups: list[Group] = []
    alone: list[Part] = []
    for members in by_header.values():
        found, left = _by_header(members)
        groups += [found] if found else []
        alone += [_standing_alone(part) for part in left]
    for finder in (_repeating_labels, _ticking_prefixes, _bare_labels):
        found_here, plain = finder(plain)
        groups += found_here
    return groups, alone + plain


def _by_header(members: Sequence[Part]) -> tuple[Group | None, list[Part]]:
    """The multi-select question among columns that their headers group, and the rest."""
    labels = _labels(members)
    keys = {match_key(label) for label in labels}
    roles = [_role(part, label, keys) for part, label in zip(members, labels, strict=True)]
    count = Counter(roles)
    telling = len(members) - count["blank"] - count["other"]
    encoding: Literal["label columns", "indicator columns"]
    if count["label"] and count["label"] >= telling / 2:
        taken, encoding = {"label", "blank", "other"}, "label columns"
    elif count["tick"] > 1 and count["tick"] >= _MOSTLY * telling:
        taken, encoding = {"tick", "blank", "other"}, "indicator columns"
    elif count["code"] and count["code"] + count["tick"] == telling and _own_codes(members):
        taken, encoding = {"code", "tick", "blank", "other"}, "indicator columns"
    else:
        return None, list(members)
    ins = [i for i, role in enumerate(roles) if role in taken]
    column = members[0].column
    kept = tuple(members[i] for i in ins)
    named = tuple(labels[i] for i in ins)
    text = _shared_text(members) if column.code and not column.option else column.text
    if column.rest:
        text = _question_of(column.key, kept, named)
    found = Group(column.key, text, encoding, kept, named)
    return found, [part for i, part in enumerate(members) if i not in set(ins)]


def _labels(members: Sequence[Part]) -> list[str]:
    """The option of each column: from its header, else what its text adds, else its code."""
    shared = len(_shared(members))
    labels = []
    for part in members:
        column = part.column
        label = column.option or column.rest
        if not label and len(members) > 1:
            label = column.text[shared:].strip(_EDGES)
        labels.append(clean_label(label or column.code))
    return labels


def _shared(members: Sequence[Part]) -> str:
    """What the texts of columns begin with, cut at a joint between question and option."""
    texts = [part.column.text for part in members]
    first, last = min(texts), max(texts)
    if first == last:
        return ""
    differ = (at for at, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1)
    prefix = first[: next(differ, len(first))]
    joints = [match.end() for match in re.finditer(r" - |: |[-?.:]\s*", prefix)]
    return prefix[: joints[-1]] if joints else ""


def _shared_text(members: Sequence[Part]) -> str:
    return _shared(members).strip(_EDGES) or members[0].column.text


def _question_of(key: str, parts: Sequence[Part], labels: Sequence[str]) -> str:
    """A wording for a question whose export keeps only its number and its options."""
    ranked = sorted(
        zip(parts, labels, strict=True), key=lambda pair: (-pair[0].cells.answered, pair[1])
    )
    shown = ", ".join(_ASIDE.sub("", label) or label for _, label in ranked[:3])
    return f"Question {key} ({shown}{', ...' if len(ranked) > 3 else ''})"


def _role(part: Part, label: str, keys: set[str]) -> Role:
    cells, coded = part.cells, not (part.column.option or part.column.rest)
    if _COMMENT.fullmatch(label):
        return "own"
    if not cells.filled:
        return "blank"
    found: Counter[str] = Counter()
    for text, count in cells.sample:
        found[match_key(text)] += count
    if found.keys() <= TICKED | UNTICKED | NOT_SHOWN:
        return "tick"
    if len(found) == 1 and (found.keys() != {match_key(label)} or coded) and _is_code(found):
        return "code"
    if is_other(label):
        return "other"
    options = sum(found[key] for key in keys) / found.total()
    return "label" if options >= (0.5 if found[match_key(label)] else _MOSTLY) else "own"


def _is_code(found: Counter[str]) -> bool:
    return next(iter(found)).lstrip("-").isdigit()


def _own_codes(members: Sequence[Part]) -> bool:
    """Whether every column holds a code of its own: recoded choices, not a scale."""
    codes = [text for part in members for text, _ in part.cells.filled]
    columns = sum(bool(part.cells.filled) for part in members)
    return len(set(codes)) == len(codes) == columns > 1


def _standing_alone(part: Part) -> Part:
    """A column whose option turned out to be the row of a grid, or part of the wording."""
    column = part.column
    if column.rest:
        return Part(replace(column, text=column.rest, rest=""), part.cells)
    if column.option and column.stands_alone and not is_other(column.option):
        return Part(replace(column, key=column.option, text=column.option, option=""), part.cells)
    if column.option:
        key, text = f"{column.key} [{column.option}]", f"{column.text} [{column.option}]"
        return Part(replace(column, key=key, text=text, option=""), part.cells)
    return Part(replace(column, key=column.name), part.cells)


def _repeating_labels(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
    """Columns whose only text ends or begins their header: "Which tools? - R" with "R"."""
    members: defaultdict[str, list[tuple[Part, str]]] = defaultdict(list)
    wording: dict[str, str] = {}
    for part in parts:
        question, label = _own_label(part)
        if question:
            members[match_key(question)].append((part, label))
            wording.setdefault(match_key(question), question)
    groups = []
    taken: set[int] = set()
    for key, found in members.items():
        if len(found) < 2:
            continue
        question = wording[key]
        pairs = found + [
            (part, clean_label(part.column.text[len(question) :].strip(_EDGES)))
            for part in parts
            if not part.cells.filled and part.column.text.startswith(question)
        ]
        pairs = [pair for pair in pairs if pair[1]]
        taken.update(id(part) for part, _ in pairs)
        groups.append(_group(question, "label columns", pairs))
    return groups, [part for part in parts if id(part) not in taken]


def _own_label(part: Part) -> tuple[str, str]:
    """Question and option of a column that repeats its option, or two blanks."""
    keys = {match_key(text) for text, _ in part.cells.filled[:3]}
    if len(keys) != 1:
        return "", ""
    label, header = clean_label(part.cells.filled[0][0]), part.column.text
    folded, own = clean_label(header).casefold(), label.casefold()
    if len(own) == len(label) and len(folded) == len(clean_label(header)):
        if folded.endswith(own) and len(folded) > len(own):
            before = clean_label(header)[: -len(label)]
            if before[-1] in _EDGES + "?([":
                return before.strip(_EDGES + "(["), label
        if folded.startswith(own) and header[len(label) : len(label) + 1] == ":":
            return header[len(label) :].strip(_EDGES), label
    return "", ""


def _ticking_prefixes(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
    """Columns of 0 and 1 or No and Yes whose headers share a prefix: "lang_r", "lang_sql"."""
    ticking = [part for part in parts if _ticks(part.cells)]
    holders: Counter[str] = Counter()
    for part in ticking:
        holders.update(_prefixes(part.column.name))
    direct: defaultdict[str, list[Part]] = defaultdict(list)
    for part in ticking:
        shared = [prefix for prefix in _prefixes(part.column.name) if holders[prefix] > 1]
        if shared:
            direct[max(shared, key=len)].append(part)
    for prefix in sorted(direct, key=len, reverse=True):
        parents = [known for known in _prefixes(prefix) if len(direct.get(known, ())) > 1]
        if parents:
            direct[max(parents, key=len)] += direct.pop(prefix)
    groups = []
    taken: set[int] = set()
    for prefix, found in direct.items():
        if len(found) > 1:
            pairs = [(p, clean_label(p.column.name[len(prefix) :].strip(" -:_/|"))) for p in found]
            taken.update(id(part) for part in found)
            groups.append(_group(prefix.strip(_EDGES), "indicator columns", pairs))
    return groups, [part for part in parts if id(part) not in taken]


def _prefixes(name: str) -> list[str]:
    return [name[: match.end()] for match in _JOINTS.finditer(name) if match.start() > 0]


def _ticks(cells: Cells) -> bool:
    keys = {match_key(text) for text, _ in cells.filled[:10]}
    return bool(keys) and keys <= TICKED | UNTICKED | NOT_SHOWN


def _bare_labels(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
    """Neighbouring columns headed by nothing but the option that their cells repeat."""
    groups: list[Group] = []
    left: list[Part] = []
    run: list[tuple[Part, str]] = []

    def close() -> None:
        if len(run) > 1:
            labels = sorted(label for _, label in run)
            shown = ", ".join(labels[:3]) + (", ..." if len(labels) > 3 else "")
            groups.append(_group(f"Choices ({shown})", "label columns", run))
        else:
            left.extend(part for part, _ in run)
        run.clear()

    for part in parts:
        label = clean_label(part.column.text)
        keys = {match_key(text) for text, _ in part.cells.filled[:3]}
        if keys == {match_key(label)}:
            run.append((part, label))
        else:
            close()
            left.append(part)
    close()
    return groups, left


def _group(
    question: str,
    encoding: Literal["label columns", "indicator columns"],
    members: Sequence[tuple[Part, str]],
) -> Group:
    parts, labels = zip(*members, strict=True)
    return Group(question, question, encoding, tuple(parts), tuple(labels))
