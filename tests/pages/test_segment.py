"""The Segment page: what it shows, what it keeps, and what it never computes twice."""

from __future__ import annotations

import dataclasses
import html
from collections import Counter
from threading import Event, Timer

import numpy as np
import pytest

from pages.shared import cache, widgets
from pages.shared.jobs import State
from pages.shared.results import SLOT
from segmentation.embed import FULL_EPOCHS
from segmentation.mapping import Mapping
from segmentation.spec import EmbedSpec, EncodeSpec, FitSpec, RunSpec
from tests.pages.walk import (
    MAPPING,
    PATIENCE,
    SEGMENT,
    drawn_map,
    figures,
    finish,
    keep,
    map_key,
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

STAGES = ("encode", "find_neighbours", "embed", "cluster", "profile", "validate_clustering")


@pytest.fixture
def calls(monkeypatch) -> Counter:
    """How often each stage ran."""
    counted: Counter = Counter()

    def count(stage):
        real = getattr(cache, stage)

        def counting(*args, **kwargs):
            counted[stage] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(cache, stage, counting)

    for stage in STAGES:
        count(stage)
    return counted


class Gate:
    """Holds a stage back until it is let go; looks at its report meanwhile."""

    def __init__(self, monkeypatch, stage, when=None) -> None:
        self.reached, self.open = Event(), Event()
        real = getattr(cache, stage)

        def waiting(*args):
            if when is None or when(*args):
                self.reached.set()
                while not self.open.wait(0.005):
                    args[-1](f"Waiting in {stage}", 0.5)
            return real(*args)

        monkeypatch.setattr(cache, stage, waiting)


@pytest.fixture
def test(app, planted_csv):
    return open_file(app, planted_csv)


def test_without_a_survey_the_page_leads_to_one(app):
    test = app().switch_page(SEGMENT).run()
    assert not test.exception
    assert "No survey is open yet" in texts(test)
    test.button(key="open-a-survey").click().run()
    assert "Open a survey export" in texts(test)


def test_the_figures_are_those_of_the_result_with_what_they_stand_on(test):
    assert not test.exception
    run = result(test)
    shown = figures(test)
    assert shown["Cohorts"] == str(run.clustering.cohorts)
    assert shown["Unassigned"] == f"{100 * run.clustering.unassigned_share:.0f} %"
    assert shown["Held-out gain"] == f"{run.validation.gain:+.2f}"
    assert shown["Fidelity"] == f"{100 * run.validation.fidelity:.0f} %"
    bases = [metric.delta for metric in test.metric]
    left_out = int((run.clustering.labels < 0).sum())
    assert bases[:2] == ["from 12 of 12 tools", f"{left_out} of 120"]
    assert "These cohorts tell" in texts(test)


def test_every_cohort_is_listed_with_its_size(test):
    for cohort in result(test).cohorts.cohorts:
        assert html.escape(cohort.name) in tables(test)
    left_out = (result(test).clustering.labels < 0).any()
    assert ("Unassigned" in tables(test)) == left_out


def test_work_in_threads_says_nothing_of_a_missing_page(app, planted_csv, caplog):
    open_file(app, planted_csv)
    assert "ScriptRunContext" not in " ".join(
        r.getMessage() for r in caplog.records if r.threadName.startswith("job")
    )


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (with_cluster(min_cluster_size=0.25, min_samples=200), "Nobody could be assigned"),
        (RunSpec(encode=EncodeSpec(0.5)), "No tool reaches the threshold"),
    ],
    ids=["everybody unassigned", "everything under the threshold"],
)
def test_settings_that_give_no_cohorts_are_said_and_put_right(app, planted_csv, spec, sentence):
    test = open_file(app, planted_csv, spec=spec)
    assert not test.exception
    assert len(test.error) == 1
    assert sentence in texts(test)
    assert not test.metric
    test.button(key="reset-settings").click().run()
    test = finish(test)
    assert not test.error
    assert figures(test)


