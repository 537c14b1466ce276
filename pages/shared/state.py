"""Who is at work on what: the only user of the session and of the address in the browser.

The session holds a token; the token names a `Workspace` in the server's memory and stands in the
address as `?w=`, so that a reload, the back button and a link bring the same work back.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, NoReturn

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.shared import access, cache
from pages.shared.stores import Wanted, Workspace, WorkspaceStore
from segmentation.intake import Survey
from segmentation.mapping import Mapping, Template

PARAMETER = "w"
SESSION = "workbench"


@dataclass(frozen=True)
class Opening:
    """A survey that is being read, or could not be. `mapping`: what to use with it, once it is."""

    wanted: Wanted
    name: str
    mapping: Mapping | None = None


@dataclass(frozen=True)
class Reviewed:
    """A saved mapping that is looked at beside a survey, before it is used or not."""

    survey: str
    template: Template


@dataclass(frozen=True)
class Picked:
    """Respondents picked out on a map of the same people, by their place among those used.

    `cleared` counts how often they were let go: part of the map's key, so that it forgets too.
    """

    people: str = ""
    points: tuple[int, ...] = ()
    cleared: int = 0


@dataclass(frozen=True)
class Notice:
    """What came of the last thing that was asked for, shown until the next one. `about`: of what,
    such as a result; `again`: what is needed to try it once more, None where it succeeded."""

    about: str = ""
    text: str = ""
    again: Any = None


@dataclass(frozen=True)
class Session:
    """`owner` names this browser tab to the job manager; `token` is "" before there is work."""

    owner: str
    token: str = ""
    lost: bool = False
    """The address named work that is no longer in memory."""
    asked: str = ""
    """The token of that work: drafts of it may be in the database."""
    notice: Notice = Notice()
    opening: Opening | None = None
    picked: Picked = Picked()
    result: str = ""
    """Key of the last result that was shown, to look at while the next one is made."""
    review: Reviewed | None = None
    checked: Any = None
    """What was last looked at on the Trust page; names something in the server's memory."""
    upload: str = ""
    """The last upload that was looked at: the browser offers it again on every run."""
    page: str = ""
    drawn: bool = False
    """A result was drawn on this page since it was turned to."""


def restore(page: str) -> None:
    """Find the work that the address or the session names; once at the start of every run of a
    page, which its address names."""
    _forget_widgets_gone()
    if page != _session().page:
        _keep(dataclasses.replace(_session(), page=page, drawn=False))
    asked = st.query_params.get(PARAMETER, "")
    session = _session()
    if asked and cache.workspaces().get(asked) is not None:
        session = dataclasses.replace(session, token=asked, lost=False)
    elif asked and asked != session.token:
        session = dataclasses.replace(session, lost=not session.token, asked=asked)
    _keep(session)


def workspace() -> Workspace:
    """The choices made so far; a fresh set when there are none."""
    return cache.workspaces().get(_session().token) or Workspace()


def save(workspace: Workspace) -> Workspace:
    """Keep these choices; the first ones give the session its token."""
    session = _session()
    token = session.token or WorkspaceStore.new_token()
    cache.workspaces().put(token, workspace)
    _keep(dataclasses.replace(session, token=token, lost=False))
    return workspace


def survey() -> Survey | None:
    """The open survey; None when none is open or its answers are no longer in memory."""
    current = workspace()
    found = cache.surveys().get(current.wanted) if current.survey else None
    return dataclasses.replace(found, name=current.survey_name) if found else None


def lost() -> bool:
    """Whether this tab came with a link to work that is no longer in memory."""
    return _session().lost


def owners() -> tuple[str, ...]:
    """Tokens under which this work may have been kept, the present one first."""
    session = _session()
    return tuple(token for token in (session.token, session.asked) if token)


def notice(about: str) -> Notice:
    """What is to be said about something; nothing about anything else."""
    kept = _session().notice
    return kept if kept.about == about else Notice()


def notify(notice: Notice = Notice()) -> None:
    """Say this from now on instead of what was said last."""
    _keep(dataclasses.replace(_session(), notice=notice))


