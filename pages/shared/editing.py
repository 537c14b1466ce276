"""Changes to the cohorts of a result: made by callbacks, undone, and kept as drafts as typed."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any

import streamlit as st

from db import Draft, DraftKey, drafts
from db.errors import StoreError
from pages.shared import opening, state, store, widgets
from pages.shared.labelling import Labelling
from pages.shared.results import Shown
from pages.shared.state import Notice
from segmentation.edits import Edits, check_edits, pick_whole
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import Mapping
from segmentation.spec import RunSpec

DRAFTS = "drafts"
EDITS = "edits"


def relabel(shown: Shown, cohort: int, **said: Any) -> None:
    """Keep what was typed about the cohort with this id."""
    _keep(shown, _edits(shown).relabelled(cohort, **said))


def relook(shown: Shown, cohort: int, **said: Any) -> None:
    """Like `relabel`, where other fields on the page follow."""
    _keep(shown, _edits(shown).relabelled(cohort, **said), fields=True)


def recolour(shown: Shown, cohort: int, place: int) -> None:
    """Give a cohort a colour; another that has it takes this one's instead."""
    edits, places = _edits(shown), dict(zip(shown.edited.ids, shown.edited.places, strict=True))
    for other, taken in places.items():
        if taken == place and other != cohort:
            edits = edits.relabelled(other, colour=places[cohort])
    _keep(shown, edits.relabelled(cohort, colour=place), fields=True)


def unname(shown: Shown) -> None:
    """The suggested names again."""
    _keep(shown, _edits(shown).unnamed(), fields=True)


def move(shown: Shown, cohort: int, by: int) -> None:
    """Move a cohort's card."""
    _keep(shown, _edits(shown).moved(shown.edited.ids, cohort, by), fields=True)


def order_by_size(shown: Shown) -> None:
    _keep(shown, dataclasses.replace(_edits(shown), order=()), fields=True)


def merge(shown: Shown, kept: int, gone: int) -> None:
    """Make two cohorts one, or say why not."""
    _restructure(shown, _edits(shown).merged(kept, gone))


def split(shown: Shown, points: tuple[int, ...]) -> None:
    """Make a cohort of those picked out on the map, or say why not."""
    picked = pick_whole(shown.run, points)
    if not _restructure(shown, _edits(shown).split(picked.patterns, shown.edited.ids)):
        return
    cleared = state.picked(shown.people).cleared + 1
    state.pick(state.Picked(shown.people, cleared=cleared))
    people = widgets.count(picked.people, "respondent")
    like = "" if shown.run.clustering.sampled is None else " and whoever answers like them"
    state.notify(Notice(shown.key, f"{people}{like} are a cohort of their own now."))


def undo(shown: Shown) -> None:
    _take(shown, state.workspace().labelling(shown.key).undone(), fields=True)


def redo(shown: Shown) -> None:
    _take(shown, state.workspace().labelling(shown.key).redone(), fields=True)


def draft_key(result: str) -> DraftKey:
    """Whose draft it is, of the present survey."""
    return DraftKey(state.owners()[0], state.workspace().survey, result)


def keep_draft(result: str) -> None:
    """Keep in the database what is not saved yet, with all that leads back to it.

    Where that fails nothing is lost yet: it is said, and the changes stay in memory.
    """
    workspace = state.workspace()
    labelling = workspace.labelling(result)
    try:
        if labelling.unsaved and workspace.mapping is not None:
            content = _content(labelling, workspace.mapping)
            drafts.keep(store.hurried(), draft_key(result), content)
        else:
            drafts.drop(store.hurried(), draft_key(result))
        state.notify(Notice())
    except StoreError as error:
        said = f"Your changes are in the memory of this server only. {error}"
        state.notify(Notice(DRAFTS, said))


def offer_drafts(survey: Survey) -> None:
    """Unsaved changes of this survey that are not in memory, to take up or to throw away."""
    known = {one.result for one in state.workspace().labellings}
    try:
        for owner in state.owners():
            for draft in drafts.offered(store.hurried(), owner, survey.sha256):
                if draft.key.result not in known:
                    _offer(draft)
    except StoreError:
        return  # what is wrong with the database is said at the top


