"""Posting to addresses that the policy names: guarded, never redirected, and told as how the receiver took it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from monitor.domain.messages import Acknowledged, Closed, DeliveryOutcome, NotNow
from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net import Client, Manners

DEADLINE_SECONDS = 15.0
MOST_BYTES = 1_000_000
GONE = 410


def post(
    client: Client,
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    pace_seconds: float,
    deadline_seconds: float = DEADLINE_SECONDS,
    hides_path: bool = False,
) -> DeliveryOutcome:
    """Send a body once."""
    manners = Manners(
        pace_seconds=pace_seconds,
        deadline_seconds=deadline_seconds,
        max_bytes=MOST_BYTES,
        guarded=True,
        follow_redirects=False,
        expects_body=False,
        hides_path=hides_path,
    )
    return taken(client.post(url, data=body, headers=headers, manners=manners))


def taken(outcome: FetchOutcome) -> DeliveryOutcome:
    """What an answer means for the message. Only 410 is for good: all else an operator may repair meanwhile."""
    match outcome:
        case Fetched():
            return Acknowledged()
        case Gone(status=status) if status == GONE:
            return Closed(reason="HTTP 410: the receiver wants no more messages")
        case Gone(status=status):
            return NotNow(reason=f"HTTP {status}")
        case Throttled(reason=reason, retry_after=seconds):
            return NotNow(reason=reason, retry_after=seconds)
        case Unreachable(reason=reason) | Unreadable(reason=reason):
            return NotNow(reason=reason)
        case Unmodified():
            return NotNow(reason="HTTP 304 to a message")
        case _:
            assert_never(outcome)
