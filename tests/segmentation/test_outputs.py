"""The files of a run, read back."""

import csv
import dataclasses
import html
import io
import json

import numpy as np
import pandas as pd
import pytest

from segmentation.cohorts import CohortSet, assign
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.outputs import to_csv, write_assignment, write_run
from segmentation.profiles import labels_of
from segmentation.run import segment
from segmentation.spec import ClusterSpec, EmbedSpec, RunSpec
from segmentation.trust.record import with_trust
from segmentation.vocabulary import Tool
from tests.segmentation.builders import planted, survey_csv
from tests.segmentation.trust_results import trust_of

KEYS = {
    *("respondents", "respondents_included", "respondents_used", "tools_seen", "tools_kept"),
    *("respondents_fitted", "cohorts", "unassigned_share"),
    *("heldout_gain", "heldout_gain_se", "fidelity", "seconds", "versions"),
}


def read_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def run():
    chosen, _ = planted(size=60)
    chosen[5] = False
    mapping = Mapping((QuestionMapping("Tools", "tools", "Tool"),))
    spec = RunSpec(embed=EmbedSpec(neighbors=15), cluster=ClusterSpec(min_cluster_size=0.1))
    return segment(read_survey(survey_csv(chosen), "planted.csv"), mapping, spec)


def test_a_run_writes_its_files(run, tmp_path):
    written = write_run(run, tmp_path / "new" / "folder")
    assert [path.name for path in written] == [
        "cohorts.json",
        "assignments.csv",
        "profiles.csv",
        "map.html",
        "metrics.json",
    ]
    metrics = json.loads((tmp_path / "new/folder/metrics.json").read_text())
    assert set(metrics) == KEYS
    assert metrics["respondents"] == 240
    assert metrics["respondents_used"] == metrics["respondents_fitted"] == 239
    assert set(metrics["seconds"]) == {
        *("encode", "neighbours", "embed", "cluster", "validate", "profile")
    }


def test_assignments_stand_in_file_order(run, tmp_path):
    write_run(run, tmp_path)
    rows = read_rows((tmp_path / "assignments.csv").read_text())
    assert [int(row["row"]) for row in rows] == list(range(1, 241))
    assert rows[5]["cohort"] == ""
    assert rows[5]["probability"] == ""
    expected = run.clustering.labels
    found = [row["cohort"] for i, row in enumerate(rows) if i != 5]
    assert found == ["" if label < 0 else str(label + 1) for label in expected]
    assert all(0 <= float(row["probability"]) <= 1 for i, row in enumerate(rows) if i != 5)


def test_profiles_hold_every_tool_of_every_cohort(run, tmp_path):
    write_run(run, tmp_path)
    table = pd.read_csv(tmp_path / "profiles.csv")
    assert {"cohort", "tool", "category", "prevalence", "base", "index", "significant"} <= set(
        table
    )
    assert len(table) == run.clustering.cohorts * 24
    first = table[(table.cohort == 1) & (table.tool == "t00")].iloc[0]
    members = run.clustering.labels == 0
    chosen = run.features.chosen[run.features.used][members][:, 0]
    assert first.prevalence == pytest.approx(chosen.mean(), abs=1e-4)
    assert first.base == members.sum()


def checked(run, verdict):
    return dataclasses.replace(run, cohorts=with_trust(run.cohorts, trust_of(run.cohorts, verdict)))


@pytest.mark.parametrize("verdict", ["breadth only", "none", "unclear"])
def test_every_file_says_that_the_cohorts_may_not_be_real(run, tmp_path, verdict):
    found = checked(run, verdict)
    caution = found.cohorts.caution
    write_run(found, tmp_path)
    for name in ("assignments.csv", "profiles.csv"):
        rows = read_rows((tmp_path / name).read_text("utf-8"))
        assert {row["caution"] for row in rows} == {caution}
        assert list(rows[0])[-1] == "caution", "columns that were there stay where they are"
    assert html.escape(caution) in (tmp_path / "map.html").read_text("utf-8")
    told = json.loads((tmp_path / "metrics.json").read_text("utf-8"))["trust"]
    assert (told["verdict"], told["gain"], told["caution"]) == (verdict, 0.25, caution)
    assert len(told["cohorts"]) == found.clustering.cohorts
    assert told["cohorts"][0] == {
        "stability": 0.9,
        "band": "highly stable",
        "ruling": "holds",
    }
    assert CohortSet.from_json((tmp_path / "cohorts.json").read_text("utf-8")) == found.cohorts


def test_where_there_is_structure_only_the_figures_are_told(run, tmp_path):
    write_run(checked(run, "structure"), tmp_path / "checked")
    write_run(run, tmp_path / "unchecked")
    for name in ("assignments.csv", "profiles.csv"):
        texts = [(tmp_path / way / name).read_text() for way in ("checked", "unchecked")]
        assert texts[0] == texts[1]
    told = json.loads((tmp_path / "checked/metrics.json").read_text("utf-8"))["trust"]
    assert (told["verdict"], told["caution"]) == ("structure", "")


def test_fault_61_no_cell_is_a_spreadsheet_formula():
    hostile = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "fine, C++; C# - a=b"]
    numbers = [-5, 0, 1, 2, 3, 4, 5, 6]
    rows = read_rows(to_csv(pd.DataFrame({"tool": hostile, "number": numbers})))
    assert [row["tool"][0] for row in rows[:7]] == ["'"] * 7
    assert rows[7]["tool"] == hostile[7]
    assert rows[0]["number"] == "-5", "numbers stay numbers"


@pytest.mark.parametrize("separator", [",", ";", "|", "\t", "\n", "\r\n"])
def test_fault_61_no_part_of_a_cell_is_one_either_where_a_spreadsheet_parts_it(separator):
    rows = read_rows(to_csv(pd.DataFrame({"tool": [f"R{separator}=1+1", f'x"{separator}@y']})))
    parts = [row["tool"].split(separator.replace("\r\n", "\n"))[1] for row in rows]
    assert parts == ["'=1+1", "'@y"]


def test_tools_that_share_a_name_are_told_apart_by_category():
    tools = (Tool("Binder", "Compute"), Tool("Binder", "Platform"), Tool("R", "Language"))
    assert labels_of(tools) == ["Binder (Compute)", "Binder (Platform)", "R"]


def test_applied_cohorts_are_written_alike(run, tmp_path):
    assignment = assign(run.cohorts, run.features)
    path = write_assignment(assignment, tmp_path)
    rows = read_rows(path.read_text())
    assert len(rows) == 240
    blank = ("cohort", "probability", "note", "margin", "unlike_any_cohort")
    assert rows[5] == {"row": "6", **dict.fromkeys(blank, "")}
    assert {row["unlike_any_cohort"] for row in rows if row["row"] != "6"} == {"yes", "no"}
    assert all(0 <= float(row["margin"]) <= 1 for row in rows if row["row"] != "6")
    assert np.mean([row["cohort"] != "" for row in rows]) > 0.9
