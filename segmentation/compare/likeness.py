"""How alike two definitions are: given the same people, whom would both put in their cohort?

Only the saved definitions are needed. People are drawn from both, and each definition places all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.mixture import Bools, Floats, Ints, Mixture, fit_mixture
from segmentation.progress import Progress, silent

DRAWS = 20_000
"""People drawn from each definition: the standard error of a similarity stays under 0.02."""

RESAMPLES = 20
RESAMPLE_DRAWS = 4_000
LARGEST_RESAMPLE = 10_000
ROUNDS = 10
"""Of placing and describing again, in which the cohorts of a resample settle."""

SETTLED = 0.002
"""Share of people who still change cohort."""

LOWEST_RESAMPLE = 0.05


@dataclass(frozen=True, eq=False)
class Overlap:
    """Two definitions given the same people; arrays are (cohorts of A, cohorts of B, ...).

    `similarity`: 0 to 1, the Jaccard index |in both| / |in either| of the people placed in the
    cohort of A and in that of B, once among people drawn from A and once among people drawn from
    B; the smaller of the two, so that a cohort whose people are gone has no counterpart in the
    one that would take them in. `larger`: by how much the share placed in the cohort of B exceeds
    that placed in the cohort of A, mean over both: what makes them differ in size though the
    people are the same. `apart`: the same of the prevalence of each tool, (..., tools): other
    members, not other habits.
    """

    similarity: Floats
    larger: Floats
    apart: Floats


def overlap(a: Mixture, b: Mixture, draws: int = DRAWS, seed: int = 0) -> Overlap:
    """The two definitions over the same tools, on `draws` people from either."""
    found = [_on_people(a, b, source, draws, seed) for source in (a, b)]
    one, other = found
    return Overlap(
        np.minimum(one.similarity, other.similarity),
        (one.larger + other.larger) / 2,
        (one.apart + other.apart) / 2,
    )


def _on_people(a: Mixture, b: Mixture, source: Mixture, draws: int, seed: int) -> Overlap:
    """The two definitions on people drawn from one of them."""
    chosen = draw(source, draws, np.random.default_rng(seed))
    in_a = place(a, chosen) == np.arange(len(a.share))[:, None]
    in_b = place(b, chosen) == np.arange(len(b.share))[:, None]
    table = in_a.astype(np.float32) @ in_b.T.astype(np.float32)
    size_a, size_b = in_a.sum(axis=1), in_b.sum(axis=1)
    ticked = chosen.astype(np.float32)
    use_a, use_b = (
        np.divide(placed @ ticked, placed.sum(axis=1)[:, None].clip(1))
        for placed in (in_a.astype(np.float32), in_b.astype(np.float32))
    )
    return Overlap(
        jaccard(table.astype(np.float64)),
        (size_b - size_a[:, None]) / draws,
        (use_b - use_a[:, None]).astype(np.float64),
    )


def jaccard(table: Floats) -> Floats:
    """|both| / |either| of every row's group with every column's, from their contingency table."""
    either = table.sum(axis=1)[:, None] + table.sum(axis=0) - table
    index: Floats = np.divide(table, either, out=np.zeros(table.shape), where=either > 0)
    return index


def cut_offs(
    mixture: Mixture, sizes: tuple[int, int], seed: int = 0, progress: Progress = silent
) -> Floats:
    """The similarity that a counterpart of each cohort must reach, from the definition alone.

    Halfway between two cases. *The same survey again*: two samples of the given sizes are drawn,
    the cohorts of each settle anew, and the cohort is compared with itself; of 20 times the 5th
    percentile. *The cohort is gone*: its similarity to the likest cohort of the same definition
    without it.
    """
    itself = np.quantile(_itself(mixture, sizes, seed, progress), LOWEST_RESAMPLE, axis=0)
    gone = np.array([_gone(mixture, cohort, seed) for cohort in range(len(mixture.share))])
    halfway: Floats = (itself + gone) / 2
    return halfway


def draw(mixture: Mixture, people: int, rng: np.random.Generator) -> Bools:
    """What people drawn from a mixture chose: (people, tools)."""
    cohort = rng.choice(len(mixture.share), people, p=mixture.share / mixture.share.sum())
    luck = rng.random((people, mixture.rate.shape[1]), dtype=np.float32)
    return np.asarray(luck < mixture.rate.astype(np.float32)[cohort])


def place(mixture: Mixture, chosen: Bools) -> Ints:
    """The likeliest cohort of each, all tools asked."""
    absent = np.log1p(-mixture.rate)
    odds = (np.log(mixture.rate) - absent).astype(np.float32)
    known = (np.log(mixture.share) + absent.sum(axis=1)).astype(np.float32)
    likeliest: Ints = (chosen.astype(np.float32) @ odds.T + known).argmax(axis=1)
    return likeliest


def _itself(mixture: Mixture, sizes: tuple[int, int], seed: int, progress: Progress) -> Floats:
    """(resamples, cohorts): similarity of each cohort to itself found again."""
    rng = np.random.default_rng(seed)
    found: list[Floats] = []
    for resample in range(RESAMPLES):
        progress("Finding out how alike two samples of one survey are", resample / RESAMPLES)
        one, other = (
            _found_again(mixture, draw(mixture, min(size, LARGEST_RESAMPLE), rng)) for size in sizes
        )
        found.append(np.diag(overlap(one, other, RESAMPLE_DRAWS, resample).similarity))
    return np.array(found)


def _found_again(mixture: Mixture, chosen: Bools) -> Mixture:
    """The definition read off a sample, starting from the one that it was drawn from: everybody
    to the likeliest cohort, cohorts described again, in turn (Celeux and Govaert 1992)."""
    asked, weight = np.ones_like(chosen), np.ones(len(chosen))
    before = None
    for _ in range(ROUNDS):
        labels = place(mixture, chosen)
        if before is not None and np.mean(labels != before) < SETTLED:
            break
        before = labels
        mixture = fit_mixture(chosen, asked, weight, labels, len(mixture.share))
    return mixture


def _gone(mixture: Mixture, cohort: int, seed: int) -> float:
    if len(mixture.share) == 1:
        return 0.0
    others = np.arange(len(mixture.share)) != cohort
    without = Mixture(mixture.share[others] / mixture.share[others].sum(), mixture.rate[others])
    return float(overlap(mixture, without, RESAMPLE_DRAWS, seed).similarity[cohort].max())
