"""Whether cohorts are real: said on every page that shows them, saved along, dropped by a merge."""

from __future__ import annotations

import csv
import io
import json

import pytest

from db import lines, versions
from db.content import LARGEST_TRUST
from pages.shared import trusting, verdicts
from pages.shared.results import Shown
from segmentation.cohorts import CohortSet
from segmentation.cohorts.trusted import SENTENCES
from segmentation.trust.record import summary
from segmentation.trust.report import to_dict
from tests.pages.cohorts_walk import buttons, merge, name, press, said, save, store
from tests.pages.walk import COHORTS, SEGMENT, finish, open_file, result, texts
from tests.segmentation.builders import planted, survey_csv
from tests.segmentation.trust_results import trust_of

SAVED, APPLY = "pages/views/saved.py", "pages/views/apply.py"
HOSTILE = "<script>alert(1)</script> [x](http://evil.example) $a$"


@pytest.fixture
def check(monkeypatch):
    """`check("none")`: from now on this is what was found out about the result as it came out."""

    def found(verdict="none", **more):
        def known(shown: Shown):
            return trust_of(shown.base.cohorts, verdict, **more)

        monkeypatch.setattr(trusting, "known", known)

    return found


@pytest.fixture
def files(monkeypatch):
    """The files that a page offers, by name."""
    offered = {}

    def offer(made, key, disabled=False):
        offered.update(made)

    monkeypatch.setattr("pages.shared.widgets.file_buttons", offer)
    return offered


def kept(number=-1):
    line = lines.find_line(store(), "Mine")
    return versions.read(store(), lines.history(store(), line.id)[number].id)


def downloads(test):
    return {button.key for button in test.get("download_button")}


@pytest.mark.parametrize("page", [SEGMENT, COHORTS])
def test_as_long_as_nobody_looked_that_is_said_with_the_way_to_it(app, planted_csv, page):
    test = open_file(app, planted_csv, page=page)
    assert verdicts.UNCHECKED in texts(test)
    assert "to-trust" in buttons(test)
    assert not test.warning


@pytest.mark.parametrize("page", [SEGMENT, COHORTS])
@pytest.mark.parametrize("verdict", ["none", "breadth only", "unclear"])
def test_what_is_no_structure_is_a_caution(app, planted_csv, check, page, verdict):
    check(verdict)
    test = open_file(app, planted_csv, page=page)
    assert not test.exception
    (warning,) = test.warning
    assert warning.value.replace("\\", "") == SENTENCES[verdict]
    assert "to-trust" not in buttons(test)


@pytest.mark.parametrize("page", [SEGMENT, COHORTS])
def test_structure_is_one_quiet_line(app, planted_csv, check, page):
    check("structure")
    test = open_file(app, planted_csv, page=page)
    assert not test.warning
    assert SENTENCES["structure"] in texts(test).replace("\\", "")


def test_each_card_says_what_to_make_of_its_cohort_in_words(app, planted_csv, check):
    check("structure")
    shown = texts(open_file(app, planted_csv, page=COHORTS))
    assert "**Holds** (stability 0.90: highly stable)" in shown
    assert "**Pattern, members doubtful** (stability 0.65: pattern)" in shown
    assert "**Do not use** (stability 0.40: dissolved)" in shown


def test_cards_say_nothing_before_anything_is_known_of_them(app, planted_csv, check):
    check("none", partial=True)
    test = open_file(app, planted_csv, page=COHORTS)
    assert test.warning
    assert "**Holds**" not in texts(test)


def test_a_merge_drops_it_and_undoing_that_brings_it_back(app, planted_csv, check):
    check("none")
    test = open_file(app, planted_csv, page=COHORTS)
    name(test, 0).set_value("Another").run()
    assert SENTENCES["none"] in said(test).replace("\\", "")
    merge(test, 0, 1)
    assert not test.exception
    assert SENTENCES["none"] not in said(test).replace("\\", "")
    assert verdicts.UNCHECKED in texts(test)
    assert "**Holds**" not in texts(test)
    finish(test.button(key="undo").click().run())
    assert SENTENCES["none"] in said(test).replace("\\", "")


def test_the_files_of_the_segment_page_say_so(app, planted_csv, check, files):
    check("unclear")
    open_file(app, planted_csv)
    for table in ("assignments.csv", "profiles.csv"):
        rows = list(csv.DictReader(io.StringIO(files[table]())))
        assert {row["caution"] for row in rows} == {SENTENCES["unclear"]}
    cohorts = CohortSet.from_json(files["cohorts.json"]())
    assert cohorts.trust is not None
    assert cohorts.trust.verdict == "unclear"


