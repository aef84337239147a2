"""``monitor token …``: how programs come in."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from monitor.cli.opening import Failed, console, opened_for_accounts, print_json
from monitor.cli.users import operator
from monitor.domain.access import MOST_TOKEN_DAYS, Scope, TokenLine

group = typer.Typer(no_args_is_help=True, help="Tokens of programs: create, list, revoke.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="token")


@group.command(epilog="Example: monitor token create ada --label cms --scope write")
def create(
    owner: str,
    label: Annotated[str, typer.Option(help="What it is for; it stands under what the program does.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="What it may be used for; may be given again.")] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_TOKEN_DAYS, help="For how long it is good.")] = 90,
) -> None:
    """Make a token, and print it this once. It never may more than its owner may at that moment."""
    monitor = opened_for_accounts()
    try:
        token, line = monitor.accounts.tokens.create(
            owner, label=label, scopes=scope or [Scope.READ], days=days, by=operator()
        )
    except KeyError:
        raise Failed(f"there is no account {owner!r}; `monitor user list` shows all") from None
    typer.echo(token)
    typer.echo(f"good until {line.expires_at:%Y-%m-%d}; nobody can show it again", err=True)


@group.command("list", epilog="Example: monitor token list")
def list_tokens(as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False) -> None:
    """All tokens, without their secrets."""
    monitor = opened_for_accounts()
    lines = [(line, line.state(monitor.clock.now())) for line in monitor.accounts.tokens.all()]
    if as_json:
        print_json([_values(line, state) for line, state in lines])
        return
    table = Table("Id", "Owner", "For", "May", "State", "Good until", "Last used")
    for line, state in lines:
        used = f"{line.used_at:%Y-%m-%d %H:%M}" if line.used_at else "never"
        may = ", ".join(sorted(line.scopes))
        table.add_row(line.id, line.owner, line.label, may, state, f"{line.expires_at:%Y-%m-%d}", used)
    console().print(table)


@group.command(epilog="Example: monitor token revoke 1a2b3c4d")
def revoke(token_id: str) -> None:
    """Make a token worthless at once. Its id is what stands between `fm_` and the next `_`."""
    try:
        line = opened_for_accounts().accounts.tokens.revoke(
            token_id.removeprefix("fm_").partition("_")[0], by=operator()
        )
    except KeyError:
        raise Failed("there is no such token; `monitor token list` shows all") from None
    console().print(f"The token of {line.owner} for {line.label} is revoked.")


def _values(line: TokenLine, state: str) -> dict[str, object]:
    return {
        "id": line.id,
        "owner": line.owner,
        "label": line.label,
        "scopes": sorted(line.scopes),
        "state": state,
        "expires_at": line.expires_at,
        "used_at": line.used_at,
    }
