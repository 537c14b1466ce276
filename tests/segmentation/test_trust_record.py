"""What a check found, as it goes along with the cohorts that it is of, and with no others."""

import dataclasses
import json

import pytest

from segmentation.cohorts import CohortSet, CohortTrusted, Trusted, trusted
from segmentation.spec import EncodeSpec, RunSpec
from segmentation.trust.audits.model import AttributeAudit, Audits
from segmentation.trust.record import summary, with_trust
from segmentation.trust.report import to_dict
from tests.segmentation.cohort_sets import blocks, cohort_set
from tests.segmentation.trust_results import trust_of


@pytest.fixture
def cohorts() -> CohortSet:
    labels = [0] * 5 + [1] * 3 + [-1] * 2
    names = tuple(f"t{i}" for i in range(4))
    return cohort_set(names, [0.6, 0.4], blocks(2, 2), people=10, labels=labels)


def test_the_summary_of_a_check(cohorts):
    assert summary(trust_of(cohorts, "unclear"), cohorts) == Trusted(
        of=cohorts.fingerprint,
        verdict="unclear",
        gain=0.25,
        se=0.05,
        respondents=10,
        shuffles=2,
        resamples=50,
        cohorts=(
            CohortTrusted(0.9, "highly stable", "holds"),
            CohortTrusted(0.65, "pattern", "pattern, members doubtful"),
        ),
    )


def test_cohorts_stand_in_the_order_of_the_set(cohorts):
    trust = trust_of(cohorts)
    turned = dataclasses.replace(trust, cohorts=trust.cohorts[::-1])
    assert summary(turned, cohorts) == summary(trust, cohorts)


def test_it_survives_the_file(cohorts):
    found = with_trust(cohorts, trust_of(cohorts))
    assert found.trust is not None
    assert CohortSet.from_json(found.to_json()) == found


def test_a_verdict_alone_is_enough(cohorts):
    found = with_trust(cohorts, trust_of(cohorts, "breadth only", partial=True))
    assert found.caution == trusted.SENTENCES["breadth only"]
    assert found.trust is not None
    assert found.trust.cohorts == ()


def test_before_there_is_a_verdict_there_is_no_summary(cohorts):
    trust = dataclasses.replace(trust_of(cohorts), structure=None)
    assert with_trust(cohorts, trust) == with_trust(cohorts, None) == cohorts


def test_it_is_kept_under_other_names(cohorts):
    named = cohorts.renamed({0: "Another"}, {1: "Described"})
    assert with_trust(named, trust_of(cohorts)).trust == summary(trust_of(cohorts), cohorts)


@pytest.mark.parametrize(
    "change",
    [
        {"fingerprint": "0" * 16},
        {"survey_sha256": "another"},
        {"spec": RunSpec(EncodeSpec(0.2))},
    ],
)
def test_that_of_another_result_is_dropped(cohorts, change):
    trust = dataclasses.replace(trust_of(cohorts), **change)
    assert with_trust(cohorts, trust).trust is None


def test_that_of_cohorts_of_other_sizes_is_dropped_even_without_a_fingerprint(cohorts):
    trust = dataclasses.replace(trust_of(cohorts), fingerprint="")
    assert with_trust(cohorts, trust).trust is not None
    merged = dataclasses.replace(cohorts.cohorts[0], size=10)
    after = dataclasses.replace(cohorts, cohorts=(merged, cohorts.cohorts[1]))
    assert with_trust(after, trust).trust is None


def test_trust_json_leaves_out_what_a_few_people_wrote_in(cohorts):
    audit = AttributeAudit(
        name="Role title",
        levels=("Analyst", "canary", "Engineer"),
        people=14,
        v=0.2,
        ami=0.1,
        p=0.5,
        permutations=99,
        level="canary",
        counts=((3, 2), (4, 0), (0, 5)),
        title=True,
    )
    trust = dataclasses.replace(trust_of(cohorts), audits=Audits(attributes=(audit,)))
    told = to_dict(trust)
    (found,) = told["audits"]["attributes"]
    assert (found["levels"], found["counts"]) == (["Analyst", "Engineer"], [[3, 2], [0, 5]])
    assert (found["name"], found["people"], found["level"]) == ("Role title", 14, "")
    assert "canary" not in json.dumps(told)
    assert to_dict(dataclasses.replace(trust, audits=Audits()))["audits"]["attributes"] is None