def _offer(draft: Draft) -> None:
    at = _clock(draft.changed_at)
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, key=f"draft-{draft.key.result}"
    ):
        st.markdown(f":material/history: **Unsaved changes of {at}** to the cohorts of this survey")
        st.button(
            "Take them up",
            key=f"take-{draft.key.result}",
            on_click=take_up,
            args=(draft,),
            type="primary",
        )
        st.button("Throw away", key=f"throw-{draft.key.result}", on_click=throw_away, args=(draft,))


def take_up(draft: Draft) -> None:
    """Go on with a draft, under the mapping and settings that it was made with."""
    try:
        labelling = _labelling(draft)
        spec = RunSpec.from_dict(draft.content["spec"])
        mapping = Mapping.from_json(json.dumps(draft.content["mapping"]))
    except (WorkbenchError, KeyError, TypeError, ValueError) as error:
        said = str(error) if isinstance(error, WorkbenchError) else "This draft cannot be read."
        state.notify(Notice(DRAFTS, said))
        return
    workspace = state.workspace().retuned(spec).relabelled(labelling)
    state.save(dataclasses.replace(workspace, author=draft.content.get("author", "")))
    if mapping != workspace.mapping:
        opening.use_mapping(mapping)
    if draft.key.owner != state.owners()[0]:
        _adopt(draft)


def _adopt(draft: Draft) -> None:
    """Keep a draft from before under the present token: that of old has no work any more."""
    try:
        drafts.keep(store.hurried(), draft_key(draft.key.result), draft.content)
    except StoreError as error:
        state.notify(Notice(DRAFTS, str(error)))
    else:
        throw_away(draft)


def throw_away(draft: Draft) -> None:
    try:
        drafts.drop(store.hurried(), draft.key)
    except StoreError as error:
        state.notify(Notice(DRAFTS, str(error)))


def _content(labelling: Labelling, mapping: Mapping) -> dict[str, Any]:
    workspace = state.workspace()
    saved = labelling.saved
    return {
        "edits": labelling.edits.to_dict(),
        "saved": saved.to_dict() if saved is not None else None,
        "key": labelling.key,
        "line": labelling.line,
        "parent": labelling.parent,
        "author": workspace.author,
        "mapping": json.loads(mapping.to_json()),
        "spec": workspace.spec.to_dict(),
    }


def _labelling(draft: Draft) -> Labelling:
    said = draft.content
    saved = said["saved"]
    return Labelling(
        draft.key.result,
        Edits.from_dict(said["edits"]),
        key=str(said["key"]),
        line=str(said["line"]),
        parent=str(said["parent"]),
        saved=Edits.from_dict(saved) if saved is not None else None,
    )


def _edits(shown: Shown) -> Edits:
    """The changes as they are now, marked as those of this result."""
    edits = state.workspace().labelling(shown.key).edits
    return dataclasses.replace(edits, of=shown.of)


def _restructure(shown: Shown, edits: Edits) -> bool:
    """Keep merges and splits if they can be made; else say why not. Whether they were kept."""
    try:
        check_edits(shown.base, edits)
    except WorkbenchError as error:
        state.notify(Notice(EDITS, str(error)))
        return False
    _keep(shown, edits, fields=True)
    return True


def _keep(shown: Shown, edits: Edits, fields: bool = False) -> None:
    edits = edits or Edits()
    _take(shown, state.workspace().labelling(shown.key).changed(edits), fields)


def _take(shown: Shown, labelling: Labelling, fields: bool = False) -> None:
    workspace = state.workspace()
    state.save(workspace.relabelled(labelling) if fields else workspace.labelled(labelling))
    keep_draft(shown.key)


def _clock(moment: datetime) -> str:
    """Time of day, with the day where that is not today."""
    local = moment.astimezone()
    today = datetime.now().astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d %B, %H:%M}"