def test_nothing_mapped_is_said_and_the_mapping_is_one_click_away(app, planted_csv):
    test = open_file(app, planted_csv, page=MAPPING)
    keep(test, workspace(test).replaced(Mapping(())))
    test = finish(test.switch_page(SEGMENT).run())
    assert not test.exception
    assert len(test.error) == 1
    assert "No question is mapped to tools" in texts(test)
    assert test.slider(key=setting(test, "threshold"))


def test_a_single_cohort_is_drawn_with_a_warning(app, planted_csv):
    test = open_file(app, planted_csv, spec=with_cluster(method="latent-class", cohorts=1))
    assert not test.exception
    assert figures(test)["Cohorts"] == "1"
    assert "Only one cohort was found" in texts(test)
    assert "No tool differs between the cohorts" in texts(test)


def test_a_respondent_without_tools_is_on_no_map_and_breaks_nothing(app):
    chosen, _ = planted(3, 40, 12)
    chosen[7] = False
    test = open_file(app, survey_csv(chosen))
    assert not test.exception
    assert test.metric[1].delta.endswith("of 119")
    header, arrays = drawn_map(test)
    assert header["points"] == 119
    assert sorted(arrays["order"]) == list(range(119))


def test_what_a_sample_decides_and_what_counts_everybody_is_said(app):
    chosen, _ = planted(3, 80, 12)
    test = open_file(app, survey_csv(chosen), spec=RunSpec(fit=FitSpec(150)))
    assert not test.exception
    used, fitted = len(result(test).clustering.labels), drawn_map(test)[0]["points"]
    assert 100 < fitted < used
    said = f"from a sample of {fitted} of the {used} respondents used"
    assert said in texts(test).replace("\\", "")
    assert "profiles count everybody" in texts(test).replace("\\", "")
    assert "sample of" not in texts(open_file(app, survey_csv(chosen[:200])))


def test_a_map_in_three_dimensions_shows_the_first_two(app, planted_csv):
    test = open_file(app, planted_csv, spec=RunSpec(embed=EmbedSpec(dimensions=3)))
    assert not test.exception
    assert drawn_map(test)[0]["points"] == 120


def test_settings_outlive_the_page_and_a_reload(app, test):
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    test.radio(key=setting(test, "method")).set_value("leiden").run()
    finish(test)
    assert workspace(test).spec.embed.neighbors == 20
    test.switch_page(MAPPING).run()
    test.switch_page(SEGMENT).run()
    assert test.slider(key=setting(test, "neighbors")).value == 20
    again = app(w=token(test)).switch_page(SEGMENT)
    again.query_params["w"] = token(test)
    finish(again.run())
    assert again.slider(key=setting(again, "neighbors")).value == 20
    assert again.radio(key=setting(again, "method")).value == "leiden"


def test_colours_follow_an_attribute_or_a_tool_and_outlive_the_page(test):
    options = test.selectbox(key="colour-by").options
    assert options[0] == "Cohort"
    attribute = next(option for option in options if option.startswith("Attribute: "))
    test.selectbox(key="colour-by").set_value(attribute).run()
    names = [group["name"] for group in drawn_map(test)[0]["groups"]]
    assert sorted(names) == ["Analyst", "Engineer", "Scientist"]
    test.switch_page(MAPPING).run()
    test.switch_page(SEGMENT).run()
    assert test.selectbox(key="colour-by").value == attribute
    tool = next(option for option in options if option.startswith("Tool: t03"))
    test.selectbox(key="colour-by").set_value(tool).run()
    assert not test.exception
    assert [group["name"] for group in drawn_map(test)[0]["groups"]] == ["Others", "t03"]


def test_highlighted_people_are_counted_and_described(test):
    chosen = result(test).features.chosen
    test.multiselect(key="highlight").set_value(["t00"]).run()
    assert not test.exception
    people = int(chosen[:, 0].sum())
    assert f"{people} respondents" in [heading.value for heading in test.header]
    assert "t01" in tables(test)


