"""Step 5c: from a record that answers a standing query to the articles of that topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.clock import Clock
from monitor.domain.designs import design_of
from monitor.domain.diff import Sighting
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.matching import finding_id
from monitor.domain.outcomes import Reading
from monitor.domain.policy import Policy
from monitor.domain.records import Publication, Trial
from monitor.domain.rules.trial import full_date
from monitor.domain.signals import UNNAMED, Signal
from monitor.domain.state import ArticleState, EventState, NewFinding, TopicState
from monitor.domain.topics.days import created_on
from monitor.pipeline.absences import Absences
from monitor.pipeline.ports import Source, Tx


def answered(
    tx: Tx, source: Source, readings: Iterable[Reading], *, policy: Policy, clock: Clock
) -> dict[str, list[NewFinding]]:
    """Record what new evidence came for which articles; returns the new findings by article.

    An article is not told of what it cites already, nor of what was there before its text was last updated; that a
    review was closed meanwhile silences nothing, as its editor may not have heard of it. What replaces or discusses a
    record it cites is told as what it is to that record, or not at all.
    """
    news: dict[str, list[NewFinding]] = {}
    told = list(_told(readings, policy))
    if not told:
        return news
    tx.evidence.look_up(one.record.identifier for one in told)
    tx.events.look_up(one.record.identifier for one in told)
    known, absences = _Known.of(tx, told), Absences(tx)
    for one in told:
        event = _event(tx, source, one)
        for bare in _findings(one, event, known, clock):
            if (finding := tx.findings.add(absences.told(bare, one.record))) is not None:
                news.setdefault(finding.article_id, []).append(finding)
    return news


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A record that answers topics, what that is called, and how much it weighs.

    ``speaks_of`` are the record itself, and those that it discusses or replaces; what it merely cites is not among
    them.
    """

    record: Publication | Trial
    topics: tuple[str, ...]
    kind: EventKind
    severity: Severity
    because: str
    created: date | None
    speaks_of: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of all that is told, looked up together."""

    topics: Mapping[str, TopicState]
    articles: Mapping[str, ArticleState]
    citing: Mapping[str, set[str]]
    muted: Collection[tuple[str, str]]

    @classmethod
    def of(cls, tx: Tx, told: Sequence[_Told]) -> _Known:
        """Look it up."""
        topics = {topic.name: topic for topic in tx.topics.concerned({name for one in told for name in one.topics})}
        citing: dict[str, set[str]] = defaultdict(set)
        for link in tx.references.resting_on(set().union(*(one.speaks_of for one in told))):
            citing[str(link.identifier)].add(link.article_id)
        names = {name for topic in topics.values() for name in topic.articles}
        articles = {article.id: article for name in names if (article := tx.articles.get(name)) is not None}
        return cls(topics=topics, articles=articles, citing=citing, muted=tx.mutes.muted(names))


def _told(readings: Iterable[Reading], policy: Policy) -> Iterator[_Told]:
    for reading in readings:
        match reading.record:
            case Publication() as record if reading.topics and (severity := policy.weight_of(record)) is not None:
                yield _of_publication(record, reading.topics, severity)
            case Trial() as record if reading.topics:
                yield _of_trial(record, reading.topics, policy.severity_of(EventKind.TRIAL_REGISTERED))
            case _:
                continue


def _of_publication(record: Publication, topics: tuple[str, ...], severity: Severity) -> _Told:
    linked = (link for link in record.links if link.pmid and link.ref_type != "Cites")
    return _Told(
        record=record,
        topics=topics,
        kind=EventKind.NEW_EVIDENCE,
        severity=severity,
        because=f"a new {design_of(record).words} in {record.journal_abbreviation or record.journal or 'PubMed'}",
        created=created_on(record),
        speaks_of=frozenset({str(record.identifier), *(f"pubmed:{link.pmid}" for link in linked)}),
    )


def _of_trial(record: Trial, topics: tuple[str, ...], severity: Severity) -> _Told:
    planned = f", {record.enrolment} participants planned" if record.enrolment else ""
    end = f", completion expected {record.completion}" if record.completion else ""
    return _Told(
        record=record,
        topics=topics,
        kind=EventKind.TRIAL_REGISTERED,
        severity=severity,
        because=f"{record.identifier.value}, overall status {record.overall_status}{planned}{end}",
        created=full_date(record.first_posted),
        speaks_of=frozenset({str(record.identifier)}),
    )


def _event(tx: Tx, source: Source, told: _Told) -> EventState:
    record = told.record
    signal = Signal(
        record=record.identifier,
        kind=told.kind,
        shown_by=UNNAMED,
        standing=False,
        because=told.because,
        happened_on=told.created,
    )
    event = tx.events.record(
        Sighting(signal=signal), title=record.title, url=record.identifier.url, severity=told.severity, already=False
    )
    tx.events.add_witnesses(event.id, source=source.name, notices=[f"topic {topic}" for topic in told.topics])
    return event


def _findings(told: _Told, event: EventState, known: _Known, clock: Clock) -> Iterable[NewFinding]:
    """One finding for each article, with the first of its topics that is not muted for it."""
    concerned: dict[str, TopicState] = {}
    for topic in (known.topics[name] for name in told.topics if name in known.topics):
        listening = (name for name in topic.articles if (topic.name, name) not in known.muted)
        concerned.update((name, topic) for name in listening if name not in concerned)
    cited_by = set().union(*(known.citing.get(identifier, set()) for identifier in told.speaks_of))
    for article_id, topic in concerned.items():
        article = known.articles.get(article_id)
        if article is None or article_id in cited_by:
            continue
        if told.created is not None and article.last_updated is not None and told.created <= article.last_updated:
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
