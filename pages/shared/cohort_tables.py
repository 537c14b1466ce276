"""Results as tables: cohorts, what sets them apart, and who they are. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from db import AttributeShare
from pages.shared.html_tables import swatch
from segmentation.cohorts import Assignment, CohortSet
from segmentation.mixture import Floats
from segmentation.palette import UNASSIGNED, Theme, mark
from segmentation.profiles import (
    HIGH_INDEX,
    MIN_BASE,
    MIN_COUNT,
    AttributeProfile,
    Profiles,
    Rates,
    characteristic,
    labels_of,
)
from segmentation.run import Segmentation


def cohorts_table(
    run: Segmentation, names: Sequence[str], theme: Theme, places: Sequence[int] = ()
) -> pd.DataFrame:
    """One row a cohort, largest first, and the unassigned last; shares in per cent. `places`: of
    the cohorts in the palette; their numbers without any."""
    labels, colours = [*range(len(names))], list(places) or [*range(len(names))]
    rows, sizes = list(names), run.profiles.size.tolist()
    shares = run.profiles.share.tolist()
    fidelity = [100 * share for share in run.validation.cohort_fidelity]
    left_out = int((run.clustering.labels < 0).sum())
    if left_out:
        colours = [*colours, UNASSIGNED]
        labels, rows, sizes = [*labels, UNASSIGNED], [*rows, "Unassigned"], [*sizes, left_out]
        shares, fidelity = [*shares, 1 - sum(shares)], [*fidelity, np.nan]
    return pd.DataFrame(
        {
            "Colour": [swatch(mark(place, theme)) for place in colours],
            "No.": [str(label + 1) if label >= 0 else "" for label in labels],
            "Cohort": rows,
            "People": sizes,
            "Share": [100 * share for share in shares],
            "Fidelity": fidelity,
        }
    )


def spread(profiles: Profiles, category: str | None) -> list[int]:
    """Tools by how much they differ between cohorts, those with evidence only.

    The order is by the variance of prevalence between cohorts, weighted by their sizes.
    """
    rates = profiles.tool_rates
    p = np.nan_to_num(rates.prevalence)
    weight = profiles.share[:, None] / max(float(profiles.share.sum()), 1e-12)
    between = (weight * (p - (weight * p).sum(axis=0)) ** 2).sum(axis=0)
    fit = [
        i
        for i, tool in enumerate(profiles.tools)
        if (rates.significant[:, i] != 0).any() and category in (None, tool.category)
    ]
    return sorted(fit, key=lambda i: (-between[i], profiles.tools[i]))


def marked_tools(profiles: Profiles, rates: Rates, cohort: int) -> pd.DataFrame:
    """The tools that evidence sets apart, the most telling first; shares in per cent."""
    marked = characteristic(rates, cohort, rates.significant[cohort] > 0)
    labels = labels_of(profiles.tools)
    tools = pd.DataFrame({"Tool": [labels[i] for i in marked]}, dtype=object)
    return tools.join(_rates_table(rates, cohort, marked, "Asked"))


def marked_levels(profiles: Profiles, cohort: int) -> pd.DataFrame:
    """The answers to attributes that evidence sets apart, the most telling first."""
    parts = [levels_table(profile, cohort) for profile in profiles.attributes]
    marked = [
        table[profile.rates.significant[cohort] > 0]
        for table, profile in zip(parts, profiles.attributes, strict=True)
    ]
    if not marked:
        return pd.DataFrame()
    found = pd.concat(marked, ignore_index=True)
    telling = _telling(found["Here"].to_numpy(float), found["Everyone"].to_numpy(float))
    ordered: pd.DataFrame = found.iloc[np.argsort(-telling, kind="stable")]
    return ordered.reset_index(drop=True)


def levels_table(profile: AttributeProfile, cohort: int) -> pd.DataFrame:
    """One row a level of an attribute: in the cohort and of everyone, in per cent."""
    levels = list(profile.attribute.levels)
    table = pd.DataFrame(
        {"Attribute": [profile.attribute.name] * len(levels), "Answer": levels}, dtype=object
    )
    return table.join(_rates_table(profile.rates, cohort, range(len(levels)), "Answered"))


def usual_tools(profiles: Profiles, cohort: int, most: int = 3) -> pd.DataFrame:
    """One row a category: the cohort's most common tools in it, and how many were asked."""
    p = np.nan_to_num(profiles.tool_rates.prevalence[cohort])
    base = profiles.tool_rates.base[cohort].astype(int)
    rows = []
    for category in sorted({tool.category for tool in profiles.tools}):
        own = [i for i, tool in enumerate(profiles.tools) if tool.category == category]
        best = [i for i in sorted(own, key=lambda i: -p[i])[:most] if p[i] > 0]
        if best:
            text = ", ".join(f"{profiles.tools[i].name} {100 * p[i]:.0f} %" for i in best)
            rows.append((category, text, _span(base[best])))
    return pd.DataFrame(rows, columns=["Category", "Most common", "Asked"], dtype=object)


