"""A Bernoulli mixture read off labelled respondents: the definition behind every assignment.

log P(c | x) = log share_c + sum over tools asked of [x log p_ct + (1 - x) log(1 - p_ct)] - log Z,
with Laplace smoothing 1 (Cestnik 1990; the naive Bayes model of independent tools within a cohort).
Tools that a respondent was not asked about drop out of the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.integer[Any]]

BLOCK = 16_384
"""Respondents looked at together, so that memory stays flat on large surveys."""

SMOOTHING = 1.0

NO_SPREAD = 1e-9
"""Nats: a log-likelihood that varies less than this is the same for every answer."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """`share`: (cohorts,), sums to 1. `rate`: (cohorts, tools), each strictly inside (0, 1)."""

    share: Floats
    rate: Floats


@dataclass(frozen=True, eq=False)
class Scores:
    """`posterior`: (respondents, cohorts), rows sum to 1. `loglik`: (respondents,), nats."""

    posterior: Floats
    loglik: Floats


def fit_mixture(
    chosen: Bools, asked: Bools, weight: Floats, labels: Labels, cohorts: int
) -> Mixture:
    """Shares and smoothed rates of the cohorts 0..cohorts-1; label -1 is left out.

    `chosen`, `asked`: (respondents, tools). rate = (sum w chosen + 1) / (sum w asked + 2), with
    weights scaled to mean 1 so that the smoothing weighs the same on any weight scale.
    """
    member = labels >= 0
    mean = max(float(weight[member].mean()), 1e-300) if member.any() else 1.0
    scaled = weight / mean
    (yes,) = group_sums(chosen, labels, cohorts, scaled)
    (base,) = group_sums(asked, labels, cohorts, scaled)
    rate = (yes[:-1] + SMOOTHING) / (base[:-1] + 2 * SMOOTHING)
    size = np.bincount(labels[member], weights=scaled[member], minlength=cohorts) + SMOOTHING
    return Mixture(share=size / size.sum(), rate=rate)


def group_sums(matrix: Bools, labels: Labels, groups: int, *weights: Floats) -> list[Floats]:
    """Weight of those who are true in each column, of each group and, last, of everybody.

    `matrix`: (respondents, items); `labels`: (respondents,), groups from 0, -1 = in none. For each
    of `weights`, (respondents,), an array (groups + 1, items).
    """
    alike = matrix.strides[1] == 0  # one column, broadcast
    items = matrix[:, :1] if alike else matrix
    total = np.zeros((len(weights), groups + 1, items.shape[1]))
    for start in range(0, len(matrix), BLOCK):
        rows = slice(start, start + BLOCK)
        group, within = labels[rows], np.flatnonzero(labels[rows] >= 0)
        heavy = np.zeros((len(weights), groups + 1, len(group)))
        for one, weight in zip(heavy, weights, strict=True):
            one[group[within], within] = weight[rows][within]
            one[-1] = weight[rows]
        total += heavy @ items[rows].astype(float)
    return list(np.repeat(total, matrix.shape[1], axis=2) if alike else total)


def score(mixture: Mixture, chosen: Bools, asked: Bools) -> Scores:
    """Posterior and log-likelihood of each respondent, one at a time in tool space."""
    respondents = len(chosen)
    posterior = np.empty((respondents, len(mixture.share)))
    loglik = np.empty(respondents)
    for start in range(0, respondents, BLOCK):
        rows = slice(start, start + BLOCK)
        joint = _joint(mixture, chosen[rows], asked[rows])
        loglik[rows] = logsumexp(joint, axis=1)
        posterior[rows] = np.exp(joint - loglik[rows, None])
    return Scores(posterior, loglik)


def person_fit(mixture: Mixture, chosen: Bools, asked: Bools) -> Floats:
    """How well each respondent fits the mixture, standardised so that whoever was asked about
    more or other tools can be compared: (respondents,), low = unlike any cohort.

    The person-fit statistic l_z (Drasgow, Levine and Williams 1985), log-likelihood less its
    expectation over its standard deviation given the tools asked, each weighted by the posterior:
    sum_c P(c|x) [log L_c(x) - E_c] / sqrt(sum_c P(c|x) V_c), with E_c = sum_t [p log p +
    (1 - p) log(1 - p)] and V_c = sum_t p (1 - p) log(p / (1 - p))^2 over the tools asked. 0 where
    no tool asked tells likely from unlikely answers (V_c = 0).
    """
    rate = mixture.rate
    absent = np.log1p(-rate)
    odds = np.log(rate) - absent
    expected, variance = rate * odds + absent, rate * (1 - rate) * odds**2
    fit = np.zeros(len(chosen))
    for start in range(0, len(chosen), BLOCK):
        rows = slice(start, start + BLOCK)
        seen, base = (chosen[rows] & asked[rows]).astype(float), asked[rows].astype(float)
        posterior = score(mixture, chosen[rows], asked[rows]).posterior
        surprise = seen @ odds.T + base @ (absent - expected).T
        spread = np.sqrt((posterior * (base @ variance.T)).sum(axis=1))
        told = spread > NO_SPREAD
        fit[rows][told] = (posterior * surprise).sum(axis=1)[told] / spread[told]
    return fit


def _joint(mixture: Mixture, chosen: Bools, asked: Bools) -> Floats:
    """log share + log-likelihood under each cohort: (respondents, cohorts)."""
    absent = np.log1p(-mixture.rate)
    odds = np.log(mixture.rate) - absent
    seen = (chosen & asked).astype(float)
    joint: Floats = np.log(mixture.share) + seen @ odds.T + asked.astype(float) @ absent.T
    return joint
