"""Step 5d: from a guideline or an edition that a followed publisher never had before to the articles on its subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.clock import Clock
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.matching import finding_id
from monitor.domain.outcomes import Reading
from monitor.domain.policy import Policy
from monitor.domain.records import GuidelineDocument
from monitor.domain.rules.guideline import edition_year
from monitor.domain.rules.trial import full_date
from monitor.domain.signals import UNNAMED, Signal
from monitor.domain.state import ArticleState, EventState, NewFinding
from monitor.domain.subjects import Subjects, WordSet
from monitor.pipeline.absences import Absences
from monitor.pipeline.ports import Source, Tx


@dataclass(slots=True)
class Shown:
    """What a poll shows of guidelines, noted before it is kept.

    ``fresh`` are the readings of guidelines that stand and were never read before, or show a later edition than when
    last read. ``held`` are the publications that held the guidelines until now, by guideline.
    """

    fresh: list[Reading] = field(default_factory=list)
    held: dict[str, frozenset[str]] = field(default_factory=dict)

    def note(self, tx: Tx, readings: Iterable[Reading], never_read: Collection[Identifier]) -> None:
        """Note some readings, given which records were never read before."""
        for reading in readings:
            if not isinstance(record := reading.record, GuidelineDocument):
                continue
            last = tx.evidence.last_snapshot(record.identifier)
            before = last.record if last and isinstance(last.record, GuidelineDocument) else None
            if before is not None:
                self.held[str(record.identifier)] = frozenset(before.records)
            is_new = before is None and record.identifier in never_read
            if record.state == "current" and (is_new or _is_later(before, record)):
                self.fresh.append(reading)


def published(
    tx: Tx,
    source: Source,
    shown: Shown,
    *,
    subjects: Subjects,
    policy: Policy,
    clock: Clock,
) -> dict[str, list[NewFinding]]:
    """Record which articles newly published guidelines concern; returns the new findings by article.

    A guideline concerns an article when its title holds every word of one of the article's subjects: those that a
    topic gives it, and those of the guidelines it rests on. An article is not told of what it rests on, which is told
    as what it is to it, nor of what was there before it was last updated.
    """
    news: dict[str, list[NewFinding]] = {}
    absences = Absences(tx)
    for reading in shown.fresh:
        if not isinstance(record := reading.record, GuidelineDocument):
            continue
        if not (concerned := list(_concerned(tx, record, shown.held, subjects))):
            continue
        event = _event(tx, source, record, reading.url, policy)
        for one in concerned:
            finding = tx.findings.add(absences.told(_finding(event, record, one, clock), record))
            if finding is not None:
                news.setdefault(one.article.id, []).append(finding)
    return news


@dataclass(frozen=True, slots=True, kw_only=True)
class _Concerned:
    """An article, and the words of the title that tell that it is concerned."""

    article: ArticleState
    words: WordSet


def _is_later(before: GuidelineDocument | None, record: GuidelineDocument) -> bool:
    if before is None or before.edition == record.edition:
        return False
    was, now = edition_year(before), edition_year(record)
    return was is not None and now is not None and now >= was


def _concerned(
    tx: Tx, record: GuidelineDocument, held: Mapping[str, frozenset[str]], subjects: Subjects
) -> Iterable[_Concerned]:
    words_of = dict(subjects.articles_on(record.title))
    guidelines = {str(identity): words for identity, words in subjects.guidelines_on(record.title).items()}
    for link in tx.references.resting_on(guidelines):
        words_of.setdefault(link.article_id, guidelines[str(link.identifier)])
    own = str(record.identifier)
    former = held.get(own, frozenset())
    resting = {link.article_id for link in tx.references.resting_on([own, *record.records, *former])}
    for name, words in sorted(words_of.items()):
        article = tx.articles.get(name) if name not in resting else None
        if article is not None and not _could_know(article, record):
            yield _Concerned(article=article, words=words)


def _could_know(article: ArticleState, record: GuidelineDocument) -> bool:
    """Whether the guideline was there when the article's text was last updated; an unknown date never silences."""
    since = article.last_updated
    year = edition_year(record)
    told = record.published or record.updated or (str(year) if year else "")
    return since is not None and bool(told) and _is_before(told, since)


def _is_before(told: str, since: date) -> bool:
    """Whether a date, as far as it is told, is surely not after a day."""
    exact = full_date(told)
    return exact <= since if exact else told < since.isoformat()[: len(told)]


def _event(tx: Tx, source: Source, record: GuidelineDocument, url: str, policy: Policy) -> EventState:
    signal = Signal(
        record=record.identifier,
        kind=EventKind.GUIDELINE_PUBLISHED,
        shown_by=f"edition {record.edition}" if record.edition else UNNAMED,
        standing=False,
        because=f"{record.publisher} published “{record.title}”",
        edition_year=edition_year(record),
        happened_on=full_date(record.published) or full_date(record.updated),
    )
    event = tx.events.record(
        Sighting(signal=signal),
        title=record.title,
        url=url or None,
        severity=policy.severity_of(signal.kind),
        already=False,
    )
    tx.events.add_witnesses(event.id, source=source.name, notices=record.records or [str(record.identifier)])
    return event


def _finding(event: EventState, record: GuidelineDocument, concerned: _Concerned, clock: Clock) -> NewFinding:
    words = ", ".join(concerned.words)
    return NewFinding(
        id=finding_id(concerned.article.id, event.id),
        article_id=concerned.article.id,
        event_id=event.id,
        severity=event.severity,
        because=f"{KIND_RULES[event.kind].phrase}: its title speaks of {words}; publisher {record.publisher}",
        reference_ids=(),
        claims=(),
        detected_at=clock.today(),
    )
