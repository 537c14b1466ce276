"""Workbooks: every cell as text, the right sheet, and what is refused."""

import io
import time

import pytest

from segmentation.errors import ReadError
from segmentation.intake import Limits, ReadOptions, read_survey
from tests.segmentation.intake.files import (
    PATIENCE,
    date_cell,
    ods,
    ole,
    xls,
    xlsb,
    xlsx,
    xlsx_of,
    zipped,
)
from tests.segmentation.intake.tables import counts, csv_bytes

ROWS = [
    ["Who", "Tools", "Years", "Share", "Paid", "Note"],
    ["007", "R;SQL", 7, 0.1, True, "Zoë <b> & „x“"],
    ["3.10", "R", 12345678901, 2.5, False, None],
    ["1e5", "SQL", -3, 1e-7, True, " two\nlines "],
]
TEXTS = [
    ["007", "R;SQL", "7", "0.1", "TRUE", "Zoë <b> & „x“"],
    ["3.10", "R", "12345678901", "2.5", "FALSE", ""],
    ["1e5", "SQL", "-3", "1e-07", "TRUE", " two\nlines "],
]
WRITERS = {"XLSX": xlsx, "XLS": xls, "XLSB": xlsb, "ODS": ods}


@pytest.fixture(params=WRITERS, ids=str)
def write(request):
    return WRITERS[request.param]


def refused(data: bytes, **more) -> str:
    started = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_survey(data, "survey.xlsx", **more)
    assert time.monotonic() - started < PATIENCE
    message = str(caught.value)
    assert message.startswith("survey.xlsx ")
    assert message.endswith(".")
    assert ". " not in message
    return message


@pytest.mark.parametrize("kind", WRITERS)
def test_every_cell_is_text(kind):
    survey = read_survey(WRITERS[kind]({"Answers": ROWS}), "survey.csv")
    assert list(survey.answers) == ROWS[0]
    found = survey.answers.to_numpy().tolist()
    if kind == "ODS":  # where line ends within a cell are paragraphs, and spaces are counted
        found[2][5] = TEXTS[2][5]
    assert found == TEXTS
    assert kind in survey.reading.format
    assert survey.reading.options.sheet == "Answers"
    assert counts(survey.question("Tools")) == {"R": 2, "SQL": 2}
    assert survey.notes == ()


def test_moments_are_iso_text():
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>When</t></is></c></row>'
        f'<row r="2">{date_cell("A2", 44983.5922685185)}</row>'
        f'<row r="3">{date_cell("A3", 44983)}</row>'
    )
    survey = read_survey(xlsx_of({"S": rows}))
    assert survey.answers["When"].tolist() == ["2023-02-26 14:12:52", "2023-02-26"]


def test_the_largest_sheet_is_read_and_the_others_named(write):
    data = write({"About": [["Survey"]], "Answers": ROWS, "More": [["a", "b"], ["1", "2"]]})
    survey = read_survey(data)
    assert survey.answers["Who"].tolist() == ["007", "3.10", "1e5"]
    assert survey.notes == ('The sheet "Answers" was read; others: "About", "More".',)


def test_the_sheet_can_be_chosen(write):
    data = write({"Answers": ROWS, "More": [["a", "b"], ["1", "2"]]})
    survey = read_survey(data, options=ReadOptions(sheet="More"))
    assert survey.answers.to_numpy().tolist() == [["1", "2"]]
    assert '"Answers", "More"' in refused(data, options=ReadOptions(sheet="Less"))


def test_blank_rows_are_no_respondents_and_rows_keep_their_numbers(write):
    rows = [[None, None], ["a", "b"], ["1", "2"], [None, None], ["3", None]]
    survey = read_survey(write({"S": rows}))
    assert survey.answers["a"].tolist() == ["1", "3"]
    assert "blank row" in survey.notes[0]


@pytest.mark.parametrize("rows", [[], [[None]], [[" "], ["", " "]]])
def test_an_empty_workbook(rows):
    assert "is empty" in refused(xlsx({"S": rows}))


def test_a_header_alone(write):
    assert "no answers yet" in refused(write({"S": ROWS[:1]}))


def far(place: str) -> bytes:
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return xlsx_of({"S": f'{first}<row r="{row}"><c r="{place}"><v>1</v></c></row>'})


