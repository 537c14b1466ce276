"""Encodings beyond the Western ones, titles above the header, and what the analyst may decide."""

import pytest

from segmentation.errors import ReadError
from segmentation.intake import Limits, ReadOptions, read_survey
from tests.segmentation.intake.files import xlsx
from tests.segmentation.intake.tables import counts, csv_bytes, read_text

SCRIPTS = {
    "cp932": "名前,使用言語,感想\n山田,日本語だけの回答です,とても使いやすいです\n",
    "euc_jis_2004": "名前,使用言語,感想\n山田,日本語だけの回答,使いやすい\n鈴木,回答,データ分析\n",
    "gb18030": "姓名,语言,意见\n张三,蟒蛇,每天使用非常方便的工具\n李四,数据,我用它来分析数据\n",
    "big5": "姓名,語言,意見\n張三,蟒蛇,每天使用非常方便的工具\n李四,數據,我用它來分析數據\n",
    "cp949": "이름,언어,의견\n김철수,파이썬,매일 사용하기 아주 편리합니다\n",
    "cp1251": "Имя,Язык,Отзыв\nИван,Питон,Очень удобно пользоваться каждый день\n",
    "koi8_r": "Имя,Язык,Отзыв\nИван,Питон,Очень удобно пользоваться каждый день\n",
    "cp1253": "Όνομα,Γλώσσα,Γνώμη\nΓιώργος,Πύθων,Πολύ εύχρηστο κάθε μέρα για δεδομένα\n",
    "cp1255": "שם,שפה,דעה\nדוד,פייתון,נוח מאוד לשימוש יומיומי לניתוח נתונים\n",
    "cp874": "ชื่อ,ภาษา,ความคิดเห็น\nสมชาย,ไพทอน,ใช้งานง่ายมากทุกวัน\n",
}


def refused(data: bytes, **options) -> str:
    with pytest.raises(ReadError) as caught:
        read_survey(data, "survey.csv", ReadOptions(**options))
    message = str(caught.value)
    assert message.endswith(".")
    assert ". " not in message
    return message


@pytest.mark.parametrize("encoding", SCRIPTS)
def test_fault_25_other_scripts_are_recognised_and_the_guess_is_said(encoding):
    data = SCRIPTS[encoding].encode(encoding)
    survey = read_survey(data)
    header = SCRIPTS[encoding].splitlines()[0].split(",")
    assert [question.text for question in survey.questions] == header or survey.personal
    assert set(survey.answers) <= set(header)
    assert survey.reading.encoding == encoding
    assert "a guess" in survey.notes[0]
    again = read_survey(data, options=survey.reading.options)
    assert again.answers.equals(survey.answers)


@pytest.mark.parametrize("encoding", [*SCRIPTS, "shift_jis", "utf-8", "utf-16", "utf-16-le"])
def test_fault_25_the_encoding_can_be_chosen(encoding):
    text = SCRIPTS.get(encoding, SCRIPTS["cp932"])
    survey = read_survey(text.encode(encoding), options=ReadOptions(encoding=encoding))
    assert survey.reading.encoding == encoding
    assert set(survey.answers) <= set(text.splitlines()[0].split(","))


def test_a_choice_of_utf8_takes_the_byte_order_mark_away():
    survey = read_survey(b"\xef\xbb\xbfa,b\n1,2\n", options=ReadOptions(encoding="utf-8"))
    assert list(survey.answers) == ["a", "b"]


