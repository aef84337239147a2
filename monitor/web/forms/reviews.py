"""What editors send about reviews, by form or as JSON. An unknown field is refused: it may be a misspelt one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from monitor.domain.decisions import LONGEST_NOTE, REASONS, Decision, Reason, Ruling
from monitor.domain.review import Closing, ToClose
from monitor.web.forms.moments import EMPTY, Day, Moment

RULINGS = frozenset(f"{decision}.{reason}" for decision in Decision for reason in REASONS[decision])
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
FindingId = Annotated[str, StringConstraints(max_length=200)]
Item = Annotated[str, StringConstraints(pattern=r"^\d{1,9} [0-9a-f]{16} .{1,200}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{16})?$")]
Seen = Annotated[list[FindingId], Field(max_length=10_000)]
Note = Annotated[
    str,
    BeforeValidator(lambda text: text.replace("\r\n", "\n") if isinstance(text, str) else text),
    StringConstraints(max_length=LONGEST_NOTE),
]
"""Browsers count the end of a line as one character, and send two."""


def _offered(ruling: str) -> str:
    if ruling not in RULINGS:
        raise ValueError("choose what you decide, and why")
    return ruling


class Start(BaseModel):
    """Start a review. ``version`` is that of the review the editor saw."""

    model_config = ConfigDict(extra="forbid")

    version: Version


class Close(Start):
    """Close a review. ``seen`` are the ids of the findings the editor looked at.

    ``reason`` is one of the decision's own list; with ``other``, ``note`` says why in words.
    """

    decision: Decision
    reason: Reason
    note: Note = ""
    seen: Seen = []
    updated_on: Day | None = None

    def closing(self, *, by: str) -> Closing:
        """The closing in the words of the domain, under the name of who closes."""
        return _closing(self, by)


class Snooze(Start):
    """Take a review out of the queue until a moment."""

    until: Moment


class OwnForm(BaseModel):
    """A form of one of our pages; ``token`` proves that it is ours."""

    model_config = ConfigDict(extra="forbid")

    token: str = ""


class StartForm(OwnForm, Start):
    """Start a review, or hand it back."""


class RulingForm(OwnForm):
    """A decision with its reason, which a page offers as one choice such as ``still_valid.conclusion_holds``."""

    ruling: Annotated[str, AfterValidator(_offered)]
    note: Note = ""
    updated_on: Annotated[date | None, EMPTY] = None

    @property
    def decision(self) -> Decision:
        """What was decided."""
        return Decision(self.ruling.partition(".")[0])

    @property
    def reason(self) -> Reason:
        """Why."""
        return Reason(self.ruling.partition(".")[2])

    def said(self, *, by: str, saw: str = "") -> Ruling:
        """The same in the words of the domain, of the evidence in the version that the editor saw."""
        return Ruling(
            decision=self.decision, reason=self.reason, note=self.note, by=by, saw=saw, updated_on=self.updated_on
        )


class CloseForm(RulingForm, Start):
    """Close a review. ``seen`` are the ids of the findings the editor looked at."""

    seen: Seen = []

    def closing(self, *, by: str) -> Closing:
        """The closing in the words of the domain, under the name of who closes."""
        return _closing(self, by)


class SnoozeForm(StartForm):
    """A snooze; a form knows days, which begin at midnight UTC. ``wakes`` is what ends it before."""

    until: Day
    wakes: Annotated[str, StringConstraints(max_length=200)] = ""
    evidence: Digest = ""

    @property
    def moment(self) -> datetime:
        """When the day begins."""
        return datetime.combine(self.until, time.min, UTC)


class DecideForm(RulingForm):
    """Decide one finding, as it was in ``saw``."""

    saw: Annotated[str, StringConstraints(max_length=200)] = ""


class BulkForm(RulingForm):
    """Close many reviews with one reason; each of ``items`` is ``version evidence article`` as the page showed them."""

    items: Annotated[list[Item], Field(max_length=500, default_factory=list)]

    @property
    def reviews(self) -> tuple[ToClose, ...]:
        """The reviews that were ticked, as they were on the page."""
        parts = (item.split(" ", 2) for item in self.items)
        return tuple(
            ToClose(article_id=article, version=int(version), evidence=evidence) for version, evidence, article in parts
        )


def _closing(sent: Close | CloseForm, by: str) -> Closing:
    return Closing(
        decision=sent.decision,
        reason=sent.reason,
        note=sent.note,
        by=by,
        version=sent.version,
        seen=frozenset(sent.seen),
        updated_on=sent.updated_on,
    )
