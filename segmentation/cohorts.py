"""A saved set of cohorts: described, and able to place anyone later with arithmetic alone."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.cluster import LIKELY, Clustering
from segmentation.encode import Features
from segmentation.errors import WorkbenchError
from segmentation.mapping import Mapping
from segmentation.mixture import Bools, Floats, Ints, Mixture, score
from segmentation.profiles import Profiles
from segmentation.spec import RunSpec
from segmentation.vocabulary import Tool

SCHEMA = 1

LIBRARIES = ("numpy", "scipy", "scikit-learn", "umap-learn", "hdbscan", "scikit-network", "stepmix")
"""Libraries whose version a run's result may depend on."""

NO_SET = "This file is not a saved cohort set: choose the cohorts.json that a run wrote."

NO_INFORMATION = 1e-9
"""Nats below which no tool tells anything, as with one cohort: then all tools count alike."""

COVERAGE_FLOOR = 0.5
"""Below this share of the definition's information an assignment is refused."""


@dataclass(frozen=True)
class Cohort:
    """One cohort. `rate[t]`: smoothed probability of choosing tool t of the set, which assigns;
    `prevalence[t]`, `base[t]`: what was observed among its members, which describes."""

    name: str
    description: str
    size: int
    share: float
    share_low: float
    share_high: float
    mixture_share: float
    rate: tuple[float, ...]
    prevalence: tuple[float | None, ...]
    base: tuple[int, ...]


@dataclass(frozen=True)
class CohortSet:
    """Cohorts with everything that assigns a new respondent: for each cohort its mixture share
    and its rate for each of `tools`. No respondent's answers are in it."""

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

    @property
    def mixture(self) -> Mixture:
        return Mixture(
            np.array([c.mixture_share for c in self.cohorts]),
            np.array([c.rate for c in self.cohorts]),
        )

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
        data = {
            "schema": SCHEMA,
            **{f.name: getattr(self, f.name) for f in dataclasses.fields(self)},
            "tools": [dataclasses.asdict(tool) for tool in self.tools],
            "cohorts": [dataclasses.asdict(cohort) for cohort in self.cohorts],
            "spec": self.spec.to_dict(),
            "mapping": json.loads(self.mapping.to_json()),
        }
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> CohortSet:
        """Inverse of `to_json`. Raises WorkbenchError when the text is no saved cohort set."""
        try:
            data = json.loads(text)
            schema = data.pop("schema")
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise WorkbenchError(NO_SET) from error
        if schema != SCHEMA:
            raise WorkbenchError(
                "These cohorts were saved by another version of the workbench: update it, or "
                "save them again."
            )
        try:
            return _checked(cls(**{**data, **_parts(data)}))
        except (KeyError, TypeError, AttributeError, ValueError, WorkbenchError) as error:
            raise WorkbenchError(NO_SET) from error


@dataclass(frozen=True, eq=False)
class Assignment:
    """`cohort`: (respondents,), -1 = in none; `posterior`: (respondents, cohorts), nan where a
    respondent chose none of the set's tools; `coverage`: share of the definition's information
    that this survey's tools carry; `missing`: the set's tools that the survey lacks."""

    cohort: Ints
    posterior: Floats
    coverage: float
    missing: tuple[str, ...]


def define_cohorts(
    survey: tuple[str, str],
    features: Features,
    clustering: Clustering,
    profiles: Profiles,
    spec: RunSpec,
    mapping: Mapping,
) -> CohortSet:
    """The saved form of a run. `survey`: its name and SHA-256."""
    kept = features.kept
    return CohortSet(
        survey=survey[0],
        survey_sha256=survey[1],
        respondents=len(features.used),
        respondents_used=int(features.used.sum()),
        tools=features.tools_kept,
        overall=tuple(profiles.tool_rates.overall[kept].tolist()),
        cohorts=tuple(_describe(c, kept, clustering, profiles) for c in range(clustering.cohorts)),
        spec=spec,
        mapping=mapping,
        versions={library: version(library) for library in LIBRARIES},
    )


