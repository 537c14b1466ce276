"""Traps that real survey exports set, one test each."""

import itertools

import pytest

from segmentation.encode import encode
from segmentation.intake import read_answers, read_survey
from segmentation.mapping import Mapping, QuestionMapping, suggest_mapping, tools_of
from segmentation.spec import EncodeSpec
from tests.segmentation.intake.tables import (
    answers,
    chosen,
    counts,
    csv_bytes,
    read_rows,
    read_text,
)


def column(header: str, cells: list[str]) -> bytes:
    return csv_bytes([["n", header], *([str(at), cell] for at, cell in enumerate(cells))])


def tools(*keys: str, **aliases: str) -> Mapping:
    said = tuple(sorted(aliases.items()))
    return Mapping(tuple(QuestionMapping(key, "tools", "Tool", aliases=said) for key in keys))


def test_1_commas_inside_labels():
    where = "AWS serverless (Lambda, Fargate, etc.)"
    cells = [f"{where}, Docker", "Docker", where, f"Docker, {where}"] * 3
    survey = read_survey(column("Where?", cells))
    assert counts(survey.question("Where?")) == {where: 9, "Docker": 9}


def test_1_a_record_inside_a_cell():
    cells = ['Web,"OS, Security"', "Web", '"OS, Security",Web', "Embedded,Web"] * 4
    survey = read_survey(column("Fields", cells))
    found = counts(survey.question("Fields"))
    assert {label.strip('"'): count for label, count in found.items()} == {
        "Web": 16,
        "OS, Security": 8,
        "Embedded": 4,
    }


def test_2_ranges_taken_for_dates_are_flagged_with_what_they_were():
    cells = ["Oct-49", "5-Feb", "10-Jun", "20-Nov", "50+", "1"] * 3
    survey = read_survey(column("How many?", cells))
    assert set(survey.question("How many?").options) == set(cells), "the text of the file stays"
    (note,) = (note for note in survey.notes if "spreadsheet" in note)
    for now, before in [("Oct-49", "10-49"), ("5-Feb", "2-5"), ("10-Jun", "6-10")]:
        assert f'"{now}" was probably "{before}"' in note
    assert '"20-Nov" was probably "11-20"' in note


def test_2_real_dates_and_broken_formulas():
    dates = read_survey(column("Which day?", ["5-Feb", "6-Feb", "7-Feb"] * 3))
    assert not any("spreadsheet" in note for note in dates.notes)
    broken = read_survey(column("Why?", ["#NAME?", "Cost", "Speed"] * 3))
    assert any('"#NAME?" was probably a text that begins' in note for note in broken.notes)


@pytest.mark.parametrize(
    ("cells", "flagged"),
    [
        (["3.8, 3.9", "3.9, 3.10", "3.1", "3.8"], '"3.1" was probably "3.10"'),
        (["1.19;1.21", "1.2;1.19", "1.21"], '"1.2" was probably "1.20"'),
        (["3.0;3.1", "3.1;3.2", "3.9;3.10", "3.2"], ""),
        (["2.1;2.2", "2.2;2.3", "2.3"], ""),
    ],
)
def test_3_versions_that_lost_their_zero_are_flagged(cells, flagged):
    survey = read_survey(column("Which versions? (select all that apply)", cells * 4))
    notes = [note for note in survey.notes if "spreadsheet" in note]
    assert flagged in notes[0] if flagged else not notes


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1252"])
def test_4_letters_of_old_encodings(encoding):
    cells = ["Zürich’s café", "Köln – Süd", "Málaga", "Orléans", "Århus"] * 4
    data = column("Où?", cells).decode().encode(encoding)
    survey = read_survey(data)
    assert survey.reading.encoding == encoding
    assert set(survey.question("Où?").options) == set(cells)


def test_5_doubled_line_ends_are_no_blank_rows():
    survey = read_survey(b"n,Tools\r\r\n1,R;SQL\r\r\n2,R\r\r\n3,SQL\r\r\n")
    assert survey.respondents == 3
    assert counts(survey.question("Tools")) == {"R": 2, "SQL": 2}


