"""Step 7b: what time alone tells: reviews that nobody starts, deadlines that pass, and the digests of the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.clock import Clock
from monitor.domain.messages import Message, SendingState, Topic, WaitingReview
from monitor.domain.notices import DigestTimes
from monitor.domain.policy import Policy
from monitor.pipeline.complete import article_page
from monitor.pipeline.ports import Probe, Store, Tx

MOST_ARTICLES = 100
"""So many articles are named in a digest; the number of the others is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Reminds of reviews until they are started or snoozed, and makes digests, each reminder and digest once."""

    store: Store
    policy: Policy
    clock: Clock
    probe: Probe
    pages: str

    def run(self) -> int:
        """Write what is due; returns how many messages that were."""
        return self._remind() + sum(self._digest(name) for name in self._channels_with_digest())

    def _remind(self) -> int:
        with self.store.begin() as tx:
            due = [entry for review in tx.telling.waiting_reviews() for entry in self._due(tx, review)]
            known = tx.outbox.known([key for key, _, _ in due])
            new = [entry for entry in due if entry[0] not in known]
            for key, topic, payload in new:
                tx.outbox.put(key=key, topic=topic, payload=payload)
            self.probe("remind.before_commit")
        return len(new)

    def _due(self, tx: Tx, review: WaitingReview) -> Iterator[tuple[str, Topic, dict[str, Any]]]:
        """The newest reminder that is due, and every step up that is."""
        now, noticing, owners = self.clock.today(), self.policy.noticing, self.policy.owners
        times = noticing.nagging.times_due(since=review.since, now=now)
        deadline = review.deadline
        steps = noticing.escalation.steps_due(deadline=deadline, now=now) if deadline else 0
        if not times and not steps:
            return
        topics = tx.topics.of_article(review.article_id) if owners.looks_at_topics else ()
        own = owners.of(review.article_id, topics)
        if times:
            key = f"{Topic.WAITING}:{review.id}:{review.since.isoformat()}:{times}"
            yield key, Topic.WAITING, self._payload(review, own, because="nobody has started this review")
        above = {name: owners.above(name) or (name,) for name in own}
        for step in range(min(steps, max(map(len, above.values()), default=1))):
            called = dict.fromkeys(chain[step] for chain in above.values() if step < len(chain))
            key = f"{Topic.OVERDUE}:{review.id}:{deadline.isoformat() if deadline else ''}:{step}"
            because = "its deadline passed and nobody has started this review"
            yield key, Topic.OVERDUE, self._payload(review, tuple(called), because=because)

    def _payload(self, review: WaitingReview, owners: Sequence[str], *, because: str) -> dict[str, Any]:
        return {
            "article": review.article_id,
            "title": review.title,
            "severity": review.severity,
            "because": because,
            "owners": list(owners),
            "waiting_since": review.since.isoformat(),
            "deadline": review.deadline.isoformat() if review.deadline else None,
            "at": self.clock.today().isoformat(),
        }

    def _channels_with_digest(self) -> dict[str, DigestTimes]:
        """By name. What a channel holds that has no digest any more is never sent; what is to go at once still goes."""
        times = {name: rule.digest for name, rule in self.policy.noticing.receivers.items() if rule.digest}
        with self.store.begin() as tx:
            for name in tx.deliveries.holding():
                if name not in times:
                    because = "the channel has no digest any more"
                    tx.deliveries.give_up(name, because=because, states=(SendingState.HELD,))
        return times

    def _digest(self, name: str) -> int:
        """One digest for all that was held since the last one, however many days that is."""
        times = self.policy.noticing.receivers[name].digest
        if times is None:
            return 0
        with self.store.begin() as tx:
            day, last = times.last_due(self.clock.today()), tx.deliveries.digest_day(name)
            if last is not None and day <= last:
                return 0
            tx.deliveries.note_digest(name, day)
            held = tx.deliveries.held(name) if last is not None else ()
            if held:
                payload = {**self._payload_of(held), "day": day.isoformat()}
                digest = tx.outbox.put_planned(
                    key=f"{Topic.DIGEST}:{name}:{day.isoformat()}", topic=Topic.DIGEST, payload=payload
                )
                tx.deliveries.fold(name, into=digest.id)
                tx.deliveries.plan([(digest.id, name, SendingState.WAITING, None)])
            self.probe("digest.before_commit")
        return 1 if held else 0

    def _payload_of(self, held: Sequence[Message]) -> dict[str, Any]:
        """What was held, by article, the worst article first and its news in their order."""
        by_article: dict[str, list[Message]] = {}
        for message in held:
            by_article.setdefault(message.article, []).append(message)
        worst = sorted(by_article.values(), key=lambda some: -max(message.severity.rank for message in some))
        shown = worst[:MOST_ARTICLES]
        return {
            "severity": max((message.severity for message in held), key=lambda severity: severity.rank),
            "at": self.clock.today().isoformat(),
            "page": f"{self.pages.rstrip('/')}/",
            "articles": [self._article(some) for some in shown],
            "articles_total": len(worst),
            "rest": len(worst) - len(shown),
        }

    def _article(self, messages: Sequence[Message]) -> dict[str, Any]:
        last = messages[-1]
        return {
            "article": last.article,
            "title": last.payload["title"],
            "severity": max((message.severity for message in messages), key=lambda severity: severity.rank),
            "page": article_page(self.pages, last.article),
            "news": [
                {"topic": message.topic, "because": message.payload["because"], "at": message.payload["at"]}
                for message in messages
            ],
        }
