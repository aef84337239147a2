"""Step 7c: messages go out, at least once, each under its stable id; no channel waits for another."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

import structlog

from monitor.clock import Clock
from monitor.domain.messages import Acknowledged, Closed, DeliveryOutcome, NotNow, Rejected, Sending
from monitor.pipeline.complete import complete
from monitor.pipeline.ports import Channel, DeliveryPort, Observer, Probe, Store

RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
"""The waits between tries; after the last one a message is dead on its channel, and shown to the operator."""

LEASE = timedelta(minutes=2)
"""For so long a message that is being sent is given to nobody else; longer than any channel may take."""
PASS_SECONDS = 20.0
"""After so long a channel starts no further message in this pass: what is left is due in the next."""
MOST_FAILURES = 3
"""After so many failures in a row a channel rests until the next pass."""
PATIENCE_SECONDS = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Sends what is due, each channel in a thread of its own. A message is marked only after it was acknowledged."""

    store: Store
    channels: Mapping[str, Channel]
    clock: Clock
    observer: Observer
    probe: Probe
    pages: str
    _lanes: dict[str, _Lane] = field(default_factory=dict)

    def run(self, *, patience_seconds: float = PATIENCE_SECONDS) -> int:
        """Deliver due messages, oldest first; returns how many were acknowledged.

        A channel that takes longer than the patience goes on by itself, and is left alone until it is done. Raises what
        went wrong on our side, once every channel had its turn.
        """
        with self.store.begin() as tx:
            due = tx.deliveries.channels_due()
            for name in due:
                if name not in self.channels:
                    tx.deliveries.give_up(name, because="the channel is not declared any more")
        finished = self._finished()
        for name in due:
            if name in self.channels and name not in self._lanes:
                self._lanes[name] = _Lane(self, name)
        ends = self.clock.monotonic() + patience_seconds
        for lane in list(self._lanes.values()):
            lane.join(max(0.0, ends - self.clock.monotonic()))
        finished += self._finished()
        for lane in finished:
            if lane.error is not None:
                raise lane.error
        return sum(lane.acknowledged for lane in finished)

    def work(self, name: str) -> int:
        """One pass of a channel; returns how many messages were acknowledged."""
        ends, failures, acknowledged = self.clock.monotonic() + PASS_SECONDS, 0, 0
        while failures < MOST_FAILURES and self.clock.monotonic() < ends:
            sending = self._claim(name)
            if sending is None:
                break
            self.probe("deliver.after_claim")
            outcome = self.channels[name].send(sending.message)
            self.probe("deliver.after_send")
            self._settle(sending, outcome)
            self.probe("deliver.after_mark")
            match outcome:
                case Acknowledged():
                    acknowledged, failures = acknowledged + 1, 0
                case Closed():
                    break
                case NotNow() | Rejected():
                    failures += 1
                case _:
                    assert_never(outcome)
        return acknowledged

    def _finished(self) -> list[_Lane]:
        done = [lane for lane in self._lanes.values() if not lane.is_alive()]
        for lane in done:
            del self._lanes[lane.channel]
        return done

    def _claim(self, name: str) -> Sending | None:
        """Take a message, and complete it when this is its first try anywhere."""
        with self.store.begin() as tx:
            sending = tx.deliveries.claim(name, lease=LEASE)
            if sending is None:
                return None
            message = complete(tx, sending.message, pages=self.pages)
        return Sending(id=sending.id, channel=name, attempts=sending.attempts, message=message)

    def _settle(self, sending: Sending, outcome: DeliveryOutcome) -> None:
        self.observer.delivered(self.channels[sending.channel].kind, type(outcome).__name__.lower())
        with self.store.begin() as tx:
            match outcome:
                case Acknowledged(note=note):
                    tx.deliveries.acknowledged(sending.id, note=note)
                case Rejected(reason=reason):
                    tx.deliveries.failed(sending.id, error=reason, next_try=None)
                case Closed(reason=reason):
                    tx.deliveries.close(sending, because=reason)
                case NotNow(reason=reason, retry_after=seconds):
                    self._try_later(tx.deliveries, sending, reason, timedelta(seconds=seconds))
                case _:
                    assert_never(outcome)
        reason = outcome.note if isinstance(outcome, Acknowledged) else outcome.reason
        if reason:
            event = f"deliver.{type(outcome).__name__.lower()}"
            log.warning(event, channel=sending.channel, id=sending.message.stable_id, reason=reason)

    def _try_later(self, deliveries: DeliveryPort, sending: Sending, reason: str, asked_for: timedelta) -> None:
        """The next try of the message; where the receiver asked for patience, nothing else is tried before it, too."""
        now = self.clock.now()
        wait = RETRIES[sending.attempts] if sending.attempts < len(RETRIES) else None
        deliveries.failed(sending.id, error=reason, next_try=now + max(wait, asked_for) if wait else None)
        if asked_for:
            deliveries.postpone(sending.channel, until=now + asked_for)


class _Lane(threading.Thread):
    """One pass of one channel. A daemon thread: what it has not marked when the program ends is sent again."""

    def __init__(self, deliverer: Deliverer, channel: str) -> None:
        super().__init__(name=f"deliver-{channel}", daemon=True)
        self.channel = channel
        self.acknowledged = 0
        self.error: BaseException | None = None
        self._deliverer = deliverer
        self.start()

    def run(self) -> None:
        """Work, and keep what goes wrong for whoever waits."""
        try:
            self.acknowledged = self._deliverer.work(self.channel)
        except BaseException as error:
            self.error = error