def test_tools_that_nobody_has_together_are_said(app):
    chosen, _ = planted(3, 40, 12)
    chosen[chosen[:, 1], 0] = False
    test = open_file(app, survey_csv(chosen))
    test.multiselect(key="highlight").set_value(["t00", "t01"]).run()
    assert not test.exception
    assert "Nobody fits" in texts(test)


def select(test, rows) -> None:
    """Draw around some respondents, by their place among those on the map."""
    test.session_state[map_key(test)] = {"picked": list(rows)}
    test.run()


def test_people_drawn_around_are_counted_described_and_placed(test):
    select(test, range(40))
    assert not test.exception
    assert "40 respondents" in [heading.value for heading in test.header]
    assert "33 % of the map, picked out on the map." in texts(test)
    assert "t00" in tables(test)
    largest = np.bincount(result(test).clustering.labels[:40] + 1).max() / 40
    assert f"{100 * largest:.0f} %" in texts(test)


def test_who_was_drawn_around_stays_when_the_cohorts_or_the_map_change(test):
    select(test, range(40))
    for spec in (with_cluster(min_cluster_size=0.2), RunSpec(embed=EmbedSpec(neighbors=11))):
        keep(test, workspace(test).retuned(spec))
        test = finish(test.run())
        assert "40 respondents" in [heading.value for heading in test.header]
    keep(test, workspace(test).retuned(RunSpec(encode=EncodeSpec(threshold=0.3))))
    test = finish(test.run())
    assert "40 respondents" not in [heading.value for heading in test.header]


def test_who_was_drawn_around_stays_when_the_colours_change_until_cleared(test):
    select(test, range(40))
    test.session_state[map_key(test)] = {"selection": {"points": []}}
    test.selectbox(key="colour-by").select_index(1).run()
    assert "40 respondents" in [heading.value for heading in test.header]
    test.button(key="clear-picked").click().run()
    assert not test.exception
    assert "40 respondents" not in [heading.value for heading in test.header]
    assert "Cohorts" in [heading.value for heading in test.header]


def test_a_few_people_are_too_few_for_evidence(test):
    select(test, range(5))
    assert "Fewer than 30 people" in texts(test)


def test_points_are_found_again_where_somebody_is_not_on_the_map(app):
    chosen, _ = planted(3, 40, 12)
    chosen[0] = False
    test = open_file(app, survey_csv(chosen))
    select(test, range(39))
    run = result(test)
    assert "39 respondents" in [heading.value for heading in test.header]
    rate = run.features.chosen[1:40, 0].mean()
    assert f"{100 * rate:.0f} %" in tables(test)


def test_a_category_narrows_the_heatmap(app, small):
    many = small + b"".join(small.splitlines(keepends=True)[1:] * 20)
    test = open_file(app, many, spec=with_cluster(method="latent-class", cohorts=2))
    assert not test.exception
    rows = index_rows(test)
    test.pills(key="heatmap-category").set_value("Language").run()
    narrowed = index_rows(test)
    assert 0 < narrowed < rows


def index_rows(test) -> int:
    (table,) = (e.proto.body for e in test.get("html") if "Index of each tool" in e.proto.body)
    return table.count('scope="row"')


def test_a_clustering_slider_redraws_nothing_upstream(test, calls):
    test.slider(key=setting(test, "min_cluster_size")).set_value(5.0).run()
    finish(test)
    assert workspace(test).spec.cluster.min_cluster_size == 0.05
    assert calls == {"cluster": 1, "profile": 1, "validate_clustering": 1}


def test_the_policy_for_the_unassigned_redraws_nothing_upstream(test, calls):
    test.radio(key=setting(test, "unassigned")).set_value("everyone").run()
    finish(test)
    assert figures(test)["Unassigned"] == "0 %"
    assert calls["embed"] == calls["find_neighbours"] == calls["encode"] == 0


def test_the_neighbours_slider_compares_nobody_again(test, calls):
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    finish(test)
    assert calls["encode"] == calls["find_neighbours"] == 0
    assert calls["embed"] == 2  # a preview, then the settled map