def _rates_table(rates: Rates, cohort: int, columns: Sequence[int], base: str) -> pd.DataFrame:
    """Prevalence in the cohort and of everyone in per cent, index, and the base."""
    order = list(columns)
    return pd.DataFrame(
        {
            "Here": 100 * rates.prevalence[cohort, order],
            "Everyone": 100 * rates.overall[order],
            "Index": rates.index[cohort, order],
            base: rates.base[cohort, order],
        }
    )


def _telling(here: Floats, everyone: Floats) -> Floats:
    """As `profiles.characteristic` orders tools."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(here * np.log(here / everyone))


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def saved_tools(cohorts: CohortSet, number: int) -> pd.DataFrame:
    """The tools that a saved cohort uses more than everyone, the most telling first; in per cent.

    Only those at an index of HIGH_INDEX or more, from MIN_BASE people asked and MIN_COUNT users or
    more: what a saved set holds does not say how sure that is.
    """
    offered = [tool for tool in cohorts.offered if tool.everyone.prevalence]
    rows = []
    for tool, label in zip(offered, labels_of([tool.tool for tool in offered]), strict=True):
        inside, everyone = tool.in_cohorts[number], tool.everyone.prevalence or 0.0
        here = inside.prevalence or 0.0
        index = 100 * here / everyone
        enough = inside.base >= MIN_BASE and here * inside.base >= MIN_COUNT
        if enough and index >= HIGH_INDEX:
            rows.append((label, 100 * here, 100 * everyone, index, float(inside.base)))
    columns = ["Tool", "Here", "Everyone", "Index", "Asked"]
    table = pd.DataFrame(rows, columns=columns)
    telling = _telling(table["Here"].to_numpy(float), table["Everyone"].to_numpy(float))
    ordered: pd.DataFrame = table.iloc[np.argsort(-telling, kind="stable")]
    return ordered.reset_index(drop=True)


def saved_levels(shares: Sequence[AttributeShare], number: int) -> list[tuple[str, pd.DataFrame]]:
    """Each attribute of a saved cohort with its answers in their order; shares in per cent."""
    own = [share for share in shares if share.cohort == number]
    names = list(dict.fromkeys(share.attribute for share in own))
    return [
        (
            name,
            pd.DataFrame(
                [
                    (one.level, np.nan if one.share is None else 100 * one.share, float(one.base))
                    for one in own
                    if one.attribute == name
                ],
                columns=["Answer", "Here", "Answered"],
            ),
        )
        for name in names
    ]


def placed_table(
    saved: CohortSet, placed: Assignment, places: Sequence[int], theme: Theme
) -> pd.DataFrame:
    """One row a cohort: its people in this survey, and its share of all in a cohort beside that
    when it was saved; medians of probability and margin; shares in per cent. `places`: of the
    cohorts in the palette."""
    inside = max(int((placed.cohort >= 0).sum()), 1)
    then = max(sum(cohort.share for cohort in saved.cohorts), 1e-12)
    rows = []
    for number, cohort in enumerate(saved.cohorts):
        own = placed.cohort == number
        probability = placed.posterior[own, number]
        rows.append(
            {
                "Colour": swatch(mark(places[number], theme)),
                "No.": str(number + 1),
                "Cohort": cohort.name,
                "People": int(own.sum()),
                "Share": 100 * own.sum() / inside,
                "When saved": 100 * cohort.share / then,
                "Probability": 100 * float(np.median(probability)) if own.any() else np.nan,
                "Margin": 100 * float(np.median(placed.margin[own])) if own.any() else np.nan,
                "Unlike any": int((own & placed.unlike).sum()),
            }
        )
    return pd.DataFrame(rows)
