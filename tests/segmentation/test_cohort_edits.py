"""Cohorts merged and split by hand: every figure follows from who is where."""

from __future__ import annotations

import json

import numpy as np
import pytest

from segmentation.cluster import SMALLEST_COHORT
from segmentation.cohorts import assign
from segmentation.edits import (
    Edits,
    Label,
    Merge,
    Split,
    apply_edits,
    fingerprint,
    pick_whole,
    what_changed,
)
from segmentation.encode import encode
from segmentation.errors import SegmentError, WorkbenchError
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.profiles import profile
from segmentation.run import segment, validate_clustering
from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from tests.segmentation.builders import planted, survey_csv

MAPPING = Mapping((QuestionMapping("Tools", "tools", "Tool"),))
BLOCKS = {"a": 40, "b": 30, "c": 20, "d": 12}
"""People with two tools of their own, t00 and t01 and so on; t08 and t09 everybody has by turns."""


def spec(**cluster) -> RunSpec:
    return RunSpec(cluster=ClusterSpec("latent-class", **cluster))


def blocks_csv() -> bytes:
    chosen = np.zeros((sum(BLOCKS.values()), 2 * len(BLOCKS) + 2), dtype=bool)
    row = 0
    for block, size in enumerate(BLOCKS.values()):
        chosen[row : row + size, 2 * block : 2 * block + 2] = True
        chosen[row : row + size, 8] = np.arange(size) % 4 >= 2
        chosen[row : row + size, 9] = np.arange(size) % 2
        row += size
    return survey_csv(chosen)


@pytest.fixture(scope="module")
def survey():
    return read_survey(blocks_csv(), "blocks.csv")


@pytest.fixture(scope="module")
def run(survey):
    found = segment(survey, MAPPING, spec(cohorts=4))
    assert found.profiles.size.tolist() == [40, 30, 20, 12]
    return found


@pytest.fixture(scope="module")
def mixed():
    """A survey with many different answers, and its result."""
    chosen, _ = planted()
    survey = read_survey(survey_csv(chosen), "planted.csv")
    return survey, segment(survey, MAPPING, spec(cohorts=4))


def patterns_of(run, cohort, most=None):
    of = run.neighbours.patterns.of
    return np.unique(of[run.clustering.core == cohort])[:most].tolist()


def test_without_changes_it_is_the_result_itself(survey, run):
    edited = apply_edits(survey, run, Edits())
    assert edited.run.clustering is run.clustering
    assert edited.run.cohorts == run.cohorts
    assert edited.ids == (0, 1, 2, 3)


def test_two_cohorts_merged_have_the_figures_of_both_together(survey, run):
    edited = apply_edits(survey, run, Edits().merged(2, 3)).run
    assert edited.profiles.size.tolist() == [40, 32, 30]
    # 20 use t04 and t05, 12 use t06 and t07: 20/32 = 62.5 % and 12/32 = 37.5 %.
    assert (
        edited.profiles.tool_rates.prevalence[1, :8].tolist() == [0] * 4 + [0.625] * 2 + [0.375] * 2
    )
    assert edited.profiles.tool_rates.base[1].tolist() == [32] * 10
    merged = edited.cohorts.cohorts[1]
    assert merged.size == 32
    assert merged.share == pytest.approx(32 / 102)
    assert merged.share_low < 32 / 102 < merged.share_high
    # Laplace: (20 + 1) / (32 + 2) and (12 + 1) / (32 + 2).
    assert merged.rate[4:8] == pytest.approx((21 / 34, 21 / 34, 13 / 34, 13 / 34))
    assert merged.mixture_share == pytest.approx(33 / 105)
    assert np.bincount(edited.cohorts.labels).tolist() == [40, 32, 30]


def test_people_split_off_are_a_cohort_with_its_own_figures(survey, run):
    both = apply_edits(survey, run, Edits().merged(0, 3))
    assert both.run.profiles.size.tolist() == [52, 30, 20]
    again = Edits().merged(0, 3).split(patterns_of(run, 3), both.ids)
    edited = apply_edits(survey, run, again)
    assert edited.ids == (0, 1, 2, 4)
    assert edited.run.profiles.size.tolist() == [40, 30, 20, 12]
    for part in ("clustering", "profiles", "validation"):
        assert repr(getattr(edited.run, part)) == repr(getattr(run, part))
    assert edited.run.cohorts == run.cohorts


