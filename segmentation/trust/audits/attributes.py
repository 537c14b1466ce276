"""Do the cohorts go along with the role title, or with any other attribute?

Everything here counts people, unweighted, who answered and are in a cohort.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from segmentation.encode import Attribute
from segmentation.mixture import Bools, Floats, Ints
from segmentation.run import Segmentation
from segmentation.trust.audits.model import AttributeAudit

PERMUTATIONS = 999

CELLS = 2_000_000
"""Cells of permuted tables held at a time."""

ROUNDING = 1e-12


def audit(
    run: Segmentation, permutations: int = PERMUTATIONS, seed: int = 0
) -> tuple[AttributeAudit, ...]:
    """Every attribute that anybody answered against the cohorts, in the survey's order."""
    features = run.features
    labels = np.full(len(features.used), -1, dtype=np.int64)
    labels[features.used] = run.clustering.labels
    return tuple(
        one(attribute, labels, run.clustering.cohorts, permutations, seed)
        for attribute in features.attributes
        if attribute.levels
    )


def one(
    attribute: Attribute, labels: Ints, cohorts: int, permutations: int, seed: int
) -> AttributeAudit:
    """One attribute; `labels`: (respondents,), -1 = in no cohort."""
    counted = attribute.answered & (labels >= 0)
    member, own = attribute.member[counted], labels[counted]
    found = cramers_v(_tables(attribute, member, own, cohorts))
    strongest, v = int(found.argmax()), float(found.max())
    beyond = sum(
        int((cramers_v(tables).max(axis=-1) >= v - ROUNDING).sum())
        for tables in _permuted(attribute, member, own, cohorts, permutations, seed)
    )
    level = attribute.levels[strongest] if attribute.multiple else ""
    answers = member[:, strongest].astype(np.int64) if level else _coded(member)
    inside = (member.T.astype(np.int64) @ (own[:, None] == np.arange(cohorts))).tolist()
    return AttributeAudit(
        name=attribute.name,
        levels=attribute.levels,
        people=int(counted.sum()),
        v=v,
        ami=mutual_information(answers, own),
        p=(1 + beyond) / (1 + permutations),
        permutations=permutations,
        level=level,
        counts=tuple(map(tuple, inside)),
        title=attribute.title,
    )


def cramers_v(tables: Floats) -> Floats:
    """Cramer's V, bias-corrected, of each table of people: (...,) of (..., rows, columns).

    Bergsma (2013): phi2' = max(0, chi2 / n - (r - 1)(k - 1) / (n - 1)), r' = r - (r - 1)^2 /
    (n - 1) and k' likewise, V = sqrt(phi2' / min(r' - 1, k' - 1)). Rows and columns without people
    do not count; 0 where fewer than two of either are left.
    """
    n = tables.sum(axis=(-2, -1))
    row, column = tables.sum(axis=-1), tables.sum(axis=-2)
    r, k = (row > 0).sum(axis=-1), (column > 0).sum(axis=-1)
    product = row[..., :, None] * column[..., None, :]
    squared = np.divide(tables**2, product, out=np.zeros(tables.shape), where=product > 0)
    phi2 = squared.sum(axis=(-2, -1)) - 1
    fewer = np.maximum(n - 1, 1)
    unbiased = np.maximum(phi2 - (r - 1) * (k - 1) / fewer, 0)
    least = np.minimum(r - 1 - (r - 1) ** 2 / fewer, k - 1 - (k - 1) ** 2 / fewer)
    told = (r > 1) & (k > 1) & (least > ROUNDING)
    v: Floats = np.sqrt(np.divide(unbiased, least, out=np.zeros(n.shape), where=told))
    return v


def mutual_information(one: Ints, other: Ints) -> float:
    """Adjusted for chance, over the mean of the two entropies (Vinh, Epps and Bailey 2010); 0 where
    either puts everybody in one place, for then there is nothing to tell."""
    from sklearn.metrics import adjusted_mutual_info_score

    if len(np.unique(one)) < 2 or len(np.unique(other)) < 2:
        return 0.0
    return float(adjusted_mutual_info_score(one, other))


def _coded(member: Bools) -> Ints:
    """The level of each person; one more where they answered that none applies."""
    coded: Ints = np.where(member.any(axis=1), member.argmax(axis=1), member.shape[1])
    return coded


def _tables(attribute: Attribute, member: Bools, own: Ints, cohorts: int) -> Floats:
    """The table of people that V is taken of, (1, levels + 1, cohorts); where people may give
    several answers one for each level against all others, (levels, 2, cohorts)."""
    if attribute.multiple:
        return _apart(member, own, cohorts)
    answers = member.shape[1] + 1
    cells = np.bincount(_coded(member) * cohorts + own, minlength=answers * cohorts)
    return cells.astype(float).reshape(1, answers, cohorts)


def _apart(member: Bools, own: Ints, cohorts: int) -> Floats:
    """People with each level and without: (levels, 2, cohorts)."""
    size = np.bincount(own, minlength=cohorts)
    inside = np.zeros((cohorts, member.shape[1]))
    if len(own):
        begin = np.cumsum(size) - size
        present = size > 0
        in_order = member[np.argsort(own, kind="stable")]
        inside[present] = np.add.reduceat(in_order, begin[present], axis=0, dtype=np.int64)
    return np.stack([inside.T, size - inside.T], axis=1)


def _permuted(
    attribute: Attribute,
    member: Bools,
    own: Ints,
    cohorts: int,
    permutations: int,
    seed: int,
) -> Iterator[Floats]:
    """`_tables` of the same people with their cohorts permuted, some at a time: (some, tables,
    rows, cohorts).

    A permutation leaves a table drawn at random from those with the same totals (Patefield 1981);
    only the levels of several answers, which hang together, take the people themselves.
    """
    rng = np.random.default_rng(seed)
    if attribute.multiple:
        own = np.sort(own)
        for _ in range(permutations):
            yield _apart(rng.permutation(member), own, cohorts)[None]
        return
    from scipy.stats import random_table

    table = _tables(attribute, member, own, cohorts)
    row, column = (table[0].sum(axis=axis).astype(np.int64) for axis in (1, 0))
    if not len(own):
        yield np.broadcast_to(table, (permutations, *table.shape))
        return
    law, at_once = random_table(row, column), max(1, CELLS // table.size)
    for start in range(0, permutations, at_once):
        some = min(at_once, permutations - start)
        yield law.rvs(some, random_state=rng).reshape(some, *table.shape)
