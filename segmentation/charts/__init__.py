"""Results -> Plotly figures. The only importer of Plotly; it computes nothing of its own.

Labels come from uploaded files: `plain` keeps them text where Plotly would read markup.
"""

from segmentation.charts.comparison import (
    contingency_heatmap,
    drift_dots,
    history_shares,
    history_tools,
    who_moved,
)
from segmentation.charts.groups import group_dots
from segmentation.charts.maps import MapGroup, cohort_groups, level_groups, respondent_map, upright
from segmentation.charts.profiles import cohort_mixture
from segmentation.charts.style import INK, PAPER, embedded_html, plain, short, standalone_html
from segmentation.charts.trust import (
    METRICS,
    SIZES,
    Metric,
    attribute_heatmap,
    bic_curve,
    size_in_words,
    stability_bands,
    structure_picture,
    sweep_heatmap,
)

__all__ = [
    "INK",
    "METRICS",
    "PAPER",
    "SIZES",
    "MapGroup",
    "Metric",
    "attribute_heatmap",
    "bic_curve",
    "cohort_groups",
    "cohort_mixture",
    "contingency_heatmap",
    "drift_dots",
    "embedded_html",
    "group_dots",
    "history_shares",
    "history_tools",
    "level_groups",
    "plain",
    "respondent_map",
    "short",
    "size_in_words",
    "stability_bands",
    "standalone_html",
    "structure_picture",
    "sweep_heatmap",
    "upright",
    "who_moved",
]
