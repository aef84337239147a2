"""The plain way to list the queue and the articles: every condition and order in Python, for a made-up desk and as the
oracle of the store's own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.domain.articles import Freshness
from monitor.domain.filters import PER_PAGE, ArticleFilter, ArticleSort, InvalidCursor, QueueFilter, QueueSort
from monitor.domain.listings import ArticlesPage, QueuePage
from monitor.domain.owners import Owners
from monitor.domain.read_models import ArticleRow, QueueEntry, Report

ALL_REVIEWS, ALL_ARTICLES = QueueFilter(), ArticleFilter()


def queue_page(
    entries: Sequence[QueueEntry], wanted: QueueFilter, owners: Owners, page: int, now: datetime
) -> QueuePage:
    found = [entry for entry in entries if _is_wanted(entry, wanted, owners, now)]
    found.sort(key=_order(wanted.sort))
    pages = -(-len(found) // PER_PAGE) or 1
    number = max(1, min(page, pages))
    return QueuePage(
        entries=tuple(found[(number - 1) * PER_PAGE : number * PER_PAGE]),
        total=len(found),
        number=number,
        pages=pages,
        by_severity=Counter(entry.review.severity for entry in found),
        by_status=Counter(entry.review.status for entry in found),
        by_owner=Counter(name for entry in found for name in owners.of(entry.article.id)),
        by_specialty=Counter(name for entry in found for name in owners.specialties_of(entry.article.id)),
    )


def articles_page(
    rows: Sequence[ArticleRow], wanted: ArticleFilter, owners: Owners, page: int, after: str, limit: int
) -> ArticlesPage:
    found = [
        row
        for row in rows
        if wanted.freshness in {None, row.freshness}
        and wanted.severity in {None, row.severity}
        and wanted.status in {None, row.review_status}
        and (not wanted.owner or wanted.owner in owners.of(row.id))
        and (not wanted.specialty or wanted.specialty in owners.specialties_of(row.id))
        and _mentions(row, wanted.text)
    ]
    if wanted.sort is ArticleSort.TITLE:
        found.sort(key=lambda row: (row.title.casefold(), row.id))
    ids = [row.id for row in found]
    if after and after not in ids:
        raise InvalidCursor("this cursor is not one of these articles; begin with the first page")
    pages = -(-len(found) // limit) or 1
    number = max(1, min(page, pages))
    first = ids.index(after) + 1 if after else (number - 1) * limit
    shown = tuple(found[first : first + limit])
    return ArticlesPage(
        rows=shown,
        total=len(found),
        number=number,
        pages=pages,
        after=shown[-1].id if shown and first + limit < len(found) else "",
        by_freshness=Counter(row.freshness for row in found),
        by_severity=Counter(row.severity for row in found if row.severity),
        by_status=Counter(row.review_status for row in found),
        by_owner=Counter(name for row in found for name in owners.of(row.id)),
        by_specialty=Counter(name for row in found for name in owners.specialties_of(row.id)),
    )


def counts(rows: Sequence[ArticleRow]) -> dict[Freshness, int]:
    found = Counter(row.freshness for row in rows)
    return {freshness: found[freshness] for freshness in Freshness}


def _is_wanted(entry: QueueEntry, wanted: QueueFilter, owners: Owners, now: datetime) -> bool:
    review, open_ones = entry.review, [item for item in entry.article.findings if item.status == "open"]
    return (
        wanted.severity in {None, review.severity}
        and wanted.status in {None, review.status}
        and (wanted.kind is None or any(item.kind is wanted.kind for item in open_ones))
        and (not wanted.source or any(w.source == wanted.source for item in open_ones for w in item.witnesses))
        and (not wanted.owner or wanted.owner in owners.of(entry.article.id))
        and (not wanted.specialty or wanted.specialty in owners.specialties_of(entry.article.id))
        and (not wanted.overdue or (review.deadline is not None and review.deadline < now))
        and (wanted.snoozed or review.snoozed_until is None or review.snoozed_until <= now)
        and _mentions(entry.article, wanted.text)
    )


def _mentions(row: ArticleRow, text: str) -> bool:
    told = (row.id, row.title, *(item.title for item in row.findings if item.status == "open"))
    return not text or any(text.casefold() in one.casefold() for one in told)


def _order(sort: QueueSort) -> Any:
    def urgency(entry: QueueEntry) -> tuple[Any, ...]:
        due = entry.review.deadline or entry.review.opened_at
        return -entry.review.severity.rank, not entry.article.answers_absence, due, entry.article.id

    return {
        QueueSort.URGENCY: urgency,
        QueueSort.DEADLINE: lambda entry: (entry.review.deadline or entry.review.opened_at, entry.article.id),
        QueueSort.NEWEST: lambda entry: (-entry.review.opened_at.timestamp(), entry.article.id),
        QueueSort.TITLE: lambda entry: (entry.article.title.casefold(), entry.article.id),
    }[sort]


class Listing:
    """The lists of a desk that shows a report; every stale article has a review."""

    shown: Report

    def entry_of(self, row: ArticleRow) -> QueueEntry:
        """The open review of an article."""
        raise NotImplementedError

    def queue(self, wanted: QueueFilter = ALL_REVIEWS, page: int = 1) -> QueuePage:
        """A review for every stale article."""
        return queue_page(
            [self.entry_of(row) for row in self.shown.articles if row.freshness is Freshness.STALE],
            wanted,
            Owners(),
            page,
            self.shown.as_of,
        )

    def articles(
        self, wanted: ArticleFilter = ALL_ARTICLES, *, page: int = 1, after: str = "", limit: int = PER_PAGE
    ) -> ArticlesPage:
        """A page of the report's articles."""
        return articles_page(self.shown.articles, wanted, Owners(), page, after, limit)

    def counts(self) -> dict[Freshness, int]:
        """The report's articles by freshness."""
        return counts(self.shown.articles)
