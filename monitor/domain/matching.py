"""Which articles an event concerns, why, and which of their sentences rest on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from monitor.domain.articles import Reference
from monitor.domain.kinds import KIND_RULES, EventKind
from monitor.domain.state import EventState, PlacedClaim

ALREADY_SO = "already so at import"

ONLY_AFTER_LAST_UPDATE = frozenset(
    {
        EventKind.CORRECTED,
        EventKind.RETRACTION_LIFTED,
        EventKind.CONCERN_LIFTED,
        EventKind.PREPRINT_PUBLISHED,
        EventKind.TRIAL_WITHDRAWN,
        EventKind.TRIAL_TERMINATED,
        EventKind.TRIAL_SUSPENDED,
        EventKind.TRIAL_RESULTS_POSTED,
        EventKind.GUIDELINE_WITHDRAWN,
    }
)
"""Kinds that an article may have known when it was last updated; all others count however old they are."""


def reason_to_tell(
    event: EventState, *, linked_at: datetime, reference: Reference, last_updated: date | None
) -> str | None:
    """Why this event concerns an article that rests on ``reference``, or None when the article could know it.

    A change that came while the reference was watched always counts. What stood before is judged against the article's
    own date (design, "day-one truth"); an unknown date never silences.
    """
    phrase = f"{KIND_RULES[event.kind].phrase}: {event.because}"
    if not _stood_before(event, linked_at):
        return phrase
    if event.kind in ONLY_AFTER_LAST_UPDATE and _is_known_to(event, last_updated):
        return None
    if event.kind is EventKind.GUIDELINE_UPDATED and not _is_newer(event, reference, last_updated):
        return None
    return f"{phrase} ({ALREADY_SO})"


def touched_claims(reference: Reference, claims: Iterable[PlacedClaim]) -> tuple[tuple[int, str], ...]:
    """Ids of the claims that cite or name the reference (``yes``), or share a marker with such a one (``possibly``)."""
    placed = tuple(claims)
    naming = {item.claim.position for item in placed if item.claim.position in reference.named_in}
    cited = {reference.number} if reference.number is not None else set()
    sure = {item.id for item in placed if item.claim.position in naming or cited & set(item.claim.markers)}
    shared = {marker for item in placed if item.claim.position in naming for marker in item.claim.markers}
    return tuple(
        (item.id, "yes" if item.id in sure else "possibly")
        for item in placed
        if item.id in sure or shared & set(item.claim.markers)
    )


def merge_claims(parts: Iterable[tuple[tuple[int, str], ...]]) -> tuple[tuple[int, str], ...]:
    """Join the claims touched through several references of one article; the surer word wins."""
    merged: dict[int, str] = {}
    for claim_id, affected in (pair for part in parts for pair in part):
        if merged.get(claim_id) != "yes":
            merged[claim_id] = affected
    return tuple(sorted(merged.items()))


def finding_id(article_id: str, event_id: int) -> str:
    """The stable id of the finding of an event in an article."""
    return hashlib.blake2b(f"{article_id}\n{event_id}".encode(), digest_size=8).hexdigest()


def _stood_before(event: EventState, linked_at: datetime) -> bool:
    """Whether the event was there when the reference came under watch."""
    happened_since = event.happened_on is not None and event.happened_on > linked_at.date()
    return linked_at > event.recorded_at or (event.already and not happened_since)


def _is_known_to(event: EventState, last_updated: date | None) -> bool:
    return event.happened_on is not None and last_updated is not None and event.happened_on <= last_updated


def _is_newer(event: EventState, reference: Reference, last_updated: date | None) -> bool:
    """Whether an edition is newer than the one the article names, or than the article where it names none."""
    if event.edition_year is None:
        return event.happened_on is None or last_updated is None or event.happened_on > last_updated
    if reference.year is not None:
        return event.edition_year > reference.year
    return last_updated is None or event.edition_year > last_updated.year