def test_colours_and_highlights_compute_nothing(test, calls):
    options = test.selectbox(key="colour-by").options
    for option in options[:4]:
        test.selectbox(key="colour-by").set_value(option).run()
    test.multiselect(key="highlight").set_value(["t00"]).run()
    assert not calls


def test_the_threshold_starts_from_the_tools(test, calls):
    test.slider(key=setting(test, "threshold")).set_value(20.0).run()
    finish(test)
    assert calls["encode"] == calls["find_neighbours"] == 1
    assert result(test).cohorts.spec.encode.threshold == 0.2


def test_settings_seen_before_are_there_at_once(test, calls):
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    finish(test)
    calls.clear()
    test.slider(key=setting(test, "neighbors")).set_value(32).run()
    assert not calls
    assert figures(test)


def test_a_second_session_with_the_same_request_computes_nothing(app, planted_csv, test, calls):
    other = open_file(app, planted_csv, "the same.csv")
    assert token(other) != token(test)
    assert figures(other) == figures(test)
    assert not calls


def test_another_survey_of_the_same_shape_never_shares_a_result(app, planted_csv, test, calls):
    flipped = planted_csv.replace(b"Yes", b"x").replace(b"No", b"Yes").replace(b"x", b"No")
    other = open_file(app, flipped)
    assert result_key(other) != result_key(test)
    assert calls["encode"] >= 1
    assert calls["find_neighbours"] == 1
    assert figures(other) != figures(test)


def test_files_carry_the_name_that_this_session_gave_the_survey(app, planted_csv, monkeypatch):
    from pages.shared import results
    from segmentation.edits import Edited

    open_file(app, planted_csv, "first.csv")
    second = open_file(app, planted_csv, "second.csv")
    current = workspace(second)
    monkeypatch.setattr(results.state, "workspace", lambda: current)
    run = result(second)
    shown = results.Shown(result_key(second), Edited(run, ()), "settled", run)
    assert shown.named.cohorts.survey == "second.csv"


def test_every_download_is_offered_and_can_be_made(test):
    from segmentation.outputs import run_files

    made = {name: make() for name, make in run_files(result(test)).items()}
    assert {button.label for button in test.get("download_button")} == set(made)
    assert all(made.values())


def test_newer_settings_supersede_the_stale_job(test, monkeypatch):
    gate = Gate(monkeypatch, "embed")
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    assert gate.reached.wait(PATIENCE)
    stale = cache.jobs().get((SLOT, result_key(test)))
    test.slider(key=setting(test, "neighbors")).set_value(25).run()
    assert stale.wait(PATIENCE)
    assert stale.state is State.CANCELLED
    gate.open.set()
    finish(test)
    assert workspace(test).spec.embed.neighbors == 25
    assert figures(test)


def test_the_result_before_is_shown_as_such_while_the_next_is_made(test, monkeypatch):
    before = figures(test)
    gate = Gate(monkeypatch, "embed")
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    assert "still the result before" in texts(test)
    assert figures(test) == before
    assert test.button(key=f"cancel-{SLOT}")
    assert all(button.disabled for button in test.get("download_button"))
    gate.open.set()
    finish(test)
    assert "still the result before" not in texts(test)


def test_a_page_that_waits_a_little_goes_on_to_the_new_result_by_itself(test, monkeypatch):
    gate = Gate(monkeypatch, "embed")
    monkeypatch.setattr(widgets, "GRACE", 0.01)
    monkeypatch.setattr(widgets, "WATCHED", 30)
    timer = Timer(0.3, gate.open.set)
    timer.start()
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    timer.join()
    assert not test.exception
    assert "still the result before" not in texts(test)
    assert figures(finish(test))
    assert result(test).cohorts.spec.embed.neighbors == 20


