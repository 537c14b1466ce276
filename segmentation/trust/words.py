"""What was found out, in sentences for somebody who has never heard of mutual information.

The same on the page, in files and on the terminal. Names of cohorts, tools and attributes are
uploaded text and stand in the sentences as they are: whoever shows them keeps them from acting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.cohorts.trusted import Band, Ruling
from segmentation.cohorts.trusted import caution as caution_of
from segmentation.figures import percent
from segmentation.profiles import MIN_BASE, MIN_COUNT
from segmentation.trust.audits.model import (
    AttributeAudit,
    Audits,
    BreadthAudit,
    CohortMarks,
    NicheTool,
    OrderProof,
    ThresholdAudit,
)
from segmentation.trust.methods import in_sentence
from segmentation.trust.model import CohortTrust, HowMany, Methods, SweepCell, Trust
from segmentation.trust.structure import Structure

RULINGS: dict[Ruling, str] = {
    "holds": "Holds",
    "pattern, members doubtful": "Pattern, members doubtful",
    "do not use": "Do not use",
}

BANDS: dict[Band, str] = {
    "highly stable": "highly stable",
    "stable": "stable",
    "pattern": "a pattern, members doubtful",
    "not to be trusted": "not to be trusted",
    "dissolved": "dissolved",
}

STRENGTHS = ((0.1, "nearly independent"), (0.3, "weakly related"), (0.5, "moderately related"))
"""Below this Cramer's V; strongly related from the last one on."""

MUCH_BREADTH, SOME_BREADTH = 0.5, 0.25
"""Shares of what sets cohorts apart that merely follows from how many tools people chose."""

LISTED = 5
"""Names in one sentence."""

SHUFFLED = (
    "The shuffled copies have the same tools, each as popular as in the survey, but who uses which "
    "is dealt out by chance: in one kind freely, in the other so that everyone keeps the number of "
    "tools they chose. Cohorts found there are found in nothing."
)

STABILITY = (
    "Stability: the cohorts are looked for again in random halves of the respondents; 1 means the "
    "very same members each time, 0.75 and more is stable, 0.5 and less means that the cohort "
    "dissolves."
)

NO_METHOD = "No method finds cohorts here that tell anything about new people."


@dataclass(frozen=True)
class Statement:
    """A sentence to remember, and what it means and calls for."""

    headline: str
    paragraph: str


def structure_in_words(structure: Structure) -> Statement:
    """The verdict on the survey as a whole."""
    gain = f"a gain of {structure.gain:+.2f}, give or take {2 * structure.se:.2f}"
    free, kept = _most(structure.independent), _most(structure.breadth_keeping)
    shuffles = (
        f"The shuffled copies reach {free:+.2f} at most, and {kept:+.2f} where everyone keeps the "
        "number of tools they chose."
    )
    if structure.verdict == "structure":
        return Statement(
            "There is structure: which tools go together here is more than chance.",
            f"Knowing the cohorts makes the answers of new people typically "
            f"{times(structure.gain)} times as likely as one average profile does ({gain}). "
            f"{shuffles} Go on: see below which of the cohorts hold.",
        )
    if structure.verdict == "breadth only":
        return Statement(
            "Breadth only: the cohorts tell who uses many tools and who uses few, not more.",
            f"They foretell the answers of new people ({gain}), but so do shuffled copies in which "
            f"only the number of tools is kept. {shuffles} Do not present these cohorts as kinds "
            "of people. Re-fit without breadth (see the audits below), or map questions that "
            "not everybody ticks along.",
        )
    if structure.verdict == "none":
        return Statement(
            "No structure: shuffled answers give cohorts that are just as good.",
            f"The cohorts tell no more about new people than chance does ({gain}). {shuffles} Do "
            "not use them. Map more questions about tools, try another threshold or method, or "
            "report that there are no groups: that is a finding too.",
        )
    if structure.unseen:
        return Statement(
            "Unclear: tools go together here, but these cohorts do not show how.",
            f"Tools go with each other more than in any shuffled copy, so there is something to "
            f"find; what these cohorts foretell of new people could be chance or breadth ({gain}). "
            f"{shuffles} Do not rely on these cohorts. Try another method, fewer and larger "
            "cohorts, or ask more respondents.",
        )
    return Statement(
        "Unclear: there may be structure, but this survey cannot tell it from chance.",
        f"The cohorts seem to tell something about new people ({gain}), by less than the error of "
        f"measurement. {shuffles} Present them as tentative at most. More respondents or more "
        "questions about tools would settle it.",
    )


