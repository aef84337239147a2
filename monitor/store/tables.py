"""The tables. Facts are appended with two times: when it was so (``valid_from``) and when we knew (``recorded_at``)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from monitor.store.columns import UtcDateTime

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """The base of all tables, with the naming convention migrations need."""

    metadata = MetaData(naming_convention=NAMING)


def _when(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def _json() -> Any:
    return Field(default_factory=list, sa_type=JSON, nullable=False)


class ArticleRow(Table, table=True):
    """A page, with its current state; each change of state leaves a flip."""

    __tablename__ = "article"
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
    stale_since: datetime | None = _when(nullable=True)
    baseline: datetime | None = _when(nullable=True)
    mentions: list[dict[str, Any]] = _json()
    missing_markers: list[int] = _json()
    is_canary: bool = False
    recorded_at: datetime = _when()
    removed_at: datetime | None = _when(nullable=True)


class ClaimRow(Table, table=True):
    """A sentence of an article. ``key`` is its content identity, kept over new versions of the page."""

    __tablename__ = "claim"
    __table_args__ = (Index("ix_claim_article_id_key", "article_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    key: str
    position: int
    text: str
    headings: list[str] = _json()
    markers: list[int] = _json()
    recorded_at: datetime = _when()
    retired_at: datetime | None = _when(nullable=True)


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
    named_in: list[int] = _json()
    written_identifiers: list[str] = _json()
    resolution: str
    because: str = ""
    confidence: float | None = None
    candidates: list[dict[str, Any]] = _json()
    resolve_due: datetime | None = _when(nullable=True)
    recorded_at: datetime = _when()
    retired_at: datetime | None = _when(nullable=True)


class IdentifierRow(Table, table=True):
    """What a reference was resolved to, and how; ``derived_from`` the record that names it where no reference does."""

    __tablename__ = "reference_identifier"
    __table_args__ = (UniqueConstraint("reference_id", "identifier"),)
    id: int | None = Field(default=None, primary_key=True)
    reference_id: int = Field(foreign_key="reference.id", index=True)
    identifier: str = Field(index=True)
    how: str = ""
    derived_from: str = ""
    recorded_at: datetime = _when()
    retired_at: datetime | None = _when(nullable=True)


class CorrectionRow(Table, table=True):
    """What a person said that an entry means; appended, and the newest of a key holds."""

    __tablename__ = "correction"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    identifiers: list[str] = _json()
    by: str
    reason: str = ""
    recorded_at: datetime = _when()


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
    next_due: datetime = _when()
    lease_until: datetime | None = _when(nullable=True)
    holder: str = ""
    fence: int = 0
    summons: int = 0
    failures: int = 0
    failing_since: datetime | None = _when(nullable=True)
    last_outcome: str = ""
    last_reason: str = ""
    last_success: datetime | None = _when(nullable=True)
    retired_at: datetime | None = _when(nullable=True)


class TopicRow(Table, table=True):
    """A standing query, as the watchlists declare it."""

    __tablename__ = "topic"
    name: str = Field(primary_key=True)
    title: str
    query: str
    translation: str = ""
    is_searched: bool = True
    recorded_at: datetime = _when()


class TopicArticleRow(Table, table=True):
    """A topic concerns an article, registered yet or not."""

    __tablename__ = "topic_article"
    topic: str = Field(primary_key=True)
    article_id: str = Field(primary_key=True, index=True)


class RecordRow(Table, table=True):
    """The bookkeeping of one upstream record: when first and last read, as what, and since when it is missing."""

    __tablename__ = "record"
    identifier: str = Field(primary_key=True)
    source: str
    title: str = ""
    first_read_at: datetime = _when()
    last_read_at: datetime = _when()
    raw_digest: str = ""
    reader: str = ""
    missing_since: datetime | None = _when(nullable=True)
    strikes: int = 0


class AliasRow(Table, table=True):
    """Another name of a publication, and which source says so: the DOI of a PubMed record."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("record", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    record: str
    name: str = Field(index=True)
    source: str
    recorded_at: datetime = _when()


class InclusionRow(Table, table=True):
    """A review or guideline lists a study: who is concerned when the study falls."""

    __tablename__ = "inclusion"
    __table_args__ = (UniqueConstraint("review", "study"), Index("ix_inclusion_study", "study"))
    id: int | None = Field(default=None, primary_key=True)
    review: str
    study: str
    recorded_at: datetime = _when()


