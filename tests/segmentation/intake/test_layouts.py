"""One small file a layout, as the platform writes it."""

import pytest

from segmentation.intake.layouts import LAYOUTS, named
from tests.segmentation.intake.tables import answers, chosen, counts, read_rows, read_text
from tests.segmentation.reencode import WRITERS
from tests.segmentation.reencode_formats import FORMATS


def test_layouts_have_names_of_their_own_and_the_last_fits_any_table():
    names = [layout.name for layout in LAYOUTS]
    assert len(set(names)) == len(names)
    assert not LAYOUTS[-1].signs
    assert all(layout.signs for layout in LAYOUTS[:-1])
    assert named(names[0]) is LAYOUTS[0]


def test_plain_table():
    survey = read_text("Age,Tools\n31,R;SQL\n44,SQL\n27,SQL;R\n")
    assert survey.reading.layout == "plain table"
    assert survey.reading.header_rows == 1
    assert survey.reading.confidence < 0.9
    assert counts(survey.question("Tools")) == {"SQL": 3, "R": 2}


def test_surveymonkey_with_two_header_rows():
    survey = read_rows(
        [
            ["Respondent ID", "Which languages?", "", "", "How long?", "Why?"],
            ["", "R", "C++", "Other (please specify)", "Response", "Open-Ended Response"],
            ["11440001", "R", "", "Stan", "1-2 years", "It is there"],
            ["11440002", "R", "C++", "", "1-2 years", "They told me to"],
            ["11440003", "", "", "", "2+ years", ""],
            ["11440004", "", "C++", "r", "2+ years", "No choice"],
        ]
    )
    assert survey.reading.layout == "SurveyMonkey, two header rows"
    assert survey.reading.header_rows == 2
    assert survey.respondents == 4
    assert counts(survey.question("Which languages?")) == {
        "R": 3,
        "C++": 2,
        "Other (please specify)": 1,
    }
    assert survey.question("How long?").kind == "single-select"
    assert survey.question("Why?").answered == 3
    assert survey.personal[0].column == "Respondent ID"
    assert "Which languages? [C++]" in survey.answers


def test_surveymonkey_positions_instead_of_labels():
    survey = read_rows(
        [
            ["Which languages?", "", "", "How long?"],
            ["R", "C++", "SQL", "Response"],
            ["1", "", "", "2"],
            ["1", "2", "", "1"],
            ["", "2", "3", "1"],
        ]
    )
    assert counts(survey.question("Which languages?")) == {"C++": 2, "R": 2, "SQL": 1}


def test_surveymonkey_questions_of_the_same_wording_stay_apart():
    survey = read_rows(
        [
            ["Your title?", "", "How often?", "Your title?", ""],
            ["Analyst", "Student", "Response", "Admin", "Tester"],
            ["Analyst", "", "Daily", "Admin", ""],
            ["", "Student", "Weekly", "", "Tester"],
        ]
    )
    assert counts(survey.question("Your title?")) == {"Analyst": 1, "Student": 1}
    assert counts(survey.question("Your title? (2)")) == {"Admin": 1, "Tester": 1}


def test_an_option_in_another_options_column_is_counted_and_noted():
    survey = read_rows(
        [
            ["Which?", "", "", "How long?"],
            ["R", "SQL", "Excel", "Response"],
            *[["R", "SQL", "", "1"]] * 9,
            ["SQL", "Excel", "", "1"],
        ]
    )
    assert counts(survey.question("Which?")) == {"SQL": 10, "R": 9, "Excel": 1}
    assert survey.notes[0].startswith("2 ticks in 1 question(s) stand in the column of another")


def test_surveymonkey_flattened_to_one_header():
    survey = read_rows(
        [
            ["1. How often?", "3. Python.", "3. R.", "7a1. Writing. - How often?", "7a2. Writing."],
            ["Daily.", "Python.", "R.", "Never.", "Yes."],
            ["Weekly.", "Python.", "", "Daily.", "No."],
            ["Daily.", "", "R.", "Never.", "Yes."],
        ]
    )
    assert survey.reading.layout == "SurveyMonkey, flattened to one header row"
    question = survey.question("3")
    assert question.text == "Question 3 (Python, R)"
    assert counts(question) == {"Python": 2, "R": 2}
    assert survey.question("1").text == "How often?"
    assert survey.question("7a1").text == "Writing. - How often?"


