"""A Bernoulli mixture read off labelled respondents: the definition behind every assignment.

log P(c | x) = log share_c + sum over tools asked of [x log p_ct + (1 - x) log(1 - p_ct)] - log Z,
with Laplace smoothing 1 (Cestnik 1990; the naive Bayes model of independent tools within a cohort).
Tools that a respondent was not asked about drop out of the sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK = 50_000
"""Respondents scored at a time, so that memory stays flat on large surveys."""

SMOOTHING = 1.0


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


def fit_mixture(chosen: Bools, asked: Bools, weight: Floats, labels: Ints, cohorts: int) -> Mixture:
    """Shares and smoothed rates of the cohorts 0..cohorts-1; label -1 is left out.

    `chosen`, `asked`: (respondents, tools). rate = (sum w chosen + 1) / (sum w asked + 2), with
    weights scaled to mean 1 so that the smoothing weighs the same on any weight scale.
    """
    member = labels >= 0
    scaled = weight[member] / max(float(weight[member].mean()), 1e-300) if member.any() else weight
    indicator = np.zeros((cohorts, int(member.sum())))
    indicator[labels[member], np.arange(indicator.shape[1])] = scaled
    yes = indicator @ chosen[member]
    base = indicator @ asked[member]
    rate = (yes + SMOOTHING) / (base + 2 * SMOOTHING)
    size = indicator.sum(axis=1) + SMOOTHING
    return Mixture(share=size / size.sum(), rate=rate)


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


def _joint(mixture: Mixture, chosen: Bools, asked: Bools) -> Floats:
    """log share + log-likelihood under each cohort: (respondents, cohorts)."""
    absent = np.log1p(-mixture.rate)
    odds = np.log(mixture.rate) - absent
    seen = (chosen & asked).astype(float)
    joint: Floats = np.log(mixture.share) + seen @ odds.T + asked.astype(float) @ absent.T
    return joint
