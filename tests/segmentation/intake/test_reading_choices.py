"""What an analyst may decide about reading: layouts by name, questions by hand, a code book."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.errors import ReadError
from segmentation.intake import (
    QuestionColumns,
    ReadOptions,
    Survey,
    how_sure,
    preview_records,
    preview_survey,
    read_answers,
    read_survey,
    summary,
)
from segmentation.intake.layouts import CHOICES, LAYOUTS
from tests.segmentation.intake.files import xlsx, zipped
from tests.segmentation.reencode import WRITERS, redcap, surveymonkey

GRID = (
    "Q1_a,Q1_b,Q1_c,tools,note\n"
    "R,,SQL,Vim/Emacs,x\n"
    ",Python,,Vim,y\n"
    "R,Python,,Emacs/Vim,z\n"
    ",,SQL,Vim,w\n"
)


def read(text: str | bytes, **options: object) -> Survey:
    data = text.encode() if isinstance(text, str) else text
    return read_survey(data, "s.csv", ReadOptions(**options))


def counts(survey: Survey, text: str) -> dict[str, int]:
    (question,) = (q for q in survey.questions if q.text == text)
    return dict(zip(question.options, question.counts, strict=True))


def same(one: Survey, other: Survey) -> bool:
    return (
        (one.key, one.questions, one.personal, one.reading)
        == (other.key, other.questions, other.personal, other.reading)
    ) and one.answers.equals(other.answers)


class TestAgain:
    @pytest.mark.parametrize("name", WRITERS)
    def test_a_reading_is_repeated_by_its_own_options(self, name):
        encoded = WRITERS[name]()
        first = read_survey(encoded.data, "s.csv", codebook=encoded.codebook)
        again = read_survey(encoded.data, "s.csv", first.reading.options, codebook=encoded.codebook)
        assert same(first, again)
        assert first.notes == again.notes

    def test_other_choices_have_another_key(self):
        apart = read(GRID, questions=(QuestionColumns(("tools",), separator="/"),))
        assert apart.key != read(GRID).key == read(GRID, delimiter=",").key

    def test_what_was_decided_is_told_apart_from_what_was_detected(self):
        reading = read(GRID, delimiter=",").reading
        assert reading.chosen == ReadOptions(delimiter=",")
        assert reading.options.header_rows == 1

    def test_choices_go_over_others_field_by_field(self):
        mapping = ReadOptions(sheet="A", skip_rows=2, encoding="cp1252")
        flags = ReadOptions(skip_rows=0, encoding="utf-8")
        assert flags.over(mapping) == ReadOptions(sheet="A", skip_rows=0, encoding="utf-8")


class TestLayout:
    def test_a_layout_may_be_chosen(self):
        text = "id,what\n1,R\n1,SQL\n2,R\n"
        assert read(text).reading.layout == "long form, two columns"
        plain = read(text, layout="plain table")
        assert (plain.reading.layout, plain.respondents) == ("plain table", 3)
        assert how_sure(plain) == "As you chose."

    def test_an_unknown_layout_lists_those_that_there_are(self):
        with pytest.raises(ReadError, match='There is no layout "x"; choose one of "Qualtrics'):
            read(GRID, layout="x")

    def test_a_format_with_a_layout_of_its_own_offers_none(self):
        assert {layout.name for layout in LAYOUTS} - {*CHOICES} == {"labelled columns"}

    @pytest.mark.parametrize("layout", CHOICES)
    @pytest.mark.parametrize("header_rows", [None, 0, 1, 2, 3])
    @pytest.mark.parametrize("text", [GRID, "one\na\nb\nc\nd\n", "id,what\n1,R\n1,SQL\n2,R\n3,R\n"])
    def test_any_layout_reads_any_table_or_says_why_not(self, layout, header_rows, text):
        try:
            survey = read(text, layout=layout, header_rows=header_rows)
        except ReadError:
            return
        assert survey.reading.options.layout == layout
        assert same(survey, read_survey(text.encode(), "s.csv", survey.reading.options))

    def test_a_layout_keeps_its_wording_with_other_header_rows(self):
        survey = read("Q1,Q2\nWhich tool?,Which role?\nR,Analyst\nR,Student\n", header_rows=2)
        assert [question.text for question in survey.questions] == ["Which tool?", "Which role?"]


class TestByHand:
    def test_columns_become_one_question_with_an_option_each(self):
        survey = read(GRID, questions=(QuestionColumns(("Q1_c", "Q1_a", "Q1_b"), "Languages?"),))
        assert counts(survey, "Languages?") == {"Python": 2, "R": 2, "SQL": 2}
        question = survey.questions[0]
        assert question.columns == ("Q1_a", "Q1_b", "Q1_c")
        assert question.encoding == "label columns"

    def test_ticks_take_their_options_from_what_the_headers_differ_in(self):
        text = "Used: R,Used: SQL,age\n1,0,30\n0,0,40\n1,1,50\n"
        survey = read(text, questions=(QuestionColumns(("Used: R", "Used: SQL"), "Used?"),))
        (question,) = (q for q in survey.questions if q.text == "Used?")
        assert question.encoding == "indicator columns"
        assert counts(survey, "Used?") == {"R": 2, "SQL": 1}
        assert read_answers(survey, question).chosen.tolist() == [
            [True, False],
            [False, False],
            [True, True],
        ]

    def test_columns_with_nothing_in_common_keep_their_whole_headers(self):
        text = "Python,R code,n\nYes,No,1\nNo,Yes,2\nYes,Yes,3\n"
        survey = read(text, questions=(QuestionColumns(("Python", "R code"), "Which?"),))
        assert counts(survey, "Which?") == {"Python": 2, "R code": 2}

    def test_another_wording_keeps_the_key(self):
        columns = ("Q1_a", "Q1_b", "Q1_c")
        one, other = (
            read(GRID, questions=(QuestionColumns(columns, text),)).questions[0]
            for text in ("One?", "Other?")
        )
        assert one.key == other.key
        assert (one.text, other.text) == ("One?", "Other?")

    def test_a_group_is_taken_apart_by_columns_of_their_own(self):
        encoded = surveymonkey()
        whole = read_survey(encoded.data, "s.csv")
        question = next(q for q in whole.questions if len(q.columns) > 3)
        first, second, *rest = question.columns
        options = ReadOptions(questions=(QuestionColumns((first,)), QuestionColumns((second,))))
        apart = read_survey(encoded.data, "s.csv", options)
        columns = [q.columns for q in apart.questions]
        assert (first,) in columns
        assert (second,) in columns
        assert tuple(rest) in columns

    @pytest.mark.parametrize(
        ("separator", "options"),
        [("/", {"Vim": 4, "Emacs": 2}), ("", {"Vim": 2, "Emacs/Vim": 1, "Vim/Emacs": 1})],
    )
    def test_a_single_column_is_cut_as_said(self, separator, options):
        survey = read(GRID, questions=(QuestionColumns(("tools",), separator=separator),))
        assert counts(survey, "tools") == options

    def test_without_a_word_on_separators_they_are_detected(self):
        text = "t\n" + "a;b\nb;c\na\nc;a\n" * 5
        whole = read(text, questions=(QuestionColumns(("t",), "Tools?"),))
        assert counts(whole, "Tools?") == counts(read(text), "t") == {"a": 15, "b": 10, "c": 10}

    def test_columns_that_are_not_there_are_told_and_left(self):
        survey = read(GRID, questions=(QuestionColumns(("Q1_a", "Q1_b", "gone"), "L?"),))
        assert counts(survey, "L?") == {"R": 2, "Python": 2}
        assert 'Columns put together by hand are not in this file: "gone".' in survey.notes
        assert same(read(GRID), read(GRID, questions=(QuestionColumns(("gone",)),))) is False
        assert read(GRID).questions == read(GRID, questions=(QuestionColumns(("gone",)),)).questions

    def test_personal_columns_stay_out(self):
        text = "e-mail,a,b\nx@example.org,1,0\ny@example.org,0,1\n"
        survey = read(text, questions=(QuestionColumns(("e-mail", "a", "b"), "All?"),))
        assert survey.questions[0].columns == ("a", "b")
        assert "example.org" not in survey.answers.to_csv()
        assert not any("by hand" in note for note in survey.notes)

    def test_together_and_without(self):
        one, other = QuestionColumns(("a", "b")), QuestionColumns(("b", "c"))
        options = ReadOptions(encoding="utf-8").together(one)
        assert options.together(other).questions == (other,), "b is in one question only"
        assert options.without(one) == ReadOptions(encoding="utf-8")

    @given(
        st.lists(
            st.tuples(
                st.lists(
                    st.sampled_from(["Q1_a", "Q1_b", "Q1_c", "tools", "note", "no"]), min_size=1
                ),
                st.sampled_from([None, "", "/", ";"]),
            ),
            max_size=4,
        )
    )
    def test_whatever_is_put_together_every_column_is_in_one_question(self, asked):
        wanted = tuple(QuestionColumns(tuple(columns), "", parts) for columns, parts in asked)
        survey = read(GRID, questions=wanted)
        columns = [name for question in survey.questions for name in question.columns]
        assert sorted(columns) == sorted(survey.answers.columns)
        assert same(survey, read_survey(GRID.encode(), "s.csv", survey.reading.options))


class TestCodeBook:
    def test_it_is_part_of_what_was_decided(self):
        encoded = redcap("1", "0", dictionary=True)
        survey = read_survey(encoded.data, "s.csv", codebook=encoded.codebook)
        sha256 = hashlib.sha256(encoded.codebook).hexdigest()
        assert survey.reading.chosen == ReadOptions(codebook=sha256)
        assert survey.key != read_survey(encoded.data, "s.csv").key

    def test_a_reading_that_wants_one_and_has_none_says_so(self):
        encoded = redcap("1", "0", dictionary=True)
        wanted = ReadOptions(codebook="0" * 64)
        survey = read_survey(encoded.data, "s.csv", wanted)
        assert "add the code book again" in survey.notes[0]
        assert survey.reading.chosen == wanted
        assert survey.reading.options.codebook is None


class TestSummary:
    def test_the_sentence_of_an_expanded_export(self):
        survey = read_survey(surveymonkey().data, "s.csv")
        assert summary(survey) == (
            "SurveyMonkey, expanded; 2 header rows; 60 respondents; 4 multi-select questions; "
            f"{len(survey.personal)} columns of personal data left out"
        )
        assert how_sure(survey).startswith("Sure: ")

    def test_a_guess_says_that_it_is_one(self):
        assert how_sure(read(GRID)).startswith("A guess: check. ")
        assert summary(read(GRID)).endswith("no columns of personal data found")


class TestPreview:
    def test_titles_header_and_answers_are_marked_by_their_lines(self):
        text = "A survey\n\nQ1,Q2,Q3\nR,x,1\nSQL,y,2\nR,z,3\n"
        preview = preview_records(text.encode(), "s.csv")
        assert [(row.line, row.mark) for row in preview.rows] == [
            (1, "title"),
            (3, "header"),
            (4, "answer"),
            (5, "answer"),
            (6, "answer"),
        ]
        assert preview.rows[2].cells == ("R", "x", "1")
        assert preview.columns == ("Q1", "Q2", "Q3")
        assert (preview.options.skip_rows, preview.options.delimiter) == (1, ",")

    def test_there_are_a_few_rows_only(self):
        rows = preview_records(b"a,b\n" + b"1,2\n" * 1000, "s.csv").rows
        assert [row.line for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]

    def test_personal_columns_are_hidden(self):
        text = "Name,E-mail,Q\nAna Lopez,ana@example.org,from ana@example.org at 10.1.2.3\n" * 3
        cells = preview_records(text.encode(), "s.csv").rows[1].cells
        assert cells[:2] == ("(hidden)", "(hidden)")
        assert "ana@" not in cells[2]
        assert "10.1.2.3" not in cells[2]

    def test_personal_columns_are_hidden_where_the_header_is_not_known(self):
        text = "Title;;\nMore;;\nName;Tool;Role;\nAna;R;x;y\nBo;R;x;y\nCy;R;z;y\nDee;SQL;x;y\n"
        with pytest.raises(ReadError):
            read(text)
        rows = preview_records(text.encode(), "s.csv").rows
        shown = {cell for row in rows for cell in row.cells}
        assert "Name" in shown
        assert not shown & {"Ana", "Bo", "Cy"}

    @given(st.text(st.sampled_from('ab1,;\t"\n\r |é@.'), max_size=80), st.integers(0, 3))
    def test_any_text_may_be_looked_at(self, text, skip_rows):
        preview = preview_records(text.encode(), "s.csv", ReadOptions(skip_rows=skip_rows))
        assert bool(preview.rows) == preview.can_be_corrected
        assert len({row.line for row in preview.rows}) == len(preview.rows)

    @given(st.binary(max_size=200))
    def test_any_bytes_may_be_looked_at(self, data):
        preview = preview_records(data, "s.csv")
        assert all(row.line >= 1 for row in preview.rows)

    def test_binary_formats_show_what_was_kept(self, tmp_path):
        path = tmp_path / "s.parquet"
        columns = {"e-mail": ["a@example.org", "b@example.org"], "tool": ["R", "SQL"]}
        pd.DataFrame(columns).to_parquet(path)
        data = path.read_bytes()
        preview = preview_survey(read_survey(data, "s.parquet"), data)
        assert [row.cells for row in preview.rows] == [("tool",), ("R",), ("SQL",)]
        assert not preview.is_text

    def test_columns_known_to_be_personal_are_hidden(self):
        preview = preview_records(b"a,b\nx,1\ny,2\n", "s.csv", hidden={"a"})
        assert [row.cells for row in preview.rows[1:]] == [("(hidden)", "1"), ("(hidden)", "2")]

    def test_where_records_cannot_be_told_apart_there_are_lines(self):
        preview = preview_records(b'Q1,Q2\nR,"x\nSQL,y mail@example.org\n', "s.csv")
        assert [row.mark for row in preview.rows] == ["line"] * 3
        assert preview.rows[1].cells == ('R,"x',)
        assert "example.org" not in preview.rows[2].cells[0]
        assert preview.is_text
        assert preview.can_be_corrected

    def test_choices_that_cannot_be_followed_are_left_out(self):
        options = ReadOptions(skip_rows=50, layout="no such layout")
        preview = preview_records(b"a,b\n1,2\n3,4\n", "s.csv", options)
        assert [row.mark for row in preview.rows] == ["header", "answer", "answer"]

    def test_sheets_of_a_workbook_are_named_whatever_was_chosen(self):
        data = xlsx({"Notes": [["x"]], "Answers": [["a", "b"], ["1", "2"], ["3", "4"]]})
        for sheet in (None, "Notes", "gone"):
            preview = preview_records(data, "s.xlsx", ReadOptions(sheet=sheet))
            assert preview.sheets == ("Notes", "Answers")
        assert preview_records(data, "s.xlsx").rows[1].cells == ("1", "2")

    def test_an_archive_of_several_tables_names_them(self):
        data = zipped({"one.csv": b"a,b\n1,2\n", "two.csv": b"c,d\n3,4\n"})
        preview = preview_records(data, "s.zip")
        assert (preview.members, preview.rows) == (("one.csv", "two.csv"), ())
        chosen = preview_records(data, "s.zip", ReadOptions(member="two.csv"))
        assert chosen.rows[0].cells == ("c", "d")

    @pytest.mark.parametrize(
        "data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), bytes(range(256))]
    )
    def test_of_what_is_no_table_there_is_nothing_to_see(self, data):
        assert not preview_records(data, "s.csv").can_be_corrected

    @pytest.mark.parametrize("name", WRITERS)
    def test_the_columns_are_those_of_the_survey(self, name):
        encoded = WRITERS[name]()
        survey = read_survey(encoded.data, "s.csv", codebook=encoded.codebook)
        hidden = {personal.column for personal in survey.personal}
        preview = preview_records(encoded.data, "s.csv", survey.reading.options, hidden=hidden)
        if survey.reading.layout.startswith("long form"):
            assert len(preview.columns) == 3
        else:
            assert {*survey.answers.columns} | hidden == {*preview.columns}
        kept = replace(preview.options, layout=survey.reading.layout)
        assert kept.header_rows == survey.reading.header_rows
        shown = " ".join(cell for row in preview.rows if row.mark == "answer" for cell in row.cells)
        assert "@example.org" not in shown
        assert "192.0.2." not in shown
