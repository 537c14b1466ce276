"""Who is at work on what: the only user of the session and of the address in the browser.

The session holds a token; the token names a `Workspace` in the server's memory and stands in the
address as `?w=`, so that a reload, the back button and a link bring the same work back.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from pages.shared import cache
from pages.shared.stores import Workspace, WorkspaceStore
from segmentation.intake import Survey

PARAMETER = "w"
SESSION = "workbench"


@dataclass(frozen=True)
class Opening:
    """A survey that is being read."""

    sha256: str
    name: str


@dataclass(frozen=True)
class Picked:
    """Respondents picked out on the map of one result, by their place among its points.

    `cleared` counts how often they were let go: part of the map's key, so that it forgets too.
    """

    result: str = ""
    points: tuple[int, ...] = ()
    cleared: int = 0


@dataclass(frozen=True)
class Session:
    """`owner` names this browser tab to the job manager; `token` is "" before there is work."""

    owner: str
    token: str = ""
    lost: bool = False
    """The address named work that is no longer in memory."""
    opening: Opening | None = None
    picked: Picked = Picked()
    result: str = ""
    """Key of the last result that was shown, to look at while the next one is made."""
    upload: str = ""
    """The last upload that was looked at: the browser offers it again on every run."""


def restore() -> None:
    """Find the work that the address or the session names; once at the start of every run."""
    asked = st.query_params.get(PARAMETER, "")
    session = _session()
    if asked and cache.workspaces().get(asked) is not None:
        session = dataclasses.replace(session, token=asked, lost=False)
    elif asked and asked != session.token:
        session = dataclasses.replace(session, lost=not session.token)
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
    found = cache.surveys().get(current.survey) if current.survey else None
    return dataclasses.replace(found, name=current.survey_name) if found else None


def lost() -> bool:
    """Whether this tab came with a link to work that is no longer in memory."""
    return _session().lost


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


def is_new_upload(upload: str) -> bool:
    """Whether this upload was not looked at before; from now on it was."""
    session = _session()
    _keep(dataclasses.replace(session, upload=upload))
    return session.upload != upload


def picked(result: str) -> Picked:
    """What is picked out on the map of a result; nothing of another one's."""
    kept = _session().picked
    return kept if kept.result == result else Picked(result)


def pick(picked: Picked) -> None:
    _keep(dataclasses.replace(_session(), picked=picked))


def last_result() -> str:
    return _session().result


def remember_result(key: str) -> None:
    _keep(dataclasses.replace(_session(), result=key))


def typed(key: str) -> str:
    """What stands in a text field, for the callback of its change."""
    return str(st.session_state.get(key) or "")


def once(name: str) -> bool:
    """True the first time in this session, then False."""
    key = f"{SESSION}-once-{name}"
    first = key not in st.session_state
    st.session_state[key] = True
    return first


def _session() -> Session:
    if SESSION not in st.session_state:
        st.session_state[SESSION] = Session(owner=WorkspaceStore.new_token())
    session: Session = st.session_state[SESSION]
    return session


def _keep(session: Session) -> None:
    st.session_state[SESSION] = session
    if session.token and st.query_params.get(PARAMETER) != session.token:
        st.query_params[PARAMETER] = session.token