def assign(cohorts: CohortSet, features: Features, floor: float = COVERAGE_FLOOR) -> Assignment:
    """Place the respondents of any survey by the saved definition, each on their own answers.

    `features` should hold all tools (threshold 0). A respondent goes to the likeliest cohort when
    its posterior is at least one half, or always if the set was made with "everyone". Raises
    WorkbenchError when the survey carries less than `floor` of the definition's information.
    """
    column = _find_tools(cohorts.tools, features.tools)
    present = column >= 0
    information = _information(cohorts)
    if information.sum() < NO_INFORMATION:
        information = np.ones_like(information)
    coverage = float(information[present].sum() / information.sum())
    missing = tuple(t.name for t, here in zip(cohorts.tools, present, strict=True) if not here)
    if coverage < floor:
        raise WorkbenchError(
            f"This survey carries only {coverage:.0%} of what tells the saved cohorts apart "
            f"({floor:.0%} are needed); it lacks {_listed(missing)}. Map more of its questions to "
            "tools, or give its options the names of these tools."
        )
    chosen, asked = _aligned(features.chosen, column), _aligned(features.asked, column)
    placed = chosen.any(axis=1)
    posterior = np.full((len(chosen), len(cohorts.cohorts)), np.nan)
    posterior[placed] = score(cohorts.mixture, chosen[placed], asked[placed]).posterior
    cohort = np.full(len(chosen), -1, dtype=np.int64)
    cohort[placed] = posterior[placed].argmax(axis=1)
    enough = 0.0 if cohorts.spec.cluster.unassigned == "everyone" else LIKELY
    cohort[placed] = np.where(posterior[placed].max(axis=1) >= enough, cohort[placed], -1)
    return Assignment(cohort, posterior, coverage, missing)


def _parts(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "tools": tuple(Tool(**tool) for tool in data["tools"]),
        "overall": tuple(data["overall"]),
        "cohorts": tuple(_cohort(cohort) for cohort in data["cohorts"]),
        "spec": RunSpec.from_dict(data["spec"]),
        "mapping": Mapping.from_json(json.dumps(data["mapping"])),
    }


def _checked(saved: CohortSet) -> CohortSet:
    """The set itself. Raises TypeError or ValueError when it could not assign anybody."""
    mixture, tools = saved.mixture, len(saved.tools)
    texts = [text for tool in saved.tools for text in (tool.name, tool.category)]
    texts += [text for cohort in saved.cohorts for text in (cohort.name, cohort.description)]
    whole = (
        mixture.rate.shape == (len(saved.cohorts), tools)
        and mixture.rate.size
        and ((mixture.rate > 0) & (mixture.rate < 1)).all()
        and ((mixture.share > 0) & (mixture.share <= 1)).all()
        and len(saved.overall) == tools
        and all(len(c.prevalence) == len(c.base) == tools for c in saved.cohorts)
        and all(isinstance(text, str) for text in texts)
    )
    if not whole:
        raise ValueError("rates, shares or names are missing or out of bounds")
    return saved


def _cohort(data: dict[str, Any]) -> Cohort:
    lists = {name: tuple(data[name]) for name in ("rate", "prevalence", "base")}
    return Cohort(**{**data, **lists})


def _describe(index: int, kept: Bools, clustering: Clustering, profiles: Profiles) -> Cohort:
    prevalence = profiles.tool_rates.prevalence[index, kept]
    return Cohort(
        name=profiles.names[index],
        description="",
        size=int(profiles.size[index]),
        share=float(profiles.share[index]),
        share_low=float(profiles.share_low[index]),
        share_high=float(profiles.share_high[index]),
        mixture_share=float(clustering.definition.share[index]),
        rate=tuple(clustering.definition.rate[index].tolist()),
        prevalence=tuple(None if np.isnan(p) else float(p) for p in prevalence),
        base=tuple(int(b) for b in profiles.tool_rates.base[index, kept]),
    )


def _find_tools(wanted: tuple[Tool, ...], there: tuple[Tool, ...]) -> Ints:
    """Column of each wanted tool, -1 = absent: same name and category, else the one tool of that
    name whatever its category is called in this survey."""
    exact = {tool: i for i, tool in enumerate(there)}
    by_name: dict[str, list[int]] = {}
    for i, tool in enumerate(there):
        by_name.setdefault(tool.name, []).append(i)
    only = {name: found[0] for name, found in by_name.items() if len(found) == 1}
    return np.array([exact.get(t, only.get(t.name, -1)) for t in wanted], dtype=np.int64)


def _aligned(matrix: Bools, column: NDArray[np.int64]) -> Bools:
    """Columns of `matrix` in the order of `column`; false where a tool is absent."""
    return matrix[:, column] & (column >= 0)


def _information(cohorts: CohortSet) -> Floats:
    """Mutual information of each tool with the cohort, in nats: (tools,)."""
    mixture = cohorts.mixture
    p = mixture.rate
    q = mixture.share @ p
    terms = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    information: Floats = mixture.share @ terms
    return information


def _listed(names: tuple[str, ...], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
