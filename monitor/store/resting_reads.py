"""What rests on a record: every article and sentence, what was found there, and the reviews that list it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.absence import absence_in
from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.matching import merge_claims, touched_claims
from monitor.domain.policy import Policy
from monitor.domain.read_models import ClaimLine, ReferenceLine, Stage
from monitor.domain.resting import FindingLine, Including, RestingArticle, RestsOn
from monitor.domain.state import Link
from monitor.store.articles import Articles
from monitor.store.decisions import finding_state
from monitor.store.findings import because_of
from monitor.store.inclusions import Inclusions
from monitor.store.known_as import KnownAs
from monitor.store.last_reads import last_read
from monitor.store.names import Names
from monitor.store.portions import in_portions
from monitor.store.references import References
from monitor.store.tables import ArticleRow, EventRow, FindingRow, WitnessRow


class RestingReads:
    """Reads what rests on records."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._references = References(session, clock)
        self._articles = Articles(session, clock)
        self._known = KnownAs(session, clock)
        self._names = Names(session, clock)

    def rests_on(self, asked: str, identifiers: Sequence[Identifier], policy: Policy) -> RestsOn:
        """What rests on these records under any of their names."""
        names = sorted(self._known.all_names(identifiers))
        events = self._events(names)
        links = self._references.resting_on(names)
        findings = self._findings(names)
        articles = sorted({link.article_id for link in links} | findings.keys())
        lines = (
            self._article(name, [link for link in links if link.article_id == name], findings) for name in articles
        )
        titles = self._names.titles_of(map(Identifier.parse, names))
        title = next((titles[name] for name in sorted(titles)), next((row.title for row in events if row.title), ""))
        read = last_read(self._session, names, policy, now=self._clock.today())
        return RestsOn(
            asked=asked,
            names=tuple(names),
            title=title,
            url=next((identifier.url for identifier in identifiers if identifier.url), None),
            is_known=read.at is not None,
            last_read=read.at,
            is_late=read.is_late,
            unheard=read.unheard,
            state=_state(events),
            events=self._stages(events),
            articles=tuple(line for line in lines if line is not None),
            included_in=self._including(names),
        )

    def _events(self, names: Collection[str]) -> list[EventRow]:
        """What was told of it, each thing once, in the order in which it was seen."""
        rows = [
            row
            for some in in_portions(sorted(names))
            for row in self._session.exec(
                select(EventRow).where(col(EventRow.record).in_(some), col(EventRow.told_as).is_(None))
            ).all()
        ]
        return sorted(rows, key=lambda row: (row.happened_on or row.valid_from.date(), row.id or 0))

    def _stages(self, events: Sequence[EventRow]) -> tuple[Stage, ...]:
        sources: dict[int, list[str]] = {}
        for some in in_portions(sorted(row.id or 0 for row in events)):
            witnesses = select(WitnessRow).where(col(WitnessRow.event_id).in_(some)).order_by(col(WitnessRow.id))
            for witness in self._session.exec(witnesses).all():
                sources.setdefault(witness.event_id, []).append(witness.source)
        return tuple(
            Stage(
                kind=EventKind(row.kind),
                happened_on=row.happened_on,
                detected_at=row.valid_from,
                sources=tuple(dict.fromkeys(sources.get(row.id or 0, ()))),
                ended_at=row.ended_at,
            )
            for row in events
        )

    def _findings(self, names: Collection[str]) -> dict[str, list[FindingLine]]:
        """The findings about it, by article: open ones first, the worst first."""
        found: dict[str, list[FindingLine]] = {}
        for some in in_portions(sorted(names)):
            rows = self._session.exec(
                select(FindingRow, EventRow).where(
                    FindingRow.event_id == EventRow.id, col(EventRow.record).in_(some), FindingRow.status != "joined"
                )
            ).all()
            for row, event in sorted(rows, key=lambda pair: _urgency(pair[0])):
                found.setdefault(row.article_id, []).append(_finding(row, event))
        return found

    def _article(
        self, article_id: str, links: Sequence[Link], findings: dict[str, list[FindingLine]]
    ) -> RestingArticle | None:
        row = self._session.get(ArticleRow, article_id)
        if row is None or row.removed_at is not None or row.is_canary:
            return None
        references = {link.reference_id: link.reference for link in links}
        claims = self._articles.claims(article_id)
        by_id = {placed.id: placed.claim for placed in claims}
        touched = merge_claims(touched_claims(reference, claims) for reference in references.values())
        lines = [
            ClaimLine(
                position=by_id[claim].position,
                text=by_id[claim].text,
                markers=by_id[claim].markers,
                affected=affected,
                fragile=bool(absence_in(by_id[claim].text)),
            )
            for claim, affected in touched
        ]
        return RestingArticle(
            id=row.id,
            title=row.title,
            url=row.url,
            freshness=Freshness(row.freshness),
            review_status=ReviewStatus(row.review_status),
            references=tuple(ReferenceLine(number=one.number, text=one.text) for one in references.values()),
            claims=tuple(sorted(lines, key=lambda line: line.position)),
            findings=tuple(findings.get(article_id, ())),
        )

    def _including(self, names: Collection[str]) -> tuple[Including, ...]:
        reviews = sorted({review for review, _ in Inclusions(self._session, self._clock).including(names)})
        if not reviews:
            return ()
        titles = self._names.titles_of(reviews)
        families = self._names.same_as(map(str, reviews))
        links = self._references.resting_on({name for family in families.values() for name in family})
        by_name: dict[str, set[str]] = {}
        for link in links:
            by_name.setdefault(str(link.identifier), set()).add(link.article_id)
        return tuple(
            Including(
                record=str(review),
                title=titles.get(review, ""),
                articles=tuple(sorted(set().union(*(by_name.get(name, set()) for name in families[str(review)])))),
            )
            for review in reviews
        )


def _urgency(row: FindingRow) -> tuple[bool, int, str]:
    return row.status != "open", -Severity(row.severity).rank, row.id


def _finding(row: FindingRow, event: EventRow) -> FindingLine:
    return FindingLine(
        id=row.id,
        kind=EventKind(event.kind),
        severity=Severity(row.severity),
        status=row.status,
        because=because_of(row),
        decision=row.decision,
        reason=row.reason,
        decided_by=row.decided_by,
        version=finding_state(row, event).version,
    )


def _state(events: Sequence[EventRow]) -> str:
    """The heaviest of what stands, in words; of several the newest."""
    standing = [row for row in events if row.ended_at is None]
    if not standing:
        return ""
    worst = max(standing, key=lambda row: (Severity(row.severity).rank, row.happened_on or row.valid_from.date()))
    return KIND_RULES[EventKind(worst.kind)].phrase
