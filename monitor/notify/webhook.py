"""Signed webhooks as https://www.standardwebhooks.com specifies them: for programs, such as a CMS."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.clock import Clock
from monitor.domain.messages import VERSION, DeliveryOutcome, Message
from monitor.net import Client
from monitor.notify.posting import DEADLINE_SECONDS, post

PREFIX = "whsec_"
PACE_SECONDS = 0.05
SHORTEST_SECRET = 24
"""Bytes, as the specification has it."""


class WeakSecret(ValueError):
    """The secret cannot sign. The message says what a good one looks like, and does not repeat it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """Posts each message as JSON under its stable id, with a fresh time and signature at each try.

    ``keys`` are the bytes of the secrets; each signs, so that a receiver that has only one of two is content.
    """

    client: Client
    clock: Clock
    url: str
    keys: Sequence[bytes]
    deadline_seconds: float = DEADLINE_SECONDS
    kind: str = "webhook"

    def send(self, message: Message) -> DeliveryOutcome:
        """Acknowledged by any 2xx."""
        body = json.dumps(body_of(message), ensure_ascii=False, sort_keys=True).encode()
        at = str(int(self.clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.stable_id,
            "webhook-timestamp": at,
            "webhook-signature": " ".join(sign(key, message.stable_id, at, body) for key in self.keys),
        }
        return post(
            self.client,
            self.url,
            body=body,
            headers=headers,
            pace_seconds=PACE_SECONDS,
            deadline_seconds=self.deadline_seconds,
        )


def body_of(message: Message) -> dict[str, Any]:
    """What a program gets."""
    data = {name: value for name, value in message.payload.items() if name not in {"at", "event"}}
    return {
        "type": message.topic,
        "version": VERSION,
        "id": message.stable_id,
        "timestamp": message.payload["at"],
        "data": data,
    }


def sign(key: bytes, message_id: str, at: str, body: bytes) -> str:
    """The signature of one try, in version 1."""
    digest = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def key_of(secret: str) -> bytes:
    """The bytes of a secret as it is handed out: base64 behind ``whsec_``. Raises :class:`WeakSecret`."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX) + "==")
    except ValueError:
        key = b""
    if not secret.strip().startswith(PREFIX) or len(key) < SHORTEST_SECRET:
        raise WeakSecret(
            f"must be `{PREFIX}` and base64 of {SHORTEST_SECRET} bytes or more: see `openssl rand -base64 32`"
        )
    return key
