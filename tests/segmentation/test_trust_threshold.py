"""Tools under the threshold that mark a cohort, and niches that only a lower one finds."""

import numpy as np
import pytest

from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from segmentation.trust.audits import threshold
from segmentation.trust.audits.model import NicheTool
from segmentation.trust.chain import chain
from segmentation.trust.people import everybody
from tests.segmentation.builders import planted
from tests.segmentation.trust_runs import given

SPEC = RunSpec(EncodeSpec(0.10))


def with_niche(size: int = 250) -> tuple[np.ndarray, np.ndarray]:
    """Four planted cohorts of 250 and 24 tools, and three tools that 70 people of the first choose
    and nobody else: 7 % of everybody, 28 % of that cohort."""
    chosen, truth = planted(size=size)
    rare = np.zeros((len(truth), 3), dtype=bool)
    rare[:70] = True
    return np.hstack([chosen, rare]), truth


def test_tools_that_mark_a_cohort_by_hand():
    chosen, truth = with_niche()
    found = threshold.audit(given(chosen, truth, SPEC))
    assert found.dropped == 3
    assert found.tools == tuple(
        NicheTool(name, "Tool", 0, 0.28, 0.07, pytest.approx(400), 250)
        for name in ("t24", "t25", "t26")
    )
    assert (found.threshold, found.niches) == (0.05, ())


def test_the_highest_index_comes_first():
    chosen, truth = with_niche()
    chosen[250:265, 24] = True
    chosen[250:255, 25] = True
    found = threshold.audit(given(chosen, truth, SPEC))
    assert [tool.tool for tool in found.tools] == ["t26", "t25", "t24"]


def test_a_tool_that_no_cohort_uses_enough_marks_none():
    """70 of 1,000 spread evenly; and 20 of one cohort of 250, who are evidence, but 8 %."""
    chosen, truth = with_niche()
    chosen[:, 24:] = False
    chosen[::15, 24] = True
    chosen[:20, 25] = True
    run = given(chosen, truth, SPEC)
    assert run.profiles.tool_rates.significant[0, 25] == 1
    found = threshold.audit(run)
    assert found.tools == ()
    assert found.dropped == 2  # nobody chose the third at all


def test_a_niche_that_a_lower_threshold_finds():
    chosen, truth = with_niche()
    below = np.where(np.arange(len(truth)) < 70, 4, truth)
    found = threshold.audit(given(chosen, truth, SPEC), below)
    assert found.niches == (("t24 + t25 + t26", 70),)


def test_a_cohort_that_is_there_already_is_no_niche():
    chosen, truth = with_niche()
    assert threshold.audit(given(chosen, truth, SPEC), truth).niches == ()


def test_another_cohort_that_no_dropped_tool_marks_is_no_niche():
    chosen, truth = with_niche()
    below = np.where(np.arange(len(truth)) >= 930, 4, truth)
    assert threshold.audit(given(chosen, truth, SPEC), below).niches == ()


def test_a_tool_under_the_lower_threshold_too_cannot_have_formed_a_niche():
    chosen, truth = planted(size=250)
    rare = np.zeros((1000, 1), dtype=bool)
    rare[:40] = True
    below = np.where(np.arange(1000) < 70, 4, truth)
    run = given(np.hstack([chosen, rare]), truth, SPEC)
    assert [tool.tool for tool in threshold.audit(run).tools] == ["t24"]
    assert threshold.audit(run, below).niches == ()


def test_nothing_found_below_is_no_niche():
    chosen, truth = with_niche()
    assert threshold.audit(given(chosen, truth, SPEC), np.full(1000, -1)).niches == ()


@pytest.mark.parametrize(("present", "lower"), [(0.10, 0.05), (0.06, 0.05), (0.05, 0.025), (0, 0)])
def test_the_lower_threshold(present, lower):
    assert threshold.lowered(RunSpec(EncodeSpec(present))).encode.threshold == lower


def test_labels_of_the_chain_are_of_everybody_who_counts():
    chosen, truth = with_niche()
    chosen[-40:] = False  # used by nobody, but counted
    spec = RunSpec(EncodeSpec(0.10), cluster=ClusterSpec("latent-class", cohorts=5))
    run = given(chosen, truth, spec)
    found = chain(everybody(run.features), threshold.lowered(spec))
    niches = threshold.audit(run, found.labels).niches
    assert [name for name, people in niches if 60 <= people <= 80] == ["t24 + t25 + t26"]