def test_6_markup_and_characters_that_nobody_sees():
    survey = read_rows(
        [
            ["Which&nbsp;<b>tools</b>? [ArcGIS]", "Which tools? [\u200bQGIS]"],
            ["\u200bArcGIS", ""],
            ["ArcGIS\xa0", " QGIS"],
            ["", "**QGIS**"],
        ]
    )
    question = survey.question("Which tools?")
    assert question.text == "Which tools?"
    assert counts(question) == {"ArcGIS": 2, "QGIS": 2}


def test_6_an_agreement_with_leading_spaces_is_one_level():
    survey = read_survey(column("Agree?", [" Strongly agree", "Strongly agree", "No"] * 4))
    assert counts(survey.question("Agree?")) == {"Strongly agree": 8, "No": 4}


def test_7_headers_that_repeat():
    survey = read_rows(
        [
            ["Tools", "Other", "Other", "", "", "Notes", "Notes.1", "Unnamed: 7", "Column14"],
            ["R;SQL", "Stan", "x", "a", "1", "y", "z", "u", "v"],
            ["SQL", "", "y", "b", "2", "z", "y", "v", "u"],
        ]
    )
    names = list(survey.answers)
    assert len(set(names)) == len(names) == 9
    assert len({question.key for question in survey.questions}) == len(survey.questions)
    assert any("header of an earlier column" in note for note in survey.notes)


def test_7_a_tick_and_a_text_of_one_name():
    survey = read_rows(
        [
            ["Which tools?", "", "", "", "Age?"],
            ["R", "SQL", "Other", "Other", "Response"],
            ["R", "", "Other", "Stan", "31"],
            ["R", "SQL", "", "", "44"],
            ["", "SQL", "Other", "Fortran", "27"],
        ]
    )
    assert counts(survey.question("Which tools?")) == {"Other": 2, "R": 2, "SQL": 2}


LEVELS = ["Using in Production", "Evaluating", "Future", ""]


def test_8_levels_count_as_the_analyst_says():
    rows = [[f"CNCF projects [{tool}]" for tool in ("Kubernetes", "Helm", "Prometheus")]]
    rows += [[LEVELS[(n + at) % 4] for at in range(3)] for n in range(24)]
    survey = read_rows(rows)
    question = survey.question("CNCF projects [Helm]")
    assert question.kind == "single-select"
    assert set(question.options) == set(LEVELS) - {""}
    mapping = suggest_mapping(survey)
    said = next(q for q in mapping.questions if q.question == question.key)
    assert tools_of(question, said)["Using in Production"] == "Helm"
    assert tools_of(question, said)["Evaluating"] == ""
    features = encode(survey, mapping, EncodeSpec(threshold=0.01))
    assert features.chosen.sum(axis=0).tolist() == [6, 6, 6]


def test_8_three_columns_a_tool():
    header = [
        f"{tool} - {level}" for tool in ("Helm", "Envoy") for level in ("Evaluating", "Production")
    ]
    survey = read_rows(
        [
            ["Which projects?", "", "", "", "Age?"],
            [*header, "Response"],
            ["Evaluating", "", "", "Production", "31"],
            ["", "Production", "Evaluating", "", "44"],
            ["", "Production", "", "Production", "27"],
        ]
    )
    assert counts(survey.question("Which projects?")) == {
        "Envoy - Production": 2,
        "Helm - Production": 2,
        "Envoy - Evaluating": 1,
        "Helm - Evaluating": 1,
    }


def test_9_a_false_is_an_answer_and_a_blank_is_none():
    survey = read_rows(
        [["uses.ghc", "uses.stack"], ["true", "false"], ["false", "false"], ["", ""], ["", "true"]]
    )
    found = answers(survey, "uses")
    assert chosen(survey, "uses") == [{"ghc"}, set(), set(), {"stack"}]
    assert found.answered.tolist() == [True, True, False, True]
    assert found.not_asked.tolist() == [False, False, True, False]


def test_9_an_unticked_box_that_says_so_was_shown():
    survey = read_text("lang/r,lang/sql,x\n1,0,a\n0,0,b\n,,c\n")
    features = encode(survey, tools("lang"), EncodeSpec(threshold=0.01))
    assert features.asked[:, 0].tolist() == [True, True, False]


