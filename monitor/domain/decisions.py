"""What an editor decides, and the short list of reasons for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType


class Refused(Exception):
    """The move is not allowed now. The message tells the editor why and what to do."""


class Decision(StrEnum):
    """How an editor closes a review, or answers a finding. Each needs a reason of the list."""

    UPDATED = "updated"
    STILL_VALID = "still_valid"
    NOT_RELEVANT = "not_relevant"


class Reason(StrEnum):
    """Why. Which ones a decision may have says :data:`REASONS`; ``other`` needs words."""

    TEXT_CHANGED = "text_changed"
    CHANGE_PROMISED = "change_promised"
    CONCLUSION_HOLDS = "conclusion_holds"
    OTHER_EVIDENCE_CARRIES_IT = "other_evidence_carries_it"
    ALREADY_TAKEN_INTO_ACCOUNT = "already_taken_into_account"
    MINOR_CORRECTION = "minor_correction"
    OTHER_POPULATION = "other_population"
    OTHER_OUTCOME = "other_outcome"
    WRONG_RECORD = "wrong_record"
    DUPLICATE_OF_KNOWN = "duplicate_of_known"
    COSMETIC = "cosmetic"
    OTHER = "other"


REASONS: Mapping[Decision, Mapping[Reason, str]] = MappingProxyType(
    {
        Decision.UPDATED: {
            Reason.TEXT_CHANGED: "the text was changed",
            Reason.CHANGE_PROMISED: "a changed text is promised",
            Reason.OTHER: "other",
        },
        Decision.STILL_VALID: {
            Reason.CONCLUSION_HOLDS: "the conclusion holds with the new evidence",
            Reason.OTHER_EVIDENCE_CARRIES_IT: "other evidence carries what the article says",
            Reason.ALREADY_TAKEN_INTO_ACCOUNT: "the article takes it into account already",
            Reason.MINOR_CORRECTION: "the correction does not touch what the article says",
            Reason.OTHER: "other",
        },
        Decision.NOT_RELEVANT: {
            Reason.OTHER_POPULATION: "it is about other patients",
            Reason.OTHER_OUTCOME: "it is about another outcome",
            Reason.WRONG_RECORD: "it is about another work than the one that is meant",
            Reason.DUPLICATE_OF_KNOWN: "it says what was known",
            Reason.COSMETIC: "it changes no meaning",
            Reason.OTHER: "other",
        },
    }
)
"""The reasons of each decision, in the words that editors choose from."""

DECISIONS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.UPDATED: "Updated: the text was changed, or will be",
        Decision.STILL_VALID: "Still valid: what the article says holds",
        Decision.NOT_RELEVANT: "Not relevant: it does not concern what the article says",
    }
)
"""What each decision says of the article."""

LONGEST_NOTE = 5000
LONGEST_PROMISE = timedelta(days=366)
"""No promise lasts for ever: a year that was misspelt would answer findings until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an editor says of findings: the decision, its reason, and by whom.

    ``saw`` is the version of the evidence that was on the page (``FindingView.version``); where it is given, a finding
    that became another thing since is not decided. ``updated_on`` is the day of the new text of an update.
    """

    decision: Decision
    reason: Reason
    note: str = ""
    by: str
    saw: str = ""
    updated_on: date | None = None

    @property
    def words(self) -> str:
        """The reason as it is shown."""
        return in_words(self.decision, self.reason, self.note)


def in_words(decision: Decision, reason: Reason, note: str = "") -> str:
    """The reason and what was written beside it, as one line."""
    known = REASONS[decision].get(reason, reason.value)
    note = note.strip()
    if reason is Reason.OTHER:
        return note or known
    return f"{known}: {note}" if note else known


def check_reason(decision: Decision, reason: Reason, note: str) -> None:
    """Refuse a reason that does not belong to the decision, and ``other`` without words."""
    if reason not in REASONS[decision]:
        known = ", ".join(REASONS[decision])
        raise Refused(
            f"{reason.value!r} is no reason for the decision {decision.value!r}; take one of {known}. "
            f"With 'other', say why in words."
        )
    if reason is Reason.OTHER and not note.strip():
        raise Refused("The reason 'other' needs words: say why, for those who read it later.")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"The note is longer than {LONGEST_NOTE} characters; shorten it.")


def check_promise(reason: Reason, updated_on: date | None, *, today: date) -> None:
    """Refuse a promise without its day, and one for a day that is too far away to be waited for."""
    if reason is Reason.CHANGE_PROMISED and (updated_on is None or updated_on <= today):
        raise Refused("Who promises a changed text says by which day: give a date in the future.")
    if updated_on is not None and updated_on > today + LONGEST_PROMISE:
        raise Refused(f"{updated_on} is more than a year away; promise the text for an earlier day.")


def evidence_digest(findings: Iterable[tuple[str, str]]) -> str:
    """What a page showed of the open findings of an article, as (id, version) pairs: sent back with a decision."""
    shown = "\n".join(f"{identity} {version}" for identity, version in sorted(findings))
    return hashlib.blake2b(shown.encode(), digest_size=8).hexdigest()
