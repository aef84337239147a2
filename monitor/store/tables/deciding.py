"""What editors decided, promised and muted; all are appended, and what ended says when and by whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from monitor.store.tables.base import Table, when


class DecisionRow(Table, table=True):
    """A decision about a finding, with what its event looked like then; kept when the finding is open again."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, primary_key=True)
    finding_id: str = Field(foreign_key="finding.id", index=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    review_id: int | None = Field(default=None, index=True)
    promise_id: int | None = Field(default=None, index=True)
    decision: str
    reason_code: str
    reason: str
    by: str
    at: datetime = when()
    kind: str
    severity: str
    shown_by: str
    version: str


class PromiseRow(Table, table=True):
    """A changed text that an editor promised by a day; ``outcome`` is kept, broken or replaced once it is known."""

    __tablename__ = "promise"
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    by: str
    due: date = Field(index=True)
    text_digest: str
    last_updated: date | None = None
    recorded_at: datetime = when()
    settled_at: datetime | None = when(nullable=True)
    outcome: str = ""


class MuteRow(Table, table=True):
    """A topic that an editor does not want to hear of for an article, until a day or until it is unmuted."""

    __tablename__ = "topic_mute"
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    topic: str = Field(index=True)
    by: str
    reason: str
    until: date | None = None
    recorded_at: datetime = when()
    ended_at: datetime | None = when(nullable=True)
    ended_by: str = ""


class AuditHeadRow(Table, table=True):
    """Where the audit log ends: without it, rows that were cut off at the end would not be missed."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    rows: int
    last_id: int
    hash: str
