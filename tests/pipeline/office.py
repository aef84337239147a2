"""An office for tests of notices: the real store and steps, receivers that do what a test says, and a moved clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.clock import MovedClock
from monitor.domain.articles import Freshness
from monitor.domain.kinds import Severity
from monitor.domain.messages import Acknowledged, DeliveryOutcome, Message, Topic
from monitor.domain.notices import ChannelKind, ChannelRule, Noticing
from monitor.domain.policy import Policy
from monitor.domain.staleness import Verdict
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.notify import Notifier
from monitor.pipeline.ports import Probe
from monitor.pipeline.remind import Reminder
from monitor.store import Store
from tests.pipeline.scene import ARTICLE, MIGRATIONS, Stage
from tests.pipeline.told import Told

MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAGES = "https://monitor.example.org"


class BothClock(MovedClock):
    """Real and business time that a test moves together; monotonic time is real."""

    def __init__(self, at: datetime) -> None:
        self.shift = timedelta()
        super().__init__(at)

    def now(self) -> datetime:
        """The system's time, moved."""
        return super().now() + self.shift

    def pass_time(self, **by: float) -> None:
        """Let time pass."""
        self.shift += timedelta(**by)


@dataclass
class Receiver:
    """A receiver: acknowledges unless ``answer`` says otherwise."""

    kind: str = "webhook"
    answer: Callable[[Message], DeliveryOutcome] = lambda _message: Acknowledged()
    tried: list[tuple[str, datetime]] = field(default_factory=list)
    got: list[Message] = field(default_factory=list)
    clock: BothClock | None = None

    def send(self, message: Message) -> DeliveryOutcome:
        """What a channel does."""
        self.tried.append((message.stable_id, self.clock.now() if self.clock else MONDAY))
        outcome = self.answer(message)
        if isinstance(outcome, Acknowledged):
            self.got.append(message)
        return outcome

    @property
    def topics(self) -> list[str]:
        """What it was told of, in order."""
        return [message.topic for message in self.got]


class Office:
    """The steps of notices on a store."""

    def __init__(
        self,
        url: str,
        rules: Sequence[ChannelRule],
        *,
        policy: Policy | None = None,
        probe: Probe | None = None,
        receivers: Mapping[str, Receiver] | None = None,
        at: datetime = MONDAY,
        clock: BothClock | None = None,
    ) -> None:
        base = policy or Policy()
        noticing = replace(base.noticing, channels={rule.name: rule for rule in rules})
        self.policy = replace(base, noticing=noticing)
        self.clock = clock or BothClock(at)
        self.store = Store(url, clock=self.clock, migrations=MIGRATIONS)
        Stage.opened.append(self)  # type: ignore[arg-type]  # Its store is closed after the test.
        self.receivers = dict(receivers or {rule.name: Receiver(kind=rule.kind) for rule in rules})
        for receiver in self.receivers.values():
            receiver.clock = self.clock
        self.told = Told()
        pass_by: Probe = probe or (lambda _point: None)
        self.notifier = Notifier(store=self.store, policy=self.policy, clock=self.clock, probe=pass_by, pages=PAGES)
        self.reminder = Reminder(store=self.store, policy=self.policy, clock=self.clock, probe=pass_by, pages=PAGES)
        self.deliverer = Deliverer(
            store=self.store,
            channels=self.receivers,
            clock=self.clock,
            observer=self.told,
            probe=pass_by,
            pages=PAGES,
        )

    def open(self) -> Office:
        """Make the tables."""
        self.store.upgrade()
        return self

    def run(self, *, patience_seconds: float = 30) -> int:
        """One round of the daemon's jobs."""
        self.reminder.run()
        self.notifier.run()
        return self.deliverer.run(patience_seconds=patience_seconds)

    def run_for(self, *, hours: float, every: timedelta) -> None:
        """Rounds for so long, so often."""
        for _ in range(int(timedelta(hours=hours) / every)):
            self.clock.pass_time(seconds=every.total_seconds())
            self.run()

    def tell(self, *articles: str, severity: Severity = Severity.CRITICAL, **more: Any) -> None:
        """News of articles, in one commit."""
        topic = more.pop("topic", Topic.STALE)
        with self.store.begin() as tx:
            for article in articles:
                payload = {
                    "article": article,
                    "title": f"About {article}",
                    "severity": severity,
                    "because": "A retraction notice names this reference",
                    "at": self.clock.today().isoformat(),
                    "event": None,
                }
                key = f"{topic}:{article}:{self.clock.today().isoformat()}"
                tx.outbox.put(key=key, topic=topic, payload={**payload, **more})

    def open_review(self, article: str, *, severity: Severity, deadline: datetime | None) -> None:
        """A stale article with an open review."""
        with self.store.begin() as tx:
            tx.articles.put(article, replace(ARTICLE, title=f"About {article}"), origin="test")
            tx.articles.settle(article, Verdict(freshness=Freshness.STALE, because="a retraction", severity=severity))
            tx.reviews.open(article, severity=severity, deadline=deadline)


def rule(name: str, kind: ChannelKind = ChannelKind.WEBHOOK, **more: Any) -> ChannelRule:
    """A channel that is told everything at once, unless ``more`` says otherwise."""
    return ChannelRule(name=name, kind=kind, **{"immediate_from": Severity.INFO, **more})


def with_noticing(**changes: Any) -> Policy:
    """The built-in policy with other notices."""
    return replace(Policy(), noticing=replace(Noticing(), **changes))


def blocked_until(event: threading.Event) -> Callable[[Message], DeliveryOutcome]:
    """A receiver that takes its time."""

    def answer(_message: Message) -> DeliveryOutcome:
        event.wait(20)
        return Acknowledged()

    return answer
