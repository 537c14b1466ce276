"""The Survey page: opening a file, what is shown of it, and what never is."""

from __future__ import annotations

import pandas as pd
import pytest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def upload(test, data, name="small.csv"):
    uploader = next(w for w in test.file_uploader if w.key.startswith("upload-"))
    return uploader.upload(name, data).run()


def dataframe(test, column):
    return next(frame.value for frame in test.dataframe if column in frame.value.columns)


def texts(test):
    kinds = (test.title, test.markdown, test.caption, test.text, test.error)
    return " ".join(str(element.value) for kind in kinds for element in kind)


def test_without_a_survey_there_is_one_sentence_and_two_ways_on(app):
    test = app()
    assert not test.exception
    assert "Open a survey export" in test.markdown[0].value
    assert len(test.file_uploader) == 1
    assert test.button(key="open-sample").label == "Open the sample survey"


def test_the_sample_is_open_in_one_click(app):
    test = app().button(key="open-sample").click().run()
    assert not test.exception
    assert {metric.label: metric.value for metric in test.metric}["Respondents"] == "1,135"


def test_the_workbench_may_start_on_the_sample(app, monkeypatch):
    monkeypatch.setenv("WORKBENCH_OPEN_SAMPLE", "1")
    assert {metric.label: metric.value for metric in app().metric}["Respondents"] == "1,135"


def test_an_upload_shows_what_was_read_and_what_was_left_out(app, small):
    test = upload(app(), small)
    assert not test.exception
    figures = {metric.label: metric.value for metric in test.metric}
    assert figures["Respondents"] == "6"
    assert figures["Personal columns"] == "1"
    assert list(dataframe(test, "Column left out")["Column left out"]) == ["Email"]
    assert "Which editors do you use?" in list(dataframe(test, "Question")["Question"])


def test_addresses_of_respondents_are_nowhere_on_the_page(app, small):
    test = upload(app(), small)
    shown = [frame.value.to_csv() for frame in test.dataframe]
    assert "@example.org" not in texts(test) + "".join(shown)


def test_answers_are_filtered_by_a_question_and_searched(app, small):
    test = upload(app(), small)
    question = test.selectbox(key="filter-question")
    question.select(1).run()
    options = next(w for w in test.multiselect if w.key.startswith("filter-options"))
    options.select("RStudio").run()
    assert len(answers_of(test)) == 3
    test.text_input(key="search").set_value("sql").run()
    assert list(answers_of(test).index) == [5]
    assert "1 of 6 respondents" in texts(test)
    test.text_input(key="search").set_value("no such answer").run()
    assert "No respondent fits" in texts(test)


def answers_of(test) -> pd.DataFrame:
    return next(frame.value for frame in test.dataframe if frame.value.index.name == "Row")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "empty.csv"), (b"a,b\n", "header.csv"), (PNG, "picture.csv")],
    ids=["empty", "header only", "png"],
)
def test_fault_39_43_a_file_that_is_no_survey_is_said_in_one_sentence(app, data, name):
    test = upload(app(), data, name)
    assert not test.exception
    assert len(test.error) == 1
    assert len(test.file_uploader) == 1


def test_a_bad_file_leaves_the_open_survey_open(app, small):
    test = upload(upload(app(), small), PNG, "picture.csv")
    assert len(test.error) == 1
    assert {metric.label: metric.value for metric in test.metric}["Respondents"] == "6"
    assert not test.run().exception


def test_a_link_brings_the_work_back(app, small):
    token = upload(app(), small).query_params["w"]
    again = app(w=token)
    assert {metric.label: metric.value for metric in again.metric}["Respondents"] == "6"


def test_a_link_to_work_no_longer_in_memory_says_so(app):
    test = app(w="no-such-token")
    assert not test.exception
    assert "no longer in memory" in texts(test)


def test_an_evicted_survey_is_asked_for_again_and_its_mapping_kept(app, small):
    from pages.shared import cache

    test = upload(app(), small)
    store = cache.surveys()
    store._kept.clear()
    test.run()
    assert "no longer in memory" in texts(test)
    assert {m.label: m.value for m in upload(test, small, "again.csv").metric}["Respondents"] == "6"


def test_two_sessions_share_no_choices(app, small):
    upload(app(), small)
    assert "Open a survey export" in texts(app())