def test_a_preview_is_shown_as_such_until_the_map_has_settled(app, planted_csv, monkeypatch):
    gate = Gate(monkeypatch, "embed", lambda _n, _s, epochs, _r: epochs == FULL_EPOCHS)
    test = app()
    test.file_uploader[0].upload("tools.csv", planted_csv).run()
    test.switch_page(SEGMENT).run()
    assert gate.reached.wait(PATIENCE)
    test.run()
    assert not test.exception
    assert "A quick preview" in texts(test)
    assert figures(test)
    gate.open.set()
    finish(test)
    assert "A quick preview" not in texts(test)


def test_the_result_of_another_survey_is_never_shown_as_the_one_before(app, test, monkeypatch):
    gate = Gate(monkeypatch, "find_neighbours")
    chosen, _ = planted(4, 30, 12)
    test.switch_page("pages/views/survey.py").run()
    uploader = next(w for w in test.file_uploader if w.key.startswith("upload-"))
    uploader.upload("other.csv", survey_csv(chosen, {"Role?": ["Dev", "Ops"] * 60})).run()
    test.switch_page(SEGMENT).run()
    assert gate.reached.wait(PATIENCE)
    assert "other.csv" in texts(test).replace("\\", "")
    assert not test.metric
    gate.open.set()
    assert figures(finish(test))


def test_cancel_keeps_the_result_before_and_says_how_to_go_on(test, monkeypatch):
    before = figures(test)
    gate = Gate(monkeypatch, "embed")
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    job = cache.jobs().get((SLOT, result_key(test)))
    test.button(key=f"cancel-{SLOT}").click().run()
    assert job.wait(PATIENCE)
    assert job.state is State.CANCELLED
    assert not test.exception
    assert "Cancelled." in texts(test)
    assert figures(test) == before
    gate.open.set()
    test.button(key=f"again-{SLOT}").click().run()
    finish(test)
    assert "Cancelled." not in texts(test)
    assert result(test).cohorts.spec.embed.neighbors == 20


def test_a_crash_is_told_in_general_words_and_tried_again(test, monkeypatch):
    def crash(*args):
        raise ZeroDivisionError("secret cell")

    with monkeypatch.context() as patch:
        patch.setattr(cache, "cluster", crash)
        test.slider(key=setting(test, "min_cluster_size")).set_value(6.0).run()
        assert test.exception
    finish(test)
    assert not finish(test).exception
    assert figures(test)


def test_settings_are_reset_in_one_click(test):
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    finish(test)
    test.button(key="reset-settings").click().run()
    assert workspace(test).spec == RunSpec()
    assert test.slider(key=setting(test, "neighbors")).value == 32
    assert test.button(key="reset-settings").disabled


def test_every_setting_of_a_method_has_its_control(test):
    for method, fields in {
        "hdbscan": ("min_cluster_size", "min_samples", "selection", "epsilon"),
        "leiden": ("resolution",),
        "latent-class": ("cohorts",),
    }.items():
        test.radio(key=setting(test, "method")).set_value(method).run()
        finish(test)
        assert not test.exception
        keys = {w.key for kind in (test.slider, test.radio, test.number_input) for w in kind}
        assert {setting(test, field) for field in fields} <= keys


def test_fault_57_58_hostile_names_are_text_on_the_page(app):
    chosen, _ = planted(3, 40, 12)
    data = survey_csv(chosen)
    for place, name in enumerate(("<script>x</script>", "![x](http://evil.example/a)", "%{x}")):
        data = data.replace(b"[t%02d]" % place, f"[{name}]".encode())
    test = open_file(app, data)
    assert not test.exception
    assert "<script>x" not in tables(test)
    select(test, range(40))
    assert "<script>x" not in tables(test)
    assert "](http" not in texts(test)


def test_the_settings_of_a_workspace_are_never_shared(app, planted_csv, test):
    test.slider(key=setting(test, "neighbors")).set_value(20).run()
    other = open_file(app, planted_csv)
    assert workspace(other).spec == RunSpec()
    assert dataclasses.asdict(workspace(test).spec)["embed"]["neighbors"] == 20
