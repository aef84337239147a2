"""Entries of which it is not known what they mean, over all articles, for an editor to say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import ReferenceKind, Resolution
from monitor.domain.identifiers import Identifier
from monitor.domain.read_models import CandidateLine
from monitor.domain.resting import EntryPlace, ReferenceToConfirm
from monitor.store.meanings import NOT_UNDERSTOOD
from monitor.store.places import places_of
from monitor.store.portions import in_portions
from monitor.store.tables import ArticleRow, ReferenceRow

LEAST_LIKELY = 0.01
"""Candidates that are less likely than this are no help to who has to choose."""


class ConfirmReads:
    """Reads what is to be confirmed."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def references_to_confirm(self) -> tuple[ReferenceToConfirm, ...]:
        """Each entry once, with all its places: those with candidates first, then those in most articles."""
        rows = self._session.exec(
            select(ReferenceRow, ArticleRow.title)
            .join(ArticleRow)
            .where(
                col(ReferenceRow.retired_at).is_(None),
                col(ReferenceRow.resolution).in_(NOT_UNDERSTOOD),
                col(ArticleRow.removed_at).is_(None),
                col(ArticleRow.is_canary).is_(False),
            )
            .order_by(ReferenceRow.article_id, col(ReferenceRow.id))
        ).all()
        numbers = self._numbers({row.article_id for row, _ in rows})
        by_key: dict[str, list[tuple[ReferenceRow, EntryPlace]]] = {}
        for row, title in rows:
            place = EntryPlace(article_id=row.article_id, title=title, number=numbers[row.id or 0])
            by_key.setdefault(row.key, []).append((row, place))
        return tuple(sorted(map(_entry, by_key.values()), key=_order))

    def _numbers(self, articles: Collection[str]) -> dict[int, str]:
        """By reference, its number, or its place among all of its article where it has none of its own."""
        found: dict[int, str] = {}
        for some in in_portions(sorted(articles)):
            rows = self._session.exec(
                select(ReferenceRow.article_id, ReferenceRow.id, ReferenceRow.number).where(
                    col(ReferenceRow.article_id).in_(some), col(ReferenceRow.retired_at).is_(None)
                )
            ).all()
            by_article: dict[str, list[tuple[int | None, int]]] = {}
            for article_id, reference_id, number in rows:
                by_article.setdefault(article_id, []).append((number, reference_id or 0))
            for held in by_article.values():
                found.update(places_of(held))
        return found


def _entry(rows: Sequence[tuple[ReferenceRow, EntryPlace]]) -> ReferenceToConfirm:
    row = max((row for row, _ in rows), key=lambda row: len(row.candidates))
    return ReferenceToConfirm(
        key=row.key,
        text=row.text,
        kind=ReferenceKind(row.kind),
        year=row.year,
        resolution=Resolution(row.resolution),
        because=row.because,
        places=tuple(place for _, place in rows),
        candidates=tuple(
            CandidateLine(
                identifier=item["identifier"],
                title=item["title"],
                year=item.get("year"),
                confidence=item["confidence"],
                because=item["because"],
                url=Identifier.parse(item["identifier"]).url,
            )
            for item in row.candidates
            if item["confidence"] >= LEAST_LIKELY
        ),
    )


def _order(entry: ReferenceToConfirm) -> tuple[bool, int, str, str]:
    return not entry.candidates, -len(entry.places), entry.text.casefold(), entry.key
