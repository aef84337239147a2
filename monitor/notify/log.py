"""A channel that writes messages to the log: what an installation without other channels has."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from monitor.domain.messages import Acknowledged, DeliveryOutcome, Message

log = structlog.get_logger()

TOLD = ("article", "severity", "freshness", "because", "decision", "at", "articles_total", "page")
"""What of a payload is written: no titles, sentences or other words of articles and upstreams."""


@dataclass(frozen=True, slots=True)
class LogChannel:
    """Writes each message as one log event with its stable id."""

    kind: str = "log"

    def send(self, message: Message) -> DeliveryOutcome:
        """Acknowledged as soon as it is written."""
        told = {name: message.payload[name] for name in TOLD if message.payload.get(name) is not None}
        log.info("outbox.message", id=message.stable_id, key=message.key, topic=message.topic, **told)
        return Acknowledged()
