"""What callers of the API asked under a key of their own, and what they were answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from monitor.store.columns import UtcDateTime
from monitor.store.tables.base import Table


class IdempotencyRow(Table, table=True):
    """One request under a key: its digest, and its answer, written in the commit of its effect."""

    __tablename__ = "idempotency"
    name: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: str
    status: int
    headers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    body: str
    recorded_at: datetime = Field(default=None, sa_type=UtcDateTime, nullable=False, index=True)