def test_google_forms_from_a_sheet_and_from_forms():
    sheet = read_text(
        "Timestamp,Tools,How good? [R],How good? [SQL]\n"
        '12/14/2019 12:29:47,"R, SQL",Good,Bad\n12/14/2019 12:30:47,R,Good,Good\n'
        '12/14/2019 12:31:47,"SQL, R",Bad,Bad\n12/14/2019 12:32:47,SQL,Bad,Good\n'
    )
    forms = read_text(
        "Timestamp,Tools\n2024/03/21 12:05:19 PM AST,R;SQL (a, b)\n"
        "2024/03/21 12:06:19 PM AST,R\n2024/03/21 12:07:19 PM AST,SQL (a, b)\n".replace(
            "SQL (a, b)", '"SQL (a, b)"'
        ).replace('R;"SQL (a, b)"', '"R;SQL (a, b)"')
    )
    assert sheet.reading.layout == forms.reading.layout == "Google Forms"
    assert sheet.question("Tools").separator == ", "
    assert counts(sheet.question("Tools")) == {"R": 3, "SQL": 3}
    assert sheet.question("How good? [R]").kind == "single-select"
    assert sheet.question("Timestamp").kind == "text"
    assert forms.question("Tools").separator == ";"
    assert counts(forms.question("Tools")) == {"R": 2, "SQL (a, b)": 2}


def test_limesurvey_codes():
    survey = read_rows(
        [
            ["id", "submitdate", "lastpage", "q1[SQ001]", "q1[SQ002]", "q1[other]", "q2"],
            ["1", "2020-01-01 10:00:00", "4", "Y", "", "Stan", "A1"],
            ["2", "2020-01-01 11:00:00", "4", "Y", "Y", "", "A2"],
            ["3", "", "1", "", "", "", ""],
        ]
    )
    assert survey.reading.layout == "LimeSurvey, codes"
    assert counts(survey.question("q1")) == {"SQ001": 2, "SQ002": 1, "other": 1}
    assert answers(survey, "q1").answered.tolist() == [True, True, False]


def test_limesurvey_full_text():
    survey = read_rows(
        [
            ["Response ID", "Date submitted", "Last page", "Tools? [R]", "Tools? [SQL]"],
            ["1", "2020-01-01 10:00:00", "4", "Yes", "No"],
            ["2", "2020-01-01 11:00:00", "4", "No", "No"],
            ["3", "", "1", "N/A", "N/A"],
        ]
    )
    assert survey.reading.layout == "LimeSurvey, full text"
    assert counts(survey.question("Tools?")) == {"R": 1, "SQL": 0}
    assert answers(survey, "Tools?").not_asked.tolist() == [False, False, True]


def test_limesurvey_code_and_text():
    survey = read_rows(
        [
            ["soc1. Country?", "tool4. Tools you use? [C]", "tool4. Tools you use? [C++]"]
            + ["tool4. Tools you use?. [C#]", "proj2. How many?", "proj2. How many?_2017"],
            ["DE", "Yes", "No", "No", "1", ""],
            ["UK", "No", "Yes", "Yes", "", "2"],
            ["DE", "", "", "", "1", ""],
        ]
    )
    assert survey.reading.layout == "LimeSurvey, code and text"
    question = survey.question("tool4")
    assert question.text == "Tools you use?"
    assert counts(question) == {"C": 1, "C#": 1, "C++": 1}
    assert chosen(survey, "tool4") == [{"C"}, {"C++", "C#"}, set()]
    assert survey.question("soc1").text == "Country?"
    keys = [q.key for q in survey.questions]
    assert "proj2. How many?" in keys
    assert "proj2. How many?_2017" in keys


def test_redcap():
    survey = read_rows(
        [
            ["record_id", "tools___1", "tools___2", "tools____1", "why", "form_1_complete"],
            ["1", "1", "0", "0", "so", "2"],
            ["2", "0", "0", "1", "", "2"],
        ]
    )
    assert survey.reading.layout == "REDCap"
    assert counts(survey.question("tools")) == {"-1": 1, "1": 1, "2": 0}
    assert survey.question("form_1_complete").kind == "number"


