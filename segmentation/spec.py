"""Every parameter of a run, with its default, bounds, unit and help, in one place.

Widgets, command line and docs read `parameter(...)`; `RunSpec` is what a run is repeatable from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from segmentation.errors import SpecError

Metric = Literal["jaccard", "hamming", "cosine", "dice", "breadth-free"]
Method = Literal["hdbscan", "leiden", "latent-class"]
Selection = Literal["eom", "leaf"]
Unassigned = Literal["keep", "likely", "everyone"]

MAX_NEIGHBORS = 128
"""Neighbours are computed once for this many and sliced for every smaller number."""


@dataclass(frozen=True)
class Parameter:
    """What a person needs to know to set one parameter."""

    label: str
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""


def _field(default: Any, label: str, help: str, **limits: Any) -> Any:
    return field(default=default, metadata={"parameter": Parameter(label, help, **limits)})


def parameters(spec: type) -> dict[str, Parameter]:
    """The parameters of one spec class by field name."""
    return {f.name: f.metadata["parameter"] for f in dataclasses.fields(spec)}


def _check(name: str, value: Any, parameter: Parameter) -> None:
    if parameter.choices:
        if value not in parameter.choices:
            raise SpecError(
                f"{parameter.label} must be one of {', '.join(parameter.choices)}, not {value!r}."
            )
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise SpecError(f"{parameter.label} ({name}) must be a number, not {value!r}.")
    low, high = parameter.low, parameter.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise SpecError(f"{parameter.label} must lie between {low:g} and {high:g}, not {value:g}.")


class _Checked:
    """Raises SpecError on construction when a value is out of its bounds."""

    def __post_init__(self) -> None:
        for name, parameter in parameters(type(self)).items():
            _check(name, getattr(self, name), parameter)


@dataclass(frozen=True)
class EncodeSpec(_Checked):
    threshold: float = _field(
        0.10,
        "Prevalence threshold",
        "Tools chosen by a smaller share of those asked do not form cohorts; they are still "
        "described in the profiles.",
        low=0.0,
        high=0.5,
        step=0.01,
        unit="share of respondents asked",
    )


@dataclass(frozen=True)
class FitSpec(_Checked):
    sample: int = _field(
        50_000,
        "Sample to fit on",
        "With more respondents than this, the map and the cohorts are made from a sample of this "
        "many, and everybody else is placed by their answers; 0 always uses everybody.",
        low=0,
        high=5_000_000,
        step=1000,
        unit="respondents",
    )


@dataclass(frozen=True)
class NeighbourSpec(_Checked):
    metric: Metric = _field(
        "jaccard",
        "Distance",
        "How two respondents' tool sets are compared. Jaccard counts shared tools against all "
        "tools of the two; Dice weighs shared tools double; cosine allows for set size; Hamming "
        "also counts tools that neither uses; breadth-free counts only what someone uses, or does "
        "not, beyond what their number of tools leads one to expect.",
        choices=("jaccard", "hamming", "cosine", "dice", "breadth-free"),
    )


@dataclass(frozen=True)
class EmbedSpec(_Checked):
    neighbors: int = _field(
        32,
        "Neighbours",
        "How many of the most similar respondents each one is compared with. Few show fine "
        "groups, many show the broad ones.",
        low=2,
        high=MAX_NEIGHBORS,
        step=1,
        unit="respondents",
    )
    min_dist: float = _field(
        0.0,
        "Minimum distance",
        "How tightly the map may pack similar respondents. Zero separates cohorts best; larger "
        "values spread points out for reading.",
        low=0.0,
        high=0.99,
        step=0.05,
    )
    dimensions: int = _field(
        2,
        "Dimensions",
        "Dimensions of the map that HDBSCAN looks at; the picture always shows the first two.",
        low=2,
        high=10,
        step=1,
    )
    seed: int = _field(
        42,
        "Seed",
        "Number that fixes every random choice, so that the same run gives the same cohorts.",
        low=0,
        high=2**31 - 1,
        step=1,
    )


@dataclass(frozen=True)
class ClusterSpec(_Checked):
    method: Method = _field(
        "hdbscan",
        "Method",
        "HDBSCAN finds dense islands on the map and leaves the rest unassigned; Leiden divides "
        "the network of similar respondents; latent classes fit a statistical model to the "
        "answers themselves.",
        choices=("hdbscan", "leiden", "latent-class"),
    )
    min_cluster_size: float = _field(
        0.02,
        "Minimum cohort size",
        "Smaller groups do not count as a cohort, nor do groups of fewer than 10 respondents.",
        low=0.005,
        high=0.25,
        step=0.005,
        unit="share of respondents used",
    )
    min_samples: int = _field(
        10,
        "Minimum samples",
        "How crowded a spot must be to belong to a cohort. Higher leaves more people unassigned.",
        low=1,
        high=200,
        step=1,
        unit="respondents",
    )
    selection: Selection = _field(
        "leaf",
        "Cohort selection",
        "eom keeps the most persistent groups and may join fine ones; leaf keeps the finest "
        "groups of at least the minimum size.",
        choices=("eom", "leaf"),
    )
    epsilon: float = _field(
        0.0,
        "Merge distance",
        "Groups closer than this on the map are one cohort; zero switches it off.",
        low=0.0,
        high=5.0,
        step=0.05,
        unit="map units",
    )
    resolution: float = _field(
        1.0,
        "Resolution",
        "Leiden only: larger values give more and smaller cohorts.",
        low=0.1,
        high=5.0,
        step=0.1,
    )
    cohorts: int = _field(
        0,
        "Number of cohorts",
        "Latent classes only: how many; 0 lets the Bayesian information criterion choose.",
        low=0,
        high=30,
        step=1,
        unit="cohorts",
    )
    unassigned: Unassigned = _field(
        "keep",
        "Unassigned respondents",
        "keep leaves them apart; likely assigns those whose best cohort has a probability of at "
        "least one half; everyone assigns all.",
        choices=("keep", "likely", "everyone"),
    )


@dataclass(frozen=True)
class TrustSpec(_Checked):
    """How thoroughly the cohorts of a run are examined; no part of the run itself."""

    resamples: int = _field(
        50,
        "Half samples",
        "In how many random halves of the respondents the cohorts are looked for again. More make "
        "the stability of each cohort more exact.",
        low=5,
        high=500,
        step=5,
        unit="half samples",
    )
    shuffles: int = _field(
        20,
        "Shuffled copies",
        "With how many shuffled copies of the survey, of each of two kinds, it is compared. More "
        "make a verdict of structure harder to come by through luck.",
        low=5,
        high=200,
        step=5,
        unit="copies of each kind",
    )


SETTINGS_OF: Mapping[Method, tuple[str, ...]] = {
    "hdbscan": ("min_cluster_size", "min_samples", "selection", "epsilon"),
    "leiden": ("resolution",),
    "latent-class": ("cohorts",),
}
"""Clustering settings that only one method reads."""


@dataclass(frozen=True)
class RunSpec:
    """Everything that decides a run's result, beside the survey and the mapping."""

    encode: EncodeSpec = EncodeSpec()
    neighbours: NeighbourSpec = NeighbourSpec()
    embed: EmbedSpec = EmbedSpec()
    cluster: ClusterSpec = ClusterSpec()
    fit: FitSpec = FitSpec()

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RunSpec:
        """Inverse of `to_dict`; missing values take their defaults.

        Raises SpecError for an unknown name or a value out of bounds.
        """
        parts = {f.name: f.default for f in dataclasses.fields(cls)}
        _reject_unknown(data, parts)
        return cls(**{name: _part(type(parts[name]), data.get(name, {})) for name in parts})


def _part(spec: type, values: Mapping[str, Any]) -> Any:
    _reject_unknown(values, parameters(spec))
    return spec(**values)


def _reject_unknown(values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SpecError(
            f"Unknown setting {unknown[0]!r}; known here are {', '.join(sorted(known))}."
        )
