"""A run -> the set that is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from segmentation.cluster import Clustering
from segmentation.cohorts.members import pack
from segmentation.cohorts.model import LIBRARIES, CohortSet
from segmentation.cohorts.parts import Cohort, Observed, OfferedTool
from segmentation.encode import Features
from segmentation.intake import Question, Survey
from segmentation.mapping import Mapping, tools_of
from segmentation.mixture import Bools, Floats, person_fit
from segmentation.profiles import MIN_COUNT, Profiles, Sums, counted
from segmentation.spec import RunSpec
from segmentation.vocabulary import Tool, canonical

UNLIKE_SHARE = 0.01
"""Of the respondents that a set is made from, these fit it least; who fits less is unlike all."""

Labels = dict[Tool, tuple[tuple[str, ...], bool]]


def define_cohorts(
    survey: Survey,
    features: Features,
    clustering: Clustering,
    profiles: Profiles,
    spec: RunSpec,
    mapping: Mapping,
) -> CohortSet:
    """The saved form of a run."""
    labels = np.full(len(features.used), -1, dtype=np.int64)
    labels[features.used] = clustering.labels
    weight = features.weight[features.used]
    everybody = Everybody(
        respondents=len(features.used),
        included=int(features.included.sum()),
        used=int(features.used.sum()),
        effective=float(weight.sum() ** 2 / (weight**2).sum()),
        sums=counted(features.chosen, features.asked, features.weight, labels, clustering.cohorts),
        members=pack(labels),
    )
    return cohorts_of(survey, everybody, features, clustering, profiles, (spec, mapping))


@dataclass(frozen=True, eq=False)
class Everybody:
    """Whom a set is about: how many respondents, of these included by the filters, of these used,
    and the last's effective number; `sums`: of all tools, by cohort (`profiles.counted`);
    `members`: as in `CohortSet`."""

    respondents: int
    included: int
    used: int
    effective: float
    sums: Sums
    members: str = ""


def cohorts_of(
    survey: Survey,
    everybody: Everybody,
    features: Features,
    clustering: Clustering,
    profiles: Profiles,
    settings: tuple[RunSpec, Mapping],
) -> CohortSet:
    """The saved form of cohorts of `everybody`, where `features` and `clustering` need be no more
    than those of the sample that was fitted, and of `survey` the questions are enough."""
    kept, fitted = features.kept, clustering.fitted
    spec, mapping = settings
    answers = features.chosen_kept[fitted], features.asked_kept[fitted]
    fit = person_fit(clustering.definition, *answers)
    return CohortSet(
        survey=survey.name,
        survey_sha256=survey.sha256,
        respondents=everybody.respondents,
        respondents_used=everybody.used,
        tools=features.tools_kept,
        overall=tuple(profiles.tool_rates.overall[kept].tolist()),
        cohorts=tuple(_describe(c, kept, clustering, profiles) for c in range(clustering.cohorts)),
        spec=spec,
        mapping=mapping,
        versions={library: version(library) for library in LIBRARIES},
        respondents_effective=everybody.effective,
        offered=_offered(features, everybody.sums, _labels(survey, mapping)),
        unlike_below=float(np.quantile(fit, UNLIKE_SHARE)),
        members=everybody.members,
        respondents_included=everybody.included,
    )


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


def _offered(features: Features, sums: Sums, worded: Labels) -> tuple[OfferedTool, ...]:
    """Every tool with its figures, but for what fewer than MIN_COUNT people wrote in: a rare
    text of somebody's own is an answer, and may tell who gave it."""
    yes, asked, squared, base, chosen_by = (np.roll(of, 1, axis=0) for of in sums)
    chose = chosen_by[0]
    result = []
    for column, tool in enumerate(features.tools):
        options, listed = worded.get(tool, ((), False))
        known = listed or features.kept[column] or canonical(tool.name, tool.category) is not None
        if known or chose[column] >= MIN_COUNT:
            figures = (values[:, column] for values in (yes, asked, squared, base))
            everyone, *inside = _observed(*figures)
            result.append(OfferedTool(tool, options, listed, everyone, tuple(inside)))
    return tuple(result)


def _observed(yes: Floats, asked: Floats, squared: Floats, base: Floats) -> Iterator[Observed]:
    """One tool in each group, everyone first; weighted sums but for `base`."""
    total = max(float(asked[0]), 1e-300)
    for y, n, n2, b in zip(yes, asked, squared, base, strict=True):
        prevalence = min(float(y / n), 1.0) if n > 0 else None
        effective = float(n**2 / n2) if n2 > 0 else 0.0
        yield Observed(prevalence, int(b), effective, float(n / total))


def _labels(survey: Survey, mapping: Mapping) -> Labels:
    """The options that stand for each tool, as worded, and whether the export lists them."""
    found: dict[Tool, tuple[list[str], bool]] = {}
    for entry in mapping.questions:
        question = next((q for q in survey.questions if q.key == entry.question), None)
        if entry.role != "tools" or question is None:
            continue
        listed = question.encoding in ("label columns", "indicator columns")
        names = tools_of(question, entry)
        for option in _told(question, listed):
            if names.get(option, option):
                tool = Tool(names.get(option, option), entry.category)
                options, before = found.get(tool, ([], False))
                found[tool] = ([*options, option], before or listed)
    return {tool: (tuple(sorted(options)), listed) for tool, (options, listed) in found.items()}


def _told(question: Question, listed: bool) -> list[str]:
    """Options of a question without what a few people wrote in."""
    counted = zip(question.options, question.counts, strict=True)
    return [option for option, count in counted if listed or count >= MIN_COUNT]
