"""A guideline publisher as a source: its list, and the pages of the guidelines that articles rest on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from monitor.domain.channels import same_page
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import (
    Failure,
    Fetched,
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
from monitor.reading import UnreadablePage
from monitor.sources.guideline.addresses import asked_at, shown_as
from monitor.sources.guideline.kept import Kept, pack, unpack
from monitor.sources.guideline.reader import READER, read_document, read_links
from monitor.sources.guideline.seen import Seen, from_cursor, objection_to_document, objection_to_links, to_cursor

LARGEST_PAGE = 10_000_000

_Documents: TypeAlias = tuple[list[Reading], list[Identifier]]


class GuidelinePublisher:
    """Polls one publisher by its recipe.

    ``pages_url`` is the operator's stand-in for all pages; without it the publisher's host is asked, guarded and as its
    robots file allows. ``reader`` names the recipe's rules too: after an edit old pages are read again, not compared.
    """

    def __init__(self, client: Client, publisher: Publisher, *, pages_url: str | None = None) -> None:
        self.name = f"guideline:{publisher.key}"
        self.reader = f"{READER}+{publisher.rules_digest}"
        self._client = client
        self._publisher = publisher
        self._channel = publisher.pages
        self._pages_url = pages_url
        self._manners = Manners(
            pace_seconds=publisher.pace_seconds,
            deadline_seconds=60,
            max_bytes=LARGEST_PAGE,
            guarded=not pages_url,
            respect_robots=not pages_url,
        )

    def poll(self, request: PollRequest) -> PollOutcome:
        """Read the list and the page of every watched guideline.

        All or nothing: a check never vouches for a guideline whose page could not be read. A page that answers 404 or
        410, and a guideline that neither recipe nor list knows, are ``missing``.
        """
        if request.watch != "list":
            return Unreadable(reason=f"{self.name} has no watch of kind {request.watch!r}")
        seen = from_cursor(request.cursor, self._publisher.rules_digest)
        links = self._links(seen)
        if not isinstance(links, list):
            return links
        documents = self._documents(request.identifiers, links, seen)
        if not isinstance(documents, tuple):
            return documents
        readings, missing = documents
        return Polled(
            readings=tuple(readings),
            missing=tuple(missing),
            covered=request.identifiers,
            cursor=self._cursor(links, readings, seen),
            data_version=_version(links),
        )

    def reread(self, raw: bytes) -> GuidelineDocument:
        """Read a kept page by today's recipe; as it was read before, where today's recipe no longer fits it.

        A recipe is edited because the publisher's pages changed: that the old page has the old form is no news.
        """
        try:
            return read_recording(raw, self._publisher)
        except UnreadablePage:
            if (read := unpack(raw).read) is None:
                raise
            return read

    def _links(self, seen: Seen) -> list[str] | Failure:
        index = self._page(self._channel.index_url)
        if isinstance(index, Gone):
            return Unreadable(reason=f"HTTP {index.status}: the publisher's list is not at {self._channel.index_url}")
        if not isinstance(index, Kept):
            return index
        try:
            links = read_links(index.body, self._channel, url=index.url, charset=index.charset)
        except UnreadablePage as error:
            return Unreadable(reason=f"{index.url}: {error}", evidence=_start(index))
        objection = objection_to_links(seen, len(links))
        return Unreadable(reason=objection, evidence=_start(index)) if objection else links

    def _documents(self, identifiers: Sequence[Identifier], links: list[str], seen: Seen) -> _Documents | Failure:
        readings: list[Reading] = []
        missing: list[Identifier] = []
        for identity in identifiers:
            url = address_of(identity, self._publisher, links)
            page = self._page(url) if url else Gone(url="", status=404)
            if isinstance(page, Gone):
                missing.append(identity)
                continue
            if not isinstance(page, Kept):
                return page
            reading = self._reading(page, identity, seen)
            if isinstance(reading, Unreadable):
                return reading
            readings.append(reading)
        return readings, missing

    def _reading(self, page: Kept, identity: Identifier, seen: Seen) -> Reading | Unreadable:
        if same_page(page.url) == same_page(self._channel.index_url):
            return Unreadable(reason=f"{identity}: its page leads to the publisher's list")
        try:
            document = read_document(page, self._publisher, identity)
        except UnreadablePage as error:
            return Unreadable(reason=f"{page.url}: {error}", evidence=_start(page))
        if objection := objection_to_document(seen, document):
            return Unreadable(reason=objection, evidence=_start(page))
        return Reading(record=document, raw=pack(replace(page, read=document)), url=page.url)

    def _page(self, url: str) -> Kept | Gone | Failure:
        outcome = self._client.get(
            asked_at(url, self._pages_url), manners=self._manners, headers={"Accept": "text/html,application/xhtml+xml"}
        )
        match outcome:
            case Fetched(url=final, body=body, headers=headers):
                return _as_page(body, headers.get("content-type", ""), shown_as(final, self._pages_url))
            case Unreachable(reason=reason):
                return Unreachable(reason=f"{url}: {reason}")
            case Unreadable(reason=reason, evidence=evidence):
                return Unreadable(reason=f"{url}: {reason}", evidence=evidence)
            case Unmodified():
                return Unreadable(reason=f"{url}: not modified, though nothing was said of what we hold")
            case Gone() | Throttled():
                return outcome
            case _:
                assert_never(outcome)

    def _cursor(self, links: list[str], readings: list[Reading], seen: Seen) -> str:
        records = [reading.record for reading in readings]
        fresh = {
            record.identifier.value: (record.edition, len(record.recommendations))
            for record in records
            if isinstance(record, GuidelineDocument)
        }
        return to_cursor(Seen(links=len(links), documents={**seen.documents, **fresh}), self._publisher.rules_digest)


def address_of(identity: Identifier, publisher: Publisher, links: Sequence[str]) -> str | None:
    """Where a guideline's page is: as the list links to it today, else as the recipe says; None when neither knows."""
    linked = next((link for link in links if publisher.identity_of(link) == identity), None)
    if linked:
        return linked
    known = publisher.known(identity)
    return known.url if known else None


