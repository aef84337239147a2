"""One visit to an article's page, and whether what it shows can be believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

import structlog

from monitor.domain.article_sources import ArticleSource
from monitor.domain.articles import ParsedArticle
from monitor.domain.outcomes import Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.sources.articles.agenda import is_due_in_full, plain
from monitor.sources.articles.believing import doubt_of, is_only_dated_today
from monitor.sources.articles.seen import SeenPage, digest_of
from monitor.sources.articles.shelves import Came, Shelf

log = structlog.get_logger()

GONE_AFTER = 3
"""So many polls running must a page answer 404 before it counts as gone; 410 says it at once."""
MOVED_AFTER = 3
"""So many polls running must a page lead to another address for good before that is where it is."""

Read: TypeAlias = Callable[[bytes, str, str], ParsedArticle]
"""Reads a page: its bytes, its address or file name, and its media type. Raises ValueError where it is no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of a visit: what is remembered of the page, and its article where that is new or changed.

    ``gone`` says how it was seen that the page is no more, ``url`` where it was found.
    """

    page: SeenPage
    parsed: ParsedArticle | None = None
    gone: str = ""
    url: str = ""
    is_unreachable: bool = False


class Visitor:
    """Visits the pages of one source of articles."""

    def __init__(self, shelf: Shelf, source: ArticleSource, read: Read) -> None:
        self._shelf = shelf
        self._source = source
        self._read = read

    def visit(self, address: str, page: SeenPage, now: datetime) -> Visit | Throttled:
        """Ask for a page, only if it changed where nothing else is to be found out.

        A change is believed once a second question gives the same answer, and there is no other doubt about it.
        """
        visited = replace(page, due=False)
        came = self._shelf.ask(address, validators=self._validators(address, page, now))
        match came:
            case Throttled():
                return came
            case Unmodified() if not self._validators(address, page, now):
                return Visit(page=replace(visited, trouble=f"{address}: not modified, though we said to hold nothing"))
            case Unmodified():
                return Visit(page=visited.unmodified(now), url=address)
            case Gone(status=status):
                return self._gone(address, visited, status)
            case Unreachable(reason=reason):
                return Visit(page=replace(visited, strikes=0, trouble=reason), is_unreachable=True)
            case Unreadable(reason=reason):
                return Visit(page=replace(visited, strikes=0, trouble=reason))
            case Came():
                return self._came(address, visited, came, now)

    def _validators(self, address: str, page: SeenPage, now: datetime) -> Mapping[str, str]:
        """Those of the last reading, where there is nothing else to be found out than whether it changed."""
        is_odd = page.held or page.moves or page.strikes or page.trouble or not page.is_followed
        return {} if is_odd or is_due_in_full(address, page, self._source, now) else page.validators

    def _came(self, address: str, page: SeenPage, came: Came, now: datetime) -> Visit:
        if objection := _astray(address, came):
            return Visit(page=replace(page, trouble=objection))
        parsed = self._parsed(came)
        if isinstance(parsed, str):
            return Visit(page=replace(page, trouble=parsed))
        digest = digest_of(parsed)
        moved = _moves(address, page, came)
        if is_only_dated_today(page, parsed, now.date()):
            return Visit(page=replace(moved.unmodified(now), strikes=0, held="", trouble=""), url=came.url)
        is_changed = bool(page.digest) and digest != page.digest
        if is_changed and (doubt := self._doubt(address, moved, parsed, digest)) is not None:
            return doubt
        is_news = digest != page.digest or page.removed
        read = moved.read_as(parsed, digest=digest, validators=came.validators, now=now)
        return Visit(page=read, parsed=parsed if is_news else None, url=came.url)

    def _doubt(self, address: str, page: SeenPage, parsed: ParsedArticle, digest: str) -> Visit | None:
        """Why a change is not believed yet; None where it is. What the last look held already is asked for once."""
        if page.held.partition("@")[0] != digest:
            again = self._shelf.ask(address, validators={})
            if isinstance(again, Throttled):
                held = f"{digest}@{self._source.rules_digest}"
                return Visit(page=replace(page, held=held, due=not page.held, trouble=f"{address}: {again.reason}"))
            second = self._parsed(again) if isinstance(again, Came) else "asked twice, it came only once"
            if isinstance(second, str) or digest_of(second) != digest:
                return Visit(page=replace(page, trouble=f"{address}: asked twice, it showed two different things"))
        if doubt := doubt_of(page, parsed, digest=digest, rules=self._source.rules_digest):
            return Visit(page=replace(page, held=doubt.held, trouble=f"{address}: {doubt.reason}"))
        return None

    def _gone(self, address: str, page: SeenPage, status: int) -> Visit:
        """404 or 410. Of a page that is listed, and of one that was never read, it is only told."""
        if not page.is_followed:
            return Visit(page=replace(page, trouble=f"{address} is listed, but answers {status}"))
        if page.listed:
            return Visit(page=replace(page, strikes=0, trouble=f"{address} is listed, but answers {status}"))
        strikes = page.strikes + 1
        if status == 410 or strikes >= GONE_AFTER:
            because = f"{address} is not listed any more, and answers {status}"
            if not _is_on_the_web(address):
                because = f"the file {address} is not in the folder any more"
            return Visit(page=replace(page, strikes=0, trouble="", moves=0, removed=True), gone=because)
        trouble = f"{address} is not listed any more and answers {status}, for {strikes} of {GONE_AFTER} polls"
        return Visit(page=replace(page, strikes=strikes, trouble=trouble))

    def _parsed(self, came: Came) -> ParsedArticle | str:
        """The article of a page, or why it is none."""
        try:
            return self._read(came.body, came.url, came.media_type)
        except ValueError as error:
            return str(error)
        except Exception as error:  # One page that our reader fails at must not hold up the others.
            log.exception("articles.reader_crashed", source=self._source.name)
            return f"{came.url}: our reader failed: {type(error).__name__}"


def _astray(address: str, came: Came) -> str:
    """Why what came is no state of the page: it was led to the front page, or for today only to another site."""
    if plain(came.url) == plain(address) or not _is_on_the_web(address):
        return ""
    asked, found = urlsplit(address), urlsplit(came.url)
    if found.path in {"", "/"} and asked.path not in {"", "/"}:
        return f"{address} leads to the front page of {found.netloc}"
    if not came.moved and found.netloc.removeprefix("www.") != asked.netloc.removeprefix("www."):
        return f"{address} leads to {found.netloc} for today"
    return ""


def _is_on_the_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _moves(address: str, page: SeenPage, came: Came) -> SeenPage:
    """Counts the visits running in which the address led to the same other one for good."""
    if not came.moved or plain(came.url) == plain(address):
        return replace(page, moved_to="", moves=0)
    return replace(page, moved_to=came.url, moves=page.moves + 1 if page.moved_to == came.url else 1)
