"""Who counts: filters by answer and by quality, by hand; leaving out is as if never there."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.cohorts import CohortSet, assign
from segmentation.contrast import profile_group
from segmentation.encode import Features, encode
from segmentation.errors import MappingError, SegmentError
from segmentation.intake import Survey, read_survey
from segmentation.intake.cells import Cells
from segmentation.mapping import (
    AnswerFilter,
    Completeness,
    Duration,
    Filters,
    Mapping,
    QuestionMapping,
    StraightLining,
    Submitted,
    check_mapping,
)
from segmentation.outputs import assignments, metrics, write_assignment
from segmentation.quality import (
    duration_columns,
    grids_for_lines,
    seconds_taken,
    share_answered,
    submitted_sign,
)
from segmentation.respondents import gave_answer, in_words, included, where
from segmentation.run import segment
from segmentation.spec import ClusterSpec, EmbedSpec, EncodeSpec, RunSpec
from tests.segmentation.builders import planted, survey_csv

SURVEY = """\
Languages,Title,Spend,Age,Weight
Python;R,Analyst,$0,20,1
Python,Analyst,"$100,000 or more",30,2
SQL,Engineer,"$1,000-$99,999",40,1
Python;SQL,Engineer,"$100,000 or more",,3
R;SQL,,,50,1
R,None,$0,60,1
Python;R,Analyst,"$1,000-$99,999",25,2
SQL;R,Engineer,$0,35,1
"""

TOOLS = QuestionMapping("Languages", "tools", "Language")
BIG = AnswerFilter("Spend", ("$100,000 or more",))
ENTRIES = (
    TOOLS,
    QuestionMapping("Title", "attribute", name="Role title"),
    QuestionMapping("Spend", "attribute", name="Cloud spend"),
    QuestionMapping("Age", "attribute"),
    QuestionMapping("Weight", "weight"),
)
ALL_TOOLS = EncodeSpec(0.0)


def read(text: str = SURVEY) -> Survey:
    return read_survey(text.encode(), "survey.csv")


def mapped(*answers: AnswerFilter, **quality) -> Mapping:
    return Mapping(ENTRIES, filters=Filters(answers, **quality))


def kept(survey: Survey, filters: Filters, *entries: QuestionMapping) -> list[int]:
    """Rows that count, from 1."""
    found = included(survey, Mapping(entries or (TOOLS,), filters=filters))
    return (np.flatnonzero(found.kept) + 1).tolist()


@pytest.fixture(scope="module")
def survey() -> Survey:
    return read()


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        (BIG, [2, 4]),
        (dataclasses.replace(BIG, leave_out=True), [1, 3, 5, 6, 7, 8]),
        (AnswerFilter("Spend", ("$0", "$1,000-$99,999")), [1, 3, 6, 7, 8]),
        (AnswerFilter("Languages", ("SQL",)), [3, 4, 5, 8]),
        (AnswerFilter("languages".title(), ("sql ",)), [3, 4, 5, 8]),
        (AnswerFilter("Title", ("None",)), [6]),
        (AnswerFilter("Age", low=30, high=40), [2, 3, 8]),
        (AnswerFilter("Age", low=50), [5, 6]),
        (AnswerFilter("Age", high=20), [1]),
        (AnswerFilter("Age", high=20, leave_out=True), [2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_who_gave_an_answer_counts(survey, said, rows):
    assert kept(survey, Filters((said,))) == rows


def test_each_filter_says_what_it_leaves_out_alone_and_in_turn(survey):
    engineers = AnswerFilter("Title", ("Engineer",))
    off = AnswerFilter("Age", low=50, active=False)
    found = included(survey, mapped(BIG, off, engineers))
    assert [(step.alone, step.left) for step in found.steps] == [(6, 2), (6, 2), (5, 1)]
    assert found.count == 1
    assert found.words == ("Cloud spend: $100,000 or more", "Role title: Engineer")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (AnswerFilter("Title", ("Analyst", "Engineer")), "Role title: Analyst or Engineer"),
        (AnswerFilter("Title", ("a", "b", "c", "d", "e")), "Role title: a, b, c or 2 more"),
        (dataclasses.replace(BIG, leave_out=True), "Cloud spend: not $100,000 or more"),
        (AnswerFilter("Age", low=18, high=30.5), "Age: 18 to 30.5"),
        (AnswerFilter("Age", high=30), "Age: 30 or less"),
        (Duration(("T",), of_median=0.5), "no faster than 50 % of the median duration"),
        (Submitted(("Finished",), ("True",)), "submitted (Finished)"),
    ],
)
def test_a_filter_in_words(survey, one, words):
    assert in_words(survey, mapped(), one) == words


@pytest.mark.parametrize(
    ("said", "match"),
    [
        (AnswerFilter("Salary", ("High",)), "no such question"),
        (AnswerFilter("Title", ("Astronaut",)), "no option 'Astronaut'"),
        (AnswerFilter("Title", low=3), "choose options instead"),
        (AnswerFilter("Age", ("99",)), "no option '99'"),
    ],
)
def test_a_filter_that_does_not_fit_is_said_and_never_counts_everybody(survey, said, match):
    mapping = mapped(said)
    assert any(match in problem for problem in check_mapping(mapping, survey))
    with pytest.raises(MappingError, match=match):
        encode(survey, mapping, ALL_TOOLS)
    off = mapped(dataclasses.replace(said, active=False))
    assert check_mapping(off, survey) == ()
    assert included(survey, off).count == 8


def test_a_column_that_is_not_there_is_said(survey):
    mapping = mapped(submitted=Submitted(("Finished",)))
    assert any("column 'Finished'" in problem for problem in check_mapping(mapping, survey))
    with pytest.raises(MappingError, match="column 'Finished'"):
        encode(survey, mapping, ALL_TOOLS)


def test_nobody_left_is_said(survey):
    mapping = mapped(BIG, AnswerFilter("Age", high=20))
    with pytest.raises(SegmentError, match=r"Nobody is left: .* all 8 respondents"):
        encode(survey, mapping, ALL_TOOLS)


class TestFeatures:
    def test_who_is_left_out_keeps_a_row_and_counts_nowhere(self, survey):
        features = encode(survey, mapped(BIG), ALL_TOOLS)
        out = ~features.included
        assert np.flatnonzero(features.included).tolist() == [1, 3]
        assert features.chosen.shape == (8, 3)
        assert not features.asked[out].any()
        assert not features.chosen[out].any()
        assert not features.weight[out].any()
        assert not features.used[out].any()
        for attribute in features.attributes:
            assert not attribute.member[out].any()
            assert not attribute.answered[out].any()
        names = [tool.name for tool in features.tools]
        assert dict(zip(names, features.base, strict=True)) == {"Python": 2, "R": 2, "SQL": 2}
        assert features.prevalence.tolist() == pytest.approx([1, 0, 3 / 5])

    def test_a_weight_that_is_missing_only_where_nobody_counts_is_no_fault(self):
        text = SURVEY.replace("R;SQL,,,50,1", "R;SQL,,,50,")
        with pytest.raises(MappingError, match="row 5"):
            encode(read(text), mapped(), ALL_TOOLS)
        assert encode(read(text), mapped(BIG), ALL_TOOLS).weight.sum() == 5

    def test_a_number_that_nobody_left_answered_has_no_bands(self):
        rows = "".join(f"Python;R,{age},young\n" for age in range(20, 35)) + "R,,old\nR,,old\n"
        entries = (TOOLS, QuestionMapping("Age", "attribute"))
        old = Filters((AnswerFilter("Group", ("old",)),))
        survey = read(f"Languages,Age,Group\n{rows}")
        everyone = encode(survey, Mapping(entries), ALL_TOOLS).attributes[0]
        assert len(everyone.levels) == 5
        age = encode(survey, Mapping(entries, filters=old), ALL_TOOLS).attributes[0]
        assert age.levels == ()
        assert age.member.shape == (17, 0)
        assert not age.answered.any()

    def test_without_filters_everybody_counts(self, survey):
        features = encode(survey, mapped(), ALL_TOOLS)
        assert features.included.all()
        assert features.weight.tolist() == [1, 2, 1, 3, 1, 1, 2, 1]

    def test_switched_off_filters_change_nothing(self, survey):
        off = mapped(dataclasses.replace(BIG, active=False))
        same(encode(survey, off, ALL_TOOLS), encode(survey, mapped(), ALL_TOOLS))


def same(one: Features, two: Features, rows: np.ndarray | None = None) -> None:
    """Every figure and every matrix of the rows is the same; `rows` picks those of `one`."""
    rows = np.arange(len(one.used)) if rows is None else rows
    assert one.tools == two.tools
    for name in ("chosen", "asked", "weight", "used", "included"):
        np.testing.assert_array_equal(getattr(one, name)[rows], getattr(two, name), err_msg=name)
    np.testing.assert_allclose(one.prevalence, two.prevalence, rtol=1e-12)
    np.testing.assert_array_equal(one.base, two.base)
    np.testing.assert_array_equal(one.kept, two.kept)
    for first, second in zip(one.attributes, two.attributes, strict=True):
        assert (first.name, first.levels) == (second.name, second.levels)
        np.testing.assert_array_equal(first.member[rows], second.member)
        np.testing.assert_array_equal(first.answered[rows], second.answered)


def table(rows: list[tuple], weighted: bool) -> tuple[bytes, Mapping]:
    """Rows of (ticks, title, age, weight) as a file, with one column an option."""
    lines = ["Tools [A],Tools [B],Tools [C],Title,Age,Weight"]
    for ticks, title, age, weight in rows:
        lines.append(",".join([*("Yes" if t else "No" for t in ticks), title, str(age), weight]))
    entries = (
        QuestionMapping("Tools", "tools", "Tool"),
        QuestionMapping("Title", "attribute"),
        QuestionMapping("Age", "attribute"),
        *((QuestionMapping("Weight", "weight"),) if weighted else ()),
    )
    return "\n".join(lines).encode(), Mapping(entries)


ROWS = st.lists(
    st.tuples(
        st.tuples(st.booleans(), st.booleans(), st.booleans()),
        st.sampled_from(["Analyst", "Engineer", "Scientist"]),
        st.integers(18, 70),
        st.sampled_from(["1", "0.5", "3"]),
    ),
    min_size=12,
    max_size=40,
)
EVERYTHING_SEEN = [
    ((True, True, True), title, age, "1")
    for title in ("Analyst", "Engineer", "Scientist")
    for age in (*range(18, 31), 90)
]
"""Rows that stay in, so that both files offer the same and read alike."""


def without(survey: Survey, rows: np.ndarray) -> Survey:
    """The survey as if only these had answered, with the questions and options of all."""
    cells = {name: Cells.of(found.column()[rows]) for name, found in survey.cells.items()}
    return dataclasses.replace(survey, respondents=int(rows.sum()), cells=cells)


@given(ROWS, st.booleans(), st.randoms(use_true_random=False))
def test_filtering_is_as_if_the_others_had_never_answered(rows, weighted, random):
    rows = rows + EVERYTHING_SEEN
    random.shuffle(rows)
    data, mapping = table(rows, weighted)
    said = AnswerFilter("Age", high=40)
    stay = np.array([age <= 40 for _, _, age, _ in rows])
    filtered = dataclasses.replace(mapping, filters=Filters((said,)))
    whole = read_survey(data, "whole.csv")
    features = encode(whole, filtered, ALL_TOOLS)
    assert features.included.tolist() == stay.tolist()
    part, _ = table([row for row, stays in zip(rows, stay, strict=True) if stays], weighted)
    same(features, encode(read_survey(part, "part.csv"), mapping, ALL_TOOLS), np.flatnonzero(stay))
    deleted = encode(without(whole, stay), mapping, ALL_TOOLS)
    same(features, deleted, np.flatnonzero(stay))


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, random):
    rows = rows + EVERYTHING_SEEN
    data, mapping = table(rows, weighted=True)
    filtered = dataclasses.replace(
        mapping, filters=Filters((AnswerFilter("Title", ("Engineer",), leave_out=True),))
    )
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled, _ = table([rows[i] for i in order], weighted=True)
    one = encode(read_survey(data, "a.csv"), filtered, ALL_TOOLS)
    two = encode(read_survey(shuffled, "b.csv"), filtered, ALL_TOOLS)
    same(one, two, np.array(order))


@pytest.fixture(scope="module")
def run(planted_survey):
    return segment(planted_survey, PLANTED, QUICK)


@pytest.fixture(scope="module")
def planted_survey() -> Survey:
    chosen, truth = planted(4, 60, 16)
    chosen[::10] = False
    wave = ["new" if i % 3 else "old" for i in range(len(truth))]
    role = np.array(["Analyst", "Engineer", "Scientist", "Manager"])[truth]
    return read_survey(survey_csv(chosen, {"Wave": wave, "Role": list(role)}), "planted.csv")


PLANTED = Mapping(
    (QuestionMapping("Tools", "tools", "Tool"), QuestionMapping("Role", "attribute")),
    filters=Filters((AnswerFilter("Wave", ("new",)),)),
)
QUICK = RunSpec(embed=EmbedSpec(neighbors=15), cluster=ClusterSpec("latent-class", cohorts=4))


class TestRun:
    def test_cohorts_and_profiles_are_those_of_the_file_without_the_others(
        self, run, planted_survey
    ):
        new = (planted_survey.answers["Wave"] == "new").to_numpy()
        everyone = dataclasses.replace(PLANTED, filters=Filters())
        alone = segment(without(planted_survey, new), everyone, QUICK)
        np.testing.assert_array_equal(run.clustering.labels, alone.clustering.labels)
        for part in ("prevalence", "base", "low", "high", "index", "significant", "overall"):
            one = getattr(run.profiles.tool_rates, part)
            np.testing.assert_allclose(one, getattr(alone.profiles.tool_rates, part), err_msg=part)
        np.testing.assert_array_equal(
            run.profiles.tool_rates.overall_base, alone.profiles.tool_rates.overall_base
        )
        np.testing.assert_allclose(
            run.profiles.attributes[0].rates.index, alone.profiles.attributes[0].rates.index
        )
        assert run.validation.gain == pytest.approx(alone.validation.gain)

    def test_rows_stay_those_of_the_file_and_say_who_was_left_out(self, run, planted_survey):
        lines = assignments(run)
        assert lines["row"].tolist() == list(range(1, 241))
        old = planted_survey.answers["Wave"] == "old"
        assert (lines["note"] == "left out by filter").tolist() == old.tolist()
        assert lines.loc[old.to_numpy(), ["cohort", "probability"]].isna().all(axis=None)

    def test_the_saved_set_and_the_figures_tell_how_many_counted(self, run):
        saved = CohortSet.from_json(run.cohorts.to_json())
        assert saved.respondents == 240
        assert saved.respondents_included == 160
        assert saved.respondents_used < 160
        assert saved.mapping.filters == PLANTED.filters
        assert metrics(run)["respondents_included"] == 160

    def test_saved_cohorts_place_nobody_whom_a_filter_leaves_out(
        self, run, planted_survey, tmp_path
    ):
        features = encode(planted_survey, PLANTED, ALL_TOOLS)
        assignment = assign(run.cohorts, features)
        assert not (assignment.cohort[~features.included] >= 0).any()
        rows = csv.DictReader(io.StringIO(write_assignment(assignment, tmp_path).read_text()))
        notes = [row["note"] for row in rows]
        assert notes.count("left out by filter") == 80


class TestQuality:
    def test_finished_progress_and_status(self):
        rows = "Finished,Progress,Which?\nTrue,100,a\nFalse,40,b\nTrue,100,a\nFalse,90,b\n"
        survey = read(rows)
        sign = submitted_sign(survey)
        assert sign == Submitted(("Finished",), ("True",))
        assert kept(survey, Filters(submitted=sign)) == [1, 3]
        by_progress = Submitted(("Progress",), ("100",))
        assert kept(survey, Filters(submitted=by_progress)) == [1, 3]

    @pytest.mark.parametrize(
        ("header", "cells", "texts", "rows"),
        [
            ("Status", ("Complete", "Partial", "Disqualified", "Complete"), ("Complete",), [1, 4]),
            ("submitdate", ("2020-01-01 10:00:00", "", "2020-01-02 10:00:00", ""), (), [1, 3]),
            (
                "Response Type",
                ("completed", "partial", "started", "completed"),
                ("completed",),
                [1, 4],
            ),
        ],
    )
    def test_the_signs_of_other_platforms(self, header, cells, texts, rows):
        survey = read(f"{header},Which?\n" + "".join(f"{cell},a\n" for cell in cells))
        sign = submitted_sign(survey)
        assert sign == Submitted((header,), texts)
        assert kept(survey, Filters(submitted=sign)) == rows

    def test_every_form_has_to_be_done(self):
        survey = read(
            "record_id,a_complete,b_complete,q___1,q___2\n"
            "1,2,2,1,0\n2,2,0,0,1\n3,1,2,1,1\n4,2,2,0,1\n"
        )
        sign = submitted_sign(survey)
        assert sign == Submitted(("a_complete", "b_complete"), ("2",))
        assert kept(survey, Filters(submitted=sign)) == [1, 4]

    def test_a_kind_of_response_is_no_sign_of_submission(self):
        assert submitted_sign(read("Status,Which?\nIP Address,a\nSurvey Preview,b\n")) is None

    @pytest.mark.parametrize(
        ("header", "cells", "seconds"),
        [
            ("Duration (in seconds)", ("60", "600", ""), [60, 600, np.nan]),
            ("Time from Start to Finish (seconds)", ("60", "0", "9"), [60, np.nan, 9]),
            ("interviewtime", ("12.5", "40", "80"), [12.5, 40, 80]),
            ("Time taken (minutes)", ("2", "10", "1"), [120, 600, 60]),
            ("Time Spent", ("00:02:05", "1:00:00", "03:20"), [125, 3600, 200]),
        ],
    )
    def test_the_duration_is_found(self, header, cells, seconds):
        survey = read(f"{header},Which?\n" + "".join(f"{cell},a\n" for cell in cells))
        assert duration_columns(survey) == [(header,)]
        np.testing.assert_array_equal(seconds_taken(survey, (header,)), seconds)

    @pytest.mark.parametrize(
        ("start", "end", "first", "last"),
        [
            ("StartDate", "EndDate", "2020-03-12 23:59:00", "2020-03-13 00:01:00"),
            ("Start Date", "End Date", "03/12/2020 11:59:00 PM", "03/13/2020 12:01:00 AM"),
            ("Start time", "Completion time", "12.03.2020 23:59", "13.03.2020 00:01"),
            ("start", "end", "2020-03-12T23:59:00.000+01:00", "2020-03-13T00:01:00.000+01:00"),
        ],
    )
    def test_the_duration_is_reckoned_from_start_and_end(self, start, end, first, last):
        row = f"{first},{last},a\n"
        survey = read(f"{start},{end},Which?\n" + 3 * row)
        assert duration_columns(survey) == [(start, end)]
        assert seconds_taken(survey, (start, end)).tolist() == [120, 120, 120]

    def test_no_duration_is_found_where_there_is_none(self, survey):
        assert duration_columns(survey) == []
        assert submitted_sign(survey) is None

    def test_speeders_are_faster_than_a_share_of_the_median(self):
        taken = ("100", "100", "100", "49", "50", "", "400")
        survey = read("Duration,Which?\n" + "".join(f"{t},a\n" for t in taken))
        half = Duration(("Duration",), of_median=0.5)
        # The median is 100 seconds; whose duration is not known is no speeder.
        assert kept(survey, Filters(duration=half)) == [1, 2, 3, 5, 6, 7]
        assert kept(survey, Filters(duration=Duration(("Duration",), seconds=60))) == [
            *(1, 2, 3, 6, 7)
        ]

    def test_completeness_counts_questions_that_were_put_to_the_respondent(self):
        survey = read(
            "Which? [A],Which? [B],Age,Title,Comment,Side [X],Side [None]\n"
            "Yes,No,30,Dev,It was fine by me,X,\n"
            "No,No,,Ops,,,\n"
            "No,No,,,,,None\n"
            "Yes,No,50,,A long text of my own,,\n"
            "Yes,Yes,35,Dev,Nothing more to add here,X,\n"
            + "".join(f"No,Yes,{age},Ops,Words number {age},X,\n" for age in range(20, 33))
        )
        # Put to all: Which?, Age, Title. "Side" offers None, so that a blank was not asked;
        # the comment is free text and does not count.
        assert share_answered(survey, Mapping((TOOLS,)))[:5].tolist() == pytest.approx(
            [4 / 4, 2 / 3, 2 / 4, 2 / 3, 4 / 4]
        )
        assert kept(survey, Filters(completeness=Completeness(2 / 3)))[:4] == [1, 2, 4, 5]

    GRID = (
        "Agree [a],Agree [b],Agree [c],Agree [d],Tools\n"
        "Yes,Yes,Yes,Yes,P;R\n"
        "Yes,No,Yes,Maybe,P\n"
        "No,No,No,,R;P\n"
        "Maybe,Maybe,,,P;R\n"
        "Yes,Yes,Yes,No,R\n"
        "Maybe,No,Yes,Yes,P\n"
    )

    def test_a_straight_line_is_one_answer_all_through_a_grid(self):
        survey = read(self.GRID)
        assert kept(survey, Filters(straight_lining=StraightLining(3))) == [2, 4, 5, 6]
        assert kept(survey, Filters(straight_lining=StraightLining(4))) == [2, 3, 4, 5, 6]
        mapping = Mapping((TOOLS,))
        assert [len(grid.rows) for grid in grids_for_lines(survey, mapping, 4)] == [4]
        assert grids_for_lines(survey, mapping, 5) == []

    def test_a_grid_of_tools_is_no_sign_of_straight_lining(self):
        rows = [QuestionMapping(f"Agree [{x}]", "tools", "Tool") for x in "abcd"]
        survey = read(self.GRID)
        assert {q.key for q in survey.questions} >= {row.question for row in rows}
        everyone = [1, 2, 3, 4, 5, 6]
        assert kept(survey, Filters(straight_lining=StraightLining(3)), *rows) == everyone


class TestJson:
    ALL = Filters(
        (BIG, AnswerFilter("Age", low=18, high=30.5, leave_out=True, active=False)),
        Submitted(("Finished",), ("True",)),
        Completeness(0.5),
        Duration(("start", "end"), of_median=0.3),
        StraightLining(5),
    )

    def test_filters_come_back_as_they_were_saved(self):
        mapping = Mapping(ENTRIES, filters=self.ALL)
        again = Mapping.from_json(mapping.to_json())
        assert again == mapping
        assert again.sha256() == mapping.sha256()

    def test_filters_are_part_of_what_names_a_result(self):
        shas = {
            Mapping(ENTRIES).sha256(),
            mapped(BIG).sha256(),
            mapped(dataclasses.replace(BIG, leave_out=True)).sha256(),
            mapped(BIG, completeness=Completeness(0.5)).sha256(),
        }
        assert len(shas) == 4

    def test_a_mapping_without_filters_says_nothing_of_them(self):
        assert "filters" not in json.loads(Mapping(ENTRIES).to_json())

    @pytest.mark.parametrize(
        "wrong",
        [
            [],
            {"answers": {}},
            {"answers": [{"question": "Q"}]},
            {"answers": [{"question": "Q", "options": ["a"], "low": 1}]},
            {"answers": [{"question": "Q", "options": "a"}]},
            {"answers": [{"options": ["a"]}]},
            {"answers": [{"question": "Q", "low": "18"}]},
            {"answers": [{"question": "Q", "low": True}]},
            {"answers": [{"question": "Q", "options": ["a"], "leave_out": 1}]},
            {"answers": [{"question": "Q", "options": ["a"], "colour": "red"}]},
            {"speed": {}},
            {"completeness": {"least": 1.5}},
            {"completeness": {}},
            {"duration": {"columns": ["T"]}},
            {"duration": {"columns": [], "seconds": 3}},
            {"duration": {"columns": ["T"], "seconds": 3, "of_median": 0.5}},
            {"duration": {"columns": ["T"], "of_median": float("nan")}},
            {"straight_lining": {"rows": 1}},
            {"straight_lining": {"rows": 2.5}},
            {"submitted": {"columns": "Finished"}},
            {"submitted": None},
        ],
    )
    def test_anything_else_is_refused_in_one_sentence(self, wrong):
        data = json.loads(Mapping(ENTRIES).to_json()) | {"filters": wrong}
        with pytest.raises(MappingError, match='"filters" of this mapping cannot be used'):
            Mapping.from_json(json.dumps(data))


class TestWhere:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("Spend=$100,000 or more", BIG),
            ("cloud spend=$100,000 or more", BIG),
            ("Spend!=$100,000 or more", dataclasses.replace(BIG, leave_out=True)),
            ("Title=analyst| Engineer", AnswerFilter("Title", ("Analyst", "Engineer"))),
            ("Age=18..30", AnswerFilter("Age", low=18, high=30)),
            ("Age=..30", AnswerFilter("Age", high=30)),
            ("Age=18..", AnswerFilter("Age", low=18)),
            ("Age=30", AnswerFilter("Age", ("30",))),
        ],
    )
    def test_a_filter_as_typed(self, survey, typed, expected):
        assert where(typed, survey, mapped()) == expected

    @pytest.mark.parametrize(
        ("typed", "match"),
        [
            ("Salary=High", "names no question"),
            ("Title", "names no question"),
            ("Title=Astronaut", "choose from .*'Analyst'"),
            ("Age=old", "choose from '20'"),
            ("Age=..", "no range of numbers"),
        ],
    )
    def test_what_is_not_understood_is_said(self, survey, typed, match):
        with pytest.raises(MappingError, match=match):
            where(typed, survey, mapped())

    def test_signs_in_questions_and_options_are_theirs(self):
        survey = read("Is a=b?,Which?\na|b,x\na|b,y\nc,x\nc,y\n")
        found = where("Is a=b?=a|b", survey, Mapping(()))
        assert found == AnswerFilter("Is a=b?", ("a|b",))


class TestGroup:
    def test_shares_in_the_group_and_in_the_rest_by_hand(self, survey):
        features = encode(survey, mapped(), ALL_TOOLS)
        found = profile_group(features, gave_answer(survey, BIG), "Big spenders")
        assert (found.size, found.rest) == (2, 6)
        python = [tool.name for tool in found.tools].index("Python")
        by_tool = found.by_tool
        # Weights: rows 2 and 4 have 2 and 3; of the others rows 1 and 7 use Python with 1 and 2.
        assert by_tool.inside.prevalence[0, python] == pytest.approx(5 / 5)
        assert by_tool.outside[python] == pytest.approx(3 / 7)
        assert by_tool.inside.index[0, python] == pytest.approx(100 / (8 / 12))
        assert by_tool.inside.base[0, python] == 2
        assert by_tool.outside_base[python] == 6
        assert not by_tool.inside.significant.any()

    def test_evidence_is_that_of_a_cohort_of_the_same_people(self, planted_survey):
        everyone = dataclasses.replace(PLANTED, filters=Filters())
        features = encode(planted_survey, everyone, ALL_TOOLS)
        member = gave_answer(planted_survey, AnswerFilter("Role", ("Analyst",)))
        found = profile_group(features, member, "Analysts")
        marked = {
            tool.name
            for tool, mark in zip(found.tools, found.by_tool.inside.significant[0], strict=True)
            if mark > 0
        }
        assert marked == {"t00", "t01", "t02", "t03"}
        assert found.by_tool.outside_low[0] < found.by_tool.outside[0]
        assert found.by_tool.outside[0] < found.by_tool.outside_high[0]

    def test_who_is_left_out_is_in_neither(self, planted_survey):
        features = encode(planted_survey, PLANTED, ALL_TOOLS)
        member = gave_answer(planted_survey, AnswerFilter("Role", ("Analyst",)))
        found = profile_group(features, member, "Analysts")
        new = without(planted_survey, (planted_survey.answers["Wave"] == "new").to_numpy())
        plain = dataclasses.replace(PLANTED, filters=Filters())
        alone = profile_group(
            encode(new, plain, ALL_TOOLS),
            gave_answer(new, AnswerFilter("Role", ("Analyst",))),
            "Analysts",
        )
        assert (found.size, found.rest) == (alone.size, alone.rest) == (40, 120)
        np.testing.assert_allclose(found.by_tool.outside, alone.by_tool.outside)
        np.testing.assert_array_equal(
            found.by_tool.inside.significant, alone.by_tool.inside.significant
        )
