"""Two saved cohort sets, or a line of waves: what differs, who moved, what drifted and why.

Upstream first: model, evidence, shared, likeness, drift, instrument, moves, differences,
counterparts, comparing, history, report, words.
"""

from segmentation.compare.comparing import cautions, compare
from segmentation.compare.history import Chain, History, ToolLine, history
from segmentation.compare.model import (
    Comparison,
    Difference,
    Instrument,
    Match,
    Moves,
    Rename,
    Reworded,
    ToolChange,
    ToolDrift,
)
from segmentation.compare.report import to_dict, to_json

__all__ = [
    "Chain",
    "Comparison",
    "Difference",
    "History",
    "Instrument",
    "Match",
    "Moves",
    "Rename",
    "Reworded",
    "ToolChange",
    "ToolDrift",
    "ToolLine",
    "cautions",
    "compare",
    "history",
    "to_dict",
    "to_json",
]
