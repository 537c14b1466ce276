"""One spelling for every label: `clean_label` for the eye, `match_key` for comparing.

Labels are compared by equality of their keys, never by prefix or substring: "C" is not in "C++",
nor "Visual Studio" in "Visual Studio Code".
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from segmentation.intake.deadline import check_time

INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_TAG = re.compile(r"</?(?:br|div|h[1-6]|li|ol|p|ul)(?:\s[^<>]*)?/?>", re.I)
_INLINE_TAG = re.compile(r"</?(?:a|b|em|font|i|span|strong|sub|sup|u)(?:\s[^<>]*)?>", re.I)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|amp|gt|lt|nbsp|quot|apos|rsquo|lsquo);", re.I)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2})(?=\S)([^*]+?)(?<=\S)\1(?![\w*])")
_FINAL_STOP = re.compile(r"(?<=[^.\s])\.$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:etc|inc|ltd|corp|co|vs|e\.g|i\.e)|\b[a-z](?:\.[a-z])+)\.$", re.I
)

_TRADE_MARKS = str.maketrans("", "", "\u2122\u00ae\u00a9")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_SAME = str.maketrans({"\u266f": "#", "&": " and ", "/": " ", "_": " ", "|": " "})
_QUOTES = re.compile("['\"`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u00b4\u00ab\u00bb]")
_POINTS = re.compile(r"[()\[\]{},;:!?\u00a1\u00bf]")
_INNER_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W_])|(?<!\S)-+(?=\s|$)|(?<!\S)-+(?=[^\W\d_])")
_FULL_STOP = re.compile(r"\.{2,}|\.(?=\s|$)")
_LOOSE_SIGN = re.compile(r"(?<!\S)([a-z]) (\+\+|#)(?=\s|$)")


def clean_text(text: str) -> str:
    """`text` on one line, without markup, invisible characters or doubled spaces."""
    check_time()
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    if "<" in text:
        text = _TAG.sub(" ", _INLINE_TAG.sub("", text))
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    return " ".join(text.split())


def clean_label(text: str) -> str:
    """An option as displayed: `clean_text` without a full stop at the end ("Python." -> "Python").

    The stop of an abbreviation ("etc.") and a lone point stay.
    """
    text = clean_text(text)
    if text.endswith(".") and not _ABBREVIATION.search(text):
        return _FINAL_STOP.sub("", text)
    return text


@lru_cache(maxsize=1 << 16)
def match_key(text: str) -> str:
    """The key under which spellings of one label are equal.

    Ignored: case, width, accents' encoding, markup, quotes, brackets, commas, hyphens between
    letters, slashes, trailing stops and how many spaces. Kept: "+", "#" and points before or
    inside a word, so that "C", "C++", "C#", ".NET", "F#" and "3.10" stay apart. Text made of
    nothing else keeps its characters ("-" -> "-"); only blank text has the key "".
    """
    plain = clean_text(text.translate(_TRADE_MARKS)).translate(_DASHES)
    plain = unicodedata.normalize("NFKC", plain).casefold()
    key = _POINTS.sub(" ", _QUOTES.sub("", plain.translate(_SAME)))
    key = _INNER_HYPHEN.sub(" ", _FULL_STOP.sub(" ", key))
    key = _LOOSE_SIGN.sub(r"\1\2", " ".join(key.split()))
    return key or clean_label(plain) or clean_text(text).casefold()
