"""What was found out in sentences, charts and files; names are uploaded text."""

import dataclasses
import html
import json
import math
import re

import pytest

from segmentation.charts import (
    attribute_heatmap,
    bic_curve,
    stability_bands,
    structure_picture,
    sweep_heatmap,
)
from segmentation.palette import mark
from segmentation.trust import words
from segmentation.trust.audits.model import (
    AttributeAudit,
    BreadthAudit,
    CohortMarks,
    OrderProof,
    ThresholdAudit,
)
from segmentation.trust.model import Methods
from segmentation.trust.structure import judge_gain
from segmentation.trust_page import trust_html, write_trust
from tests.segmentation.trusts import (
    BREADTH_KEEPING,
    GAINS,
    INDEPENDENT,
    attribute,
    cohort,
    how_many,
    methods,
    partial,
    structure,
    sweep,
    trust,
)

HOSTILE = '<script>alert(1)</script><a href="http://x.example">x</a>'
TEMPLATES = ["%{customdata}", "$\\href{javascript:alert(1)}{x}$"]


class TestWords:
    @pytest.mark.parametrize("verdict", GAINS)
    def test_the_verdicts_made_by_hand_are_those_of_the_test(self, verdict):
        assert judge_gain(GAINS[verdict], 0.02, INDEPENDENT, BREADTH_KEEPING) == verdict

    @pytest.mark.parametrize("verdict", GAINS)
    def test_only_structure_comes_without_a_caution(self, verdict):
        said = words.caution(structure(verdict))
        assert (said == "") == (verdict == "structure")
        assert words.caution(None) == ""

    def test_unclear_says_whether_the_gain_or_the_cohorts_fall_short(self):
        by_error = structure("unclear")
        by_cohorts = dataclasses.replace(structure("none"), verdict="unclear", ties=2.0)
        assert not by_error.unseen
        assert by_cohorts.unseen
        assert "cannot tell it from chance" in words.structure_in_words(by_error).headline
        assert "these cohorts do not show how" in words.structure_in_words(by_cohorts).headline

    def test_each_verdict_has_its_own_headline_and_the_figures_behind_it(self):
        found = [words.structure_in_words(structure(verdict)) for verdict in GAINS]
        assert len({one.headline for one in found}) == len(GAINS)
        for one in found:
            assert "+0.10 at most, and +0.40" in one.paragraph
        assert "a gain of +0.80, give or take 0.04" in found[0].paragraph
        assert f"{math.exp(0.8):.1f} times as likely" in found[0].paragraph

    def test_what_the_verdict_rests_on(self):
        assert words.rests_on(structure()) == (
            "From 5 shuffled copies of each kind, on 120 respondents."
        )
        sampled = dataclasses.replace(structure(), respondents=4000, of=11_398)
        assert "a random 4,000 of 11,398 respondents" in words.rests_on(sampled)

    def test_how_many_cohorts_hold(self):
        assert words.cohorts_in_words(trust().cohorts) == (
            "1 of 3 cohorts holds, 1 shows a pattern with doubtful members and 1 should not be "
            "used."
        )
        good = [cohort(n, "x") for n in range(3)]
        assert words.cohorts_in_words(good) == "All 3 cohorts hold."
        assert words.cohorts_in_words(good[:1]) == "The cohort holds."
        bad = [cohort(n, "x", 0.3, "do not use") for n in range(2)]
        assert words.cohorts_in_words(bad) == "None of the 2 cohorts holds."
        assert words.cohorts_in_words([*good, cohort(3, "x", None, None)]).endswith(
            "not known yet."
        )
        assert words.cohorts_in_words([]).endswith("not known yet.")

    def test_stability_has_its_error_and_its_band(self):
        assert words.stability_in_words(cohort(0, "x", 0.9)) == "0.90 ± 0.04, highly stable"
        assert words.stability_in_words(cohort(0, "x", 0.5)) == "0.50 ± 0.04, dissolved"
        assert words.stability_in_words(cohort(0, "x", None, None)) == "not known yet"

    def test_whom_a_cohort_is_confused_with(self):
        assert words.confusion_in_words(cohort(0, "x", confused_with=1), ["x", "y"]) == (
            "y (12 % of its members)"
        )
        assert words.confusion_in_words(cohort(0, "x"), ["x", "y"]) == "no other cohort"

    def test_the_best_method_and_none(self):
        assert words.method_in_words(methods()).startswith(
            "Best suited to this survey: latent classes."
        )
        assert words.method_in_words(Methods((), None, "")) == words.NO_METHOD

    @pytest.mark.parametrize(
        ("share", "said"),
        [
            (0.6, "60 % of what sets the cohorts apart is merely that some people tick many"),
            (0.3, "30 % of what sets the cohorts apart is merely how many boxes"),
            (0.1, "Only 10 % of what sets"),
        ],
    )
    def test_breadth(self, share, said):
        text = words.breadth_in_words(BreadthAudit(share, (2.0, 9.5)))
        assert text.startswith(said)
        assert "2.0 tools on average in one cohort and 9.5 in another" in text

    @pytest.mark.parametrize(
        ("v", "said"),
        [
            (0.0, "nearly independent"),
            (0.099, "nearly independent"),
            (0.1, "weakly related"),
            (0.3, "moderately related"),
            (0.5, "strongly related"),
            (1.0, "strongly related"),
        ],
    )
    def test_strength_of_a_relation(self, v, said):
        assert words.strength(v) == said

    def test_an_attribute_is_a_figure(self):
        assert words.attribute_in_words(attribute("role title")) == (
            "Cohort and “role title” are nearly independent (V = 0.06 on a scale from 0 to 1, "
            "p = 0.4)."
        )
        few = words.attribute_in_words(attribute("role title", v=0.2, p=0.3))
        assert few.endswith("With so few people this may be chance.")
        sure = words.attribute_in_words(attribute("role title", v=0.06, p=0.01))
        assert sure.endswith("The little there is is no chance.")

    def test_of_several_answers_a_person_the_figure_says_which_it_is_of(self):
        several = dataclasses.replace(attribute("role title"), level="role title b")
        assert "p = 0.4; of “role title b”, the answer that goes with the cohorts most)" in (
            words.attribute_in_words(several)
        )
        own = dataclasses.replace(several, counts=((60, 60, 60), (1, 1, 0)))
        assert "p = 0.4; of the answer that goes with the cohorts most)" in (
            words.attribute_in_words(own)
        )

    def test_a_permutation_never_shows_a_p_of_zero(self):
        assert words.p_in_words(attribute("x", p=0.0)) == "p < 0.001"
        assert words.p_in_words(attribute("x", p=0.001)) == "p < 0.001"
        assert words.p_in_words(attribute("x", p=0.0314)) == "p = 0.03"

    def test_the_threshold(self):
        assert words.threshold_in_words(ThresholdAudit(0, (), 0.05, ())).startswith("No tool is")
        assert "none of them would mark" in words.threshold_in_words(
            ThresholdAudit(3, (), 0.05, ())
        )
        found = trust().audits
        assert found is not None
        said = words.threshold_in_words(found.threshold)
        assert "COBOL" in said
        assert "With a threshold of 5 % there would be cohorts of their own: Ada, Forth (31" in said
        assert "COBOL (Language) marks Notebooks: 20 % there against 4 % of everyone" in (
            words.niche_in_words(found.threshold.tools[0], ["Notebooks"])
        )

    def test_circularity(self):
        marks = [CohortMarks(0, 5, 0, (), None, None)]
        assert "nothing independent speaks for them" in words.marks_in_words(marks)
        assert words.again_in_words(marks) == ""
        again = [CohortMarks(0, 5, 1, ("x",), 3, 4), CohortMarks(1, 5, 1, ("x",), 0, 1)]
        assert "2 are of tools that had no part" in words.marks_in_words(again)
        assert "Of 5 marks found in one half" in words.again_in_words(again)
        assert "confirms 3 (60 %)" in words.again_in_words(again)
        nothing = [CohortMarks(0, 5, 1, ("x",), 0, 0)]
        assert "no marks that the other half could confirm" in words.again_in_words(nothing)

    def test_order(self):
        assert "does not matter" in words.order_in_words(OrderProof(20, 20, 0, 120))
        said = words.order_in_words(OrderProof(20, 17, 4, 120))
        assert "in 3 of 20 copies" in said
        assert "up to 4 of 120" in said

    def test_what_is_there_so_far(self):
        assert words.so_far(trust()) == (
            "50 half samples and 5 shuffled copies of each kind, of 120 respondents"
        )
        assert "0 of 50 half samples" in words.so_far(partial())
        assert words.so_far(partial()).endswith("; more to come")


