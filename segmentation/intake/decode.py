"""Bytes -> text: byte order marks, UTF-8, UTF-16, Western encodings by plausibility, others."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from charset_normalizer import from_bytes

from segmentation.errors import ReadError
from segmentation.intake.deadline import timed

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
_LINE_END = re.compile(rb"[\r\n]")
_APART = (b",", b";", b"\t", b"\n", b" ")
_LISTED = 5
_SCORED = 200_000
_MIXED = 1_000_000
_ONE_SCRIPT = 0.9
_SCRIPTS = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "FULLWIDTH": "CJK", "IDEOGRAPHIC": "CJK"}
"""Scripts that are written together, by the first word of their characters' names."""


def decode(data: bytes, name: str, wanted: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """The text of `data`, its encoding and what there is to say about it.

    `wanted`: an encoding to use, rather than the one detected. Raises ReadError when no encoding
    gives plausible text, or the wanted one does not fit, or for NUL bytes.
    """
    if wanted is not None:
        return _as_told(data, name, wanted), wanted, ()
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data, encoding, name), name), encoding, ()
    wide = _utf16_without_mark(data)
    if wide:
        text = _checked(_strictly(data, wide, name), name)
        return text, wide, (f"There was no byte order mark; the text was read as {wide.upper()}.",)
    if b"\0" in data:
        raise ReadError(_nul(name, _line_of(data, data.index(b"\0"))))
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        return _not_utf8(data, name)


def _as_told(data: bytes, name: str, encoding: str) -> str:
    try:
        marked = codecs.lookup(encoding).name == "utf-8" and data.startswith(codecs.BOM_UTF8)
        used = "utf-8-sig" if marked else encoding
        text = _strictly(data, used, name, f"was to be read as {encoding}")
    except (LookupError, ValueError) as error:
        raise ReadError(
            f'"{encoding}" is no text encoding; choose one such as utf-8, cp1252 or mac_roman.'
        ) from error
    return _checked(text, name)


def _strictly(data: bytes, encoding: str, name: str, said: str = "") -> str:
    """`data` decoded; `said` is why it was thought to have that encoding."""
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else len(data)
        line = _line_of(data, at)
        said = said or f"says that it is {encoding.removesuffix('-sig').upper()}"
        raise ReadError(
            f"{name} {said}, but line {line} is not; save it again as UTF-8 and open it once more."
        ) from error


def _checked(text: str, name: str) -> str:
    if "\0" in text:
        above = text[: text.index("\0")].encode("utf-8", "replace")
        raise ReadError(_nul(name, _line_of(above, len(above))))
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


def _line_of(data: bytes, at: int) -> int:
    """The line, from 1, in which a byte stands; all kinds of line ends count."""
    doubled = data.count(b"\r\n", 0, at)
    return data.count(b"\n", 0, at) + data.count(b"\r", 0, at) - doubled + 1


def _not_utf8(data: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    sample, wrong, foreign = bytearray(), 0, 0
    for start, end in timed(_foreign_lines(data)):
        foreign += 1
        if not _is_utf8(line := data[start:end]):
            wrong += 1
            sample += line if len(sample) < _SCORED else b""
    encoding, label = _recognised(_whole_words(bytes(sample)), name)
    seems = f"seems to be {label}"
    if wrong == foreign:
        note = f"The bytes are not UTF-8; they were read as {label}."
        return _checked(_strictly(data, encoding, name, seems), name), encoding, (note,)
    if wrong > _MIXED:
        raise ReadError(f"{name} mixes encodings in {wrong:,} lines; save it again as UTF-8.")
    text, at = _mixed(data, encoding, name)
    note = (
        f"The file mixes encodings: it is UTF-8 but for {in_lines(at)}, read as {label}; "
        "check the letters with accents there."
    )
    return text, f"utf-8 and {encoding}", (note,)


def _foreign_lines(data: bytes) -> Iterator[tuple[int, int]]:
    """Where lines with bytes outside ASCII start and end, the line end left out."""
    at = 0
    while found := _OUTSIDE_ASCII.search(data, at):
        start = max(data.rfind(end, at, found.start()) for end in (b"\n", b"\r")) + 1
        ends = _LINE_END.search(data, found.end())
        at, start = (ends.start() if ends else len(data)), max(at, start)
        yield start, at


def _mixed(data: bytes, encoding: str, name: str) -> tuple[str, list[int]]:
    """UTF-8 text with some lines in another encoding, and which lines these are."""
    parts, numbers = [], []
    done, line = 0, 1
    for start, end in timed(_foreign_lines(data)):
        if not _is_utf8(data[start:end]):
            line += _line_of(data[done:start], start - done) - 1
            parts += [data[done:start], _as_utf8(data[start:end], encoding, name, line)]
            numbers.append(line)
            done = end
    parts.append(data[done:])
    return b"".join(parts).decode("utf-8"), numbers


def _as_utf8(line: bytes, encoding: str, name: str, number: int) -> bytes:
    try:
        return line.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        raise ReadError(
            f"{name} mixes encodings, and line {number} is neither UTF-8 nor {encoding}; save it "
            "again as UTF-8."
        ) from error


def _whole_words(data: bytes) -> bytes:
    """As much of `data` as is needed to judge, up to a sign that is part of no wide character."""
    if len(data) <= _SCORED:
        return data
    return data[: max(data.rfind(sign, 0, _SCORED) for sign in _APART) + 1] or data[:_SCORED]


def _recognised(data: bytes, name: str) -> tuple[str, str]:
    """The most plausible encoding of `data` and its name in words: Western ones first."""
    scored = [(_plausibility(data, code), -rank) for rank, (code, _) in enumerate(SINGLE_BYTE)]
    best, rank = max(scored)
    if best >= _PLAUSIBLE:
        return SINGLE_BYTE[-rank]
    found = from_bytes(data, enable_fallback=False).best()
    if found is None or not _is_one_script(str(found)):
        raise ReadError(
            f"The encoding of {name} could not be recognised; save it as UTF-8 and open it again."
        )
    language = f" ({found.language})" if found.language != "Unknown" else ""
    return found.encoding, f"{found.encoding}{language}, which is a guess: check the letters"


def _is_one_script(text: str) -> bool:
    """Whether the letters outside ASCII are of one script, as those of a survey are."""
    letters = [char for char in text if char > "\x7f" and char.isalpha()]
    first = (unicodedata.name(char, "?").partition(" ")[0] for char in letters)
    scripts = Counter(_SCRIPTS.get(word, word) for word in first)
    return bool(letters) and max(scripts.values()) >= _ONE_SCRIPT * len(letters)


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
