"""Pages of long lists: the entries of one page, how many there are in all, and what the filters would leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import Severity
from monitor.domain.read_models import ArticleRow, QueueEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """One page of the queue. ``number`` counts from 1; a number behind the last page shows the last one. ``after`` asks
    for what follows it, and is empty on the last page.

    Each ``by_…`` counts what there would be with another choice of just that filter; values without any are left out.
    """

    entries: tuple[QueueEntry, ...]
    total: int
    number: int = 1
    pages: int = 1
    after: str = ""
    by_severity: Mapping[Severity, int] = field(default_factory=dict)
    by_status: Mapping[ReviewStatus, int] = field(default_factory=dict)
    by_owner: Mapping[str, int] = field(default_factory=dict)
    by_specialty: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesPage:
    """One page of the articles. ``after`` asks for what follows it, and is empty on the last page.

    It stays right when articles come and go meanwhile. The ``by_…`` count as in :class:`QueuePage`.
    """

    rows: tuple[ArticleRow, ...]
    total: int
    number: int = 1
    pages: int = 1
    after: str = ""
    by_freshness: Mapping[Freshness, int] = field(default_factory=dict)
    by_severity: Mapping[Severity, int] = field(default_factory=dict)
    by_status: Mapping[ReviewStatus, int] = field(default_factory=dict)
    by_owner: Mapping[str, int] = field(default_factory=dict)
    by_specialty: Mapping[str, int] = field(default_factory=dict)
