"""A source of articles as it is polled: its listing first, then the pages that may have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NoReturn

from monitor.clock import Clock
from monitor.domain.article_sources import FAMILY, ArticleSource, Gathered
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.sources.articles.agenda import is_awaited, is_resumed, noted, to_visit
from monitor.sources.articles.rounds import Round
from monitor.sources.articles.seen import Seen, from_cursor, objection_to_size, to_cursor
from monitor.sources.articles.shelves import Listing, Shelf
from monitor.sources.articles.visiting import Read, Visitor

SECONDS = 300.0
"""So long after its begin a poll visits pages; it goes on with the others in the next, which is due at once."""
TROUBLES_TOLD = 10
FEWEST_TO_JUDGE = 3
"""When so many pages were asked for and none could be reached, it is the site that cannot be reached."""


class ArticleCollection:
    """Polls one source of articles by its declaration.

    A page that cannot be read fails alone, and is told until it can. An empty or halved listing fails the poll. Pages
    are visited some at a time, and what one poll visited is remembered with what it gathered.
    """

    reader = "articles-1"

    def __init__(self, source: ArticleSource, shelf: Shelf, *, read: Read, clock: Clock, at_a_time: int = 40) -> None:
        self.name = source.name
        self._source = source
        self._shelf = shelf
        self._visitor = Visitor(shelf, source, read)
        self._elapsed: Callable[[], float] = clock.monotonic
        self._at_a_time = at_a_time

    def poll(self, request: PollRequest) -> PollOutcome:
        """Take the listing, unless visits of the last one are still to be made, and make the next visits.

        Where the site wants to be asked so slowly that no visit is possible at once, the listing alone is remembered.
        """
        if request.watch != FAMILY:
            return Unreadable(reason=f"{self.name} has no watch of kind {request.watch!r}")
        seen, begun = from_cursor(request.cursor, self._source.rules_digest), self._elapsed()
        is_resuming = is_resumed(seen, request.now)
        if not is_resuming:
            listing = self._listing(seen)
            if not isinstance(listing, Listing):
                return listing
            seen = noted(seen, listing, self._source, request.now)
        round_ = Round(source=self._source, pages=dict(seen.pages), held=request.articles)
        failure = self._visited(round_, request, until=begun + SECONDS)
        if isinstance(failure, Throttled) and not is_resuming:
            failure = None
        return failure or self._polled(round_, seen)

    def reread(self, raw: bytes) -> NoReturn:  # noqa: ARG002 - the port's.
        """It hands out no records, so none is ever read again."""
        raise TypeError(f"{self.name} hands out articles, not records")

    def _listing(self, seen: Seen) -> Listing | Failure:
        listing = self._shelf.listing(seen)
        if not isinstance(listing, Listing):
            return listing
        before = seen if listing.is_whole else Seen()
        objection = objection_to_size(before, len(listing.pages))
        return Unreadable(reason=f"{self._source.place}: {objection}") if objection else listing

    def _visited(self, round_: Round, request: PollRequest, *, until: float) -> Failure | None:
        """Make the next visits; a failure only where nothing at all can be concluded from them."""
        asked = failed = 0
        for address in to_visit(round_.pages)[: self._at_a_time]:
            if is_awaited(address, round_.pages):
                continue
            if round_.pages[address].is_followed and round_.was_let_go(address):
                round_.pass_over(address)
                continue
            was_well = not round_.pages[address].trouble
            visit = self._visitor.visit(address, round_.pages[address], request.now)
            if isinstance(visit, Throttled):
                return None if asked else visit
            asked, failed = asked + 1, failed + (visit.is_unreachable and was_well)
            round_.note(address, visit)
            if asked == failed >= FEWEST_TO_JUDGE:
                return Unreachable(reason=round_.pages[address].trouble)
            if self._elapsed() > until:
                break
        return None

    def _polled(self, round_: Round, seen: Seen) -> Polled:
        now_seen = Seen(pages=round_.settled(), parts=seen.parts, listed_at=seen.listed_at)
        followed = {address: page for address, page in now_seen.pages.items() if round_.follows(page)}
        troubles = round_.troubles(now_seen)
        return Polled(
            gathered=Gathered(pages=tuple(round_.read), removed=tuple(round_.removed)),
            covered=tuple(_member(address) for address, page in followed.items() if not page.trouble),
            troubles=(*troubles[:TROUBLES_TOLD], *_and_more(len(troubles) - TROUBLES_TOLD)),
            cursor=to_cursor(now_seen, self._source.rules_digest),
            data_version=f"{len(followed)} articles, {_version(now_seen)}",
            more=bool(to_visit(now_seen.pages)),
        )


def _member(address: str) -> Identifier:
    """A page as a check vouches for it. A file's path is none of the identifiers that articles can rest on."""
    return Identifier(Scheme.PAGE, address)


def _and_more(count: int) -> tuple[str, ...]:
    return (f"and {count} more",) if count > 0 else ()


def _version(seen: Seen) -> str:
    """The state of the articles, in the place where other sources name the version of their data."""
    state = sorted(f"{address} {page.digest}" for address, page in seen.pages.items() if page.is_followed)
    return hashlib.blake2b("\n".join(state).encode("utf-8", "replace"), digest_size=4).hexdigest()
