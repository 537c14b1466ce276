"""Cohorts against attributes: bias-corrected V, adjusted mutual information, permutation p."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import chi2_contingency, permutation_test
from scipy.stats.contingency import association
from sklearn.metrics import adjusted_mutual_info_score

from segmentation.encode import Attribute
from segmentation.trust.audits.attributes import audit, cramers_v, one
from segmentation.trust.audits.model import Audits
from tests.segmentation.builders import planted
from tests.segmentation.trust_runs import given

TABLE = np.array([[21, 5, 9], [6, 11, 3], [7, 8, 12]])


def single(levels: np.ndarray, name: str = "Role", answered: np.ndarray | None = None) -> Attribute:
    """One answer each; a level under 0 is none of them."""
    names = tuple(f"level {i}" for i in range(int(levels.max()) + 1))
    everybody = np.ones(len(levels), dtype=bool)
    answered = everybody if answered is None else answered
    member = (levels[:, None] == np.arange(len(names))) & answered[:, None]
    return Attribute(name, names, member, answered, multiple=False)


def spread(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level and cohort of each person of a table."""
    rows, columns = np.indices(table.shape)
    return np.repeat(rows.ravel(), table.ravel()), np.repeat(columns.ravel(), table.ravel())


def test_v_of_two_by_two_by_hand():
    """30, 10 / 20, 40: chi2 = 100 x 1000^2 / (40 x 60 x 50 x 50) = 16.667; phi2 = 0.16667, less
    1/99 = 0.156566; r' - 1 = k' - 1 = 1 - 1/99."""
    found = cramers_v(np.array([[30.0, 10.0], [20.0, 40.0]]))
    assert found == pytest.approx(sqrt((1 / 6 - 1 / 99) / (1 - 1 / 99)))


def test_v_from_the_uncorrected_one_of_scipy():
    n, r, k = TABLE.sum(), 3, 3
    phi2 = association(TABLE, method="cramer") ** 2 * 2
    corrected = max(0, phi2 - (r - 1) * (k - 1) / (n - 1))
    least = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    assert cramers_v(TABLE.astype(float)) == pytest.approx(sqrt(corrected / least))


def test_v_is_1_for_what_determines_the_cohort_and_0_for_what_has_no_part_in_it():
    assert cramers_v(np.diag([20.0, 30.0, 50.0])) == pytest.approx(1)
    assert cramers_v(np.full((3, 4), 10.0)) == 0
    assert cramers_v(np.array([[10.0, 0.0], [7.0, 0.0]])) == 0
    assert cramers_v(np.zeros((2, 2))) == 0


def test_empty_levels_and_cohorts_do_not_count():
    wide = np.zeros((5, 6))
    wide[np.ix_([0, 2, 4], [1, 2, 5])] = TABLE
    assert cramers_v(wide) == pytest.approx(cramers_v(TABLE.astype(float)))


def test_of_many_tables_each_has_its_own():
    tables = np.stack([TABLE, TABLE[::-1].T, np.full((3, 3), 4)]).astype(float)
    np.testing.assert_allclose(cramers_v(tables), [cramers_v(table) for table in tables])


def test_chance_alone_gives_next_to_nothing_where_the_plain_v_does():
    rng = np.random.default_rng(0)
    tables = [
        np.bincount(rng.integers(0, 60, 200), minlength=60).reshape(10, 6).astype(float)
        for _ in range(200)
    ]
    assert np.mean([cramers_v(table) ** 2 for table in tables]) < 0.01
    assert np.mean([association(table.astype(int)) ** 2 for table in tables]) > 0.04


def test_one_attribute_in_figures():
    level, cohort = spread(TABLE)
    found = one(single(level), cohort, 3, 999, seed=0)
    assert found.counts == tuple(map(tuple, TABLE.tolist()))
    assert (found.people, found.permutations, found.level) == (82, 999, "")
    assert found.v == pytest.approx(cramers_v(TABLE.astype(float)))
    assert found.ami == pytest.approx(adjusted_mutual_info_score(level, cohort))


@pytest.mark.parametrize("table", [TABLE, np.array([[12, 9, 11], [10, 14, 7], [9, 8, 15]])])
def test_p_agrees_with_chi2_and_with_scipys_permutations(table):
    level, cohort = spread(table)
    found = one(single(level), cohort, 3, 9_999, seed=0).p

    def chi2(labels: np.ndarray) -> float:
        crossed = np.bincount(level * 3 + labels, minlength=9).reshape(3, 3)
        return float(chi2_contingency(crossed, correction=False).statistic)

    reference = permutation_test(
        (cohort,), chi2, permutation_type="pairings", n_resamples=999, alternative="greater", rng=1
    ).pvalue
    assert found == pytest.approx(reference, abs=0.04)
    assert found == pytest.approx(chi2_contingency(table, correction=False).pvalue, abs=0.03)


