"""Surveys whose truth is known: a hundred without cohorts, a hundred with planted ones.

Each is made from its name and seed alone. Without cohorts: both kinds of shuffles of real surveys,
and drawn ones in which tools are independent given how many each respondent tends to choose, and
given which questions were asked. With cohorts: profiles whose contrast is set so that somebody who
knew them would place 95 % (clear), 85 % (medium) or 70 % (hard) of the respondents rightly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmentation import read_survey, suggest_mapping
from segmentation.encode import encode, features_of
from segmentation.spec import RunSpec
from segmentation.trust.people import People, draw, who_form
from segmentation.trust.structure import LARGEST, SHUFFLES, Kind
from segmentation.vocabulary import Tool

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
REAL = {
    "Jupyter 2020": "jupyter_2020/all_responses.csv",
    "Stack Overflow 2019": "stackoverflow_2019/tools.csv",
    "R community 2018": "r_community/2018_en.tsv",
    "CNCF 2018": "cncf/cncf_2018.csv",
}
KINDS: tuple[Kind, ...] = ("independent", "breadth-keeping")
PLACED_RIGHTLY = {"clear": 0.95, "medium": 0.85, "hard": 0.70}

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Case:
    """`shape`: what kind of survey; `planted`: whether it has cohorts; `of`: a real survey."""

    shape: str
    seed: int
    respondents: int
    planted: bool = False
    tools: int = 40
    cohorts: int = 1
    breadth: float = 0.0
    routed: str = ""
    weighted: bool = False
    common: float = 0.25
    of: str = ""

    @property
    def name(self) -> str:
        return f"{self.shape} {self.of} {self.seed}".replace("  ", " ")


@dataclass(frozen=True, eq=False)
class Made:
    """`people`: those used, on the tools kept; `truth`: (people,), 0 throughout without cohorts."""

    people: People
    truth: Ints


def cases() -> Iterator[Case]:
    """All two hundred, those without cohorts first."""
    yield from _shuffles_of_real_ones()
    yield from _drawn_without_cohorts()
    yield from _planted()


def _shuffles_of_real_ones() -> Iterator[Case]:
    for of, file in REAL.items():
        if (SHARED / file).exists():
            for kind in KINDS:
                for seed in range(5):
                    yield Case(f"{kind} shuffle of", seed, LARGEST, of=of)


def _drawn_without_cohorts() -> Iterator[Case]:
    sizes = (200, 400, 700, 1_200, 2_000, 4_000)
    for seed in range(60):
        size, tools = sizes[seed % 6], (20, 35, 50)[seed // 6 % 3]
        plain = {"seed": 100 + seed, "respondents": size, "tools": tools}
        yield (
            Case("sparse", common=0.14, **plain),
            Case("dense", common=0.5, **plain),
            Case("breadth varies strongly", breadth=1.0, **plain),
            Case("breadth, two crowds", breadth=-1.0, **plain),
            Case("skip-routed", routed="two blocks", **plain),
            Case("skip-routed, groups differ", routed="groups differ", **plain),
            Case("skip-routed, many sets", routed="many sets", **plain),
            Case("weighted", weighted=True, **plain),
            Case("breadth, skip-routed", breadth=0.8, routed="groups differ", **plain),
            Case("breadth, weighted", breadth=0.8, weighted=True, **plain),
        )[(seed + seed // 10) % 10]


def _planted() -> Iterator[Case]:
    sizes = (200, 350, 600, 1_000, 2_000, 5_000, 20_000)
    rng = np.random.default_rng(5)
    for seed in range(100):
        difficulty = tuple(PLACED_RIGHTLY)[seed % 3]
        on_top = ("", "breadth", "routed", "weighted", "")[seed // 3 % 5]
        yield Case(
            difficulty,
            1_000 + seed,
            sizes[seed // 3 % 7],
            planted=True,
            tools=int(rng.integers(20, 56)),
            cohorts=int(rng.integers(3, 13)),
            breadth=0.6 if on_top == "breadth" else 0.0,
            routed="two blocks" if on_top == "routed" else "",
            weighted=on_top == "weighted",
        )


def made(case: Case) -> Made:
    """The survey of a case, encoded as the product does, with the threshold of 10 %."""
    if case.of:
        people = real_people(case.of)
        people = people.take(draw(len(people), LARGEST, 0))
        people = SHUFFLES[_kind(case)](people, 7_000 + case.seed)
        return Made(people, np.zeros(len(people), dtype=np.int64))
    rng = np.random.default_rng(case.seed)
    truth = np.zeros(case.respondents, dtype=np.int64)
    if case.planted:
        share = rng.dirichlet(np.full(case.cohorts, 4.0))
        truth = rng.choice(case.cohorts, case.respondents, p=share)
    gate = rng.integers(0, 2, (case.respondents, 4 if case.routed == "many sets" else 1))
    asked = _asked(case, gate)
    log_odds = _log_odds(case, truth, gate, asked, rng)
    chosen = (rng.random(log_odds.shape) < _chance(log_odds)) & asked
    weight = rng.gamma(2.0, 0.5, case.respondents) + 0.1 if case.weighted else _ones(case)
    names = tuple(Tool(f"tool {number:02d}", "Tool") for number in range(case.tools))
    features = features_of(names, chosen, asked, weight, RunSpec().encode)
    return Made(who_form(features), truth[features.used])


def _kind(case: Case) -> Kind:
    return next(kind for kind in KINDS if case.shape.startswith(kind))


@cache
def real_people(name: str) -> People:
    """All whom the product uses, on the tools kept."""
    survey = read_survey(SHARED / REAL[name])
    return who_form(encode(survey, suggest_mapping(survey), RunSpec().encode))


def _ones(case: Case) -> Floats:
    return np.ones(case.respondents)


def _asked(case: Case, gate: Ints) -> Bools:
    """Every second tool was asked of all; the others of those whom their gate let through."""
    asked = np.ones((case.respondents, case.tools), dtype=bool)
    if case.routed:
        for tool in range(0, case.tools, 2):
            column = gate[:, tool // 2 % gate.shape[1]]
            side = 1 if case.routed == "many sets" else tool // 2 % 2
            asked[:, tool] = column == side
    return asked


def _log_odds(
    case: Case, truth: Ints, gate: Ints, asked: Bools, rng: np.random.Generator
) -> Floats:
    """Log odds of choosing: (respondents, tools)."""
    spread = 0.3 if case.shape == "sparse" else 0.8
    base = np.log(case.common / (1 - case.common)) + rng.normal(0, spread, case.tools)
    lean = np.zeros((case.respondents, 1))
    if case.breadth > 0:
        lean = rng.normal(0, case.breadth, lean.shape)
    elif case.breadth < 0:
        lean = case.breadth * np.where(rng.random(lean.shape) < 0.3, -1.0, 0.6)
    log_odds = base + lean
    if case.routed in {"groups differ", "many sets"}:
        for column in gate.T:
            log_odds = log_odds + np.outer(column, rng.normal(0, 0.7, case.tools))
    if not case.planted:
        return np.asarray(log_odds)
    shift = rng.normal(0, 1, (case.cohorts, case.tools))
    shift -= shift.mean(axis=0)
    contrast = _contrast(log_odds, shift, truth, asked, PLACED_RIGHTLY[case.shape], case.seed)
    return np.asarray(log_odds + contrast * shift[truth])


def _contrast(
    log_odds: Floats, shift: Floats, truth: Ints, asked: Bools, wanted: float, seed: int
) -> float:
    """How much to multiply `shift` by so that who knew the profiles would place that share."""
    some = np.random.default_rng(seed).choice(len(truth), 4_000)
    log_odds, truth, asked = log_odds[some], truth[some], asked[some]
    luck = np.random.default_rng(seed).random(log_odds.shape)
    share = np.bincount(truth, minlength=len(shift)) / len(truth)
    low, high = 0.0, 6.0
    for _ in range(12):
        contrast = (low + high) / 2
        chosen = luck < _chance(log_odds + contrast * shift[truth])
        fit = np.empty((len(truth), len(shift)))
        for cohort, profile in enumerate(shift):
            chance = _chance(log_odds + contrast * profile)
            fit[:, cohort] = (np.log(np.where(chosen, chance, 1 - chance)) * asked).sum(axis=1)
        rightly = np.mean((fit + np.log(share + 1e-12)).argmax(axis=1) == truth)
        low, high = (contrast, high) if rightly < wanted else (low, contrast)
    return (low + high) / 2


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)))
