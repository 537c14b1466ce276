"""Steps on the Cohorts page that several test modules take."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from db import Store, open_store
from pages.shared import cache
from pages.shared.labelling import Labelling
from segmentation.edits import Edited
from tests.pages.walk import finish, map_key, result, result_key, workspace


def field(test: AppTest, kind: str, cohort: int) -> str:
    """Key of a control of the cohort with this id."""
    return f"{kind}-{cohort}-{result_key(test)}-settled-{workspace(test).revision}"


def name(test: AppTest, cohort: int):
    return test.text_input(key=field(test, "name", cohort))


def press(test: AppTest, kind: str, cohort: int) -> AppTest:
    return test.button(key=field(test, kind, cohort)).click().run()


def merge(test: AppTest, kept: int, number: int) -> AppTest:
    """Merge the cohort with the id `kept` with the one that has this number now."""
    test.selectbox(key=field(test, "merge-with", kept)).set_value(number).run()
    return finish(press(test, "merge", kept))


def labelling(test: AppTest) -> Labelling:
    return workspace(test).labelling(result_key(test))


def edited(test: AppTest) -> Edited:
    """The result as it is on the page."""
    survey = cache.surveys().get(workspace(test).wanted)
    assert survey is not None
    return cache.edited(result_key(test), survey, result(test), labelling(test).edits)


def pick(test: AppTest, points: list[int]) -> AppTest:
    """Draw around some people on the map of the Segment page."""
    test.session_state[map_key(test)] = {"picked": points}
    return test.run()


def buttons(test: AppTest) -> set[str]:
    return {button.key for button in test.button}


def said(test: AppTest) -> str:
    return " ".join(element.value for element in (*test.success, *test.error, *test.warning))


def save(test: AppTest, line: str = "", author: str = "", note: str = "") -> AppTest:
    """Fill in the dialog and save."""
    test.button(key="save").click().run()
    assert not test.exception
    choice = test.selectbox(key="save-line")
    if line in choice.options:
        choice.set_value(line)
        test.button(key="save").click().run()
    elif line:
        test.text_input(key="save-name").set_value(line)
    if author:
        test.text_input(key="save-author").set_value(author)
    if note:
        test.text_area(key="save-note").set_value(note)
    return test.button(key="save-now").click().run()


def store() -> Store:
    """The database of the test, opened a second time."""
    return open_store()
