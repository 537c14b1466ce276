"""A second file that says what codes mean."""

import json

import pytest

from segmentation.errors import ReadError
from segmentation.intake import read_survey
from tests.segmentation.intake.files import xlsx
from tests.segmentation.intake.tables import chosen, counts, csv_bytes

CODES = csv_bytes([["id_", "tools", "role"], ["a", "1;3;", "2"], ["b", "3;", "1.0"], ["c", "", ""]])
LABELLED = {"tools": {"Apache Spark, SQL": 2, "R": 1}, "role": {"Analyst": 1, "Student": 1}}


def labelled(book: bytes, data: bytes = CODES):
    survey = read_survey(data, "survey.csv", codebook=book)
    return {key: counts(survey.question(key)) for key in ("tools", "role")}


@pytest.mark.parametrize(
    "header",
    [
        ["question", "value", "label"],
        ["Variable", "Code", "Value label"],
        ["Question ID", "Answer ID", "Answer text"],
    ],
)
def test_one_row_a_code(header):
    rows = [["tools", "1", "R"], ["", "2", "SQL"], ["", "3", "Apache Spark, SQL"]]
    rows += [["role", "1", "Student"], ["", "2", "Analyst"]]
    assert labelled(csv_bytes([header, *rows])) == LABELLED


def test_quantipy_and_its_shared_values():
    columns = {
        "tools": {
            "text": {"en-GB": "Which tools?"},
            "type": "delimited set",
            "values": [
                {"text": {"en-GB": "R"}, "value": 1},
                {"text": {"en-GB": "Apache Spark, SQL"}, "value": 3},
            ],
        },
        "role": {"text": {"en-GB": "Role?"}, "type": "single", "values": "lib@values@roles"},
    }
    roles = [{"text": {"en-GB": t}, "value": n} for n, t in enumerate(["Student", "Analyst"], 1)]
    meta = {"columns": columns, "lib": {"values": {"roles": roles}}}
    survey = read_survey(CODES, codebook=json.dumps(meta).encode())
    assert survey.question("tools").text == "Which tools?"
    assert labelled(json.dumps(meta).encode()) == LABELLED


def test_a_surveyjs_form():
    form = {
        "pages": [
            {
                "elements": [
                    {
                        "type": "panel",
                        "name": "box",
                        "elements": [
                            {
                                "type": "checkbox",
                                "name": "tools",
                                "title": {"default": "Which tools?"},
                                "choices": [
                                    {"value": 1, "text": "R"},
                                    {"value": 3, "text": {"default": "Apache Spark, SQL"}},
                                ],
                            }
                        ],
                    },
                    {
                        "type": "radiogroup",
                        "name": "role",
                        "choices": [
                            {"value": 1, "text": "Student"},
                            {"value": 2, "text": "Analyst"},
                        ],
                    },
                ]
            }
        ]
    }
    assert labelled(json.dumps(form).encode()) == LABELLED


REDCAP = csv_bytes(
    [
        ["record_id", "tools___1", "tools___2", "nick", "form_1_complete"],
        ["1", "1", "0", "Bo", "2"],
        ["2", "0", "1", "Al", "2"],
        ["3", "0", "0", "", "0"],
    ]
)
DICTIONARY = csv_bytes(
    [
        ["Variable / Field Name", "Form Name", "Field Type", "Field Label"]
        + ["Choices, Calculations, OR Slider Labels", "Identifier?"],
        ["tools", "form_1", "checkbox", "Which <b>tools</b>?", "1, R | 2, Spark, the engine", ""],
        ["nick", "form_1", "text", "How are you called?", "", "y"],
    ]
)


def test_the_dictionary_of_redcap():
    survey = read_survey(REDCAP, codebook=DICTIONARY)
    question = survey.question("tools")
    assert question.text == "Which tools?"
    assert counts(question) == {"R": 1, "Spark, the engine": 1}
    assert chosen(survey, "tools") == [{"R"}, {"Spark, the engine"}, set()]
    reasons = {column.column: column.reason for column in survey.personal}
    assert reasons["nick"] == "marked as identifying in the code book"
    assert "nick" not in survey.answers


FORM = {
    "survey": [
        ["type", "name", "label::English (en)", "label::Deutsch (de)"],
        ["begin group", "work", "Your work", "Ihre Arbeit"],
        ["select_multiple tool or_other", "tools", "Which tools?", "Welche Werkzeuge?"],
        ["select_one job", "role", "Which role?", "Welche Rolle?"],
        ["end group", None, None, None],
        ["text", "why", "Why?", "Warum?"],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)", "label::Deutsch (de)"],
        ["tool", "1", "R", "R"],
        ["tool", "2", "Apache Spark, SQL", "Apache Spark, SQL"],
        [None, None, None, None],
        ["job", "1", "Student", "Student"],
        ["job", "2", "Analyst", "Analyst"],
    ],
}


