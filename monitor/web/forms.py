"""What editors send, by form or as JSON. A field that is not known is refused: it may be a misspelt one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from monitor.domain.review import Closing, Decision
from monitor.intake import Format
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
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
FindingId = Annotated[str, StringConstraints(max_length=200)]


class Start(BaseModel):
    """Start a review. ``version`` is that of the review the editor saw."""

    model_config = ConfigDict(extra="forbid")

    version: Version


class Close(Start):
    """Close a review. ``seen`` are the ids of the findings the editor looked at."""

    decision: Decision
    reason: Annotated[str, StringConstraints(max_length=5000)]
    seen: Annotated[list[FindingId], Field(max_length=10_000)] = []
    updated_on: Day | None = None

    def closing(self, *, by: str) -> Closing:
        """The closing in the words of the domain, under the name of who closes."""
        return Closing(
            decision=self.decision,
            reason=self.reason,
            by=by,
            version=self.version,
            seen=frozenset(self.seen),
            updated_on=self.updated_on,
        )


class Snooze(Start):
    """Take a review out of the queue until a moment."""

    until: Moment


class StartForm(Start):
    """The form on the page; ``token`` proves that it is ours."""

    token: str = ""


class CloseForm(Close):
    """The same for closing."""

    token: str = ""


class SnoozeForm(Start):
    """The same for a snooze; a form knows days, which begin at midnight UTC."""

    token: str = ""
    until: Day

    @property
    def moment(self) -> datetime:
        """When the day begins."""
        return datetime.combine(self.until, time.min, UTC)


class Page(BaseModel):
    """A page that comes in. ``format`` is told from the url or the text where it is not given; ``title`` is that of a
    list of references. The url is kept for readers and never asked for."""

    model_config = ConfigDict(extra="forbid")

    text: str
    format: Format | None = None
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"]{1,2000})?$"), AfterValidator(_web_address)] = (
        ""
    )
    title: Annotated[str, StringConstraints(max_length=500)] = ""
