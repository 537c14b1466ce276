"""Cohorts changed on the page: merged, split, hidden, recoloured, put in order, and undone."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest

from pages.shared import cache
from segmentation.palette import COHORTS as COLOURS
from tests.pages.cohorts_walk import (
    buttons,
    edited,
    field,
    labelling,
    merge,
    name,
    pick,
    press,
    said,
)
from tests.pages.walk import (
    COHORTS,
    PATIENCE,
    SEGMENT,
    drawn_map,
    figures,
    finish,
    open_file,
    result,
    tables,
    texts,
)


@pytest.fixture
def test(app, planted_csv):
    return open_file(app, planted_csv, page=COHORTS)


def undo(test):
    return test.button(key="undo").click().run()


def cards(test) -> list[str]:
    """Labels of the cards from top to bottom."""
    return [field.label for field in test.text_input if str(field.key).startswith("name-")]


def test_two_cohorts_are_merged_and_every_page_has_the_figures_of_both(test):
    sizes = result(test).profiles.size.tolist()
    merge(test, 0, 1)
    assert not test.exception
    assert cards(test) == ["Cohort 1", "Cohort 2"]
    together = sizes[0] + sizes[1]
    assert edited(test).run.profiles.size.tolist() == [together, sizes[2]]
    assert f"**{together} respondents**, {100 * together / 120:.1f} % of the 120 used" in texts(
        test
    )
    test.switch_page(SEGMENT).run()
    assert figures(test)["Cohorts"] == "2"
    assert figures(test)["Held-out gain"] == f"{edited(test).run.validation.gain:+.2f}"
    legend = next(html for html in test.get("html") if "sizes" in html.proto.body).proto.body
    assert f">{together}<" in legend


def test_while_a_merge_is_computed_the_cohorts_before_are_shown_and_wait(test, monkeypatch):
    gate = threading.Event()
    once = cache.apply_edits

    def wait(survey, run, edits):
        assert not edits.steps or gate.wait(PATIENCE)
        return once(survey, run, edits)

    monkeypatch.setattr(cache, "apply_edits", wait)
    test.selectbox(key=field(test, "merge-with", 0)).set_value(1).run()
    press(test, "merge", 0)
    assert not test.exception
    assert "Below is still the result before the last change" in texts(test)
    assert cards(test) == ["Cohort 1", "Cohort 2", "Cohort 3"]
    assert test.button(key="save").disabled
    gate.set()
    finish(test)
    assert cards(test) == ["Cohort 1", "Cohort 2"]
    assert not test.button(key="save").disabled


def test_a_merge_is_undone_and_redone(test):
    merge(test, 0, 1)
    undo(test)
    assert cards(test) == ["Cohort 1", "Cohort 2", "Cohort 3"]
    assert not labelling(test).unsaved
    test.button(key="redo").click().run()
    assert cards(test) == ["Cohort 1", "Cohort 2"]
    assert test.button(key="redo").disabled


def test_undoing_shows_the_name_before_in_its_field(test):
    name(test, 0).set_value("First").run()
    name(test, 0).set_value("Second").run()
    undo(test)
    assert name(test, 0).value == "First"
    undo(test)
    assert name(test, 0).value == result(test).profiles.names[0]
    assert test.button(key="undo").disabled


def test_the_name_of_a_cohort_stays_when_others_are_merged(test):
    name(test, 2).set_value("Third").run()
    merge(test, 0, 1)
    assert name(test, 2).value == "Third"
    assert name(test, 2).label == "Cohort 2"


def test_those_picked_out_on_the_map_become_a_cohort_and_are_let_go(test):
    test.switch_page(SEGMENT).run()
    core = result(test).clustering.core
    points = np.flatnonzero(core == 0)[:12].tolist()
    pick(test, points)
    finish(test.button(key="split-off").click().run())
    assert not test.exception
    assert figures(test)["Cohorts"] == "4"
    assert len(set(edited(test).run.clustering.core[points])) == 1
    assert "split-off" not in buttons(test)
    test.switch_page(COHORTS).run()
    assert len(cards(test)) == 4
    undo(test)
    assert len(cards(test)) == 3


def test_it_is_said_when_identical_answers_are_cut_through(test):
    test.switch_page(SEGMENT).run()
    of = result(test).neighbours.patterns.of
    twins = next(np.flatnonzero(of == p) for p in np.unique(of) if (of == p).sum() > 1)
    pick(test, [int(twins[0])])
    more = len(twins) - 1
    people = "1 person more" if more == 1 else f"{more} people more"
    assert f"{people} gave exactly the same answers" in texts(test)
    assert "identical answers always get the same cohort" in texts(test)


def test_too_few_are_refused_and_nothing_changes(test):
    test.switch_page(SEGMENT).run()
    pick(test, [0, 1])
    finish(test.button(key="split-off").click().run())
    assert not test.exception
    assert "fewer than 10 describe themselves, not a cohort" in said(test)
    assert figures(test)["Cohorts"] == "3"
    assert not labelling(test).unsaved


def test_who_is_picked_out_can_be_made_a_cohort_on_the_cohorts_page_too(test):
    test.switch_page(SEGMENT).run()
    core = result(test).clustering.core
    pick(test, np.flatnonzero(core == 1)[:12].tolist())
    test.switch_page(COHORTS).run()
    assert "12 respondents picked out on the map, 0 of them unassigned" in texts(test)
    finish(test.button(key="split-off").click().run())
    assert len(cards(test)) == 4
    assert "are a cohort of their own now" in said(test)


def test_a_hidden_cohort_is_a_line_that_shows_it_again(test):
    press(test, "hide", 1)
    assert cards(test) == ["Cohort 1", "Cohort 3"]
    assert "Hidden: " in texts(test)
    test.button(key="show-1").click().run()
    assert cards(test) == ["Cohort 1", "Cohort 2", "Cohort 3"]


def test_cards_are_in_order_of_size_until_they_are_moved(test):
    press(test, "later", 0)
    assert cards(test) == ["Cohort 2", "Cohort 1", "Cohort 3"]
    assert test.button(key=field(test, "earlier", 1)).disabled
    test.button(key="order-by-size").click().run()
    assert cards(test) == ["Cohort 1", "Cohort 2", "Cohort 3"]
    assert "order-by-size" not in buttons(test)


def bars(test) -> list[str]:
    chart = json.loads(test.get("plotly_chart")[0].proto.spec)["data"]
    return [trace["marker"]["color"] for trace in chart]


def test_a_colour_is_the_same_on_card_chart_and_map_and_two_cohorts_exchange_theirs(test):
    light = COLOURS["light"]
    assert bars(test) == list(light[:3])
    pills = next(group for group in test.button_group if group.key == field(test, "colour", 0))
    pills.set_value(1).run()
    assert not test.exception
    assert bars(test) == [light[1], light[0], light[2]]
    strip = f"background:{light[1]}"
    assert strip in tables(test)
    test.switch_page(SEGMENT).run()
    colours = [group["colour"] for group in drawn_map(test)[0]["groups"]]
    assert [c for c in colours if c in light] == [light[1], light[0], light[2]]


def test_a_colour_stays_when_other_cohorts_are_merged(test):
    merge(test, 1, 0)
    assert edited(test).ids == (1, 2)
    assert bars(test) == [COLOURS["light"][1], COLOURS["light"][2]]


def test_notes_are_kept_and_shown_as_typed(test):
    test.text_area(key=field(test, "notes", 0)).set_value("Ask **Ana** [x](http://e)").run()
    assert not test.exception
    assert labelling(test).edits.label(0).notes == "Ask **Ana** [x](http://e)"
    assert "](http" not in texts(test)


def test_fault_60_characters_that_nobody_sees_are_marked(test):
    name(test, 0).set_value("Good\u202eeman\u200b").run()
    assert "zero width space (U+200B), right-to-left override (U+202E)" in texts(test)
