"""The editorial workflow: which move is legal from where, and what it leads to (design, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.domain.articles import ReviewStatus
from monitor.domain.decisions import Decision, Reason, Refused, Ruling, check_promise, check_reason, in_words
from monitor.domain.identifiers import Identifier, InvalidIdentifier

__all__ = [
    "LEGAL_MOVES",
    "Closing",
    "Decision",
    "Move",
    "Outcome",
    "Reason",
    "Refused",
    "Ruling",
    "ToClose",
    "advance",
    "check_closing",
    "check_version",
    "snooze_end",
]

LONGEST_SNOOZE = timedelta(days=366)
"""No snooze lasts for ever: a year that was misspelt would hide a stale article until then."""
ANYTHING = "anything"
"""What a snooze ends with beside its date: any new finding at all. Else it is a record, or nothing."""


class Move(StrEnum):
    """What an editor may do with an open review."""

    START = "start"
    RELEASE = "release"
    CLOSE = "close"
    SNOOZE = "snooze"


LEGAL_MOVES: dict[tuple[ReviewStatus, Move], ReviewStatus] = {
    (ReviewStatus.SUBMITTED, Move.START): ReviewStatus.UNDER_REVIEW,
    (ReviewStatus.SUBMITTED, Move.SNOOZE): ReviewStatus.SUBMITTED,
    (ReviewStatus.UNDER_REVIEW, Move.RELEASE): ReviewStatus.SUBMITTED,
    (ReviewStatus.UNDER_REVIEW, Move.CLOSE): ReviewStatus.APPROVED,
    (ReviewStatus.UNDER_REVIEW, Move.SNOOZE): ReviewStatus.UNDER_REVIEW,
}

_HINTS = {
    (ReviewStatus.SUBMITTED, Move.CLOSE): "start the review before closing it",
    (ReviewStatus.SUBMITTED, Move.RELEASE): "nobody has started it",
    (ReviewStatus.UNDER_REVIEW, Move.START): "it is already under review",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What an editor says when closing a review.

    ``version`` is the review's version the editor saw, ``seen`` the ids of the findings that were on the page;
    ``updated_on`` the date of the new text for an update that is promised or has come in.
    """

    decision: Decision
    reason: Reason
    note: str = ""
    by: str
    version: int
    seen: frozenset[str]
    updated_on: date | None = None

    @property
    def words(self) -> str:
        """The reason as it is shown."""
        return in_words(self.decision, self.reason, self.note)

    @property
    def ruling(self) -> Ruling:
        """What it says of each finding."""
        return Ruling(
            decision=self.decision, reason=self.reason, note=self.note, by=self.by, updated_on=self.updated_on
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToClose:
    """One of many reviews to be closed: its version and the findings as the editor saw them; None for as it is now.

    ``evidence`` is the digest of the open findings on the page (:func:`evidence_digest`); empty for as they are now.
    """

    article_id: str
    version: int | None = None
    seen: frozenset[str] | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one article when something was decided for many; ``message`` says why it was not done."""

    article_id: str
    is_done: bool
    message: str
    findings: tuple[str, ...] = ()


def advance(status: ReviewStatus, move: Move, *, happened: str = "") -> ReviewStatus:
    """The status after a legal move; raises :class:`Refused` otherwise. ``happened`` says what was done before."""
    if (after := LEGAL_MOVES.get((status, move))) is None:
        hint = _HINTS.get((status, move), f"nothing can be done with an article that is {status.value}")
        told = f" ({happened})" if happened else ""
        raise Refused(f"The review cannot be moved by {move.value!r}: {hint}{told}.")
    return after


def check_version(*, seen: int, current: int, happened: str = "") -> None:
    """Refuse a move made on an old copy of the review, so that of two editors one wins and the other sees why."""
    if seen != current:
        told = happened or "Somebody else changed this review since you opened it"
        raise Refused(f"{told}; reload the page and look again.")


def check_closing(closing: Closing, *, open_findings: frozenset[str], today: date) -> None:
    """Refuse a closing without a reason, or one that leaves findings unseen that came in after the start."""
    check_reason(closing.decision, closing.reason, closing.note)
    check_promise(closing.reason, closing.updated_on, today=today)
    if unseen := open_findings - closing.seen:
        raise Refused(f"{len(unseen)} finding(s) came in since you started; look at them before you close.")


def snooze_end(until: datetime | None, *, wakes_for: str, now: datetime) -> datetime:
    """When a snooze ends at the latest. Refuses one that is over before it starts, or that would last for ever.

    ``wakes_for`` is what ends it before: ``anything`` new, what is new of a record, or nothing but weighty findings.
    """
    if wakes_for not in {"", ANYTHING}:
        try:
            Identifier.parse(wakes_for)
        except InvalidIdentifier as error:
            raise Refused(f"A snooze ends with {ANYTHING!r} new, or with what is new of a record: {error}.") from None
    if until is None:
        if not wakes_for:
            raise Refused("Snooze needs a date in the future, or something that ends it.")
        return now + LONGEST_SNOOZE
    if until <= now:
        raise Refused("Snooze needs a date in the future.")
    if until > now + LONGEST_SNOOZE:
        raise Refused(f"Snooze ends within {LONGEST_SNOOZE.days} days; {until.date()} is further away.")
    return until
