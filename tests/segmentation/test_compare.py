"""Two cohort sets made by hand, so that what changed between them is known."""

import dataclasses
import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from segmentation.cohorts import CohortSet
from segmentation.compare import compare, history, to_dict, to_json
from segmentation.compare.drift import decompose
from segmentation.compare.evidence import Figures, adjusted, newcombe, spread, z_values
from segmentation.compare.likeness import cut_offs, jaccard, overlap
from segmentation.compare.shared import shared_offer
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.mixture import Mixture
from segmentation.spec import ClusterSpec, RunSpec
from segmentation.vocabulary import Tool
from tests.segmentation.cohort_sets import blocks, cohort_set

NAMES = tuple(f"tool {letter}" for letter in "abcdefghijkl")
SHARES = [0.5, 0.3, 0.2]


def first(**more) -> CohortSet:
    return cohort_set(NAMES, SHARES, blocks(), **more)


def second(shares=SHARES, rates=None, names=NAMES, **more) -> CohortSet:
    return cohort_set(names, shares, rates or blocks(), survey="B", **more)


def pairs_of(comparison) -> list[tuple[int | None, int | None]]:
    return [(match.a, match.b) for match in comparison.matches]


class TestEvidence:
    @pytest.mark.parametrize(
        ("one", "other", "low", "high"),
        [
            # Newcombe (1998), table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20
            ((48, 80), (56, 70), 0.0524, 0.3339),
            ((3, 10), (9, 10), 0.1705, 0.8090),
            ((0, 20), (10, 10), 0.6791, 1.0000),
        ],
    )
    def test_the_interval_is_newcombes(self, one, other, low, high):
        found = newcombe(np.array(one[0] / one[1]), one[1], np.array(other[0] / other[1]), other[1])
        assert [round(float(side), 4) for side in found] == [low, high]

    @staticmethod
    def figures(prevalence, people):
        p = np.array([prevalence], dtype=float)
        base = np.full(p.shape, float(people))
        return Figures(p, base, base, base)

    def test_z_by_hand_and_only_with_enough_people(self):
        z, tested = z_values(self.figures([0.2, 0.01], 100), self.figures([0.4, 0.01], 100))
        assert z[0, 0] == pytest.approx(0.2 / np.sqrt(0.3 * 0.7 * 0.02))
        assert tested.tolist() == [[True, False]], "one of 100 is too few to expect"
        few, _ = z_values(self.figures([0.5], 29), self.figures([0.5], 100))
        assert few.tolist() == [[0.0]]

    def test_spread_is_one_for_chance_and_two_for_twice_as_wide(self):
        z = np.random.default_rng(0).normal(size=4001)
        every = np.ones(4001, dtype=bool)
        assert spread(z, every) == pytest.approx(1, abs=0.05)
        assert spread(2 * z, every) == pytest.approx(2, abs=0.1)
        assert spread(0.1 * z, every) == 1.0
        assert spread(9 * z[:4], every[:4]) == 1.0, "too few to judge"

    def test_p_values_are_adjusted_together(self):
        z = np.array([[1.959964, 2.575829, 9.0]])
        p = adjusted(z, np.array([[True, True, False]]))
        np.testing.assert_allclose(p[0, :2], [0.05, 0.02], rtol=1e-4)
        assert np.isnan(p[0, 2])


