"""A comparison as files, on the command line and in charts; names are uploaded text."""

import dataclasses
import html
import json
import re

import numpy as np
import pytest

from segmentation.charts import (
    contingency_heatmap,
    drift_dots,
    history_shares,
    history_tools,
    who_moved,
)
from segmentation.cli import main
from segmentation.cohorts import Trusted
from segmentation.cohorts.trusted import SENTENCES
from segmentation.compare import compare, history, to_dict
from segmentation.comparison_page import comparison_html, write_comparison
from tests.segmentation.cohort_sets import blocks, cohort_set

HOSTILE = '<script>alert(1)</script><a href="http://x.example">x</a>'
SHARES = [0.5, 0.3, 0.2]
LABELS = [0] * 500 + [1] * 300 + [2] * 200


def named(survey: str, name: str = "tool", **more):
    """The first tool is the survey's own, and chosen otherwise than the other survey's."""
    names = (f"{survey}-{name}", *(f"{name} {i}" for i in range(11)))
    own = 0.8 if survey == "A" else 0.3
    rates = [[own, *row[1:]] for row in blocks()]
    return cohort_set(names, SHARES, rates, survey=survey, **more)


def hostile(survey: str, text: str = HOSTILE):
    saved = named(survey, text, labels=LABELS)
    return saved.renamed({0: text, 1: text}, {0: text})


def same_people():
    a, b = hostile("A"), hostile("B")
    return compare(a, dataclasses.replace(b, survey_sha256=a.survey_sha256))


def without_library(page: str) -> str:
    """The page without the drawing library, which is not ours to escape."""
    scripts = re.findall(r"<script[^>]*>.*?</script>", page, flags=re.DOTALL)
    return page.replace(max(scripts, key=len), "")


def figures_of(text: str) -> list:
    a, b = hostile("A", text), hostile("B", text)
    moved = compare(a, dataclasses.replace(b, survey_sha256=a.survey_sha256)).moves
    names = [text, text, "three"]
    drift = compare(a, b).matched[0].drift
    line = history([dataclasses.replace(a, survey=text), dataclasses.replace(b, survey=text)])
    tools = line.chains[0].tools
    return [
        who_moved(moved, names, names, "light"),
        contingency_heatmap(moved, names, names, "dark"),
        drift_dots(drift, [d.tool.name for d in drift], 0, "light"),
        history_shares(line.waves, line.chains, "dark"),
        history_tools(line.waves, tools, [t.tool.name for t in tools], "light"),
    ]


class TestCharts:
    def test_uploaded_text_is_data(self):
        for figure in figures_of(HOSTILE):
            text = figure.to_json()
            assert "<script" not in text
            assert "<a " not in text
            assert "&lt;script" in text

    @pytest.mark.parametrize("name", ["%{hostile}", "$\\href{javascript:alert(1)}{x}$"])
    def test_a_name_is_neither_a_template_nor_a_formula(self, name):
        for figure in figures_of(name):
            text = figure.to_json()
            assert "$" not in text
            assert "%{hostile}" not in text

    def test_people_flow_between_their_cohorts(self):
        moves = same_people().moves
        figure = who_moved(moves, ["x", "y", "z"], ["x", "y", "z"], "light")
        link = figure.data[0].link
        found = set(zip(link.source, link.target, link.value, strict=True))
        assert found == {(0, 4, 500), (1, 5, 300), (2, 6, 200)}
        labels = figure.data[0].node.label
        assert (labels[0], labels[3], labels[4], labels[7]) == (
            *("1  x", "In no cohort"),
            *("1  x", "In no cohort"),
        )

    def test_the_bar_of_a_dot_is_the_interval_of_the_change(self):
        rates = [[0.6, *row[1:]] for row in blocks()]
        names = tuple(f"tool {i}" for i in range(12))
        comparison = compare(
            cohort_set(names, SHARES, blocks()), cohort_set(names, SHARES, rates, survey="B")
        )
        drift = comparison.matched[1].drift
        assert drift[0].significant
        figure = drift_dots(drift, [d.tool.name for d in drift], 1, "light")
        before, after = figure.data
        bar = after.error_x
        for i, one in enumerate(drift):
            assert (before.x[i], after.x[i]) == (one.a, one.b)
            low, high = after.x[i] - bar.arrayminus[i], after.x[i] + bar.array[i]
            assert (low - one.a, high - one.a) == pytest.approx(one.interval)
        assert after.marker.color[0] != after.marker.color[1]

    def test_a_line_has_a_gap_where_the_cohort_is_not_there(self):
        names = tuple(f"tool {i}" for i in range(12))
        new = [0.1, 0.1, 0.8, 0.8] * 3
        line = history(
            [
                cohort_set(names, SHARES, blocks()),
                cohort_set(names, SHARES, [*blocks()[:2], new], survey="B"),
            ]
        )
        figure = history_shares(line.waves, line.chains, "light")
        assert [list(trace.y) for trace in figure.data] == [
            [0.5, 0.5],
            [0.3, 0.3],
            [0.2, None],
            [None, 0.2],
        ]


