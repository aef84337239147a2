"""The verbs, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog
import typer
from rich.console import Console

from monitor.cli import (
    articles,
    auditing,
    checking,
    comparing,
    database,
    outbox,
    references,
    replaying,
    reporting,
    resting,
    reviews,
    service,
    suggesting,
    tokens,
    topics,
    trying,
    users,
)
from monitor.cli.opening import Failed, RefusesToStart
from monitor.daemon import AlreadyRunning
from monitor.domain.access import NotAccepted
from monitor.domain.as_of import NoSuchPast
from monitor.domain.identifiers import InvalidIdentifier
from monitor.domain.review import Refused
from monitor.domain.scope import ScopeError
from monitor.intake import UnreadableArticle
from monitor.pipeline.correct import UnknownReference
from monitor.recipes import RecipeErrors
from monitor.settings import SettingsError
from monitor.store import BeforeHistory, StoreUnavailable, WrongSchema
from monitor.telemetry import CannotListen
from monitor.telemetry.tracing import new_id, show_id, tracing
from monitor.wiring import NotRead

EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (UnreadableArticle, 1),
    (Refused, 1),
    (Failed, 1),
    (NotRead, 1),
    (UnknownReference, 1),
    (NotAccepted, 2),
    (BeforeHistory, 1),
    (InvalidIdentifier, 2),
    (NoSuchPast, 2),
    (ScopeError, 2),
    (SettingsError, 2),
    (RecipeErrors, 2),
    (StoreUnavailable, 75),
    (WrongSchema, 78),
    (AlreadyRunning, 78),
    (RefusesToStart, 78),
    (CannotListen, 78),
)
"""Which exit code an error ends with: 1 work failed in part, 2 wrong usage, 75 try again, 78 refuses to start."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Notices when the evidence under a medical article changes, and tells its editors.",
)
for module in (
    service,
    reporting,
    articles,
    references,
    resting,
    reviews,
    topics,
    auditing,
    checking,
    outbox,
    comparing,
    database,
    replaying,
    suggesting,
    trying,
    users,
    tokens,
):
    register: Callable[[typer.Typer], None] = module.register
    register(app)


def main() -> None:
    """Run one verb; no traceback reaches a user."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            show_id,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(service.log_level()),
    )
    try:
        with tracing(new_id("verb")):
            app()
    except Exception as error:
        code = next((code for kind, code in EXIT_CODES if isinstance(error, kind)), None)
        Console(stderr=True).print(f"[red]monitor:[/red] {_message(error, code)}", highlight=False, soft_wrap=True)
        raise SystemExit(code or 1) from None


def _message(error: Exception, code: int | None) -> str:
    if code is not None:
        return str(error).replace("[", "\\[")
    structlog.get_logger().error("verb.failed", exc_info=error)
    return (
        f"an error of the program itself ({type(error).__name__}); nothing half-done was kept. "
        "The log line above has the details for a bug report."
    )