def caution(structure: Structure | None) -> str:
    """What pages and files say about cohorts whose survey shows no structure; "" where it does,
    and before it was tested."""
    return "" if structure is None else caution_of(structure.verdict)


def rests_on(structure: Structure) -> str:
    """How much the verdict rests on."""
    sets = len(structure.independent), len(structure.breadth_keeping)
    shuffles = f"{sets[0]}" if sets[0] == sets[1] else f"{sets[0]} and {sets[1]}"
    people = f"{structure.respondents:,} respondents"
    if structure.respondents < structure.of:
        people = f"a random {structure.respondents:,} of {structure.of:,} respondents"
    return f"From {shuffles} shuffled copies of each kind, on {people}."


def times(gain: float) -> str:
    """A gain in nats as a factor of likelihood."""
    factor = float(np.exp(min(max(gain, -50.0), 50.0)))
    return f"{factor:,.0f}" if factor >= 10 else f"{factor:.1f}"


def ruling_in_words(cohort: CohortTrust) -> str:
    """One line on one cohort, without its name."""
    if cohort.ruling is None:
        return "Not known yet."
    return f"{RULINGS[cohort.ruling]}. {cohort.reason}"


def cohorts_in_words(cohorts: Sequence[CohortTrust]) -> str:
    """How many of them hold."""
    known = [one for one in cohorts if one.ruling is not None]
    if len(known) < len(cohorts) or not known:
        return "Which cohorts hold is not known yet."
    holding = sum(one.ruling == "holds" for one in known)
    doubtful = sum(one.ruling == "pattern, members doubtful" for one in known)
    rest = len(known) - holding - doubtful
    if holding == len(known):
        return "The cohort holds." if holding == 1 else f"All {holding} cohorts hold."
    if rest == len(known):
        return "The cohort does not hold." if rest == 1 else f"None of the {rest} cohorts holds."
    if rest == len(known):
        return "The cohort does not hold." if rest == 1 else f"None of the {rest} cohorts holds."
    parts = [
        f"{holding} of {_count(len(known), 'cohort')} {_verb(holding, 'hold')}"
        if holding
        else f"None of the {len(known)} cohorts holds"
    ]
    if doubtful:
        parts.append(f"{doubtful} {_verb(doubtful, 'show')} a pattern with doubtful members")
    if rest:
        parts.append(f"{rest} should not be used")
    return f"{_and(parts)}."


def stability_in_words(cohort: CohortTrust) -> str:
    """The figure with its error and band."""
    found = cohort.stability
    if found.jaccard is None or found.band is None:
        return "not known yet"
    error = f" ± {2 * found.se:.2f}" if found.se is not None else ""
    return f"{found.jaccard:.2f}{error}, {BANDS[found.band]}"


def confusion_in_words(cohort: CohortTrust, names: Sequence[str]) -> str:
    """Whose likeness its members are found in instead."""
    if cohort.confused_with is None:
        return "no other cohort"
    return f"{names[cohort.confused_with]} ({percent(cohort.confused)} of its members)"


def method_in_words(methods: Methods) -> str:
    """Which method suits the survey best, and why."""
    if methods.best is None:
        return methods.reason or NO_METHOD
    return f"Best suited to this survey: {in_sentence(methods.best)}. {methods.reason}"


def how_many_in_words(found: HowMany) -> str:
    """How many cohorts the answers ask for, read off latent classes."""
    if found.suggested == 1:
        return f"The answers ask for no division at all. {found.reason}"
    return f"The answers ask for about {found.suggested} cohorts. {found.reason}"


