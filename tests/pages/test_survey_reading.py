"""The Survey page: every choice in reading, and what becomes of a file that is not read right."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.runtime.uploaded_file_manager import DeletedFile

from pages.shared import cache, opening, state
from pages.shared.reading import codebook_added
from segmentation.intake import QuestionColumns, ReadOptions
from segmentation.mapping import Mapping, QuestionMapping
from tests.pages.walk import MAPPING, finish, keep, workspace
from tests.pages.walk import texts as markdown
from tests.segmentation.intake.files import xlsx, zipped
from tests.segmentation.reencode import redcap

CODES = "Q1_a,Q1_b,Q2,Größe\nR,,Vim/Emacs,1\n,SQL,Vim,2\nR,SQL,Emacs/Vim,3\n,SQL,Vim,4\n"
TOOLS = [["Which tools?", "Role"], ["R;SQL", "Analyst"], ["R", "Engineer"], ["SQL;C", "Analyst"]]


def test_a_code_book_that_was_taken_is_not_taken_again_when_the_run_was_broken_off(monkeypatch):
    """A click before the run has ended makes Streamlit tell the change again, of a file let go."""
    monkeypatch.setattr(state.st, "session_state", {"book": DeletedFile("id")})
    monkeypatch.setattr(opening, "reread", lambda _: pytest.fail("read again"))
    codebook_added(ReadOptions(), "book")


def csv(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def texts(test) -> str:
    """As one reads it: without escapes and word joiners."""
    return markdown(test).replace("\\", "").replace("\u2060", "")


def upload(test, data, name="small.csv"):
    uploader = next(w for w in test.file_uploader if w.key.startswith("upload-"))
    content = data.encode() if isinstance(data, str) else data
    return sound(uploader.upload(name, content).run())


def sound(test):
    """The page once everything is read, drawn to its end."""
    test = finish(test)
    assert not test.exception
    return test


def control(test, field):
    return next(w for w in test.selectbox if w.key.startswith(f"read-{field}-"))


def fields(test):
    return {w.key.split("-")[1] for w in test.selectbox if w.key.startswith("read-")}


def choose(test, field, value):
    return sound(control(test, field).select(value).run())


def multiselect(test, start):
    return next(w for w in test.multiselect if w.key.startswith(start))


def select(test, start):
    return next(w for w in test.selectbox if w.key.startswith(start))


def press(test, key):
    return sound(test.button(key=key).click().run())


def asked(test):
    frame = next(frame.value for frame in test.dataframe if "Answered by" in frame.value.columns)
    return list(frame["Question"])


def first_rows(test):
    return next(frame.value for frame in test.dataframe if "Taken for" in frame.value.columns)


def reading(test) -> ReadOptions:
    """What is decided, as the mapping has it; the open survey was read so."""
    current = workspace(test)
    survey = cache.surveys().get(current.wanted)
    assert survey is not None
    assert survey.reading.chosen == current.mapping.reading
    return current.mapping.reading


def test_the_sentence_says_what_was_found_and_how_sure_it_is(app, small):
    shown = texts(upload(app(), small))
    assert "Plain table; 1 header row; 6 respondents; 2 multi" in shown
    assert "1 column of personal data left out" in shown
    assert "A guess: check" in shown


def test_the_first_records_are_shown_as_they_stand_but_for_personal_ones(app, small):
    rows = first_rows(upload(app(), small))
    assert list(rows["Taken for"]) == ["header", *["answer"] * 6]
    assert list(rows.index) == [1, 2, 3, 4, 5, 6, 7]
    assert rows["1"][1] == "Email"
    assert set(rows["1"][1:]) == {"(hidden)"}


def test_everything_is_as_detected_at_first(app):
    test = upload(app(), CODES)
    assert fields(test) == {"encoding", "delimiter", "skip_rows", "header_rows", "layout"}
    assert {control(test, field).value for field in fields(test)} == {""}
    assert reading(test) == ReadOptions()
    assert test.button(key="as-detected").disabled


@pytest.mark.parametrize(
    ("field", "value", "options", "question"),
    [
        ("encoding", "cp1252", ReadOptions(encoding="cp1252"), "GrÃ¶ÃŸe"),
        ("delimiter", ";", ReadOptions(delimiter=";"), "Q1_a,Q1_b,Q2,Größe"),
        ("skip_rows", "1", ReadOptions(skip_rows=1), "Vim/Emacs"),
        ("header_rows", "0", ReadOptions(header_rows=0), "Column 4"),
        ("layout", "SurveyMonkey, condensed", ReadOptions(layout="SurveyMonkey, condensed"), "Q2"),
    ],
)
def test_every_choice_is_followed_at_once_and_taken_back(app, field, value, options, question):
    test = choose(upload(app(), CODES), field, value)
    assert not test.exception
    assert reading(test) == options
    assert question in asked(test)
    assert control(test, field).value == value
    test = press(test, "as-detected")
    assert reading(test) == ReadOptions()
    assert asked(test) == ["Q1_a", "Q1_b", "Q2", "Größe"]


def test_the_sheet_of_a_workbook(app):
    other = [["Question"], *[["x"]] * 30]
    test = upload(app(), xlsx({"Answers": TOOLS, "Other": other}), "book.xlsx")
    assert asked(test) == ["Question"]
    test = choose(test, "sheet", "Answers")
    assert asked(test) == ["Which tools?", "Role"]
    assert reading(test) == ReadOptions(sheet="Answers")
    assert control(test, "sheet").options == ["As detected", "Answers", "Other"]


def test_an_archive_of_several_tables_is_a_choice_and_no_dead_end(app):
    data = zipped({"one.csv": csv(TOOLS).encode(), "two.csv": CODES.encode()})
    test = upload(app(), data, "both.zip")
    assert "holds 2 tables" in texts(test)
    assert control(test, "member").options == ["Choose one", "one.csv", "two.csv"]
    test = choose(test, "member", "one.csv")
    assert not test.error
    assert asked(test) == ["Which tools?", "Role"]
    test = choose(test, "member", "two.csv")
    assert "Größe" in asked(test)
    assert reading(test) == ReadOptions(member="two.csv")


def test_a_code_book_is_added_and_removed(app):
    encoded = redcap("1", "0", dictionary=True)
    test = upload(app(), encoded.data)
    coded = asked(test)
    book = next(w for w in test.file_uploader if w.key.startswith("codebook-"))
    test = sound(book.upload("dictionary.csv", encoded.codebook).run())
    assert reading(test).codebook
    assert "it gives labels to codes" in texts(test)
    assert asked(test) != coded
    assert "Which editors do you work in?" in asked(test)
    test = press(test, "remove-codebook")
    assert reading(test) == ReadOptions()
    assert asked(test) == coded


def test_a_mapping_that_wants_a_code_book_asks_for_it(app):
    test = upload(app(), redcap("1", "0", dictionary=True).data)
    current = workspace(test)
    wanted = dataclasses.replace(current.mapping, reading=ReadOptions(codebook="0" * 64))
    keep(test, current.replaced(wanted))
    test = sound(test.run())
    assert "add the code book again" in texts(test)
    assert "add it again" in texts(test)
    assert reading(test) == wanted.reading


def test_a_file_that_is_no_code_book_keeps_the_last_good_reading(app, small):
    test = upload(app(), small)
    book = next(w for w in test.file_uploader if w.key.startswith("codebook-"))
    test = sound(book.upload("x.csv", b"a,b\n1,2\n").run())
    assert "The code book has no columns that are understood" in texts(test)
    assert "it gives labels to codes" not in texts(test)
    assert reading(test) == ReadOptions()
    test = press(test, "remove-codebook")
    assert not test.error


def test_columns_are_put_together_taken_apart_and_had_back(app):
    test = upload(app(), CODES)
    multiselect(test, "columns-").select("Q1_a").select("Q1_b").run()
    next(w for w in test.text_input if w.key.startswith("wording-")).set_value("Languages?").run()
    test = press(test, "put-together")
    assert asked(test) == ["Languages?", "Q2", "Größe"]
    assert "Languages?: 2 columns, Q1_a, Q1_b" in texts(test)
    select(test, "apart-").select(0).run()
    test = press(test, "take-apart")
    assert asked(test) == ["Q1_a", "Q1_b", "Q2", "Größe"]
    assert "Questions of their own: Q1_a, Q1_b" in texts(test)
    test = press(test, "undo-alone")
    assert reading(test) == ReadOptions()


def test_one_column_is_told_what_parts_its_answers(app):
    test = upload(app(), CODES)
    multiselect(test, "columns-").select("Q2").run()
    select(test, "separator-").select("/").run()
    test = press(test, "read-cells")
    (one,) = reading(test).questions
    assert one == QuestionColumns(("Q2",), separator="/")
    assert "Q2: answers separated by a slash" in texts(test)
    test = press(test, "undo-columns-0")
    assert reading(test) == ReadOptions()


def test_a_choice_that_cannot_be_followed_keeps_the_last_good_reading(app):
    test = choose(upload(app(), CODES), "header_rows", "4")
    test = choose(test, "skip_rows", "3")
    assert "has its header but no answers yet" in texts(test)
    assert reading(test) == ReadOptions(header_rows=4)
    assert cache.surveys().get(workspace(test).wanted).respondents == 1
    values = {w.value for w in test.selectbox if w.key.startswith("read-skip_rows-")}
    assert values == {"3"}, "the choice stays where it can be put right"
    test = press(test, "leave-file")
    assert not test.error
    assert control(test, "skip_rows").value == ""


def test_a_file_that_cannot_be_read_is_put_right_by_hand(app):
    text = "Title;;\nMore;;\nTool;Role;n;m\n" + "R;Analyst;1;2\nSQL;Engineer;2;1\n" * 5
    test = upload(app(), text)
    assert "have more fields than its header" in texts(test)
    assert "Say which of them are the questions" in texts(test)
    assert list(first_rows(test)["Taken for"][:2]) == ["header", "answer"]
    test = choose(test, "skip_rows", "2")
    assert not test.error
    assert asked(test) == ["Tool", "Role", "n", "m"]
    assert reading(test) == ReadOptions(skip_rows=2)


def test_where_not_even_records_are_found_its_lines_are_shown(app):
    test = upload(app(), 'Q1,Q2\nR,"x\nSQL,y\n')
    assert "never closed" in texts(test)
    assert list(first_rows(test)["Text"]) == ["Q1,Q2", 'R,"x', "SQL,y"]
    assert "choose that as the delimiter" in texts(test)


def test_another_file_that_fails_leaves_the_open_one_as_it_is(app, small):
    test = upload(upload(app(), small), 'Q1,Q2\nR,"x\nSQL,y\n', "bad.csv")
    assert "Put right how bad" in texts(test)
    assert workspace(test).survey_name == "small.csv"
    test = press(test, "leave-file")
    assert "Put right" not in texts(test)
    assert reading(test) == ReadOptions()


def test_the_mapping_is_carried_over_and_can_be_had_back(app):
    test = upload(app(), csv(TOOLS))
    before = workspace(test)
    said = QuestionMapping("Role", "attribute", name="What I call it")
    keep(test, before.mapped(Mapping((said,))))
    test = choose(test.run(), "delimiter", ",")
    assert workspace(test).mapping == Mapping((said,), reading=ReadOptions(delimiter=","))
    test = choose(test, "header_rows", "0")
    assert said not in workspace(test).mapping.questions, "that question is gone"
    test = sound(test.switch_page(MAPPING).run())
    test = press(press(test, "undo"), "undo")
    assert workspace(test).mapping == Mapping((said,))
    assert reading(test) == ReadOptions()


def test_a_reading_that_left_the_memory_is_read_again_from_its_file(app):
    test = choose(upload(app(), CODES), "header_rows", "0")
    store = cache.surveys()
    for kind, key in list(store._kept):
        if kind == "survey":
            del store._kept[kind, key]
    test = sound(test.run())
    assert reading(test) == ReadOptions(header_rows=0)
    assert "Column 4" in asked(test)


def test_a_file_that_left_the_memory_is_asked_for_where_it_is_needed(app):
    test = upload(app(), CODES)
    store = cache.surveys()
    for kind, key in list(store._kept):
        if kind == "file":
            del store._kept[kind, key]
    test.run()
    assert "open the file again" in texts(test)
    assert fields(test) == set()
    assert "Größe" in asked(upload(test, CODES))


def test_the_same_file_opened_again_is_read_as_before(app):
    test = choose(upload(app(), CODES), "header_rows", "0")
    test = upload(upload(test, csv(TOOLS), "other.csv"), CODES)
    assert reading(test) == ReadOptions(header_rows=0)


def test_special_categories_are_named_and_said_to_be_off(app):
    text = "What is your gender?,Tool\nWoman,R\nMan,SQL\nWoman,R\nMan,R\n"
    test = upload(app(), text)
    frame = next(f.value for f in test.dataframe if "Asks about" in f.value.columns)
    assert list(frame["Question"]) == ["What is your gender?"]
    assert "They are off until" in texts(test)


def test_those_not_asked_are_told_where_the_export_says_so(app):
    boxes = ",,\n" * 3 + "1,0,1\n0,1,1\n" * 4
    test = upload(app(), "Used: R,Used: SQL,Used: C\n" + boxes)
    assert "The export says that 3 were not asked." in texts(test)