@pytest.mark.parametrize("place", ["XFD1048576", "XFD50000", "XFD3000", "CV1048576"])
def test_fault_50_one_far_cell(place):
    assert "more than the limit of" in refused(far(place))


def test_fault_51_sparse_wide_rows():
    rows = "".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 3001))
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + rows
    assert "more than the limit of 40,000,000 cells" in refused(xlsx_of({"S": rows}))


def test_limits_on_cells_and_columns():
    data = xlsx({"S": ROWS})
    assert "more than the limit of 20 cells" in refused(data, limits=Limits(cells=20))
    assert "more than the limit of 5" in refused(data, limits=Limits(columns=5))


ENTITIES = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS = f'<!DOCTYPE x [<!ENTITY a "{"ha" * 50}">{ENTITIES}]>'


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (LAUGHS, "&i;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>', "&e;"),
    ],
)
def test_fault_52_entities_are_never_expanded(doctype, text):
    cell = f'<c r="A1" t="inlineStr"><is><t>x{text}</t></is></c>'
    data = xlsx_of({"S": f'<row r="1">{cell}</row><row r="2">{cell}</row>'}, doctype)
    assert "damaged" in refused(data)


def test_fault_46_a_bomb():
    files = {"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": bytes(200_000_000)}
    assert "100 times its size" in refused(zipped(files))


@pytest.mark.parametrize(
    "data",
    [
        ole({"EncryptionInfo": b"\4\0\4\0\x40\0\0\0", "EncryptedPackage": bytes(64)}),
        xls({"S": ROWS}, password=True),
        ods({"S": ROWS}, password=True),
    ],
)
def test_fault_48_a_protected_workbook(data):
    assert "password-protected" in refused(data)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_fault_49_a_workbook_cut_short(write, cut):
    data = write({"S": ROWS * 50})
    assert "damaged" in refused(data[: int(len(data) * cut)])


def test_fault_43_a_web_page_named_as_a_workbook():
    page = b"<html><body><table><tr><td>a</td></tr></table></body></html>"
    with pytest.raises(ReadError, match=r"^a\.xls is a web page \(HTML\)"):
        read_survey(page, "a.xls")


def test_counts_instead_of_respondents():
    sheet = [["Which tools?"], ["Answer Choices", "Responses"], ["R", "61%", 11], ["Answered", 18]]
    message = refused(xlsx({"Question 1": sheet, "Question 2": sheet}))
    assert "All responses data" in message


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["Which tools?"],
            ["Answer Choices", "Responses", ""],
            ["R", "61%", "11"],
            ["Answered", "18"],
        ],
        [["Answer Choices", "Responses"], ["R", "61%"], ["SQL", "39%"]],
    ],
)
def test_counts_of_one_question_instead_of_respondents(rows):
    assert "All responses data" in refused(xlsx({"Question 1": rows}))
    assert "All responses data" in refused(csv_bytes(rows))


def test_a_workbook_in_an_archive():
    survey = read_survey(zipped({"a.xlsx": xlsx({"S": ROWS})}), "a.zip")
    assert survey.answers["Who"].tolist() == ["007", "3.10", "1e5"]
    again = read_survey(zipped({"a.xlsx": xlsx({"S": ROWS})}), "a.zip", survey.reading.options)
    assert again.reading == survey.reading


def test_spack_2022_reads_alike_from_its_workbook_and_its_text(shared_data):
    """But for the time stamps: the workbook keeps their milliseconds."""
    book = read_survey(shared_data("spack/spack_2022.xlsx"))
    text = read_survey(shared_data("spack/spack_2022.csv"))
    assert book.questions == text.questions
    assert book.personal == text.personal
    assert book.reading.layout == text.reading.layout == "Google Forms"
    stamp = text.answers.columns[0]
    assert book.answers.drop(columns=stamp).equals(text.answers.drop(columns=stamp))
    assert book.answers[stamp][0] == "2023-02-26 14:12:52.239"
    assert text.answers[stamp][0] == "2/26/2023 14:12:52"


def test_a_stream_is_not_needed(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(io.BytesIO(xlsx({"S": ROWS})).getvalue())
    assert read_survey(path).respondents == 3
