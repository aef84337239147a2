"""A guideline publisher whose one answer lists every guideline, as a source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import (
    Fetched,
    FetchOutcome,
    Gone,
    Polled,
    PollOutcome,
    PollRequest,
    Reading,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.net import Client, Manners
from monitor.net.stand_in import asked_at
from monitor.sources.guideline.access import Access
from monitor.sources.guideline.fetching import CONDITIONS
from monitor.sources.guideline.items import READER, Listed, UnreadableList, read_list, read_raw
from monitor.sources.guideline.seen_items import SeenItems, from_cursor, objection, seen_in, to_cursor

LARGEST_LIST = 50_000_000


class ListedPublisher:
    """Polls one publisher by its recipe. ``access`` is what the operator has of a list that wants a key.

    ``pages_url`` is the operator's stand-in for all pages, and so for a list without a key.
    """

    def __init__(
        self, client: Client, publisher: Publisher, *, access: Access | None = None, pages_url: str | None = None
    ) -> None:
        self.name = f"guideline:{publisher.key}"
        self.reader = f"{READER}+{publisher.rules_digest}"
        self._client = client
        self._publisher = publisher
        self._channel = publisher.listing
        self._access = access or Access(base=asked_at(self._channel.url, pages_url))
        self._manners = Manners(
            pace_seconds=publisher.pace_seconds,
            max_bytes=LARGEST_LIST,
            guarded=access is None and not pages_url,
        )

    def poll(self, request: PollRequest) -> PollOutcome:
        """Read the whole list, or learn that it is as it was.

        Without the key that the publisher wants nobody is asked, and the source is unreadable: never calm. A watched
        guideline that is not on the list is ``missing``.
        """
        if request.watch != "list":
            return Unreadable(reason=f"{self.name} has no watch of kind {request.watch!r}")
        if self._access.lacks:
            return Unreadable(reason=f"not configured: {self._publisher.name} is asked only with {self._access.lacks}")
        seen = from_cursor(request.cursor, self.reader)
        is_known = not any(str(identity) in seen.items for identity in request.unread)
        match self._ask(seen.validators if is_known else {}):
            case Fetched() as fetched:
                return self._read(fetched, request, seen)
            case Unmodified():
                return self._unchanged(request, seen)
            case Gone(status=status):
                return Unreadable(reason=f"HTTP {status}: the list is not at {self._channel.asked_at}")
            case Unreachable(reason=reason):
                return Unreachable(reason=f"{self._channel.asked_at}: {reason}")
            case Unreadable(reason=reason, evidence=evidence):
                return Unreadable(reason=f"{self._channel.asked_at}: {reason}", evidence=evidence)
            case Throttled() as throttled:
                return throttled

    def reread(self, raw: bytes) -> GuidelineDocument:
        """Read a kept item by today's recipe. Raises ``ValueError`` where it no longer fits."""
        return read_raw(raw, self._publisher)

    def _ask(self, validators: Mapping[str, str]) -> FetchOutcome:
        base, path = self._access.base, self._channel.path
        return self._client.get(
            f"{base.rstrip('/')}/{path}" if path else base,
            params=self._access.params or None,
            headers={"Accept": "application/json", **self._access.headers, **validators},
            manners=self._manners,
        )

    def _read(self, fetched: Fetched, request: PollRequest, seen: SeenItems) -> Polled | Unreadable:
        try:
            listed = read_list(fetched.body, self._publisher)
        except UnreadableList as error:
            evidence = fetched.body[:300].decode("utf-8", "replace")
            return Unreadable(reason=f"{self._channel.asked_at}: {error}", evidence=evidence)
        validators = {name: fetched.headers[key] for key, name in CONDITIONS.items() if fetched.headers.get(key)}
        now = seen_in((document for document, _ in listed.documents), validators)
        if told := objection(seen, now):
            return Unreadable(reason=f"{self._channel.asked_at}: {told}")
        readings = [Reading(record=document, raw=raw, url=document.url) for document, raw in listed.documents]
        return Polled(
            readings=tuple(readings),
            missing=_missing(request, now),
            covered=request.identifiers,
            cursor=to_cursor(now, self.reader),
            data_version=_version(listed),
            unknown_values=listed.unknown_values,
        )

    def _unchanged(self, request: PollRequest, seen: SeenItems) -> Polled:
        missing = _missing(request, seen)
        return Polled(
            missing=missing,
            confirmed=tuple(identity for identity in request.identifiers if identity not in missing),
            covered=request.identifiers,
            cursor=request.cursor,
            data_version=request.data_version,
        )


def _missing(request: PollRequest, seen: SeenItems) -> tuple[Identifier, ...]:
    return tuple(identity for identity in request.identifiers if str(identity) not in seen.items)


def _version(listed: Listed) -> str:
    """The state of the list, in the place where other sources name the version of their data."""
    whole = b"\n".join(sorted(raw for _, raw in listed.documents))
    return f"{len(listed.documents)} guidelines, {hashlib.blake2b(whole, digest_size=4).hexdigest()}"
