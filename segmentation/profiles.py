"""What sets each cohort apart: size, tools, attributes, a suggested name, typical members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from segmentation.cluster import Clustering
from segmentation.encode import Attribute, Features
from segmentation.mixture import BLOCK, Bools, Floats, Ints, Labels, group_sums
from segmentation.neighbours import numbered, pattern_keys
from segmentation.vocabulary import Tool

MIN_BASE = 30
MIN_COUNT = 5
HIGH_INDEX = 120.0
LOW_INDEX = 80.0
FALSE_DISCOVERY_RATE = 0.05
CONFIDENCE = 0.95
TYPICAL = 5
NAME_TOOLS = 3
FEW = 0.75
"""With under this share of the usual number of tools, a cohort is known by how few it uses."""
COMMON_ENOUGH_TO_NAME = 0.25
"""A tool that fewer than this share of a cohort use does not give the cohort its name."""


@dataclass(frozen=True, eq=False)
class Rates:
    """Shares of levels or tools in each cohort, side by side with everyone.

    Arrays are (cohorts, items) unless said otherwise. `prevalence`: 0 to 1 among those asked;
    nan with nobody asked. `base`: respondents asked, unweighted. `low`, `high`: 95 % Wilson
    interval. `index`: 100 x prevalence / prevalence of everyone asked. `significant`: +1 or -1
    where the index is evidence (>= 120 or <= 80, base >= 30, five people or more, two-proportion
    z-test against the rest at a false discovery rate of 5 %), else 0. `overall`,
    `overall_base`: (items,), everyone.
    """

    prevalence: Floats
    base: Floats
    low: Floats
    high: Floats
    index: Floats
    significant: Ints
    overall: Floats
    overall_base: Floats


@dataclass(frozen=True, eq=False)
class AttributeProfile:
    """One attribute: `rates` of its levels in each cohort, and `mixture` the other way round:
    (levels, cohorts), the mean posterior of the people in each level, rows summing to 1."""

    attribute: Attribute
    rates: Rates
    mixture: Floats


@dataclass(frozen=True, eq=False)
class Profiles:
    """Every cohort described; cohorts in the clustering's order.

    `size`: respondents, unweighted. `share`: weighted share of the used respondents, with its
    95 % Wilson interval `share_low`, `share_high`. `names`: suggested, unique. `tools`: all the
    survey's tools, the dropped ones too. `typical`: per cohort up to five distinct tool sets of
    its most typical members, most typical first.
    """

    size: Ints
    share: Floats
    share_low: Floats
    share_high: Floats
    names: tuple[str, ...]
    tools: tuple[Tool, ...]
    kept: Bools
    tool_rates: Rates
    attributes: tuple[AttributeProfile, ...]
    typical: tuple[tuple[tuple[str, ...], ...], ...]


Sums = tuple[Floats, Floats, Floats, Floats, Floats]


@dataclass(frozen=True, eq=False)
class Counts:
    """All that profiles are made of; those of two groups of people add up.

    `tools`, `attributes`: as `counted` gives them. `mixtures`: of each attribute, the posteriors of
    those in each level summed up, (levels, cohorts), and their weight, (levels, 1). `size`:
    (cohorts,). `weight`: (cohorts,). `choices`: (cohorts + 1,), kept tools chosen. `everybody`: of
    those used, how many, their weight and their squared weight.
    """

    tools: Sums
    attributes: tuple[Sums, ...]
    mixtures: tuple[tuple[Floats, Floats], ...]
    size: Ints
    weight: Floats
    choices: Floats
    everybody: Floats

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(_added(vars(self)[name], vars(other)[name]) for name in vars(self)))

    @property
    def effective(self) -> float:
        """Kish's (1965) effective number of the respondents used: (sum w)^2 / sum w^2."""
        _, weight, squared = self.everybody
        return float(weight**2 / squared)


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, tuple):
        return tuple(_added(a, b) for a, b in zip(one, other, strict=True))
    return one + other


def profile(features: Features, clustering: Clustering) -> Profiles:
    """Describe the cohorts of `clustering.labels` (after the policy for the unassigned)."""
    return describe(count(features, clustering), features, clustering)


def count(features: Features, clustering: Clustering) -> Counts:
    """What the profiles of these respondents are made of."""
    labels = np.full(len(features.used), -1, dtype=np.int64)
    labels[features.used] = clustering.labels
    cohorts, weight = clustering.cohorts, features.weight
    heavy, inside = weight[features.used], clustering.labels[clustering.labels >= 0]
    chosen, ones = features.chosen_kept, np.ones(len(heavy))
    (chose,) = group_sums(chosen, clustering.labels, cohorts, ones)
    return Counts(
        tools=counted(features.chosen, features.asked, weight, labels, cohorts),
        attributes=tuple(
            counted(a.member, _alike(a), weight, labels, cohorts) for a in features.attributes
        ),
        mixtures=tuple(_mixture(a, features, clustering) for a in features.attributes),
        size=np.bincount(inside, minlength=cohorts),
        weight=_weighted_counts(clustering.labels, heavy, cohorts),
        choices=chose.sum(axis=1),
        everybody=np.array([len(heavy), heavy.sum(), (heavy**2).sum()]),
    )


