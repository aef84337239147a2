"""In any order of work, crash and restart every channel gets every message, and none is marked that did not arrive."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.messages import Acknowledged, DeliveryOutcome, Message, NotNow
from tests.pipeline.office import MONDAY, BothClock, Office, Receiver, rule

POINTS = ("notify.before_commit", "deliver.after_claim", "deliver.after_send", "deliver.after_mark")


class Crash(Exception):
    """The process dies here."""


def down(_message: Message) -> DeliveryOutcome:
    return NotNow(reason="HTTP 503")


ACTIONS = st.lists(
    st.sampled_from(["tell", "run", "wait", "fail", "mend", *(f"crash {point}" for point in POINTS)]), max_size=14
)


@given(ACTIONS)
@settings(max_examples=60, deadline=None)
def test_in_any_order_of_work_crash_and_restart_every_channel_gets_every_message(actions: list[str]) -> None:
    """P29: at least once each, and none is marked that was not acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "monitor.db"
        file.write_bytes(_empty_database())
        _live(f"sqlite:///{file}", actions)


@cache
def _empty_database() -> bytes:
    """The tables, made once: that takes longer than the life of a few messages."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "monitor.db"
        office = Office(f"sqlite:///{file}", [])
        office.open().store.close()
        return file.read_bytes()


ORDERS = (
    ["tell", "crash deliver.after_send", "run", "fail", "tell", "wait", "crash deliver.after_claim", "mend"],
    ["crash notify.before_commit", "tell", "crash notify.before_commit", "wait", "run", "fail", "run"],
    ["fail", "tell", "crash deliver.after_mark", "tell", "mend", "wait", "crash deliver.after_send", "run"],
)


@pytest.mark.parametrize("actions", ORDERS)
def test_some_orders_of_crash_and_restart_on_both_databases(database_url: str, actions: list[str]) -> None:
    """P29: the same on PostgreSQL, too."""
    _live(database_url, actions)


def _live(url: str, actions: list[str]) -> None:
    point: list[str] = []

    def die(passed: str) -> None:
        if point and passed == point[0]:
            point.clear()
            raise Crash(passed)

    names, clock, told = ("one", "two"), BothClock(MONDAY), 0
    receivers = {name: Receiver() for name in names}
    office = _restarted(url, receivers, die, clock)
    office.store.upgrade()
    for action in actions:
        match action.split():
            case ["tell"]:
                told += 1
                office.tell(f"a{told}")
            case ["wait"]:
                clock.pass_time(hours=3)
            case ["fail"]:
                receivers["two"].answer = down
            case ["mend"]:
                receivers["two"].answer = lambda _message: Acknowledged()
            case [*_, where]:
                point[:] = [where]
                office = _run_or_crash(office, lambda: _restarted(url, receivers, die, clock))
        _nothing_is_marked_that_did_not_arrive(office, receivers)
    point.clear()
    receivers["two"].answer = lambda _message: Acknowledged()
    for _ in range(3):
        clock.pass_time(hours=15)
        office.run()
    office.store.close()
    for receiver in receivers.values():
        assert {message.article for message in receiver.got} == {f"a{number}" for number in range(1, told + 1)}
        assert len({message.stable_id for message in receiver.got}) == told


def _restarted(url: str, receivers: dict[str, Receiver], probe: Callable[[str], None], clock: BothClock) -> Office:
    return Office(url, [rule(name) for name in receivers], receivers=receivers, probe=probe, clock=clock)


def _run_or_crash(office: Office, restart: Callable[[], Office]) -> Office:
    try:
        office.run()
    except Crash:
        office.store.close()
        return restart()
    return office


def _nothing_is_marked_that_did_not_arrive(office: Office, receivers: dict[str, Receiver]) -> None:
    with office.store.read() as reads:
        marked = {state.channel: state.delivered for state in reads.deliveries.states()}
    for name, count in marked.items():
        assert count <= len({message.stable_id for message in receivers[name].got})
