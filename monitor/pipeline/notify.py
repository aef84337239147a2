"""Step 7a: to whom each message goes, at once or in the digest, and what is one notice instead of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from monitor.clock import Clock
from monitor.domain.messages import Message, SendingState, Topic
from monitor.domain.notices import ChannelRule, Way
from monitor.domain.policy import Policy
from monitor.pipeline.complete import article_page, record_page
from monitor.pipeline.ports import Probe, Store, Tx

AT_A_TIME = 2000
"""So many messages are looked at together: what one commit wrote is one storm."""
MOST_ARTICLES = 20
"""So many articles are named in a notice about many; the number of the others is said."""

FLOOD_WINDOW, FLOOD_FACTOR = timedelta(hours=1), 2
"""People who had twice as many notices within so long as make a storm are told the rest together, ..."""
GATHER_FOR = timedelta(minutes=10)
"""... this long after it came in."""

_STATES = {Way.NOW: SendingState.WAITING, Way.DIGEST: SendingState.HELD}

Ways: TypeAlias = list[tuple[int, str, SendingState, int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """Chooses the ways of messages, each once. Running it twice changes nothing."""

    store: Store
    policy: Policy
    clock: Clock
    probe: Probe
    pages: str

    def run(self) -> int:
        """Choose for all messages nobody chose for yet; returns how many there were."""
        with self.store.begin() as tx:
            self._tell_gathered(tx)
            messages = tx.outbox.unplanned(limit=AT_A_TIME)
            if not messages:
                return 0
            tx.deliveries.plan(self._ways(tx, messages))
            tx.outbox.planned([message.id for message in messages])
            self.probe("notify.before_commit")
        return len(messages)

    def _ways(self, tx: Tx, messages: Sequence[Message]) -> Ways:
        ways: Ways = []
        at_once: dict[str, list[Message]] = defaultdict(list)
        receivers = self.policy.noticing.receivers
        for message in messages:
            for name in self._channels(tx, message):
                rule = receivers[name]
                way = rule.way_of(message.severity)
                if way is Way.NOW and rule.kind.is_read_by_people:
                    at_once[name].append(message)
                elif way is not Way.NOT:
                    ways.append((message.id, name, _STATES[way], None))
        for name, some in at_once.items():
            ways += self._without_storms(tx, receivers[name], some)
        return ways

    def _channels(self, tx: Tx, message: Message) -> tuple[str, ...]:
        """The channels of the owners, and those that are nobody's; reminders go to whom they name."""
        owners, receivers = self.policy.owners, self.policy.noticing.receivers
        everybodys = tuple(name for name in receivers if name not in owners.owned_channels)
        if "owners" in message.payload:
            named = owners.channels_of(message.payload["owners"])
            return named or tuple(name for name in everybodys if receivers[name].kind.is_for_reminders)
        topics = tx.topics.of_article(message.article) if owners.looks_at_topics else ()
        return (*owners.channels_of(owners.of(message.article, topics)), *everybodys)

    def _without_storms(self, tx: Tx, rule: ChannelRule, messages: Sequence[Message]) -> Ways:
        """Fold what one cause did to many articles into one notice, and then what is still too much at once."""
        most = self.policy.noticing.storm_from
        by_cause: dict[object, list[Message]] = defaultdict(list)
        for message in messages:
            by_cause[message.payload.get("event") or message.key].append(message)
        ways: Ways = []
        notices: list[Message] = []
        for cause, some in by_cause.items():
            if len(some) <= most:
                notices += some
                continue
            notice = self._storm(tx, rule.name, some, event=int(str(cause)))
            notices.append(notice)
            ways += _folded(rule.name, some, notice)
        state = SendingState.WAITING
        if tx.deliveries.sent_since(rule.name, self.clock.now() - FLOOD_WINDOW) >= FLOOD_FACTOR * most:
            state = SendingState.GATHERED
        elif len(notices) > most:
            many = self._many(tx, rule.name, notices)
            ways += _folded(rule.name, notices, many)
            notices = [many]
        return [*ways, *((notice.id, rule.name, state, None) for notice in notices)]

    def _tell_gathered(self, tx: Tx) -> None:
        """What was gathered on channels that had too much within the hour is one notice, some minutes later."""
        for name in tx.deliveries.gathered_before(self.clock.now() - GATHER_FOR):
            notice = self._many(tx, name, tx.deliveries.held(name, state=SendingState.GATHERED))
            tx.deliveries.fold(name, into=notice.id, state=SendingState.GATHERED)
            tx.deliveries.plan([(notice.id, name, SendingState.WAITING, None)])

    def _storm(self, tx: Tx, channel: str, messages: Sequence[Message], *, event: int) -> Message:
        cause = tx.telling.cause(event)
        about = {"page": f"{self.pages.rstrip('/')}/"}
        if cause is not None:
            about = {
                "kind": cause.kind,
                "record": cause.record,
                "record_title": cause.title,
                "page": record_page(self.pages, cause.record),
            }
        payload = {**self._about_many(messages), **about, "because": cause.because if cause else ""}
        return tx.outbox.put_planned(
            key=f"{Topic.STORM}:{channel}:{messages[0].key}", topic=Topic.STORM, payload=payload
        )

    def _many(self, tx: Tx, channel: str, notices: Sequence[Message]) -> Message:
        return tx.outbox.put_planned(
            key=f"{Topic.MANY}:{channel}:{notices[0].key}",
            topic=Topic.MANY,
            payload={**self._about_many(notices), "page": f"{self.pages.rstrip('/')}/"},
        )

    def _about_many(self, messages: Sequence[Message]) -> dict[str, object]:
        """The articles of messages, the worst first; a notice among them stands for its own articles."""
        lines = sorted((line for message in messages for line in self._lines(message)), key=lambda line: -line[0])
        articles = list({str(line["article"]): line for _, line in lines}.values())
        total = len(articles) + sum(int(message.payload.get("rest", 0)) for message in messages)
        return {
            "severity": max((message.severity for message in messages), key=lambda severity: severity.rank),
            "at": self.clock.today().isoformat(),
            "articles": articles[:MOST_ARTICLES],
            "articles_total": total,
            "rest": total - len(articles[:MOST_ARTICLES]),
        }

    def _lines(self, message: Message) -> Iterable[tuple[int, dict[str, object]]]:
        if "articles" in message.payload:
            return [(message.severity.rank, line) for line in message.payload["articles"]]
        line = {
            "article": message.article,
            "title": message.payload["title"],
            "severity": message.severity,
            "because": message.payload["because"],
            "page": article_page(self.pages, message.article),
        }
        return [(message.severity.rank, line)]


def _folded(channel: str, messages: Iterable[Message], notice: Message) -> Ways:
    return [(message.id, channel, SendingState.FOLDED, notice.id) for message in messages]