def describe(counts: Counts, features: Features, clustering: Clustering) -> Profiles:
    """Profiles of everybody in `counts`. Of `features` and `clustering`, tools, attributes by name,
    and the typical members are taken, so that those of the sample do."""
    people, total, _ = counts.everybody
    low, high = wilson(counts.weight / total, counts.effective)
    tool_rates = rates_of(counts.tools)
    mean = _ratio(counts.choices, np.append(counts.size, people))
    breadth = mean[:-1] / max(float(mean[-1]), 1e-12)
    return Profiles(
        size=counts.size,
        share=counts.weight / total,
        share_low=low,
        share_high=high,
        names=suggest_names(features.tools, features.kept, tool_rates, breadth),
        tools=features.tools,
        kept=features.kept,
        tool_rates=tool_rates,
        attributes=tuple(
            AttributeProfile(attribute, rates_of(sums), _ratio(*mixture))
            for attribute, sums, mixture in zip(
                features.attributes, counts.attributes, counts.mixtures, strict=True
            )
        ),
        typical=_typical(features, clustering),
    )


def rates(chosen: Bools, asked: Bools, weight: Floats, labels: Labels, cohorts: int) -> Rates:
    """Rates of each column of `chosen` in every cohort.

    `chosen`, `asked`: (respondents, items); `labels`: (respondents,), -1 = in no cohort, who
    still count as everyone and as the rest.
    """
    return rates_of(counted(chosen, asked, weight, labels, cohorts))


def rates_of(sums: Sums) -> Rates:
    """Rates in every cohort from what `counted` gives."""
    yes, n, n_squared, base, chose = (of[:-1] for of in sums)
    all_yes, all_n, all_squared, all_base, _ = (of[-1] for of in sums)
    p, overall = _ratio(yes, n), _ratio(all_yes, all_n)
    n_eff = _ratio(n**2, n_squared)
    low, high = wilson(p, n_eff)
    index = 100 * _ratio(p, np.broadcast_to(overall, p.shape))
    rest = _ratio(all_yes - yes, all_n - n)
    rest_n_eff = _ratio((all_n - n) ** 2, all_squared - n_squared)
    p_values = two_proportion_p(p, n_eff, rest, rest_n_eff)
    return Rates(
        prevalence=p,
        base=base,
        low=low,
        high=high,
        index=index,
        significant=_evidence(index, base, chose, base * overall, p_values),
        overall=overall,
        overall_base=all_base,
    )


def counted(chosen: Bools, asked: Bools, weight: Floats, labels: Labels, cohorts: int) -> Sums:
    """What every share is made of, each (cohorts + 1, items), everyone last: weight of those who
    chose, weight and squared weight of those asked, and how many were asked and chose."""
    if ((weight == 1) | ((weight == 0) & ~asked.any(axis=1))).all():
        (yes,), (n,) = (group_sums(m, labels, cohorts, weight) for m in (chosen, asked))
        return yes, n, n, n, yes
    ones = np.ones(len(weight))
    yes, chose = group_sums(chosen, labels, cohorts, weight, ones)
    n, n_squared, base = group_sums(asked, labels, cohorts, weight, weight**2, ones)
    return yes, n, n_squared, base, chose


