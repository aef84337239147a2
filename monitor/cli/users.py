"""``monitor user …``: who may sign in, and the first admin."""

from __future__ import annotations

import getpass
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from monitor.cli.opening import Failed, console, opened_for_accounts, print_json
from monitor.domain.access import Account, NotAccepted, Role
from monitor.wiring import Monitor
from monitor.wiring.accounts.people import People

group = typer.Typer(no_args_is_help=True, help="Users: add, list, disable, enable, password, role.")
PasswordFile = Annotated[
    Path | None, typer.Option(help="File that holds the password, `-` for standard input. Default: the terminal asks.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="user")


@group.command(epilog="Example: monitor user add ada --role admin")
def add(
    name: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.EDITOR,
    password_file: PasswordFile = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Only a trusted proxy lets the person in (MONITOR_PROXY_USER_HEADER).")
    ] = False,
) -> None:
    """Add somebody who may sign in. The password is never an argument, which other programs could read."""
    people = opened_for_accounts().accounts.people
    password = None if no_password else _password(password_file)
    account = people.add(name, role=role, password=password, by=operator())
    console().print(f"{account.name} may come in as {account.role}.")


@group.command("list", epilog="Example: monitor user list --json")
def list_users(as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False) -> None:
    """All accounts."""
    accounts = opened_for_accounts().accounts.people.all()
    if as_json:
        print_json([_values(account) for account in accounts])
        return
    table = Table("Name", "Role", "State", "Last signed in")
    for account in accounts:
        values = _values(account)
        table.add_row(account.name, account.role, str(values["state"]), str(values["signed_in_at"] or "never"))
    console().print(table)


@group.command(epilog="Example: monitor user disable ada")
def disable(name: str) -> None:
    """Let nobody in under this name, at once; its tokens rest."""
    people = _people_with(name)
    people.disable(name, by=operator())
    console().print(f"{name} is disabled.")


@group.command(epilog="Example: monitor user enable ada")
def enable(name: str) -> None:
    """Let somebody in again who was disabled."""
    people = _people_with(name)
    people.enable(name, by=operator())
    console().print(f"{name} may come in again.")


@group.command(epilog="Example: monitor user password ada")
def password(name: str, password_file: PasswordFile = None) -> None:
    """Give another password; the person is signed out everywhere."""
    people = _people_with(name)
    people.set_password(name, _password(password_file), by=operator())
    console().print(f"{name} has a new password.")


@group.command(epilog="Example: monitor user role ada editor")
def role(name: str, role: Role) -> None:
    """Give another role; the person has to sign in again."""
    people = _people_with(name)
    people.set_role(name, role, by=operator())
    console().print(f"{name} is {role}.")


def make_first_admin(monitor: Monitor) -> None:
    """While nobody may sign in, ask whoever sits at the terminal for the first admin's name and password.

    Without a terminal nothing is asked, as polling must not wait; nor does somebody who asks for no account get one.
    """
    if not sys.stdin.isatty() or not monitor.accounts.people.is_empty():
        return
    console().print("Nobody may sign in yet. Make the first admin, or press Ctrl-D to go on without one.")
    while True:
        try:
            name = input("Name: ").strip()
            chosen = getpass.getpass("Password (none: one is made and shown once): ")
            made = "" if chosen else secrets.token_urlsafe(15)
            if chosen and getpass.getpass("The same again: ") != chosen:
                raise NotAccepted("repeated", "The two passwords differ.")
            account = monitor.accounts.people.add(name, role=Role.ADMIN, password=chosen or made, by=operator())
        except EOFError:
            console().print("\nLater, `monitor user add NAME --role admin` makes one.")
            return
        except NotAccepted as problem:
            console().print(str(problem))
            continue
        console().print(f"{account.name} may come in as admin." + (f" The password is {made}" if made else ""))
        return


def operator() -> str:
    """Who works at this terminal, for the audit log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # In a container the user may have no name.
        return "operator"


def _people_with(name: str) -> People:
    people = opened_for_accounts().accounts.people
    try:
        people.get(name)
    except KeyError:
        raise Failed(f"there is no account {name!r}; `monitor user list` shows all") from None
    return people


def _password(file: Path | None) -> str:
    """The password from a file or the terminal, where it is asked for twice."""
    if file is not None:
        text = sys.stdin.read() if str(file) == "-" else _read(file)
        return text.removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise typer.BadParameter("there is no terminal to ask at; give --password-file FILE, or - for standard input")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise NotAccepted("repeated", "The two passwords differ.")
    return password


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"{file}: {getattr(error, 'strerror', None) or 'it is not text'}") from None


def _values(account: Account) -> dict[str, object]:
    state = "disabled" if account.is_disabled else "may sign in" if account.has_password else "through the proxy only"
    return {
        "name": account.name,
        "role": account.role,
        "state": state,
        "created_at": account.created_at,
        "signed_in_at": account.signed_in_at,
    }
