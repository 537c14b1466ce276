"""The Compare page: two saved versions side by side, a set over time, and what is said when not."""

from __future__ import annotations

import csv
import dataclasses
import io
import time
from collections.abc import Iterator
from uuid import uuid4

import numpy as np
import pytest

from db import Content, NewVersion, Store, open_store, versions
from pages.shared import comparison_files, history_tables, wave_history
from pages.shared.compared import Compared
from pages.shared.moves_table import moves_table
from segmentation.cohorts import CohortSet, Trusted
from segmentation.cohorts.trusted import SENTENCES
from segmentation.compare import compare, history
from segmentation.outputs import to_csv
from tests.pages.walk import COHORTS, finish, open_file, tables, texts, workspace
from tests.segmentation.cohort_sets import blocks, cohort_set

PAGE = "pages/views/compare.py"
NAMES = tuple(f"tool {i:02d}" for i in range(12))
SHARES = [0.5, 0.3, 0.2]
LABELS = [0] * 500 + [1] * 300 + [2] * 200
HOSTILE = "<img src=x onerror=alert(1)> **b** [a](http://evil.example) =1+1"


@pytest.fixture
def store(database) -> Iterator[Store]:
    found = open_store(f"sqlite:///{database}")
    yield found
    found.close()


def wave(survey: str, shares=SHARES, **more) -> CohortSet:
    return cohort_set(NAMES, shares, blocks(), survey=survey, **more)


def moved(people: int) -> CohortSet:
    """The survey A again; so many people of its first cohort are in the second now."""
    labels = LABELS.copy()
    labels[:people] = [1] * people
    return wave("A", [0.5 - people / 1000, 0.3 + people / 1000, 0.2], labels=labels)


def save(store: Store, line: str, *sets: CohortSet) -> list[str]:
    """Versions of one cohort set, the oldest first; their ids on the page."""
    saved = [versions.save(store, NewVersion(line, Content(s), uuid4().hex)) for s in sets]
    return [f"version:{one.version.id}" for one in saved]


def opened(app):
    return finish(app().switch_page(PAGE).run())


def over_time(test):
    test.radio(key="compare-way").set_value("line").run()
    return finish(test)


def choose(test, key, value):
    test.selectbox(key=key).set_value(value).run()
    return finish(test)


def test_with_nothing_saved_the_page_says_what_to_do_and_leads_there(app):
    test = opened(app)
    assert not test.exception
    assert "Comparing takes two cohort sets" in texts(test)
    test.button(key="to-cohorts").click().run()
    assert "Cohorts" in [title.value for title in test.title]


def test_one_version_is_not_enough(app, store):
    save(store, "Alone", wave("A"))
    test = opened(app)
    assert "Comparing takes two cohort sets" in texts(test)
    assert not test.exception


def test_the_last_two_versions_of_the_set_saved_last_are_compared_first(app, store):
    save(store, "Older", wave("X"), wave("Y"))
    _, second, third = save(store, "Newer", wave("A"), wave("B"), wave("C"))
    test = opened(app)
    assert not test.exception
    assert test.selectbox(key="compare-a").value == second
    assert test.selectbox(key="compare-b").value == third
    assert "3 of the 3 cohorts of A have a counterpart among the 3 of B" in plain(test)


def plain(test) -> str:
    return texts(test).replace("\\", "").replace("\u2060", "")


def test_two_waves_show_pairs_shares_and_the_verdict(app, store):
    save(store, "Waves", wave("A"), wave("B", [0.3, 0.5, 0.2]))
    test = opened(app)
    table = tables(test)
    assert "1  A1" in table
    assert "1  B1" in table
    assert "50.0 %" in table
    assert "matched, shrank" in table
    assert "matched, grew" in table
    assert "matched, stayed" in table
    assert "−20.0 (" in table


def test_a_cohort_that_is_gone_has_no_counterpart(app, store):
    gone = cohort_set(NAMES, [0.6, 0.4], blocks()[:2], survey="B")
    save(store, "Waves", wave("A"), gone)
    table = tables(opened(app))
    assert "no counterpart: " in table
    assert "likest is" in table


