"""The files of a run, read back."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from segmentation.cohorts import assign
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.outputs import to_csv, write_assignment, write_run
from segmentation.profiles import labels_of
from segmentation.run import segment
from segmentation.spec import ClusterSpec, EmbedSpec, RunSpec
from segmentation.vocabulary import Tool
from tests.segmentation.builders import planted, survey_csv

KEYS = {
    *("respondents", "respondents_used", "tools_seen", "tools_kept", "cohorts", "unassigned_share"),
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
    assert metrics["respondents_used"] == 239
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


def test_no_cell_is_a_spreadsheet_formula():
    hostile = ["=1+1", "+1", "-1", "@x", "\t=1", "fine"]
    text = to_csv(pd.DataFrame({"tool": hostile, "number": [-5, 0, 1, 2, 3, 4]}))
    rows = read_rows(text)
    assert [row["tool"][0] for row in rows[:5]] == ["'"] * 5
    assert rows[5]["tool"] == "fine"
    assert rows[0]["number"] == "-5", "numbers stay numbers"


def test_tools_that_share_a_name_are_told_apart_by_category():
    tools = (Tool("Binder", "Compute"), Tool("Binder", "Platform"), Tool("R", "Language"))
    assert labels_of(tools) == ["Binder (Compute)", "Binder (Platform)", "R"]


def test_applied_cohorts_are_written_alike(run, tmp_path):
    assignment = assign(run.cohorts, run.features)
    path = write_assignment(assignment, tmp_path)
    rows = read_rows(path.read_text())
    assert len(rows) == 240
    assert rows[5] == {"row": "6", "cohort": "", "probability": ""}
    assert np.mean([row["cohort"] != "" for row in rows]) > 0.9
