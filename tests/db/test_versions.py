"""Saving versions, reading them as they were saved, and what hangs on them."""

import dataclasses
import json

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import DraftKey, Look, drafts, lines, runs, surveys, versions
from db.content import DEEPEST_TRUST, LARGEST_TRUST, content_json, fits_trust
from db.errors import NotFoundError, StoreError, TamperedError
from db.surveys import SurveyFacts
from segmentation.cohorts import Trusted
from tests.db.builders import cohort_set, content, members, new_version, run_facts

CHILDREN = ("cohort", "prevalence", "attribute_distribution", "membership")


def count(store, table):
    with store.reading() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def test_a_version_reads_back_exactly_as_it_was_saved(store):
    saved = versions.save(store, new_version())
    version = versions.read(store, saved.version.id)
    assert version.content == content()
    assert version.content.cohorts.to_json() == cohort_set().to_json()
    assert version.record == saved.version
    assert (version.record.number, version.record.author) == (1, "Ana")
    assert (version.record.line, version.record.cohorts) == ("Python users", 2)


TRUST = {
    "structure": {"verdict": "none", "gain": 0.1 + 0.2, "independent": [0.5, -0.25]},
    "cohorts": [{"name": "Noté", "stability": None, "band": "stable"}],
    "role_independence": [],
}


def test_what_was_found_out_of_the_cohorts_is_kept_and_hashed_with_them(store):
    told = dataclasses.replace(content(), trust=TRUST)
    saved = versions.save(store, new_version(content=told))
    assert versions.read(store, saved.version.id).content == told
    without = versions.save(store, new_version())
    assert versions.read(store, without.version.id).content.trust is None
    assert saved.version.content_sha256 != without.version.content_sha256
    other = dataclasses.replace(told, trust={**TRUST, "role_independence": [1]})
    again = versions.save(store, new_version(content=other))
    assert again.version.content_sha256 != saved.version.content_sha256


def test_the_short_verdict_is_kept_with_the_set(store):
    cohorts = cohort_set()
    trust = Trusted(cohorts.fingerprint, "unclear", 0.1, 0.1, 10, 20)
    told = dataclasses.replace(content(), cohorts=cohorts.trusted(trust))
    saved = versions.save(store, new_version(content=told))
    assert versions.read(store, saved.version.id).content.cohorts.trust == trust


def test_a_version_without_has_the_text_that_it_always_had():
    assert set(json.loads(content_json(content()))) == {
        *("schema", "cohort_set", "looks", "attributes")
    }


def nested(levels):
    return {"a": nested(levels - 1)} if levels else 1


@pytest.mark.parametrize(
    "trust",
    [
        *([1], "text", 7),
        {"a": float("nan")},
        {"a": {1, 2}},
        {1: "a", "b": "c"},
        {"a": "x" * LARGEST_TRUST},
        nested(DEEPEST_TRUST + 1),
        nested(900),
    ],
)
def test_nothing_else_is_kept_as_what_was_found_out(store, trust):
    assert not fits_trust(trust)
    with pytest.raises(ValueError, match="trust"):
        versions.save(store, new_version(content=dataclasses.replace(content(), trust=trust)))
    assert lines.saved_lines(store) == ()


def test_as_much_as_may_be_told_is_kept(store):
    trust = {"a": "x" * (LARGEST_TRUST - len('{"a":""}'))}
    told = dataclasses.replace(content(), trust=trust)
    saved = versions.save(store, new_version(content=told))
    assert versions.read(store, saved.version.id).content == told
    assert fits_trust(nested(DEEPEST_TRUST))


def test_members_read_back_by_row(store):
    saved = versions.save(store, new_version())
    there = versions.membership(store, saved.version.id)
    np.testing.assert_array_equal(there.cohort, members().cohort)
    np.testing.assert_array_equal(there.posterior, members().posterior)


