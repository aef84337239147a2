"""Step 5c: from a record that answers a standing query to the articles of that topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.designs import design_of
from monitor.domain.diff import Sighting
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.matching import finding_id
from monitor.domain.outcomes import Reading
from monitor.domain.policy import Policy
from monitor.domain.records import Publication
from monitor.domain.signals import UNNAMED, Signal
from monitor.domain.state import ArticleState, EventState, NewFinding, TopicState
from monitor.domain.topics.days import created_on
from monitor.pipeline.ports import Source, Tx


def answered(
    tx: Tx, source: Source, readings: Iterable[Reading], *, policy: Policy, clock: Clock
) -> dict[str, list[NewFinding]]:
    """Record what new evidence came for which articles; returns the new findings by article.

    An article is not told of what it cites already, nor of what was there before it was last updated. What replaces or
    discusses a record it cites is told as what it is to that record, or not at all.
    """
    news: dict[str, list[NewFinding]] = {}
    told = list(_told(readings, policy))
    if not told:
        return news
    tx.evidence.look_up(one.record.identifier for one in told)
    tx.events.look_up(one.record.identifier for one in told)
    known = _Known.of(tx, told)
    for one in told:
        event = _event(tx, source, one)
        for finding in _findings(one, event, known, clock):
            if tx.findings.add(finding):
                news.setdefault(finding.article_id, []).append(finding)
    return news


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A record that answers topics, and how much it weighs."""

    record: Publication
    topics: tuple[str, ...]
    severity: Severity

    @property
    def speaks_of(self) -> set[str]:
        """The record itself, and those that it discusses or replaces; what it merely cites is not among them."""
        linked = (link for link in self.record.links if link.pmid and link.ref_type != "Cites")
        return {str(self.record.identifier), *(f"pubmed:{link.pmid}" for link in linked)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of all that is told, looked up together."""

    topics: Mapping[str, TopicState]
    articles: Mapping[str, ArticleState]
    citing: Mapping[str, set[str]]

    @classmethod
    def of(cls, tx: Tx, told: Sequence[_Told]) -> _Known:
        """Look it up."""
        topics = {topic.name: topic for topic in tx.topics.concerned({name for one in told for name in one.topics})}
        citing: dict[str, set[str]] = defaultdict(set)
        for link in tx.references.resting_on(set().union(*(one.speaks_of for one in told))):
            citing[str(link.identifier)].add(link.article_id)
        names = {name for topic in topics.values() for name in topic.articles}
        articles = {article.id: article for name in names if (article := tx.articles.get(name)) is not None}
        return cls(topics=topics, articles=articles, citing=citing)


def _told(readings: Iterable[Reading], policy: Policy) -> Iterator[_Told]:
    for reading in readings:
        record = reading.record
        if reading.topics and isinstance(record, Publication):
            severity = policy.weight_of(record)
            if severity is not None:
                yield _Told(record=record, topics=reading.topics, severity=severity)


def _event(tx: Tx, source: Source, told: _Told) -> EventState:
    record = told.record
    signal = Signal(
        record=record.identifier,
        kind=EventKind.NEW_EVIDENCE,
        shown_by=UNNAMED,
        standing=False,
        because=f"a new {design_of(record).words} in {record.journal_abbreviation or record.journal or source.name}",
        happened_on=created_on(record),
    )
    event = tx.events.record(
        Sighting(signal=signal), title=record.title, url=record.identifier.url, severity=told.severity, already=False
    )
    tx.events.add_witnesses(event.id, source=source.name, notices=[f"topic {topic}" for topic in told.topics])
    return event


def _findings(told: _Told, event: EventState, known: _Known, clock: Clock) -> Iterable[NewFinding]:
    """One finding for each article, with the first of its topics."""
    concerned: dict[str, TopicState] = {}
    for topic in (known.topics[name] for name in told.topics if name in known.topics):
        concerned.update((name, topic) for name in topic.articles if name not in concerned)
    cited_by = set().union(*(known.citing.get(identifier, set()) for identifier in told.speaks_of))
    created = created_on(told.record)
    for article_id, topic in concerned.items():
        article = known.articles.get(article_id)
        if article is None or article_id in cited_by:
            continue
        since = article.baseline.date() if article.baseline else article.last_updated
        if created is not None and since is not None and created <= since:
            continue
        yield NewFinding(
            id=finding_id(article_id, event.id),
            article_id=article_id,
            event_id=event.id,
            severity=event.severity,
            because=f"{KIND_RULES[event.kind].phrase}: {event.because}, found by the topic “{topic.title}”",
            reference_ids=(),
            claims=(),
            detected_at=clock.today(),
        )
