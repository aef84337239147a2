"""A process that dies while it delivers: ``python -m tests.pipeline.dying URL RECEIVER POINT``.

Without a point it lives through it.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime

from monitor.net import Client, Gates
from monitor.notify.webhook import WebhookChannel
from tests.pipeline.office import BothClock, Office, rule


def main(url: str, receiver: str, point: str) -> None:
    """Tell of one article, and be killed on the way where the point says."""

    def die(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    clock = BothClock(datetime.now(UTC))
    gates = Gates(clock=clock, breaks=False)
    client = Client(clock=clock, contact="a@example.org", gates=gates, allow_private_hosts=frozenset({"127.0.0.1"}))
    channel = WebhookChannel(client=client, clock=clock, url=receiver, keys=[b"k" * 32])
    office = Office(url, [rule("cms")], probe=die, clock=clock)
    office.notifier.run()
    replace(office.deliverer, channels={"cms": channel}).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