class TestPage:
    def test_names_show_as_they_were_typed(self):
        for comparison in (same_people(), compare(hostile("A"), hostile("B"))):
            page = without_library(comparison_html(comparison))
            assert len(page) < 200_000
            assert "<script>alert" not in page
            assert 'href="http' not in page
            assert html.escape(HOSTILE) in page

    def test_it_asks_for_nothing_from_elsewhere(self):
        page = comparison_html(same_people())
        assert "default-src 'none'" in page
        assert page.count("plotly.js v") == 1, "what draws stands in it once"
        assert not re.search(
            r"<(?:script|img|link|iframe)[^>]*\s(?:src|href)=", without_library(page)
        )

    def test_what_it_tells_of_the_same_people(self):
        page = comparison_html(same_people())
        assert "Adjusted Rand index 1.00" in page
        assert "Who moved" in page
        assert "Tools among everyone" not in page

    def test_what_it_tells_of_two_waves(self):
        page = comparison_html(compare(named("A"), named("B")))
        assert "Tools among everyone" in page
        assert "Probably renamed" not in page
        assert "Only B offered: B-tool" in page
        assert "Who moved" not in page

    @pytest.mark.parametrize("side", ["A", "B"])
    def test_it_says_that_the_cohorts_of_a_side_may_not_be_real(self, side):
        a, b = named("A", labels=LABELS), named("B", labels=LABELS)
        doubtful = {"A": a, "B": b}[side]
        trust = Trusted(doubtful.fingerprint, "breadth only", 0.1, 0.01, 1000, 20)
        sets = [one.trusted(trust) if one is doubtful else one for one in (a, b)]
        comparison = compare(*sets)
        said = f"{side}: {SENTENCES['breadth only']}"
        assert comparison.notes[0] == said
        assert html.escape(said) in comparison_html(comparison)
        told = to_dict(comparison)
        assert [told[one]["trust"] is not None for one in "ab"] == [side == "A", side == "B"]
        assert told[side.lower()]["trust"]["verdict"] == "breadth only"
        assert said in told["notes"]

    def test_both_files_are_written(self, tmp_path):
        written = write_comparison(compare(named("A"), named("B")), tmp_path / "new")
        assert [path.name for path in written] == ["comparison.json", "comparison.html"]
        assert json.loads(written[0].read_text("utf-8"))["options_added"] == ["B-tool"]


class TestCommand:
    @pytest.fixture
    def files(self, tmp_path):
        paths = []
        for survey in ("A", "B"):
            paths.append(tmp_path / f"{survey}.json")
            paths[-1].write_text(named(survey, labels=LABELS).to_json(), encoding="utf-8")
        return paths

    @staticmethod
    def call(*arguments: object) -> int:
        with pytest.raises(SystemExit) as stopped:
            main(["compare", *map(str, arguments)])
        return stopped.value.code

    def test_a_table_and_what_changed_in_the_questions(self, files, capsys):
        assert self.call(*files) == 0
        said = capsys.readouterr()
        assert "1. A1" in said.out
        assert "stayed" in said.out
        assert "3 of the 3 cohorts of A have a counterpart" in said.out
        assert "Only B offered: B-tool (30 %)." in said.out

    def test_the_files(self, files, tmp_path, capsys):
        assert self.call(*files, "--out", tmp_path / "out") == 0
        assert {p.name for p in (tmp_path / "out").iterdir()} == {
            "comparison.json",
            "comparison.html",
        }
        assert "Comparison written to" in capsys.readouterr().err

    def test_one_set_with_itself(self, files, capsys):
        assert self.call(files[0], files[0]) == 0
        assert "Adjusted Rand index 1.00" in capsys.readouterr().out

    def test_a_file_that_is_no_set(self, files, tmp_path, capsys):
        (tmp_path / "x.json").write_text("{}")
        assert self.call(files[0], tmp_path / "x.json", "--out", tmp_path / "out") == 2
        assert "not a saved cohort set" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_a_set_is_not_replaced_by_its_comparison(self, files, capsys):
        odd = files[0].rename(files[0].with_name("comparison.json"))
        assert self.call(odd, files[1], "--out", odd.parent) == 2
        assert "which they are made from" in capsys.readouterr().err


def test_shares_of_an_empty_row_are_not_divided_by_nothing():
    a = named("A", labels=[0] * 500 + [-1] * 500)
    b = dataclasses.replace(named("B", labels=LABELS), survey_sha256=a.survey_sha256)
    figure = contingency_heatmap(compare(a, b).moves, ["x", "y", "z"], ["x", "y", "z"], "light")
    assert np.isfinite(figure.data[0].z.astype(float)).all()
