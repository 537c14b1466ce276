"""Survey exports -> questions and answers: everything that reads a file stands here."""

from segmentation.intake.answers import read_answers
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.limits import Limits
from segmentation.intake.options import ReadOptions
from segmentation.intake.reader import read_survey
from segmentation.intake.survey import Answers, PersonalColumn, Question, Reading, Survey

__all__ = [
    "Answers",
    "Limits",
    "PersonalColumn",
    "Question",
    "ReadOptions",
    "Reading",
    "Survey",
    "clean_label",
    "match_key",
    "read_answers",
    "read_survey",
]
