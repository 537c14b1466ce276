"""What Arrow parses and takes apart is what Python would; anything else is left to Python."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.errors import ReadError
from segmentation.intake import Limits, ReadOptions, Survey, read_answers, read_survey
from segmentation.intake import records as records_module
from segmentation.intake.cells import Cells
from segmentation.intake.columnwise import ColumnRows, parse_clean
from segmentation.intake.cut import cut
from segmentation.intake.joined import Splitter
from segmentation.intake.records import parse
from tests.segmentation.intake.tables import csv_bytes

MESSY = st.text(st.sampled_from('ab",;\n\r x'), max_size=40)
LONGEST = 100


@given(text=MESSY)
@settings(max_examples=2000)
def test_whatever_is_taken_for_clean_reads_as_the_strict_reader_does(text):
    found = parse_clean(text, ",", LONGEST)
    if found is not None:
        strict = list(csv.reader(text.splitlines(keepends=True), strict=True))
        assert list(found) == strict


CLEAN = st.lists(
    st.lists(st.text('ab", x;é', max_size=6), min_size=3, max_size=3), min_size=1, max_size=8
)


@given(rows=CLEAN, line_end=st.sampled_from(["\n", "\r\n"]), quote_all=st.booleans())
@settings(max_examples=500)
def test_a_table_without_line_breaks_is_clean(rows, line_end, quote_all):
    text = csv_bytes(rows, line_end=line_end, quote_all=quote_all).decode()
    found = parse_clean(text, ",", LONGEST)
    assert found is not None
    assert list(found) == rows
    assert found[0] == rows[0]
    assert found[-1] == rows[-1]
    assert list(found[1:]) == rows[1:]
    assert list(found[0:2]) == rows[0:2]
    assert [cells.column().tolist() for cells in found.cells(1)] == [
        list(column) for column in zip(*rows[1:], strict=True)
    ] or len(rows) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('a,b\n1,"x\ny"\n', "a line break in a cell"),
        ("a,b\n\n1,2\n", "a blank line"),
        ("a,b\r1,2\r", "bare returns"),
        ("a,b\r\n1,2\n", "two kinds of line end"),
        ("a,b\n1,2,3\n", "a long row"),
        ("a,b\n1\n", "a short row"),
        ('a,b\n1,"x"y\n', "text after a closed quote"),
        ('a,b\n1,x"y\n', "a quote within a word"),
        ('a,b\n1,""x""\n', "quotes doubled outside of quotes"),
        ('a,b\n"1,2\n', "an open quote"),
        ("a\n1\n", "a single column"),
        (f"a,b\n1,{'x' * (LONGEST + 1)}\n", "a long cell"),
    ],
)
def test_what_is_not_clean_is_left_to_the_other_reader(text, why):
    assert parse_clean(text, ",", LONGEST) is None, why


@pytest.fixture
def always(monkeypatch):
    monkeypatch.setattr(records_module, "WORTH_IT", 0)


def test_a_survey_is_the_same_either_way(monkeypatch):
    body = [[str(i), "Python;R" if i % 3 else "SQL", f"said, {i}"] for i in range(60)]
    data = csv_bytes([["Respondent", "Tools", "Why"], *body])
    slow = read_survey(data)
    monkeypatch.setattr(records_module, "WORTH_IT", 0)
    assert isinstance(parse(data.decode(), "s").rows, ColumnRows)
    quick = read_survey(data)
    assert_equal(slow, quick)


def assert_equal(one: Survey, other: Survey) -> None:
    assert one.questions == other.questions
    assert one.answers.equals(other.answers)
    assert (one.notes, one.reading, one.personal) == (other.notes, other.reading, other.personal)
    for mine, theirs in zip(one.questions, other.questions, strict=True):
        assert (read_answers(one, mine).chosen == read_answers(other, theirs).chosen).all()


def test_real_files_are_the_same_either_way(shared_data, monkeypatch):
    for name in ("stackoverflow_2019/tools.csv", "jupyter_2020/all_responses.csv"):
        path = shared_data(name)
        monkeypatch.setattr(records_module, "WORTH_IT", 1 << 40)
        slow = read_survey(path)
        monkeypatch.setattr(records_module, "WORTH_IT", 0)
        assert_equal(slow, read_survey(path))


def test_rows_above_the_header_can_be_skipped(always):
    text = "Survey of tools,,\nName,Tools,Age\n" + "".join(f"p{i},R;SQL,{i}\n" for i in range(9))
    survey = read_survey(text.encode(), options=ReadOptions(skip_rows=1))
    assert survey.respondents == 9
    assert list(survey.answers)[-2:] == ["Tools", "Age"]


def test_limits_hold_for_columns_too(always):
    text = "a,b\n" + "1,2\n" * 100
    with pytest.raises(ReadError, match="limit of 50 cells"):
        parse(text, "s.csv", limits=Limits(cells=50))
    with pytest.raises(ReadError, match="memory"):
        parse(text, "s.csv", limits=Limits(memory_mb=0))


PIECES = st.sampled_from(
    [
        "R",
        "SQL",
        " sql ",
        "",
        "Jupyter (Lab, Notebook)",
        "Jupyter (Lab; Hub)",
        "open (",
        '"Q; P"',
        "x",
    ]
)


@pytest.mark.parametrize("separator", [";", ", ", ",", "\n"])
@given(cells=st.lists(st.lists(PIECES, max_size=5), min_size=1, max_size=8))
@settings(max_examples=150)
def test_answers_in_numbers_are_the_answers_in_words(separator, cells):
    texts = [separator.join(one) for one in cells]
    for labels in ((), ("Jupyter (Lab; Hub)", "R, SQL")):
        column, splitter = Cells.of(texts), Splitter(separator, labels)
        found = cut(column, splitter)
        for number, text in enumerate(column.texts):
            wanted = splitter.keys(text) if column.is_filled[number] else []
            held = {found.keys[key] for key in found.key[found.text == number]}
            assert held == set(wanted)
            assert found.answers[number] == len(wanted)
