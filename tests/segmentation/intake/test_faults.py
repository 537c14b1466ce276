"""Faults of files that no other module here is about; `tests/test_faults.py` lists them all."""

from __future__ import annotations

import gzip
import io
import socket
import tracemalloc

import pyarrow as pa
import pytest
from pyarrow import parquet

from segmentation.errors import ReadError
from segmentation.intake import Limits, ReadOptions, Survey, read_survey
from segmentation.intake.deadline import check_time, reading
from segmentation.intake.records import _Lines
from tests.segmentation.intake.files import ods, xlsx, xlsx_of, zipped
from tests.segmentation.intake.tables import counts, csv_bytes, read_text

CSV = b"Who,Tools\n007,R;SQL\n008,R\n009,SQL\n"
ROWS = [["Who", "Tools"], ["007", "R;SQL"], ["008", "R"], ["009", "SQL"]]


def refused(data: bytes, name: str = "survey.csv", **more) -> str:
    with pytest.raises(ReadError) as caught:
        read_survey(data, name, **more)
    message = str(caught.value)
    assert name in message
    assert message.endswith(".")
    assert ". " not in message, "one sentence"
    return message


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
def test_fault_25_a_byte_order_mark_decides(encoding, mark):
    survey = read_survey(mark + "Who,Tools\nZoë,R\n山田,SQL\n".encode(encoding))
    assert list(survey.answers) == ["Who", "Tools"]
    assert survey.answers["Who"].tolist() == ["Zoë", "山田"]
    assert survey.notes == ()


def test_fault_25_latin_1_is_guessed_said_and_can_be_chosen_otherwise():
    data = "Who,Tools\nZoë,R\nJosé,SQL\n".encode("latin-1")
    survey = read_survey(data)
    assert survey.answers["Who"].tolist() == ["Zoë", "José"]
    assert "read as Windows-1252" in survey.notes[0]
    other = read_survey(data, options=ReadOptions(encoding="cp1250"))
    assert other.answers["Who"].tolist() == ["Zoë", "José"]
    assert other.reading.encoding == "cp1250"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_fault_26_utf_16_without_a_mark_is_guessed_and_said(encoding):
    survey = read_survey("Who,Tools\nZoë,R\nJosé,SQL\n".encode(encoding))
    assert survey.answers["Who"].tolist() == ["Zoë", "José"]
    assert "no byte order mark" in survey.notes[0]
    assert encoding.upper() in survey.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["感想,使用言語\n回答,回答です\n", "Имя,Язык\nИван,Питон\n"])
def test_fault_26_utf_16_that_cannot_be_guessed_is_refused_or_chosen(encoding, text):
    data = text.encode(encoding)
    assert "NUL byte" in refused(data)
    survey = read_survey(data, options=ReadOptions(encoding=encoding))
    assert list(survey.answers) == text.splitlines()[0].split(",")


def test_fault_26_half_a_character_is_refused():
    assert "NUL byte" in refused("a,b\n1,2\n".encode("utf-16-le")[:-1])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_fault_27_lines_in_another_encoding_are_named_whatever_the_line_end(end):
    lines = [f"{who},R{end}".encode() for who in ("Who", "Zoë", "plain", "José")]
    lines[2:2] = [f"Björn,R{end}".encode("cp1252")] * 2
    survey = read_survey(b"".join(lines))
    assert survey.answers["Who"].tolist() == ["Zoë", "Björn", "Björn", "plain", "José"]
    assert "but for lines 3 and 4, read as Windows-1252" in survey.notes[0]


def test_fault_27_a_line_that_fits_neither_encoding_is_named():
    """The judgement rests on a sample, and a later line may not bear it out."""
    data = "Who\nZoë\n".encode() + "Björn\nJosé\n".encode("cp1252") * 30_000 + b"\x81\x8d\n"
    assert "line 60003 is neither UTF-8 nor cp1252" in refused(data)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_fault_28_a_nul_byte_is_named_by_its_line_whatever_the_line_end(end, encoding):
    data = end.join(["a,b", "1,2", "3\0,4", ""]).encode(encoding)
    assert "NUL byte in line 3" in refused(data)


