"""What sets each cohort apart: size, tools, attributes, a suggested name, typical members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from segmentation.cluster import Clustering
from segmentation.encode import Attribute, Features
from segmentation.mixture import Bools, Floats, Ints
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


def profile(features: Features, clustering: Clustering) -> Profiles:
    """Describe the cohorts of `clustering.labels` (after the policy for the unassigned)."""
    labels = np.full(len(features.used), -1, dtype=np.int64)
    labels[features.used] = clustering.labels
    count = clustering.cohorts
    weight = features.weight
    shares = _weighted_counts(clustering.labels, weight[features.used], count)
    total = weight[features.used].sum()
    low, high = wilson(shares / total, _effective(weight[features.used]))
    tool_rates = rates(features.chosen, features.asked, weight, labels, count)
    return Profiles(
        size=np.bincount(clustering.labels[clustering.labels >= 0], minlength=count),
        share=shares / total,
        share_low=low,
        share_high=high,
        names=suggest_names(
            features.tools, features.kept, tool_rates, _breadth(features, clustering)
        ),
        tools=features.tools,
        kept=features.kept,
        tool_rates=tool_rates,
        attributes=tuple(
            _attribute_profile(a, features, clustering, labels) for a in features.attributes
        ),
        typical=_typical(features, clustering),
    )


def rates(chosen: Bools, asked: Bools, weight: Floats, labels: Ints, cohorts: int) -> Rates:
    """Rates of each column of `chosen` in every cohort.

    `chosen`, `asked`: (respondents, items); `labels`: (respondents,), -1 = in no cohort, who
    still count as everyone and as the rest.
    """
    member = np.array([(labels == c) for c in range(cohorts)]).reshape(cohorts, -1)
    weighted = member * weight
    yes, n, n_squared = weighted @ chosen, weighted @ asked, (member * weight**2) @ asked
    base = member.astype(float) @ asked
    all_yes, all_n, all_squared = weight @ chosen, weight @ asked, weight**2 @ asked
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
        significant=_evidence(index, base, member.astype(float) @ chosen, base * overall, p_values),
        overall=overall,
        overall_base=asked.sum(axis=0).astype(float),
    )


def wilson(p: Floats, n: Floats | float) -> tuple[Floats, Floats]:
    """95 % Wilson (1927) score interval of a proportion `p` on a (possibly effective) base `n`."""
    z = float(norm.ppf(0.5 + CONFIDENCE / 2))
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
    p_value: Floats = 2 * norm.sf(np.abs(z))
    return p_value


def _evidence(index: Floats, base: Floats, chose: Floats, expected: Floats, p: Floats) -> Ints:
    """+1 / -1 where an index may be read as evidence; Benjamini and Hochberg (1995) over `p`.

    The z-test needs counts: over-use takes MIN_COUNT respondents who chose, under-use as many
    expected. `chose`, `expected`: respondents, (cohorts, items).
    """
    enough = np.where(index >= 100, chose, expected) >= MIN_COUNT
    tested = np.isfinite(p) & (base >= MIN_BASE) & enough
    adjusted = np.ones_like(p)
    if tested.any():
        adjusted[tested] = false_discovery_control(p[tested], method="bh")
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


def _attribute_profile(
    attribute: Attribute, features: Features, clustering: Clustering, labels: Ints
) -> AttributeProfile:
    asked = np.broadcast_to(attribute.answered[:, None], attribute.member.shape)
    found = rates(attribute.member, asked, features.weight, labels, clustering.cohorts)
    member = attribute.member[features.used] * features.weight[features.used, None]
    mixture = _ratio(member.T @ clustering.posterior, member.sum(axis=0)[:, None])
    return AttributeProfile(attribute, found, mixture)


def _typical(features: Features, clustering: Clustering) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Members' distinct tool sets, by posterior, then by likelihood under their cohort."""
    names = np.array(labels_of(features.tools_kept), dtype=object)
    chosen = features.chosen_kept
    rate = clustering.definition.rate
    result = []
    for cohort in range(clustering.cohorts):
        members = np.flatnonzero(clustering.core == cohort)
        sets, first = np.unique(chosen[members], axis=0, return_index=True)
        fit = sets @ np.log(rate[cohort]) + ~sets @ np.log1p(-rate[cohort])
        sure = clustering.posterior[members[first], cohort] >= 0.5
        best = np.lexsort((-fit, ~sure))[:TYPICAL]
        result.append(tuple(tuple(names[sets[i]]) for i in best))
    return tuple(result)


def _breadth(features: Features, clustering: Clustering) -> Floats:
    """Mean number of kept tools of each cohort's members over that of all used respondents."""
    number = features.chosen_kept.sum(axis=1)
    members = [clustering.labels == cohort for cohort in range(clustering.cohorts)]
    return np.array([number[own].mean() if own.any() else np.nan for own in members]) / max(
        float(number.mean()), 1e-12
    )


def _weighted_counts(labels: Ints, weight: Floats, cohorts: int) -> Floats:
    inside = labels >= 0
    counts = np.bincount(labels[inside], weights=weight[inside], minlength=cohorts)
    return counts.astype(np.float64)


def _effective(weight: Floats) -> float:
    """Kish's (1965) effective base: (sum w)^2 / sum w^2."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Floats:
    """part / whole, nan where whole is zero."""
    whole = np.broadcast_to(whole, np.broadcast_shapes(part.shape, whole.shape))
    result = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result
