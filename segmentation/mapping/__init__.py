"""What each question is: tools of a category, an attribute, the weight, the id, or ignored.

A mapping is made by hand or suggested from the words of the survey; `tools_of` says which tool
every option counts for, `check_mapping` what does not fit.
"""

from segmentation.mapping.carry import Carried, Review, carry
from segmentation.mapping.changes import Changes, Renamed
from segmentation.mapping.filters import (
    AnswerFilter,
    Completeness,
    Duration,
    Filter,
    Filters,
    StraightLining,
    Submitted,
    answer_problems,
    filter_problems,
    is_numeric,
)
from segmentation.mapping.fit import check_mapping, tool_name, tools_of
from segmentation.mapping.levels import Levels, levels_of, with_levels
from segmentation.mapping.match import QuestionMatch
from segmentation.mapping.model import Blank, Mapping, QuestionMapping, Role
from segmentation.mapping.none_options import answers_to, as_said, none_counts
from segmentation.mapping.reuse import reuse
from segmentation.mapping.special import special_category
from segmentation.mapping.suggest import suggest_mapping
from segmentation.mapping.template import Asked, Template

__all__ = [
    "AnswerFilter",
    "Asked",
    "Blank",
    "Carried",
    "Changes",
    "Completeness",
    "Duration",
    "Filter",
    "Filters",
    "Levels",
    "Mapping",
    "QuestionMapping",
    "QuestionMatch",
    "Renamed",
    "Review",
    "Role",
    "StraightLining",
    "Submitted",
    "Template",
    "answer_problems",
    "answers_to",
    "as_said",
    "carry",
    "check_mapping",
    "filter_problems",
    "is_numeric",
    "levels_of",
    "none_counts",
    "reuse",
    "special_category",
    "suggest_mapping",
    "tool_name",
    "tools_of",
    "with_levels",
]