def test_fault_29_a_first_row_that_is_too_long_shifts_nothing():
    survey = read_text("a,b,c\n1,27,,I'm too long!\n,I'm too short!\n0,mixed,17\n")
    assert survey.answers["a"].tolist() == ["1", "", "0"]
    assert survey.answers["b"].tolist() == ["27", "I'm too short!", "mixed"]
    assert survey.answers["c"].tolist() == ["", "", "17"]
    assert survey.answers["Surplus fields"].tolist() == ["I'm too long!", "", ""]
    assert "more fields than the header (line 2)" in survey.notes[0]
    assert "fewer fields than the header (line 3)" in survey.notes[1]


def test_fault_31_quotes_that_are_not_doubled_take_no_longer_for_being_many():
    """Each was once looked for from the top of the file: half a minute for these."""
    data = b"a\tb\n" + b'"x" y\t1\n' * 40_000
    survey = read_survey(data, limits=Limits(seconds=20))
    assert counts(survey.question("a")) == {'"x" y': 40_000}
    assert "39,995 more" in survey.notes[0] or "39995 more" in survey.notes[0]


def test_fault_34_a_header_of_ten_thousand_characters_is_shortened_and_listed():
    survey = read_text("a," + "x" * 10_000 + " - R\n1,2\n3,4\n")
    name = list(survey.answers)[1]
    assert len(name) < 5_000
    assert name.startswith("xxx")
    assert name.endswith("xxx - R")
    assert "header of more than 5,000 characters" in survey.notes[0]
    assert survey.answers.iloc[0].tolist() == ["1", "2"]


def test_fault_35_decimal_commas_stay_in_their_numbers():
    rows = [["id", "spend", "age"]]
    rows += [[str(n), f"{n}.234,{n:02}", str(20 + n)] for n in range(1, 30)]
    survey = read_survey(csv_bytes(rows, ";"))
    assert survey.reading.delimiter == ";"
    assert survey.answers["spend"].tolist() == [row[1] for row in rows[1:]]
    assert survey.question("spend").kind == "number"


def test_fault_36_words_for_nothing_are_answers():
    cells = ["None", "NA", "null", "nan", "N/A", "NULL", "NaN", "-", ""]
    survey = read_text("v,w\n" + "".join(f"{cell},x\n" for cell in cells))
    assert survey.answers["v"].tolist() == cells


def test_fault_37_numbers_stay_as_they_were_written():
    cells = ["007", "3.10", "12345678901234567890", "1e5", "TRUE", "0x1F", "+5", "1_000"]
    survey = read_text("v,w\n" + "".join(f"{cell},x\n" for cell in cells))
    assert survey.answers["v"].tolist() == cells
    assert survey.answers.dtypes.tolist() == [object, object]


def test_fault_38_line_ends_of_several_kinds_in_one_file():
    survey = read_survey(b"a,b\r\n1,2\n3,4\r5,6")
    assert survey.answers["a"].tolist() == ["1", "3", "5"]
    assert survey.answers["b"].tolist() == ["2", "4", "6"]


@pytest.mark.parametrize(
    "text", ["", "\n", "ab", "a\rb", "a\r\nb\n\nc\r\rd", "\r\n" * 9, "abcdefghi\n"]
)
@pytest.mark.parametrize("chunk", range(1, 8))
def test_fault_38_lines_are_the_same_wherever_a_chunk_ends(monkeypatch, text, chunk):
    monkeypatch.setattr("segmentation.intake.records._CHUNK", chunk)
    assert list(_Lines(text)) == list(io.StringIO(text, newline=""))


WIDE = 20_000


@pytest.mark.parametrize("header", ["q{}", "Which tools? [{}]", "Which tools? - {}", ""])
def test_fault_40_twenty_thousand_columns_are_read(header):
    """In seconds: what every column was once compared with took minutes."""
    names = ",".join(header.format(i) for i in range(WIDE))
    text = f"{names}\n" + (",".join(["R"] * (WIDE - 1) + ["x"]) + "\n") * 5
    survey = read_survey(text.encode(), limits=Limits(seconds=30))
    assert survey.respondents == (5 if header else 4)
    assert sum(len(question.columns) for question in survey.questions) == WIDE