class TestLikeness:
    def test_jaccard_by_hand(self):
        table = np.array([[30.0, 10.0], [0.0, 60.0]])
        np.testing.assert_allclose(jaccard(table), [[0.75, 0.1], [0, 60 / 70]])

    def test_a_definition_is_wholly_like_itself(self):
        same = first().mixture
        np.testing.assert_array_equal(np.diag(overlap(same, same).similarity), 1.0)

    def test_swapping_the_sets_changes_nothing(self):
        a, b = first().mixture, second([0.2, 0.3, 0.5]).mixture
        forth, back = overlap(a, b), overlap(b, a)
        np.testing.assert_array_equal(forth.similarity, back.similarity.T)
        np.testing.assert_allclose(forth.larger, -back.larger.T)

    def test_one_that_would_take_in_anothers_people_is_not_like_it(self):
        whole = first().mixture
        without = Mixture(whole.share[1:] / whole.share[1:].sum(), whole.rate[1:])
        assert overlap(whole, without).similarity[0].max() < 0.2

    def test_what_the_definitions_alone_make_of_a_difference(self):
        narrow = first().mixture
        wide = Mixture(narrow.share, narrow.rate.copy())
        wide.rate[0, 0] = 0.3
        found = overlap(narrow, wide)
        assert np.abs(overlap(narrow, narrow).apart[[0, 1, 2], [0, 1, 2]]).max() == 0
        assert found.apart.shape == (3, 3, 12)
        assert np.abs(found.apart[[0, 1, 2], [0, 1, 2]]).max() < 0.05, "members are the same"
        between = overlap(narrow, narrow).apart[0, 1]
        np.testing.assert_allclose(between, narrow.rate[1] - narrow.rate[0], atol=0.1)

    def test_cut_offs_lie_between_gone_and_found_again(self):
        cut = cut_offs(first().mixture, (1000, 1000))
        assert ((cut > 0.3) & (cut < 0.6)).all()

    def test_a_vague_cohort_asks_for_less(self):
        clear = cut_offs(first().mixture, (400, 400))
        vague = cut_offs(cohort_set(NAMES, SHARES, blocks(high=0.35)).mixture, (400, 400))
        assert vague.mean() < clear.mean() - 0.05


