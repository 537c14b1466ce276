"""Saving the cohorts of a result as a version that stays, with the run that they came from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from db import (
    AttributeShare,
    Content,
    Look,
    Membership,
    NewVersion,
    RunFacts,
    Saved,
    Store,
    SurveyFacts,
    runs,
    surveys,
    versions,
)
from db.errors import StoreError
from db.values import name_key
from pages.shared import editing, results, state, store, verdicts
from pages.shared.results import Shown
from pages.shared.state import Notice
from segmentation.edits import Edited
from segmentation.outputs import metrics
from segmentation.palette import COHORTS
from segmentation.profiles import MIN_COUNT
from segmentation.run import Segmentation


@dataclass(frozen=True)
class Wish:
    """What is to be saved under which name. `key` is that of the labelling as it was seen."""

    line: str
    author: str
    note: str
    parent: str | None
    key: str


def save(shown: Shown, wish: Wish) -> None:
    """Save what is seen as a new version; where that fails, the draft stays and it is said why."""
    state.save(dataclasses.replace(state.workspace(), author=wish.author))
    try:
        saved = write(store.handle(), shown, wish)
    except StoreError as error:
        said = f"Not saved. {error} Your changes are kept as a draft."
        state.notify(Notice(shown.key, said, again=wish))
        return
    workspace = state.workspace()
    version = saved.version
    labelling = workspace.labelling(shown.key)
    labelling = labelling.kept_as(version.line, version.id, shown.edited.edits)
    state.save(workspace.relabelled(labelling))
    if labelling.unsaved:  # what was saved is no longer what is on the page
        editing.keep_draft(shown.key)
    state.notify(Notice(shown.key, saved.sentence))


def write(to: Store, shown: Shown, wish: Wish) -> Saved:
    """One version, with its survey and the run that it came from. Raises StoreError."""
    content = content_of(shown)
    key = _key_of(shown, wish, content)
    parent = wish.parent
    run = None
    if versions.by_key(to, key) is None:
        run = _run(to, shown, wish.author)
    new = NewVersion(
        line=wish.line,
        content=content,
        key=key,
        parent=parent,
        author=wish.author,
        note=wish.note,
        run=run,
        membership=members(shown.run),
        draft=editing.draft_key(shown.key),
    )
    return versions.save(to, new)


def content_of(shown: Shown) -> Content:
    """All that a version says of the result: figures and typed text, and nobody's answers."""
    cohorts, trust = verdicts.to_keep(shown)
    return Content(cohorts, tuple(looks(shown.edited)), tuple(_attributes(shown.run)), trust)


def looks(edited: Edited) -> Iterator[Look]:
    """How each cohort is shown. A colour is kept as the light theme has it, and only where it is
    another than its number gives."""
    order, colours = edited.order, COHORTS["light"]
    for number, (cohort, place) in enumerate(zip(edited.ids, edited.places, strict=True)):
        label = edited.edits.label(cohort)
        colour = "" if place == number else colours[place % len(colours)]
        yield Look(order.index(number), colour, label.hidden, label.notes)


def members(run: Segmentation) -> Membership:
    """Each respondent's cohort by row of the file, and how probable it is."""
    used, labels = run.features.used, run.clustering.labels
    cohort = np.full(len(used), -1, dtype=np.int64)
    cohort[used] = labels
    posterior = np.zeros(len(used), dtype=np.float32)
    own = run.clustering.posterior[np.arange(len(labels)), np.maximum(labels, 0)]
    posterior[used] = np.where(labels >= 0, own, 0)
    return Membership(cohort, posterior)


def _attributes(run: Segmentation) -> Iterator[AttributeShare]:
    """Shares of answers to attributes, but for what fewer than MIN_COUNT people said: a rare
    text of somebody's own is an answer, and may tell who gave it."""
    for profile in run.profiles.attributes:
        people = profile.attribute.member.sum(axis=0)
        for cohort in range(run.clustering.cohorts):
            for column in np.flatnonzero(people >= MIN_COUNT):
                share = float(profile.rates.prevalence[cohort, column])
                yield AttributeShare(
                    cohort,
                    profile.attribute.name,
                    profile.attribute.levels[column],
                    None if math.isnan(share) else share,
                    int(profile.rates.base[cohort, column]),
                )


def _run(to: Store, shown: Shown, author: str) -> str:
    """The id of the kept run; one that repeats the same is not kept twice."""
    features, made = shown.run.features, shown.cohorts
    workspace = state.workspace()
    survey = surveys.remember(
        to,
        SurveyFacts(
            name=workspace.survey_name[:200] or "Survey",
            sha256=made.survey_sha256,
            file_name=workspace.survey_name,
            respondents=len(features.used),
            applicable=int(features.included.sum()),
        ),
    )
    facts = RunFacts(
        data_sha256=made.survey_sha256,
        mapping=made.mapping,
        spec=made.spec,
        libraries=made.versions,
        metrics=_figures(shown),
        seconds=shown.run.seconds or results.seconds_of(shown.key),
        author=author,
    )
    same = dataclasses.replace
    for kept in runs.runs_of(to, survey.id):
        if same(kept.facts, seconds={}, author="") == same(facts, seconds={}, author=""):
            return kept.id
    return runs.keep(to, survey.id, facts).id


def _figures(shown: Shown) -> dict[str, Any]:
    """The figures of the run as changed, and the merges and splits that repeat it."""
    found = {**metrics(shown.run), "steps": shown.edited.edits.to_dict()["steps"]}
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in found.items()
        if name not in ("seconds", "versions", "trust")
    }


def _key_of(shown: Shown, wish: Wish, content: Content) -> str:
    """One text for saving this state of this result under this name, however often it is tried,
    with as much as is known of how far it can be trusted."""
    parts = [*state.owners()[:1], shown.key, wish.key, name_key(wish.line)]
    if content.cohorts.trust is not None:
        parts.append(json.dumps(content.cohorts.trust.to_dict()))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
