"""What an analyst changes about a result: names and looks, cohorts merged and people split off.

Upstream first: model, applying, changes.
"""

from segmentation.edits.applying import (
    Edited,
    Picked,
    apply_edits,
    check_edits,
    pick_whole,
    with_labels,
)
from segmentation.edits.changes import Changes, what_changed
from segmentation.edits.model import NO_CHANGES, Edits, Label, Merge, Split, fingerprint

__all__ = [
    "NO_CHANGES",
    "Changes",
    "Edited",
    "Edits",
    "Label",
    "Merge",
    "Picked",
    "Split",
    "apply_edits",
    "check_edits",
    "fingerprint",
    "pick_whole",
    "what_changed",
    "with_labels",
]
