"""A channel that writes messages to the log: what an installation without other channels has."""

from __future__ import annotations

import structlog

from monitor.domain.state import Message

log = structlog.get_logger()


class LogChannel:
    """Writes each message as one log event with its stable id."""

    def send(self, message: Message) -> None:
        """Acknowledged as soon as it is written."""
        log.info(
            "outbox.message",
            id=message.key,
            topic=message.topic,
            **{key: value for key, value in message.payload.items() if key != "title"},
        )
