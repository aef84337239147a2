"""``monitor report``: the stale-article report, in the form its reader needs."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.opening import Failed, console, opened
from monitor.domain.as_of import moment_meant
from monitor.domain.read_models import Report
from monitor.reports import render_html, render_json, render_markdown, render_text


class Format(StrEnum):
    """The forms a report comes in; text is for the terminal."""

    TEXT = "text"
    HTML = "html"
    MD = "md"
    JSON = "json"


RENDERERS: dict[Format, Callable[[Report], str]] = {
    Format.HTML: render_html,
    Format.MD: render_markdown,
    Format.JSON: render_json,
}


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
) -> None:
    """The stale-article report: what changed, which sentences rest on it, and what could not be checked."""
    monitor = opened()
    found = monitor.desk.report(as_of=moment_meant(as_of, now=monitor.clock.today()) if as_of is not None else None)
    if form is Format.TEXT:
        console().print(render_text(found))
        return
    text = RENDERERS[form](found)
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"{output}: {error.strerror or error}") from None
    console().print(f"written to {output}")
