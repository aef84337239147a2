"""``monitor outbox …``: what is on its way to people and programs, and what did not arrive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from monitor.cli.opening import Failed, console, opened, print_json
from monitor.domain.messages import DeliveryState, SendingLine
from monitor.wiring import Monitor

group = typer.Typer(no_args_is_help=True, help="Messages to the outside: list, replay.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="outbox")


@group.command("list", epilog="Example: monitor outbox list --channel cms")
def list_messages(
    channel: Annotated[str | None, typer.Option(help="Of this channel only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """How each channel stands, and the messages that it did not acknowledge yet."""
    with opened().store.read() as reads:
        states = [state for state in reads.deliveries.states() if channel in {None, state.channel}]
        lines = reads.deliveries.not_arrived(channel=channel)
    if as_json:
        print_json({"channels": [asdict(state) for state in states], "messages": [asdict(line) for line in lines]})
        return
    console().print(_channels(states))
    if lines:
        console().print(_messages(lines))


@group.command(epilog="Example: monitor outbox replay --channel cms")
def replay(channel: Annotated[str | None, typer.Option(help="Of this channel only.")] = None) -> None:
    """Try dead messages again, each under its old id, and open channels that their receivers closed."""
    monitor = opened()
    if channel is not None and channel not in monitor.deliverer.channels:
        known = ", ".join(sorted(monitor.deliverer.channels))
        raise Failed(f"there is no channel {channel!r}; there are {known}")
    with monitor.store.begin() as tx:
        count = tx.deliveries.replay(channel)
    console().print(f"{count} {'message' if count == 1 else 'messages'} will be tried again")


def delivery_problems(monitor: Monitor) -> list[str]:
    """What an operator should know of channels, a line each."""
    return [
        f"channel {state.channel}: "
        + (state.closed_because or f"{state.dead} dead, the last one by: {state.last_error}")
        + "; `monitor outbox replay` tries again"
        for state in monitor.desk.deliveries()
        if state.needs_a_look
    ]


def _channels(states: Iterable[DeliveryState]) -> Table:
    table = Table("Channel", "Waiting", "Held for the digest", "Dead", "Delivered", "Last delivered", "State")
    for state in states:
        table.add_row(
            state.channel,
            str(state.waiting),
            str(state.held),
            str(state.dead),
            str(state.delivered),
            f"{state.last_delivered:%Y-%m-%d %H:%M}" if state.last_delivered else "never",
            escape(f"closed: {state.closed_because}" if state.closed_because else state.last_error or "open"),
        )
    return table


def _messages(lines: Iterable[SendingLine]) -> Table:
    table = Table("Message", "Channel", "State", "Tries", "Next try", "Last error")
    for line in lines:
        next_try = f"{line.next_try:%Y-%m-%d %H:%M:%S}" if line.state == "waiting" else "–"
        table.add_row(escape(line.key), line.channel, line.state, str(line.attempts), next_try, escape(line.last_error))
    return table
