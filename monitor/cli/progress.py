"""How far a long piece of work is: a bar on a terminal, else a log event now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from monitor.cli.opening import Failed
from monitor.clock import Clock

log = structlog.get_logger()

TELL_EVERY = 30.0
"""Seconds between two log events."""


@contextmanager
def progress(what: str, *, clock: Clock, total: int, done: int = 0) -> Iterator[Callable[[], None]]:
    """Show work in progress while the block runs; the block calls what it is given after each item.

    It is told on standard error, so that what a program reads on standard output is not disturbed. For work that can be
    resumed: Ctrl-C raises ``Failed``, which says so.
    """
    try:
        with _shown(what, clock, total, done) as advance:
            yield advance
    except KeyboardInterrupt:
        raise Failed(f"{what}: stopped; the same command goes on where it left off") from None


@contextmanager
def _shown(what: str, clock: Clock, total: int, done: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _told(what, clock, total, done)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as shown:
        task = shown.add_task(what, total=total, completed=done)
        yield lambda: shown.advance(task)


def _told(what: str, clock: Clock, total: int, done: int) -> Callable[[], None]:
    last, count = clock.monotonic(), done

    def advance() -> None:
        nonlocal last, count
        count += 1
        if count == total or clock.monotonic() - last >= TELL_EVERY:
            last = clock.monotonic()
            log.info("work.progress", what=what, done=count, total=total)

    return advance
