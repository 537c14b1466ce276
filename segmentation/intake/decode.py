"""Bytes -> text: byte order marks, UTF-8, UTF-16, and single-byte encodings by plausibility."""

from __future__ import annotations

import codecs
import re
import unicodedata

from segmentation.errors import ReadError

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SINGLE_BYTE: tuple[tuple[str, str], ...] = (
    ("cp1252", "Windows-1252 (Western European)"),
    ("mac_roman", "Mac Roman"),
)
"""Tried when bytes are not UTF-8, the likelier first; the most plausible text wins."""

_PLAUSIBLE = 0.7
_IN_RUNS = 0.3
_RUN = re.compile(rb"[\x80-\xff]{4,}")
_OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]")
_LISTED = 5
_SCORED = 200_000


def decode(data: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    """The text of `data`, its encoding and what there is to say about it.

    Raises ReadError when no encoding gives plausible text, or for NUL bytes.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data, encoding, name), name), encoding, ()
    wide = _utf16_without_mark(data)
    if wide:
        text = _checked(_strictly(data, wide, name), name)
        return text, wide, (f"There was no byte order mark; the text was read as {wide.upper()}.",)
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise ReadError(_nul(name, line))
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        return _not_utf8(data, name)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ReadError(
            f"{name} says that it is {encoding.removesuffix('-sig').upper()}, but line {line} is "
            "not; save it again as UTF-8 and open it once more."
        ) from error


def _checked(text: str, name: str) -> str:
    if "\0" in text:
        raise ReadError(_nul(name, text.count("\n", 0, text.index("\0")) + 1))
    return text


def _nul(name: str, line: int) -> str:
    return (
        f"{name} has a NUL byte in line {line}, so it is damaged or not a text file; export it "
        "again as CSV."
    )


def _utf16_without_mark(data: bytes) -> str:
    """ "utf-16-le" or "utf-16-be" when every other byte is mostly NUL, else ""."""
    head = data[:4096]
    if len(data) % 2 or len(head) < 4:
        return ""
    half = len(head) / 2
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _not_utf8(data: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    lines = data.splitlines(keepends=True)
    foreign = [line for line in lines if not line.isascii()]
    wrong = [line for line in foreign if not _is_utf8(line)]
    encoding, label = _single_byte(b"".join(wrong)[:_SCORED], name)
    if len(wrong) == len(foreign):
        note = f"The bytes are not UTF-8; they were read as {label}."
        return data.decode(encoding), encoding, (note,)
    text = "".join(line.decode("utf-8" if _is_utf8(line) else encoding) for line in lines)
    at = [number for number, line in enumerate(lines, 1) if not _is_utf8(line)]
    note = (
        f"The file mixes encodings: it is UTF-8 but for {in_lines(at)}, read as {label}; "
        "check the letters with accents there."
    )
    return text, f"utf-8 and {encoding}", (note,)


def _single_byte(data: bytes, name: str) -> tuple[str, str]:
    """The most plausible single-byte encoding of `data` and its name in words."""
    scored = [(_plausibility(data, code), -rank) for rank, (code, _) in enumerate(SINGLE_BYTE)]
    best, rank = max(scored)
    if best < _PLAUSIBLE:
        raise ReadError(
            f"The encoding of {name} could not be recognised (it is not UTF-8, and no Western "
            "encoding gives readable text); save it as UTF-8 and open it again."
        )
    return SINGLE_BYTE[-rank]


def _plausibility(data: bytes, encoding: str) -> float:
    """Mean plausibility, 0 to 1, of the characters outside ASCII; -1 when undecodable.

    Western languages strew such characters among plain letters; runs of them are another script.
    """
    in_runs = sum(map(len, _RUN.findall(data)))
    if in_runs > _IN_RUNS * len(_OUTSIDE_ASCII.findall(data)):
        return -1.0
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    foreign = [char for char in text if char > "\x7f"]
    return sum(map(_likely, foreign)) / max(len(foreign), 1)


def _likely(char: str) -> float:
    """How likely a character outside ASCII is in a survey: letters, quotes and dashes most."""
    if char in "\u2018\u2019\u201c\u201d\u201e\u2026\u2013\u2014\u00a0\u2022\u20ac\u00ab\u00bb":
        return 1.0
    kind = unicodedata.category(char)
    if kind == "Ll":
        return 1.0 if "LATIN SMALL LETTER" in unicodedata.name(char, "") else 0.0
    if kind == "Lu":
        return 0.8
    return (
        0.7 if char in "\u00b0\u00b1\u00b7\u00ae\u00a9\u2122\u00a3\u00a7\u00bf\u00a1\u00b4" else 0.0
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def in_lines(numbers: list[int]) -> str:
    """ "line 3", "lines 3, 8 and 12", "lines 3, 8, 12, 15, 20 and 7 more"."""
    shown = [str(number) for number in numbers[:_LISTED]]
    more = len(numbers) - len(shown)
    if more:
        shown.append(f"{more} more")
    if len(shown) == 1:
        return f"line {shown[0]}"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"
