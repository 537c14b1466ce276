"""A saved mapping used without anybody to ask: what is sure is taken, the rest is told."""

from __future__ import annotations

from collections.abc import Iterable

from segmentation.errors import MappingError
from segmentation.mapping.carry import Carried, Review, carry, sure_names
from segmentation.mapping.changes import Changes
from segmentation.mapping.template import Template

MOST = 8
"""Options named in one sentence."""


def reuse(review: Review, *, similar: bool = False) -> Carried:
    """The mapping for the survey, with a note for each thing that changed.

    With `similar`, what is merely alike is taken for the same. Raises MappingError where a
    question is merely alike and `similar` is not given, and when no question about tools is left.
    """
    alike = [one for one in review.matches if one.how == "fuzzy"]
    if alike and not similar:
        pairs = (
            f"“{one.saved.text or one.saved.key}” may be “{review.survey.question(one.here).text}”"
            for one in alike
        )
        raise MappingError(
            f"Some questions of the mapping are asked in other words here: {_listed(pairs)}. Give "
            "--accept-similar to take them for the same, or correct the mapping."
        )
    taken = review.proposed()
    roles = {entry.question: entry.role for entry in review.template.mapping.questions}
    tools = [key for key, role in roles.items() if role == "tools"]
    if tools and not any(key in taken for key in tools):
        raise MappingError(
            "The mapping is of another survey, for this one has none of its tool questions "
            f"({_text(review.template, tools[0])!r} is the first): make one with inspect "
            "--mapping-out."
        )
    found = review.changes(taken)
    names = sure_names(found)
    if similar:
        names = {key: {r.saved: r.here for r in one.renamed} for key, one in found.items()}
    done = carry(review, taken, names)
    notes = [*done.notes]
    for one in review.matches:
        role = roles.get(one.saved.key, "ignore")
        if one.saved.text and not one.here and role != "ignore":
            notes.append(_missing(one.saved.text, role))
    for key, changed in found.items():
        notes += _changed(_text(review.template, key), changed, names.get(key, {}))
    return Carried(done.mapping, tuple(notes))


def _missing(text: str, role: str) -> str:
    then = ": its tools count as not asked" if role == "tools" else ""
    return f"“{text}” is not in this survey{then}."


def _changed(text: str, changed: Changes, taken: dict[str, str]) -> Iterable[str]:
    same = [one for one in changed.renamed if one.saved in taken]
    unsure = [one for one in changed.renamed if one.saved not in taken]
    if same:
        pairs = (f"“{one.saved}” is “{one.here}” here" for one in same)
        yield f"In “{text}”, {_listed(pairs)}."
    if unsure:
        pairs = (f"“{one.saved}” may be “{one.here}”" for one in unsure)
        yield f"In “{text}”, {_listed(pairs)}: --accept-similar takes them for the same."
    new = [*changed.new, *(one.here for one in unsure)]
    gone = [*changed.vanished, *(one.saved for one in unsure)]
    if new:
        yield f"New in “{text}”: {_listed(new)}."
    if gone:
        yield f"No longer in “{text}”, so not asked: {_listed(gone)}."


def _text(template: Template, key: str) -> str:
    return next((one.text for one in template.asked if one.key == key), "") or key


def _listed(texts: Iterable[str]) -> str:
    first = list(texts)
    more = f" and {len(first) - MOST} more" if len(first) > MOST else ""
    return "; ".join(first[:MOST]) + more
