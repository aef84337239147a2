"""Step 7: the outbox goes out, at least once, each message under its stable id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.clock import Clock
from monitor.domain.state import Message
from monitor.pipeline.ports import Channel, DeliveryFailed, Probe, Store

RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
"""The waits between tries; after the last one a message is dead and shown to the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Sends what is due. A message is marked only after its receivers acknowledged it."""

    store: Store
    channels: Sequence[Channel]
    clock: Clock
    probe: Probe

    def run(self, *, limit: int = 100) -> int:
        """Deliver due messages, oldest first; returns how many were acknowledged."""
        with self.store.begin() as tx:
            messages = tx.outbox.due(limit=limit)
        return sum(self._deliver(message) for message in messages)

    def _deliver(self, message: Message) -> bool:
        try:
            for channel in self.channels:
                channel.send(message)
        except DeliveryFailed as error:
            self._failed(message, str(error))
            return False
        self.probe("deliver.after_send")
        with self.store.begin() as tx:
            tx.outbox.delivered(message.id)
        return True

    def _failed(self, message: Message, error: str) -> None:
        wait = RETRIES[message.attempts] if message.attempts < len(RETRIES) else None
        with self.store.begin() as tx:
            tx.outbox.failed(message.id, error=error, next_try=self.clock.now() + wait if wait else None)
