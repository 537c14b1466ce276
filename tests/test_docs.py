"""What the documents promise holds: code that they show runs, settings and links are there."""

import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pytest

from segmentation.cohorts import CohortSet, assign
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.run import segment
from segmentation.spec import ClusterSpec, RunSpec, parameters
from segmentation.vocabulary import Tool
from tests.segmentation.builders import features, planted, survey_csv

DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *("docs/guide.md", "docs/methods.md", "docs/deployment.md"),
)
SETTINGS = [
    (field.name, parameter.label, getattr(part, field.name))
    for part in (getattr(RunSpec(), f.name) for f in dataclasses.fields(RunSpec))
    for field, parameter in zip(
        dataclasses.fields(part), parameters(type(part)).values(), strict=True
    )
]


def python_block(document: Path) -> str:
    (block,) = re.findall(r"```python\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
    return block


@pytest.mark.slow
def test_the_notebook_example_of_the_readme_runs(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    exec(python_block(root / "README.md"), {})  # noqa: S102
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 4
    assert all(re.fullmatch(r".+: \d+ respondents, \d+%", line) for line in lines[:-1])
    assert re.fullmatch(r"held-out gain \d\.\d\d, fidelity \d\d%", lines[-1])


@pytest.fixture(scope="module")
def saved() -> CohortSet:
    """Cohorts of a planted survey whose first two tools are called Python and R."""
    chosen, _ = planted(size=60)
    mapping = Mapping((QuestionMapping("Tools", "tools", "Tool"),))
    spec = RunSpec(cluster=ClusterSpec("latent-class", cohorts=4))
    cohorts = segment(read_survey(survey_csv(chosen), "planted.csv"), mapping, spec).cohorts
    named = (Tool("Python", "Language"), Tool("R", "Language"), *cohorts.tools[2:])
    return dataclasses.replace(cohorts, tools=named)


def test_the_few_lines_of_the_methods_place_a_respondent_as_we_do(
    root, saved, tmp_path, monkeypatch
):
    (tmp_path / "cohorts.json").write_text(saved.to_json(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shown: dict = {}
    exec(python_block(root / "docs/methods.md"), shown)  # noqa: S102
    chosen, asked = np.zeros((2, 1, len(saved.tools)), dtype=bool)
    asked[0, :2] = chosen[0, 0] = True
    respondent = dataclasses.replace(
        features(chosen, weight=np.ones(1)), asked=asked, tools=saved.tools
    )
    ours = assign(saved, respondent).posterior[0]
    assert shown["posterior"] == pytest.approx(ours.tolist())
    assert math.isclose(sum(shown["posterior"]), 1)


@pytest.mark.parametrize(("name", "label", "default"), SETTINGS)
def test_the_guide_explains_every_setting(root, name, label, default):
    guide = (root / "docs/guide.md").read_text("utf-8")
    flag = f"--{name.replace('_', '-')}"
    (row,) = (line for line in guide.splitlines() if line.startswith(f"| {label} |"))
    assert f"`{flag}`" in row
    start = row.split("|")[3].strip()
    if isinstance(default, str):
        assert default in start.lower()
    else:
        number = float(start.rstrip(" %")) / (100 if "%" in start else 1)
        assert number == default


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(root, name):
    document = root / name
    text = document.read_text("utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    lost = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert lost == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_command_exists(root, name):
    known = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    text = (root / name).read_text("utf-8")
    said = re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)
    assert set(said) <= known


def test_the_readme_shows_the_two_commands(root):
    text = (root / "README.md").read_text("utf-8")
    assert {"make run", "make test"} <= set(re.findall(r"^make \w+", text, re.MULTILINE))
