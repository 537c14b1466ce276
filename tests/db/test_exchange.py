"""Export and import: all of it or nothing, and once however often."""

import dataclasses
import json

import pytest

from db import SurveyFacts, exchange, importing, lines, runs, surveys, versions
from db.content import LARGEST_TRUST, canonical, seal, sha256
from db.errors import DamagedError, ExchangeError, NotFoundError, TamperedError
from db.models import CohortVersion
from segmentation.cohorts import Trusted
from tests.db.builders import cohort_set, content, members, new_version, run_facts
from tests.db.test_versions import without_triggers


@pytest.fixture
def other(tmp_path, opened):
    """Another, empty store, in a file."""
    return opened(f"sqlite:///{tmp_path / 'other.db'}")


def filled(store):
    """A line of two versions with a run, another line, a survey from a report."""
    survey = surveys.remember(store, SurveyFacts("Survey one", cohort_set().survey_sha256))
    surveys.remember(store, SurveyFacts("A report", has_raw_data=False))
    run = runs.keep(store, survey.id, run_facts())
    first = versions.save(store, new_version(run=run.id)).version
    second = versions.save(store, new_version(parent=first.id, author="Ben")).version
    third = versions.save(store, new_version("Next wave", content=content(survey="two"))).version
    lines.archive_version(store, first.id, "Ana")
    return first, second, third


def test_a_workspace_moves_to_another_database_whole(store, other):
    saved = filled(store)
    found = importing.import_text(other, exchange.export_workspace(store))
    assert (found.surveys, found.runs, found.lines, found.versions) == (3, 1, 2, 3)
    assert "3 versions of 2 new cohort sets" in found.sentence
    for record in saved:
        there = versions.read(other, record.id)
        assert there == versions.read(store, record.id)
        assert versions.membership(other, record.id).cohort.tolist() == members().cohort.tolist()
    (run,) = runs.runs_of(other, saved[0].survey_id)
    assert run == runs.find(store, run.id)
    assert [v.archived for v in lines.history(other, saved[0].line_id, archived=True)] == [1, 0]


def test_what_was_found_out_of_the_cohorts_moves_along(store, other):
    cohorts = cohort_set()
    trust = Trusted(cohorts.fingerprint, "none", -0.1, 0.05, 10, 20)
    told = dataclasses.replace(
        content(), cohorts=cohorts.trusted(trust), trust={"structure": {"gain": -0.1}}
    )
    saved = versions.save(store, new_version(content=told)).version
    importing.import_text(other, exchange.export_line(store, saved.line_id))
    assert versions.read(other, saved.id).content == told
    assert versions.read(other, saved.id).record.content_sha256 == saved.content_sha256


def test_a_workspace_moves_to_a_server_and_back(store, url, other, opened, tmp_path):
    saved = filled(other)
    importing.import_text(store, exchange.export_workspace(other))
    back = opened(f"sqlite:///{tmp_path / 'back.db'}")
    importing.import_text(back, exchange.export_workspace(store))
    assert [versions.read(back, record.id) for record in saved] == [
        versions.read(other, record.id) for record in saved
    ]


def test_one_line_takes_only_what_it_needs(store, other):
    first, second, _ = filled(store)
    found = importing.import_text(other, exchange.export_line(store, first.line_id))
    assert (found.surveys, found.runs, found.lines, found.versions) == (1, 1, 1, 2)
    assert lines.history(other, first.line_id) == (second,)
    with pytest.raises(NotFoundError):
        exchange.export_line(store, "nobody")


def test_importing_again_adds_nothing(store, other):
    filled(store)
    exported = exchange.export_workspace(store)
    importing.import_text(other, exported)
    before = json.loads(exchange.export_workspace(other))
    again = importing.import_text(other, exported)
    assert (again.surveys, again.runs, again.lines, again.versions, again.known) == (0, 0, 0, 0, 3)
    after = json.loads(exchange.export_workspace(other))
    assert after | {"exported_at": before["exported_at"]} == before


def test_a_line_that_went_on_in_both_places_keeps_all(store, other):
    first = versions.save(store, new_version()).version
    importing.import_text(other, exchange.export_workspace(store))
    here = versions.save(store, new_version(parent=first.id, author="Here")).version
    there = versions.save(other, new_version(parent=first.id, author="There")).version
    found = importing.import_text(store, exchange.export_workspace(other))
    assert (found.versions, found.known) == (1, 1)
    history = lines.history(store, first.line_id)
    assert [(v.number, v.author) for v in history] == [(1, "Ana"), (2, "Here"), (3, "There")]
    assert history[2].parent == first.id
    assert versions.read(store, there.id).content == content()
    assert versions.read(store, here.id).content == content()


def test_another_line_of_the_same_name_gets_a_name_of_its_own(store, other):
    versions.save(store, new_version())
    versions.save(other, new_version())
    found = importing.import_text(store, exchange.export_workspace(other))
    assert found.renamed == (("Python users", "Python users (2)"),)
    assert "Python users is called Python users (2) here" in found.sentence
    assert [line.name for line in lines.saved_lines(store)] == ["Python users", "Python users (2)"]
    (survey,) = surveys.saved_surveys(store)
    assert {line.latest.survey_id for line in lines.saved_lines(store)} == {survey.id}