def figures_of(name: str) -> list:
    made = trust((name, name, "c"))
    audit = attribute(name)
    return [
        stability_bands(made.cohorts, "light"),
        attribute_heatmap(audit, [name, name, "c"], "dark"),
    ]


class TestCharts:
    def test_uploaded_text_is_data(self):
        for figure in figures_of(HOSTILE):
            text = figure.to_json()
            assert "<script" not in text
            assert "<a " not in text
            assert "&lt;script" in text

    @pytest.mark.parametrize("name", TEMPLATES)
    def test_a_name_is_neither_a_template_nor_a_formula(self, name):
        for figure in figures_of(name):
            text = figure.to_json()
            assert "$" not in text
            assert name not in text

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_the_survey_stands_above_every_shuffled_copy(self, theme):
        figure = structure_picture(structure(), theme)
        free, kept, survey = figure.data
        assert tuple(free.x) == INDEPENDENT
        assert tuple(kept.x) == BREADTH_KEEPING
        assert (survey.x[0], survey.error_x.array[0]) == (0.8, 0.04)
        low, high = figure.layout.xaxis.range
        assert low < min(0, *INDEPENDENT)
        assert high > 0.84

    def test_zero_is_in_the_picture_whatever_the_gains(self):
        high = dataclasses.replace(
            structure(), independent=(2.0,), breadth_keeping=(2.2,), gain=3.0
        )
        low, _ = structure_picture(high, "light").layout.xaxis.range
        assert low < 0

    def test_each_cohort_has_its_colour_and_its_error(self):
        figure = stability_bands(trust().cohorts, "light", places=[4, 0, 1])
        first = figure.data[0]
        assert first.marker.color == mark(4, "light").colour
        assert (first.x[0], first.error_x.array[0]) == (0.91, 0.04)

    def test_a_cohort_without_a_figure_is_not_drawn(self):
        assert not stability_bands(partial().cohorts, "light").data

    def test_lowest_bic_and_the_suggestion_are_named(self):
        figure = bic_curve(how_many(), "light")
        named = {note.text: note.x for note in figure.layout.annotations}
        assert named == {"lowest BIC": 4, "suggested": 3}
        assert list(figure.data[0].x) == list(range(1, 9))

    def test_every_cell_can_be_picked(self):
        found = sweep()
        figure = sweep_heatmap(found, "gain", "light")
        points = [trace for trace in figure.data if trace.type == "scatter"]
        picked = [place for trace in points for place in trace.customdata]
        assert sorted(picked) == list(range(len(found.cells)))
        for trace in points:
            for x, y, place in zip(trace.x, trace.y, trace.customdata, strict=True):
                cell = found.cells[place]
                assert x == str(cell.spec.embed.neighbors)
                assert y == f"{100 * cell.size:g} %"

    def test_a_value_stands_in_its_own_place(self):
        figure = sweep_heatmap(sweep(), "cohorts", "dark")
        first = next(trace for trace in figure.data if trace.type == "heatmap")
        assert [list(row) for row in first.z] == [[3, 6], [4, 3], [5, 4]]

    def test_cells_that_are_not_done_are_empty(self):
        figure = sweep_heatmap(sweep(4), "stability", "light")
        first, second = (trace for trace in figure.data if trace.type == "heatmap")
        known = [value for row in first.z for value in row if not math.isnan(value)]
        assert len(known) == 3, "one of the four has no stability yet"
        assert all(math.isnan(value) for row in second.z for value in row)

    def test_rows_are_shares_under_everyones(self):
        audit = AttributeAudit(
            *("Role", ("few", "many", "one person"), 101, 0.5, 0.2, 0.001, 999, ""),
            counts=((8, 2), (30, 60), (1, 0)),
            title=True,
        )
        figure = attribute_heatmap(audit, ["A", "B"], "light")
        table = figure.data[0]
        assert list(table.y) == ["<b>Everyone</b>", "many  (90)", "few  (10, few)"]
        assert list(table.z[0]) == pytest.approx([39 / 101, 62 / 101])
        assert list(table.z[2]) == pytest.approx([0.8, 0.2])


