"""What articles were found to be, what editors decide, and what is sent and written down about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from monitor.store.tables.base import Table, json_list, when


class FindingRow(Table, table=True):
    """An event that concerns an article; unique by (article, event)."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("article_id", "event_id"), Index("ix_finding_valid_from", "valid_from", "id"))
    id: str = Field(primary_key=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    severity: str
    relevance: float = 1.0
    because: str
    reference_ids: list[int] = json_list()
    claims: list[list[Any]] = json_list()
    status: str = "open"
    valid_from: datetime = when()
    recorded_at: datetime = when()
    decided_at: datetime | None = when(nullable=True)
    decided_by: str = ""
    decision: str = ""
    reason: str = ""
    reason_code: str = ""
    told_before: str = ""
    reopened_at: datetime | None = when(nullable=True)
    joined_to: str = ""


class FlipRow(Table, table=True):
    """One change of an article's state: from what, to what, and because of what."""

    __tablename__ = "flip"
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    field: str
    before: str
    after: str
    because: str
    valid_from: datetime = when()
    recorded_at: datetime = when()


class ReviewRow(Table, table=True):
    """The editorial task a flip opens; at most one is open per article."""

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_open",
            "article_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_review_opened_at", "opened_at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    status: str
    severity: str
    opened_at: datetime = when()
    deadline: datetime | None = when(nullable=True)
    started_at: datetime | None = when(nullable=True)
    started_by: str = ""
    snoozed_until: datetime | None = when(nullable=True)
    closed_at: datetime | None = when(nullable=True)
    closed_by: str = ""
    decision: str = ""
    reason: str = ""
    reason_code: str = ""
    snoozed_for: str = ""
    snoozed_by: str = ""
    version: int = 1


class AuditRow(Table, table=True):
    """Who did what, in a chain of hashes; ``request`` is the id of the request or poll that did it."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = when()
    actor: str
    action: str
    subject: str = Field(index=True)
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    previous: str
    hash: str
    request: str = Field(default="", index=True)
