"""Any table, written in any way, reads back exactly."""

from __future__ import annotations

import contextlib
import csv

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.errors import ReadError
from segmentation.intake import ReadOptions, read_answers, read_survey
from tests.segmentation.intake.tables import counts, csv_bytes
from tests.segmentation.reencode_formats import text_of

# Addresses are taken out on purpose, so no "@". Every other character of the basic plane may
# stand in a cell, but for NUL, lone surrogates and the marks that pass for "no text at all".
TEXT = st.text(
    st.characters(exclude_characters="@\0", exclude_categories=("Cs", "Cc"), max_codepoint=0xFFFF)
    | st.sampled_from([",", ";", "\t", "|", '"', "\n", "=", "'"]),
    max_size=12,
) | st.sampled_from(["NA", "None", "null", "007", "3.10", "1e5", "12345678901234567890"])
WESTERN = st.text("abcXYZ éüñçß,;|\t\"'\n019", max_size=12)


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    def rows(width: int) -> st.SearchStrategy[list[list[str]]]:
        return st.lists(
            st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6
        ).map(lambda body: [[f"q{at}" for at in range(width)], *body])

    return st.integers(2, 5).flatmap(rows)


def assert_same(data: bytes, rows: list[list[str]], told: ReadOptions | None = None) -> None:
    survey = read_survey(data, options=told or ReadOptions())
    assert survey.personal == ()
    assert list(survey.answers) == rows[0]
    assert survey.answers.to_numpy().tolist() == rows[1:]
    assert survey.respondents == len(rows) - 1


QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
DELIMITERS = st.sampled_from([",", ";", "\t", "|"])


@given(
    rows=tables(TEXT),
    delimiter=DELIMITERS,
    quoting=QUOTING,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None, max_examples=150)
def test_any_table_reads_back(rows, delimiter, quoting, encoding, line_end):
    assert_same(text_of(rows, delimiter, line_end, quoting).encode(encoding), rows)


@given(
    rows=tables(TEXT),
    delimiter=DELIMITERS,
    quoting=QUOTING,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r", "\r\r\n"]),
    above=st.sampled_from(["", "sep={}\r\n"]),
)
@settings(deadline=None, max_examples=150)
def test_any_line_end_and_any_sep_line_reads_back(
    rows, delimiter, quoting, encoding, line_end, above
):
    text = above.format(delimiter) + text_of(rows, delimiter, line_end, quoting)
    assert_same(text.encode(encoding), rows)


CODECS = ["cp1252", "latin-1", "mac_roman", "cp1250", "cp1251", "cp932", "euc_jp", "gb18030"]
LETTERS = [chr(code) for code in range(32, 0x180)] + list("„“–’€Добрыйдень日本語カタカナテスト数据")


def spelled_in(codec: str) -> st.SearchStrategy[str]:
    """Texts of letters that the encoding has, controls and "@" aside."""
    held = [
        letter
        for letter in LETTERS
        if letter != "@"
        and letter.isprintable()
        and letter.encode(codec, "ignore").decode(codec) == letter
    ]
    return st.text(st.sampled_from([*held, "\t", "\n"]), max_size=12)


@given(data=st.data(), codec=st.sampled_from(CODECS), quoting=QUOTING)
@settings(deadline=None, max_examples=150)
def test_any_table_reads_back_in_any_encoding_and_with_any_delimiter_once_told(
    data, codec, quoting
):
    rows = data.draw(tables(spelled_in(codec)))
    delimiter = data.draw(st.sampled_from(list(",;\t|:^~#/ _x0")))
    line_end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    told = ReadOptions(encoding=codec, delimiter=delimiter)
    assert_same(text_of(rows, delimiter, line_end, quoting).encode(codec), rows, told)


@given(rows=tables(WESTERN), delimiter=DELIMITERS)
@settings(deadline=None, max_examples=80)
def test_any_western_table_reads_back_from_windows_bytes_or_is_refused(rows, delimiter):
    with contextlib.suppress(ReadError):
        assert_same(csv_bytes(rows, delimiter, "cp1252", "\r\n", quote_all=True), rows)


SETS = st.lists(
    st.sets(
        st.sampled_from(["C", "C++", "C#", "R", ".NET", "Visual Studio", "Visual Studio Code"])
    ),
    min_size=30,
    max_size=60,
)


@given(sets=SETS)
@settings(deadline=None, max_examples=40)
def test_every_encoding_of_a_multi_select_gives_the_same_answers(sets):
    options = sorted(set().union(*sets, {"C", "C++", "R"}))
    joined = [["Tools", "n"], *([";".join(sorted(one)), str(n)] for n, one in enumerate(sets))]
    header = [f"Tools [{option}]" for option in options]
    labels = [[option if option in one else "" for option in options] for one in sets]
    ticks = [["1" if option in one else "0" for option in options] for one in sets]
    expected = {o: sum(o in one for one in sets) for o in options}
    for rows in ([header, *labels], [header, *ticks], joined):
        survey = read_survey(csv_bytes(rows))
        question = survey.questions[0]
        if question.kind == "multi-select":
            found = counts(question)
            assert all(found.get(o, 0) == n for o, n in expected.items())
            chosen = read_answers(survey, question).chosen
            assert chosen.sum(axis=0).tolist() == list(question.counts)


@given(rows=tables(st.sampled_from(["R", "SQL", "R;SQL", "", "None", "x, y"])), random=st.randoms())
@settings(deadline=None, max_examples=60)
def test_shuffling_changes_nothing(rows, random):
    order = list(range(len(rows[0])))
    random.shuffle(order)
    body = [[row[at] for at in order] for row in rows[1:]]
    random.shuffle(body)
    mixed = read_survey(csv_bytes([[rows[0][at] for at in order], *body]))
    plain = read_survey(csv_bytes(rows))
    assert {q.key: q for q in plain.questions} == {q.key: q for q in mixed.questions}
    pd.testing.assert_series_equal(
        plain.answers.nunique().sort_index(), mixed.answers.nunique().sort_index()
    )
