"""``monitor run``, ``demo``, ``poll`` and ``sweep``: the work itself."""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import Annotated

import typer

from monitor.cli.opening import Failed, RefusesToStart, console, opened, ready
from monitor.cli.users import make_first_admin
from monitor.daemon import stop_on_signals
from monitor.demo import run_demo
from monitor.serving import serve
from monitor.settings import SettingsError, load_settings
from monitor.wiring import build


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.command(epilog="Example: MONITOR_NCBI_EMAIL=you@example.org monitor run")(run)
    app.command(epilog="Example: monitor demo --once")(demo)
    app.command(epilog="Example: monitor poll --source pubmed")(poll)
    app.command(epilog="Example: monitor sweep")(sweep)


def log_level() -> int:
    """The level of the log: what the service does, and for single verbs only what goes wrong."""
    return logging.INFO if "run" in sys.argv[1:2] else logging.ERROR


def run() -> None:
    """The background service with pages, API and metrics, until it is told to stop."""
    settings = load_settings()
    try:
        settings.require_for_run()
    except SettingsError as error:
        raise RefusesToStart(str(error)) from None
    stopping = threading.Event()
    monitor = build(settings, stopping=stopping)
    if sys.stdin.isatty():
        ready(monitor)
        make_first_admin(monitor)  # Before signals are caught: Ctrl-C ends the question, too.
    stop_on_signals(stopping)
    if lacks := monitor.channels_lack():
        raise RefusesToStart("\n".join(lacks.values()))
    serve(monitor, stopping)


def demo(once: Annotated[bool, typer.Option("--once", help="End after the report.")] = False) -> None:
    """A recorded world replayed through the real service: 30 days that end today, then the pages."""
    stopping = threading.Event()
    stop_on_signals(stopping)
    run_demo(console(), stopping, once=once, environment=dict(os.environ))


def poll(source: Annotated[str | None, typer.Option(help="Ask all of this source, due or not.")] = None) -> None:
    """One pass over all that is due, or all of one source. Exit 1 when something could not be checked."""
    monitor = opened()
    if source is not None and source not in monitor.sources:
        raise typer.BadParameter(f"no source named {source}; there are {', '.join(sorted(monitor.sources))}")
    monitor.resolver.run()
    reports = monitor.poller.run(source=source, even_if_not_due=source is not None)
    monitor.sweeper.run()
    for line in reports:
        console().print(f"{line.source} {line.kind}: {line.outcome} {line.reason}".rstrip(), highlight=False)
    if failed := [line for line in reports if not line.is_done]:
        raise Failed(f"{len(failed)} of {len(reports)} watches could not be checked; their articles keep their state")


def sweep() -> None:
    """Judge every article by the clock: checks that grew old, shelf lives that ended."""
    console().print(f"{opened().sweeper.run()} articles changed")