def test_a_pair_shows_which_tools_drifted(app, store):
    rates = blocks()
    rates[0] = [0.2, *rates[0][1:]]
    save(store, "Waves", wave("A"), cohort_set(NAMES, SHARES, rates, survey="B"))
    test = opened(app)
    assert "**1 of 12 tools drifted on evidence**" in texts(test)
    assert "(1 tool drifted)" in test.selectbox[-1].options[0]
    assert "−60.0 (" in tables(test)
    choose(test, test.selectbox[-1].key, 1)
    assert "None of 12 tools drifted on evidence" in texts(test)
    assert "Mix shift" in tables(test)


def test_an_option_that_only_one_survey_offered_is_no_drift(app, store):
    extra = cohort_set((*NAMES[:11], "brand new"), SHARES, blocks(), survey="B")
    save(store, "Waves", wave("A"), extra)
    test = opened(app)
    assert "none of them is counted as drift" in texts(test)
    shown = tables(test)
    assert "brand new" in shown
    assert "tool 11" in shown


def test_settings_that_differ_come_first_in_words(app, store):
    one, other = wave("A", labels=LABELS), wave("A", labels=LABELS)
    cluster = dataclasses.replace(other.spec.cluster, method="latent-class")
    other = dataclasses.replace(other, spec=dataclasses.replace(other.spec, cluster=cluster))
    save(store, "Settings", one, other)
    shown = tables(opened(app))
    assert "<td" in shown
    assert "Method" in shown
    assert "latent classes" in shown
    assert shown.index("Method") < shown.index("People by their cohort")


def test_the_same_people_show_who_moved(app, store):
    save(store, "Moves", wave("A", labels=LABELS), moved(100))
    test = opened(app)
    figures = {one.label: one.value for one in test.metric}
    assert figures["Covered by both"] == "100 %"
    assert 0.5 < float(figures["Adjusted Rand index"]) < 1
    shown = tables(test)
    assert "400<br><small>80 %</small>" in shown
    assert "100<br><small>20 %</small>" in shown
    assert "0.80" in shown  # Jaccard of the first cohort: 400 of 500


def test_of_the_same_people_without_members_that_is_said(app, store):
    save(store, "Bare", wave("A"), wave("A", [0.4, 0.4, 0.2]))
    test = opened(app)
    assert not test.exception
    assert "save them again to see who moved" in texts(test)
    assert not test.metric


def test_other_versions_are_picked_swapped_and_kept_over_pages_and_a_reload(app, store):
    first, second, third = save(store, "Line", wave("A"), wave("B"), wave("C", [0.2, 0.3, 0.5]))
    test = choose(opened(app), "compare-a", first)
    assert (test.selectbox(key="compare-a").value, test.selectbox(key="compare-b").value) == (
        first,
        third,
    )
    test.button(key="compare-swap").click().run()
    finish(test)
    assert test.selectbox(key="compare-a").value == third
    test.switch_page(COHORTS).run()
    finish(test.switch_page(PAGE).run())
    assert test.selectbox(key="compare-a").value == third
    again = finish(app(w=test.query_params["w"]).switch_page(PAGE).run())
    assert again.selectbox(key="compare-b").value == first
    choose(again, "compare-a", first)
    assert "A and B are the same" in texts(again)
    choose(again, "compare-a", second)
    assert "A and B are the same" not in texts(again)


def test_a_comparison_and_a_history_of_the_same_two_are_two_things(app, store):
    save(store, "Waves", wave("A"), wave("B", [0.3, 0.5, 0.2]))
    test = over_time(opened(app))
    assert not test.exception
    shown = tables(test)
    assert "50 % (48 to 52)" in shown
    assert "30 % (28 to 32)" in shown
    assert "3 of 3" in shown


def test_a_history_of_sets_of_ones_own_choice(app, store):
    (first,), (second,) = save(store, "One", wave("A")), save(store, "Two", wave("B"))
    test = over_time(opened(app))
    assert "takes two versions or more" in texts(test)
    choose(test, "compare-line", "own")
    assert "takes two versions or more" in texts(test)
    test.multiselect(key="compare-picked").set_value([second, first]).run()
    finish(test)
    assert not test.exception
    assert "Two v1 · B" in tables(test)
    tools = next(one for one in test.multiselect if one.key.startswith("history-tools"))
    tools.set_value([]).run()
    assert "Choose one or more tools" in texts(test)


