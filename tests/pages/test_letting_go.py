"""Memory that a session gives back while its tab stays open."""

from __future__ import annotations

import streamlit as st

from pages.shared import cache, opening, state
from tests.pages.test_survey import upload
from tests.pages.walk import workspace


def remembered(test) -> set[str]:
    """Ids of the widgets whose functions and arguments the session holds."""
    return set(test._session_state._state._new_widget_state.widget_metadata)


def test_widgets_of_a_survey_of_before_hold_it_no_longer(app, small, planted_csv):
    test = upload(app(), small)
    of_first = f"options-of-{cache.surveys().get(workspace(test).wanted).key[:12]}"
    assert any(widget.endswith(of_first) for widget in remembered(test))
    upload(test, planted_csv, "planted.csv").run()
    assert not [widget for widget in remembered(test) if widget.endswith(of_first)]
    count = len(remembered(test))
    assert len(remembered(test.run().run())) == count


def test_widgets_on_the_page_go_on_doing_what_they_do(app, small):
    test = upload(app(), small).run().run()
    test.selectbox(key="filter-question").select(1).run()
    assert not test.exception
    assert any(one.key.startswith("filter-options") for one in test.multiselect)
    test.button(key="to-mapping").click().run()
    assert not test.exception


def test_an_upload_is_kept_once_only(app, small, monkeypatch):
    let_go = []
    real = state.forget_upload

    def note(file):
        real(file)
        let_go.append(file.name)

    monkeypatch.setattr(state, "forget_upload", note)
    test = upload(app(), small)
    assert let_go == ["small.csv"]
    assert not test.run().exception
    assert {metric.label: metric.value for metric in test.metric}["Respondents"] == "6"


def test_an_upload_is_taken_by_the_next_run_when_this_one_is_broken_off(app, small, monkeypatch):
    """As Streamlit does to a run when the analyst clicks meanwhile, at any line."""
    test = app()
    with monkeypatch.context() as broken:
        broken.setattr(opening, "open_bytes", lambda *_: st.stop())
        upload(test, small)
    assert not test.metric
    test.run()
    assert {metric.label: metric.value for metric in test.metric}["Respondents"] == "6"