class TestWaves:
    def test_nothing_changed(self):
        comparison = compare(first(), second())
        assert pairs_of(comparison) == [(0, 0), (1, 1), (2, 2)]
        assert {match.change for match in comparison.matches} == {"stayed"}
        assert not any(d.significant for m in comparison.matches for d in m.drift)
        assert not any(change.everyone.significant for change in comparison.tools)
        assert comparison.coverage == pytest.approx(1)
        assert comparison.moves is None

    def test_cohorts_are_matched_by_what_they_are_not_by_number(self):
        comparison = compare(first(), second([0.2, 0.5, 0.3], [blocks()[i] for i in (2, 0, 1)]))
        assert pairs_of(comparison) == [(0, 1), (1, 2), (2, 0)]

    def test_a_cohort_that_is_gone_and_one_that_is_new(self):
        new = [0.1, 0.1, 0.8, 0.8] * 3
        b = second([0.4, 0.3, 0.3], [blocks()[0], blocks()[1], new])
        comparison = compare(first(), b)
        assert pairs_of(comparison) == [(0, 0), (1, 1), (2, None), (None, 2)]
        gone = comparison.matches[2]
        assert gone.verdict == "no counterpart"
        assert gone.similarity < gone.cutoff
        assert gone.share_difference is gone.interval is gone.change is None

    def test_who_grew_and_who_shrank(self):
        comparison = compare(first(), second([0.3, 0.5, 0.2]))
        assert [match.change for match in comparison.matches] == ["shrank", "grew", "stayed"]
        shrank = comparison.matches[0]
        assert shrank.share_difference == pytest.approx(-0.2)
        low, high = newcombe(np.array(0.5), 1000, np.array(0.3), 1000)
        assert shrank.interval[0] <= low < -0.2 < high <= shrank.interval[1] < 0

    def test_mix_shift_is_told_from_definition_drift(self):
        comparison = compare(first(), second([0.3, 0.5, 0.2]))
        for change in comparison.tools:
            assert change.mix == pytest.approx(change.everyone.difference)
            assert change.definition == change.elsewhere == pytest.approx(0)

    def test_definition_drift_is_told_from_mix_shift(self):
        rates = blocks()
        rates[1][0] = 0.4
        comparison = compare(first(), second(rates=rates))
        drifted = [
            (match.a, drift.tool.name, drift.difference)
            for match in comparison.matches
            for drift in match.drift
            if drift.significant
        ]
        assert drifted == [(1, "tool a", pytest.approx(0.3))]
        change = comparison.tools[0]
        assert change.everyone.tool.name == "tool a"
        assert change.definition == pytest.approx(0.3 * 0.3)
        assert change.mix == pytest.approx(0)

    def test_the_parts_add_up_with_some_unmatched_and_some_not_asked(self):
        a, b = first(), second([0.3, 0.5, 0.2], blocks(high=0.7))
        asked = [dataclasses.replace(tool, everyone=tool.everyone) for tool in a.offered]
        nobody = dataclasses.replace(asked[0].in_cohorts[0], prevalence=None, base=0, weight=0.0)
        known = asked[0].in_cohorts[1:]
        weights = [dataclasses.replace(o, weight=w) for o, w in zip(known, (0.6, 0.4), strict=True)]
        overall = sum(o.weight * o.prevalence for o in weights)
        everyone = dataclasses.replace(asked[0].everyone, prevalence=overall)
        asked[0] = dataclasses.replace(asked[0], everyone=everyone, in_cohorts=(nobody, *weights))
        offer = shared_offer(dataclasses.replace(a, offered=tuple(asked)), b)
        for pairs in ([], [(0, 0)], [(0, 0), (2, 1)]):
            parts = decompose(offer, pairs)
            difference = offer.b.prevalence[0] - offer.a.prevalence[0]
            np.testing.assert_allclose(sum(parts), difference, atol=1e-12)

    def test_a_pair_that_moved_as_a_whole_is_not_drift_in_every_tool(self):
        rates = [[rate + 0.09 for rate in row] for row in blocks()]
        comparison = compare(first(), second(rates=rates))
        spreads = [match.spread for match in comparison.matches]
        assert min(spreads) > 2
        assert not any(d.significant for m in comparison.matches for d in m.drift)
        assert comparison.tools[0].everyone.significant, "among everyone it is plain"

    def test_too_little_in_common_gives_nobody_a_counterpart(self):
        names = (*NAMES[:1], *(f"other {i}" for i in range(11)))
        comparison = compare(first(), second(names=names))
        assert comparison.matched == ()
        assert "no cohort is given a counterpart" in comparison.notes[0]

    def test_no_tool_in_common(self):
        comparison = compare(first(), second(names=tuple(f"other {i}" for i in range(12))))
        assert comparison.coverage == 0
        assert comparison.matched == ()
        json.loads(to_json(comparison))

    def test_sets_of_one_cohort(self):
        one = cohort_set(("x", "y"), [1.0], [[0.5, 0.2]])
        other = cohort_set(("x", "y"), [1.0], [[0.5, 0.2]], survey="B")
        assert pairs_of(compare(one, other)) == [(0, 0)]

    def test_a_set_of_the_first_schema_can_be_compared(self):
        data = json.loads(first().to_json())
        for name in ("respondents_effective", "offered", "unlike_below", "members"):
            del data[name]
        old = CohortSet.from_json(json.dumps({**data, "schema": 1}))
        comparison = compare(old, second())
        assert pairs_of(comparison) == [(0, 0), (1, 1), (2, 2)]
        assert "earlier version" in " ".join(comparison.notes)


