"""One part laid on what all parts agreed on: the same tools and attributes in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.encode import Attribute, Features, Reply, attribute_of, tool_columns, totals, uses
from segmentation.intake import Answers
from segmentation.intake.labels import match_key
from segmentation.mixture import Bools, Floats
from segmentation.parts.agreeing import Agreed, Common
from segmentation.parts.bits import Bits
from segmentation.parts.reading import Kept, Read
from segmentation.vocabulary import Tool


@dataclass(frozen=True, eq=False)
class PartAttribute:
    """An `Attribute`, held small."""

    name: str
    levels: tuple[str, ...]
    member: Bits
    answered: Bits
    multiple: bool


@dataclass(frozen=True, eq=False)
class PartFeatures:
    """The features of a part, held small. `weight`: None where it is 1 for all included."""

    tools: tuple[Tool, ...]
    chosen: Bits
    asked: Bits
    included: Bits
    weight: Floats | None
    attributes: tuple[PartAttribute, ...]


@dataclass(frozen=True, eq=False)
class Totals:
    """Of a part: weight of who chose and of who was asked each tool, and how many were asked;
    those of two parts add up."""

    tools: tuple[Tool, ...]
    chosen: Floats
    asked: Floats
    base: Floats


@dataclass(frozen=True, eq=False)
class Everywhere:
    """What all respondents together decide: (tools,)."""

    base: Floats
    prevalence: Floats
    kept: Bools


def aligned(read: Read, agreed: Agreed) -> PartFeatures:
    """The part's features over the tools and levels of all parts."""
    counted, rows = read.included.column(), read.summary.respondents
    replies = [_reply(common, read.tools, rows) for common in agreed.tools]
    tools, chosen, asked = tool_columns(agreed.mapping, replies, counted)
    attributes = []
    for common in agreed.attributes:
        assert common.levels is not None  # noqa: S101 - an attribute has levels
        reply = _reply(common, read.attributes, rows)
        made = attribute_of(reply, common.levels, counted)
        bits = Bits.of(made.member), Bits.of(made.answered)
        attributes.append(PartAttribute(made.name, made.levels, *bits, made.multiple))
    return PartFeatures(
        tools, Bits.of(chosen), Bits.of(asked), read.included, read.weight, tuple(attributes)
    )


def totals_of(part: PartFeatures) -> Totals:
    """What a part adds to prevalence."""
    weight, chosen, asked = weight_of(part), part.chosen.table(), part.asked.table()
    ones = np.ones(len(weight))
    return Totals(part.tools, totals(weight, chosen), totals(weight, asked), totals(ones, asked))


def weight_of(part: PartFeatures) -> Floats:
    if part.weight is not None:
        return part.weight
    return part.included.column().astype(float)


def features_of_part(part: PartFeatures, everywhere: Everywhere) -> Features:
    """The part's features, with the tools kept that everybody together keeps."""
    chosen, weight = part.chosen.table(), weight_of(part)
    return Features(
        tools=part.tools,
        chosen=chosen,
        asked=part.asked.table(),
        weight=weight,
        base=everywhere.base,
        prevalence=everywhere.prevalence,
        kept=everywhere.kept,
        used=uses(chosen, weight, everywhere.kept),
        included=part.included.column(),
        attributes=tuple(
            Attribute(a.name, a.levels, a.member.table(), a.answered.column(), a.multiple)
            for a in part.attributes
        ),
    )


def _reply(common: Common, kept: tuple[Kept, ...], rows: int) -> Reply:
    """What the part says to a question, over the options of all parts."""
    own = next((one.reply() for one in kept if one.question.key == common.question.key), None)
    options = common.question.options if common.question.kind != "number" else ()
    chosen = np.zeros((rows, len(options)), dtype=bool, order="F")
    if own is None:
        nobody = np.zeros(rows, dtype=bool)
        numbers = np.full(rows, np.nan) if common.question.kind == "number" else None
        answers = Answers(options, chosen, nobody, ~nobody, common.offers_none)
        return Reply(common.question, common.entry, answers, numbers)
    said = own.answers
    at = {match_key(option): column for column, option in enumerate(options)}
    places = [at.get(match_key(option), -1) for option in said.options]
    unshown = None if said.unshown is None else np.zeros_like(chosen)
    for column, place in enumerate(places):
        if place >= 0:
            chosen[:, place] |= said.chosen[:, column]
            if unshown is not None and said.unshown is not None:
                unshown[:, place] = said.unshown[:, column]
    answers = Answers(options, chosen, said.answered, said.not_asked, common.offers_none, unshown)
    return Reply(common.question, common.entry, answers, own.numbers)
