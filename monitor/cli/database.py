"""``monitor db …``: the schema, brought forward only when asked."""

from __future__ import annotations

import typer

from monitor.cli.opening import Failed, console
from monitor.settings import load_settings
from monitor.wiring import build

group = typer.Typer(no_args_is_help=True, help="The database: upgrade, check.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="db")


@group.command(epilog="Example: monitor db upgrade")
def upgrade() -> None:
    """Bring the schema to this version of the program; rows survive."""
    console().print(f"the database is at schema {build(load_settings()).store.upgrade()}")


@group.command(epilog="Example: monitor db check")
def check() -> None:
    """Check that the schema is the one this program needs, table by table."""
    store = build(load_settings()).store
    store.check_schema()
    if differences := store.differences():
        raise Failed("the schema differs from the program's:\n" + "\n".join(map(str, differences)))
    console().print(f"schema {store.wanted_revision()}, as it should be")
