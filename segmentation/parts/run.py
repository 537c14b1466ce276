"""A survey in parts -> cohorts, as `segmentation.run.segment` finds them in one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from segmentation.cluster import cluster
from segmentation.cohorts import Everybody, cohorts_of
from segmentation.embed import embed
from segmentation.encode import NO_WEIGHT, Attribute, Features, check_something_left, over_threshold
from segmentation.errors import MappingError, WorkbenchError
from segmentation.neighbours import distinct_patterns, find_neighbours
from segmentation.parts.agreeing import Agreed, agreed
from segmentation.parts.aligning import Everywhere, aligned, totals_of
from segmentation.parts.drawing import (
    Buckets,
    Drawn,
    fetched,
    filled,
    nominees_of,
    order_of,
    people_of,
    picks_of,
    taken,
    together,
)
from segmentation.parts.files import PartFile
from segmentation.parts.placing import Place, found_in, placed
from segmentation.parts.reading import Asked, Plan, plan_of, read_part, summary_of
from segmentation.parts.work import Pool
from segmentation.profiles import Counts, describe
from segmentation.progress import Progress, silent
from segmentation.run import Clock, Segmentation, validate_clustering
from segmentation.spec import RunSpec
from segmentation.vocabulary import Tool

AT_ONCE = 16
"""Parts whose counts are added up in one go."""


@dataclass(frozen=True)
class Source:
    """A survey in `parts`, what it is called, and what is `asked` of it."""

    parts: tuple[PartFile, ...]
    name: str
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True, eq=False)
class PartsRun:
    """`sample`: the run on the people fitted, with the profiles and cohorts of everybody.
    `people`: their rows in all of the survey, from 0. `names`: of the parts. `notes`: what to know
    about the parts, a sentence each. `used`, `included`, `respondents`: of everybody."""

    sample: Segmentation
    people: Any
    names: tuple[str, ...]
    notes: tuple[str, ...]
    respondents: int
    included: int
    used: int


def segment_parts(
    source: Source, spec: RunSpec, pool: Pool, out: str | None = None, progress: Progress = silent
) -> PartsRun:
    """Find the cohorts of a survey in parts; with `out`, who is in which is written to that folder,
    a file a part. `progress`: of what is done here, on the sample.

    Raises WorkbenchError with what to change, like `segment`.
    """
    if not spec.fit.sample:
        raise WorkbenchError(
            "A survey in parts is fitted on a sample: set the sample to fit on (--sample) to a "
            "number above 0."
        )
    clock = Clock()
    with clock("read"):
        common, plan, features = _read(source, pool)
    with clock("encode"):
        tools, everywhere = _counted(features, spec, pool)
    with clock("draw"):
        shared, drawn, used = _drawn(features, everywhere, spec, pool)
    sample, people = _sample(drawn, common, tools, everywhere)
    with clock("neighbours"):
        patterns = distinct_patterns(sample)
        neighbours = find_neighbours(sample, spec.neighbours, progress, patterns)
    with clock("embed"):
        embedding = embed(neighbours, spec.embed, progress=progress)
    with clock("cluster"):
        found = cluster(sample, patterns, embedding, spec.cluster, spec.embed.seed, progress)
    with clock("validate"):
        validation = validate_clustering(sample, found, spec.embed.seed)
    with clock("place"):
        pool.step = "Placing everybody"
        rule = pool.share(found_in(sample, patterns, found, spec.cluster.unassigned))
        before = np.cumsum([0, *common.rows]).tolist()
        places = [Place(i + 1, before[i], out) for i in range(len(source.parts))]
        adding = pool.each(placed, features, places, everywhere=shared, found=rule)
        counts: Counts = reduce(add, pool.fetch(adding))
    profiles = describe(counts, sample, found)
    everybody = Everybody(len_of(common), common.included, used, counts.effective, counts.tools)
    cohorts = cohorts_of(common.survey, everybody, sample, found, profiles, (spec, common.mapping))
    run = Segmentation(
        sample, neighbours, embedding, found, validation, profiles, cohorts, clock.seconds
    )
    return PartsRun(
        run,
        people,
        tuple(part.name for part in source.parts),
        (*plan.notes, *common.notes),
        len_of(common),
        common.included,
        used,
    )


def len_of(common: Agreed) -> int:
    return sum(common.rows)


def _read(source: Source, pool: Pool) -> tuple[Agreed, Plan, list[Any]]:
    """Every part read, and laid on what they have in common."""
    pool.step = "Looking at the largest part"
    model = max(source.parts, key=lambda part: part.size)
    (plan,) = pool.fetch(pool.each(plan_of, [model], asked=source.asked))
    pool.step = "Reading the parts"
    how = pool.share(plan)
    reads = pool.each(read_part, source.parts, plan=how)
    summaries = pool.fetch(pool.each(summary_of, reads))
    common = agreed(source.name, summaries, plan.mapping)
    return common, plan, pool.each(aligned, reads, agreed=pool.share(common))


def _counted(features: list[Any], spec: RunSpec, pool: Pool) -> tuple[tuple[Tool, ...], Everywhere]:
    """The tools, and what everybody together decides about them."""
    pool.step = "Counting the tools"
    found = pool.fetch(pool.each(totals_of, features))
    chosen, asked, base = (
        np.sum([getattr(one, which) for one in found], axis=0)
        for which in ("chosen", "asked", "base")
    )
    if base.any() and not asked.any():
        raise MappingError(NO_WEIGHT)
    prevalence, kept = over_threshold(chosen, asked, spec.encode)
    check_something_left(spec.encode, prevalence, kept, used=True)
    return found[0].tools, Everywhere(base, prevalence, kept)


def _drawn(
    features: list[Any], everywhere: Everywhere, spec: RunSpec, pool: Pool
) -> tuple[Any, list[Drawn], int]:
    """Everybody used, or the sample of them, part by part; and how many are used."""
    pool.step = "Drawing the sample"
    shared, size, seed = pool.share(everywhere), spec.fit.sample, spec.embed.seed
    orders = pool.each(order_of, features, everywhere=shared, seed=seed)
    people: Counter[int] = sum(pool.fetch(pool.each(people_of, orders)), Counter())
    used = people.total()
    check_something_left(spec.encode, everywhere.prevalence, everywhere.kept, bool(used))
    wanted: Sequence[Any] = [None] * len(features)
    if used > size:
        buckets = pool.share(Buckets.of(people, size))
        counts = pool.each(filled, orders, buckets=buckets)
        picks = pool.each(picks_of, [_added(counts, buckets, pool)], size=size, seed=seed)[0]
        nominees = pool.each(nominees_of, orders, buckets=buckets, picks=picks)
        (at,) = pool.fetch([picks])
        wanted = taken(at, pool.fetch(nominees))
    drawn = pool.each(fetched, features, orders, [shared] * len(features), wanted)
    return shared, pool.fetch(drawn), used


def _added(counts: list[Any], buckets: Any, pool: Pool) -> Any:
    """Counts of all parts added up where they are, some at a time."""
    some = [counts[i : i + AT_ONCE] for i in range(0, len(counts), AT_ONCE)]
    sums = [pool.each(together, [buckets], *([one] for one in few))[0] for few in some]
    return sums[0] if len(sums) == 1 else _added(sums, buckets, pool)


def _sample(
    drawn: list[Drawn], common: Agreed, tools: tuple[Tool, ...], everywhere: Everywhere
) -> tuple[Features, Any]:
    """The people drawn as features, in the order of the survey, and their rows in it."""
    before = np.cumsum([0, *common.rows])
    people = np.concatenate([one.rows + first for one, first in zip(drawn, before, strict=False)])
    shape = len(people), len(tools)
    chosen, asked = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    chosen[:, everywhere.kept] = np.vstack([one.chosen.table() for one in drawn])
    asked[:, everywhere.kept] = np.vstack([one.asked.table() for one in drawn])
    everybody = np.ones(len(people), dtype=bool)
    return Features(
        tools=tools,
        chosen=chosen,
        asked=asked,
        weight=np.concatenate([one.weight for one in drawn]),
        base=everywhere.base,
        prevalence=everywhere.prevalence,
        kept=everywhere.kept,
        used=everybody,
        included=everybody,
        attributes=tuple(_named(one) for one in common.attributes),
    ), people


def _named(common: Any) -> Attribute:
    """An attribute by name and levels, without anybody's answers, for `describe`."""
    nobody = np.zeros((0, len(common.levels.names)), dtype=bool)
    multiple = common.question.kind == "multi-select"
    name = common.entry.name or common.question.text
    return Attribute(name, common.levels.names, nobody, nobody[:, 0], multiple)
