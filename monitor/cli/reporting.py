"""``monitor report``: the stale-article report, in the form its reader needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.opening import Failed, console, opened
from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import Report
from monitor.domain.scope import ReportScope
from monitor.reports import render_atom, render_csv, render_html, render_json, render_markdown, render_text


class Format(StrEnum):
    """The forms a report comes in; text is for the terminal."""

    TEXT = "text"
    HTML = "html"
    MD = "md"
    CSV = "csv"
    JSON = "json"
    ATOM = "atom"


RENDERERS: dict[Format, Callable[[Report, str], str]] = {
    Format.HTML: lambda report, _: render_html(report),
    Format.MD: lambda report, _: render_markdown(report),
    Format.CSV: lambda report, _: render_csv(report),
    Format.JSON: lambda report, _: render_json(report),
    Format.ATOM: lambda report, home: render_atom(report, public_url=home),
}
"""How a form is made for readers whose pages are at an address."""

DAYS = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog="Example: monitor report --format html --output report.html")(report)


def report(
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.TEXT,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE|MOMENT", help="As it stood then: 2026-01-05 means that day's end, UTC."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=DAYS, help="Found or decided on this day or later.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAYS, help="Found or decided on this day at most.")] = None,
    owner: Annotated[str, typer.Option(help="Articles of this owner, as the policies name them.")] = "",
    specialty: Annotated[str, typer.Option(help="Articles of this specialty.")] = "",
    severity: Annotated[Severity | None, typer.Option(help="Findings at least so severe.")] = None,
    freshness: Annotated[Freshness | None, typer.Option(help="Articles of this freshness.")] = None,
    kind: Annotated[list[EventKind] | None, typer.Option(help="Findings of this kind; may be repeated.")] = None,
) -> None:
    """The stale-article report: what changed, which sentences rest on it, and what could not be checked."""
    scope = ReportScope(
        since=since.date() if since else None,
        until=until.date() if until else None,
        owner=owner,
        specialty=specialty,
        severity=severity,
        freshness=freshness,
        kinds=tuple(dict.fromkeys(kind or ())),
    )
    monitor = opened()
    moment = monitor.desk.moment_of(as_of) if as_of is not None else None
    found = monitor.desk.narrow(monitor.desk.report(as_of=moment), scope)
    if form is Format.TEXT:
        console().print(render_text(found))
        return
    _hand_out(RENDERERS[form](found, monitor.settings.public_url), output)


def _hand_out(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Failed(f"{output}: {error.strerror or error}") from None
    console().print(f"written to {output}")