def cell_in_words(cell: SweepCell) -> str:
    """What one cell of a sweep gives."""
    stable = "stability not known" if cell.stability is None else f"stability {cell.stability:.2f}"
    return (
        f"{_count(cell.cohorts, 'cohort')}, gain {cell.gain:+.2f} ± {2 * cell.gain_se:.2f}, "
        f"{stable}, {percent(cell.unassigned)} unassigned"
    )


def breadth_in_words(audit: BreadthAudit) -> str:
    """How much of what sets the cohorts apart is mere breadth."""
    share = percent(audit.share)
    low, high = min(audit.mean_tools, default=0.0), max(audit.mean_tools, default=0.0)
    spread = f"Members choose {low:.1f} tools on average in one cohort and {high:.1f} in another."
    if audit.share >= MUCH_BREADTH:
        return (
            f"{share} of what sets the cohorts apart is merely that some people tick many boxes "
            f"and others few. {spread} Re-fit without breadth before you describe them."
        )
    if audit.share >= SOME_BREADTH:
        return (
            f"{share} of what sets the cohorts apart is merely how many boxes people tick. "
            f"{spread} Say so when you describe them, or re-fit without breadth."
        )
    return (
        f"Only {share} of what sets the cohorts apart is how many boxes people tick; the rest is "
        f"which ones. {spread}"
    )


def threshold_in_words(audit: ThresholdAudit) -> str:
    """What the prevalence threshold hides."""
    if not audit.dropped:
        return "No tool is under the threshold: all of them form the cohorts."
    dropped = f"{_count(audit.dropped, 'tool')} under the threshold had no part in the cohorts"
    if not audit.tools and not audit.niches:
        return f"{dropped}, and none of them would mark a niche."
    lines = [f"{dropped}."]
    if audit.tools:
        named = listed(list(dict.fromkeys(tool.tool for tool in audit.tools)))
        lines.append(f"They still set cohorts found here apart: {named}.")
    if audit.niches:
        found = listed([f"{names} ({_count(n, 'person', 'people')})" for names, n in audit.niches])
        lines.append(
            f"With a threshold of {percent(audit.threshold)} there would be cohorts of their own: "
            f"{found}. Lower the threshold if such a niche matters to you."
        )
    return " ".join(lines)


def niche_in_words(niche: NicheTool, names: Sequence[str]) -> str:
    """One tool under the threshold that marks a cohort."""
    return (
        f"{niche.tool} ({niche.category}) marks {names[niche.cohort]}: {percent(niche.prevalence)} "
        f"there against {percent(niche.overall)} of everyone (index {niche.index:.0f}, "
        f"{niche.base:,} asked)"
    )


def strength(v: float) -> str:
    """Cramer's V in words."""
    return next((word for below, word in STRENGTHS if v < below), "strongly related")


def attribute_in_words(audit: AttributeAudit) -> str:
    """How far an attribute goes with the cohorts."""
    said = f"Cohort and “{audit.name}” are {strength(audit.v)}"
    p = p_in_words(audit)
    figure = f"V = {audit.v:.2f} on a scale from 0 to 1, {p}{_of_level(audit)}"
    chance = ""
    if audit.p >= 0.05 and audit.v >= STRENGTHS[0][0]:
        chance = " With so few people this may be chance."
    elif audit.p < 0.05 and audit.v < STRENGTHS[0][0]:
        chance = " The little there is is no chance."
    return f"{said} ({figure}).{chance}"


def _of_level(audit: AttributeAudit) -> str:
    """Which answer the figure is of, where people gave several; not what a few people wrote in."""
    if not audit.level:
        return ""
    counts = dict(zip(audit.levels, audit.counts, strict=True)).get(audit.level, ())
    which = f"“{audit.level}”, " if sum(counts) >= MIN_COUNT else ""
    return f"; of {which}the answer that goes with the cohorts most"


def p_in_words(audit: AttributeAudit) -> str:
    """The share of shuffles with as large a V; never 0, which no number of shuffles can show."""
    smallest = 1 / (audit.permutations + 1)
    if audit.p <= smallest:
        return f"p < {_one_digit(smallest)}"
    return f"p = {_one_digit(audit.p)}"


