"""Columns -> questions: which columns belong together, by their headers and by their cells."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from segmentation.intake.by_content import bare_labels, repeating_labels, ticking_prefixes
from segmentation.intake.deadline import check_time
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.parts import EDGES, Group, Part
from segmentation.intake.signs import NOT_SHOWN, TICKED, UNTICKED, is_other, is_seen_code

Role = Literal["blank", "other", "label", "tick", "label or tick", "code", "constant", "own"]
"""What a column's cells are to its option: nothing, write-ins, the label, yes or no, a code, one
other text again and again, or something of their own."""

_LABELS: set[Role] = {"label", "label or tick", "blank", "other", "constant"}
"""Columns of a question whose cells repeat labels; some may word theirs unlike the header."""

_COMMENT = re.compile(r"(?:.*\S)?(?:comment|kommentar|commentaire)s?", re.I)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_MOSTLY = 0.8
_FEW = 100


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
        alone += [standing_alone(part) for part in left]
    for finder in (repeating_labels, ticking_prefixes, bare_labels):
        found_here, plain = finder(plain)
        groups += found_here
    return groups, alone + plain


def _by_header(members: Sequence[Part]) -> tuple[Group | None, list[Part]]:
    """The multi-select question among columns that their headers group, and the rest."""
    if len(members) == 1 and members[0].column.code and not members[0].column.option:
        return None, list(members)
    labels = _labels(members)
    keys = {match_key(label) for label in labels}
    seen = _seen_codes(members, keys)
    roles = [_role(part, label, keys, seen) for part, label in zip(members, labels, strict=True)]
    count = Counter(roles)
    telling = len(members) - count["blank"] - count["other"]
    encoding: Literal["label columns", "indicator columns"]
    ticks = count["tick"] + count["label or tick"]
    if count["label"] and count["label"] + count["label or tick"] >= telling / 2:
        taken, encoding = _LABELS, "label columns"
    elif ticks > 1 and ticks >= _MOSTLY * telling:
        taken, encoding = {"tick", "label or tick", "blank", "other"}, "indicator columns"
    elif count["code"] and count["code"] + ticks == telling and _own_codes(members, roles, seen):
        taken, encoding = {"code", "tick", "label or tick", "blank", "other"}, "indicator columns"
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
            label = column.text[shared:].strip(EDGES)
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
    return _shared(members).strip(EDGES) or members[0].column.text


def _question_of(key: str, parts: Sequence[Part], labels: Sequence[str]) -> str:
    """A wording for a question whose export keeps only its number and its options."""
    ranked = sorted(
        zip(parts, labels, strict=True), key=lambda pair: (-pair[0].cells.answered, pair[1])
    )
    shown = ", ".join(_ASIDE.sub("", label) or label for _, label in ranked[:3])
    return f"Question {key} ({shown}{', ...' if len(ranked) > 3 else ''})"


def _seen_codes(members: Sequence[Part], keys: set[str]) -> frozenset[str]:
    """The one negative code by which unticked boxes say that they were shown, if there is one.

    Several of them, or a zero beside, are a scale.
    """
    found = {match_key(text) for part in members for text, _ in part.cells.filled[:_FEW]}
    codes = {text for text in found if is_seen_code(text)} - keys
    return frozenset(codes if len(codes) == 1 and "0" not in found else ())


def _role(part: Part, label: str, keys: set[str], seen: frozenset[str]) -> Role:
    check_time()
    coded = not (part.column.option or part.column.rest)
    found: Counter[str] = Counter()
    for text, count in part.cells.sample:
        if match_key(text) not in seen:
            found[match_key(text)] += count
    if not found or _COMMENT.fullmatch(label):
        return "own" if _COMMENT.fullmatch(label) else "blank"
    if found.keys() <= TICKED | UNTICKED | NOT_SHOWN:
        return "label or tick" if found.keys() == {match_key(label)} and not coded else "tick"
    if len(found) == 1 and (found.keys() != {match_key(label)} or coded) and _is_code(found):
        return "code"
    return "other" if is_other(label) else _wording_role(found, label, keys)


def _wording_role(found: Counter[str], label: str, keys: set[str]) -> Role:
    """The role of a column of words: `found` are its cells, `keys` the labels of the question.

    A cell may hold the last part of its label alone, as in "Helm - Evaluating".
    """
    tail = match_key(label.rpartition(" - ")[2])
    options = sum(n for key, n in found.items() if key in keys or key == tail) / found.total()
    own = found[match_key(label)] or found[tail]
    if options >= (0.5 if own else _MOSTLY):
        return "label"
    return "constant" if len(found) == 1 < found.total() else "own"


def _is_code(found: Counter[str]) -> bool:
    return next(iter(found)).lstrip("-").isdigit()


def _own_codes(members: Sequence[Part], roles: Sequence[Role], seen: frozenset[str]) -> bool:
    """Whether every column of codes holds one of its own: recoded choices, not a scale."""
    found = [
        [text for text, _ in part.cells.filled if text not in seen]
        for part, role in zip(members, roles, strict=True)
        if role in ("code", "tick", "label or tick")
    ]
    codes = [text for texts in found for text in texts]
    return len(set(codes)) == len(codes) == sum(map(bool, found)) > 1


def standing_alone(part: Part) -> Part:
    """A column whose option turned out to be the row of a grid, or part of the wording."""
    column = part.column
    if column.rest:
        return Part(replace(column, text=column.rest, rest=""), part.cells)
    if column.option and column.stands_alone and not is_other(column.option):
        return Part(replace(column, key=column.option, text=column.option, option=""), part.cells)
    if column.option:
        key, text = f"{column.key} [{column.option}]", f"{column.text} [{column.option}]"
        return Part(replace(column, key=key, text=text, option="", grid=column.key), part.cells)
    return Part(replace(column, key=column.name), part.cells)
