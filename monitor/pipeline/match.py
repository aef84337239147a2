"""Step 5 and 6a: from events to findings in the articles that rest on their records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from monitor.clock import Clock
from monitor.domain.absence import BRINGS_EVIDENCE
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.matching import finding_id, merge_claims, reason_to_tell, touched_claims
from monitor.domain.records import Record
from monitor.domain.state import EventState, Link, NewFinding
from monitor.pipeline.absences import Absences
from monitor.pipeline.ports import Tx

TELLING_OF_PAPERS = frozenset({EventKind.TRIAL_OUTCOME_SWITCHED})
"""What of a trial puts the papers on it in another light, whether or not an article names the trial."""

NONE: Mapping[str, Collection[str]] = MappingProxyType({})


def match_events(
    tx: Tx,
    events: Sequence[EventState],
    *,
    clock: Clock,
    article_id: str | None = None,
    names: Mapping[str, Collection[str]] = NONE,
) -> dict[str, list[NewFinding]]:
    """Record the findings of these events, in one article or in all; returns the new ones by article.

    ``names`` gives what stands for a record: the other names of a publication, the publications that hold a guideline.
    Who rests on one of them rests on the record.
    Cost follows the events and the references that rest on their records, not the number of articles.
    """
    standing_for = {event.record: {event.record, *names.get(event.record, ())} for event in events}
    links = tx.references.resting_on({name for some in standing_for.values() for name in some}, article_id=article_id)
    by_name: dict[str, list[Link]] = {}
    for link in links:
        by_name.setdefault(str(link.identifier), []).append(link)
    news: dict[str, list[NewFinding]] = {}
    absences = Absences(tx)
    for event in events:
        resting = [link for name in sorted(standing_for[event.record]) for link in by_name.get(name, ())]
        for name, group in _by_article(resting):
            finding = _finding(tx, event, name, group, clock)
            if finding is not None and event.kind in BRINGS_EVIDENCE:
                finding = absences.told(finding, _record(tx, event))
            if finding is not None and (told := tx.findings.add(finding)) is not None:
                news.setdefault(name, []).append(told)
    return news


def _finding(tx: Tx, event: EventState, article_id: str, links: list[Link], clock: Clock) -> NewFinding | None:
    """What an event is to an article; None where it concerns it no more or never did."""
    article = tx.articles.get(article_id)
    if article is None:
        return None
    told = [
        (link, because)
        for link in links
        if (
            because := reason_to_tell(
                event, linked_at=link.linked_at, reference=link.reference, last_updated=article.last_updated
            )
        )
    ]
    if not told:
        return None
    claims = tx.articles.claims(article_id)
    return NewFinding(
        id=finding_id(article_id, event.id),
        article_id=article_id,
        event_id=event.id,
        severity=_severity(event, [link for link, _ in told]),
        because=told[0][1],
        reference_ids=tuple(dict.fromkeys(link.reference_id for link, _ in told)),
        claims=merge_claims(touched_claims(link.reference, claims) for link, _ in told),
        detected_at=clock.today(),
    )


def _record(tx: Tx, event: EventState) -> Record | None:
    last = tx.evidence.last_snapshot(Identifier.parse(event.record))
    return last.record if last else None


def _severity(event: EventState, links: list[Link]) -> Severity:
    """What befalls a trial is news for who names the trial, and a hint for who cites a paper on it."""
    if event.kind in TELLING_OF_PAPERS or not all(link.is_derived for link in links):
        return event.severity
    return min(event.severity, Severity.MINOR, key=lambda severity: severity.rank)


def _by_article(links: Iterable[Link]) -> list[tuple[str, list[Link]]]:
    ordered = sorted(links, key=lambda link: (link.article_id, link.reference_id))
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda link: link.article_id)]
