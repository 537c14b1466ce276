"""Small cohort sets to save, whose every figure is known."""

from __future__ import annotations

import dataclasses
import hashlib
from uuid import uuid4

import numpy as np

from db import AttributeShare, Content, Look, Membership, NewVersion, RunFacts
from segmentation.cohorts import Cohort, CohortSet, Observed, OfferedTool
from segmentation.cohorts.members import pack
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import RunSpec
from segmentation.vocabulary import Tool

MAPPING = Mapping((QuestionMapping("Tools", "tools", "IDE"),))
RESPONDENTS = 12
LABELS = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1, -1])


def cohort(name: str, size: int = 5) -> Cohort:
    return Cohort(
        name=name,
        description=f"{name}, described",
        size=size,
        share=0.4,
        share_low=0.1,
        share_high=0.7000000000000001,
        mixture_share=0.5,
        rate=(2 / 3, 0.1 + 0.2, 0.25),
        prevalence=(0.8, None, 1 / 3),
        base=(5, 0, 3),
    )


def cohort_set(names: tuple[str, ...] = ("Notebooks", "Editors"), survey: str = "one") -> CohortSet:
    return CohortSet(
        survey=f"Survey {survey}",
        survey_sha256=hashlib.sha256(survey.encode()).hexdigest(),
        respondents=RESPONDENTS,
        respondents_used=10,
        tools=(Tool("Jupyter", "IDE"), Tool("Vim", "IDE"), Tool("Jupyter", "Platform")),
        overall=(0.6, 0.3, 0.2),
        cohorts=tuple(cohort(name) for name in names),
        spec=RunSpec(),
        mapping=MAPPING,
        versions={"numpy": "2.4.6"},
        offered=(
            offered("Vim", len(names)),
            offered("Emacs", len(names)),
        ),
        respondents_effective=9.5,
        unlike_below=-4.25,
        members=pack(LABELS),
    )


def offered(name: str, cohorts: int) -> OfferedTool:
    """A tool that the survey offered."""
    group = Observed(prevalence=0.05, base=5, effective=4.5, weight=0.5)
    return OfferedTool(Tool(name, "IDE"), (name.upper(),), True, group, (group,) * cohorts)


def content(names: tuple[str, ...] = ("Notebooks", "Editors"), survey: str = "one") -> Content:
    return Content(
        cohort_set(names, survey),
        tuple(
            Look(place=len(names) - 1 - i, colour=f"#00000{i}", hidden=i == 1, notes=f"note {i}")
            for i in range(len(names))
        ),
        tuple(
            AttributeShare(i, "Role", level, share, 5)
            for i in range(len(names))
            for level, share in (("Student", 0.6), ("Researcher", 0.4))
        ),
    )


def members() -> Membership:
    return Membership(LABELS, np.linspace(0, 1, RESPONDENTS, dtype=np.float32))


def new_version(line: str = "Python users", key: str = "", **changes: object) -> NewVersion:
    """A version to save; every call is another save unless it is given a `key`."""
    new = NewVersion(
        line, content(), key or uuid4().hex, author="Ana", note="first look", membership=members()
    )
    return dataclasses.replace(new, **changes)  # type: ignore[arg-type]


def run_facts(seed: int = 42) -> RunFacts:
    spec = RunSpec()
    return RunFacts(
        data_sha256=cohort_set().survey_sha256,
        mapping=MAPPING,
        spec=dataclasses.replace(spec, embed=dataclasses.replace(spec.embed, seed=seed)),
        libraries={"numpy": "2.4.6"},
        metrics={"cohorts": 2, "heldout_gain": 0.30000000000000004},
        seconds={"embed": 1.5},
        author="Ana",
    )
