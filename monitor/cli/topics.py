"""``monitor topic …``: which topics an article is not to hear of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.opening import console, opened
from monitor.cli.signing import By, known, who

group = typer.Typer(no_args_is_help=True, help="Topics of an article: mute, unmute.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="topic")


@group.command(epilog="Example: monitor topic mute knee stem-cells --reason 'flooded by one congress'")
def mute(
    article_id: str,
    topic: str,
    reason: Annotated[str, typer.Option(help="Why, for those who wonder why nothing comes of it.")],
    until: Annotated[datetime | None, typer.Option(help="Last day of it.", formats=["%Y-%m-%d"])] = None,
    by: By = "",
) -> None:
    """Bring an article no findings of a topic; the page shows the topic as muted."""
    last = until.replace(tzinfo=UTC).date() if until else None
    with known(article_id):
        is_new = opened().hands.mute_topic(article_id, topic, by=who(by), reason=reason, until=last)
    console().print(f"{topic} is muted for {article_id}" + ("." if is_new else ", as it was."), highlight=False)


@group.command(epilog="Example: monitor topic unmute knee stem-cells")
def unmute(article_id: str, topic: str, by: By = "") -> None:
    """Let an article hear of a topic again, also of what came meanwhile."""
    with known(article_id):
        was_muted = opened().hands.unmute_topic(article_id, topic, by=who(by))
    told = "is heard again" if was_muted else "was not muted"
    console().print(f"{topic} {told} for {article_id}.", highlight=False)
