"""Circularity: tools that formed the cohorts differ between them by construction."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from segmentation.cluster import LIKELY
from segmentation.mixture import Bools, Floats, Ints, Labels, fit_mixture
from segmentation.profiles import MIN_BASE, characteristic, labels_of, rates
from segmentation.run import Segmentation
from segmentation.spec import EncodeSpec, RunSpec
from segmentation.trust.audits.model import CohortMarks
from segmentation.trust.chain import chain, held
from segmentation.trust.people import People, who_form
from segmentation.trust.stability import DISSOLVED, crossed, overlaps


@dataclass(frozen=True, eq=False)
class Halves:
    """Cohorts found on one half. `match`: (cohorts,), the likest of them for each cohort, -1 where
    the best overlap is 0.5 or less: it was not found there. `tested`: bool (found, tools), marks of
    that half with 30 people or more asked in that cohort of the other half; `again`: of these, what
    is evidence there too."""

    match: Ints
    tested: Bools
    again: Bools


def audit(run: Segmentation) -> tuple[CohortMarks, ...]:
    """Tools that mark each cohort on evidence, those that formed cohorts apart from all others."""
    found, kept = run.profiles.tool_rates, run.features.kept
    names = labels_of(run.features.tools)
    result = []
    for cohort, marked in enumerate(found.significant > 0):
        others = characteristic(found, cohort, marked & ~kept)
        result.append(
            CohortMarks(
                number=cohort,
                forming=int((marked & kept).sum()),
                others=len(others),
                others_names=tuple(names[tool] for tool in others),
                again=None,
                tested=None,
            )
        )
    return tuple(result)


def again(run: Segmentation, seed: int = 0) -> tuple[CohortMarks, ...]:
    """`audit`, with how many marks of one half of the respondents the other half shows too."""
    halves = on_halves(run, seed)
    return tuple(
        replace(
            mark,
            again=int(halves.again[place].sum()) if place >= 0 else 0,
            tested=int(halves.tested[place].sum()) if place >= 0 else 0,
        )
        for mark, place in zip(audit(run), halves.match, strict=True)
    )


def on_halves(run: Segmentation, seed: int) -> Halves:
    """Form cohorts on a random half, and look for what marks them among the other half.

    There each person is placed by the definition *without the tool in question*, or its own answer
    would decide. Evidence is that of the profiles, its false discovery rate over the tool's
    cohorts.
    """
    people, everything = who_form(run.features), _used(run)
    one, other = _halves(len(people), seed)
    found = chain(people.take(one), _on_half(run))
    match = _matches(
        run.clustering.labels[one], run.clustering.cohorts, found.labels, found.cohorts
    )
    if not found.cohorts:
        nothing = np.zeros((0, len(everything.tools)), dtype=bool)
        return Halves(match, nothing, nothing)
    half = everything.take(one)
    known = rates(half.chosen, half.asked, half.weight, found.labels, found.cohorts)
    evidence, base = _held_out(run, one, other, found.labels, found.cohorts)
    tested = (known.significant > 0) & (base >= MIN_BASE)
    return Halves(match, tested, tested & (evidence > 0))


def _used(run: Segmentation) -> People:
    """The respondents used, on all tools."""
    features, rows = run.features, run.features.used
    return People(
        features.tools, features.chosen[rows], features.asked[rows], features.weight[rows]
    )


def _on_half(run: Segmentation) -> RunSpec:
    """The same tools form the cohorts of a half, and as many latent classes."""
    spec = run.cohorts.spec
    return replace(spec, encode=EncodeSpec(0.0), cluster=held(spec.cluster, run.clustering.cohorts))


def _halves(people: int, seed: int) -> tuple[Ints, Ints]:
    order = np.random.default_rng(seed).permutation(people)
    return np.sort(order[: people // 2]), np.sort(order[people // 2 :])


def _matches(labels: Labels, cohorts: int, others: Labels, found: int) -> Ints:
    """The likest of those found for each cohort, -1 where it was not found: (cohorts,)."""
    if not found:
        return np.full(cohorts, -1)
    overlap = np.nan_to_num(overlaps(crossed(labels, cohorts, others, found)))
    match: Ints = np.where(overlap.max(axis=1) > DISSOLVED, overlap.argmax(axis=1), -1)
    return match


def _held_out(
    run: Segmentation, one: Ints, other: Ints, labels: Labels, cohorts: int
) -> tuple[Ints, Floats]:
    """Evidence for each tool in each cohort among the `other` respondents, placed without it, and
    how many were asked there: (cohorts, tools) each."""
    people, everything = who_form(run.features), _used(run).take(other)
    half, rest = people.take(one), people.take(other)
    definition = fit_mixture(half.chosen, half.asked, half.weight, labels, cohorts)
    absent = np.log1p(-definition.rate)
    odds = np.log(definition.rate) - absent
    joint = np.log(definition.share) + rest.chosen @ odds.T + rest.asked @ absent.T
    always = run.cohorts.spec.cluster.unassigned == "everyone"
    column = np.cumsum(run.features.kept) - 1
    evidence = np.zeros((cohorts, len(everything.tools)), dtype=np.int64)
    base = np.zeros(evidence.shape)
    for tool, forms in enumerate(run.features.kept):
        without = joint
        if forms:
            own = column[tool]
            term = np.outer(rest.chosen[:, own], odds[:, own])
            without = joint - term - np.outer(rest.asked[:, own], absent[:, own])
        seen = everything.chosen[:, [tool]], everything.asked[:, [tool]]
        found = rates(*seen, everything.weight, _likeliest(without, always), cohorts)
        evidence[:, tool], base[:, tool] = found.significant[:, 0], found.base[:, 0]
    return evidence, base


def _likeliest(joint: Floats, always: bool) -> Ints:
    """The likeliest cohort, -1 under a probability of one half unless everybody is placed."""
    best = joint.max(axis=1)
    sure = 1 / np.exp(joint - best[:, None]).sum(axis=1) >= LIKELY
    placed: Bools = sure | always
    return np.where(placed, joint.argmax(axis=1), -1)
