"""What is told to the outside, and how each channel took it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from monitor.store.tables.base import Table, when


class OutboxRow(Table, table=True):
    """A message to the outside, written in the commit that made it true. ``planned_at``: when its ways were chosen."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unplanned",
            "id",
            sqlite_where=text("planned_at IS NULL"),
            postgresql_where=text("planned_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(unique=True)
    topic: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    recorded_at: datetime = when()
    planned_at: datetime | None = when(nullable=True)


class DeliveryRow(Table, table=True):
    """One message on one channel, tried by itself: no channel waits for another. Its times are real time."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("outbox_id", "channel"),
        Index("ix_delivery_state_channel_next_try", "state", "channel", "next_try"),
    )
    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id")
    channel: str
    state: str
    folded_into: int | None = Field(default=None, foreign_key="outbox.id")
    recorded_at: datetime = when()
    next_try: datetime = when()
    attempts: int = 0
    settled_at: datetime | None = when(nullable=True)
    last_error: str = ""


class ChannelRow(Table, table=True):
    """What is remembered of a channel: the day of its last digest, and since when its receiver wants no more."""

    __tablename__ = "channel"
    name: str = Field(primary_key=True)
    digest_day: date | None = None
    closed_at: datetime | None = when(nullable=True)
    closed_because: str = ""
