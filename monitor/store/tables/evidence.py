"""What upstream held and what of it changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from monitor.store.tables.base import Table, json_list, when


class RecordRow(Table, table=True):
    """The bookkeeping of one upstream record: when first and last read, as what, and since when it is missing."""

    __tablename__ = "record"
    identifier: str = Field(primary_key=True)
    source: str
    title: str = ""
    first_read_at: datetime = when()
    last_read_at: datetime = when()
    raw_digest: str = ""
    reader: str = ""
    missing_since: datetime | None = when(nullable=True)
    strikes: int = 0


class AliasRow(Table, table=True):
    """Another name of a publication, and which source says so: the DOI of a PubMed record."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("record", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    record: str
    name: str = Field(index=True)
    source: str
    recorded_at: datetime = when()


class InclusionRow(Table, table=True):
    """A review or guideline lists a study: who is concerned when the study falls."""

    __tablename__ = "inclusion"
    __table_args__ = (UniqueConstraint("review", "study"), Index("ix_inclusion_study", "study"))
    id: int | None = Field(default=None, primary_key=True)
    review: str
    study: str
    recorded_at: datetime = when()


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
    valid_from: datetime = when()
    recorded_at: datetime = when()


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
    diff: list[dict[str, Any]] = json_list()
    url: str | None = None
    already: bool = False
    valid_from: datetime = when()
    recorded_at: datetime = when()
    ended_at: datetime | None = when(nullable=True)
    told_as: int | None = Field(default=None, index=True)


class WitnessRow(Table, table=True):
    """A source that showed an event, by what, under which other names, and since when it does so no more."""

    __tablename__ = "witness"
    __table_args__ = (UniqueConstraint("event_id", "source", "notice"),)
    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    source: str
    notice: str
    names: list[str] = json_list()
    because: str = ""
    happened_on: date | None = None
    seen_at: datetime = when()
    gone_at: datetime | None = when(nullable=True)