@pytest.mark.parametrize("group", ["", "work-", "work/"])
def test_the_form_of_kobotoolbox_and_odk(group):
    header = [f"{group}tools", f"{group}role", "why"]
    rows = [["1 2", "1", "a"], ["2 other", "2", "b"], ["1", "1", "c"]]
    survey = read_survey(csv_bytes([header, *rows]), codebook=xlsx(FORM))
    tools, role, why = survey.questions
    assert (tools.text, role.text, why.text) == ("Which tools?", "Which role?", "Why?")
    assert counts(tools) == {"Apache Spark, SQL": 2, "R": 2, "Other": 1}
    assert counts(role) == {"Student": 2, "Analyst": 1}


def test_columns_named_by_the_code_of_a_choice():
    rows = [["tools_1", "tools_2", "n"], ["1", "0", "1"], ["1", "1", "2"], ["", "", "3"]]
    survey = read_survey(csv_bytes(rows), codebook=xlsx(FORM))
    assert counts(survey.question("tools")) == {"R": 2, "Apache Spark, SQL": 1}
    assert survey.question("tools").text == "Which tools?"


def test_a_workbook_that_is_no_form_is_a_table():
    rows = [["question", "value", "label"], ["role", "1", "Student"], ["role", "2", "Analyst"]]
    survey = read_survey(CODES, codebook=xlsx({"survey": rows}))
    assert counts(survey.question("role")) == {"Analyst": 1, "Student": 1}


def test_codes_in_lists_get_their_labels():
    answers = [{"tools": ["1", "3"]}, {"tools": ["3", "D, my own"]}, {}]
    book = csv_bytes([["question", "value", "label"], ["tools", "1", "R"], ["tools", "3", "A, B"]])
    survey = read_survey(json.dumps(answers).encode(), codebook=book)
    assert chosen(survey, "tools") == [{"R", "A, B"}, {"A, B", "D, my own"}, set()]


def test_a_form_that_was_never_opened_was_not_asked():
    plain = read_survey(REDCAP)
    assert plain.question("tools").answered == 2


def test_the_schema_of_stack_overflow_gives_wordings():
    data = csv_bytes([["Respondent", "DevEnviron", "DevType"], ["1", "Vim;Emacs", "NA"]])
    schema = csv_bytes([["Column", "QuestionText"], ["DevEnviron", "Which editors do you use?"]])
    survey = read_survey(data, codebook=schema)
    assert survey.question("DevEnviron").text == "Which editors do you use?"
    assert "The code book tells about 1 of 3 columns." in survey.notes


def test_codes_that_the_book_does_not_know_stay():
    book = csv_bytes([["question", "value", "label"], ["role", "7", "Wizard"]])
    survey = read_survey(CODES, codebook=book)
    assert survey.answers["role"].tolist() == ["2", "1.0", ""]


def test_a_code_book_may_be_a_file(tmp_path):
    path = tmp_path / "book.csv"
    path.write_bytes(DICTIONARY)
    assert counts(read_survey(REDCAP, codebook=path).question("tools"))["R"] == 1


@pytest.mark.parametrize(
    ("book", "says"),
    [
        (b"a,b\n1,2\n", "no columns that are understood"),
        (b'{"columns": ', "not valid JSON"),
        (b"question,value,label\n", "says nothing about any question"),
        (b"[]", "says nothing about any question"),
        (b'{"version": 1, "questions": [{"question": "tools"}]}', "says nothing about any"),
        (b'{"columns": {}}', "says nothing about any question"),
        (xlsx({"Sheet1": [[" "]]}), "The code book is empty"),
    ],
)
def test_what_is_no_code_book(book, says):
    with pytest.raises(ReadError, match=says):
        read_survey(CODES, codebook=book)


@pytest.mark.parametrize("lib", [None, [1], {"values": [1]}, {"values": {"roles": 3}}])
@pytest.mark.parametrize("values", [3, "lib@values@roles"])
def test_labels_that_are_no_list_label_nothing(lib, values):
    columns = {"role": {"text": "Which role?", "values": values}}
    survey = read_survey(CODES, codebook=json.dumps({"columns": columns, "lib": lib}).encode())
    assert survey.question("role").text == "Which role?"
    assert survey.answers["role"].tolist() == ["2", "1.0", ""]


def test_a_code_book_that_is_not_there(tmp_path):
    with pytest.raises(ReadError, match="cannot be opened"):
        read_survey(CODES, codebook=tmp_path / "none.csv")


def test_real_codes_with_their_real_code_book(shared_data):
    survey = read_survey(
        shared_data("quantipy/example_a_300.csv"),
        codebook=shared_data("quantipy/example_a_meta.json"),
    )
    question = survey.question("q3")
    assert question.text.startswith("Which of these pieces of sports equipment")
    assert counts(question)["Hockey stick"] == 264
    assert question.none_options == ("None of these",)


def test_a_real_dictionary(shared_data):
    survey = read_survey(
        shared_data("redcap/redcap_data.csv"), codebook=shared_data("redcap/redcap_dictionary.csv")
    )
    assert counts(survey.question("check_one")) == {"one": 2, "four": 1, "three": 1, "two": 1}
    assert survey.question("check_one").answered == 2, "two records never came to the form"
