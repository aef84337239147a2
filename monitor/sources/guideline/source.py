"""A guideline publisher as a source: its list, and the pages of the guidelines that articles rest on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.channels import IndexForm, same_page
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import (
    Failure,
    Gone,
    Polled,
    PollOutcome,
    PollRequest,
    Throttled,
    Unmodified,
    Unreadable,
)
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.net import Client
from monitor.reading import UnreadablePage
from monitor.sources.guideline.fetching import Came, Pages
from monitor.sources.guideline.indexes import Index, read_index
from monitor.sources.guideline.kept import unpack
from monitor.sources.guideline.reader import READER, read_document
from monitor.sources.guideline.rounds import Round
from monitor.sources.guideline.seen import (
    Seen,
    SeenPage,
    from_cursor,
    objection_to_changes,
    objection_to_links,
    to_cursor,
)
from monitor.sources.guideline.visiting import Read, Visitor

NEW_AT_A_TIME = 20
"""So many pages of guidelines that are new on the list are read in one poll; the others wait for the next."""


class GuidelinePublisher:
    """Polls one publisher by its recipe.

    ``pages_url`` is the operator's stand-in for all pages; without it the publisher's host is asked, guarded and as its
    robots file allows. ``reader`` names the recipe's rules too: after an edit old pages are read again, not compared.
    """

    def __init__(self, client: Client, publisher: Publisher, *, pages_url: str | None = None) -> None:
        self.name = f"guideline:{publisher.key}"
        self.reader = f"{READER}+{publisher.rules_digest}"
        self._publisher = publisher
        self._channel = publisher.pages
        self._pages = Pages(client, publisher, pages_url=pages_url)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Read the list, the page of every watched guideline, and those that are new on the list.

        A page that cannot be read fails alone: it is a trouble of the poll, and not covered by it. A page that answers
        404 or 410, and a guideline that neither recipe nor list knows, are ``missing``. Where no page at all can be
        read, or most of them changed at once, nothing is concluded.
        """
        if request.watch != "list":
            return Unreadable(reason=f"{self.name} has no watch of kind {request.watch!r}")
        seen = from_cursor(request.cursor, self.reader)
        links = self._links(seen, request.now)
        if not isinstance(links, list):
            return links
        round_ = self._round(request, links, seen)
        if round_.failure is not None:
            return round_.failure
        if objection := objection_to_changes(round_.changed, round_.known):
            return Unreadable(reason=f"{self.name}: {objection}")
        listed = {str(self._publisher.identity_of(link)) for link in links} - round_.postponed
        return Polled(
            readings=tuple(round_.readings),
            missing=tuple(round_.missing),
            confirmed=tuple(round_.confirmed),
            covered=tuple(identity for identity in request.identifiers if identity not in round_.uncovered),
            troubles=tuple(round_.troubles),
            cursor=to_cursor(
                Seen(links=len(links), listed=seen.listed | listed, pages={**seen.pages, **round_.pages}), self.reader
            ),
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

    def _links(self, seen: Seen, now: datetime) -> list[str] | Failure:
        index = self._index(self._channel.index_url, now)
        if not isinstance(index, Index):
            return index
        links = list(index.links)
        for url in index.further:
            part = self._index(url, now)
            if not isinstance(part, Index):
                return part
            links += part.links
        if not links:
            return Unreadable(reason=f"{self._channel.index_url}: no guideline on the list: it changed its form")
        objection = objection_to_links(seen, len(links))
        return Unreadable(reason=objection) if objection else links

    def _index(self, url: str, now: datetime) -> Index | Failure:
        """The publisher's index, or one of the further ones that it consists of."""
        came = self._pages.ask(url, form=self._channel.form)
        match came:
            case Gone(status=status):
                return Unreadable(reason=f"HTTP {status}: the publisher's list is not at {url}")
            case Unmodified():
                return Unreadable(reason=f"{url}: not modified, though nothing was said to be held")
            case Came(page=page):
                try:
                    return read_index(page, self._channel, now=now)
                except UnreadablePage as error:
                    return Unreadable(reason=f"{page.url}: {error}", evidence=page.start)
        return came

    def _round(self, request: PollRequest, links: list[str], seen: Seen) -> Round:
        """Visit every watched guideline, then what is new on the list."""
        round_ = Round()
        visitor = Visitor(self._pages, self._publisher)
        for identity in request.identifiers:
            page = seen.page(identity)
            url = address_of(identity, self._publisher, links) or page.asked
            in_full = identity in request.unread
            visit = visitor.visit(identity, url, page, in_full=in_full) if url else self._nowhere(identity)
            if isinstance(visit, Throttled):
                round_.failure = visit
                return round_
            round_.note(identity, page, visit)
        if request.identifiers and len(round_.uncovered) == len(request.identifiers):
            round_.failure = round_.first_failure
        if round_.failure is None:
            self._visit_new(round_, visitor, request, links, seen)
        return round_

    def _nowhere(self, identity: Identifier) -> Gone | Unreadable:
        """What it means that neither recipe nor index knows a guideline: a feed holds the newest ones only."""
        if self._channel.form is IndexForm.FEED:
            return Unreadable(reason=f"{identity}: no longer in the feed, and the recipe does not name its page")
        return Gone(url="", status=404)

    def _visit_new(self, round_: Round, visitor: Visitor, request: PollRequest, links: list[str], seen: Seen) -> None:
        """Read guidelines that were never on the list. What was there at the first poll is the state of things."""
        if not seen.listed:
            return
        watched = set(request.identifiers)
        linked = {self._publisher.identity_of(link): link for link in links}
        new = {identity: link for identity, link in linked.items() if str(identity) not in seen.listed}
        for count, (identity, link) in enumerate(new.items()):
            if identity in watched:
                continue
            visit = visitor.visit(identity, link, SeenPage()) if count < NEW_AT_A_TIME else None
            if isinstance(visit, Read):
                round_.readings.append(visit.reading)
            elif not isinstance(visit, Gone):
                round_.postponed.add(str(identity))


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
    return replace(document, identifier=publisher.identity_of(f"{publisher.pages.index_url.rstrip('/')}/{slug}"))


def _version(links: Sequence[str]) -> str:
    """The state of the list, in the place where other sources name the version of their data."""
    digest = hashlib.blake2b("\n".join(sorted(map(same_page, links))).encode(), digest_size=4).hexdigest()
    return f"{len(links)} guidelines, {digest}"
