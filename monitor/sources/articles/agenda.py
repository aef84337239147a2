"""Which pages a poll has to visit: those that the listing says may have changed, and some others because it may err."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.article_sources import ArticleSource, path_of
from monitor.sources.articles.seen import Seen, SeenPage
from monitor.sources.articles.shelves import Listing

RESUMED_WITHIN = timedelta(hours=1)
"""So long after a listing the visits that it asked for are gone on with, before it is asked for again."""


def is_resumed(seen: Seen, now: datetime) -> bool:
    """Whether visits of the last listing are still to be made, and it is still good for them."""
    if not seen.listed_at or not any(page.due for page in seen.pages.values()):
        return False
    return now - datetime.fromisoformat(seen.listed_at) <= RESUMED_WITHIN


def noted(seen: Seen, listing: Listing, source: ArticleSource, now: datetime) -> Seen:
    """What is known of every page once a listing came, with the visits it asks for."""
    pages: dict[str, SeenPage] = {}
    for address, listed in listing.pages.items():
        page = replace(seen.pages.get(address, SeenPage()), listed=True, stamp=listed.stamp, part=listed.part)
        pages[address] = replace(page, due=_asks(address, page, source, now))
    for address, page in seen.pages.items():
        if address not in listing.pages and (page.digest or page.removed):
            pages[address] = _unlisted(replace(page, listed=False), address, listing, source, now)
    return Seen(pages=pages, parts=listing.parts, listed_at=now.isoformat(timespec="minutes"))


def to_visit(pages: Mapping[str, SeenPage]) -> list[str]:
    """The addresses that are due. First what may be gone or have moved, last what could not be read before.

    A page to which another article is on the way waits until it is clear that it has moved there.
    """
    awaited = _awaited(pages)
    due = [name for name, page in pages.items() if page.due and not _waits(name, page, awaited)]
    return sorted(due, key=lambda name: (pages[name].listed, bool(pages[name].trouble), pages[name].read_on))


def is_awaited(address: str, pages: Mapping[str, SeenPage]) -> bool:
    """Whether a page that was never read is where another article may have moved to."""
    return _waits(address, pages[address], _awaited(pages))


def is_due_in_full(address: str, page: SeenPage, source: ArticleSource, now: datetime) -> bool:
    """Whether it is time to read a page whatever its listing and its server say, for both may err.

    Each page has its own time, from half of the interval on, so that they do not all come on one day.
    """
    share = 0.5 + zlib.crc32(address.encode("utf-8", "replace")) % 1000 / 2000
    return page.was_read_before(now - source.reread * share)


def plain(address: str) -> str:
    """A spelling in which two addresses of one page are equal: scheme, ``www.`` and last slash go."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/") or address


def _awaited(pages: Mapping[str, SeenPage]) -> set[str]:
    return {plain(page.moved_to) for page in pages.values() if page.moves and page.is_followed}


def _waits(address: str, page: SeenPage, awaited: set[str]) -> bool:
    return not page.digest and plain(address) in awaited


def _asks(address: str, page: SeenPage, source: ArticleSource, now: datetime) -> bool:
    """Whether a listed page has to be visited."""
    if not page.is_followed or page.held or page.moves or page.strikes or page.trouble:
        return True
    is_stamped = page.stamp and page.stamp == page.read_stamp and not page.may_have_changed_since
    return not is_stamped or is_due_in_full(address, page, source, now)


def _unlisted(page: SeenPage, address: str, listing: Listing, source: ArticleSource, now: datetime) -> SeenPage:
    """A page that is not listed any more. One that the patterns leave out now is not asked for."""
    if page.removed:
        return replace(page, due=False)
    if not source.admits(path_of(source.place, address)):
        return replace(
            page, due=False, trouble=f"{address} is left out by the patterns now; its article stays as it is"
        )
    is_odd = bool(page.held or page.moves or page.strikes or page.trouble)
    due = listing.is_whole or is_odd or is_due_in_full(address, page, source, now)
    return replace(page, due=due)
