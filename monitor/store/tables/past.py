"""What rows were before they were changed, so that any past report can be printed again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer
from sqlmodel import Field

from monitor.store.tables.base import Table, when


class HistoryRow(Table, table=True):
    """What a change at ``at`` (business time) replaced: the former values of the columns that it changed.

    ``before`` is None where the row did not exist; of a row that was deleted it holds every column that is kept.
    """

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_subject_at", "subject", "at"),)
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    at: datetime = when()
    subject: str
    key: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
