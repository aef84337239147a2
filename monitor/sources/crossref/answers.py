"""What an answer of the REST API says: envelopes, pages, and its several ways to say no. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from monitor.domain.outcomes import Gone, Unreadable

Item: TypeAlias = dict[str, Any]

NOT_FOUND = "Resource not found."
"""All of the body with which Crossref says that it does not hold a DOI. Its other answers with 404 are JSON."""

TO_DO: dict[str, str] = {
    "HTTP 403": (
        "HTTP 403: Crossref has blocked this client by hand; a person must write to support@crossref.org, "
        "naming the contact address and the address of this host"
    ),
    "HTTP 400": "HTTP 400: Crossref did not understand the question",
}
"""Reason of a refusal → what it means at Crossref."""

_COMPLAINT = re.compile(r'"type":"([\w-]+)","value":"([^"]*)","message":"([^"]*)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list: works, how many the whole list has, and where it goes on."""

    items: tuple[Item, ...]
    total: int
    next_cursor: str = ""


def message_of(body: bytes, kind: str) -> dict[str, Any] | Unreadable:
    """What is in an envelope of this kind."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Unreadable(reason=f"not JSON, or cut: {error}", evidence=body[:300].decode("utf-8", "replace"))
    if not isinstance(envelope, dict):
        return Unreadable(reason=f"JSON, but no envelope: {type(envelope).__name__}", evidence=_shown(body))
    if envelope.get("status") != "ok" or envelope.get("message-type") != kind:
        return Unreadable(reason=f"Crossref's answer is no {kind}", evidence=_shown(body))
    message = envelope.get("message")
    if not isinstance(message, dict):
        return Unreadable(reason=f"Crossref's {kind} comes without its message", evidence=_shown(body))
    return message


def page_of(body: bytes) -> Page | Unreadable:
    """A page of works. It may be empty, but its list and its total must be there, and each work must have a DOI."""
    message = message_of(body, "work-list")
    if isinstance(message, Unreadable):
        return message
    items, total, cursor = message.get("items"), message.get("total-results"), message.get("next-cursor") or ""
    if not isinstance(items, list) or not all(isinstance(item, dict) and _is_text(item.get("DOI")) for item in items):
        return Unreadable(reason="a list of works comes without its works", evidence=_shown(body))
    if not isinstance(total, int) or isinstance(total, bool):
        return Unreadable(reason="a list of works does not say how many there are", evidence=_shown(body))
    if not isinstance(cursor, str):
        return Unreadable(reason="a cursor is no text", evidence=repr(cursor)[:300])
    return Page(items=tuple(items), total=total, next_cursor=cursor)


def agency_of(body: bytes) -> str | Unreadable:
    """The registration agency of a DOI, such as ``datacite``."""
    message = message_of(body, "work-agency")
    if isinstance(message, Unreadable):
        return message
    agency = message.get("agency")
    name = agency.get("id") if isinstance(agency, dict) else None
    if not isinstance(name, str) or not name.strip():
        return Unreadable(reason="an agency comes without its name", evidence=_shown(body))
    return name.strip().lower()


def says_not_held(gone: Gone) -> bool:
    """Whether Crossref itself says that it does not hold a DOI, in the only words it has for that."""
    return gone.status == 404 and gone.evidence.strip() == NOT_FOUND


def is_spent_cursor(gone: Gone) -> bool:
    """Whether a walk ended because its cursor is no longer known; the status is 404 all the same."""
    return "resource-failure" in gone.evidence and "cursor-invalid" in gone.evidence


def misplaced(gone: Gone) -> Unreadable:
    """A 404 that says nothing about a DOI."""
    reason = f"HTTP {gone.status}: Crossref's API does not answer this question"
    return Unreadable(reason=reason, evidence=gone.evidence)


def explained(refused: Unreadable) -> Unreadable:
    """A refusal with what it means here, and with what Crossref complains of."""
    if (meaning := TO_DO.get(refused.reason)) is None:
        return refused
    complaints = [f"{kind} {value}: {text}" for kind, value, text in _COMPLAINT.findall(refused.evidence)]
    return Unreadable(reason="; ".join((meaning, *complaints)), evidence=refused.evidence)


def indexed_at(item: Item) -> str:
    """When Crossref last took a work into its index, as it states it; empty when it does not."""
    indexed = item.get("indexed")
    moment = indexed.get("date-time") if isinstance(indexed, dict) else None
    try:
        told = datetime.fromisoformat(moment) if isinstance(moment, str) else None
        return f"{told.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if told is not None and told.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _shown(body: bytes) -> str:
    return body[:300].decode("utf-8", "replace")
