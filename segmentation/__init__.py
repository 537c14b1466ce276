"""The engine of the survey-segmentation workbench: plain functions, no screen, no database."""

from segmentation.cohorts import CohortSet, assign
from segmentation.encode import encode
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, suggest_mapping
from segmentation.run import Segmentation, segment
from segmentation.spec import RunSpec

__all__ = [
    "CohortSet",
    "Mapping",
    "RunSpec",
    "Segmentation",
    "assign",
    "encode",
    "read_survey",
    "segment",
    "suggest_mapping",
]
