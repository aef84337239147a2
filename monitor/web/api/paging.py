"""Lists in pages: ``limit`` and ``after`` in the request, ``next`` in the answer and in its ``Link`` header."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.filters import InvalidCursor
from monitor.domain.slices import MOST_PER_PAGE, Place, Slice
from monitor.reports.values import attribution_values
from monitor.web.api.answering import answer

USUAL = 100
NO_CURSOR = "after: this is no cursor of this list in this order; begin again without it"
_LARGEST = 2**31 - 1
Item = TypeVar("Item")


class Paged(BaseModel):
    """The parameters of every list. A parameter that is not known is refused: it may be a misspelt filter."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=USUAL, ge=1, le=MOST_PER_PAGE, description="The most items of a page.")
    after: str = Field(
        default="",
        max_length=600,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="Where to go on: `next` of the page before, with the same filters.",
    )


def moment(value: Any) -> str:
    """A part of a place that is a moment."""
    if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is None:
        raise ValueError("no moment")
    return value


def number(value: Any) -> int:
    """A part of a place that is a number."""
    if type(value) is not int or not -_LARGEST <= value <= _LARGEST:
        raise ValueError("no number")
    return value


def word(value: Any) -> str:
    """A part of a place that is a text."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("no text")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A kind of list: the name of its items, and what the place of an item in it is made of."""

    name: str
    place: tuple[Callable[[Any], Any], ...]

    def place_of(self, cursor: str, order: str = "") -> Place | None:
        """Where a cursor goes on; 422 for one that is not of this list and order."""
        if not cursor:
            return None
        try:
            known, parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if known != self._kind(order):
                raise ValueError("another list")
            return tuple(read(part) for read, part in zip(self.place, parts, strict=True))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            raise HTTPException(422, NO_CURSOR) from None

    def cursor_of(self, place: Place, order: str = "") -> str:
        """A place as callers get it; they send it back as it is."""
        text = json.dumps([self._kind(order), list(place)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def answer(
        self, request: Request, page: Slice[Item], show: Callable[[Item], Mapping[str, Any]], order: str = ""
    ) -> Response:
        """A page of the list."""
        cursor = self.cursor_of(page.next, order) if page.next is not None else ""
        return answer_page(request, self.name, [show(item) for item in page.items], cursor)

    def _kind(self, order: str) -> str:
        return f"{self.name}:{order}"


def answer_page(request: Request, name: str, items: list[Mapping[str, Any]], cursor: str) -> Response:
    """A page of a list, and where it goes on; nowhere with an empty cursor."""
    values = {name: items, "next": cursor or None, "attribution": attribution_values()}
    response = answer(request, values)
    if cursor:
        address = request.url.include_query_params(after=cursor)
        response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
    return response


@contextmanager
def known_cursor() -> Iterator[None]:
    """Answer 422 where a cursor is none of this list in this order."""
    try:
        yield
    except InvalidCursor:
        raise HTTPException(422, NO_CURSOR) from None


def several(values: Iterable[Item]) -> tuple[Item, ...]:
    """Values of a parameter that may be given more than once, each once."""
    return tuple(dict.fromkeys(values))
