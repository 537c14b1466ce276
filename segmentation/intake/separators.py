"""Which separator, if any, joins the answers of a multi-select question in one cell.

Free text and single choices with commas in their labels must not be taken for joined lists: in a
list, answers recur, and each also stands alone or in other company.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segmentation.intake.cells import Cells
from segmentation.intake.joined import Splitter

_CODE = re.compile(r"[a-z0-9][a-z0-9._+#\-]*")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+#\-]*")
_ALL_THAT_APPLY = re.compile(
    r"all (?:that|which) appl|(?:select|check|tick|choose|pick|mark) (?:all|multiple|up to|as many)"
    r"|multiple (?:answers|choices|selections)|mehrfach(?:auswahl|nennung)|plusieurs réponses"
    r"|todas las que|todas as que",
    re.I,
)
_TIGHT_COMMA = re.compile(r",(?!\s)")
_IN_NUMBER = re.compile(r"\d,\d")
_REPEATED = 0.05
_LEAST = 0.01
_SURE = 3
"""Columns that must be joined by spaces beyond doubt before others are read so too."""


@dataclass(frozen=True)
class Evidence:
    """How a column reads when cut by one separator; shares are of answers in joined cells.

    `joined`: share of respondents with several answers. `cells`: distinct joined cells.
    `common`: answers that others gave too. `free`: answers that also stand alone or in other
    company. `repeated`: answers that stand twice in one cell.
    """

    joined: float
    cells: int
    common: float
    free: float
    repeated: float


@dataclass(frozen=True)
class Rule:
    """What a separator must show before it is believed."""

    separator: str
    joined: float
    common: float = 0.6
    free: float = 0.7


RULES: tuple[Rule, ...] = (
    Rule(";", 0.005, common=0.5, free=0.6),
    Rule(", ", 0.04),
    Rule(",", 0.08, common=0.7),
    Rule("\n", 0.05),
    Rule(" ", 0.08, common=0.9, free=0.9),
)


def weigh(cells: Cells, separator: str) -> Evidence:
    """The evidence for `separator` in one column."""
    splitter = Splitter(separator)
    read = [(splitter.pieces(text), count) for text, count in cells.sample]
    total = sum(count for _, count in read) or 1
    occurs: Counter[str] = Counter()
    company: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    alone: set[str] = set()
    joined = pieces_joined = doubled = many = 0
    for pieces, count in read:
        for piece in pieces:
            occurs[piece] += count
        if len(pieces) == 1:
            alone.add(pieces[0])
        if len(pieces) < 2:
            continue
        joined += count
        many += 1
        pieces_joined += count * len(pieces)
        doubled += count * (len(pieces) - len(set(pieces)))
        for before, piece, after in _neighbours(pieces):
            if len(company[piece]) < 4:
                company[piece].add((before, after))
    enough = max(2, round(0.002 * total))
    common = free = 0
    for pieces, count in read:
        if len(pieces) > 1:
            common += count * sum(occurs[piece] >= enough for piece in pieces)
            free += count * sum(piece in alone or len(company[piece]) > 1 for piece in pieces)
    everything = pieces_joined or 1
    return Evidence(
        joined=joined / total,
        cells=many,
        common=common / everything,
        free=free / everything,
        repeated=doubled / everything,
    )


def _neighbours(pieces: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    padded = ["", *pieces, ""]
    return zip(padded, pieces, padded[2:], strict=False)


def believed(cells: Cells, rule: Rule, asked: bool = False, known: bool = False) -> float:
    """How well the rule's separator explains the column, 0 to 1; 0 when it is no multi-select.

    Less evidence will do when the question is `asked` as "select all that apply", or when other
    columns of the file are `known` to be joined by it.
    """
    if not _possible(cells, rule, known):
        return 0.0
    if rule.separator == ";" and _always_ends(cells, ";"):
        return 1.0
    evidence = weigh(cells, rule.separator)
    if not evidence.cells or evidence.repeated > _REPEATED:
        return 0.0
    apart = evidence.cells > 1 or evidence.free == 1.0
    enough = asked or known or (apart and evidence.joined >= rule.joined)
    common, free = (rule.common / 2, 0.0) if asked else (rule.common, rule.free)
    sure = enough and evidence.common >= common and evidence.free >= free
    return max(evidence.common * evidence.free, _LEAST) if sure else 0.0


def _possible(cells: Cells, rule: Rule, known: bool) -> bool:
    """Whether the texts of the column allow for the separator at all."""
    if not any(rule.separator in text.strip() for text, _ in cells.sample):
        return False
    if rule.separator == ",":
        return _tight_commas(cells)
    return rule.separator != " " or (_are_words(cells) if known else _are_codes(cells))


def _are_words(cells: Cells) -> bool:
    """Whether every answer is made of single words without commas and stops."""
    return all(_WORD.fullmatch(word) for text, _ in cells.sample for word in text.split())


def _are_codes(cells: Cells) -> bool:
    """Whether every answer is made of lower-case codes, each of which also stands alone."""
    cells_of_words = [text.split() for text, _ in cells.sample]
    alone = {words[0] for words in cells_of_words if len(words) == 1}
    words = {word for words in cells_of_words for word in words}
    return words <= alone and all(_CODE.fullmatch(word) for word in words)


def _always_ends(cells: Cells, separator: str) -> bool:
    ends = sum(count for text, count in cells.sample if text.rstrip().endswith(separator))
    return ends >= 0.95 * sum(count for _, count in cells.sample) and ends > 1


def _tight_commas(cells: Cells) -> bool:
    """Whether commas join words without a space, and are no decimal or thousands signs."""
    tight = sum(len(_TIGHT_COMMA.findall(text)) * count for text, count in cells.sample)
    numbers = sum(len(_IN_NUMBER.findall(text)) * count for text, count in cells.sample)
    return tight > 0 and numbers <= 0.02 * tight


def find_separators(columns: Sequence[tuple[str, Cells]], candidates: Sequence[str]) -> list[str]:
    """The separator of each column, given with its question, "" where answers are not joined.

    A platform joins all its questions alike, so the separator that explains most columns is the
    only one used in the file. A space as the only candidate is how the platform joins.
    """
    if tuple(candidates) == (" ",):
        return [_spaced(cells) for _, cells in columns]
    rules = [rule for rule in RULES if rule.separator in candidates]
    scores = [
        {
            rule.separator: believed(cells, rule, _ALL_THAT_APPLY.search(question) is not None)
            for rule in rules
        }
        for question, cells in columns
    ]
    votes: Counter[str] = Counter()
    for score in scores:
        if any(score.values()):
            votes[max(score, key=lambda separator: score[separator])] += 1
    if not votes:
        return [""] * len(columns)
    chosen = max(candidates, key=lambda separator: votes[separator])
    if chosen == " " and votes[chosen] >= _SURE:
        return [_spaced(cells) for _, cells in columns]
    return [chosen if score[chosen] else "" for score in scores]


def _spaced(cells: Cells) -> str:
    return " " if believed(cells, RULES[-1], known=True) else ""
