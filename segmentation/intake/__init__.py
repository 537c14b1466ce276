"""Survey exports -> questions and answers: everything that reads a file stands here."""

from segmentation.intake.answers import read_answers
from segmentation.intake.labels import clean_label, match_key
from segmentation.intake.limits import Limits
from segmentation.intake.options import QuestionColumns, ReadOptions
from segmentation.intake.preview import Preview, preview_records, preview_survey
from segmentation.intake.reader import read_survey
from segmentation.intake.summary import how_sure, summary
from segmentation.intake.survey import Answers, PersonalColumn, Question, Reading, Survey

__all__ = [
    "Answers",
    "Limits",
    "PersonalColumn",
    "Preview",
    "Question",
    "QuestionColumns",
    "ReadOptions",
    "Reading",
    "Survey",
    "clean_label",
    "how_sure",
    "match_key",
    "preview_records",
    "preview_survey",
    "read_answers",
    "read_survey",
    "summary",
]
