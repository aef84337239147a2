"""Values of columns as JSON holds them, and the keys of rows as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date

from monitor.store.columns import UtcDateTime


def key_text(values: Iterable[Any]) -> str:
    """The key of a row, as the past knows it."""
    return json.dumps(list(values), ensure_ascii=False)


def as_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns, ready for JSON."""
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in values.items()}


def as_they_were(values: Mapping[str, Any], columns: Mapping[str, Column[Any]]) -> dict[str, Any]:
    """What :func:`as_kept` made, as the columns hold it."""
    return {name: _as_it_was(value, columns[name]) for name, value in values.items()}


def _as_it_was(value: Any, column: Column[Any]) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