def test_files_are_compared_without_a_database(app, monkeypatch, tmp_path):
    (tmp_path / "none").write_text("not a database, but longer than its header would be" * 9)
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"sqlite:///{tmp_path / 'none'}")
    test = opened(app)
    assert test.error
    for name, saved in (("a.json", wave("A")), ("b.json", wave("B"))):
        test.file_uploader[0].upload(name, saved.to_json().encode()).run()
    finish(test)
    assert "3 of the 3 cohorts of A" in texts(test)
    assert [box.value[:5] for box in test.selectbox[:2]] == ["file:", "file:"]
    assert "a.json" in test.selectbox(key="compare-a").options[0]
    test.button(key="compare-forget").click().run()
    assert "Comparing takes two cohort sets" in texts(test)


def test_a_file_is_set_beside_the_only_saved_version(app, store):
    (saved,) = save(store, "Alone", wave("A"))
    test = opened(app)
    test.file_uploader[0].upload("b.json", wave("B").to_json().encode()).run()
    finish(test)
    assert test.selectbox(key="compare-a").value == saved
    assert test.selectbox(key="compare-b").value.startswith("file:")
    assert "3 of the 3 cohorts of A" in texts(test)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe\x00", b"schema"])
def test_a_file_that_holds_no_cohorts_is_said(app, data):
    test = opened(app)
    test.file_uploader[0].upload("wrong.json", data).run()
    assert not test.exception
    assert "wrong.json: This file is not a saved cohort set" in plain(test)


def test_the_cohorts_of_now_are_compared_with_saved_ones(app, planted_csv, store):
    test = open_file(app, planted_csv, page=COHORTS)
    save(store, "Earlier", wave("A"))
    finish(test.switch_page(PAGE).run())
    assert not test.exception
    assert test.selectbox(key="compare-b").value == "now"
    assert "Cohorts now, not saved · tools.csv" in test.selectbox(key="compare-b").options[0]
    assert "of the 3 cohorts of A" in texts(test)


def test_fault_57_58_hostile_names_are_text(app, store):
    names = (HOSTILE, *NAMES[1:])
    one, other = (
        cohort_set(names, SHARES, blocks(), survey=s).renamed({0: HOSTILE}, {}) for s in "AB"
    )
    one = dataclasses.replace(one, survey=HOSTILE)
    save(store, HOSTILE, one, other)
    test = opened(app)
    assert not test.exception
    shown = tables(test) + tables(over_time(test))
    assert not test.exception
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown
    assert "**b**" not in texts(test)


def test_who_moved_is_a_table_without_markup_of_names():
    comparison = compare(wave("A", labels=LABELS), moved(100))
    assert comparison.moves is not None
    text = moves_table(comparison.moves, [HOSTILE, "b", "c"], ["<b>", "e", "f"], "#0e5f7c")
    assert "<img" not in text
    assert "<b>" not in text
    assert text.count("<tr>") == 4  # nobody is in no cohort
    assert 'scope="row"' in text


def test_tables_for_files_hold_numbers_and_no_formulas():
    one, other = wave("A", labels=LABELS).renamed({0: "=1+1"}, {}), wave("B", [0.3, 0.5, 0.2])
    comparison = compare(one, other)
    rows = list(csv.DictReader(io.StringIO(to_csv(comparison_files.pairs_file(comparison)))))
    assert rows[0]["cohort_a"] == "'=1+1"
    assert float(rows[0]["difference"]) == -0.2
    assert rows[0]["change"] == "shrank"
    drift = list(csv.DictReader(io.StringIO(to_csv(comparison_files.drift_file(comparison)))))
    assert len(drift) == 36
    assert {row["evidence"] for row in drift} == {"False"}
    changes = comparison_files.changes_file(comparison.tools)
    parts = changes[["mix_shift", "definition_drift", "elsewhere"]].sum(axis=1)
    assert np.allclose(parts, changes["difference"], atol=2e-4)
    same = compare(wave("A", labels=LABELS), moved(100))
    assert same.moves is not None
    flows = comparison_files.moves_file(same, same.moves)
    assert flows["respondents"].sum() == 1000
    assert flows.loc[1, ["respondents", "share_of_a"]].tolist() == [100, 0.2]