def test_fault_40_one_column_more_is_too_many_and_the_limit_is_said():
    assert "20,001 columns, more than the limit of 20,000" in refused(b"," * WIDE + b"\n1,2\n")


def test_fault_41_the_size_and_the_limit_are_said(tmp_path):
    data = b"a,b\n" + b"1,2\n" * 400_000
    said = "has 2 MB, more than the limit of 1 MB"
    assert said in refused(data, limits=Limits(file_mb=1))
    path = tmp_path / "survey.csv"
    path.write_bytes(data)
    with pytest.raises(ReadError, match=said):
        read_survey(path, limits=Limits(file_mb=1))


def test_fault_41_a_code_book_has_a_limit_too():
    book = b'{"columns": {}, "more": "' + b"x" * (1 << 20) + b'"}'
    with pytest.raises(ReadError, match="The code book has 2 MB, more than the limit of 1 MB"):
        read_survey(CSV, limits=Limits(file_mb=1), codebook=book)


def to_parquet() -> bytes:
    header, *rows = ROWS
    out = io.BytesIO()
    table = pa.table(dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)))
    parquet.write_table(table, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (CSV, "survey.xlsx"),
        (CSV, "survey.sav"),
        (CSV, "survey.zip"),
        (CSV, "survey"),
        (xlsx({"S": ROWS}), "survey.csv"),
        (xlsx({"S": ROWS}), "survey.xls"),
        (ods({"S": ROWS}), "survey.xlsx"),
        (zipped({"a.csv": CSV}), "survey.csv"),
        (zipped({"a.xlsx": CSV}), "survey.xlsx"),
        (gzip.compress(CSV), "survey.csv"),
        (to_parquet(), "survey.dta"),
    ],
)
def test_fault_44_the_content_decides_not_the_name(data, name):
    survey = read_survey(data, name)
    assert survey.answers.to_numpy().tolist() == ROWS[1:]
    assert survey.name == name


def test_fault_44_a_document_is_none_for_its_name():
    assert "PDF document" in refused(b"%PDF-1.7\n1 0 obj", "survey.xlsx")


def test_fault_46_a_bomb_takes_little_memory():
    """Not the 200 MB that it would unpack to."""
    bomb = gzip.compress(bytes(200_000_000), 6)
    tracemalloc.start()
    try:
        assert "100 times its size" in refused(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 80_000_000


def test_fault_52_no_network_is_asked_for_an_entity():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        doctype = f'<!DOCTYPE x SYSTEM "{address}" [<!ENTITY e SYSTEM "{address}">]>'
        cell = '<c r="A1" t="inlineStr"><is><t>x&e;</t></is></c>'
        assert "damaged" in refused(xlsx_of({"S": f'<row r="1">{cell}</row>'}, doctype))
        with pytest.raises(BlockingIOError):
            server.accept()


def labels(survey: Survey) -> list[str]:
    return [option for question in survey.questions for option in question.options]


HIDDEN = ["Py\u200bthon", "Python\u202e", "\u2066Python\u2069", "Python\ufeff", "\u200ePython"]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_fault_60_labels_with_invisible_characters_are_said_and_one(hidden):
    survey = read_text(f"To\u200bol,x\n{hidden},1\nPython,2\nPython,1\nR,2\nR,2\nR,2\n")
    assert counts(survey.question("Tool")) == {"Python": 3, "R": 3}
    note = next(note for note in survey.notes if "Invisible" in note)
    assert '"Tool", "Python"' in note


def test_fault_60_spellings_that_look_alike_are_one_option():
    cells = ["Café", "Cafe\u0301", "CAFÉ", "café", "R", "R", "R", "R"]
    survey = read_text("Tool,x\n" + "".join(f"{cell},1\n" for cell in cells))
    assert sorted(counts(survey.question("Tool")).values()) == [4, 4]
    assert survey.notes == ()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "CON", "x" * 300 + ".csv", "..\\a.csv", "a\0b.csv", "a\nb.csv"]
)
def test_fault_62_a_file_name_is_only_a_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_survey(CSV, name).name == name
    with pytest.raises(ReadError) as caught:
        read_survey(b"\x89PNG\r\n\x1a\n", name)
    assert str(caught.value).startswith(name)
    assert list(tmp_path.iterdir()) == []


