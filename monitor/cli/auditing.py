"""``monitor audit …``: who did what, and whether the log of it is whole."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor.cli.opening import Failed, console, opened, print_json
from monitor.domain.audit import AuditFilter, AuditLine

group = typer.Typer(no_args_is_help=True, help="The audit log: verify, list.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="audit")


@group.command(epilog="Example: monitor audit verify --expect 9f3c…")
def verify(
    expect: Annotated[str, typer.Option(help="A hash that `audit verify` printed before, kept elsewhere.")] = "",
) -> None:
    """Check that no audit row was changed, added or taken out; prints the last one's hash, to be kept elsewhere."""
    found = opened().hands.verify_audit(expect=expect.strip())
    if found.problems:
        raise Failed("\n".join(found.problems))
    console().print(
        f"the audit log is whole: {found.rows} rows, the last one is {found.head or 'none'}", soft_wrap=True
    )


@group.command("list", epilog="Example: monitor audit list --subject knee --since 2026-11-01")
def list_lines(
    subject: Annotated[str, typer.Option(help="The article or thing it was done to.")] = "",
    actor: Annotated[str, typer.Option(help="Who did it.")] = "",
    action: Annotated[str, typer.Option(help="What was done, or how that begins: `review.`.")] = "",
    request: Annotated[str, typer.Option(help="The id of the request or poll that did it.")] = "",
    since: Annotated[datetime | None, typer.Option(help="From this day on.", formats=["%Y-%m-%d"])] = None,
    before: Annotated[int | None, typer.Option(help="Only rows with a smaller number: the next page.")] = None,
    last: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Who did what to which thing, the newest first."""
    wanted = AuditFilter(
        subject=subject,
        actor=actor,
        action=action,
        request=request,
        since=since.replace(tzinfo=UTC) if since else None,
    )
    lines = opened().hands.audit(wanted, before_id=before, limit=last)
    if as_json:
        print_json([dataclasses.asdict(line) for line in lines])
        return
    table = Table("No.", "At", "Who", "What", "To", "Before", "After", "Beside", "Request")
    for line in lines:
        table.add_row(*_cells(line))
    console().print(table)


def _cells(line: AuditLine) -> tuple[str, ...]:
    beside = ", ".join(f"{name}: {_short(value)}" for name, value in line.detail.items() if value not in ("", [], None))
    cells = (line.actor, line.action, line.subject, _short(line.before), _short(line.after), beside, line.request)
    return (str(line.id), f"{line.at:%Y-%m-%d %H:%M:%S}", *map(escape, cells))


def _short(value: Any) -> str:
    text = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"
