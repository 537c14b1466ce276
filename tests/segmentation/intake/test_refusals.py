"""What is no survey in delimited text: one sentence that says what it is and what to do."""

import io
import zipfile

import pytest

from segmentation.errors import ReadError
from segmentation.intake import read_survey


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 50)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read_survey(data, "survey.csv")
    message = str(caught.value)
    assert message.startswith("survey.csv ") or "survey.csv" in message
    assert message.count(". ") == 0, "one sentence"
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "PNG image"),
        (b"\xff\xd8\xff\xe0rest", "JPEG image"),
        (b"%PDF-1.7\n...", "PDF document"),
        (zipped("[Content_Types].xml", "word/document.xml"), "Word document"),
        (b"SQLite format 3\0", "SQLite database"),
        (b"\x80\x04\x95\x10\0\0", "Python pickle"),
        (b"<!DOCTYPE html><html><body>Log in</body>", "web page (HTML)"),
        (b"\xef\xbb\xbf\n<html lang='en'>", "web page (HTML)"),
        (b"<?xml version='1.0'?><answers/>", "XML file"),
    ],
)
def test_fault_43_another_format_is_named_whatever_the_file_name_says(data, what):
    assert what in refused(data)


@pytest.mark.parametrize("data", [b"RDX3\n", b"SQLite format 3\0", b"7z\xbc\xaf\x27\x1c"])
def test_what_is_not_read_says_what_to_do(data):
    assert "not read" in refused(data)
    assert "CSV" in refused(data)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"  \r\n\r\n", b"\xff\xfe"])
def test_fault_39_an_empty_file(data):
    assert "is empty" in refused(data)


@pytest.mark.parametrize("data", [b"Tools,Role\n", b"Tools", b"sep=;\nTools;Role\n", b"a,b\n\n\n"])
def test_fault_39_a_header_without_answers(data):
    assert "no answers yet" in refused(data)


def test_fault_39_two_header_rows_without_answers():
    assert "no answers yet" in refused(b"Which?,,Why?\nR,SQL,Open-Ended Response\n")


def test_fault_28_a_nul_byte_is_named_by_its_line():
    assert "line 3" in refused(b"a,b\n1,2\n3\0,4\n")


def test_fault_31_an_open_quote_is_named_by_the_line_where_its_record_starts():
    assert "line 3" in refused(b'a,b\n1,2\n3,"open\n5,6\n7,8\n')


def test_fault_31_an_open_quote_that_a_later_quote_seems_to_close():
    assert "line 2" in refused(b'a,b\n1,"open\n3,"quoted"\n5,6\n')


def test_a_header_shorter_than_most_rows():
    message = refused(b"tool,role\n1,R,Analyst\n2,SQL,Student\n3,R,Analyst\n")
    assert "more fields than its header (2)" in message


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(ReadError, match=r"There is no file .*gone\.csv; check the path\."):
        read_survey(tmp_path / "gone.csv")


def test_a_folder(tmp_path):
    with pytest.raises(ReadError, match="is a folder"):
        read_survey(tmp_path)