def test_stack_overflow():
    survey = read_text(
        "ResponseId,LanguageHaveWorkedWith,DevType,Country\n"
        "1,C#;C;C++,Developer,NA\n2,C++;C,Developer,Namibia\n3,C,Analyst,Chad\n"
    )
    assert survey.reading.layout == "Stack Overflow"
    assert counts(survey.question("LanguageHaveWorkedWith")) == {"C": 3, "C++": 2, "C#": 1}


def test_kaggle():
    asked = "Which languages? (Select all that apply)"
    survey = read_rows(
        [
            ["Time from Start to Finish (seconds)", "Q5", "Q7_Part_1", "Q7_Part_2", "Q7_Part_3"]
            + ["Q7_OTHER", "Q31_B_Part_1", "Q31_B_Part_2"],
            ["Duration (in seconds)", "Select the title: - Selected Choice"]
            + [f"{asked} - Selected Choice - {o}" for o in ["C", "C++", "None", "Other"]]
            + [f"Hope to learn? - Selected Choice - {o}" for o in ["Tableau - Desktop", "Qlik"]],
            ["1838", "Student", "C", "", "", "", " Tableau - Desktop", ""],
            ["289", "Analyst", "C", "C++", "", "Other", "", "Qlik"],
            ["860", "Student", "", "", "None", "", "", "Qlik"],
            ["507", "Analyst", "", "", "", "", "", ""],
        ]
    )
    assert survey.reading.layout == "Kaggle, two header rows"
    question = survey.question("Q7")
    assert question.text == asked
    assert counts(question) == {"C": 2, "C++": 1, "Other": 1}
    assert question.none_options == ("None",)
    assert answers(survey, "Q7").answered.tolist() == [True, True, True, False]
    assert answers(survey, "Q7").offers_none
    assert counts(survey.question("Q31_B")) == {"Qlik": 2, "Tableau - Desktop": 1}
    assert survey.question("Q5").text == "Select the title:"
    assert survey.question("Time from Start to Finish (seconds)").kind == "number"


@pytest.mark.parametrize("import_id", ['{{"ImportId":"{}"}}', "{{'ImportId': '{}'}}"])
@pytest.mark.parametrize("labelled", [True, False])
def test_fault_33_qualtrics_with_three_header_rows(import_id, labelled):
    names = ["StartDate", "IPAddress", "Finished", "Q4_1", "Q4_3", "Q4_3_TEXT", "Q5"]
    text = "Which tools?"
    labels = ["Anfangsdatum", "IP-Adresse", "Beendet"]
    labels += [f"{text} - Selected Choice - R", f"{text} - Selected Choice - Other"]
    labels += [f"{text} - Other - Text", "How long?"]
    r, other = ("R", "Other") if labelled else ("1", "3")
    survey = read_rows(
        [
            names,
            labels,
            [import_id.format(name) for name in names],
            ["2017-07-18 08:28:09", "192.0.2.1", "1", r, "", "", "1 year"],
            ["2017-07-18 08:29:09", "192.0.2.2", "1", r, other, "Stan", "2 years"],
            ["2017-07-18 08:30:09", "192.0.2.3", "1", "", "", "", "1 year"],
        ]
    )
    assert survey.reading.layout == "Qualtrics, three header rows"
    assert survey.respondents == 3
    question = survey.question("Q4")
    assert question.text == text
    assert counts(question) == {"R": 2, "Other": 1}
    assert survey.question("Q5").text == "How long?"
    assert [column.column for column in survey.personal] == ["IPAddress"]


def test_qualtrics_choices_joined_by_commas():
    names = ["StartDate", "ResponseId", "Q1"]
    survey = read_rows(
        [
            names,
            ["Start Date", "Response ID", "Who funds you?"],
            [f'{{"ImportId":"{name}"}}' for name in names],
            ["2017-07-18", "R_1", "ERC,Industry,UKRI: EPSRC"],
            ["2017-07-18", "R_2", "ERC"],
            ["2017-07-18", "R_3", "Industry,UKRI: EPSRC"],
            ["2017-07-18", "R_4", "UKRI: EPSRC,ERC"],
        ]
    )
    assert counts(survey.question("Q1")) == {"ERC": 3, "UKRI: EPSRC": 3, "Industry": 2}


