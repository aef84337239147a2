"""A channel that lacks something of the operator's: its messages wait, and say what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.messages import DeliveryOutcome, Message, NotNow


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadyChannel:
    """Takes no message until its secret or its server is there."""

    kind: str
    lacks: str

    def send(self, message: Message) -> DeliveryOutcome:  # noqa: ARG002 - as every channel.
        """Never acknowledged."""
        return NotNow(reason=self.lacks)