def test_members_default_to_those_of_the_set(store):
    saved = versions.save(store, new_version(membership=None))
    there = versions.membership(store, saved.version.id)
    np.testing.assert_array_equal(there.cohort, members().cohort)
    assert there.posterior is None
    none = dataclasses.replace(content(), cohorts=dataclasses.replace(cohort_set(), members=""))
    without = versions.save(store, new_version(content=none, membership=None))
    assert versions.membership(store, without.version.id) is None


def test_members_of_many_cohorts_and_their_posteriors_fit_too(store):
    many = tuple(f"Cohort {i}" for i in range(200))
    labels = np.arange(12) + 188
    posterior = np.full((12, 200), 1 / 200, dtype=np.float32)
    new = new_version(
        content=content(many), membership=dataclasses.replace(members(), cohort=labels)
    )
    new = dataclasses.replace(
        new, membership=dataclasses.replace(new.membership, posterior=posterior)
    )
    there = versions.membership(store, versions.save(store, new).version.id)
    np.testing.assert_array_equal(there.cohort, labels)
    np.testing.assert_array_equal(there.posterior, posterior)


def test_the_content_can_be_queried(store):
    saved = versions.save(store, new_version())
    with store.reading() as session:
        rows = session.execute(
            text(
                "SELECT c.name, c.size, c.share, c.weighted_share, p.prevalence, p.base "
                "FROM cohort c JOIN prevalence p "
                "ON p.version_id = c.version_id AND p.position = c.position "
                "WHERE p.tool = 'Jupyter' AND p.category = 'IDE' AND c.version_id = :id "
                "ORDER BY c.position"
            ),
            {"id": saved.version.id},
        ).all()
    assert [tuple(row) for row in rows] == [
        ("Notebooks", 5, 0.5, 0.4, 0.8, 5),
        ("Editors", 5, 0.5, 0.4, 0.8, 5),
    ]


def test_tools_that_formed_no_cohort_can_be_queried_too(store):
    versions.save(store, new_version())
    with store.reading() as session:
        rows = session.execute(
            text(
                "SELECT tool, prevalence, base, rate FROM prevalence WHERE position = 1 "
                'ORDER BY "column"'
            )
        )
        assert [tuple(row) for row in rows] == [
            ("Jupyter", 0.8, 5, 2 / 3),
            ("Vim", None, 0, 0.1 + 0.2),
            ("Jupyter", 1 / 3, 3, 0.25),
            ("Emacs", 0.05, 5, None),
        ]


def test_looks_default_to_the_order_of_the_set(store):
    plain = dataclasses.replace(content(), looks=())
    saved = versions.save(store, new_version(content=plain))
    assert versions.read(store, saved.version.id).content.looks == (Look(place=0), Look(place=1))


def test_versions_of_a_line_count_up(store):
    first = versions.save(store, new_version())
    second = versions.save(store, new_version(parent=first.version.id))
    other = versions.save(store, new_version("Another line"))
    assert [saved.version.number for saved in (first, second, other)] == [1, 2, 1]
    assert second.newer is None
    assert second.version.parent == first.version.id
    (another, python) = lines.saved_lines(store)
    assert (another.name, python.name, python.versions) == ("Another line", "Python users", 2)
    assert python.latest == second.version
    assert lines.history(store, python.id) == (first.version, second.version)


def test_a_line_is_known_by_its_name_in_any_case(store):
    versions.save(store, new_version("Straße "))
    saved = versions.save(store, new_version("STRASSE"))
    assert (saved.version.line, saved.version.number) == ("Straße", 2)
    assert lines.find_line(store, "strasse").versions == 2
    assert lines.find_line(store, "nothing") is None


def test_fault_2_the_same_key_never_makes_two_versions(store):
    first = versions.save(store, new_version(key="once"))
    again = versions.save(store, new_version(key="once"))
    assert again.already
    assert again.version == first.version
    assert again.sentence == "Already saved as v1 of Python users."
    assert count(store, "cohort_version") == 1


def test_a_save_says_nothing_of_a_key_that_was_never_used(store):
    assert versions.by_key(store, "never") is None


