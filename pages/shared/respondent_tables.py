"""A group against the rest as tables. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from segmentation.contrast import Contrast, GroupProfile
from segmentation.profiles import characteristic, labels_of


def marking_tools(group: GroupProfile, most: int) -> list[int]:
    """Tools that evidence sets apart: those more common in the group, the most telling first, then
    those rarer, the rarest for their usual share first."""
    inside = group.by_tool.inside
    more = characteristic(inside, 0, inside.significant[0] > 0)[:most]
    fewer = np.flatnonzero(inside.significant[0] < 0)
    missed = inside.overall[fewer] - np.nan_to_num(inside.prevalence[0, fewer])
    rarer = [int(i) for i in fewer[np.argsort(-missed, kind="stable")]]
    return [*more, *rarer[: max(most - len(more), most // 3)]]


def tools_table(group: GroupProfile, tools: Sequence[int]) -> pd.DataFrame:
    """One row a tool; shares in per cent."""
    labels = labels_of(group.tools)
    table = pd.DataFrame({"Tool": [labels[i] for i in tools]}, dtype=object)
    return table.join(_shares(group.by_tool, tools))


def answers_table(group: GroupProfile, without: str, most: int) -> pd.DataFrame:
    """The answers to attributes that evidence sets apart, those with the largest gap first.

    `without`: the attribute that the group was chosen by, of which nothing is to be learned.
    """
    parts = [pd.DataFrame(columns=["Attribute", "Answer"], dtype=object)]
    for attribute, contrast in group.attributes:
        marked = np.flatnonzero(contrast.inside.significant[0] != 0)
        if attribute.name == without or not len(marked):
            continue
        names = {
            "Attribute": [attribute.name] * len(marked),
            "Answer": [attribute.levels[i] for i in marked],
        }
        parts.append(pd.DataFrame(names, dtype=object).join(_shares(contrast, marked.tolist())))
    if len(parts) == 1:
        return parts[0]
    table = pd.concat(parts[1:], ignore_index=True)
    gap = (table["Group"] - table["Rest"]).abs()
    return table.loc[gap.sort_values(ascending=False, kind="stable").index].head(most)


def _shares(contrast: Contrast, items: Sequence[int]) -> pd.DataFrame:
    order = list(items)
    return pd.DataFrame(
        {
            "Group": 100 * contrast.inside.prevalence[0, order],
            "Rest": 100 * contrast.outside[order],
            "Index": contrast.inside.index[0, order],
            "Asked": contrast.inside.base[0, order],
        }
    )
