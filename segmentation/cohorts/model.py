"""A saved set of cohorts: described, and able to place anyone later with arithmetic alone."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.cohorts.members import unpack
from segmentation.cohorts.parts import (
    Cohort,
    OfferedTool,
    cohort_from,
    offered_from,
    offered_to,
)
from segmentation.cohorts.trusted import Trusted, trusted_from
from segmentation.errors import WorkbenchError
from segmentation.mapping import Mapping
from segmentation.mixture import Ints, Mixture
from segmentation.spec import RunSpec
from segmentation.vocabulary import Tool

SCHEMA = 2
"""Of the JSON. 1 had no `offered`, `unlike_below`, `respondents_effective` and `members`."""

READABLE = (1, 2)

NO_SET = "This file is not a saved cohort set: choose the cohorts.json that a run wrote."

LIBRARIES = ("numpy", "scipy", "scikit-learn", "umap-learn", "hdbscan", "scikit-network", "stepmix")
"""Libraries whose version a run's result may depend on."""


@dataclass(frozen=True)
class CohortSet:
    """Cohorts with everything that assigns a new respondent: for each cohort its mixture share
    and its rate for each of `tools`. No respondent's answers are in it.

    `respondents_effective`: Kish's effective number of the respondents used. `offered`: every
    tool of the survey but write-ins of a few people. `unlike_below`: who fits less than this
    (`mixture.person_fit`) is unlike any cohort. `members`: each row's cohort, packed; ""
    where it was not kept. `respondents_included`: of the survey's `respondents`, those whom the
    mapping's filters let count. A set of schema 1 has none of these five. `trust`: what is known
    of how far the cohorts can be trusted; None where that was not looked at.
    """

    survey: str
    survey_sha256: str
    respondents: int
    respondents_used: int
    tools: tuple[Tool, ...]
    overall: tuple[float, ...]
    cohorts: tuple[Cohort, ...]
    spec: RunSpec
    mapping: Mapping
    versions: dict[str, str]
    respondents_effective: float | None = None
    offered: tuple[OfferedTool, ...] = ()
    unlike_below: float | None = None
    members: str = ""
    respondents_included: int | None = None
    trust: Trusted | None = None

    @property
    def mixture(self) -> Mixture:
        return Mixture(
            np.array([c.mixture_share for c in self.cohorts]),
            np.array([c.rate for c in self.cohorts]),
        )

    @property
    def labels(self) -> Ints | None:
        """(respondents,): the cohort of each row of the survey, -1 = in none; None if not kept."""
        return unpack(self.members, self.respondents) if self.members else None

    @property
    def fingerprint(self) -> str:
        """Tells whether two sets have the same people in the same cohorts, whatever their names."""
        return hashlib.sha256(self.members.encode()).hexdigest()[:16]

    @property
    def caution(self) -> str:
        """What whoever reads about these cohorts has to know; "" where there is nothing, or where
        it was not looked at."""
        return self.trust.caution if self.trust else ""

    def trusted(self, trust: Trusted | None) -> CohortSet:
        """The same set with how far it can be trusted; without, where that is of others."""
        own = trust is not None and _is_of(trust, self)
        return dataclasses.replace(self, trust=trust if own else None)

    def renamed(self, names: dict[int, str], descriptions: dict[int, str]) -> CohortSet:
        """The same set with names and descriptions replaced, by cohort number from 0."""
        cohorts = tuple(
            dataclasses.replace(
                cohort,
                name=names.get(i, cohort.name),
                description=descriptions.get(i, cohort.description),
            )
            for i, cohort in enumerate(self.cohorts)
        )
        return dataclasses.replace(self, cohorts=cohorts)

    def to_json(self) -> str:
        """The set as a text of the newest schema; the same set, the same text."""
        data = {
            "schema": SCHEMA,
            **{f.name: getattr(self, f.name) for f in dataclasses.fields(self)},
            "tools": [dataclasses.asdict(tool) for tool in self.tools],
            "cohorts": [dataclasses.asdict(cohort) for cohort in self.cohorts],
            "spec": self.spec.to_dict(),
            "mapping": json.loads(self.mapping.to_json()),
            "offered": [offered_to(offered) for offered in self.offered],
        }
        del data["trust"]
        if self.trust is not None:  # a set without has the text that it always had
            data["trust"] = self.trust.to_dict()
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> CohortSet:
        """Inverse of `to_json`, which reads schema 1 too.

        Raises WorkbenchError when the text is no saved cohort set.
        """
        try:
            data = json.loads(text)
            schema = data.pop("schema")
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise WorkbenchError(NO_SET) from error
        if schema not in READABLE:
            raise WorkbenchError(
                "These cohorts were saved by another version of the workbench: update it, or "
                "save them again."
            )
        try:
            return _checked(cls(**{**data, **_parts(data)}))
        except (KeyError, TypeError, AttributeError, ValueError, WorkbenchError) as error:
            raise WorkbenchError(NO_SET) from error


def _parts(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "tools": tuple(Tool(**tool) for tool in data["tools"]),
        "overall": tuple(data["overall"]),
        "cohorts": tuple(cohort_from(cohort) for cohort in data["cohorts"]),
        "spec": RunSpec.from_dict(data["spec"]),
        "mapping": Mapping.from_json(json.dumps(data["mapping"])),
        "offered": tuple(offered_from(offered) for offered in data.get("offered", ())),
        **({"trust": trusted_from(data["trust"])} if "trust" in data else {}),
    }


def _is_of(trust: Trusted, cohorts: CohortSet) -> bool:
    return trust.of == cohorts.fingerprint and len(trust.cohorts) in (0, len(cohorts.cohorts))


def _checked(saved: CohortSet) -> CohortSet:
    """The set itself. Raises TypeError or ValueError when it could not assign anybody."""
    mixture, tools = saved.mixture, len(saved.tools)
    texts = [text for tool in saved.tools for text in (tool.name, tool.category)]
    texts += [text for cohort in saved.cohorts for text in (cohort.name, cohort.description)]
    texts += [saved.survey, saved.survey_sha256]
    labels = saved.labels
    whole = (
        mixture.rate.shape == (len(saved.cohorts), tools)
        and mixture.rate.size
        and ((mixture.rate > 0) & (mixture.rate < 1)).all()
        and ((mixture.share > 0) & (mixture.share <= 1)).all()
        and len(saved.overall) == tools
        and all(len(c.prevalence) == len(c.base) == tools for c in saved.cohorts)
        and all(len(o.in_cohorts) == len(saved.cohorts) for o in saved.offered)
        and (labels is None or (labels >= -1).all() & (labels < len(saved.cohorts)).all())
        and (saved.trust is None or _is_of(saved.trust, saved))
        and all(isinstance(text, str) for text in texts)
    )
    if not whole:
        raise ValueError("rates, shares or names are missing or out of bounds")
    return saved
