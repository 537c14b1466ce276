"""Do the cohorts say anything about people they were not read off? Held-out gain and fidelity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.mixture import Bools, Floats, Ints, fit_mixture, score

FOLDS = 5


@dataclass(frozen=True)
class Validation:
    """`gain`: nats per respondent, `gain_se` its standard error; `fidelity`: share, nan when
    there are no core members; `cohort_fidelity`: share per cohort, in the cohorts' order."""

    gain: float
    gain_se: float
    fidelity: float
    cohort_fidelity: tuple[float, ...]


def validate(
    chosen: Bools, asked: Bools, weight: Floats, labels: Ints, cohorts: int, seed: int
) -> Validation:
    """Cross-validated quality of the core cohorts (`labels`, -1 = unassigned).

    Held-out information gain: 5 folds; profiles from the training folds; weighted mean over the
    test respondents (the unassigned too) of log-likelihood under the cohort mixture minus that
    under one single profile of everybody, in nats per respondent. Zero or less: the cohorts tell
    nothing about new people. Fidelity: share of core members whom profiles from the other folds
    put back in their cohort.
    """
    folds = _folds(chosen, asked, seed)
    everyone = np.zeros(len(chosen), dtype=np.int64)
    gain = np.empty(len(chosen))
    back = np.full(len(chosen), -1, dtype=np.int64)
    for fold in range(FOLDS):
        test, train = folds == fold, folds != fold
        if not test.any() or not train.any():
            gain[test] = 0.0
            continue
        sample = chosen[train], asked[train], weight[train]
        cohort_scores = score(
            fit_mixture(*sample, labels[train], cohorts), chosen[test], asked[test]
        )
        single_scores = score(fit_mixture(*sample, everyone[train], 1), chosen[test], asked[test])
        gain[test] = cohort_scores.loglik - single_scores.loglik
        back[test] = cohort_scores.posterior.argmax(axis=1)
    return _summary(gain, weight, labels, back, cohorts)


def _folds(chosen: Bools, asked: Bools, seed: int) -> Ints:
    """Fold of each respondent, decided in canonical row order so that shuffling rows changes
    nothing but the order within identical answers."""
    order = np.lexsort(np.packbits(np.hstack([chosen, asked]), axis=1).T[::-1])
    folds = np.empty(len(chosen), dtype=np.int64)
    folds[order] = np.random.default_rng(seed).permutation(len(chosen)) % FOLDS
    return folds


def _summary(gain: Floats, weight: Floats, labels: Ints, back: Ints, cohorts: int) -> Validation:
    share = weight / weight.sum()
    mean = float(share @ gain)
    n_eff = 1.0 / float(share @ share)
    variance = float(share @ (gain - mean) ** 2) * n_eff / max(n_eff - 1, 1)
    kept = labels >= 0
    right = (labels == back)[kept]
    per_cohort = tuple(
        float(np.average(right[labels[kept] == c], weights=weight[kept][labels[kept] == c]))
        if (labels == c).any()
        else float("nan")
        for c in range(cohorts)
    )
    fidelity = float(np.average(right, weights=weight[kept])) if kept.any() else float("nan")
    return Validation(mean, float(np.sqrt(variance / n_eff)), fidelity, per_cohort)


def in_words(validation: Validation) -> str:
    """What the held-out gain means, for a reader who has never heard of information."""
    low = validation.gain - 2 * validation.gain_se
    if low <= 0:
        return (
            "These cohorts tell nothing about people they were not made from: one average profile "
            "describes new respondents as well."
        )
    times = float(np.exp(min(validation.gain, 50.0)))
    figure = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
    return (
        f"These cohorts tell something about people they were not made from: knowing them, a new "
        f"respondent's answers are typically {figure} times as likely as under one average profile."
    )
