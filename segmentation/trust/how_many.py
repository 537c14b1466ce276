"""How many latent classes: the Bayesian information criterion, with entropy as the referee."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.cluster import MAX_CLASSES, ClassFit, fit_classes
from segmentation.encode import features_of
from segmentation.errors import SegmentError
from segmentation.sampling import draw
from segmentation.spec import RunSpec
from segmentation.trust.model import HowMany
from segmentation.trust.people import People

STRONG = 10.0
"""Kass and Raftery (1995): a difference in BIC of less does not tell two models apart for sure."""

CLOSE = 0.02
"""Of the lowest BIC's advantage over a single class: numbers that cost less are as good."""

STOP = 2
"""More classes in a row that do not lower the BIC, after which no more are tried."""

CLEAR = 0.8
"""From this entropy on respondents fall clearly to one class each (Celeux and Soromenho 1996)."""


@dataclass(frozen=True)
class Timed:
    """A fit, and how many seconds it took."""

    fit: ClassFit
    seconds: float


def fit_of(people: People, spec: RunSpec, classes: int) -> Timed | None:
    """So many latent classes on these people; None where there are too few different answers."""
    start = time.perf_counter()
    try:
        features = features_of(
            people.tools, people.chosen, people.asked, people.weight, spec.encode
        )
    except SegmentError:
        return None
    patterns = draw(features, spec.fit, spec.embed.seed)
    if classes >= len(patterns.count):
        return None
    fit = fit_classes(patterns, classes, spec.embed.seed)
    return Timed(fit, time.perf_counter() - start)


FEW, MANY = range(1, 9), range(9, MAX_CLASSES + 1)
"""Numbers of classes tried at first, and those tried as well where these do not do."""


def needs_more(fits: Sequence[ClassFit]) -> bool:
    """Whether the search goes on beyond FEW: it stops once two more classes in a row have not
    lowered the BIC."""
    return chosen_by_bic(fits)[0] > FEW[-1] - STOP if len(fits) == len(FEW) else False


def how_many(fits: Sequence[ClassFit]) -> HowMany:
    """What the fits say. BIC picks its lowest; of the numbers whose BIC is as good (within STRONG,
    or within CLOSE of what the lowest gains over one class) entropy prefers the clearest."""
    fits = sorted(fits, key=lambda fit: fit.classes)
    lowest = min(fits, key=lambda fit: fit.bic)
    gained = max(fits[0].bic - lowest.bic, 0.0)
    as_good = [f for f in fits if f.bic - lowest.bic <= max(STRONG, CLOSE * gained)]
    clearest = max(as_good, key=lambda fit: (round(fit.entropy, 2), -fit.classes))
    return HowMany(tuple(fits), lowest.classes, clearest.classes, _why(fits, lowest, clearest))


def _why(fits: Sequence[ClassFit], lowest: ClassFit, clearest: ClassFit) -> str:
    if lowest.classes == 1:
        return (
            "One class describes the answers best: no number of latent classes is better than one "
            "average profile."
        )
    edge = (
        " It is the largest number that was tried, so more may fit still better: the answers shade "
        "into each other."
        if lowest.classes == fits[-1].classes
        else ""
    )
    people = "clearly" if clearest.entropy >= CLEAR else "not clearly"
    falls = f"respondents fall {people} to one class each (entropy {clearest.entropy:.2f})"
    if lowest.classes == clearest.classes:
        return f"{lowest.classes} classes have the lowest BIC, and {falls}.{edge}"
    return (
        f"{lowest.classes} classes have the lowest BIC; {clearest.classes} fit nearly as well, and "
        f"{falls}, against {lowest.entropy:.2f} with {lowest.classes}.{edge}"
    )


def chosen_by_bic(fits: Sequence[ClassFit]) -> tuple[int, int]:
    """The number that a run with a free number of classes takes, and the last that it tries: the
    search goes up from one and stops once two more in a row have not lowered the BIC."""
    best, lowest, since, tried = 1, np.inf, 0, 1
    for fit in sorted(fits, key=lambda one: one.classes):
        best, lowest, since = (
            (fit.classes, fit.bic, 0) if fit.bic < lowest else (best, lowest, since + 1)
        )
        tried = fit.classes
        if since == STOP:
            break
    return best, tried
