"""Nothing that a respondent wrote is in the database, its backups, its exports or the log."""

import logging

import numpy as np
import pytest

from db import (
    Content,
    DraftKey,
    NewVersion,
    RunFacts,
    SurveyFacts,
    backup,
    drafts,
    exchange,
    runs,
    surveys,
    versions,
)
from db.described import attribute_shares
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.outputs import metrics
from segmentation.run import segment
from segmentation.spec import ClusterSpec, RunSpec
from tests.segmentation.builders import planted, survey_csv

MAPPING = Mapping(
    (
        QuestionMapping("Tools", "tools", "IDE"),
        QuestionMapping("Editor", "tools", "Editor"),
        QuestionMapping("Role", "attribute", name="Role"),
        QuestionMapping("Id", "id"),
    )
)


@pytest.mark.slow
def test_fault_76_no_answer_of_a_respondent_is_kept(file_store, database, caplog):
    chosen, _ = planted()
    rows = len(chosen)
    role = ["Student" if i % 2 else "Researcher" for i in range(rows)]
    role[5] = "canary-role"
    extra = {
        "Id": [f"canary-id-{i}" for i in range(rows)],
        "E-mail": [f"canary{i}@example.org" for i in range(rows)],
        "Comment": [f"canary comment {i}" for i in range(rows)],
        "Role": role,
        "Editor": ["Vim;canary-editor" if i == 7 else "Vim;Emacs" for i in range(rows)],
    }
    with caplog.at_level(logging.DEBUG):
        run = segment(
            read_survey(survey_csv(chosen, extra), "planted.csv"),
            MAPPING,
            RunSpec(cluster=ClusterSpec("latent-class", cohorts=4, unassigned="everyone")),
        )
        found = run.cohorts
        shares = attribute_shares(run.profiles)
        assert {share.level for share in shares} == {"Student", "Researcher"}
        facts = SurveyFacts("planted.csv", found.survey_sha256, file_name="planted.csv")
        survey = surveys.remember(file_store, facts)
        repeatable = runs.keep(
            file_store,
            survey.id,
            RunFacts(
                found.survey_sha256, MAPPING, found.spec, found.versions, metrics(run), run.seconds
            ),
        )
        drafts.keep(file_store, DraftKey("ana", found.survey_sha256, "result"), {"names": {}})
        new = NewVersion("Planted", Content(found, attributes=shares), "key", run=repeatable.id)
        saved = versions.save(file_store, new)
        copied = backup.back_up(file_store)
        exported = exchange.export_workspace(file_store)
    there = versions.read(file_store, saved.version.id)
    assert there.content.cohorts == found
    assert versions.membership(file_store, saved.version.id).cohort.shape == (rows,)
    assert np.isclose(sum(s.share for s in shares if s.cohort == 0), 1.0, atol=0.05)
    kept = (database.read_bytes(), copied.read_bytes(), exported.encode(), caplog.text.encode())
    assert not any(b"canary" in raw for raw in kept)