def owner() -> str:
    return _session().owner


def go(page: str) -> NoReturn:
    """Open another page of this work."""
    token = _session().token
    st.switch_page(page, query_params={PARAMETER: token} if token else None)


def opening() -> Opening | None:
    return _session().opening


def set_opening(opening: Opening | None) -> None:
    _keep(dataclasses.replace(_session(), opening=opening))


def review() -> Template | None:
    """The saved mapping that is looked at beside the open survey."""
    kept = _session().review
    return kept.template if kept and kept.survey == workspace().survey else None


def set_review(template: Template | None) -> None:
    kept = Reviewed(workspace().survey, template) if template else None
    _keep(dataclasses.replace(_session(), review=kept))


def is_new_upload(upload: str) -> bool:
    """Whether this upload was not taken yet; see `took_upload`."""
    return _session().upload != upload


def took_upload(file: UploadedFile) -> None:
    """This upload is dealt with. Say so only then: a run may be broken off at any line before,
    and the next one must take the upload."""
    _keep(dataclasses.replace(_session(), upload=file.file_id))
    forget_upload(file)


def forget_upload(file: UploadedFile) -> None:
    """Let go of an uploaded file whose bytes were taken over: Streamlit would keep them until the
    tab is closed."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def picked(people: str) -> Picked:
    """Who is picked out on the maps of these people (`Shown.people`); nobody of others."""
    kept = _session().picked
    return kept if kept.people == people else Picked(people)


def pick(picked: Picked) -> None:
    _keep(dataclasses.replace(_session(), picked=picked))


def drawn_around(key: str) -> tuple[int, ...]:
    """Points inside the last lasso or box on the map of this key; none before the first."""
    drawn = st.session_state.get(key) or {}
    return tuple(int(place) for place in drawn.get("picked") or ())


def is_drawn() -> bool:
    """Whether a result is to be seen on the page that is run."""
    return _session().drawn


def drew() -> None:
    _keep(dataclasses.replace(_session(), drawn=True))


def last_result() -> str:
    return _session().result


def remember_result(key: str) -> None:
    _keep(dataclasses.replace(_session(), result=key))


def last_checked() -> Any:
    """What was last looked at on the Trust page; None before anything was."""
    return _session().checked


def remember_checked(key: Any) -> None:
    _keep(dataclasses.replace(_session(), checked=key))


def typed(key: str) -> str:
    """What stands in a text field, for the callback of its change."""
    return str(st.session_state.get(key) or "")


def chosen(key: str) -> Any:
    """What a control holds, for the callback of its change."""
    return st.session_state.get(key)


def uploaded(key: str) -> UploadedFile | None:
    """The file in an uploader, for the callback of its change; None for one that was let go: when
    a run is broken off, Streamlit tells the change again with the next."""
    file = chosen(key)
    return file if isinstance(file, UploadedFile) else None


def show(key: str, value: object) -> None:
    """What a control is to hold; call it before the control is drawn."""
    st.session_state[key] = value


def once(name: str) -> bool:
    """True the first time in this session, then False."""
    key = f"{SESSION}-once-{name}"
    first = key not in st.session_state
    st.session_state[key] = True
    return first


def _forget_widgets_gone() -> None:
    """Let go of the functions and arguments of widgets that the last run did not draw: they hold
    the survey or the result that they were drawn for, and Streamlit keeps them until the tab is
    closed. There is no public call for it."""
    context = get_script_run_ctx()
    if context is None:
        return
    kept = context.session_state._state._new_widget_state
    for widget in [widget for widget in kept.widget_metadata if widget not in kept.states]:
        del kept.widget_metadata[widget]


def _session() -> Session:
    access.hold()
    if SESSION not in st.session_state:
        st.session_state[SESSION] = Session(owner=WorkspaceStore.new_token())
    session: Session = st.session_state[SESSION]
    return session


def _keep(session: Session) -> None:
    st.session_state[SESSION] = session
    if session.token and st.query_params.get(PARAMETER) != session.token:
        st.query_params[PARAMETER] = session.token