def test_unsaved_cohorts_are_compared_with_their_caution(app, planted_csv, check):
    check("none")
    test = open_file(app, planted_csv, page=COHORTS)
    save(test, "Mine")
    name(test, 0).set_value("Another").run()
    test.switch_page("pages/views/compare.py").run()
    shown = texts(finish(test)).replace("\\", "")
    assert f"A: {SENTENCES['none']}" in shown
    assert f"B: {SENTENCES['none']}" in shown


def test_a_version_keeps_the_verdict_and_all_figures(app, planted_csv, check):
    check("none")
    test = open_file(app, planted_csv, page=COHORTS)
    name(test, 0).set_value(HOSTILE).run()
    save(test, "Mine")
    version, found = kept(), result(test).cohorts
    assert version.content.cohorts.trust == summary(trust_of(found), found)
    told = version.content.trust
    assert told is not None
    assert told["structure"] == to_dict(trust_of(found))["structure"]
    assert [one["name"] for one in told["cohorts"]] == [
        cohort.name for cohort in version.content.cohorts.cohorts
    ]
    assert HOSTILE in [one["name"] for one in told["cohorts"]]


def test_a_version_before_any_check_is_as_it_always_was(app, planted_csv):
    test = open_file(app, planted_csv, page=COHORTS)
    test.button(key="save").click().run()
    assert f"{verdicts.UNCHECKED} The version will say so" in texts(test)
    save(test, "Mine")
    assert kept().content.trust is None
    assert kept().content.cohorts.trust is None


def test_what_was_found_out_since_makes_another_version_and_is_named(app, planted_csv, check):
    test = open_file(app, planted_csv, page=COHORTS)
    save(test, "Mine")
    check("structure")
    test.run()
    test.button(key="save").click().run()
    shown = texts(test)
    assert "Saved along: whether the cohorts are real, with all figures" in shown
    assert "What is known of whether the cohorts are real" in shown
    test.button(key="save-now").click().run()
    assert "Saved as v2" in said(test)
    assert kept(0).content.trust is None
    assert kept(1).content.trust is not None
    first, second = (kept(number).record.run for number in (0, 1))
    assert first == second, "it is one run"


def test_more_figures_than_can_be_kept_leave_the_verdict(app, planted_csv, check, monkeypatch):
    check("none")
    monkeypatch.setattr(verdicts, "to_dict", lambda _: {"long": "x" * LARGEST_TRUST})
    test = open_file(app, planted_csv, page=COHORTS)
    test.button(key="save").click().run()
    assert "download trust.json there" in texts(test)
    save(test, "Mine")
    assert kept().content.trust is None
    assert kept().content.cohorts.trust is not None


def test_no_answer_of_anybody_is_kept_with_it(app, check):
    chosen, _ = planted(3, 40, 12)
    canary = {"Comment": [f"canary {i}" for i in range(len(chosen))]}
    check("none")
    test = open_file(app, survey_csv(chosen, canary), page=COHORTS)
    save(test, "Mine")
    told = json.dumps(kept().content.trust) + kept().content.cohorts.to_json()
    assert "canary" not in told


def test_the_saved_page_shows_it_and_hands_it_out(app, planted_csv, check):
    check("breadth only")
    test = open_file(app, planted_csv, page=COHORTS)
    save(test, "Mine")
    version = kept()
    test.switch_page(SAVED).run()
    assert not test.exception
    shown = texts(test).replace("\\", "")
    assert SENTENCES["breadth only"] in shown
    assert "+0.25 ± 0.10 nats · 2 shuffled copies of each kind · 120 respondents" in shown
    assert "**Do not use** (stability 0.40: dissolved)" in shown
    assert f"trust-json-{version.record.id}" in downloads(test)


def test_the_saved_page_says_where_nobody_looked(app, planted_csv):
    test = open_file(app, planted_csv, page=COHORTS)
    save(test, "Mine")
    test.switch_page(SAVED).run()
    assert verdicts.NOT_WHEN_SAVED in texts(test)
    assert not [key for key in downloads(test) if key.startswith("trust-json")]


def test_the_apply_page_repeats_the_caution(app, planted_csv, check):
    check("none")
    test = open_file(app, planted_csv, page=COHORTS)
    save(test, "Mine")
    finish(test.switch_page(APPLY).run())
    assert not test.exception
    assert SENTENCES["none"] in said(test).replace("\\", "")


def test_a_hidden_cohort_keeps_its_place_among_the_rulings(app, planted_csv, check):
    check("structure")
    test = open_file(app, planted_csv, page=COHORTS)
    press(test, "hide", 0)
    shown = texts(test)
    assert "**Holds**" not in shown
    assert "**Do not use**" in shown