def wilson(p: Floats, n: Floats | float) -> tuple[Floats, Floats]:
    """95 % Wilson (1927) score interval of a proportion `p` on a (possibly effective) base `n`."""
    z = float(ndtri(0.5 + CONFIDENCE / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z**2 / np.asarray(n, dtype=float)
        centre = (p + spread / 2) / (1 + spread)
        half = np.sqrt(p * (1 - p) * spread + spread**2 / 4) / (1 + spread)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def two_proportion_p(p1: Floats, n1: Floats, p2: Floats, n2: Floats) -> Floats:
    """Two-sided p-value of the pooled two-proportion z-test; nan where a base is empty."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
        z = (p1 - p2) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    p_value: Floats = 2 * ndtr(-np.abs(z))
    return p_value


def false_discovery(p: Floats) -> Floats:
    """p-values adjusted after Benjamini and Hochberg (1995), at least one; as
    `scipy.stats.false_discovery_control`, without the half second that importing it takes."""
    order = np.argsort(p)
    number = len(p)
    scaled = p[order] * (number / np.arange(1, number + 1))
    adjusted = np.empty(number)
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.clip(adjusted, 0, 1)


def _evidence(index: Floats, base: Floats, chose: Floats, expected: Floats, p: Floats) -> Ints:
    """+1 / -1 where an index may be read as evidence; Benjamini and Hochberg (1995) over `p`.

    The z-test needs counts: over-use takes MIN_COUNT respondents who chose, under-use as many
    expected. `chose`, `expected`: respondents, (cohorts, items).
    """
    enough = np.where(index >= 100, chose, expected) >= MIN_COUNT
    tested = np.isfinite(p) & (base >= MIN_BASE) & enough
    adjusted = np.ones_like(p)
    if tested.any():
        adjusted[tested] = false_discovery(p[tested])
    sure = tested & (adjusted <= FALSE_DISCOVERY_RATE)
    evidence = np.zeros(index.shape, dtype=np.int64)
    evidence[sure & (index >= HIGH_INDEX)] = 1
    evidence[sure & (index <= LOW_INDEX)] = -1
    return evidence


def labels_of(tools: Sequence[Tool]) -> list[str]:
    """A label for each tool: its name, with its category where two tools share a name."""
    times = Counter(tool.name for tool in tools)
    return [t.name if times[t.name] == 1 else f"{t.name} ({t.category})" for t in tools]


def characteristic(tool_rates: Rates, cohort: int, among: Bools) -> list[int]:
    """Columns of `among` that a cohort over-uses, the most telling first.

    How telling is p log(p / q), p the prevalence in the cohort and q that of everyone: the tool's
    term of the Kullback-Leibler divergence, which favours tools both common and unusual.
    """
    prevalence = tool_rates.prevalence[cohort]
    with np.errstate(divide="ignore", invalid="ignore"):
        telling = np.nan_to_num(prevalence * np.log(prevalence / tool_rates.overall))
    order = np.argsort(-telling, kind="stable")
    return [int(i) for i in order if among[i] and telling[i] > 0]


def suggest_names(
    tools: tuple[Tool, ...], kept: Bools, tool_rates: Rates, breadth: Floats
) -> tuple[str, ...]:
    """A name per cohort from its most characteristic tools, e.g. "RStudio + R + SQL".

    Tools marked on evidence and used by a fair share of the cohort; without any, the kept tools
    that it over-uses, or what it mostly uses when it simply uses few. `breadth`: (cohorts,), mean
    number of kept tools of a member over that of everyone.
    """
    names: list[str] = []
    for cohort, prevalence in enumerate(tool_rates.prevalence):
        fair = np.nan_to_num(prevalence) >= COMMON_ENOUGH_TO_NAME
        marked = characteristic(tool_rates, cohort, fair & (tool_rates.significant[cohort] > 0))
        high = np.nan_to_num(tool_rates.index[cohort]) >= HIGH_INDEX
        telling = marked or characteristic(tool_rates, cohort, fair & kept & high)
        few = not marked and (breadth[cohort] < FEW or not telling)
        usual = int(np.argmax(np.where(kept, np.nan_to_num(prevalence), -1)))
        parts = list(dict.fromkeys(tools[i].name for i in telling))
        names.append(
            _unused(f"Few tools, mostly {tools[usual].name}", [], names)
            if few
            else _unused(" + ".join(parts[:NAME_TOOLS]), parts, names)
        )
    return tuple(names)


def _unused(name: str, parts: list[str], taken: list[str]) -> str:
    """The name, with more of its parts or a number when another cohort has it already."""
    for length in range(NAME_TOOLS + 1, len(parts) + 1):
        if name not in taken:
            break
        name = " + ".join(parts[:length])
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})" if name in taken else name


def _alike(attribute: Attribute) -> Bools:
    """Who answered, for each level."""
    return np.broadcast_to(attribute.answered[:, None], attribute.member.shape)


def _mixture(
    attribute: Attribute, features: Features, clustering: Clustering
) -> tuple[Floats, Floats]:
    member, weight = attribute.member[features.used], features.weight[features.used]
    within = np.zeros((member.shape[1], clustering.cohorts))
    total = np.zeros((member.shape[1], 1))
    for start in range(0, len(weight), BLOCK):
        rows = slice(start, start + BLOCK)
        heavy = member[rows] * weight[rows, None]
        within += heavy.T @ clustering.posterior[rows]
        total += heavy.sum(axis=0)[:, None]
    return within, total


def _typical(features: Features, clustering: Clustering) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Distinct tool sets of members that the cohorts were made from, by posterior, then by
    likelihood under their cohort."""
    names = np.array(labels_of(features.tools_kept), dtype=object)
    fitted, rate = clustering.fitted, clustering.definition.rate
    chosen, core = features.chosen_kept[fitted], clustering.core[fitted]
    posterior = clustering.posterior[fitted]
    result = []
    for cohort in range(clustering.cohorts):
        members = np.flatnonzero(core == cohort)
        _, first = numbered(pattern_keys(chosen[members]))
        sets = chosen[members[first]]
        fit = sets @ np.log(rate[cohort]) + ~sets @ np.log1p(-rate[cohort])
        sure = posterior[members[first], cohort] >= 0.5
        best = np.lexsort((-fit, ~sure))[:TYPICAL]
        result.append(tuple(tuple(names[sets[i]]) for i in best))
    return tuple(result)


def _weighted_counts(labels: Ints, weight: Floats, cohorts: int) -> Floats:
    inside = labels >= 0
    counts = np.bincount(labels[inside], weights=weight[inside], minlength=cohorts)
    return counts.astype(np.float64)


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Floats:
    """part / whole, nan where whole is zero."""
    whole = np.broadcast_to(whole, np.broadcast_shapes(part.shape, whole.shape))
    result = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result