class SnapshotRow(Table, table=True):
    """A record as it stood when read; ``raw`` is the zlib-compressed body. Appended only when the digest differs."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("identifier", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    identifier: str = Field(index=True)
    seq: int
    source: str
    digest: str
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reader: str
    url: str = ""
    data_version: str = ""
    valid_from: datetime = _when()
    recorded_at: datetime = _when()


class EventRow(Table, table=True):
    """A record's typed change; unique by (record, kind, shown_by).

    ``told_as`` is the event that speaks for this one, where several sources show one thing under several names.
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("record", "kind", "shown_by"),)
    id: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    kind: str
    shown_by: str
    title: str = ""
    because: str
    severity: str
    happened_on: date | None = None
    edition_year: int | None = None
    diff: list[dict[str, Any]] = _json()
    url: str | None = None
    already: bool = False
    valid_from: datetime = _when()
    recorded_at: datetime = _when()
    ended_at: datetime | None = _when(nullable=True)
    told_as: int | None = Field(default=None, index=True)


class WitnessRow(Table, table=True):
    """A source that showed an event, by what, under which other names, and since when it does so no more."""

    __tablename__ = "witness"
    __table_args__ = (UniqueConstraint("event_id", "source", "notice"),)
    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    source: str
    notice: str
    names: list[str] = _json()
    because: str = ""
    happened_on: date | None = None
    seen_at: datetime = _when()
    gone_at: datetime | None = _when(nullable=True)


class FindingRow(Table, table=True):
    """An event that concerns an article; unique by (article, event)."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("article_id", "event_id"),)
    id: str = Field(primary_key=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    severity: str
    relevance: float = 1.0
    because: str
    reference_ids: list[int] = _json()
    claims: list[list[Any]] = _json()
    status: str = "open"
    valid_from: datetime = _when()
    recorded_at: datetime = _when()
    decided_at: datetime | None = _when(nullable=True)
    decided_by: str = ""
    decision: str = ""
    reason: str = ""


class FlipRow(Table, table=True):
    """One change of an article's state: from what, to what, and because of what."""

    __tablename__ = "flip"
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id", index=True)
    field: str
    before: str
    after: str
    because: str
    valid_from: datetime = _when()
    recorded_at: datetime = _when()


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
    )
    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    status: str
    severity: str
    opened_at: datetime = _when()
    deadline: datetime | None = _when(nullable=True)
    started_at: datetime | None = _when(nullable=True)
    started_by: str = ""
    snoozed_until: datetime | None = _when(nullable=True)
    closed_at: datetime | None = _when(nullable=True)
    closed_by: str = ""
    decision: str = ""
    reason: str = ""
    version: int = 1


class CheckRow(Table, table=True):
    """One completed or failed poll. Only ``polled`` and ``unmodified`` vouch for anything."""

    __tablename__ = "check"
    __table_args__ = (Index("ix_check_source_at", "source", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    watch_id: int = Field(foreign_key="watch.id", index=True)
    source: str
    at: datetime = _when()
    recorded_at: datetime = _when()
    outcome: str
    reason: str = ""
    data_version: str = ""
    window_start: date | None = None
    window_end: date | None = None
    members: int = 0
    members_digest: str = ""


class OutboxRow(Table, table=True):
    """A message to the outside, written in the commit that made it true; delivered at least once."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(unique=True)
    topic: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    recorded_at: datetime = _when()
    next_try: datetime = _when()
    attempts: int = 0
    delivered_at: datetime | None = _when(nullable=True)
    dead_at: datetime | None = _when(nullable=True)
    last_error: str = ""


class AuditRow(Table, table=True):
    """Who did what, in a chain of hashes."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _when()
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    previous: str
    hash: str


class HostGateRow(Table, table=True):
    """Until when a host asked not to be called: kept so that a restart does not forget it."""

    __tablename__ = "host_gate"
    host: str = Field(primary_key=True)
    not_before: datetime = _when()


class UnknownValueRow(Table, table=True):
    """A value an upstream sent that the reader does not know: kept, counted and shown, never dropped."""

    __tablename__ = "unknown_value"
    __table_args__ = (UniqueConstraint("source", "field", "value"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    field: str
    value: str
    count: int = 1
    first_seen: datetime = _when()
    last_seen: datetime = _when()
