"""``monitor review …``: the editors' queue on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import chain
from typing import Annotated

import typer
from rich.table import Table

from monitor.cli.opening import Failed, console, opened
from monitor.cli.signing import By, Note, known, tell, who
from monitor.domain.review import Closing, Decision, Reason, Ruling, ToClose
from monitor.wiring import Monitor

group = typer.Typer(no_args_is_help=True, help="Reviews: list, start, release, snooze, decide, close.")


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
def start(article_id: str, by: By = "") -> None:
    """Take an open review to work on."""
    with known(article_id):
        opened().editors.start(article_id, by=who(by))
    console().print(f"{article_id} is under review.")


@group.command(epilog="Example: monitor review release knee --note 'on leave until May'")
def release(article_id: str, note: Note = "", by: By = "") -> None:
    """Hand a started review back: whoever starts it next has it."""
    with known(article_id):
        opened().editors.release(article_id, by=who(by), note=note)
    console().print(f"{article_id} waits for an editor.")


@group.command(epilog="Example: monitor review snooze knee --until 2027-01-15 --wakes-for anything")
def snooze(
    article_id: str,
    until: Annotated[datetime | None, typer.Option(help="Day on which it is back.", formats=["%Y-%m-%d"])] = None,
    wakes_for: Annotated[
        str, typer.Option(help="What ends it before: anything new, or what is new of a record (pubmed:…, nct:…).")
    ] = "",
    by: By = "",
) -> None:
    """Take a review out of the queue until a day, or until something is new; weighty findings end it anyway."""
    end = until.replace(tzinfo=UTC) if until else None
    with known(article_id):
        moved = opened().editors.snooze(article_id, by=who(by), until=end, wakes_for=wakes_for)
    console().print(f"{article_id} is out of the queue until {moved.snoozed_until:%Y-%m-%d} at the latest.")


@group.command(epilog="Example: monitor review close knee --decision still_valid --reason minor_correction")
def close(
    article_ids: Annotated[list[str], typer.Argument(help="One article, or several with one decision.")],
    decision: Annotated[Decision, typer.Option(help="What was decided.")],
    reason: Annotated[Reason, typer.Option(help="Why, from the short list.")],
    note: Note = "",
    updated_on: Annotated[
        datetime | None, typer.Option(help="Date of the new text (updated).", formats=["%Y-%m-%d"])
    ] = None,
    start: Annotated[bool, typer.Option(help="Take those first that nobody has started.")] = False,
    by: By = "",
) -> None:
    """Close reviews with a decision; findings that came in since the start must have been looked at."""
    monitor = opened()
    on = updated_on.replace(tzinfo=UTC).date() if updated_on else None
    if len(article_ids) == 1 and not start:
        _close(monitor, article_ids[0], decision, reason, note, on, who(by))
        return
    if on is not None:
        raise typer.BadParameter("the date of a new text is that of one article: close it alone")
    items = [ToClose(article_id=name, seen=_seen(monitor, name)) for name in article_ids]
    ruling = Ruling(decision=decision, reason=reason, note=note, by=who(by))
    tell(monitor.hands.close_many(items, ruling, start=start))


@group.command(epilog="Example: monitor review decide knee 3f2a91c0 --decision not_relevant --reason other_outcome")
def decide(
    article_id: str,
    finding_id: Annotated[str, typer.Argument(help="The finding, as the report names it.")],
    decision: Annotated[Decision, typer.Option(help="What was decided.")],
    reason: Annotated[Reason, typer.Option(help="Why, from the short list.")],
    note: Note = "",
    by: By = "",
) -> None:
    """Decide one finding alone; where nothing else of weight is open, its review is closed with it."""
    ruling = Ruling(decision=decision, reason=reason, note=note, by=who(by))
    with known(article_id):
        finding = opened().hands.decide_finding(article_id, finding_id, ruling)
    console().print(f"{finding.id} is {finding.status}: {finding.reason}.", highlight=False)


def _close(
    monitor: Monitor, article_id: str, decision: Decision, reason: Reason, note: str, on: date | None, by: str
) -> None:
    view = monitor.desk.article(article_id)
    if view is None:
        raise Failed(f"there is no article {article_id!r}")
    monitor.editors.close(
        article_id,
        Closing(
            decision=decision,
            reason=reason,
            note=note,
            by=by,
            seen=_seen(monitor, article_id),
            version=view.review.version if view.review else 0,
            updated_on=on,
        ),
    )
    console().print(f"{article_id} is approved: {decision}.")


def _seen(monitor: Monitor, article_id: str) -> frozenset[str]:
    """What was there when the review was started; the command line shows nothing of what came since."""
    view = monitor.desk.article(article_id)
    found = view.row.findings if view else ()
    return frozenset(item.id for item in found if item.status == "open" and not item.new_since_start)
