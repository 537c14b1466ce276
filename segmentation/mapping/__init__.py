"""What each question is: tools of a category, an attribute, the weight, the id, or ignored.

A mapping is made by hand or suggested from the words of the survey; `tools_of` says which tool
every option counts for, `check_mapping` what does not fit.
"""

from segmentation.mapping.fit import check_mapping, tool_name, tools_of
from segmentation.mapping.model import Blank, Mapping, QuestionMapping, Role
from segmentation.mapping.suggest import suggest_mapping

__all__ = [
    "Blank",
    "Mapping",
    "QuestionMapping",
    "Role",
    "check_mapping",
    "suggest_mapping",
    "tool_name",
    "tools_of",
]
