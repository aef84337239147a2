"""Entries of which it is not known what they mean, over all articles, for an editor to say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import String, case, cast, distinct, func
from sqlmodel import Session, col, select

from monitor.clock import Clock
from monitor.domain.articles import ReferenceKind, Resolution
from monitor.domain.identifiers import Identifier
from monitor.domain.read_models import CandidateLine
from monitor.domain.resting import ConfirmPage, EntryPlace, ReferenceToConfirm
from monitor.store.meanings import NOT_UNDERSTOOD
from monitor.store.places import places_of
from monitor.store.portions import in_portions
from monitor.store.tables import ArticleRow, ReferenceRow

LEAST_LIKELY = 0.01
"""Candidates that are less likely than this are no help to who has to choose."""


PER_PAGE = 50

_OPEN = (
    col(ReferenceRow.retired_at).is_(None),
    col(ReferenceRow.resolution).in_(NOT_UNDERSTOOD),
    col(ArticleRow.removed_at).is_(None),
    col(ArticleRow.is_canary).is_(False),
)
"""Entries of present articles that are not understood."""


class ConfirmReads:
    """Reads what is to be confirmed."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def references_to_confirm(self, page: int = 1, limit: int = PER_PAGE) -> ConfirmPage:
        """Each entry once, with all its places: those with candidates first, then those in most articles.

        A page beyond the last is the last.
        """
        total = self._session.exec(
            select(func.count(distinct(col(ReferenceRow.key)))).select_from(ReferenceRow).join(ArticleRow).where(*_OPEN)
        ).one()
        pages = max(1, -(-total // limit))
        number = max(1, min(page, pages))
        keys = self._keys(offset=(number - 1) * limit, limit=limit)
        return ConfirmPage(entries=self._entries(keys), total=total, number=number, pages=pages)

    def _keys(self, *, offset: int, limit: int) -> Sequence[str]:
        """The keys of one page, in order; no row of the others leaves the database."""
        has_candidates = func.max(case((cast(col(ReferenceRow.candidates), String) != "[]", 1), else_=0))
        return self._session.exec(
            select(ReferenceRow.key)
            .join(ArticleRow)
            .where(*_OPEN)
            .group_by(col(ReferenceRow.key))
            .order_by(
                has_candidates.desc(), func.count().desc(), func.lower(func.min(ReferenceRow.text)), ReferenceRow.key
            )
            .offset(offset)
            .limit(limit)
        ).all()

    def _entries(self, keys: Sequence[str]) -> tuple[ReferenceToConfirm, ...]:
        rows = self._session.exec(
            select(ReferenceRow, ArticleRow.title)
            .join(ArticleRow)
            .where(*_OPEN, col(ReferenceRow.key).in_(keys))
            .order_by(ReferenceRow.article_id, col(ReferenceRow.id))
        ).all()
        numbers = self._numbers({row.article_id for row, _ in rows})
        by_key: dict[str, list[tuple[ReferenceRow, EntryPlace]]] = {key: [] for key in keys}
        for row, title in rows:
            place = EntryPlace(article_id=row.article_id, title=title, number=numbers[row.id or 0])
            by_key[row.key].append((row, place))
        return tuple(map(_entry, filter(None, by_key.values())))

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
