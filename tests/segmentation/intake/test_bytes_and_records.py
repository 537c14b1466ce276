"""Encodings, delimiters, line ends, quotes and rows of uneven length."""

import pytest

from segmentation.intake import read_survey
from tests.segmentation.intake.tables import csv_bytes, read_text

ROWS = [["Who", "Tools"], ["Zoë", "R;SQL"], ["Björn", "R"], ["José", "SQL"]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_fault_25_text_is_decoded_and_the_encoding_said(encoding):
    survey = read_survey(csv_bytes(ROWS, encoding=encoding))
    assert survey.answers["Who"].tolist() == ["Zoë", "Björn", "José"]
    assert survey.reading.encoding == encoding


def test_mac_roman_is_told_from_windows():
    rows = [["Who", "Said"], ["Zoë", "“Très bien”, dit-il à l’élève"], ["Jörg", "Ça va"]]
    survey = read_survey(csv_bytes(rows, encoding="mac_roman"))
    assert survey.reading.encoding == "mac_roman"
    assert survey.answers["Said"][0] == rows[1][1]
    assert "Mac Roman" in survey.notes[0]


def test_fault_27_a_line_in_another_encoding_is_named():
    data = "a,b\nZoë,1\n".encode() + "Björn,2\n".encode("cp1252")
    survey = read_survey(data)
    assert survey.answers["a"].tolist() == ["Zoë", "Björn"]
    assert "line 3" in survey.notes[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_fault_38_delimiters_and_line_ends(delimiter, line_end):
    survey = read_survey(csv_bytes(ROWS, delimiter=delimiter, line_end=line_end))
    assert survey.reading.delimiter == delimiter
    assert survey.answers["Tools"].tolist() == ["R;SQL", "R", "SQL"]
    assert survey.respondents == 3


def test_a_header_is_no_title_to_another_delimiter():
    survey = read_survey(b"q0;q1;q2;q3;q4\n;;;;,,\n;;;;,,\n;;;;,,\n")
    assert survey.reading.delimiter == ";"
    assert list(survey.answers) == ["q0", "q1", "q2", "q3", "q4"]


def test_the_delimiter_is_not_chosen_on_the_first_line():
    survey = read_text("Age, in years;Tools, all\n31;R\n42;SQL\n53;R\n")
    assert list(survey.answers) == ["Age, in years", "Tools, all"]


def test_fault_32_a_separator_line_is_obeyed_and_not_an_answer():
    survey = read_text("sep=;\na;b,c\n1,5;2\n")
    assert survey.answers["a"].tolist() == ["1,5"]
    assert survey.reading.delimiter == ";"


def test_one_column():
    survey = read_text("Tools\nR;SQL\nR\nSQL;Excel;R\n")
    assert survey.answers["Tools"].tolist() == ["R;SQL", "R", "SQL;Excel;R"]


def test_cells_with_delimiters_quotes_and_line_ends():
    survey = read_text('a,b\n"x, ""y""","one\ntwo\r\nthree"\nz,w\n')
    assert survey.answers["a"].tolist() == ['x, "y"', "z"]
    assert survey.answers["b"][0] == "one\ntwo\r\nthree"


def test_quotes_that_were_not_doubled_are_kept_and_noted():
    survey = read_text('a\tb\n"Fantastic" tool\t1\nplain\t2\n')
    assert survey.answers["a"].tolist() == ['"Fantastic" tool', "plain"]
    assert "line 2" in survey.notes[0]


def test_everything_stays_text():
    cells = ["None", "NA", "null", "nan", "007", "3.10", "12345678901234567890", "1e5", "TRUE", ""]
    survey = read_text("v,w\n" + "".join(f"{cell},x\n" for cell in cells))
    assert survey.answers["v"].tolist() == cells
    assert survey.answers.dtypes.tolist() == [object, object]


def test_fault_30_short_rows_are_filled_at_the_end_and_named():
    survey = read_text("a,b,c\n1,2,3\n4\n5,6\n7,8,9\n")
    assert survey.answers.iloc[1].tolist() == ["4", "", ""]
    assert survey.answers.iloc[2].tolist() == ["5", "6", ""]
    assert "2 rows have fewer fields" in survey.notes[0]
    assert "lines 3 and 4" in survey.notes[0]


def test_blank_fields_beyond_the_header_are_dropped_with_a_note():
    survey = read_text("a,b\n1,2,,\n3,4,\n5,6\n")
    assert list(survey.answers) == ["a", "b"]
    assert "lines 2 and 3" not in survey.notes[0]
    assert "2 rows have blank fields beyond the header" in survey.notes[0]


def test_fault_30_text_beyond_the_header_is_kept_apart_and_its_line_named():
    survey = read_text("a,b\n1,2\n3,4,five,6\n7,8\n")
    assert survey.answers["a"].tolist() == ["1", "3", "7"]
    assert survey.answers["b"].tolist() == ["2", "4", "8"]
    assert survey.answers["Surplus fields"].tolist() == ["", "five,6", ""]
    assert "line 3" in survey.notes[0]


def test_blank_lines_are_no_respondents_but_blank_records_are():
    survey = read_text("a,b\n1,2\n\n,\n  \n3,4\n\n")
    assert survey.answers["a"].tolist() == ["1", "", "3"]
    assert "3 blank lines were skipped" in survey.notes[0]


def test_fault_30_line_numbers_count_lines_within_cells():
    survey = read_text('a,b\n"one\ntwo",2\n3\n')
    assert "line 4" in survey.notes[0]


def test_fault_34_repeated_and_blank_headers_get_names_of_their_own():
    survey = read_text("Other,,Other,Tool,,Other (2)\n1,2,3,4,5,6\n")
    assert len(set(survey.answers)) == 6
    assert survey.answers.iloc[0].tolist() == ["1", "2", "3", "4", "5", "6"]
    assert "Column 2" in survey.answers
    assert "Column 5" in survey.answers
    assert any("no header" in note for note in survey.notes)
    assert any('"Other"' in note for note in survey.notes)


def test_fault_34_a_header_of_ten_thousand_characters():
    survey = read_text("a," + "x" * 10_000 + "\n1,2\n")
    assert survey.answers.iloc[0].tolist() == ["1", "2"]


def test_formulas_are_text():
    cell = '=HYPERLINK("http://example.invalid","x")'
    survey = read_survey(csv_bytes([["a", "b"], [cell, "@SUM(1)"], ["<script>", "-1+1"]]))
    assert survey.answers["a"][0] == cell
    assert survey.answers["a"][1] == "<script>"


def test_the_digest_is_that_of_the_bytes():
    assert read_text("a,b\n1,2\n").sha256 != read_text("a,b\r\n1,2\r\n").sha256


def test_a_file_and_its_bytes_read_alike(tmp_path):
    path = tmp_path / "wave one.csv"
    path.write_bytes(csv_bytes(ROWS))
    survey = read_survey(path)
    assert survey.name == "wave one.csv"
    assert survey.answers.equals(read_survey(path.read_bytes()).answers)
    assert read_survey(str(path), "Wave 1").name == "Wave 1"