class TestInstrument:
    def test_an_option_of_one_survey_alone_is_never_drift(self):
        names = (*NAMES[:-1], "zebra")
        rates = [[*row[:-1], 0.5] for row in blocks()]
        comparison = compare(first(), second(names=names, rates=rates))
        assert [tool.name for tool, _ in comparison.instrument.added] == ["zebra"]
        assert [tool.name for tool, _ in comparison.instrument.removed] == ["tool l"]
        compared = {change.everyone.tool.name for change in comparison.tools}
        assert compared == set(NAMES[:-1])

    def test_a_renamed_option_is_found_by_its_spelling(self):
        names = (*NAMES[:-1], "the tool l")
        (renamed,) = compare(first(), second(names=names)).instrument.renamed
        assert (renamed.a.name, renamed.b.name) == ("tool l", "the tool l")
        assert renamed.close_name

    def test_a_renamed_option_is_found_by_its_use_where_people_are_many(self):
        names = (*NAMES[:-1], "zebra")
        (renamed,) = compare(
            first(people=4000), second(names=names, people=4000)
        ).instrument.renamed
        assert (renamed.b.name, renamed.close_name, renamed.same_use) == ("zebra", False, True)
        few = compare(first(people=100), second(names=names, people=100))
        assert few.instrument.renamed == ()

    @pytest.mark.parametrize(("old", "new"), [("Python 2", "Python 3"), ("C", "C++")])
    def test_other_versions_and_short_names_are_not_spellings(self, old, new):
        a = cohort_set((*NAMES[:-1], old), SHARES, blocks())
        b = second(names=(*NAMES[:-1], new), rates=[[*r[:-1], 0.99 - r[-1]] for r in blocks()])
        assert compare(a, b).instrument.renamed == ()

    def test_what_a_few_wrote_in_was_not_offered(self):
        rates = [[*row[:-1], 0.002] for row in blocks()]
        comparison = compare(first(listed=False), second(rates=rates, listed=False))
        assert [tool.name for tool, _ in comparison.instrument.removed] == ["tool l"]
        assert "tool l" not in {change.everyone.tool.name for change in comparison.tools}

    def test_a_rare_option_that_is_absent_may_just_not_have_been_chosen(self):
        rates = [[*row[:-1], 0.004] for row in blocks()]
        a = cohort_set(NAMES, SHARES, rates, listed=False)
        b = second(names=NAMES[:-1], rates=[row[:-1] for row in rates], listed=False)
        assert compare(a, b).instrument.removed == ()
        fewer = second(rates=[row[:-1] for row in rates], names=NAMES[:-1])
        listed = cohort_set(NAMES, SHARES, rates), fewer
        assert [t.name for t, _ in compare(*listed).instrument.removed] == ["tool l"]

    def test_an_option_that_is_worded_otherwise(self):
        b = second()
        spelt = dataclasses.replace(b.offered[0], labels=("Tool A, the famous one",))
        b = dataclasses.replace(b, offered=(spelt, *b.offered[1:]))
        (reworded,) = compare(first(), b).instrument.reworded
        assert reworded.tool == Tool("tool a", "Tool")
        assert reworded.b == ("Tool A, the famous one",)


class TestSamePeople:
    A = [0] * 400 + [1] * 300 + [2] * 200 + [-1] * 100
    B = [0] * 380 + [1] * 320 + [2] * 100 + [-1] * 150 + [0] * 50

    @pytest.fixture
    def comparison(self):
        a = first(labels=self.A)
        b = dataclasses.replace(second(labels=self.B), survey_sha256=a.survey_sha256)
        return compare(a, b)

    def test_agreement_is_that_of_scikit_learn_among_those_in_both(self, comparison):
        a, b = np.array(self.A), np.array(self.B)
        both = (a >= 0) & (b >= 0)
        assert comparison.moves.ari == pytest.approx(adjusted_rand_score(a[both], b[both]))
        assert comparison.moves.ami == pytest.approx(adjusted_mutual_info_score(a[both], b[both]))
        assert comparison.moves.covered == pytest.approx(800 / 950)

    def test_who_moved_by_hand(self, comparison):
        assert comparison.moves.table == (
            (380, 20, 0, 0),
            (0, 300, 0, 0),
            (0, 0, 100, 100),
            (50, 0, 0, 50),
        )

    def test_the_best_match_has_its_jaccard(self, comparison):
        found = [(match.b, match.similarity) for match in comparison.matches[:3]]
        assert found == [
            (0, pytest.approx(380 / 450)),
            (1, pytest.approx(300 / 320)),
            (2, pytest.approx(0.5)),
        ]

    def test_the_same_people_have_no_intervals_and_no_drift(self, comparison):
        assert comparison.tools == ()
        assert all(m.interval is None and m.change is None for m in comparison.matches)
        assert all(m.drift == () for m in comparison.matches)

    def test_without_members_there_is_no_agreement_to_tell(self):
        a = first(labels=self.A)
        b = dataclasses.replace(second(), survey_sha256=a.survey_sha256)
        comparison = compare(a, b)
        assert comparison.moves is None
        assert to_dict(comparison)["ari"] is None
        assert "save them again" in " ".join(comparison.notes)

    def test_nobody_in_both(self):
        a = first(labels=[0] * 500 + [-1] * 500)
        b = dataclasses.replace(
            second(labels=[-1] * 500 + [0] * 500), survey_sha256=a.survey_sha256
        )
        moves = compare(a, b).moves
        assert (moves.ari, moves.ami, moves.covered) == (None, None, 0)


