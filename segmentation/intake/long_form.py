"""One row an answer -> one row a respondent."""

from __future__ import annotations

import re
from collections import defaultdict

from segmentation.intake.layouts import Layout
from segmentation.intake.records import Records

JOINED_BY = "\n"
"""What parts the answers of one respondent to one question, once they are in one cell."""

_WHO = re.compile(r"(?i)(?:.*[ _.-])?(?:id|uuid|no|number|key)|respond[ea]nt\w*|user|person|case")
_WHAT = re.compile(r"(?i)question\w*|variable|item|field\w*|key")


def widen(records: Records, layout: Layout) -> tuple[Records, tuple[str, ...]]:
    """Records of one respondent each, in the order of their first rows, and what was done.

    Unchanged unless the layout is a long one. Three columns are respondent, question and answer;
    two are respondent and answer, the second header being the question.
    """
    if not layout.long:
        return records, ()
    header, *rows = records.rows
    who, what, answer = _places(header)
    cells: dict[str, defaultdict[str, list[str]]] = {}
    lines: dict[str, int] = {}
    questions: dict[str, None] = {}
    for row, line in zip(rows, records.lines[1:], strict=True):
        question = header[answer] if what is None else row[what]
        questions.setdefault(question)
        lines.setdefault(row[who], line)
        one = cells.setdefault(row[who], defaultdict(list))
        one[question].append(" ".join(row[answer].split()))
    wide = [[header[who], *questions]]
    wide += [
        [respondent, *(JOINED_BY.join(filter(None, one[question])) for question in questions)]
        for respondent, one in cells.items()
    ]
    note = (
        f"The {len(rows):,} rows hold one answer each and were gathered into {len(cells):,} "
        "respondents; a respondent without any row cannot be known, so shares are of those who "
        "have one."
    )
    notes = [note]
    nameless = sum(not row[who].strip() for row in rows)
    if nameless:
        notes.append(
            f"{nameless:,} rows do not say whose answer they are and count as one respondent."
        )
    lines_of = [records.lines[0], *lines.values()]
    return Records(wide, lines_of, records.delimiter, records.notes), tuple(notes)


def _places(header: list[str]) -> tuple[int, int | None, int]:
    """Which columns hold the respondent, the question (if any) and the answer."""
    who = next((at for at, cell in enumerate(header) if _WHO.fullmatch(cell.strip())), 0)
    rest = [at for at in range(len(header)) if at != who]
    if len(rest) == 1:
        return who, None, rest[0]
    what = next((at for at in rest if _WHAT.fullmatch(header[at].strip())), rest[0])
    return who, what, next(at for at in rest if at != what)
