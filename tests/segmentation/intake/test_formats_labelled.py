"""SPSS and Stata: labels for codes, wordings, multiple-response sets, and kinds of missing."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from segmentation.errors import ReadError
from segmentation.intake import Limits, Survey, read_answers, read_survey
from tests.segmentation.intake.files import zipped
from tests.segmentation.intake.tables import chosen, counts

SETS = Path(__file__).parents[2] / "data" / "mrsets.sav"

FRAME = pd.DataFrame(
    {
        "role": [1.0, 2.0, 2.0, None, -99.0],
        "q5_1": [1.0, 0.0, 1.0, None, 1.0],
        "q5_2": [0.0, 0.0, 1.0, None, 1.0],
        "years": [3.0, 2.5, 12345678901.0, None, 0.1],
        "note": ["007", "3.10", "NA", "", "Zoë"],
    }
)
WORDINGS = ["What is your role?", "Which tools? - R", "Which tools? - SQL", "For how long?", ""]
LABELS = {
    "role": {1: "Analyst", 2: "Engineer", -99: "No answer"},
    "q5_1": {0: "No", 1: "Yes"},
    "q5_2": {0: "No", 1: "Yes"},
}


def written(tmp_path: Path, suffix: str, frame: pd.DataFrame = FRAME, **more) -> bytes:
    path = tmp_path / f"a{suffix}"
    if suffix == ".dta":
        pyreadstat.write_dta(frame, path, **more)
    else:
        pyreadstat.write_sav(frame, path, compress=suffix == ".zsav", **more)
    return path.read_bytes()


@pytest.fixture(params=[".sav", ".zsav", ".dta"])
def survey(request, tmp_path) -> Survey:
    data = written(tmp_path, request.param, column_labels=WORDINGS, variable_value_labels=LABELS)
    return read_survey(data, "survey.bin")


def test_labels_stand_for_codes_and_numbers_are_written_as_people_do(survey):
    assert survey.answers["role"].tolist()[:4] == ["Analyst", "Engineer", "Engineer", ""]
    assert survey.answers["years"].tolist() == ["3", "2.5", "12345678901", "", "0.1"]
    assert survey.answers["note"].tolist() == ["007", "3.10", "NA", "", "Zoë"]


def test_wordings_become_questions(survey):
    assert survey.question("role").text == "What is your role?"
    assert survey.reading.layout == "labelled columns"
    assert survey.reading.format in ("SPSS file (SAV)", "Stata file (DTA)")


def test_numbered_yes_and_no_columns_are_one_question(survey):
    question = survey.question("q5")
    assert question.text == "Which tools?"
    assert counts(question) == {"R": 3, "SQL": 2}
    assert question.answered == 4


def test_fault_55_declared_missing_is_blank_and_told(tmp_path):
    data = written(tmp_path, ".sav", variable_value_labels=LABELS, missing_ranges={"role": [-99]})
    survey = read_survey(data)
    assert survey.answers["role"].tolist() == ["Analyst", "Engineer", "Engineer", "", ""]
    assert "1 answer in 1 column(s) is declared missing" in survey.notes[0]
    assert survey.notes[0].endswith("read as blank: -99 (No answer).")


def test_the_letters_of_stata_are_missing(tmp_path):
    frame = pd.DataFrame({"q": [1, "a", 2, "b"], "text": ["a", "b", "a", "b"]})
    labels = {"q": {1: "Yes", 2: "No", "a": "Refused"}}
    data = written(
        tmp_path, ".dta", frame, missing_user_values={"q": ["a", "b"]}, variable_value_labels=labels
    )
    survey = read_survey(data)
    assert survey.answers["q"].tolist() == ["Yes", "", "No", ""]
    assert survey.answers["text"].tolist() == ["a", "b", "a", "b"]
    assert ".a (Refused)" in survey.notes[0]


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_dates_and_times_are_iso_text(tmp_path, suffix):
    frame = pd.DataFrame(
        {
            "day": [dt.date(2020, 2, 29), dt.date(1776, 7, 4)],
            "moment": [dt.datetime(2020, 2, 29, 13, 5, 59), None],
        }
    )
    survey = read_survey(written(tmp_path, suffix, frame))
    assert survey.answers["day"].tolist() == ["2020-02-29", "1776-07-04"]
    assert survey.answers["moment"].tolist() == ["2020-02-29 13:05:59", ""]


def test_fault_55_a_date_that_cannot_be_is_kept_and_told(tmp_path):
    frame = pd.DataFrame({"when": [1.4e10, 1e15], "x": [1.0, 2.0]})
    data = written(tmp_path, ".sav", frame, variable_format={"when": "DATETIME20"})
    survey = read_survey(data)
    assert survey.answers["when"].tolist() == ["2026-06-05 00:53:20", "1e+15"]
    assert '"when" holds dates that cannot be' in survey.notes[0]


def test_choices_with_one_labelled_value_each_are_a_question(tmp_path):
    """As Qualtrics writes SPSS files: 1 or system-missing, its label the choice."""
    frame = pd.DataFrame({"Q4_1": [1.0, None, 1.0], "Q4_2": [None, 2.0, 2.0], "Q4_5": [None] * 3})
    frame = frame.astype(float)
    labels = {"Q4_1": {1: "Python"}, "Q4_2": {2: "R"}, "Q4_5": {5: "C++"}}
    wordings = ["Which tools? Python", "Which tools? R", "Which tools? C++"]
    data = written(tmp_path, ".sav", frame, variable_value_labels=labels, column_labels=wordings)
    survey = read_survey(data)
    assert counts(survey.question("Q4")) == {"Python": 2, "R": 2, "C++": 0}
    assert survey.question("Q4").text == "Which tools?"


def test_sets_of_dichotomies_and_of_categories():
    survey = read_survey(SETS)
    ticked = survey.question("mymrset")
    assert ticked.text == "My multiple response set"
    assert counts(ticked) == {"Response #1": 3, "Response #2": 4, "Response #3": 0}
    assert chosen(survey, "mymrset")[0] == {"Response #1", "Response #2"}
    assert read_answers(survey, ticked).answered.tolist() == [True] * 6
    listed = survey.question("categorical_array")
    assert counts(listed) == {"a": 3, "b": 6, "c": 3, "d": 3}
    assert "ca_subvar_1" not in survey.answers


def test_a_set_named_by_the_labels_of_what_is_counted():
    data = SETS.read_bytes()
    plain = b"$mymrset=D1 1 24 My multiple response set"
    extended = b"$mymrset=E 1 1 1 20 multiple response set"
    assert len(plain) == len(extended)
    survey = read_survey(data.replace(plain, extended))
    assert counts(survey.question("mymrset"))["Response #1"] == 3


def test_a_set_that_counts_another_value():
    data = SETS.read_bytes().replace(b"$mymrset=D1 1 24 My", b"$mymrset=D1 0 24 My")
    found = counts(read_survey(data).question("mymrset"))
    assert found == {"Response #1": 2, "Response #2": 2, "Response #3": 6}


def test_in_an_archive():
    survey = read_survey(zipped({"a.sav": SETS.read_bytes()}), "a.zip")
    assert survey.respondents == 6


def test_limits_on_cells():
    with pytest.raises(ReadError, match="more than the limit of 50 cells"):
        read_survey(SETS, limits=Limits(cells=50))


def test_fault_48_an_encrypted_file():
    with pytest.raises(ReadError, match="password-protected"):
        read_survey(b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV" + bytes(64), "a.sav")


@pytest.mark.parametrize("size", [5, 176, 500, 1500, 2500])
def test_fault_54_a_file_cut_short_is_refused_or_says_less(size):
    with pytest.raises(ReadError, match="damaged"):
        read_survey(SETS.read_bytes()[:size], "a.sav")


@pytest.mark.slow
def test_fault_54_bytes_changed_at_random_never_do_harm():
    rng = random.Random(7)  # noqa: S311
    plain = SETS.read_bytes()
    for _ in range(20):
        data = bytearray(plain)
        for _ in range(rng.randrange(1, 30)):
            data[rng.randrange(4, len(data))] = rng.randrange(256)
        with contextlib.suppress(ReadError):
            assert read_survey(bytes(data), "a.sav").respondents >= 0


def test_answers_joined_in_a_text_variable(tmp_path):
    frame = pd.DataFrame({"tools": ["R;SQL", "R", "SQL;C++", "R;C++"], "n": [1.0, 2.0, 3.0, 4.0]})
    survey = read_survey(written(tmp_path, ".sav", frame))
    assert counts(survey.question("tools")) == {"R": 3, "C++": 2, "SQL": 2}
