"""Users and tokens by the command line, and the first admin."""

from __future__ import annotations

import getpass
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.cli.users import make_first_admin
from monitor.domain.access import NotAccepted, Role, SignedIn
from monitor.domain.review import Refused
from monitor.settings import load_settings
from monitor.wiring import Monitor, build
from tests.faces.house import HOME, PASSWORD


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    made = build(load_settings())
    made.store.upgrade()
    yield made
    made.store.close()


def run(*words: str, given: str = "", fails: bool = False) -> str:
    result = CliRunner().invoke(app, list(words), input=given)
    assert (result.exit_code != 0) == fails, result.output
    return result.output if result.exception is None else f"{result.output}{result.exception}"


def may_sign_in(monitor: Monitor, name: str, password: str) -> bool:
    return isinstance(monitor.accounts.signing_in.sign_in(name, password, address=HOME), SignedIn)


def test_somebody_is_added_with_a_password_that_is_no_argument(monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    output = run("user", "add", "ada", "--role", "admin", "--password-file", "password")
    run("user", "add", "edna", "--password-file", "-", given=f"{PASSWORD}\r\n")

    assert "ada may come in as admin." in output
    assert PASSWORD not in output
    assert may_sign_in(monitor, "ada", PASSWORD)
    assert may_sign_in(monitor, "edna", PASSWORD)
    assert [(row.name, row.role) for row in monitor.accounts.people.all()] == [
        ("ada", Role.ADMIN),
        ("edna", Role.EDITOR),
    ]


def test_without_a_terminal_the_password_has_to_come_from_somewhere() -> None:
    assert "--password-file" in run("user", "add", "ada", fails=True)
    assert "No such file" in run("user", "add", "ada", "--password-file", "none", fails=True)


def test_a_bad_name_or_password_is_refused_in_a_sentence() -> None:
    assert "at least 12 characters" in run("user", "add", "ada", "--password-file", "-", given="short", fails=True)
    assert "A name has" in run("user", "add", "a b", "--password-file", "-", given=PASSWORD, fails=True)


def test_accounts_are_listed_changed_and_disabled(monitor: Monitor) -> None:
    run("user", "add", "ada", "--role", "admin", "--password-file", "-", given=PASSWORD)
    run("user", "add", "paul", "--no-password")
    run("user", "role", "paul", "viewer")
    run("user", "password", "ada", "--password-file", "-", given="five other words of no sense")
    run("user", "disable", "paul")
    listed = json.loads(run("user", "list", "--json"))

    assert [(row["name"], row["role"], row["state"]) for row in listed] == [
        ("ada", "admin", "may sign in"),
        ("paul", "viewer", "disabled"),
    ]
    assert "through the proxy only" in run("user", "enable", "paul") + run("user", "list")
    assert may_sign_in(monitor, "ada", "five other words of no sense")


def test_a_name_that_nobody_has_and_the_last_admin_are_refused(monitor: Monitor) -> None:
    monitor.accounts.people.add("ada", role=Role.ADMIN, password=None, by="test")

    assert "there is no account 'nobody'" in run("user", "disable", "nobody", fails=True)
    assert "there is no account 'nobody'" in run("user", "role", "nobody", "viewer", fails=True)
    assert "there is no account 'nobody'" in run("token", "create", "nobody", "--label", "x", fails=True)
    assert "ada is the last admin" in run("user", "disable", "ada", fails=True)


def test_a_token_is_made_listed_and_revoked(monitor: Monitor) -> None:
    monitor.accounts.people.add("ada", role=Role.ADMIN, password=None, by="test")
    made = run("token", "create", "ada", "--label", "cms", "--scope", "write", "--scope", "review", "--days", "7")
    token = made.split()[0]
    found = monitor.accounts.tokens.identify(token)
    [listed] = json.loads(run("token", "list", "--json"))

    assert found is not None
    assert (listed["owner"], listed["scopes"], listed["state"]) == ("ada", ["review", "write"], "valid")
    assert token not in json.dumps(listed)
    assert "cms" in run("token", "list")
    run("token", "revoke", token)
    assert monitor.accounts.tokens.identify(token) is None
    assert "no such token" in run("token", "revoke", "aaaaaaaa", fails=True)


class Terminal(io.StringIO):
    """Standard input with somebody before it."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def at_the_terminal(monkeypatch: pytest.MonkeyPatch, typed: str, *passwords: str) -> None:
    given = iter(passwords)
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(getpass, "getpass", lambda _prompt="": next(given))


def test_the_first_admin_is_asked_for_at_the_terminal(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_the_terminal(
        monkeypatch, "not a name\nada\nada\n", PASSWORD, PASSWORD, PASSWORD, "otherwise", PASSWORD, PASSWORD
    )
    make_first_admin(monitor)
    told = capsys.readouterr().out

    assert "A name has 1 to 64 letters" in told
    assert "The two passwords differ." in told
    assert PASSWORD not in told
    assert monitor.accounts.people.get("ada").role is Role.ADMIN
    make_first_admin(monitor)
    assert "Nobody may sign in" not in capsys.readouterr().out


def test_a_password_that_nobody_chose_is_shown_once(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_the_terminal(monkeypatch, "ada\n", "")
    make_first_admin(monitor)
    made = capsys.readouterr().out.split()[-1]

    assert may_sign_in(monitor, "ada", made)


def test_whoever_wants_no_account_goes_on_without(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_terminal(monkeypatch, "")
    make_first_admin(monitor)

    assert monitor.accounts.people.is_empty()


def test_without_a_terminal_nothing_is_asked(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Polling must not wait for an answer that nobody gives."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("ada\n"))
    make_first_admin(monitor)

    assert monitor.accounts.people.is_empty()


def test_what_is_wrong_ends_with_its_exit_code() -> None:
    from monitor.cli.app import EXIT_CODES

    assert dict(EXIT_CODES)[NotAccepted] == 2
    assert dict(EXIT_CODES)[Refused] == 1