def read_recording(body: bytes, publisher: Publisher) -> GuidelineDocument:
    """Read a recorded page of a publisher: one that was kept, or one saved by hand. Raises :class:`UnreadablePage`.

    A page saved by hand is taken for the guideline whose title it bears, or for one named after its title.
    """
    kept = unpack(body)
    if kept.identity is not None:
        return read_document(kept, publisher, kept.identity)
    unnamed = publisher.identity_of(f"{publisher.pages.index_url.rstrip('/')}/unnamed")
    document = read_document(kept, publisher, unnamed)
    for known in publisher.guidelines:
        if known.title.casefold() in document.title.casefold():
            return read_document(kept, publisher, known.identity)
    slug = re.sub(r"[^a-z0-9]+", "-", document.title.casefold()).strip("-")[:80] or "unnamed"
    return read_document(kept, publisher, publisher.identity_of(f"{publisher.pages.index_url.rstrip('/')}/{slug}"))


def _as_page(body: bytes, content_type: str, url: str) -> Kept | Unreadable:
    kind, _, parameters = content_type.partition(";")
    if kind.strip() and "html" not in kind.lower():
        return Unreadable(reason=f"{url}: {kind.strip()}, where a page was asked for")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.I)
    return Kept(body=body, url=url, charset=charset.group(1) if charset else "")


def _version(links: Sequence[str]) -> str:
    """The state of the list, in the place where other sources name the version of their data."""
    digest = hashlib.blake2b("\n".join(sorted(map(same_page, links))).encode(), digest_size=4).hexdigest()
    return f"{len(links)} guidelines, {digest}"


def _start(page: Kept) -> str:
    return page.body[:300].decode("utf-8", "replace")
