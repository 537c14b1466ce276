"""Columns that identify people, by header in several languages and by content."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache

from segmentation.intake.cells import Cells
from segmentation.intake.deadline import timed
from segmentation.intake.labels import clean_text, match_key
from segmentation.intake.personal_headers import EMAILS, HEADERS
from segmentation.intake.signs import NOT_SHOWN, TICKED, UNTICKED

EMAILS_IN_TEXT = "e-mail addresses in free text"
REMOVED = "(e-mail address removed)"

_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[\s_\-.:?'\u2019#()/]+")

_EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}"
EMAIL = re.compile(rf"(?<![A-Za-z0-9._%+\-]){_EMAIL}")
_PAIR = re.compile(r"-?\d{1,2}\.\d{3,}[,; ]+-?\d{1,3}\.\d{3,}(?:[,; ]+-?[\d.]+)*")
_UUID = re.compile(r"(?i)(?:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_\-]{15,}")
_HEX = re.compile(r"(?i)(?=.*\d)[0-9a-f]{16,}")
_PHONE = re.compile(r"\+\d[\d ().\-]{7,18}|\(\d{3}\) ?\d{3}-\d{4}")


def reason_for(header: str, option: str, cells: Cells) -> str:
    """Why a column identifies people, in words, or "" when nothing says so.

    An option column ("Phone" among the devices used) is no column of phone numbers.
    """
    by_header = _by_header(_words(header)) or (option and _by_header(_words(option)))
    if by_header and not _is_choice(option or header, cells):
        return by_header
    return _by_content(cells)


def _is_choice(label: str, cells: Cells) -> bool:
    """Whether the cells only tick `label`, say yes or no to it."""
    if not cells.filled:
        return False
    keys = {match_key(text) for text, _ in cells.filled[:100]}
    own = match_key(label)
    return keys <= TICKED | UNTICKED | NOT_SHOWN | {own} and cells.answered > len(keys)


def names_personal(header: str) -> bool:
    """Whether a header says that what stands below identifies people."""
    return bool(_by_header(_words(header)))


def holds_email(text: str) -> bool:
    return "@" in text and EMAIL.search(text) is not None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((reason, re.compile("|".join(patterns))) for reason, patterns in HEADERS.items())


def _words(header: str) -> str:
    """A header as lower-case words: "RecipientFirstName" -> "recipient first name"."""
    return " ".join(_NO_WORD.sub(" ", _PARTS.sub(" ", header)).split()).casefold()


def _by_header(words: str) -> str:
    if len(words) > 60:
        return ""
    return next((reason for reason, pattern in _patterns() if pattern.fullmatch(words)), "")


def _share(cells: Cells, test: Callable[[str], object]) -> float:
    """Share of answered cells whose text passes `test`."""
    total = sum(count for _, count in cells.sample)
    return sum(count for text, count in timed(cells.sample) if test(text.strip())) / max(total, 1)


def _by_content(cells: Cells) -> str:
    few = cells.sample[:50]
    if not few:
        return ""
    looks: dict[str, Callable[[str], object]] = {
        EMAILS: EMAIL.fullmatch,
        "IP addresses": _is_ip,
        "coordinates": _PAIR.fullmatch,
        "phone numbers": _PHONE.fullmatch,
    }
    for reason, test in looks.items():
        if any(test(text.strip()) for text, _ in few) and _share(cells, test) >= 0.8:
            return reason
    if len(cells.filled) >= 0.95 * cells.answered and cells.answered >= 5:
        for pattern in (_UUID, _HEX, _TOKEN):
            if pattern.fullmatch(few[0][0].strip()) and _share(cells, pattern.fullmatch) >= 0.9:
                return "unique ids"
    return ""


def _is_ip(text: str) -> bool:
    if text.count(".") != 3 and text.count(":") < 2:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def header_words(header: str) -> str:
    """A header in lower case, words parted by single spaces, for tables of headers."""
    return _words(clean_text(header))
