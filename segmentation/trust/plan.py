"""The tasks of a Trust run, each named by what it computes, so that none is done twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from segmentation.mixture import Ints
from segmentation.resample import Task, seed_of
from segmentation.run import Segmentation
from segmentation.spec import ClusterSpec, Method, RunSpec, TrustSpec
from segmentation.trust import how_many, methods, structure
from segmentation.trust.audits import attributes as against
from segmentation.trust.audits import order
from segmentation.trust.chain import Found, chain, held, nothing, several
from segmentation.trust.model import Varied
from segmentation.trust.people import People, draw, everybody, who_form

LARGEST = 20_000
"""Respondents whom resamples draw from; of more, a random sample of these."""

COMPARED = 10
"""Half samples on which all methods are run, so that their stability can be compared."""

NEIGHBOURS = (16, 24, 48, 64)
THRESHOLDS = (0.05, 0.075, 0.125, 0.15)
"""Other settings under which the cohorts are looked for again."""

KINDS: tuple[structure.Kind, ...] = get_args(structure.Kind)

REAL = ("structure", "as it is")
IN_ORDER = ("order", "as it is")


@dataclass(frozen=True, eq=False)
class Plan:
    """`people`: who count, or a sample of them, on all tools; `used`: rows of `people` who chose a
    kept tool; `rows`: of the respondents of the file, each of `people`; `tested`: whom the
    structure test looks at, on the tools kept; `cohorts`: how many the result has; `name`: of all
    that results depend on, beside their own key."""

    name: str
    spec: RunSpec
    asked: TrustSpec
    people: People
    used: Ints
    rows: Ints
    tested: People
    cohorts: int

    @property
    def ways(self) -> tuple[Method, ...]:
        """The other methods, which the result's own is compared with."""
        own = self.spec.cluster.method
        return tuple(method for method in methods.METHODS if method != own)

    def half(self, number: int) -> Ints:
        """Rows of `people` in one half sample, out of those used."""
        rng = np.random.default_rng(seed_of(self.spec.embed.seed, "half", number))
        drawn = rng.choice(len(self.used), len(self.used) // 2, replace=False)
        rows: Ints = self.used[np.sort(drawn)]
        return rows

    def key(self, *parts: object) -> str:
        return "/".join((self.name, *map(str, parts)))


def plan(run: Segmentation, asked: TrustSpec) -> Plan:
    made, features = run.cohorts, run.features
    seed = made.spec.embed.seed
    included = np.flatnonzero(features.included)
    sampled = draw(len(included), LARGEST, seed_of(seed, "respondents"))
    rows = included[sampled]
    tested = who_form(features)
    tested = tested.take(draw(len(tested), structure.LARGEST, seed_of(seed, "tested")))
    said = [made.survey_sha256, made.mapping.sha256(), json.dumps(made.spec.to_dict())]
    return Plan(
        name=hashlib.sha256("\n".join(said).encode()).hexdigest()[:24],
        spec=made.spec,
        asked=asked,
        people=everybody(features).take(sampled),
        used=np.flatnonzero(features.used[rows]),
        rows=rows,
        tested=tested,
        cohorts=run.clustering.cohorts,
    )


def first(plan: Plan, run: Segmentation) -> Iterator[Task]:
    """What the first verdict needs, then each method on everybody, which the rest builds on."""
    yield _task(plan, "Testing for structure", structure.as_it_is, REAL, plan.tested, plan.spec)
    yield from shuffles(plan, range(min(structure.FIRST, plan.asked.shuffles)))
    step = "Putting rows and columns in another order"
    yield _task(plan, step, chain, IN_ORDER, plan.tested, structure.keeping_all(plan.spec))
    yield from attributes(plan, run)
    yield from class_fits(plan, how_many.FEW)
    for method in methods.METHODS:
        if method != "latent-class":
            yield from runs_of(plan, with_seeds(plan, method))


def second(plan: Plan, classes: int, as_it_is: Found) -> Iterator[Task]:
    """The rest. `classes`: what a free number of latent classes comes to; `as_it_is`: the
    cohorts of those that the structure test looks at, in the order of the file."""
    yield from runs_of(plan, with_seeds(plan, "latent-class", classes))
    yield from halves(plan, range(min(COMPARED, plan.asked.resamples)), classes)
    yield from other_settings(plan)
    yield from shuffles(plan, range(structure.FIRST, plan.asked.shuffles))
    yield from orders(plan, as_it_is)
    yield from halves(plan, range(COMPARED, plan.asked.resamples), classes)


def class_fits(plan: Plan, numbers: Iterable[int]) -> Iterator[Task]:
    for classes in numbers:
        step = f"Trying {classes} latent classes"
        yield _task(
            *(plan, step, how_many.fit_of, ("classes", classes), plan.people, plan.spec, classes),
            cost=0.4 + classes / 6,
        )


def cost_of_rest(plan: Plan) -> float:
    """What `second` will cost, before it is known what it looks like."""
    return sum(task.cost for task in second(plan, 1, nothing(0)))


def orders(plan: Plan, as_it_is: Found) -> Iterator[Task]:
    """Rows and columns in another order, which should change nobody's cohort."""
    for number in range(order.SHUFFLES):
        seed = seed_of(plan.spec.embed.seed, "order", number)
        yield _task(
            *(plan, "Putting rows and columns in another order", order.moved, ("order", number)),
            *(plan.tested, structure.keeping_all(plan.spec), as_it_is, seed),
        )


def attributes(plan: Plan, run: Segmentation) -> Iterator[Task]:
    """Each attribute against the cohorts as they are now, merged and split."""
    labels = np.full(len(run.features.used), -1, dtype=np.int64)
    labels[run.features.used] = run.clustering.labels
    count = run.clustering.cohorts
    for number, attribute in enumerate(run.features.attributes):
        if attribute.levels:
            yield _task(
                *(plan, "Setting cohorts beside attributes", against.one),
                attribute_key(run, number),
                *(attribute, labels, count, against.PERMUTATIONS, plan.spec.embed.seed),
                cost=0.3,
            )


def attribute_key(run: Segmentation, number: int) -> tuple[object, ...]:
    return "attribute", run.cohorts.fingerprint, number


def shuffles(plan: Plan, numbers: Iterable[int]) -> Iterator[Task]:
    for number in numbers:
        for kind in KINDS:
            seed = seed_of(plan.spec.embed.seed, kind, number)
            yield _task(
                *(plan, "Shuffling the survey", structure.shuffled, (kind, number)),
                *(plan.tested, plan.spec, kind, seed),
            )


def with_seeds(plan: Plan, method: Method, classes: int = 0) -> list[RunSpec]:
    specs = [methods.with_method(plan.spec, method, s) for s in methods.seeds(plan.spec.embed)]
    return [replace(spec, cluster=held(spec.cluster, classes)) for spec in specs]


def run_key(spec: RunSpec) -> tuple[object, ...]:
    return "method", spec.cluster.method, spec.cluster.cohorts, spec.embed.seed


def runs_of(plan: Plan, specs: Iterable[RunSpec]) -> Iterator[Task]:
    for spec in specs:
        name = methods.WORDS[spec.cluster.method]
        step = f"Comparing methods: {name}"
        yield _task(plan, step, methods.run_method, run_key(spec), plan.people, spec, cost=6)


def halves(plan: Plan, numbers: Iterable[int], classes: int) -> Iterator[Task]:
    """Half samples: the result's own way, and on the first ones the others too."""
    own = held(plan.spec.cluster, plan.cohorts)
    for number in numbers:
        ways = [own, *compared_ways(plan, classes)] if number < COMPARED else [own]
        yield _task(
            *(plan, "Looking for the cohorts in half samples", in_half, half_key(number, ways)),
            *(plan.people, plan.half(number), plan.spec, tuple(ways)),
            cost=1.5 * len(ways),
        )


def half_key(number: int, ways: list[ClusterSpec]) -> tuple[object, ...]:
    return "half", number, len(ways), *(way.cohorts for way in ways)


def compared_ways(plan: Plan, classes: int) -> list[ClusterSpec]:
    """Each method with everybody assigned."""
    return [
        held(methods.with_method(plan.spec, method).cluster, classes) for method in methods.METHODS
    ]


def in_half(
    people: People, rows: Ints, spec: RunSpec, ways: tuple[ClusterSpec, ...]
) -> tuple[Found, ...]:
    """What is found among some of the people, who are taken out only here: no copies of answers
    wait for their turn."""
    return several(people.take(rows), spec, ways)


def other_settings(plan: Plan) -> Iterator[Task]:
    for varied, value, spec in settings(plan):
        step = "Looking for the cohorts under other settings"
        yield _task(plan, step, chain, ("setting", varied, value), plan.people, spec, cost=3)


def settings(plan: Plan) -> Iterator[tuple[Varied, float, RunSpec]]:
    """Other neighbours, which latent classes do not look at, and other thresholds."""
    spec = plan.spec
    spec = replace(spec, cluster=held(spec.cluster, plan.cohorts))
    if spec.cluster.method != "latent-class":
        for count in NEIGHBOURS:
            if count != spec.embed.neighbors:
                yield "neighbours", count, replace(spec, embed=replace(spec.embed, neighbors=count))
    for threshold in THRESHOLDS:
        if threshold != spec.encode.threshold:
            changed = replace(spec, encode=replace(spec.encode, threshold=threshold))
            yield "threshold", threshold, changed


def _task(
    plan: Plan,
    step: str,
    work: Any,
    key: tuple[object, ...],
    *arguments: object,
    cost: float = 1.0,
) -> Task:
    return Task(plan.key(*key), step, work, arguments, cost)
