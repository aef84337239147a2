"""What a publisher's index links to: a page, a feed or a sitemap. Pure; one function for each form."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import struct_time
from urllib.parse import urljoin, urlsplit

from lxml import etree

from monitor.domain.channels import IndexForm, PageChannel
from monitor.reading import UnreadablePage, normalised
from monitor.sources.guideline.kept import Kept
from monitor.sources.guideline.reader import read_links

LARGEST_FEED = 2_000_000
MOST_TAGS = 100_000
"""More tags than any feed has. The parser of feeds takes seconds for a megabyte of them."""

LARGEST_SITEMAP = 50_000_000
MOST_SITEMAPS = 10
"""An index of more sitemaps than this is not read: one of them is the right index."""

_GZIP = b"\x1f\x8b"


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
    """The links of a feed's items; dates only tell whether it is still fed, and titles are not used.

    XML that is not well-formed is read as far as it goes, as feed readers do.
    """
    if len(page.body) > LARGEST_FEED or page.body.count(b"<") > MOST_TAGS:
        raise UnreadablePage(f"a feed of more than {LARGEST_FEED} bytes or {MOST_TAGS} tags")
    from feedparser import parse  # Takes a while to load, and few publishers have a feed.

    sent_as = {"content-type": f"application/xml; charset={page.charset}"} if page.charset else {}
    # Bytes in a file: a text could be taken for an address or a file's name, and opened.
    feed = parse(io.BytesIO(page.body), response_headers={"content-location": page.url, **sent_as})
    if not feed.entries:
        raise UnreadablePage("no feed, or one without items")
    if channel.newest_within is not None:
        _check_age([_day(entry) for entry in feed.entries], channel.newest_within, now)
    links = _absolute(page.url, (str(entry.get("link", "")) for entry in feed.entries))
    kept = tuple(link for link in links if channel.links_to_document(link))
    if not kept:
        raise UnreadablePage(f"no guideline among the {len(feed.entries)} items of the feed")
    return Index(links=kept)


def _sitemap(page: Kept, channel: PageChannel, _now: datetime) -> Index:
    """The addresses of a sitemap, or those of the sitemaps of an index. When they changed last is not read."""
    root = _xml(_unpacked(page.body))
    kind = etree.QName(root).localname
    if kind == "urlset":
        found = _absolute(page.url, (loc.text or "" for loc in root.iterfind("{*}url/{*}loc")))
        return Index(links=tuple(link for link in found if channel.links_to_document(link)))
    if kind != "sitemapindex":
        raise UnreadablePage(f"no sitemap: its root is {kind}")
    further = _absolute(page.url, (loc.text or "" for loc in root.iterfind("{*}sitemap/{*}loc")))
    host = urlsplit(channel.index_url).netloc.lower()
    own = tuple(link for link in further if urlsplit(link).netloc.lower() == host)
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


def _day(entry: dict[str, object]) -> datetime | None:
    for name in ("updated_parsed", "published_parsed"):
        stated = entry[name] if name in entry else None  # noqa: SIM401 - its get() invents one from the other.
        if isinstance(stated, struct_time):
            try:
                return datetime(*stated[:6], tzinfo=UTC)
            except ValueError:
                continue
    return None


def _absolute(base: str, links: Iterable[str]) -> list[str]:
    """Full web addresses without fragments, once each and in order."""
    found = []
    for link in links:
        try:
            url = urljoin(base, normalised(link).partition("#")[0])
        except ValueError:
            continue
        if url.startswith(("http://", "https://")):
            found.append(url)
    return list(dict.fromkeys(found))


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(body, LARGEST_SITEMAP)
    except zlib.error as error:
        raise UnreadablePage(f"a sitemap that cannot be unpacked: {error}") from None
    if not unpacker.eof:
        raise UnreadablePage(f"a packed sitemap that is cut, or has more than {LARGEST_SITEMAP} bytes")
    return text


def _xml(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadablePage(f"no XML: {error}") from None
