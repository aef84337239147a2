"""A site as its sitemap or its feed lists it: asked in its pace, within its robots file, and guarded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.clock import Clock
from monitor.domain.article_sources import ArticleSource, Way, path_of
from monitor.domain.outcomes import Failure, Fetched, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net import Client, Manners
from monitor.net.stand_in import asked_at, shown_as
from monitor.reading import UnreadablePage
from monitor.reading.listings import Entry, SitemapPart, read_feed, read_sitemap
from monitor.sources.articles.seen import Seen
from monitor.sources.articles.shelves import Answer, Came, Listed, Listing

LARGEST_PAGE = 5_000_000
LARGEST_LISTING = 50_000_000
MOST_PAGES = 50_000
MOST_SITEMAPS = 100
LONGEST_LISTING_SECONDS = 400.0
"""A listing that takes longer would outlive the lease of its watch."""
CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""The headers of an answer that can be sent back with the next question, and as what."""

_ARTICLES = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8"
_LISTINGS = {
    Way.SITEMAP: "application/xml,text/xml;q=0.9,application/gzip;q=0.8",
    Way.FEED: "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.8",
}


@dataclass(slots=True)
class _Gathering:
    """The listing while its files are read."""

    pages: dict[str, Listed] = field(default_factory=dict)
    parts: dict[str, Mapping[str, str]] = field(default_factory=dict)


