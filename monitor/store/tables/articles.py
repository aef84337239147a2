"""Articles: pages with their claims and references, and what people said that references mean."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field

from monitor.store.tables.base import Table, json_list, when


class ArticleRow(Table, table=True):
    """A page, with its current state; each change of state leaves a flip."""

    __tablename__ = "article"
    __table_args__ = (
        # What lists choose and order by, apart from the text: else every page of a list would read all texts.
        Index(
            "ix_article_listed",
            "id",
            "removed_at",
            "is_canary",
            "freshness",
            "review_status",
            "severity",
            "answers_absence",
            "stale_since",
            "last_updated",
            "recorded_at",
        ),
    )
    id: str = Field(primary_key=True)
    title: str
    question: str = ""
    url: str | None = None
    origin: str = ""
    text: str
    content_digest: str
    last_updated: date | None = None
    review_status: str
    freshness: str
    freshness_because: str = ""
    severity: str | None = None
    answers_absence: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    stale_since: datetime | None = when(nullable=True)
    baseline: datetime | None = when(nullable=True)
    mentions: list[dict[str, Any]] = json_list()
    missing_markers: list[int] = json_list()
    is_canary: bool = False
    recorded_at: datetime = when()
    removed_at: datetime | None = when(nullable=True)


class ClaimRow(Table, table=True):
    """A sentence of an article. ``key`` is its content identity, kept over new versions of the page."""

    __tablename__ = "claim"
    __table_args__ = (Index("ix_claim_article_id_key", "article_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    key: str
    position: int
    text: str
    headings: list[str] = json_list()
    markers: list[int] = json_list()
    recorded_at: datetime = when()
    retired_at: datetime | None = when(nullable=True)


class ReferenceRow(Table, table=True):
    """One thing an article rests on, and what resolving it came to."""

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_article_id_key", "article_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    key: str
    number: int | None = None
    text: str
    kind: str
    title: str = ""
    source: str = ""
    year: int | None = None
    organisation: str = ""
    listed: bool = True
    named_in: list[int] = json_list()
    written_identifiers: list[str] = json_list()
    resolution: str
    because: str = ""
    confidence: float | None = None
    candidates: list[dict[str, Any]] = json_list()
    resolve_due: datetime | None = when(nullable=True)
    added_by: str = ""
    recorded_at: datetime = when()
    retired_at: datetime | None = when(nullable=True)


class IdentifierRow(Table, table=True):
    """What a reference was resolved to, and how; ``derived_from`` the record that names it where no reference does."""

    __tablename__ = "reference_identifier"
    __table_args__ = (UniqueConstraint("reference_id", "identifier"),)
    id: int | None = Field(default=None, primary_key=True)
    reference_id: int = Field(foreign_key="reference.id", index=True)
    identifier: str = Field(index=True)
    how: str = ""
    derived_from: str = ""
    recorded_at: datetime = when()
    retired_at: datetime | None = when(nullable=True)


class CorrectionRow(Table, table=True):
    """What a person said that an entry means; appended, and the newest of a key holds."""

    __tablename__ = "correction"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    identifiers: list[str] = json_list()
    by: str
    reason: str = ""
    is_withdrawn: bool = False
    recorded_at: datetime = when()
