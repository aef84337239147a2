"""What the metrics page tells about the store, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxGauges:
    """Messages on their way: how many wait, since when the oldest does, and how many were given up."""

    pending: int = 0
    oldest: datetime | None = None
    dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreGauges:
    """The state of the library and of the work on it, counted at one moment: ``as_of``, in business time.

    ``articles`` are counted by (freshness, review status), ``findings`` by (kind, severity, status). A source that was
    never reached is in ``last_success`` with None. ``oldest_open_review`` is the opening time of the oldest open review
    of each severity; ``canaries`` say by (source, kind) whether each fires, or stays quiet, as it must.
    """

    as_of: datetime
    articles: Mapping[tuple[str, str], int] = field(default_factory=dict)
    findings: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    last_success: Mapping[str, datetime | None] = field(default_factory=dict)
    expected_interval: Mapping[str, timedelta] = field(default_factory=dict)
    oldest_open_review: Mapping[str, datetime] = field(default_factory=dict)
    canaries: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    watches_overdue: int = 0
    outbox: OutboxGauges = field(default_factory=OutboxGauges)