def test_alchemer_puts_the_option_before_the_question():
    survey = read_rows(
        [
            ["R:Which languages?", "C++:Which languages?", "Node.js:Which languages?", "Age"],
            ["R", "", "Node.js", "31"],
            ["R", "C++", "", "42"],
            ["", "C++", "", "53"],
        ]
    )
    assert counts(survey.question("Which languages?")) == {"C++": 2, "R": 2, "Node.js": 1}


def test_typeform_heads_columns_by_the_option_alone():
    survey = read_rows(
        [
            ["How old?", "R", "SQL", "Excel", "Your role?"],
            ["31", "R", "", "Excel", "Analyst"],
            ["42", "", "SQL", "", "Analyst"],
            ["53", "R", "SQL", "", "Student"],
        ]
    )
    assert counts(survey.question("Choices (Excel, R, SQL)")) == {"R": 2, "SQL": 2, "Excel": 1}


def test_the_last_dot_does_not_part_question_and_option():
    header = [
        "other.lang.ASP.NET",
        "other.lang.Node.js",
        "other.lang.R",
        "other.ide.Vim",
        "other.ide.Emacs",
    ]
    survey = read_rows([header, ["1", "0", "1", "0", "1"], ["0", "1", "1", "1", "0"]])
    assert set(survey.question("other.lang").options) == {"ASP.NET", "Node.js", "R"}
    assert set(survey.question("other.ide").options) == {"Vim", "Emacs"}


def test_a_table_with_blank_headers_has_one_header_row():
    survey = read_text("Tool,,Role,\nR,x,Analyst,y\nSQL,z,Student,w\n")
    assert survey.reading.header_rows == 1
    assert survey.respondents == 2


def test_an_option_that_the_header_words_otherwise():
    asked = "Which editors? - Selected Choice - "
    survey = read_rows(
        [
            ["Time from Start to Finish (seconds)", "Q9_Part_1", "Q9_Part_2", "Q9_Part_3"],
            ["Duration (in seconds)", *(asked + o for o in ["JupyterLab etc", "Vim", "Emacs"])],
            ["1", "Jupyter (all kinds)", "Vim", ""],
            ["2", "Jupyter (all kinds)", "", "Emacs"],
            ["3", "", "Vim", ""],
        ]
    )
    assert counts(survey.question("Q9")) == {"JupyterLab etc": 2, "Vim": 2, "Emacs": 1}


def test_long_form_of_two_columns():
    survey = read_text("Respondent,Language\n1,R\n1,SQL\n2,SQL\n3,R\n3,SQL\n")
    assert survey.reading.layout == "long form, two columns"
    assert survey.respondents == 3
    assert chosen(survey, "Language") == [{"R", "SQL"}, {"SQL"}, {"R", "SQL"}]
    assert any("without any row cannot be known" in note for note in survey.notes)


def test_long_form_sorted_by_question():
    rows = [["id", "variable", "value"]]
    rows += [[str(n), "tools", tool] for tool in ("R", "SQL, core") for n in (3, 1)]
    rows += [[str(n), "role", "Analyst"] for n in (1, 2, 3)]
    survey = read_rows(rows)
    assert survey.respondents == 3
    assert chosen(survey, "tools") == [{"R", "SQL, core"}, {"R", "SQL, core"}, set()]
    assert counts(survey.question("role")) == {"Analyst": 3}


def test_two_columns_with_an_id_a_row_are_no_long_form():
    survey = read_text("Respondent,Language\n1,R\n2,SQL\n3,R\n")
    assert survey.reading.layout == "plain table"
    assert survey.respondents == 3


def test_an_id_that_slipped_in_twice_does_not_make_a_long_form():
    rows = [["id", "tools"], *([str(max(n, 1)), "R;SQL"] for n in range(10))]
    assert read_rows(rows).respondents == 10


