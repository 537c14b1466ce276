"""A line of waves as tables for the screen and for files. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages.shared.comparison_tables import NOTHING
from segmentation.compare import Chain, History, ToolLine


def sizes_table(history: History, waves: Sequence[str]) -> pd.DataFrame:
    """One row a cohort, one column a wave: its share with the 95 % interval."""
    table = pd.DataFrame(
        {"Cohort": [f"{n}  {c.name}" for n, c in enumerate(history.chains, start=1)]}, dtype=object
    )
    for place, wave in enumerate(waves):
        table[wave] = [_share(chain, place) for chain in history.chains]
    return table


def tools_table(
    lines: Sequence[ToolLine], names: Sequence[str], waves: Sequence[str]
) -> pd.DataFrame:
    """One row a tool, one column a wave: prevalence in per cent with the people asked."""
    table = pd.DataFrame({"Tool": list(names)}, dtype=object)
    for place, wave in enumerate(waves):
        table[wave] = [_prevalence(line, place) for line in lines]
    return table


def telling(chain: Chain, most: int) -> list[int]:
    """Tools of a chain whose prevalence changed most between two waves, of those asked about in
    more than one; without any, the most common ones."""

    def moved(line: ToolLine) -> float:
        known = [p for p in line.prevalence if p is not None]
        return max(known) - min(known) if len(known) > 1 else -1.0

    def common(line: ToolLine) -> float:
        return max((p for p in line.prevalence if p is not None), default=0.0)

    order = sorted(
        range(len(chain.tools)), key=lambda i: (-moved(chain.tools[i]), -common(chain.tools[i]))
    )
    return order[:most]


def sizes_file(history: History, waves: Sequence[str]) -> pd.DataFrame:
    """For a file: one row a cohort and wave it is in; shares 0 to 1."""
    return pd.DataFrame(
        [
            {
                "cohort": number,
                "wave": wave,
                "number_in_wave": (chain.cohorts[place] or 0) + 1,
                "name": chain.name,
                "share": round(share, 4),
                "low": round(interval[0], 4),
                "high": round(interval[1], 4),
            }
            for number, chain in enumerate(history.chains, start=1)
            for place, wave in enumerate(waves)
            if (share := chain.share[place]) is not None
            and (interval := chain.interval[place]) is not None
        ]
    )


def tools_file(history: History, waves: Sequence[str]) -> pd.DataFrame:
    """For a file: one row a cohort, tool and wave that asked about it; prevalence 0 to 1."""
    return pd.DataFrame(
        [
            {
                "cohort": number,
                "name": chain.name,
                "tool": line.tool.name,
                "category": line.tool.category,
                "wave": wave,
                "prevalence": round(prevalence, 4),
                "asked": line.base[place],
            }
            for number, chain in enumerate(history.chains, start=1)
            for line in chain.tools
            for place, wave in enumerate(waves)
            if (prevalence := line.prevalence[place]) is not None
        ]
    )


def _share(chain: Chain, place: int) -> str:
    share, interval = chain.share[place], chain.interval[place]
    if share is None or interval is None:
        return NOTHING
    low, high = (100 * side for side in interval)
    return f"{100 * share:.0f} % ({low:.0f} to {high:.0f})"


def _prevalence(line: ToolLine, place: int) -> str:
    prevalence = line.prevalence[place]
    if prevalence is None or np.isnan(prevalence):
        return NOTHING
    return f"{100 * prevalence:.0f} % of {line.base[place]:,}"