def test_a_save_removes_its_draft_and_no_other(store):
    mine, other = DraftKey("ana", "s", "r"), DraftKey("ben", "s", "r")
    for key in (mine, other):
        drafts.keep(store, key, {"names": {"0": "Notebooks"}})
    versions.save(store, new_version(draft=mine))
    assert drafts.find(store, mine) is None
    assert drafts.find(store, other).content == {"names": {"0": "Notebooks"}}


def test_a_failed_save_leaves_nothing_and_keeps_the_draft(store):
    key = DraftKey("ana", "s", "r")
    drafts.keep(store, key, {"names": {}})
    with pytest.raises(NotFoundError, match="parent version"):
        versions.save(store, new_version(parent="nobody", draft=key))
    assert [count(store, table) for table in ("cohort_line", "cohort_version", "survey")] == [0] * 3
    assert drafts.find(store, key) is not None


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "a\ud800b"])
def test_names_that_cannot_be_kept_are_refused(store, name):
    with pytest.raises(StoreError, match="name of the cohort set"):
        versions.save(store, new_version(name))


def test_text_is_kept_as_typed(store):
    odd = ("<b>*x*</b>", "'; DROP TABLE cohort; --", "\u202eabc", "日本 🧪")
    saved = versions.save(store, new_version("{{7*7}}", content=content(odd)))
    there = versions.read(store, saved.version.id)
    assert tuple(c.name for c in there.content.cohorts.cohorts) == odd
    assert there.record.line == "{{7*7}}"


def test_a_character_that_no_database_keeps_is_refused_wherever_it_stands(store):
    with pytest.raises(StoreError, match="cannot be saved"):
        versions.save(store, new_version(content=content(("a\x00b", "c"))))


def test_archiving_hides_and_deletes_nothing(store):
    first = versions.save(store, new_version()).version
    second = versions.save(store, new_version(parent=first.id)).version
    lines.archive_version(store, second.id, "Ana")
    lines.archive_version(store, second.id, "Ben")
    assert lines.history(store, first.line_id) == (first,)
    assert [v.archived for v in lines.history(store, first.line_id, archived=True)] == [False, True]
    assert lines.saved_lines(store)[0].latest == first
    assert versions.read(store, second.id).content == content()
    lines.archive_version(store, second.id, hidden=False)
    assert len(lines.history(store, first.line_id)) == 2


def test_an_archived_line_is_listed_on_request_and_comes_back_with_a_save(store):
    first = versions.save(store, new_version()).version
    lines.archive_line(store, first.line_id)
    assert lines.saved_lines(store) == ()
    assert [line.archived for line in lines.saved_lines(store, archived=True)] == [True]
    versions.save(store, new_version(parent=first.id))
    assert [line.versions for line in lines.saved_lines(store)] == [2]


def test_a_line_gets_another_name_unless_it_is_taken(store):
    first = versions.save(store, new_version()).version
    versions.save(store, new_version("Taken"))
    lines.rename(store, first.line_id, "Pythonistas")
    assert versions.read(store, first.id).record.line == "Pythonistas"
    with pytest.raises(StoreError, match="choose another name"):
        lines.rename(store, first.line_id, "TAKEN")


def test_a_version_knows_its_run_and_the_run_repeats(store):
    survey = surveys.remember(store, SurveyFacts("One", cohort_set().survey_sha256))
    run = runs.keep(store, survey.id, run_facts(seed=7))
    again = runs.keep(store, survey.id, run_facts(seed=8))
    saved = versions.save(store, new_version(run=run.id))
    assert runs.find(store, saved.version.run).facts == run_facts(seed=7)
    assert saved.version.survey_id == survey.id
    assert {r.id for r in runs.runs_of(store, survey.id)} == {run.id, again.id}
    assert count(store, "mapping") == 1
    with pytest.raises(NotFoundError, match="run"):
        versions.save(store, new_version(run="nobody"))


