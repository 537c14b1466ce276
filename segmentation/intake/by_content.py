"""Columns that belong together by their cells: they repeat or tick what their headers end with."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Literal

from segmentation.intake.cells import Cells
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.parts import EDGES, Group, Part
from segmentation.intake.signs import NOT_SHOWN, TICKED, UNTICKED

_JOINTS = re.compile(r" - |: |::|[_./:|]")


def repeating_labels(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
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
    blank = [part for part in parts if not part.cells.filled]
    for key, found in members.items():
        if len(found) < 2:
            continue
        question = wording[key]
        pairs = found + [
            (part, clean_label(part.column.text[len(question) :].strip(EDGES)))
            for part in blank
            if part.column.text.startswith(question)
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
            if before[-1] in EDGES + "?([":
                return before.strip(EDGES + "(["), label
        if folded.startswith(own) and header[len(label) : len(label) + 1] == ":":
            return header[len(label) :].strip(EDGES), label
    return "", ""


def ticking_prefixes(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
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
        shorter = (known for known in _prefixes(prefix) if known != prefix)
        parents = [known for known in shorter if len(direct.get(known, ())) > 1]
        if parents:
            direct[max(parents, key=len)] += direct.pop(prefix)
    groups = []
    taken: set[int] = set()
    for prefix, found in direct.items():
        if len(found) > 1:
            pairs = [(p, clean_label(p.column.name[len(prefix) :].strip(" -:_/|"))) for p in found]
            taken.update(id(part) for part in found)
            groups.append(_group(prefix.strip(EDGES), "indicator columns", pairs))
    return groups, [part for part in parts if id(part) not in taken]


def _prefixes(name: str) -> list[str]:
    return [name[: match.end()] for match in _JOINTS.finditer(name) if match.start() > 0]


def _ticks(cells: Cells) -> bool:
    keys = {match_key(text) for text, _ in cells.filled[:10]}
    return bool(keys) and keys <= TICKED | UNTICKED | NOT_SHOWN


def bare_labels(parts: Sequence[Part]) -> tuple[list[Group], list[Part]]:
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