def role_in_words(audit: AttributeAudit) -> str:
    """What follows for whoever recruits or reports by title."""
    if audit.v < STRENGTHS[0][0]:
        return "A title says almost nothing about the cohort: recruit and report by tools instead."
    if audit.v < STRENGTHS[1][0]:
        return "A title says little about the cohort: most titles are spread over several."
    return "A title says something about the cohort: report the two together."


def marks_in_words(marks: Sequence[CohortMarks]) -> str:
    """Whether the cohorts show in tools that had no part in forming them."""
    forming, others = sum(one.forming for one in marks), sum(one.others for one in marks)
    if not forming + others:
        return "No tool marks any cohort on evidence."
    shown = (
        f"{_count(forming, 'mark')} {_verb(forming, 'are', 'is')} of tools that formed the "
        "cohorts, which differ by construction; "
    )
    if not others:
        return f"{shown}no other tool marks a cohort, so nothing independent speaks for them."
    return f"{shown}{others} {_verb(others, 'are', 'is')} of tools that had no part in it."


def again_in_words(marks: Sequence[CohortMarks]) -> str:
    """How many marks are seen again in the other half; "" where that was not tested."""
    tested = sum(one.tested or 0 for one in marks)
    if all(one.tested is None for one in marks):
        return ""
    again = sum(one.again or 0 for one in marks)
    if not tested:
        return "One half of the respondents shows no marks that the other half could confirm."
    return (
        f"Of {_count(tested, 'mark')} found in one half of the respondents, the other half, which "
        f"had no part in finding them, confirms {again} ({percent(again / tested)})."
    )


def order_in_words(proof: OrderProof) -> str:
    """Whether the order of the file matters."""
    if proof.identical == proof.shuffles:
        return (
            f"The order of the file does not matter: in {proof.shuffles} copies with rows and "
            f"columns shuffled, all {proof.people:,} respondents had the same cohort."
        )
    return (
        f"The order of the file matters: in {proof.shuffles - proof.identical} of {proof.shuffles} "
        f"copies with rows and columns shuffled, up to {proof.moved:,} of {proof.people:,} "
        "respondents had another cohort. Please report this: it should not be."
    )


def audits_in_words(audits: Audits) -> Iterator[str]:
    """Each audit that was done, in a sentence or two; of the attributes, the title first."""
    if audits.breadth is not None:
        yield breadth_in_words(audits.breadth)
    if audits.threshold is not None:
        yield threshold_in_words(audits.threshold)
    for audit in sorted(audits.attributes or (), key=lambda one: not one.title):
        yield attribute_in_words(audit)
    if audits.marks is not None:
        yield " ".join(filter(None, (marks_in_words(audits.marks), again_in_words(audits.marks))))
    if audits.order is not None:
        yield order_in_words(audits.order)


def so_far(trust: Trust) -> str:
    """What all of it rests on."""
    people = f"{trust.people:,} respondents"
    if trust.people < trust.of:
        people = f"a random {trust.people:,} of {trust.of:,} respondents"
    done = f"{trust.resamples} of {trust.asked.resamples}"
    halves = str(trust.resamples) if trust.resamples == trust.asked.resamples else done
    kinds = trust.structure
    shuffles = min(len(kinds.independent), len(kinds.breadth_keeping)) if kinds else 0
    return (
        f"{halves} half samples and {shuffles} shuffled copies of each kind, of {people}"
        f"{'' if trust.complete else '; more to come'}"
    )


def small(cohort: CohortTrust) -> str:
    """A word on a cohort of few people; "" on others."""
    return f"fewer than {MIN_BASE} people" if cohort.size < MIN_BASE else ""


def _most(values: Sequence[float]) -> float:
    return max(values, default=0.0)


def _one_digit(value: float) -> str:
    return f"{float(f'{value:.1g}'):g}" if value >= 0.0001 else "0.0001"


def listed(names: Sequence[str], most: int = LISTED) -> str:
    """The first of them, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _and(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]


def _count(value: int, one: str, many: str = "") -> str:
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def _verb(count: int, many: str, one: str = "") -> str:
    return (one or f"{many}s") if count == 1 else many