def without_library(text: str) -> str:
    """The page without the drawing library, which is not ours to escape."""
    scripts = re.findall(r"<script[^>]*>.*?</script>", text, flags=re.DOTALL)
    return text.replace(max(scripts, key=len), "")


class TestPage:
    def test_it_tells_all_of_it_in_words(self):
        text = html.unescape(trust_html(trust(), sweep()))
        assert words.structure_in_words(structure()).headline in text
        assert "1 of 3 cohorts holds" in text
        assert "Best suited to this survey" in text
        assert "12 combinations" in text
        assert "The order of the file does not matter" in text
        assert "Caution" not in without_library(text)

    @pytest.mark.parametrize("verdict", [v for v in GAINS if v != "structure"])
    def test_the_caution_stands_at_its_head(self, verdict):
        text = html.unescape(trust_html(trust(verdict=verdict)))
        assert words.caution(structure(verdict)) in text.split("<h2>")[0]

    def test_what_is_not_known_yet_is_left_out(self):
        text = without_library(trust_html(partial()))
        assert "Which method?" not in text
        assert "Audits" not in text
        assert "more to come" in text

    def test_names_show_as_they_were_typed(self):
        made = trust((HOSTILE, HOSTILE, "c"), survey=HOSTILE)
        text = without_library(trust_html(made, sweep()))
        assert "<script>alert" not in text
        assert 'href="http' not in text
        assert html.escape(HOSTILE) in text

    def test_it_asks_for_nothing_from_elsewhere(self):
        text = trust_html(trust(), sweep())
        assert "default-src 'none'" in text
        assert text.count("plotly.js v") == 1, "what draws stands in it once"
        assert not re.search(
            r"<(?:script|img|link|iframe)[^>]*\s(?:src|href)=", without_library(text)
        )

    def test_both_files_are_written(self, tmp_path):
        written = write_trust(trust(), tmp_path / "new", sweep())
        assert [path.name for path in written] == ["trust.json", "trust.html"]
        found = json.loads(written[0].read_text("utf-8"))
        assert found["structure"]["verdict"] == "structure"
        assert [one["name"] for one in found["cohorts"]] == ["Notebooks", "Desktops", "Terminals"]
