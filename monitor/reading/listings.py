"""Feeds and sitemaps: the addresses that a site lists, each with what the listing says of its last change. Pure."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from urllib.parse import urljoin

from lxml import etree

from monitor.reading.html import UnreadablePage, normalised

LARGEST_FEED = 2_000_000
MOST_TAGS = 100_000
"""More tags than any feed has. The parser of feeds takes seconds for a megabyte of them."""

LARGEST_SITEMAP = 50_000_000

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One address on a listing. ``stamp`` is what the listing says of its last change, as text; empty if nothing."""

    url: str
    stamp: str = ""
    day: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPart:
    """A sitemap: the pages it lists, or the further sitemaps of an index."""

    entries: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()
    is_index: bool = False


def read_feed(body: bytes, *, url: str, charset: str = "") -> tuple[Entry, ...]:
    """The items of a feed (RSS, Atom), those too that link nowhere: their address is empty.

    XML that is not well-formed is read as far as it goes, as feed readers do. Raises :class:`UnreadablePage`.
    """
    if len(body) > LARGEST_FEED or body.count(b"<") > MOST_TAGS:
        raise UnreadablePage(f"a feed of more than {LARGEST_FEED} bytes or {MOST_TAGS} tags")
    from feedparser import parse  # Takes a while to load, and few sites are followed by a feed.

    sent_as = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    # Bytes in a file: a text could be taken for an address or a file's name, and opened.
    feed = parse(io.BytesIO(body), response_headers={"content-location": url, **sent_as})
    if not feed.entries:
        raise UnreadablePage("no feed, or one without items")
    return tuple(_item(entry, url) for entry in feed.entries)


def read_sitemap(body: bytes, *, url: str) -> SitemapPart:
    """A sitemap or an index of sitemaps, packed or not. Raises :class:`UnreadablePage`."""
    root = _xml(_unpacked(body))
    kind = etree.QName(root).localname
    if kind == "urlset":
        return SitemapPart(entries=tuple(_once(_entries(root, "url", url))))
    if kind != "sitemapindex":
        raise UnreadablePage(f"no sitemap: its root is {kind}")
    return SitemapPart(further=tuple(entry.url for entry in _once(_entries(root, "sitemap", url))), is_index=True)


def absolute(base: str, link: str) -> str:
    """A full web address without its fragment; empty where the link is none."""
    try:
        url = urljoin(base, normalised(link).partition("#")[0])
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) else ""


def _item(entry: dict[str, object], base: str) -> Entry:
    day = _day(entry)
    link = str(entry["link"]) if "link" in entry else ""
    return Entry(url=absolute(base, link) if link else "", stamp=day.isoformat() if day else "", day=day)


def _day(entry: dict[str, object]) -> datetime | None:
    for name in ("updated_parsed", "published_parsed"):
        stated = entry[name] if name in entry else None  # noqa: SIM401 - its get() invents one from the other.
        if isinstance(stated, struct_time):
            try:
                return datetime(*stated[:6], tzinfo=UTC)
            except ValueError:
                continue
    return None


def _entries(root: etree._Element, name: str, base: str) -> Iterator[Entry]:
    for element in root.iterfind(f"{{*}}{name}"):
        address = absolute(base, element.findtext("{*}loc") or "")
        if address:
            yield Entry(url=address, stamp=" ".join((element.findtext("{*}lastmod") or "").split())[:40])


def _once(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Each address once, in order; the last one that lists it tells its change."""
    return {entry.url: entry for entry in entries}.values()


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