def test_long_form_rows_of_nobody_are_told():
    survey = read_text("id,question,answer\n1,tools,R\n,tools,SQL\n,tools,C\n")
    assert survey.respondents == 2
    assert any(note.startswith("2 rows do not say whose") for note in survey.notes)


def test_lists_as_json_and_as_python_write_them():
    survey = read_rows(
        [
            ["a", "b"],
            ['["R", "SQL, core"]', "['R', 'SQL']"],
            ["[]", "['SQL']"],
            ['["R"]', ""],
        ]
    )
    assert chosen(survey, "a") == [{"R", "SQL, core"}, set(), {"R"}]
    assert chosen(survey, "b") == [{"R", "SQL"}, {"SQL"}, set()]


def test_text_in_brackets_is_no_list():
    survey = read_rows([["a", "n"], ["[sic]", "1"], ["[R, SQL]", "2"]])
    assert survey.answers["a"].tolist() == ["[sic]", "[R, SQL]"]


def test_a_scale_around_zero_is_no_box_that_was_seen():
    header = [f"How much? [{row}]" for row in ("Speed", "Price", "Ease")]
    survey = read_rows([header, ["-1", "0", "1"], ["1", "-1", "0"], ["0", "1", "-1"]])
    assert {question.kind for question in survey.questions} == {"single-select"}


def test_one_numbered_column_is_no_question_of_several_choices():
    imports = [f'{{"ImportId":"QID{n}-1"}}' for n in (1, 2, 3)]
    rows = [["Q1_1", "Q2_1", "Q3"], ["Rate it: Fruit", "Rate it: Bread", "Why?"], imports]
    survey = read_rows([*rows, *[[str(1 + n % 2), str(1 + n % 3), "x"] for n in range(9)]])
    assert [q.kind for q in survey.questions[:2]] == ["single-select", "single-select"]


def test_the_order_in_which_qualtrics_showed_things_is_no_question():
    names = ["Q1", "Q1_DO_1", "FL_7_DO", "Q2_First Click", "Q3_Browser"]
    wordings = ["Which?", "Which? - Display Order", "FL_7 - Block Randomizer - Display Order"]
    wordings += ["Timing - First Click", "Click to write - Meta Info - Browser"]
    imports = [f'{{"ImportId":"{name}"}}' for name in names]
    body = [["R", "1", "a|b", "1.2", "Chrome"], ["SQL", "2", "b|a", "3.4", "Firefox"]]
    survey = read_rows([names, wordings, imports, *body])
    assert [q.key for q in survey.questions if q.options] == ["Q1"]


def test_a_slash_in_a_label_makes_no_group():
    header = ["_id", "_uuid", "_submission_time", "lang/C/C++", "lang/R", "ide/Vim / Emacs"]
    rows = [["1", "a", "t", "1", "0", "1"], ["2", "b", "t", "1", "1", "0"]]
    survey = read_rows([[*header, "ide/PyCharm"], *[[*row, "1"] for row in rows]])
    assert counts(survey.question("lang")) == {"C/C++": 2, "R": 1}
    assert counts(survey.question("ide")) == {"PyCharm": 2, "Vim / Emacs": 1}


def test_rows_of_a_grid_are_joined_alike():
    survey = read_rows(
        [
            ["Where? [R]", "Where? [SQL]"],
            ["Work, Home", "Work"],
            ["Work", "Home"],
            ["Home", "Work"],
            ["Home, Work", "Home, Work"],
            ["Work", ""],
        ]
        + [["Work", "Home"]] * 20
    )
    assert counts(survey.question("Where? [SQL]")) == {"Home": 22, "Work": 3}


def test_names_with_dots_as_r_writes_them_do_not_hide_joined_answers():
    survey = read_text("how.old,which.tools.do.you.use\n31,R;SQL\n44,SQL\n27,R\n")
    assert counts(survey.question("which.tools.do.you.use")) == {"R": 2, "SQL": 2}


def test_every_layout_is_written_by_the_tests():
    written = {make().layout for make in WRITERS.values()}
    by_hand = {"Typeform-like, two header rows", "two header rows, questions and options"}
    by_hand |= {"long form, two columns"}
    written |= {make().layout for make in FORMATS.values()}
    assert {layout.name for layout in LAYOUTS} == written | by_hand
