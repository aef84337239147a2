"""What a publisher's index links to: a page, a feed or a sitemap. Pure; one function for each form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.domain.channels import IndexForm, PageChannel
from monitor.reading import UnreadablePage
from monitor.reading.listings import LARGEST_FEED, MOST_TAGS, read_feed, read_sitemap
from monitor.sources.guideline.kept import Kept
from monitor.sources.guideline.reader import read_links

__all__ = ["LARGEST_FEED", "MOST_SITEMAPS", "MOST_TAGS", "Index", "read_index"]

MOST_SITEMAPS = 10
"""An index of more sitemaps than this is not read: one of them is the right index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The addresses of guidelines on an index, and of further indexes of the same form that must be read with it."""

    links: tuple[str, ...] = ()
    further: tuple[str, ...] = ()


def read_index(page: Kept, channel: PageChannel, *, now: datetime) -> Index:
    """Read an index in the form that the recipe names. Raises :class:`UnreadablePage`."""
    return _READERS[channel.form](page, channel, now)


def _html(page: Kept, channel: PageChannel, _now: datetime) -> Index:
    return Index(links=tuple(read_links(page.body, channel, url=page.url, charset=page.charset)))


def _feed(page: Kept, channel: PageChannel, now: datetime) -> Index:
    """The links of a feed's items; dates only tell whether it is still fed, and titles are not used."""
    items = read_feed(page.body, url=page.url, charset=page.charset)
    if channel.newest_within is not None:
        _check_age([item.day for item in items], channel.newest_within, now)
    links = dict.fromkeys(item.url for item in items if item.url)
    kept = tuple(link for link in links if channel.links_to_document(link))
    if not kept:
        raise UnreadablePage(f"no guideline among the {len(items)} items of the feed")
    return Index(links=kept)


def _sitemap(page: Kept, channel: PageChannel, _now: datetime) -> Index:
    """The addresses of a sitemap, or those of the sitemaps of an index. When they changed last is not read."""
    part = read_sitemap(page.body, url=page.url)
    if not part.is_index:
        return Index(links=tuple(entry.url for entry in part.entries if channel.links_to_document(entry.url)))
    host = urlsplit(channel.index_url).netloc.lower()
    own = tuple(link for link in part.further if urlsplit(link).netloc.lower() == host)
    if not own or len(own) > MOST_SITEMAPS:
        raise UnreadablePage(f"an index of {len(own)} sitemaps: give the one that lists guidelines as the index")
    return Index(further=own)


_READERS: dict[IndexForm, Callable[[Kept, PageChannel, datetime], Index]] = {
    IndexForm.HTML: _html,
    IndexForm.FEED: _feed,
    IndexForm.SITEMAP: _sitemap,
}


def _check_age(days: Iterable[datetime | None], within: timedelta, now: datetime) -> None:
    newest = max((day for day in days if day is not None), default=None)
    if newest is None:
        raise UnreadablePage("no item of the feed states its day, so nobody can tell whether it is still fed")
    if now - newest > within:
        raise UnreadablePage(f"the newest item of the feed is of {newest.date()}: it is no longer fed")
