"""Results as tables: cohorts, what sets them apart, and who they are. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages.shared.html_tables import swatch
from segmentation.mixture import Floats
from segmentation.palette import UNASSIGNED, Theme, mark
from segmentation.profiles import AttributeProfile, Profiles, Rates, characteristic, labels_of
from segmentation.run import Segmentation


def cohorts_table(run: Segmentation, names: Sequence[str], theme: Theme) -> pd.DataFrame:
    """One row a cohort, largest first, and the unassigned last; shares in per cent."""
    labels = [*range(len(names))]
    rows, sizes = list(names), run.profiles.size.tolist()
    shares = run.profiles.share.tolist()
    fidelity = [100 * share for share in run.validation.cohort_fidelity]
    left_out = int((run.clustering.labels < 0).sum())
    if left_out:
        labels, rows, sizes = [*labels, UNASSIGNED], [*rows, "Unassigned"], [*sizes, left_out]
        shares, fidelity = [*shares, 1 - sum(shares)], [*fidelity, np.nan]
    return pd.DataFrame(
        {
            "Colour": [swatch(mark(label, theme)) for label in labels],
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