def test_what_is_not_there_is_said(store):
    for look in (versions.read, versions.membership, surveys.find, runs.find):
        with pytest.raises(NotFoundError, match="choose one from the list"):
            look(store, "nobody")


@pytest.mark.parametrize("table", ["cohort_version", *CHILDREN, "run", "mapping"])
@pytest.mark.parametrize("change", ["update", "delete", "overwrite"])
def test_fault_23_triggers_keep_saved_versions(store, table, change):
    survey = surveys.remember(store, SurveyFacts("One", cohort_set().survey_sha256))
    run = runs.keep(store, survey.id, run_facts())
    saved = versions.save(store, new_version(run=run.id))
    column = "id" if table in ("cohort_version", "run", "mapping") else "version_id"
    overwrite = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    statement = {
        "update": f"UPDATE {table} SET {column} = {column}",
        "delete": f"DELETE FROM {table}",
        "overwrite": overwrite if store.path else f"TRUNCATE {table} CASCADE",
    }[change]
    before = count(store, table)
    with (
        pytest.raises(DBAPIError, match="saved versions and runs never change"),
        store.writing() as session,
    ):
        session.execute(text(statement))
    assert count(store, table) == before > 0
    assert versions.read(store, saved.version.id).content == content()


TAMPERING = {
    "content": "UPDATE cohort_version SET content = replace(content, 'Notebooks', 'Notebook')",
    "hash": "UPDATE cohort_version SET content_sha256 = 'x'",
    "author": "UPDATE cohort_version SET author = 'Eve'",
    "time": "UPDATE cohort_version SET saved_at = '2020-01-01T00:00:00.000000+00:00'",
    "cohort": "UPDATE cohort SET size = size + 1 WHERE position = 0",
    "prevalence": "UPDATE prevalence SET prevalence = 0.9 WHERE position = 0",
    "row gone": "DELETE FROM attribute_distribution WHERE rank = 1",
    "row more": "INSERT INTO attribute_distribution (version_id, position, rank, attribute, level, "
    "share, base) SELECT version_id, position, 9, attribute, level, share, base "
    "FROM attribute_distribution WHERE rank = 0",
}


def without_triggers(store, statement):
    """What somebody can do who owns the database."""
    with store.writing() as session:
        if store.path is None:
            session.execute(text("SET session_replication_role = replica"))
        else:
            names = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for (name,) in names.all():
                session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(statement))
        if store.path is None:
            session.execute(text("SET session_replication_role = DEFAULT"))


@pytest.mark.parametrize("how", TAMPERING)
def test_fault_24_a_version_that_was_tampered_with_says_so(store, how):
    saved = versions.save(store, new_version())
    without_triggers(store, TAMPERING[how])
    with pytest.raises(TamperedError, match="v1 of Python users is not what was saved"):
        versions.read(store, saved.version.id)
    assert len(lines.saved_lines(store)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE membership SET data = 'x' WHERE kind = 'cohort'",
        "DELETE FROM membership WHERE kind = 'posterior'",
        "UPDATE membership SET shape = '[99999999999]'",
        "UPDATE membership SET dtype = '|O'",
    ],
)
def test_fault_24_members_that_were_tampered_with_say_so(store, statement):
    saved = versions.save(store, new_version())
    without_triggers(store, statement)
    with pytest.raises(TamperedError, match="not what was saved"):
        versions.membership(store, saved.version.id)


def test_other_content_has_another_hash(store):
    one = versions.save(store, new_version()).version
    two = versions.save(store, new_version()).version
    three = versions.save(store, new_version(content=content(("Notebook", "Editors")))).version
    assert one.content_sha256 == two.content_sha256 != three.content_sha256


def test_shares_of_a_cohort_that_is_not_in_the_set_are_a_fault_of_the_program():
    wrong = dataclasses.replace(content(), attributes=content(("a", "b", "c")).attributes)
    with pytest.raises(ValueError, match="not in the set"):
        content_json(wrong)
    with pytest.raises(ValueError, match="looks for"):
        content_json(dataclasses.replace(content(), looks=(Look(),)))
