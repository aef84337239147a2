"""``monitor review …``: the editors' queue on the command line."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated

import typer
from rich.table import Table

from monitor.cli.opening import Failed, console, opened
from monitor.domain.review import Closing, Decision

group = typer.Typer(no_args_is_help=True, help="Reviews: list, start, close.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="review")


@group.command("list", epilog="Example: monitor review list")
def list_reviews() -> None:
    """The queue: open reviews, the worst first."""
    table = Table("Article", "Severity", "Status", "Deadline", "Why")
    desk = opened().desk
    first = desk.queue()
    later = (desk.queue(page=number) for number in range(2, first.pages + 1))
    for entry in chain(first.entries, *(page.entries for page in later)):
        table.add_row(
            entry.article.id,
            entry.review.severity,
            entry.review.status,
            f"{entry.review.deadline:%Y-%m-%d %H:%M}" if entry.review.deadline else "–",
            entry.headline,
        )
    console().print(table)


@group.command(epilog="Example: monitor review start knee")
def start(article_id: str, by: Annotated[str, typer.Option(help="Who starts it.")] = "") -> None:
    """Take an open review to work on."""
    try:
        opened().editors.start(article_id, by=by or getpass.getuser())
    except KeyError:
        raise Failed(f"there is no article {article_id!r}") from None
    console().print(f"{article_id} is under review.")


@group.command(
    epilog='Example: monitor review close knee --decision still_valid --reason "the correction is of a typo"'
)
def close(
    article_id: str,
    decision: Annotated[Decision, typer.Option(help="What was decided.")],
    reason: Annotated[str, typer.Option(help="Why, in words.")],
    updated_on: Annotated[
        datetime | None, typer.Option(help="Date of the new text (updated).", formats=["%Y-%m-%d"])
    ] = None,
    by: Annotated[str, typer.Option(help="Who decides.")] = "",
) -> None:
    """Close a review with a decision; findings that came in since it was started must have been looked at."""
    monitor = opened()
    view = monitor.desk.article(article_id)
    if view is None:
        raise Failed(f"there is no article {article_id!r}")
    seen = frozenset(item.id for item in view.row.findings if item.status == "open" and not item.new_since_start)
    monitor.editors.close(
        article_id,
        Closing(
            decision=decision,
            reason=reason,
            by=by or getpass.getuser(),
            seen=seen,
            version=view.review.version if view.review else 0,
            updated_on=updated_on.replace(tzinfo=UTC).date() if updated_on else None,
        ),
    )
    console().print(f"{article_id} is approved: {decision}.")