def test_without_any_association_at_all_p_is_1():
    level, cohort = spread(np.full((3, 3), 20))
    found = one(single(level), cohort, 3, 99, seed=0)
    assert (found.v, found.p) == (0, 1)


def test_p_is_never_0_and_the_seed_repeats_it():
    level, cohort = spread(np.diag([40, 40, 40]))
    assert one(single(level), cohort, 3, 99, seed=3).p == pytest.approx(1 / 100)
    level, cohort = spread(np.array([[12, 9, 11], [10, 14, 7], [9, 8, 15]]))
    once, again = (one(single(level), cohort, 3, 99, seed=3) for _ in range(2))
    assert once == again


def test_who_did_not_answer_or_is_in_no_cohort_is_left_out():
    level, cohort = spread(TABLE)
    more = np.concatenate([level, np.zeros(30, dtype=int), np.ones(20, dtype=int)])
    whose = np.concatenate([cohort, np.full(30, -1), np.zeros(20, dtype=int)])
    answered = np.arange(len(more)) < len(level) + 30
    plain = one(single(level), cohort, 3, 99, seed=0)
    assert one(single(more, answered=answered), whose, 3, 99, seed=0) == plain


def test_answering_that_none_applies_is_an_answer():
    level, cohort = spread(TABLE)
    found = one(single(np.where(level == 2, -1, level)), cohort, 3, 99, seed=0)
    assert found.people == TABLE.sum()
    assert found.v == pytest.approx(cramers_v(TABLE.astype(float)))
    assert len(found.counts) == 2


def several(seed: int, levels: int, people: int = 300) -> tuple[Attribute, np.ndarray]:
    """Several answers each; the one called "level 1" goes with the cohort."""
    rng = np.random.default_rng(seed)
    cohort = rng.integers(0, 3, people)
    member = rng.random((people, levels)) < 0.3
    member[:, 1] = rng.random(people) < np.array([0.1, 0.5, 0.9])[cohort]
    names = tuple(f"level {i}" for i in range(levels))
    return Attribute("Tasks", names, member, np.ones(people, bool), multiple=True), cohort


def test_of_several_answers_the_strongest_level_counts():
    attribute, cohort = several(0, 5)
    found = one(attribute, cohort, 3, 199, seed=0)
    ticked = attribute.member[:, 1]
    table = np.array([[(ticked[cohort == c] == yes).sum() for c in range(3)] for yes in (1, 0)])
    assert found.level == "level 1"
    assert found.v == pytest.approx(cramers_v(table.astype(float)))
    assert found.ami == pytest.approx(adjusted_mutual_info_score(ticked, cohort))
    assert found.counts[1] == tuple(table[0])
    assert found.p == pytest.approx(1 / 200)


def test_a_maximum_over_many_levels_is_held_against_maxima():
    """In 60 attributes of ten levels without association, p is as often small as its size says;
    the p of the largest level alone would be small in every third."""
    rng = np.random.default_rng(4)
    names = tuple(f"level {i}" for i in range(10))
    answered = np.ones(200, dtype=bool)
    p = [
        one(
            Attribute("Tasks", names, rng.random((200, 10)) < 0.4, answered, multiple=True),
            rng.integers(0, 3, 200),
            3,
            99,
            seed=0,
        ).p
        for _ in range(60)
    ]
    assert np.mean(np.array(p) <= 0.05) < 0.15
    assert 0.3 < np.mean(p) < 0.75


def test_every_attribute_of_a_result_and_the_one_that_sounds_like_a_title():
    chosen, truth = planted(size=40)
    rng = np.random.default_rng(0)
    attributes = (
        single(rng.integers(0, 3, len(truth)), "Country"),
        Attribute("Years", (), np.zeros((160, 0), bool), np.zeros(160, bool), multiple=False),
        single(truth, "What is your job?"),
    )
    labels = np.where(np.arange(len(truth)) % 10 == 0, -1, truth)
    found = audit(given(chosen, labels, attributes=attributes), permutations=99)
    assert [one.name for one in found] == ["Country", "What is your job?"]
    assert found[0].v < 0.2
    assert found[1].v == pytest.approx(1)
    assert found[1].people == 144
    assert Audits(attributes=found).role == found[1]