def test_a_choice_that_does_not_fit_is_named_by_its_line():
    assert "line 2" in refused("a,b\nZoë,1\n".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("encoding", ["klingon", "base64", "zlib", "rot13", "hex", ""])
def test_a_choice_that_is_no_encoding(encoding):
    assert "is no text encoding" in refused(b"a,b\n1,2\n", encoding=encoding)


def test_bytes_of_no_encoding():
    data = b"a,b\n" + bytes(range(0x80, 0x100)) * 3 + b",1\n"
    assert "could not be recognised" in refused(data)


def test_a_byte_that_fits_nowhere_is_named_by_its_line():
    """The judgement rests on a sample, and a later line may not bear it out."""
    text = "a,b\n" + "Zoë,1\n" * 60_000
    data = text.encode("cp1252") + b"\x81\x8d,2\n"
    assert "line 60002" in refused(data)


def test_the_delimiter_can_be_chosen():
    data = b"a,b;c\n1,5;2\n2,5;3\n"
    assert list(read_survey(data, options=ReadOptions(delimiter=";")).answers) == ["a,b", "c"]
    data = b"a^b\n1^2\n"
    assert list(read_survey(data, options=ReadOptions(delimiter="^")).answers) == ["a", "b"]
    for wrong in ("", ";;", '"', "\n"):
        assert "cannot part fields" in refused(data, delimiter=wrong)


TITLED = "Tools survey 2020\nAll answers\n\nWho,Tools,Years\n007,R;SQL,3\n008,R,4\n009,SQL,5\n"


def test_fault_32_titles_above_the_header_are_skipped_and_told():
    survey = read_text(TITLED)
    assert list(survey.answers) == ["Who", "Tools", "Years"]
    assert survey.reading.options.skip_rows == 2
    assert '"Tools survey 2020"' in "".join(survey.notes)
    assert counts(survey.question("Tools")) == {"R": 2, "SQL": 2}


def test_titles_with_all_their_fields_are_told_by_the_gap_below():
    survey = read_text(TITLED.replace("\nAll answers\n\n", ",,\n\n"))
    assert list(survey.answers) == ["Who", "Tools", "Years"]


def test_titles_in_a_workbook():
    rows = [["Tools survey"], [None], ["Who", "Tools", "Years"], ["007", "R", 3], ["008", "R", 4]]
    survey = read_survey(xlsx({"S": rows}))
    assert survey.answers["Who"].tolist() == ["007", "008"]


def test_questions_above_options_are_no_title():
    survey = read_text("Which?,,,\nR,SQL,C,Other\nR,,C,\n,SQL,,x\nR,SQL,,\n")
    assert survey.reading.header_rows == 2
    assert survey.reading.options.skip_rows == 0


@pytest.mark.parametrize(("skip", "first"), [(0, "Tools survey 2020"), (3, "007")])
def test_fault_32_how_much_is_skipped_can_be_chosen(skip, first):
    options = ReadOptions(skip_rows=skip, delimiter=",")
    if skip:
        assert next(iter(read_survey(TITLED.encode(), options=options).answers)) == first
    else:
        assert "more fields than its header" in refused(TITLED.encode(), skip_rows=0)


@pytest.mark.parametrize("skip", [-1, 6, 100])
def test_skipping_too_much(skip):
    assert "cannot be skipped" in refused(TITLED.encode(), skip_rows=skip)


def test_no_header_row():
    data = b"x;y,3\nz,4\n"
    survey = read_survey(data, options=ReadOptions(header_rows=0))
    assert list(survey.answers) == ["Column 1", "Column 2"]
    assert survey.respondents == 2
    assert survey.reading.header_rows == 0
    assert read_survey(data, options=survey.reading.options).answers.equals(survey.answers)


def test_the_number_of_header_rows_can_be_chosen():
    data = b"q1,q2\nWhich role?,Which tools?\nAnalyst,R\nStudent,SQL\nAnalyst,R\n"
    one = read_survey(data, options=ReadOptions(header_rows=1))
    two = read_survey(data, options=ReadOptions(header_rows=2))
    assert (one.respondents, two.respondents) == (4, 3)
    assert two.question("q2").text == "Which tools?"
    assert two.reading.header_rows == 2
    assert read_survey(data, options=two.reading.options).questions == two.questions
    assert "no answers yet" in refused(data, header_rows=9)
    assert "header rows" in refused(data, header_rows=-1)


def test_a_second_reading_is_the_first():
    for data in (
        csv_bytes([["Who", "Tools"], ["Zoë", "R;SQL"], ["x", "R"]], ";", "cp1252"),
        TITLED.encode(),
        b"sep=|\na|b\n1|2\n",
        b"2020/01/02 10:11,R;SQL,x\n2020/01/03 10:11,R,y\n",
    ):
        first = read_survey(data)
        again = read_survey(data, options=first.reading.options)
        assert again.reading == first.reading
        assert again.questions == first.questions
        assert again.answers.equals(first.answers)


def test_fault_40_limits_on_text():
    wide = ",".join(f"q{i}" for i in range(50)) + "\n" + "1," * 49 + "1\n"
    with pytest.raises(ReadError, match="50 columns, more than the limit of 49"):
        read_survey(wide.encode(), limits=Limits(columns=49))
    with pytest.raises(ReadError, match="more than the limit of 99 cells"):
        read_survey(wide.encode(), limits=Limits(cells=99))
