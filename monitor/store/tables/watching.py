"""What is polled, when and how it went."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from monitor.store.tables.base import Table, when


class WatchRow(Table, table=True):
    """What is polled. Due times and leases are rows, so that a restart forgets nothing."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("kind", "source", "target"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    source: str
    target: str = ""
    cursor: str = ""
    data_version: str = ""
    next_due: datetime = when()
    lease_until: datetime | None = when(nullable=True)
    holder: str = ""
    fence: int = 0
    summons: int = 0
    failures: int = 0
    failing_since: datetime | None = when(nullable=True)
    last_outcome: str = ""
    last_reason: str = ""
    last_success: datetime | None = when(nullable=True)
    retired_at: datetime | None = when(nullable=True)


class TopicRow(Table, table=True):
    """A standing query, as the watchlists declare it."""

    __tablename__ = "topic"
    name: str = Field(primary_key=True)
    title: str
    query: str
    translation: str = ""
    is_searched: bool = True
    recorded_at: datetime = when()


class TopicArticleRow(Table, table=True):
    """A topic concerns an article, registered yet or not."""

    __tablename__ = "topic_article"
    topic: str = Field(primary_key=True)
    article_id: str = Field(primary_key=True, index=True)


class CheckRow(Table, table=True):
    """One completed or failed poll. Only ``polled`` and ``unmodified`` vouch for anything."""

    __tablename__ = "check"
    __table_args__ = (Index("ix_check_source_at", "source", "at"), Index("ix_check_watch_id_at", "watch_id", "at"))
    id: int | None = Field(default=None, primary_key=True)
    watch_id: int = Field(foreign_key="watch.id")
    source: str
    at: datetime = when()
    recorded_at: datetime = when()
    outcome: str
    reason: str = ""
    data_version: str = ""
    window_start: date | None = None
    window_end: date | None = None
    members: int = 0
    members_digest: str = ""


class HostGateRow(Table, table=True):
    """Until when a host asked not to be called: kept so that a restart does not forget it."""

    __tablename__ = "host_gate"
    host: str = Field(primary_key=True)
    not_before: datetime = when()


class UnknownValueRow(Table, table=True):
    """A value an upstream sent that the reader does not know: kept, counted and shown, never dropped."""

    __tablename__ = "unknown_value"
    __table_args__ = (UniqueConstraint("source", "field", "value"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    field: str
    value: str
    count: int = 1
    first_seen: datetime = when()
    last_seen: datetime = when()
