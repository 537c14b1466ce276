"""A survey in parts, one after the other here or all over a Dask cluster: only counts and a sample
are ever in one place.

Upstream first: files, bits, reading, agreeing, aligning, drawing, placing, work, run, results.
"""

from segmentation.parts.files import check_apart, is_many, name_of, parts_of
from segmentation.parts.reading import Asked
from segmentation.parts.results import PARTS_FILES, parts_in_words, parts_metrics, write_parts
from segmentation.parts.run import PartsRun, Source, segment_parts
from segmentation.parts.work import Cluster, Here, workers_of

__all__ = [
    "PARTS_FILES",
    "Asked",
    "Cluster",
    "Here",
    "PartsRun",
    "Source",
    "check_apart",
    "is_many",
    "name_of",
    "parts_in_words",
    "parts_metrics",
    "parts_of",
    "segment_parts",
    "workers_of",
    "write_parts",
]