def test_fault_63_what_looks_like_code_is_text():
    cells = ["'); DROP TABLE surveys;--", "{{7*7}}", "${7*7}", "<%= 7*7 %>", "{0.__class__}", "%s"]
    survey = read_survey(csv_bytes([["Tool {{7*7}}", "x"], *([cell, "1"] for cell in cells * 2)]))
    assert survey.questions[0].text == "Tool {{7*7}}"
    assert set(cells) - {"<%= 7*7 %>"} <= set(labels(survey))
    assert survey.answers["Tool {{7*7}}"].tolist() == cells * 2


# Limits on the time and memory of text, which is read in the server's own process.


def free_text(cell: str, rows: int) -> bytes:
    return b"a,b,c\n" + b"".join(f'1,"{cell} {i}",{i}\n'.encode() for i in range(rows))


@pytest.mark.parametrize(
    "data",
    [
        free_text("word; " * 15_000, 400),
        free_text("(;" * 45_000, 400),
        free_text("*a " * 30_000, 400),
        free_text("<br " * 24_000, 400),
        b"a,b\n" + b"1,2\n\n" * 2_000_000,
        (",".join('"' + "a [b] " * 800 + f'{i}"' for i in range(1_200)) + "\n").encode() * 2,
    ],
    ids=["lists", "brackets", "emphasis", "tags", "lines", "headers"],
)
def test_text_that_takes_too_long_is_given_up(data):
    assert "more than the limit of 1 seconds to read" in refused(data, limits=Limits(seconds=1))


def test_time_is_only_limited_while_a_file_is_read():
    with pytest.raises(ReadError), reading("a.csv", Limits(seconds=-1)):
        check_time()
    check_time()


@pytest.mark.parametrize("row", [b"12,34\n", b"12,34\n\n", b'"12\n",34\n'])
def test_text_that_takes_too_much_memory_is_refused(row):
    data = b"a,b\n" + row * 1_000_000
    said = "more than the limit of 40 MB of memory"
    assert said in refused(data, limits=Limits(memory_mb=40))


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1," + b"x" * 100_001 + b"\n2,y\n",
        b'a,b\n1,"' + b"x\n" * 50_001 + b'"\n2,y\n',
        b'a\tb\n"x" y\t1\n' + b'"x" ' + b"y" * 100_001 + b"\t1\n",
        b"a," + b"x" * 20_000_000 + b"\n2,y\n",
        "名前\n".encode("cp932") + "日本語だけの回答です".encode("cp932") * 100_000 + b"\n",
        xlsx({"S": [["a", "b"], ["1", "x" * 100_001]]}),
        b'[{"a": "' + b"x" * 100_001 + b'"}]',
    ],
    ids=["plain", "over lines", "loose quotes", "header", "other encoding", "workbook", "json"],
)
def test_a_cell_that_is_too_long_is_refused(data):
    assert "more than the limit of 100,000" in refused(data)


def test_a_cell_as_long_as_allowed_is_read():
    survey = read_survey(b"a,b\n1," + b"x" * 100_000 + b"\n2,y\n")
    assert len(survey.answers["b"][0]) == 100_000
    assert "limit of 5;" in refused(b"a,b\n1,abcdef\n", limits=Limits(cell_characters=5))


def test_bytes_of_no_encoding_are_given_up_soon_however_many():
    data = b"a,b\n" + b"\x81\x8d\xfe" * 10_000_000
    assert "could not be recognised" in refused(data, limits=Limits(seconds=20))
