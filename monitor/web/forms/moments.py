"""Days, moments and addresses as JSON and forms may give them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from monitor.reports.links import web_address

_ISO = re.compile(r"\d{4}-\d\d-\d\d(T|$)")
LAST_DAY = datetime(9000, 1, 1, tzinfo=UTC)
"""Later moments have no name in every zone."""


def _known_to_calendars(moment: datetime) -> datetime:
    if moment >= LAST_DAY:
        raise ValueError("this is later than calendars reach")
    return moment


def _written_out(value: object) -> object:
    """A day or a moment is a text: a number could count from anywhere."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO.match(value)):
        return value
    raise ValueError("write it as 2026-01-31, a moment as 2026-01-31T12:00:00Z")


def _web_address(url: str) -> str:
    if url and web_address(url) is None:
        raise ValueError("this is no web address")
    return url


Day = Annotated[date, BeforeValidator(_written_out)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_known_to_calendars)]
EMPTY = BeforeValidator(lambda value: None if value == "" else value)
"""An empty field of a form asks for nothing."""
WebAddress = AfterValidator(_web_address)
