"""Who may come in: on a server with a login, those on its list; without one, whoever opens it.

A server has a login when Streamlit's secrets hold an `[auth]` section (OpenID Connect). Everything
is looked up anew on every run: a cookie says who somebody is, never that they may come in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

VARIABLE = "WORKBENCH_ALLOWED"
SECRET_LENGTH = 32
"""Characters that a cookie secret has at least."""
FEWEST_DIFFERENT = 10
"""Different characters among them; a random secret in hexadecimal has nearly always all 16."""
EXAMPLES = ("change", "example", "placeholder", "replace", "secret", "password", "0123456789")
"""What secrets copied from guides hold, and random ones are most unlikely to."""


@dataclass(frozen=True)
class Door:
    """What the server says of who may come in. `fault`: why nobody may, "" where nothing is wrong;
    `providers`: names to log in with, "" for the only one."""

    login: bool
    allowed: tuple[str, ...] = ()
    providers: tuple[str, ...] = ("",)
    fault: str = ""


def allowed_by(address: str, patterns: Iterable[str]) -> bool:
    """Whether an e-mail address is on the list: itself, all of its domain as `*@example.org`, or
    everybody who can log in as `*`. Capitals make no difference."""
    name, at, domain = _folded(address).rpartition("@")
    if not name or not domain or "@" in name or any(letter.isspace() for letter in address):
        return False
    fitting = {"*", f"*{at}{domain}", f"{name}{at}{domain}"}
    return any(_folded(pattern.strip()) in fitting for pattern in patterns)


def secret_fault(secret: str) -> str:
    """What is wrong with the secret that signs cookies, in one sentence; "" if nothing is."""
    guessable = any(word in secret.lower() for word in EXAMPLES)
    if len(secret) >= SECRET_LENGTH and len(set(secret)) >= FEWEST_DIFFERENT and not guessable:
        return ""
    return (
        "The cookie secret of this server can be guessed, so that anyone could log in as anyone: "
        "set cookie_secret in secrets.toml to the output of "
        '`python -c "import secrets; print(secrets.token_hex(32))"` and start the server again.'
    )


def door() -> Door:
    """As the secrets and the environment say now. What cannot be read lets nobody in."""
    if not st.secrets.load_if_toml_exists():
        if any(Path(name).is_file() for name in st.get_option("secrets.files")):
            return Door(True, fault="The secrets.toml of this server cannot be read: correct it.")
        return _without_login({})
    said = st.secrets.to_dict()
    auth = said.get("auth")
    if not auth:
        return _without_login(said)
    named = tuple(name for name, value in auth.items() if isinstance(value, Mapping))
    providers = ("",) if "client_id" in auth or not named else named
    allowed = _allowed(said)
    fault = secret_fault(str(auth.get("cookie_secret", "")))
    if not fault and not allowed:
        fault = (
            "Nobody is on the list of who may come in: set "
            f"{VARIABLE}, or allowed in the section [access] of secrets.toml."
        )
    return Door(True, allowed, providers, fault)


def verdict(at: Door, user: Mapping[str, Any]) -> Literal["in", "login", "refused", "fault"]:
    """What becomes of somebody with these claims, as the identity provider made them."""
    if not at.login:
        return "in"
    if at.fault:
        return "fault"
    if user.get("is_logged_in") is not True:
        return "login"
    verified = user.get("email_verified", True) in (True, "true")
    listed = allowed_by(str(user.get("email") or ""), at.allowed)
    return "in" if verified and listed else "refused"


def menu() -> Literal["sidebar", "hidden"]:
    """Where the pages are listed: nowhere for those who may not come in."""
    return "sidebar" if _now() == "in" else "hidden"


def check() -> None:
    """Go on for those who may come in; for everyone else draw why not, and end the run."""
    at = door()
    now = verdict(at, st.user)
    if now == "in":
        return
    st.title("Survey segmentation workbench", anchor=False)
    if now == "fault":
        st.error(at.fault, icon=":material/error:")
    elif now == "login":
        st.markdown("Log in to go on.")
        _ways_in(at)
    else:
        st.error("You may not use this workbench: ask whoever runs it to put you on its list.")
        st.text(f"You are logged in as {st.user.get('email') or 'somebody without an address'}.")
        st.button("Log out", key="log-out", on_click=st.logout)
    st.stop()


def hold() -> None:
    """End the run of somebody who may not come in: callbacks and parts of a page run without the
    check at the start."""
    if _now() != "in":
        st.stop()


def who() -> str:
    """The name of who is logged in, else the address; "" without a login."""
    if not door().login:
        return ""
    return str(st.user.get("name") or st.user.get("email") or "")


def badge() -> None:
    """Who is logged in, and the way out."""
    name = who()
    if name:
        with st.sidebar.container(key="logged-in"):
            st.text(f"Logged in as {name}")
            st.button("Log out", key="log-out", icon=":material/logout:", on_click=st.logout)


def _now() -> str:
    return verdict(door(), st.user)


def _ways_in(at: Door) -> None:
    for name in at.providers:
        label = f"Log in with {name.capitalize()}" if name else "Log in"
        st.button(
            label,
            key=f"log-in-{name}",
            type="primary",
            icon=":material/login:",
            on_click=st.login,
            args=(name,) if name else (),
        )


def _without_login(said: Mapping[str, Any]) -> Door:
    if not _allowed(said):
        return Door(False)
    return Door(
        True,
        fault="This server has a list of who may come in, and no login: add the section [auth] to "
        f"its secrets.toml, or take {VARIABLE} and [access] away.",
    )


def _allowed(said: Mapping[str, Any]) -> tuple[str, ...]:
    access = said.get("access")
    listed = access.get("allowed", ()) if isinstance(access, Mapping) else ()
    listed = [listed] if isinstance(listed, str) else listed
    words = os.environ.get(VARIABLE, "").replace(",", " ").split()
    return (*(str(one) for one in listed), *words)


def _folded(address: str) -> str:
    """Small letters; only where that cannot turn another letter into one of ours."""
    return address.lower() if address.isascii() else address
