"""The Trust page: what it says, what it starts, and what it finds again.

The examination is a stand-in.
"""

from __future__ import annotations

import dataclasses
import html
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import cache, trusting
from segmentation.edits import fingerprint
from segmentation.errors import WorkbenchError
from segmentation.run import segment
from segmentation.spec import RunSpec
from segmentation.trust.audits.model import CohortMarks
from segmentation.trust.model import Trust
from tests.pages.walk import (
    PATIENCE,
    finish,
    keep,
    open_file,
    result,
    result_key,
    tables,
    texts,
    with_cluster,
    workspace,
)
from tests.segmentation.trusts import partial, structure, sweep, trust

TRUST = "pages/views/trust.py"
HOSTILE = "<img src=x onerror=alert(1)> [a](http://evil.example) $x^2$ :smile:"


MARKS = (
    CohortMarks(0, 3, 1, ("COBOL",), 3, 4),
    *(CohortMarks(n, 3, 0, (), 0, 0) for n in (1, 2)),
)


class Engine:
    """Stands in for the examination: shows what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.asked: list = []
        self.swept: list = []
        self.shown = Event()
        self.go = Event()
        self.go.set()
        self.fault: Exception | None = None
        self.verdict = "structure"

    def names(self, run) -> tuple[str, ...]:
        return tuple(cohort.name for cohort in run.cohorts.cohorts)

    def of(self, run, made: Trust) -> Trust:
        return dataclasses.replace(
            made, survey_sha256=run.cohorts.survey_sha256, spec=run.cohorts.spec
        )

    def examine(self, run, asked, progress, show, *_) -> Trust:
        self.asked.append(asked)
        progress("Shuffling the survey", 0.2)
        if not self.go.is_set():
            show(self.of(run, partial(self.names(run))))
            self.shown.set()
        while not self.go.wait(0.005):
            progress("Shuffling the survey, about 40 seconds left", 0.3)
        if self.fault is not None:
            raise self.fault
        made = trust(self.names(run), asked=asked, resamples=asked.resamples)
        return self.of(run, dataclasses.replace(made, structure=structure(self.verdict)))

    def sweep(self, _, asked, *__):
        self.swept.append(asked)
        return dataclasses.replace(sweep(), asked=asked)


@pytest.fixture
def engine(monkeypatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(trusting, "examine", made.examine)
    monkeypatch.setattr(trusting, "run_sweep", made.sweep)
    return made


@pytest.fixture
def test(app, engine, planted_csv) -> AppTest:
    found = open_file(app, planted_csv, page=TRUST)
    assert not found.exception
    return found


def check(test: AppTest) -> AppTest:
    """Ask for a check and wait until it ended."""
    test.button(key="check").click().run()
    return ended(test)


def ended(test: AppTest) -> AppTest:
    for job in list(cache.long_jobs()._jobs.values()):
        assert job.wait(PATIENCE)
    test.run()
    assert not test.exception
    return test


def buttons(test: AppTest) -> set[str]:
    return {button.key for button in test.button}


def said(test: AppTest) -> str:
    """Everything written, as it is read."""
    boxes = " ".join(element.value for element in test.success)
    return f"{texts(test)} {boxes}".replace("\\", "").replace("\u2060", "")


def test_without_a_survey_the_page_leads_to_one(app, engine):
    test = app().switch_page(TRUST).run()
    assert "No survey is open yet" in texts(test)
    assert engine.asked == []


def test_nothing_runs_until_it_is_asked_for(test, engine):
    assert "Every method finds cohorts, even where there are none" in said(test)
    assert engine.asked == []
    assert not test.button(key="check").disabled
    check(test)
    assert [(one.resamples, one.shuffles) for one in engine.asked] == [(50, 20)]


def test_a_finished_check_says_what_it_found_in_every_part(test):
    check(test)
    for words in (
        "There is structure: which tools go together here is more than chance.",
        "1 of",
        "Best suited to this survey: latent classes.",
        "The answers ask for about 3 cohorts.",
        "31 % of what sets the cohorts apart is merely how many boxes people tick.",
        "9 tools under the threshold",
        "Cohort and “Role title” are nearly independent (V = 0.06 on a scale from 0 to 1",
        "A title says almost nothing about the cohort",
        "The order of the file does not matter",
        "50 half samples",
    ):
        assert words in said(test)
    for cohort in result(test).cohorts.cohorts:
        assert html.escape(cohort.name) in tables(test)
    for verdict in ("✓ Holds", "~ Pattern, members doubtful", "✕ Do not use"):
        assert verdict in tables(test)
    assert test.button(key="check").disabled, "there is nothing more to find out"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("breadth only", "Breadth only: the cohorts tell who uses many tools"),
        ("none", "No structure: shuffled answers give cohorts that are just as good."),
        ("unclear", "Unclear: there may be structure"),
    ],
)
def test_each_verdict_says_what_it_is_and_what_to_do(test, engine, verdict, words):
    engine.verdict = verdict
    assert words in said(check(test))


def test_what_is_known_so_far_is_shown_while_it_goes_on(test, engine):
    engine.go.clear()
    test.button(key="check").click().run()
    assert engine.shown.wait(PATIENCE)
    test.run()
    assert not test.exception
    assert "There is structure" in said(test)
    assert "0 of 50 half samples" in said(test)
    assert "more to come" in said(test)
    assert "Which cohorts hold is not known yet." in said(test)
    assert "… not known yet" in tables(test)
    assert test.button(key="check").disabled
    assert "cancel-trust" in buttons(test)
    engine.go.set()
    assert "Best suited to this survey: latent classes." in said(ended(test))


def test_a_stopped_check_keeps_what_it_found_and_goes_on_when_asked(test, engine):
    engine.go.clear()
    test.button(key="check").click().run()
    assert engine.shown.wait(PATIENCE)
    test.run()
    test.button(key="cancel-trust").click().run()
    ended(test)
    assert "Stopped. What was found out until then is kept" in said(test)
    assert "There is structure" in said(test)
    assert len(engine.asked) == 1
    engine.go.set()
    test.button(key="again-trust").click().run()
    assert "Stopped" not in said(ended(test))
    assert len(engine.asked) == 2
    assert test.button(key="check").disabled


def test_a_failed_check_says_what_to_do_and_can_be_tried_again(test, engine):
    engine.fault = WorkbenchError("The processes ended: start again to do the rest.")
    assert "start again to do the rest" in said(check(test))
    engine.fault = None
    test.button(key="again-trust").click().run()
    assert "There is structure" in said(ended(test))


def test_a_fault_of_the_program_does_not_tell_its_insides(test, engine, caplog):
    engine.fault = ZeroDivisionError("secret of an answer")
    assert "a fault of the workbench" in said(check(test))
    assert "secret" not in said(test)
    caplog.clear()


def test_work_goes_on_while_the_analyst_is_elsewhere(test, engine):
    engine.go.clear()
    test.button(key="check").click().run()
    assert engine.shown.wait(PATIENCE)
    test.switch_page("pages/views/cohorts.py").run()
    finish(test)
    engine.go.set()
    for job in list(cache.long_jobs()._jobs.values()):
        assert job.wait(PATIENCE)
    test.switch_page(TRUST).run()
    assert "Best suited to this survey: latent classes." in said(test)
    assert len(engine.asked) == 1


def test_long_work_leaves_the_threads_of_the_pages_alone(test, engine):
    engine.go.clear()
    test.button(key="check").click().run()
    assert engine.shown.wait(PATIENCE)
    keep(test, workspace(test).retuned(with_cluster(method="leiden")))
    finish(test)
    assert "Leiden" in said(test)
    engine.go.set()
    ended(test)


def test_figures_of_other_settings_say_so(test, engine):
    check(test)
    keep(test, workspace(test).retuned(with_cluster(method="leiden")))
    finish(test.run())
    assert "These figures are of other settings. Now: Method Leiden instead of HDBSCAN." in said(
        test
    )
    assert "There is structure" in said(test)
    assert not test.button(key="check").disabled
    check(test)
    assert "These figures are of other settings" not in said(test)
    assert len(engine.asked) == 2


def test_going_back_to_settings_that_were_checked_finds_them_again(test, engine):
    check(test)
    keep(test, workspace(test).retuned(with_cluster(method="leiden")))
    finish(test.run())
    keep(test, workspace(test).retuned(RunSpec()))
    finish(test.run())
    assert "These figures are of other settings" not in said(test)
    assert test.button(key="check").disabled


def test_how_thorough_it_is_can_be_chosen_and_is_kept(test, engine):
    check(test)
    test.slider(key="trust-resamples").set_value(60).run()
    assert not test.button(key="check").disabled, "more was asked for than was found out"
    assert "There is structure" in said(test)
    check(test)
    assert engine.asked[-1].resamples == 60
    assert workspace(test).trust.resamples == 60
    test.slider(key="trust-resamples").set_value(10).run()
    assert test.button(key="check").disabled, "more than that is known already"


def test_a_check_asked_for_along_with_another_thoroughness_is_as_thorough_as_that(test, engine):
    test.slider(key="trust-resamples").set_value(10)
    check(test)
    assert [one.resamples for one in engine.asked] == [10]
    assert "10 half samples" in said(test)


def test_the_suggested_method_is_adopted_with_one_click(test):
    check(test)
    test.button(key="use-method").click().run()
    finish(test)
    assert workspace(test).spec.cluster.method == "latent-class"
    assert "Adopted: Method Latent classes instead of HDBSCAN." in said(test)
    assert "These figures are of other settings" in said(test)


def test_the_suggested_number_of_cohorts_is_adopted(test):
    check(test)
    test.button(key="use-classes").click().run()
    finish(test)
    cluster = workspace(test).spec.cluster
    assert (cluster.method, cluster.cohorts) == ("latent-class", 3)


def test_breadth_is_taken_out_with_one_click(test):
    check(test)
    test.button(key="without-breadth").click().run()
    finish(test)
    assert workspace(test).spec.neighbours.metric == "breadth-free"
    assert "without-breadth" not in buttons(test)


def test_the_threshold_is_lowered_to_that_of_the_niche(test):
    check(test)
    test.button(key="lower-threshold").click().run()
    finish(test)
    assert workspace(test).spec.encode.threshold == 0.05


def swept(test: AppTest) -> AppTest:
    test.multiselect(key="sweep-Prevalence threshold").set_value([0.05, 0.1])
    test.multiselect(key="sweep-Neighbours").set_value([16, 32])
    test.multiselect(key="sweep-Minimum cohort size").set_value([0.01, 0.02, 0.05]).run()
    test.button(key="run-sweep").click().run()
    return ended(test)


def test_a_sweep_tries_the_grid_that_was_chosen(test, engine):
    assert "36 combinations" in said(test)
    swept(test)
    (asked,) = engine.swept
    assert asked.thresholds == (0.05, 0.1)
    assert asked.neighbours == (16, 32)
    assert asked.sizes == (0.01, 0.02, 0.05)
    assert test.button(key="run-sweep").disabled, "it is there already"


def test_a_cell_that_is_clicked_can_be_adopted(test, engine):
    swept(test)
    point = {"customdata": 7, "curve_number": 3, "point_index": 1}
    test.session_state["sweep-map-gain"] = {"selection": {"points": [point]}}
    test.run()
    assert test.selectbox(key="sweep-cell").value == 7
    assert "6 cohorts, gain +0.70" in said(test)
    test.button(key="adopt-cell").click().run()
    finish(test)
    spec = workspace(test).spec
    assert (spec.encode.threshold, spec.embed.neighbors) == (0.1, 16)
    assert spec.cluster.min_cluster_size == 0.02
    assert "sweep-cell" in {box.key for box in test.selectbox}, "the sweep is still there"
    assert len(engine.swept) == 1


@pytest.mark.slow
def test_an_adopted_cell_has_its_map_from_the_sweep(app, planted_csv, monkeypatch):
    test = open_file(app, planted_csv, page=TRUST)
    swept(test)
    drawn = []
    real = cache.embed

    def counting(*args):
        drawn.append(args)
        return real(*args)

    monkeypatch.setattr(cache, "embed", counting)
    test.selectbox(key="sweep-cell").set_value(7).run()
    test.button(key="adopt-cell").click().run()
    finish(test)
    adopted = result(test)
    assert drawn == []
    fresh = segment(
        cache.surveys().get(workspace(test).wanted), workspace(test).mapping, workspace(test).spec
    )
    assert adopted.clustering.labels.tolist() == fresh.clustering.labels.tolist()


def test_a_grid_without_values_or_with_too_many_is_not_run(test):
    test.multiselect(key="sweep-Neighbours").set_value([]).run()
    assert "Choose at least one value" in said(test)
    assert test.button(key="run-sweep").disabled
    test.multiselect(key="sweep-Neighbours").set_value([8, 16, 24, 32, 48, 64, 96, 128]).run()
    test.multiselect(key="sweep-Prevalence threshold").set_value([0.0, 0.02, 0.05, 0.1]).run()
    assert "are more than 100" in said(test)
    assert test.button(key="run-sweep").disabled


def test_marks_are_tested_on_a_held_out_half_on_request(test, monkeypatch):
    check(test)
    monkeypatch.setattr(trusting, "marks_again", lambda *_: MARKS)
    test.button(key="test-marks").click().run()
    ended(test)
    assert "Of 4 marks found in one half of the respondents" in said(test)
    assert "3 of 4" in tables(test)
    assert "test-marks" not in buttons(test)


def test_names_are_text_everywhere(test):
    labelled = workspace(test).labelling(result_key(test))
    of = fingerprint(result(test))
    edits = dataclasses.replace(labelled.edits, of=of).relabelled(0, name=HOSTILE)
    keep(test, workspace(test).relabelled(dataclasses.replace(labelled, edits=edits)))
    check(test)
    assert html.escape(HOSTILE) in tables(test)
    assert "<img" not in tables(test).replace('<img src="data:', "")
    for element in (*test.markdown, *test.caption, *test.success, *test.warning):
        assert "<img" not in element.value
        assert "](http" not in element.value
    for chart in test.get("plotly_chart"):
        assert "<img" not in chart.proto.spec


def test_a_new_name_needs_no_new_check(test, engine):
    check(test)
    labelled = workspace(test).labelling(result_key(test))
    edits = dataclasses.replace(labelled.edits, of=fingerprint(result(test))).relabelled(
        0, name="Renamed"
    )
    keep(test, workspace(test).relabelled(dataclasses.replace(labelled, edits=edits)))
    test.run()
    assert "Renamed" in tables(test)
    assert len(engine.asked) == 1
    assert test.button(key="check").disabled
