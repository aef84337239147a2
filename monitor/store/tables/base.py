"""What all tables have in common: the naming convention that migrations need, moments, and JSON."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, MetaData
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


def when(*, nullable: bool = False) -> Any:
    """A moment, aware and UTC."""
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def json_list() -> Any:
    """A list or a mapping as JSON, empty where nothing is given."""
    return Field(default_factory=list, sa_type=JSON, nullable=False)
