"""Who may come in: the list, the login, the cookie secret; and what is seen by whoever may not."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pages.shared import access, saved_actions, state
from pages.shared.access import Door, allowed_by, secret_fault, verdict
from pages.shared.stores import Workspace
from tests.pages.walk import texts

RANDOM = "8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d"
AUTH = {
    "redirect_uri": "https://workbench.example.org/oauth2callback",
    "cookie_secret": RANDOM,
    "client_id": "workbench",
    "client_secret": "geheim",
    "server_metadata_url": "https://login.example.org/.well-known/openid-configuration",
}
ANA = {"is_logged_in": True, "email": "ana@example.org", "name": "Ana Analyst"}
SAVED = "pages/views/saved.py"


@pytest.fixture
def server(app, monkeypatch):
    """`server(user, allowed)` opens the app on a server with a login, as that user."""
    monkeypatch.delenv(access.VARIABLE, raising=False)

    def come(user=None, allowed=("*@example.org",), **auth):
        test = app()
        test.secrets["auth"] = AUTH | auth
        test.secrets["access"] = {"allowed": list(allowed)}
        test.user = dict(user or {"is_logged_in": False})
        return test.run()

    return come


@pytest.mark.parametrize(
    ("address", "patterns"),
    [
        ("ana@example.org", ["ana@example.org"]),
        ("Ana@Example.org", ["ana@EXAMPLE.org"]),
        ("ana@example.org", ["ben@example.org", " *@example.org "]),
        ("ana@example.org", ["*"]),
    ],
)
def test_an_address_on_the_list_may_come_in(address, patterns):
    assert allowed_by(address, patterns)


@pytest.mark.parametrize(
    ("address", "patterns"),
    [
        ("ana@example.org", []),
        ("", ["*"]),
        ("ana", ["*"]),
        ("@example.org", ["*@example.org"]),
        ("ana@example.org", ["*example.org", "an*@example.org", "example.org", "@example.org"]),
        ("ana@evil.example", ["*@example.org"]),
        ("ana@example.org.evil.example", ["*@example.org"]),
        ("ana@sub.example.org", ["*@example.org"]),
        ("ana@evil.example@example.org", ["*@example.org"]),
        ("ana@evil.example @example.org", ["*@example.org"]),
        ("a@b.org\nana@example.org", ["*@example.org"]),
        # The sign for kelvin is a small k once it is put in small letters.
        ("ana@ban\u212a.example", ["*@bank.example"]),
    ],
)
def test_fault_71_an_address_that_is_not_on_the_list_may_not(address, patterns):
    assert not allowed_by(address, patterns)


@pytest.mark.parametrize(
    "user", [{}, {"is_logged_in": False, "email": "ana@example.org"}, {"is_logged_in": "yes"}]
)
def test_fault_71_an_address_alone_is_no_login(user):
    assert verdict(Door(True, ("*",)), user) == "login"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [({}, "in"), ({"email_verified": True}, "in"), ({"email_verified": False}, "refused")],
)
def test_fault_71_an_address_that_was_not_verified_counts_for_nothing(claims, expected):
    assert verdict(Door(True, ("*@example.org",)), ANA | claims) == expected


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "xxx",
        "x" * 64,
        RANDOM[:31],
        "change-me-change-me-change-me-1234567890",
        "replace this with a long random text of yours",
    ],
)
def test_fault_74_a_secret_that_can_be_guessed_is_told(secret):
    said = secret_fault(secret)
    assert "set cookie_secret" in said
    assert not secret or secret not in said


def test_a_random_secret_is_good():
    assert secret_fault(RANDOM) == ""


def test_without_a_login_the_app_opens_and_names_nobody(app):
    test = app()
    assert not test.exception
    assert len(test.file_uploader) == 1
    assert not [button for button in test.button if button.key == "log-out"]


def test_fault_71_who_is_not_logged_in_sees_a_way_in_and_nothing_else(server):
    test = server()
    assert not test.exception
    assert [button.label for button in test.button] == ["Log in"]
    assert texts(test) == "Survey segmentation workbench Log in to go on."
    assert not test.file_uploader
    again = test.switch_page(SAVED).run()
    assert [button.label for button in again.button] == ["Log in"]
    assert not again.selectbox


def test_every_provider_has_its_button(server):
    test = server(client_id="", google={"client_id": "a"}, work={"client_id": "b"})
    assert [button.label for button in test.button] == ["Log in"], "an own client of [auth]"
    shared = {"redirect_uri": AUTH["redirect_uri"], "cookie_secret": RANDOM}
    test.secrets["auth"] = shared | {"google": {"client_id": "a"}, "work": {"client_id": "b"}}
    labels = [button.label for button in test.run().button]
    assert labels == ["Log in with Google", "Log in with Work"]


def test_who_is_on_the_list_works_as_ever_and_can_log_out(server):
    test = server(ANA)
    assert not test.exception
    assert len(test.file_uploader) == 1
    assert "Logged in as Ana Analyst" in [text.value for text in test.sidebar.text]
    assert [button.label for button in test.sidebar.button] == ["Log out"]


def test_the_environment_adds_to_the_list(server, monkeypatch):
    assert not server(ANA, ["ben@example.org"]).file_uploader
    monkeypatch.setenv(access.VARIABLE, "cem@example.org, ana@example.org")
    assert server(ANA, ["ben@example.org"]).file_uploader


def test_fault_72_who_is_taken_off_the_list_is_refused_on_the_next_run(server):
    test = server(ANA, ["ana@example.org"])
    assert test.file_uploader
    test.secrets["access"] = {"allowed": ["ben@example.org"]}
    test.run()
    assert not test.file_uploader
    assert "ask whoever runs it" in test.error[0].value
    assert [button.label for button in test.button] == ["Log out"]


def test_fault_72_nor_does_a_click_do_what_it_did(server, small):
    test = server(ANA, ["ana@example.org"])
    test.file_uploader[0].upload("small.csv", small).run()
    assert [metric.label for metric in test.metric]
    test.secrets["access"] = {"allowed": ["ben@example.org"]}
    test.button(key="to-mapping").click().run()
    assert not test.metric
    assert "may not use" in test.error[0].value


def test_fault_72_what_a_click_does_by_itself_is_held_back(monkeypatch):
    def stop():
        raise StopException

    monkeypatch.setattr(access, "_now", lambda: "refused")
    monkeypatch.setattr(st, "stop", stop)
    done = []
    with pytest.raises(StopException):
        saved_actions._tell(lambda: done.append("archived"), "It is archived.")
    with pytest.raises(StopException):
        state.save(Workspace())
    assert not done


def test_an_empty_list_lets_nobody_in_and_says_what_to_do(server):
    test = server(ANA, [])
    assert not test.file_uploader
    assert "WORKBENCH_ALLOWED" in test.error[0].value


def test_fault_74_a_default_cookie_secret_lets_nobody_in(server):
    test = server(ANA, cookie_secret=RANDOM[:31])
    assert not test.file_uploader
    assert "set cookie_secret" in test.error[0].value


def test_fault_71_a_list_without_a_login_lets_nobody_in(app, monkeypatch):
    monkeypatch.setenv(access.VARIABLE, "*@example.org")
    test = app()
    assert not test.file_uploader
    assert "no login" in test.error[0].value


def test_fault_71_secrets_that_cannot_be_read_let_nobody_in(app, monkeypatch, tmp_path):
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    real = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: [str(broken)] if name == "secrets.files" else real(name)
    )
    test = app()
    assert not test.file_uploader
    assert "cannot be read" in test.error[0].value


def test_fault_74_the_password_of_the_database_is_on_no_page(app, monkeypatch, caplog):
    address = "postgresql://ana:geheim@127.0.0.1:1/surveys?connect_timeout=1"
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", address)
    test = app().switch_page(SAVED).run()
    assert "does not answer" in texts(test)
    assert "geheim" not in texts(test) + caplog.text