VERSION = ("lines", 0, "versions", 0)
SPOILT = {
    "content": ((*VERSION, "content", "cohort_set", "cohorts", 0, "size"), 6),
    "author": ((*VERSION, "author"), "Eve"),
    "members": ((*VERSION, "membership", 0, "data"), "eJw="),
    "place is a text": ((*VERSION, "content", "looks", 0, "place"), "first"),
    "number is a text": ((*VERSION, "number"), "1"),
    "lacks a part": (("runs",), None),
    "unknown survey": (("surveys",), []),
    "versions are no list": (("lines", 0, "versions"), 7),
    "name is a number": (("lines", 0, "name"), 7),
    "name that cannot be kept": (("lines", 0, "name"), "a\x00b"),
    "run without a spec": (("runs", 0, "spec"), "{"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_export_that_was_changed_adds_nothing(store, other, how):
    filled(store)
    data = json.loads(exchange.export_workspace(store))
    (*way, last), value = SPOILT[how]
    part = data
    for step in way:
        part = part[step]
    part[last] = value
    with pytest.raises(ExchangeError, match="choose another one"):
        importing.import_text(other, json.dumps(data))
    assert surveys.saved_surveys(other) == ()
    assert lines.saved_lines(other, archived=True) == ()


def sealed_again(version):
    """What somebody can do who changes an export and knows how it is hashed."""
    text = canonical(version["content"])
    version["content_sha256"] = sha256(text)
    names = CohortVersion.model_fields
    row = CohortVersion(**{name: version[name] for name in names} | {"content": text})
    version["seal"] = seal(row)


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("looks", 0, "place"), "first"),
        (("cohort_set", "cohorts", 0, "size"), "many"),
        (("attributes", 0, "share"), "most"),
        (("attributes", 0, "cohort"), 99),
        (("schema",), 2),
        (("trust",), None),
        (("trust",), [1]),
        (("trust",), "structure"),
        (("trust",), {"a": "x" * LARGEST_TRUST}),
        (("cohort_set", "trust"), {"verdict": "structure"}),
    ],
)
def test_values_of_the_wrong_kind_are_refused_even_with_the_right_hash(store, other, way, value):
    versions.save(store, new_version())
    data = json.loads(exchange.export_workspace(store))
    version = data["lines"][0]["versions"][0]
    part = version["content"]
    for step in way[:-1]:
        part = part[step]
    part[way[-1]] = value
    sealed_again(version)
    with pytest.raises(ExchangeError, match="choose another one"):
        importing.import_text(other, json.dumps(data))


NO_EXPORTS = ["", "{}", "[]", "null", '{"format": "x", "schema": 1}', "[" * 9999]


@pytest.mark.parametrize("found", NO_EXPORTS)
def test_what_is_no_export_is_refused(store, found):
    with pytest.raises(ExchangeError, match="no export of the workbench"):
        importing.import_text(store, found)


def test_an_export_of_a_newer_version_is_refused(store, other):
    data = json.loads(exchange.export_workspace(store)) | {"schema": 2}
    with pytest.raises(ExchangeError, match="update the workbench"):
        importing.import_text(other, json.dumps(data))


def test_what_was_tampered_with_is_not_exported(store):
    versions.save(store, new_version())
    without_triggers(store, "UPDATE cohort SET size = 6 WHERE position = 0")
    with pytest.raises(TamperedError, match="not what was saved"):
        exchange.export_workspace(store)


def test_fault_11_salvage_keeps_what_can_still_be_read(file_store, database, other):
    kept = versions.save(file_store, new_version()).version
    lost = versions.save(file_store, new_version(parent=kept.id)).version
    without_triggers(file_store, f"UPDATE cohort_version SET content = 'x' WHERE id = '{lost.id}'")
    before = database.read_bytes()
    found, missing = exchange.salvage(database)
    assert missing == 1
    assert database.read_bytes() == before
    importing.import_text(other, found)
    assert [v.id for v in lines.history(other, kept.line_id)] == [kept.id]


def salvaged(path):
    """Ids of the versions that can still be read, and how many things could not; None when
    nothing can."""
    try:
        found, missing = exchange.salvage(path)
    except DamagedError:
        return None
    lines_read = json.loads(found)["lines"]
    return {version["id"] for line in lines_read for version in line["versions"]}, missing


@pytest.mark.slow
def test_fault_11_salvage_reads_around_a_damaged_page_wherever_it_is(
    file_store, database, tmp_path
):
    saved = {versions.save(file_store, new_version(f"Line {i}")).version.id for i in range(8)}
    whole, damaged, counts = database.read_bytes(), tmp_path / "damaged.db", set()
    for page in range(1, len(whole) // 4096, 3):
        damaged.write_bytes(whole[: page * 4096] + b"\xff" * 4096 + whole[(page + 1) * 4096 :])
        found = salvaged(damaged)
        if found is not None:
            kept, missing = found
            assert kept <= saved
            assert missing or kept == saved
            counts.add(len(kept))
    assert len(saved) in counts
    assert counts & set(range(1, len(saved)))


def test_fault_11_a_file_of_which_nothing_can_be_read_says_so(file_store, database):
    raw = database.read_bytes()
    database.write_bytes(raw[:100] + b"\xff" * (len(raw) - 100))
    with pytest.raises(DamagedError, match="restore the last backup"):
        exchange.salvage(database)
