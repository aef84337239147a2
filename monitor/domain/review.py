"""The editorial workflow: which move is legal from where, and what it leads to (design, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.domain.articles import ReviewStatus


class Refused(Exception):
    """The move is not allowed now. The message tells the editor why and what to do."""


class Decision(StrEnum):
    """How an editor closes a review. Each needs a reason in words."""

    UPDATED = "updated"
    STILL_VALID = "still_valid"
    NOT_RELEVANT = "not_relevant"


class Move(StrEnum):
    """What an editor may do with an open review."""

    START = "start"
    CLOSE = "close"
    SNOOZE = "snooze"


LEGAL_MOVES: dict[tuple[ReviewStatus, Move], ReviewStatus] = {
    (ReviewStatus.SUBMITTED, Move.START): ReviewStatus.UNDER_REVIEW,
    (ReviewStatus.SUBMITTED, Move.SNOOZE): ReviewStatus.SUBMITTED,
    (ReviewStatus.UNDER_REVIEW, Move.CLOSE): ReviewStatus.APPROVED,
    (ReviewStatus.UNDER_REVIEW, Move.SNOOZE): ReviewStatus.UNDER_REVIEW,
}

_HINTS = {
    (ReviewStatus.SUBMITTED, Move.CLOSE): "start the review before closing it",
    (ReviewStatus.UNDER_REVIEW, Move.START): "it is already under review",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What an editor says when closing a review.

    ``version`` is the review's version the editor saw, ``seen`` the ids of the findings that were on the page;
    ``updated_on`` the date of the new text for an update that is promised or has come in.
    """

    decision: Decision
    reason: str
    by: str
    version: int
    seen: frozenset[str]
    updated_on: date | None = None


def advance(status: ReviewStatus, move: Move) -> ReviewStatus:
    """The status after a legal move; raises :class:`Refused` otherwise."""
    if (after := LEGAL_MOVES.get((status, move))) is None:
        hint = _HINTS.get((status, move), f"nothing can be done with an article that is {status.value}")
        raise Refused(f"The review cannot be moved by {move.value!r}: {hint}.")
    return after


def check_version(*, seen: int, current: int) -> None:
    """Refuse a move made on an old copy of the review, so that of two editors one wins and the other sees why."""
    if seen != current:
        raise Refused("Somebody else changed this review since you opened it; reload the page and look again.")


def check_closing(closing: Closing, *, open_findings: frozenset[str]) -> None:
    """Refuse a closing without a reason, or one that leaves findings unseen that came in after the start."""
    if not closing.reason.strip():
        raise Refused("Closing a review needs a reason.")
    if unseen := open_findings - closing.seen:
        raise Refused(f"{len(unseen)} finding(s) came in since you started; look at them before you close.")


def check_snooze(until: datetime, *, now: datetime) -> None:
    """Refuse a snooze that is over before it starts."""
    if until <= now:
        raise Refused("Snooze needs a date in the future.")
