"""Step 5c: from a record that answers a standing query to the articles of that topic."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.clock import Clock
from monitor.domain.designs import design_of
from monitor.domain.diff import Sighting
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.matching import finding_id
from monitor.domain.outcomes import Reading
from monitor.domain.policy import Policy
from monitor.domain.records import Publication
from monitor.domain.signals import UNNAMED, Signal
from monitor.domain.state import EventState, NewFinding, TopicState
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
    for reading in readings:
        record = reading.record
        if not reading.topics or not isinstance(record, Publication):
            continue
        severity = policy.weight_of(record)
        if severity is None:
            continue
        event = _event(tx, source, record, reading.topics, severity)
        for finding in _findings(tx, record, event, tx.topics.concerned(reading.topics), clock):
            if tx.findings.add(finding):
                news.setdefault(finding.article_id, []).append(finding)
    return news


def _event(tx: Tx, source: Source, record: Publication, topics: tuple[str, ...], severity: Severity) -> EventState:
    signal = Signal(
        record=record.identifier,
        kind=EventKind.NEW_EVIDENCE,
        shown_by=UNNAMED,
        standing=False,
        because=f"a new {design_of(record).words} in {record.journal_abbreviation or record.journal or source.name}",
        happened_on=created_on(record),
    )
    event = tx.evidence.record_event(
        Sighting(signal=signal), title=record.title, url=record.identifier.url, severity=severity, already=False
    )
    tx.evidence.add_witnesses(event.id, source=source.name, notices=[f"topic {topic}" for topic in topics])
    return event


def _findings(
    tx: Tx, record: Publication, event: EventState, topics: Iterable[TopicState], clock: Clock
) -> Iterable[NewFinding]:
    """One finding for each article, with the first of its topics."""
    concerned: dict[str, TopicState] = {}
    for topic in topics:
        concerned.update((name, topic) for name in topic.articles if name not in concerned)
    spoken_of = [str(record.identifier), *(f"pubmed:{link.pmid}" for link in record.links if link.pmid)]
    cited_by = {link.article_id for link in tx.references.resting_on(spoken_of)}
    created = created_on(record)
    for article_id, topic in concerned.items():
        article = tx.articles.get(article_id)
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
