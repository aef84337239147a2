"""Cursors: the place in an order behind which the next page begins, as text that needs no understanding."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from monitor.domain.filters import ArticleSort, InvalidCursor, QueueSort
from monitor.store.reads.ordering import Key

LARGEST_RANK = 9
NOT_OURS = "the cursor is not one that this list gave; begin with the first page"


def cursor_at(place: Iterable[Any], sort: ArticleSort | QueueSort) -> str:
    """The cursor for a place in an order."""
    told = [value.isoformat() if isinstance(value, date) else value for value in place]
    return base64.urlsafe_b64encode(json.dumps([sort.value, *told]).encode()).decode().rstrip("=")


def place_of(cursor: str, sort: ArticleSort | QueueSort, keys: Sequence[Key]) -> list[Any]:
    """The place that a cursor names; raises :class:`InvalidCursor` for one that this order never gave."""
    try:
        given, *told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if given != sort.value:
            raise InvalidCursor(f"the cursor does not belong to the order {sort.value!r}; begin with the first page")
        return [_value(value, key.of) for key, value in zip(keys, told, strict=True)]
    except InvalidCursor:
        raise
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise InvalidCursor(NOT_OURS) from None


def _value(told: Any, kind: type) -> Any:
    """A value as the database compares it. What it cannot hold is refused."""
    if kind is datetime:
        moment = datetime.fromisoformat(told)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(told)
    if type(told) is not kind:
        raise TypeError(told)
    if isinstance(told, int) and not 0 <= told <= LARGEST_RANK:
        raise ValueError(told)
    if isinstance(told, str) and "\0" in told.encode().decode():  # Half characters cannot be encoded.
        raise ValueError(told)
    return told