def test_9_a_box_left_out_of_a_question_that_was_shown_was_not_asked():
    survey = read_text("lang/r,lang/sql,lang/c,x\n1,0,,a\n0,1,1,b\n0,0,0,d\n,,,c\n")
    unshown = answers(survey, "lang").unshown
    assert answers(survey, "lang").options == ("c", "r", "sql")
    assert unshown.tolist() == [[True, False, False], [False] * 3, [False] * 3, [True] * 3]
    features = encode(survey, tools("lang"), EncodeSpec(threshold=0.01))
    asked = {tool.name: features.asked[:, at].tolist() for at, tool in enumerate(features.tools)}
    assert asked == {
        "C": [False, True, True, False],
        "R": [True, True, True, False],
        "SQL": [True, True, True, False],
    }


def test_9_limesurvey_leaves_single_boxes_out_with_its_own_sign():
    header = ["Response ID", "Date submitted", "Last page", "Q [R]", "Q [SQL]"]
    rows = [["1", "", "2", "Yes", "N/A"], ["2", "", "2", "No", "Yes"], ["3", "", "2", "N/A", "N/A"]]
    survey = read_rows([header, *rows])
    features = encode(survey, tools("Q"), EncodeSpec(threshold=0.01))
    assert features.asked.tolist() == [[True, False], [True, True], [False, False]]
    assert features.prevalence.tolist() == [0.5, 1.0]


def test_9_one_no_written_beside_other_says_nothing_about_the_others():
    survey = read_text("Q [R],Q [SQL],Q [Other]\nR,,\n,SQL,No\n,,\nR,SQL,\n")
    assert not answers(survey, "Q").not_asked.any()


def test_10_a_ranking_is_no_choice_of_several():
    orders = [";".join(order) + ";" for order in itertools.permutations(["Cost", "Speed", "Ease"])]
    survey = read_survey(column("Rank these", orders))
    question = survey.question("Rank these")
    assert question.kind == "text"
    assert any("it is a ranking" in note for note in survey.notes)


def test_10_everybody_choosing_everything_is_no_ranking():
    survey = read_survey(column("Tools", ["Cost;Speed;Ease;"] * 12))
    assert counts(survey.question("Tools")) == {"Cost": 12, "Ease": 12, "Speed": 12}


def test_10_a_ranking_with_a_column_an_option():
    header = [f"Rank these [{option}]" for option in ("Cost", "Speed", "Ease")]
    ranks = [list(order) for order in itertools.permutations("123")]
    survey = read_rows([header, *ranks])
    assert {question.kind for question in survey.questions} == {"single-select"}
    assert len(survey.questions) == 3


def test_11_an_option_of_two_questions_is_merged_only_on_request():
    survey = read_text("Now,Planned\nR;SQL,Go\nR,Go;R\nSQL,R\n")
    apart = Mapping(
        (
            QuestionMapping("Now", "tools", "Now"),
            QuestionMapping("Planned", "tools", "Planned"),
        )
    )
    features = encode(survey, apart, EncodeSpec(threshold=0.01))
    assert [(tool.name, tool.category) for tool in features.tools].count(("R", "Now")) == 1
    assert [tool.name for tool in features.tools].count("R") == 2
    merged = encode(survey, tools("Now", "Planned"), EncodeSpec(threshold=0.01))
    assert [tool.name for tool in merged.tools].count("R") == 1


def test_12_waves_of_one_survey_encode_one_question_in_different_ways():
    joined = read_text("Tools,x\nR;SQL,1\nSQL,2\nR,3\n")
    spread = read_text("Tools [R],Tools [SQL],x\nYes,Yes,1\nNo,Yes,2\nYes,No,3\n")
    assert chosen(joined, "Tools") == chosen(spread, "Tools")


def test_13_write_ins_with_commas_stay_whole_and_can_be_left_out():
    cells = ["Haskell;Nix", "Haskell;Scala, TypeScript", "Nix", "Haskell", "Nix;Haskell"] * 1
    survey = read_survey(column("Languages", cells))
    question = survey.question("Languages")
    assert counts(question) == {"Haskell": 4, "Nix": 3, "Scala, TypeScript": 1}
    assert read_answers(survey, question, at_least=2).options == ("Haskell", "Nix")