class TestDifferences:
    def test_only_what_differs(self):
        a = first()
        assert compare(a, a).differences == ()
        spec = RunSpec(cluster=ClusterSpec("leiden"))
        mapping = Mapping((QuestionMapping("Tools", "tools", "IDE", aliases=(("Vi", "Vim"),)),))
        b = dataclasses.replace(a, spec=spec, mapping=mapping, versions={"numpy": "3"})
        found = [(d.what, d.a, d.b) for d in compare(a, b).differences]
        assert found == [
            ("Method", "hdbscan", "leiden"),
            ("Minimum cohort size", "0.02", "—"),
            ("Minimum samples", "10", "—"),
            ("Cohort selection", "leaf", "—"),
            ("Merge distance", "0.0", "—"),
            ("Resolution", "—", "1.0"),
            ("Question “Tools”", "tools: Tool", "tools: IDE (Vi → Vim)"),
            ("Version of numpy", "2", "3"),
        ]

    def test_settings_that_neither_method_reads_are_no_difference(self):
        spec = RunSpec(cluster=ClusterSpec("leiden"))
        other = RunSpec(cluster=ClusterSpec("leiden", min_samples=20, cohorts=7))
        a, b = (dataclasses.replace(first(), spec=one) for one in (spec, other))
        assert compare(a, b).differences == ()

    def test_what_hdbscan_may_do_is_said(self):
        spec = RunSpec(cluster=ClusterSpec("latent-class"))
        a, b = (dataclasses.replace(saved, spec=spec) for saved in (first(), second()))
        assert compare(a, b).notes == ()
        assert "HDBSCAN" in " ".join(compare(first(), second()).notes)

    def test_two_methods_are_pointed_out(self):
        b = dataclasses.replace(second(), spec=RunSpec(cluster=ClusterSpec("leiden")))
        assert "two methods" in " ".join(compare(first(), b).notes)


class TestReport:
    def test_the_keys_that_others_read(self):
        data = json.loads(to_json(compare(first(), second([0.3, 0.5, 0.2]))))
        top = {"coverage", "matches", "options_added", "options_removed", "ari", "ami"}
        assert top <= set(data)
        match = data["matches"][0]
        keys = {"a", "b", "similarity", "verdict", "share_difference", "interval", "drift"}
        assert keys <= set(match)
        assert (match["a"], match["b"], match["verdict"]) == ("A1", "B1", "matched")
        assert {"tool", "difference", "interval", "significant"} <= set(match["drift"][0])
        assert data["ari"] is None

    def test_the_same_sets_give_the_same_text(self):
        assert to_json(compare(first(), second())) == to_json(compare(first(), second()))


class TestHistory:
    def test_cohorts_are_followed_through_their_counterparts(self):
        order = [blocks()[i] for i in (1, 0, 2)]
        new = [0.1, 0.1, 0.8, 0.8] * 3
        last = cohort_set(NAMES, [0.3, 0.4, 0.3], [order[0], order[1], new], survey="C")
        line = history([first(), second([0.35, 0.45, 0.2], order), last])
        assert line.waves == ("A", "B", "C")
        assert [chain.cohorts for chain in line.chains] == [
            (0, 1, 1),
            (1, 0, 0),
            (2, 2, None),
            (None, None, 2),
        ]
        assert line.chains[0].share == (0.5, 0.45, 0.4)
        assert line.chains[2].interval[2] is None
        assert line.chains[2].name == "B3"

    def test_tools_over_time_with_a_gap_where_one_was_not_offered(self):
        names = (*NAMES[:-1], "zebra")
        line = history([first(), second(names=names)])
        tools = {tool.tool.name: tool for tool in line.chains[2].tools}
        assert tools["tool a"].prevalence == (0.1, 0.1)
        assert tools["tool a"].base == (200, 200)
        assert tools["zebra"].prevalence == (None, 0.8)
        assert tools["tool l"].prevalence == (0.8, None)

    def test_a_single_wave(self):
        line = history([first()])
        assert [chain.cohorts for chain in line.chains] == [(0,), (1,), (2,)]
