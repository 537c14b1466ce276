"""Comparisons of real surveys whose right answer is known, and of real waves."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.cluster import cluster
from segmentation.cohorts import CohortSet, assign, define_cohorts
from segmentation.compare import Comparison, compare, history
from segmentation.encode import encode
from segmentation.intake import read_survey
from segmentation.mapping import suggest_mapping
from segmentation.neighbours import find_neighbours
from segmentation.profiles import profile
from segmentation.run import segment
from segmentation.spec import ClusterSpec, EncodeSpec, RunSpec
from tests.conftest import SHARED

pytestmark = pytest.mark.slow

SIX = RunSpec(cluster=ClusterSpec("latent-class", cohorts=6))
WAVES = RunSpec(cluster=ClusterSpec("latent-class"))


def latent_classes(table: pd.DataFrame, name: str, spec: RunSpec = SIX) -> CohortSet:
    """What `segment` gives by latent classes, without the map, which they do not look at."""
    return latent_classes_of(table.to_csv(index=False).encode(), name, spec)


def latent_classes_of(data: bytes, name: str, spec: RunSpec) -> CohortSet:
    survey = read_survey(data, name)
    mapping = suggest_mapping(survey)
    features = encode(survey, mapping, spec.encode)
    patterns = find_neighbours(features, spec.neighbours).patterns
    found = cluster(features, patterns, None, spec.cluster, spec.embed.seed)
    return define_cohorts(survey, features, found, profile(features, found), spec, mapping)


def significant(comparison: Comparison) -> int:
    return sum(drift.significant for match in comparison.matched for drift in match.drift)


@pytest.fixture(scope="module")
def module_data() -> Callable[[str], Path]:
    """`shared_data` for what is computed once for a whole module."""

    def find(relative: str) -> Path:
        if not (SHARED / relative).exists():
            pytest.skip(f"the real export {relative} is not beside this clone")
        return SHARED / relative

    return find


@pytest.fixture(scope="module")
def stack_overflow(module_data) -> pd.DataFrame:
    path = module_data("stackoverflow_2019/tools.csv")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def halves(stack_overflow) -> tuple[pd.DataFrame, pd.DataFrame]:
    pick = np.random.default_rng(0).permutation(len(stack_overflow)) < len(stack_overflow) // 2
    return stack_overflow[pick], stack_overflow[~pick]


@pytest.fixture(scope="module")
def first(halves) -> CohortSet:
    return latent_classes(halves[0], "first half.csv")


@pytest.fixture(scope="module")
def comparison(first, halves) -> Comparison:
    return compare(first, latent_classes(halves[1], "second half.csv"))


class TestNothingChanged:
    """Stack Overflow 2019 in two random halves."""

    def test_every_cohort_finds_its_counterpart(self, comparison):
        assert len(comparison.matched) == len(comparison.matches) == 6
        assert min(match.similarity for match in comparison.matched) > 0.85

    def test_nothing_drifted_and_nobody_grew(self, comparison):
        tests = sum(drift.p is not None for m in comparison.matched for drift in m.drift)
        assert tests > 300
        assert significant(comparison) == 0
        assert sum(change.everyone.significant for change in comparison.tools) == 0
        assert {match.change for match in comparison.matched} == {"stayed"}

    def test_the_questions_are_the_same(self, comparison):
        instrument = comparison.instrument
        assert instrument == dataclasses.replace(
            instrument, added=(), removed=(), renamed=(), reworded=()
        )

    def test_hdbscan_finds_most_again_and_cries_no_drift(self, halves):
        sets = []
        for half, name in zip(halves, ("first", "second"), strict=True):
            survey = read_survey(half.to_csv(index=False).encode(), f"{name}.csv")
            sets.append(segment(survey, suggest_mapping(survey)).cohorts)
        comparison = compare(*sets)
        assert len(comparison.matched) >= 0.7 * len(sets[0].cohorts)
        assert significant(comparison) <= 0.05 * sum(len(m.drift) for m in comparison.matched)


class TestACohortIsGone:
    @pytest.mark.parametrize("gone", [0, 3])
    def test_it_has_no_counterpart_and_the_others_have(self, first, halves, gone):
        survey = read_survey(halves[1].to_csv(index=False).encode(), "second.csv")
        features = encode(survey, suggest_mapping(survey), EncodeSpec(0.0))
        left = halves[1][assign(first, features).posterior.argmax(axis=1) != gone]
        spec = RunSpec(cluster=ClusterSpec("latent-class", cohorts=5))
        comparison = compare(first, latent_classes(left, "left.csv", spec))
        verdicts = [match.verdict for match in comparison.matches[:6]]
        expected = ["matched"] * 6
        expected[gone] = "no counterpart"
        assert verdicts == expected


class TestAnOptionIsRenamed:
    def test_it_is_instrument_change_and_not_drift(self, first, halves):
        second = halves[1].copy()
        renamed = second["DevEnviron"].str.replace(
            r"(?<![^;])Vim(?![^;])", "Modal editor", regex=True
        )
        assert (renamed != second["DevEnviron"]).sum() > 1000
        second["DevEnviron"] = renamed
        comparison = compare(first, latent_classes(second, "second half.csv"))
        (rename,) = comparison.instrument.renamed
        assert (rename.a.name, rename.b.name) == ("Vim", "Modal editor")
        assert rename.same_use
        assert not rename.close_name
        drifted = {d.tool.name for m in comparison.matched for d in m.drift if d.significant}
        assert drifted == set()
        assert {"Vim", "Modal editor"}.isdisjoint(
            change.everyone.tool.name for change in comparison.tools
        )
        assert len(comparison.matched) == 6


class TestWaves:
    def test_r_community(self, module_data):
        files = ("r_community/2018_en.tsv", "r_community/2019_en.csv")
        a, b = (latent_classes_of(module_data(file).read_bytes(), file, WAVES) for file in files)
        comparison = compare(a, b)
        assert comparison.coverage > 0.9
        assert len(comparison.matched) >= 4
        errors = [
            change.everyone.difference - change.mix - change.definition - change.elsewhere
            for change in comparison.tools
        ]
        assert len(errors) > 20
        np.testing.assert_allclose(errors, 0, atol=1e-9)
        grown = {c.everyone.tool.name for c in comparison.tools if c.everyone.significant}
        assert {"Python", "shinyapps.io"} <= grown

    def test_spack(self, module_data):
        sets = [
            latent_classes_of(module_data(file).read_bytes(), file, WAVES)
            for file in (f"spack/spack_{year}.csv" for year in (2020, 2021, 2022))
        ]
        line = history(sets)
        assert [chain.cohorts for chain in line.chains] == [(0, 0, 0), (1, 1, 1)]
        early, late = line.comparisons
        assert early.coverage < 0.5
        assert any("with care" in note for note in early.notes)
        added = {tool.name for tool, _ in early.instrument.added}
        assert {"Ubuntu 20", "CentOS 7", "Python"} <= added, "versions and languages, new in 2021"
        renamed = {(rename.a.name, rename.b.name) for rename in late.instrument.renamed}
        assert ("AMD ROCmCC / hipcc", "AMD ROCmCC") in renamed
        new_in_2022 = {tool.name for tool, _ in late.instrument.added}
        assert "NVIDIA Hopper" in new_in_2022
        drifted = {c.everyone.tool.name for c in late.tools if c.everyone.significant}
        assert drifted.isdisjoint(new_in_2022)