@pytest.mark.parametrize(
    "none", ["None", "None of these", "N/A", "-", "Not applicable to me", "none"]
)
def test_14_options_of_the_none_type_show_who_was_asked(none):
    survey = read_survey(
        column('Type "none" if you use no tools', ["R;SQL", none, "", "SQL", "SQL;R"] * 4)
    )
    (_, question) = survey.questions
    assert question.options == ("SQL", "R")
    assert question.none_options
    found = read_answers(survey, question)
    assert found.offers_none
    assert found.answered.tolist() == [True, True, False, True, True] * 4


def test_15_respondents_who_answered_nothing_were_not_asked():
    survey = read_text("Tools,IDE,x\nR;SQL,Vim,1\n,,2\nSQL,,3\n")
    features = encode(survey, tools("Tools", "IDE"), EncodeSpec(threshold=0.01))
    assert features.asked.tolist() == [[True] * 3, [False] * 3, [True] * 3]
    assert features.used.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("yes", "no"), [("Oui", "Non"), ("Ja", "Nein"), ("Sí", "No"), ("Sim", "Não")]
)
def test_16_yes_and_no_in_other_languages(yes, no):
    survey = read_rows([["Outils [R]", "Outils [SQL]"], [yes, no], [no, no], [yes, yes]])
    assert counts(survey.question("Outils")) == {"R": 2, "SQL": 1}


def test_16_years_of_another_era():
    survey = read_text(
        "ประทับเวลา,Tools\n22/8/2562 10:11:12 หลังเที่ยง,R;SQL\n23/8/2562 9:11:12 ก่อนเที่ยง,SQL\n"
        "24/8/2562 9:11:12 ก่อนเที่ยง,R\n"
    )
    assert survey.reading.layout == "Google Forms"
    assert counts(survey.question("Tools")) == {"R": 2, "SQL": 2}


def test_17_titles_of_sections_and_sets_of_nothing():
    survey = read_rows(
        [["Section 2", "Tools"], ["7", "R;SQL"], ["7", "\r\n"], ["7", "SQL"], ["7", " \n "]]
    )
    assert survey.question("Tools").answered == 2
    assert answers(survey, "Tools").answered.tolist() == [True, False, True, False]


def test_18_a_first_row_that_is_an_answer_is_not_lost():
    survey = read_text(
        '2018/05/01 10:00:00,"R, SQL",Yes\n2018/05/01 10:01:00,SQL,No\n2018/05/01 10:02:00,R,Yes\n'
        '2018/05/01 10:03:00,"SQL, R",No\n'
    )
    assert survey.respondents == 4
    assert any("no header" in note for note in survey.notes)
    assert [question.kind for question in survey.questions][1] == "multi-select"


def test_19_words_for_nothing_are_answers():
    survey = read_survey(column("Tools", ["None", "NA", "n/a", "null", "R"] * 2))
    assert survey.answers["Tools"].tolist() == ["None", "NA", "n/a", "null", "R"] * 2
    assert survey.question("Tools").answered == 10


def test_20_cells_that_look_like_formulas_stay_text():
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]
    survey = read_survey(column("Why?", cells))
    assert survey.answers["Why?"].tolist() == cells


def test_21_addresses_in_free_text_are_taken_out():
    cells = [f"Reason {n}, write to ann.{n}@example.org" if n % 5 else f"No {n}" for n in range(20)]
    survey = read_survey(column("Why?", cells))
    assert "@" not in "".join(survey.answers.astype(str).to_numpy().ravel())


@pytest.mark.parametrize(
    ("file", "flag"),
    [
        ("cncf/strimzi_2022.csv", '"1.2" was probably "1.20"'),
        ("spack/spack_2021.csv", '"3.1" was probably "3.10"'),
        ("spack/spack_2022.csv", '"3.1" was probably "3.10"'),
    ],
)
def test_3_real_versions_that_lost_their_zero(shared_data, file, flag):
    assert any(flag in note for note in read_survey(shared_data(file)).notes)


@pytest.mark.parametrize("file", ["spack/spack_2020.csv", "cncf/cncf_2018.csv", "haskell/2017.csv"])
def test_3_real_surveys_without_such_options_are_not_accused(shared_data, file):
    assert not any("spreadsheet" in note for note in read_survey(shared_data(file)).notes)