def test_every_file_says_that_the_cohorts_of_a_side_may_not_be_real():
    doubtful = wave("B", labels=LABELS)
    doubtful = doubtful.trusted(Trusted(doubtful.fingerprint, "unclear", 0.1, 0.1, 1000, 20))
    made = comparison_files.result_files(compare(wave("A"), doubtful))
    said = f"B: {SENTENCES['unclear']}"
    for name in ("counterparts.csv", "drift.csv", "tools.csv"):
        rows = list(csv.DictReader(io.StringIO(made[name]())))
        assert {row["caution"] for row in rows} == {said}
    plain = comparison_files.result_files(compare(wave("A"), wave("B")))
    assert "caution" not in plain["counterparts.csv"]()
    found = history([wave("A"), doubtful, wave("C")])
    assert wave_history.cautions(found, ["one", "two", "three"]) == [f"two: {SENTENCES['unclear']}"]


def test_tables_of_a_history_for_files():
    found = history([wave("A"), wave("B", [0.3, 0.5, 0.2])])
    sizes = history_tables.sizes_file(found, ["one", "two"])
    assert sizes["share"].tolist() == [0.5, 0.3, 0.3, 0.5, 0.2, 0.2]
    tools = history_tools = history_tables.tools_file(found, ["one", "two"])
    assert len(tools) == 3 * 12 * 2
    assert history_tools["prevalence"].between(0, 1).all()


def test_a_comparison_is_made_once_and_again_when_a_name_changed(app, store, monkeypatch):
    made = []

    def counted(a, b, **more):
        made.append((a.survey, b.survey))
        return compare(a, b, **more)

    monkeypatch.setattr("pages.shared.cache.compare", counted)
    one, other = wave("A"), wave("B")
    first, second, third = save(store, "Line", one, other, other.renamed({0: "Another"}, {}))
    test = choose(choose(opened(app), "compare-a", first), "compare-b", second)
    assert len(made) == 3  # the last two, the first with the last, then these
    test.run()
    choose(test, "compare-b", third)
    choose(test, "compare-b", second)
    assert len(made) == 3


def test_a_long_comparison_shows_progress_and_is_cancelled(app, store, monkeypatch):
    def endless(a, b, progress):
        while True:
            progress("Counting", 0.4)
            time.sleep(0.01)

    monkeypatch.setattr("pages.shared.cache.compare", endless)
    save(store, "Line", wave("A"), wave("B"))
    test = app().switch_page(PAGE).run()
    assert not test.exception
    assert "What differs" not in texts(test)
    test.button(key="cancel-compare").click().run()
    assert "Cancelled" in texts(test)
    monkeypatch.setattr("pages.shared.cache.compare", compare)
    test.button(key="again-compare").click().run()
    finish(test)
    assert "3 of the 3 cohorts of A" in texts(test)


def test_the_engine_says_how_far_it_is_and_stops_when_told():
    class StoppedError(Exception):
        pass

    said = []

    def stop(step, share):
        said.append(share)
        if share > 0.6:
            raise StoppedError

    with pytest.raises(StoppedError):
        compare(wave("A"), wave("B"), progress=stop)
    assert said == sorted(said)
    said.clear()
    with pytest.raises(StoppedError):
        history([wave("A"), wave("B"), wave("C")], progress=stop)
    assert said == sorted(said)


def test_files_brought_along_become_both_sides_and_are_let_go():
    picked = Compared(a="version:1", b="version:2").with_file("f1", "a.json")
    assert (picked.a, picked.b) == ("version:1", "file:f1")
    picked = picked.with_file("f2", "b.json")
    assert (picked.a, picked.b) == ("file:f1", "file:f2")
    assert picked.without_files() == Compared()
    many = Compared()
    for number in range(20):
        many = many.with_file(str(number), "x")
    assert len(many.files) == 12


def test_the_history_of_a_set_is_offered_again_after_other_pages(app, store):
    save(store, "Waves", wave("A"), wave("B"))
    test = over_time(opened(app))
    test.switch_page(COHORTS).run()
    finish(test.switch_page(PAGE).run())
    assert workspace(test).compared.way == "line"
    assert "Sizes over time" in texts(test)
