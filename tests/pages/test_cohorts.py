"""The Cohorts page: cards with names of one's own, and an attribute as spectra of cohorts."""

from __future__ import annotations

import json

import pytest

from segmentation.mapping import Mapping
from segmentation.spec import EncodeSpec, RunSpec
from tests.pages.walk import (
    COHORTS,
    MAPPING,
    SEGMENT,
    finish,
    keep,
    open_file,
    result,
    result_key,
    setting,
    tables,
    texts,
    token,
    with_cluster,
    workspace,
)
from tests.segmentation.builders import planted, survey_csv

HOSTILE = (
    "<script>alert(1)</script> [x](http://evil.example) ![y](http://evil.example/z) $a$ :smile:"
)


@pytest.fixture
def test(app, planted_csv):
    return open_file(app, planted_csv, page=COHORTS)


def field(test, kind, cohort) -> str:
    return f"{kind}-{cohort}-{result_key(test)}-settled-{workspace(test).revision}"


def buttons(test) -> set[str]:
    return {button.key for button in test.button}


def name(test, number):
    return test.text_input(key=field(test, "name", number))


def description(test, number):
    return test.text_area(key=field(test, "description", number))


def test_without_a_survey_the_page_leads_to_one(app):
    test = app().switch_page(COHORTS).run()
    assert not test.exception
    assert "No survey is open yet" in texts(test)


def test_every_cohort_has_a_card_with_its_size_and_interval(test):
    assert not test.exception
    run = result(test)
    assert len(test.text_input) == run.clustering.cohorts
    for number, cohort in enumerate(run.cohorts.cohorts):
        assert name(test, number).value == cohort.name
        assert f"**{cohort.size} respondents**" in texts(test)
        assert f"95 % interval {100 * cohort.share_low:.1f}" in texts(test)


def test_a_card_shows_tools_and_answers_that_mark_the_cohort_with_their_bases(test):
    shown = tables(test)
    assert "Tools that mark cohort 1" in shown
    assert "Answers that mark cohort 1" in shown
    assert "Asked" in shown
    assert "Answered" in shown


def test_other_facts_of_a_cohort_are_one_tab_away(test):
    for tab, text in (("Usual tools", "Most common"), ("Attributes", "Scientist")):
        test.session_state["tabs-0"] = tab
        test.run()
        assert not test.exception
        assert text in tables(test)
    test.session_state["tabs-0"] = "Typical"
    test.run()
    assert "• t0" in texts(test)


def test_a_name_and_a_description_are_kept_over_pages_and_a_reload(app, test):
    name(test, 0).set_value("  Notebook people ").run()
    description(test, 1).set_value("They **model**.").run()
    assert not test.exception
    test.switch_page(SEGMENT).run()
    assert "Notebook people" in tables(test)
    again = app(w=token(test)).switch_page(COHORTS)
    again.query_params["w"] = token(test)
    finish(again.run())
    assert name(again, 0).value == "Notebook people"
    assert description(again, 1).value == "They **model**."


def test_suggested_names_come_back_and_descriptions_stay(test):
    suggested = name(test, 0).value
    assert "reset-names" not in buttons(test)
    name(test, 0).set_value("Mine").run()
    description(test, 0).set_value("Said in my words.").run()
    test.button(key="reset-names").click().run()
    assert name(test, 0).value == suggested
    assert description(test, 0).value == "Said in my words."
    assert "reset-names" not in buttons(test)


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_name_is_the_suggested_one(test, typed):
    suggested = name(test, 0).value
    name(test, 0).set_value("Mine").run()
    name(test, 0).set_value(typed).run()
    assert not test.exception
    test.switch_page(SEGMENT).run()
    test.switch_page(COHORTS).run()
    assert name(test, 0).value == suggested
    assert not workspace(test).labelling(result_key(test)).unsaved


def test_names_belong_to_their_result_and_are_there_again_with_its_settings(test):
    name(test, 0).set_value("Mine").run()
    test.switch_page(SEGMENT).run()
    test.slider(key=setting(test, "min_cluster_size")).set_value(6.0).run()
    finish(test)
    assert "Mine" not in tables(test)
    test.slider(key=setting(test, "min_cluster_size")).set_value(2.0).run()
    finish(test)
    assert "Mine" in tables(test)


def test_two_cohorts_may_have_one_name(test):
    for number in range(2):
        name(test, number).set_value("Same").run()
    assert not test.exception
    assert len(test.get("plotly_chart")) == 1


def test_fault_57_58_a_hostile_name_is_text_everywhere(test):
    name(test, 0).set_value(HOSTILE).run()
    description(test, 0).set_value(HOSTILE).run()
    assert not test.exception
    assert name(test, 0).value == HOSTILE
    test.switch_page(SEGMENT).run()
    assert "<script>alert" not in tables(test)
    assert "&lt;script&gt;alert" in tables(test)
    for chart in test.get("plotly_chart"):
        assert "<script" not in chart.proto.spec
    assert "](http" not in texts(test)


def test_an_attribute_is_a_spectrum_of_cohorts(test):
    spectrum = json.loads(test.get("plotly_chart")[0].proto.spec)["data"]
    cohorts = result(test).clustering.cohorts
    assert len(spectrum) == cohorts
    assert [level for level in spectrum[0]["y"] if level.startswith("Analyst  (")]


def test_without_an_attribute_the_mapping_is_named(app):
    chosen, _ = planted(3, 40, 12)
    test = open_file(app, survey_csv(chosen), page=COHORTS)
    assert not test.exception
    assert "No question has the role *attribute*" in texts(test)
    test.session_state["tabs-0"] = "Attributes"
    assert not test.run().exception


@pytest.mark.parametrize(
    "spec",
    [with_cluster(min_cluster_size=0.25, min_samples=200), RunSpec(encode=EncodeSpec(0.5))],
    ids=["everybody unassigned", "everything under the threshold"],
)
def test_without_cohorts_the_reason_is_said_and_the_settings_are_one_click_away(
    app, planted_csv, spec
):
    test = open_file(app, planted_csv, page=COHORTS, spec=spec)
    assert not test.exception
    assert test.title[0].value == "Cohorts"
    assert len(test.error) == 1
    test.button(key="to-settings").click().run()
    assert test.title[0].value == "Segment"


def test_nothing_mapped_is_said(app, planted_csv):
    test = open_file(app, planted_csv, page=MAPPING)
    keep(test, workspace(test).replaced(Mapping(())))
    test = finish(test.switch_page(COHORTS).run())
    assert not test.exception
    assert "No question is mapped to tools" in texts(test)


def test_a_single_cohort_has_its_card(app, planted_csv):
    spec = with_cluster(method="latent-class", cohorts=1)
    test = open_file(app, planted_csv, page=COHORTS, spec=spec)
    assert not test.exception
    assert "No tool sets this cohort apart" in texts(test)
    assert "100.0 % of the 120 used" in texts(test)


def test_rare_answers_have_no_bar_but_are_counted(app):
    chosen, truth = planted(3, 40, 12)
    roles = ["Rare" if row < 3 else f"Role {place}" for row, place in enumerate(truth)]
    test = open_file(app, survey_csv(chosen, {"What is your role?": roles}), page=COHORTS)
    levels = json.loads(test.get("plotly_chart")[0].proto.spec)["data"][0]["y"]
    assert len(levels) == 3
    assert "Left out: 1 answer that fewer than 10 people gave." in texts(test)