def test_all_figures_are_those_of_the_existing_functions(mixed):
    survey, run = mixed
    edits = Edits().merged(0, 2).split(patterns_of(run, 1, 40), (0, 1, 3))
    edited = apply_edits(survey, run, edits).run
    found = profile(run.features, edited.clustering)
    assert np.array_equal(found.tool_rates.prevalence, edited.profiles.tool_rates.prevalence)
    assert validate_clustering(run.features, edited.clustering, 42) == edited.validation
    assert edited.validation != run.validation
    everyone = encode(survey, MAPPING, EncodeSpec(0.0))
    own = assign(edited.cohorts, everyone).posterior[run.features.used]
    assert np.allclose(own, edited.clustering.posterior, atol=1e-6)


def test_a_merge_does_not_depend_on_which_is_named_first(mixed):
    survey, run = mixed
    one, other = (apply_edits(survey, run, Edits().merged(*pair)) for pair in ((0, 2), (2, 0)))
    assert one.run.cohorts == other.run.cohorts
    assert set(one.ids) == {0, 1, 3}
    assert set(other.ids) == {2, 1, 3}


@pytest.mark.parametrize("policy", ["keep", "likely", "everyone"])
@pytest.mark.parametrize("seed", range(5))
def test_identical_answers_share_a_cohort_whatever_is_picked(mixed, seed, policy):
    survey, _ = mixed
    run = segment(
        survey, MAPPING, RunSpec(cluster=ClusterSpec(min_cluster_size=0.1, unassigned=policy))
    )
    people = len(run.clustering.core)
    points = np.random.default_rng(seed).choice(people, people // 8, replace=False)
    picked = pick_whole(run, points)
    edits = Edits().split(picked.patterns, range(run.clustering.cohorts))
    edited = apply_edits(survey, run, edits).run
    of = run.neighbours.patterns.of
    assert set(np.flatnonzero(np.isin(of, picked.patterns))) >= set(points)
    for pattern in np.unique(of):
        assert len(np.unique(edited.clustering.labels[of == pattern])) == 1
    assert np.bincount(edited.clustering.core[edited.clustering.core >= 0]).min() >= SMALLEST_COHORT
    new = edited.clustering.core[points]
    assert len(set(new.tolist())) == 1


def test_who_answered_the_same_comes_along_and_is_counted(run):
    picked = pick_whole(run, [0, 1, 4])  # the first and the fifth answered the same
    assert len(picked.patterns) == 2
    assert picked.people == 20
    assert picked.along == 17
    assert pick_whole(run, range(40)).along == 0


def test_people_in_no_cohort_can_be_made_one():
    chosen, _ = planted()
    survey = read_survey(survey_csv(chosen), "planted.csv")
    run = segment(survey, MAPPING, RunSpec())
    left_out = np.flatnonzero(run.clustering.core < 0)
    assert len(left_out) >= SMALLEST_COHORT
    edits = Edits().split(pick_whole(run, left_out).patterns, range(run.clustering.cohorts))
    edited = apply_edits(survey, run, edits).run
    assert edited.clustering.cohorts == run.clustering.cohorts + 1
    assert (edited.clustering.core >= 0).all()


def test_too_few_are_no_cohort(mixed):
    survey, run = mixed
    few = patterns_of(run, 0, 3)
    with pytest.raises(SegmentError, match=r"in the new cohort, and fewer than 10"):
        apply_edits(survey, run, Edits().split(few, range(4)))


def test_too_few_may_not_be_left_behind(mixed):
    survey, run = mixed
    most = patterns_of(run, 0)[:-4]
    with pytest.raises(SegmentError, match="people left in “Mine”, and fewer than 10"):
        apply_edits(survey, run, Edits().relabelled(0, name="Mine").split(most, range(4)))


def test_a_cohort_that_is_taken_whole_goes_on_as_the_new_one(survey, run):
    both = [*patterns_of(run, 0), *patterns_of(run, 3)]
    edited = apply_edits(survey, run, Edits().split(both, range(4)))
    assert edited.ids == (4, 1, 2)
    assert edited.run.profiles.size.tolist() == [52, 30, 20]


@pytest.mark.parametrize(
    "edits",
    [
        Edits().merged(0, 9),
        Edits().merged(1, 1),
        Edits().split([10**6], range(4)),
        Edits().split([], range(4)),
        Edits(of="another"),
    ],
)
def test_changes_of_another_result_are_refused(mixed, edits):
    with pytest.raises(WorkbenchError, match="other cohorts than those found now"):
        apply_edits(*mixed, edits)


def test_the_fingerprint_tells_results_apart(mixed, run):
    assert apply_edits(*mixed, Edits(of=fingerprint(mixed[1]))).ids == (0, 1, 2, 3)
    assert fingerprint(run) != fingerprint(mixed[1])


def test_a_name_stays_with_its_cohort_when_numbers_change(survey, run):
    edits = Edits().relabelled(3, name="Small").relabelled(0, name="Large", description="Said.")
    edits = edits.merged(3, 2)
    edited = apply_edits(survey, run, edits)
    assert edited.ids == (0, 3, 1)
    assert [cohort.name for cohort in edited.run.cohorts.cohorts][:2] == ["Large", "Small"]
    assert edited.run.cohorts.cohorts[0].description == "Said."
    assert edited.run.cohorts.cohorts[2].name == edited.run.profiles.names[2]


def test_a_colour_stays_with_its_cohort_when_numbers_change(survey, run):
    edits = Edits().merged(3, 2).relabelled(1, colour=6)
    assert apply_edits(survey, run, edits).places == [0, 3, 6]


def test_a_label_that_says_nothing_is_none():
    edits = Edits().relabelled(1, name="A", hidden=True).relabelled(1, name="", hidden=False)
    assert edits == Edits()
    assert not edits
    assert Edits().relabelled(1, name="A", notes="n").unnamed().label(1) == Label(notes="n")


def test_the_order_is_by_size_until_it_is_said_otherwise(survey, run):
    ids = (0, 1, 2, 3)
    edits = Edits().moved(ids, 2, -1)
    assert edits.in_order(ids) == [0, 2, 1, 3]
    assert apply_edits(survey, run, edits).order == [0, 2, 1, 3]
    assert edits.moved(ids, 2, 1) == Edits()
    assert Edits().moved(ids, 0, -1) == Edits()
    assert Edits().moved(ids, 3, 1) == Edits()


def test_a_new_cohort_comes_last_in_an_order_that_was_said():
    edits = Edits().moved((0, 1, 2), 2, -2)
    assert edits.in_order((1, 4, 0, 2)) == [2, 0, 1, 4]


def test_changes_are_json_both_ways():
    edits = (
        Edits(of="f")
        .merged(0, 3)
        .split([5, 3, 5], (0, 1, 2))
        .split([1], (0, 1, 2, 4))
        .moved((0, 1, 4, 5), 5, -2)
    )
    edits = edits.relabelled(4, name="“A”\u202e", notes="n", colour=7, hidden=True)
    assert edits.steps == (Merge(0, 3), Split(4, (3, 5)), Split(5, (1,)))
    assert Edits.from_dict(json.loads(json.dumps(edits.to_dict()))) == edits


@pytest.mark.parametrize(
    "change",
    [
        {"steps": [{"merge": [0]}]},
        {"steps": [{"merge": ["a", 1]}]},
        {"steps": [{"split": [-1], "new": 4}]},
        {"labels": [[0, {"name": 1, "description": "", "notes": ""}]]},
        {"labels": 3},
        {"order": ["x"]},
        {"of": None},
    ],
)
def test_anything_else_is_no_draft(change):
    with pytest.raises(WorkbenchError, match="cannot be read"):
        Edits.from_dict({**Edits().to_dict(), **change})


def sets(survey, run, *edits):
    return [apply_edits(survey, run, one).run.cohorts for one in edits]


def test_what_changed_is_said_cohort_by_cohort(survey, run):
    named = Edits().relabelled(0, name="A").relabelled(2, name="C").relabelled(3, name="D")
    before, after = sets(survey, run, named, named.relabelled(0, name="Z").merged(2, 3))
    assert what_changed(before, after).cohorts == (
        "“A” is now called “Z”.",
        "“C” and “D” are merged into “C”.",
    )
    assert what_changed(after, before).cohorts == (
        "“Z” is now called “A”.",
        "“C” is split into “C” and “D”.",
    )
    assert not what_changed(before, before)


def test_what_changed_names_settings_and_new_descriptions(survey, run):
    (before,) = sets(survey, run, Edits().relabelled(1, description="Said."))
    other = segment(survey, MAPPING, spec(cohorts=4, unassigned="likely"))
    changes = what_changed(before, other.cohorts)
    assert changes.cohorts == (f"“{before.cohorts[1].name}” is described otherwise.",)
    assert [(d.what, d.a, d.b) for d in changes.made] == [
        ("Unassigned respondents", "keep", "likely")
    ]


def test_what_changed_finds_cohorts_of_another_survey_by_name(run, mixed):
    before = run.cohorts.renamed({0: "Same"}, {})
    after = mixed[1].cohorts.renamed({1: "Same"}, {})
    said = what_changed(before, after).cohorts
    assert "“Same” has 100 people, not 40." in said
    assert sum(text.endswith(" is new.") for text in said) == 3
    assert sum(text.endswith(" is gone.") for text in said) == 3
