"""Saved cohorts: what a set holds, its JSON, how it is made from a run, and how it places anyone.

Upstream first: trusted, parts, members, model, define, placing.
"""

from segmentation.cohorts.define import Everybody, cohorts_of, define_cohorts
from segmentation.cohorts.model import LIBRARIES, SCHEMA, CohortSet
from segmentation.cohorts.parts import Cohort, Observed, OfferedTool
from segmentation.cohorts.placing import (
    COVERAGE_FLOOR,
    Assignment,
    assign,
    find_tools,
    information,
)
from segmentation.cohorts.trusted import CohortTrusted, Trusted

__all__ = [
    "COVERAGE_FLOOR",
    "LIBRARIES",
    "SCHEMA",
    "Assignment",
    "Cohort",
    "CohortSet",
    "CohortTrusted",
    "Everybody",
    "Observed",
    "OfferedTool",
    "Trusted",
    "assign",
    "cohorts_of",
    "define_cohorts",
    "find_tools",
    "information",
]
