"""What the text of a question asks about, by the phrases of the vocabulary."""

from __future__ import annotations

import re

from segmentation.vocabulary import phrases


def asked(table: str, text: str) -> str:
    """What a question's text asks about, by the phrases of one table; "" when none is found.

    `table` is one of those in the file: "category" gives a tool category, "attribute" the name of
    an attribute, "leave" why a question tells nothing about cohorts.
    """
    plain = plain_text(text)
    return next((name for name, pattern in phrases(table) if pattern.search(plain)), "")


def category_asked(text: str) -> str:
    """The tool category that a question's text names, "" when it names none.

    By phrase, else by the thing whose use is asked: "Which data tools do you use?" -> "Data tool".
    """
    thing = thing_asked(text)
    named = _NOUN.search(thing.lower()) and thing.lower() not in _ANY_TOOL
    return asked("category", text) or (singular(thing) if named else "")


def asks_for_tools(text: str) -> bool:
    """Whether a question asks which tools are used, whatever its options are."""
    match = _THING.search(_sentence(text))
    return bool(match and _NOUN.search(match["thing"].lower()) and _USE.search(match["rest"]))


def thing_asked(text: str) -> str:
    """What a question asks about by its own words, in up to four of them; "" if unclear.

    "Which of the following data tools do you use?" -> "Data tools".
    """
    match = _THING.search(_sentence(text))
    if not match or len(match["thing"].split()) > 4:
        return ""
    return match["thing"][0].upper() + match["thing"][1:]


def singular(thing: str) -> str:
    """ "Cloud technologies" -> "Cloud technology"; words such as "OS" stay."""
    return re.sub(r"(?<=[a-rtv-z])s$", "", re.sub(r"ies$", "y", thing))


def _sentence(text: str) -> str:
    return " ".join(_CODE.sub("", text.strip()).replace("(s)", "s").split())


_THING = re.compile(
    r"\b(?:which|what)(?: of (?:the following|these|those|the))?(?: (?:types?|kinds?) of)? "
    r"(?P<thing>[^?,.:]{1,60}?)(?: from)? (?:do|does|did|have|has|are|is) "
    r"(?:you|your|they|the|people)\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_USE = re.compile(r"\b(?:us(?:e|es|ed|ing)|run|running|program|deploy)\b", re.IGNORECASE)
_NOUN = re.compile(
    r"\b(?:tool|technolog(?:y|ie)|language|framework|librar(?:y|ie)|package|ide|editor|database"
    r"|platform|software|product|service|exporter|receiver|connector|extension|plugin|compiler"
    r"|distribution|browser|device|gpu|processor|project|provider|system|hardware)s?$"
)
_ANY_TOOL = ("tools", "technologies", "products", "software", "services", "projects")


def plain_text(text: str) -> str:
    """A question's text in small letters and single words, without its code.

    "tool2. Which OS do you use?" and "DatabaseWorkedWith" become "which os do you use?" and
    "database worked with". "Machine learning" is read as "ml" and "deep learning" as "machine ml",
    so that phrases about learning do not find them.
    """
    text = _CODE.sub("", text.strip())
    if " " not in text:
        text = _CAMEL.sub(" ", text).replace("_", " ")
    text = text.lower()
    text = text.replace("machine learning", "ml").replace("deep learning", "machine ml")
    return " ".join(text.replace("-", " ").replace("’", "'").split())


_CODE = re.compile(r"^(?:[A-Za-z]*\d\w*\.\s+|Q(?=[a-z]+_|[a-z]+$))")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
