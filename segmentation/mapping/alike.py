"""How alike two wordings, two options or two questions are, from 0 to 1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from segmentation.intake.labels import clean_text, match_key
from segmentation.mapping.grids import stem_and_row
from segmentation.mapping.wording import asked, plain_text
from segmentation.vocabulary import canonical

_CODE = re.compile(r"^(?:[A-Za-z]{0,4}\d+[A-Za-z0-9_]{0,4}\s*[.:)\u2013-]\s*)+")
_HOW_TO = re.compile(
    r"\((?:[^()]*https?:|see |details )[^()]*\)"
    r"|[(\[]?\s*\b(?:please )?(?:select|check|choose|tick|mark|pick) "
    r"(?:all|any|one|only|up to|the one)\b[^()\[\].?!]*[)\].!]?",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\s[-\u2013]\s*selected choices?\b.*", re.IGNORECASE)
_WAVE = re.compile(
    r"\b(?:in |of |for |since )?(?:(?:19|20)\d\d(?:[/-]\d\d)?|(?:wave|w) ?\d+)\b", re.I
)
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*|(?<=\w)[+#]+")
_NO = re.compile(r"\b(?:no|not|never|none|without|dont|doesnt|cant|nicht|kein\w*|non|pas|sin|un)\b")

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")

EXPLAINED = 0.9
"""Likeness of a label and the same one with something added in brackets."""

SHORTEST = 5
"""Characters from which on two labels can be alike without being the same."""


@lru_cache(maxsize=4096)
def wording(text: str) -> str:
    """The key under which wordings of one question are equal.

    Ignored beside what `match_key` ignores: a number in front ("Q7."), how to answer ("Select all
    that apply"), years and waves.
    """
    plain = _CHOICE.sub("", clean_text(text))
    shorter = _WAVE.sub(" ", _HOW_TO.sub(" ", _CODE.sub("", plain)))
    return match_key(shorter) or match_key(plain)


def wordings_alike(one: str, other: str) -> float:
    """Two wordings; rows of a grid are as alike as both their stems and their own words are.

    What is wanted is little like what is used.
    """
    (stem, row), (other_stem, other_row) = stem_and_row(one), stem_and_row(other)
    if stem and other_stem:
        alike = min(_texts(stem, other_stem), options_alike(row, other_row))
    else:
        alike = _texts(one, other)
    return alike if asked("wanted", one) == asked("wanted", other) else 0.5 * alike


def _texts(one: str, other: str) -> float:
    one, other = plain_text(wording(one)), plain_text(wording(other))
    return max(fuzz.token_sort_ratio(one, other), 0.8 * fuzz.token_set_ratio(one, other)) / 100


def same_tool(one: str, other: str, category: str = "") -> bool:
    """Whether the vocabulary knows both labels as names of one tool."""
    tool = canonical(one, category)
    return tool is not None and tool == canonical(other, category)


def options_alike(one: str, other: str) -> float:
    """Two labels; 0 where they differ in a number, a version, a "not", or name two known tools."""
    key, other_key = match_key(one), match_key(other)
    if key == other_key or same_tool(one, other):
        return 1.0
    known, other_known = canonical(one), canonical(other)
    for sign in (_NUMBERS, _NO):
        if Counter(sign.findall(key)) != Counter(sign.findall(other_key)):
            return 0.0
    if known and other_known:
        return 0.0
    if _core(one) == other_key or key == _core(other):
        return EXPLAINED
    if min(len(key), len(other_key)) < SHORTEST:
        return 0.0
    return max(fuzz.ratio(key, other_key), 0.95 * fuzz.token_sort_ratio(key, other_key)) / 100


def _core(label: str) -> str:
    """A label's key without what stands in brackets."""
    return match_key(_BRACKETS.sub(" ", label))


def overlap(one: Iterable[str], other: Iterable[str], rare: Callable[[str], float]) -> float:
    """Options that both offer, as a share of the shorter list, each counted by how `rare` it is.

    Under 1 even for equal lists: the less they are the questions' own, the less they tell.
    """
    ours, theirs = set(map(option_key, one)), set(map(option_key, other))
    weight = sum(map(rare, ours & theirs))
    return weight / (0.5 + min(sum(map(rare, ours)), sum(map(rare, theirs))))


@lru_cache(maxsize=1 << 14)
def option_key(label: str) -> str:
    """One key for all names of a tool, and for all spellings of any other option."""
    tool = canonical(label)
    return match_key(tool.name if tool else label)
