"""Which reviews and articles a reader wants to see, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import EventKind, Severity

PER_PAGE = 50
"""How many entries a page of the queue or of the articles has at most."""

LONGEST_SEARCH = 200
"""So many characters of a search are looked at."""


class InvalidCursor(ValueError):
    """A cursor is not one that a page of this list gave out. Begin with the first page again."""


class QueueSort(StrEnum):
    """The orders of the queue; there is no other."""

    URGENCY = "urgency"
    DEADLINE = "deadline"
    NEWEST = "newest"
    TITLE = "title"


class ArticleSort(StrEnum):
    """The orders of the articles; there is no other."""

    URGENCY = "urgency"
    UPDATED = "updated"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which open reviews to show; a filter without arguments shows all that are not snoozed, the worst first.

    ``kind`` and ``source`` (of a witness) are those of an open finding. ``text`` is looked for in the article's id
    and title and in the titles of its open findings, whatever its case. ``snoozed`` shows those too that are put off.
    """

    severity: Severity | None = None
    status: ReviewStatus | None = None
    kind: EventKind | None = None
    source: str = ""
    owner: str = ""
    specialty: str = ""
    text: str = ""
    overdue: bool = False
    snoozed: bool = False
    sort: QueueSort = QueueSort.URGENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles to show; a filter without arguments shows all, stale first and the worst of these first.

    ``text`` is looked for in ids, titles and the titles of open findings, whatever its case.
    """

    freshness: Freshness | None = None
    severity: Severity | None = None
    status: ReviewStatus | None = None
    owner: str = ""
    specialty: str = ""
    text: str = ""
    sort: ArticleSort = ArticleSort.URGENCY


def searched_text(text: str) -> str:
    """What of a search can be looked for: neither half characters nor NUL, which no database holds."""
    kept = text[:LONGEST_SEARCH].encode("utf-8", "ignore").decode().replace("\0", "")
    return " ".join(kept.split())