class Site:
    """The pages of one site. ``pages_url`` is the operator's stand-in for all pages."""

    def __init__(self, client: Client, source: ArticleSource, *, clock: Clock, pages_url: str | None = None) -> None:
        self._client = client
        self._elapsed: Callable[[], float] = clock.monotonic
        self._source = source
        self._pages_url = pages_url

    def listing(self, seen: Seen) -> Listing | Failure:
        """The pages that are admitted, on the listing's own host. An index of sitemaps is believed as a whole."""
        listed = _Gathering()
        failure = self._feed(listed, seen) if self._source.way is Way.FEED else self._sitemaps(listed, seen)
        if failure is not None:
            return failure
        if len(listed.pages) > MOST_PAGES:
            return Unreadable(reason=f"{self._source.place}: more than {MOST_PAGES} articles; part them by patterns")
        return Listing(pages=listed.pages, parts=listed.parts, is_whole=self._source.way is Way.SITEMAP)

    def ask(self, address: str, *, validators: Mapping[str, str]) -> Answer:
        """One page; with validators ``Unmodified`` where it is as it was."""
        return self._get(address, accept=_ARTICLES, validators=validators, largest=LARGEST_PAGE)

    def _feed(self, listed: _Gathering, seen: Seen) -> Failure | None:
        url = self._source.place
        came = self._listing_file(url, seen)
        if isinstance(came, Unmodified):
            self._as_before(listed, seen, url)
            return None
        if not isinstance(came, Came):
            return came
        try:
            items = read_feed(came.body, url=came.url, charset=_charset(came.media_type))
        except UnreadablePage as error:
            return Unreadable(reason=f"{url}: {error}", evidence=_start(came))
        self._take(listed, items, url, came)
        return None

    def _sitemaps(self, listed: _Gathering, seen: Seen) -> Failure | None:
        """The sitemap, and those it names where it is an index. The index itself is always asked for in full."""
        url = self._source.place
        first = self._sitemap(url, listed, seen)
        if not isinstance(first, SitemapPart):
            return first
        own = [link for link in first.further if self._is_own(link)]
        if first.is_index and not 0 < len(own) <= MOST_SITEMAPS:
            return Unreadable(reason=f"{url}: an index of {len(own)} sitemaps: give the one that lists the articles")
        begun = self._elapsed()
        for link in own:
            part = self._sitemap(link, listed, seen)
            if isinstance(part, Throttled) and listed.parts:
                return Unreadable(reason=f"{link}: {part.reason}; where it is always so slow, give one of the sitemaps")
            if not isinstance(part, SitemapPart):
                return part
            if self._elapsed() - begun > LONGEST_LISTING_SECONDS:
                return Unreachable(reason=f"{url}: its sitemaps take too long; give one of them")
            if part.is_index:
                return Unreadable(reason=f"{link}: an index inside an index of sitemaps; give one of them")
        return None

    def _sitemap(self, url: str, listed: _Gathering, seen: Seen) -> SitemapPart | Failure:
        came = self._listing_file(url, seen)
        if isinstance(came, Unmodified):
            self._as_before(listed, seen, url)
            return SitemapPart()
        if not isinstance(came, Came):
            return came
        try:
            part = read_sitemap(came.body, url=came.url)
        except UnreadablePage as error:
            return Unreadable(reason=f"{url}: {error}", evidence=_start(came))
        if not part.is_index:
            self._take(listed, part.entries, url, came)
        return part

    def _listing_file(self, url: str, seen: Seen) -> Came | Unmodified | Failure:
        validators = seen.parts.get(url, {})
        came = self._get(url, accept=_LISTINGS[self._source.way], validators=validators, largest=LARGEST_LISTING)
        if isinstance(came, Gone):
            return Unreadable(reason=f"HTTP {came.status}: there is no {self._source.way} at {url}")
        if isinstance(came, Unmodified) and not validators:
            return Unreadable(reason=f"{url}: not modified, though nothing was said to be held")
        return came

    def _take(self, listed: _Gathering, entries: tuple[Entry, ...], url: str, came: Came) -> None:
        for entry in entries:
            address = _untracked(entry.url)
            if address and self._is_own(address) and self._source.admits(path_of("", address)):
                listed.pages[address] = Listed(stamp=entry.stamp, part=url)
        listed.parts[url] = came.validators

    def _as_before(self, listed: _Gathering, seen: Seen, url: str) -> None:
        """A file of the listing that is as it was lists what it listed."""
        for address, page in seen.pages.items():
            if page.listed and page.part == url:
                listed.pages[address] = Listed(stamp=page.stamp, part=url)
        listed.parts[url] = seen.parts[url]

    def _is_own(self, url: str) -> bool:
        """Whether an address lies on the listing's host, with or without ``www.``; the listing itself is no page."""
        return _host(url) == _host(self._source.place) and url != self._source.place

    def _get(self, url: str, *, accept: str, validators: Mapping[str, str], largest: int) -> Answer:
        manners = Manners(
            pace_seconds=self._source.pace_seconds,
            deadline_seconds=30,
            max_bytes=largest,
            guarded=not self._pages_url,
            respect_robots=not self._pages_url,
        )
        asked = asked_at(url, self._pages_url)
        match self._client.get(asked, manners=manners, headers={"Accept": accept, **validators}):
            case Fetched(url=final, body=body, headers=headers, moved=moved):
                return Came(
                    body=body,
                    url=shown_as(final, self._pages_url),
                    media_type=headers.get("content-type", ""),
                    validators={name: headers[key] for key, name in CONDITIONS.items() if headers.get(key)},
                    moved=moved,
                )
            case Unreachable(reason=reason):
                return Unreachable(reason=f"{url}: {reason}")
            case Unreadable(reason=reason, evidence=evidence):
                return Unreadable(reason=f"{url}: {reason}", evidence=evidence)
            case Gone() | Throttled() | Unmodified() as outcome:
                return outcome


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _untracked(url: str) -> str:
    """Without what feeds put behind an address to count their readers."""
    address, mark, query = url.partition("?")
    kept = "&".join(part for part in query.split("&") if not part.startswith("utm_"))
    return f"{address}{mark}{kept}" if kept else address


def _charset(media_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", media_type, re.I)
    return found.group(1) if found else ""


def _start(came: Came) -> str:
    return came.body[:300].decode("utf-8", "replace")
