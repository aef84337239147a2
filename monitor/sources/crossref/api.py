"""Crossref's REST API: works by DOI, alone and in lists, walks by cursor, and its manners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never
from urllib.parse import quote

import monitor
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Fetched, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net import Client, Manners
from monitor.sources.crossref.answers import (
    Item,
    Page,
    agency_of,
    explained,
    is_spent_cursor,
    message_of,
    misplaced,
    page_of,
    says_not_held,
)
from monitor.sources.crossref.pace import Pace, Route
from monitor.sources.crossref.reader import doi_of

IDS_AT_A_TIME = 40
LONGEST_FILTER = 4_000
LONGEST_CITATION = 600
ROWS = 1000
MOST_PAGES = 500
TRIES = 2
"""A walk whose cursor expires, or whose count moves under it, is begun again once."""

FIELDS = (
    "DOI,type,title,container-title,short-container-title,publisher,published,published-print,published-online,issued,"
    "posted,volume,issue,page,article-number,author,updated-by,update-to,relation,clinical-trial-number,indexed"
)
"""What is read of a work and may be selected; ``subtype`` may not, and comes with works that are asked for alone."""

Take: TypeAlias = Callable[[Item], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """A walk that was not begun: its list is longer than the caller wanted to read."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """A walk that came to no good end and may be tried again."""

    reason: str


@dataclass(slots=True)
class _Walk:
    """How far a walk has come: the DOIs handed out, and what each page said of the length of the list."""

    seen: set[str] = field(default_factory=set)
    totals: list[int] = field(default_factory=list)

    def step(self, page: Page) -> tuple[Item, ...]:
        """The works of a page that no page before it held."""
        new = {item["DOI"].lower(): item for item in page.items if item["DOI"].lower() not in self.seen}
        self.seen |= new.keys()
        self.totals.append(page.total)
        return tuple(new.values())

    def objection(self) -> _Broken | None:
        """Why this cannot have been the whole list. It may have grown while it was read."""
        if min(self.totals) <= len(self.seen) <= max(self.totals):
            return None
        return _Broken(reason=f"Crossref counts {self.totals[-1]} works, and hands out {len(self.seen)}")


class Api:
    """Speaks HTTP with Crossref. Whatever comes back is a value.

    With a ``contact`` address Crossref answers from its polite pool, without one from the public pool.
    """

    def __init__(self, client: Client, base_url: str, *, contact: str = "", pace: Pace | None = None) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._pace = pace or Pace()
        self._identity = {"mailto": contact} if contact else {}
        name = f"freshness-monitor/{monitor.__version__}"
        self._manners = Manners(
            deadline_seconds=120,
            max_bytes=200_000_000,
            user_agent=f"{name} (mailto:{contact})" if contact else name,
        )

    def url_of(self, doi: Identifier) -> str:
        """Where the API holds one work."""
        return f"{self._base}/works/{quote(doi.value, safe='')}"

    def work(self, doi: Identifier) -> Item | Gone | Failure:
        """One work by its DOI. Another DOI that leads to it is redirected, and the work comes under its own."""
        answer = self._ask(Route.SINGLE, self.url_of(doi))
        if isinstance(answer, Gone):
            return answer if says_not_held(answer) else misplaced(answer)
        if not isinstance(answer, Fetched):
            return answer
        item = message_of(answer.body, "work")
        if isinstance(item, Unreadable):
            return item
        if doi_of(item.get("DOI")) != doi and not answer.moved:
            return Unreadable(reason=f"asked for {doi}, Crossref answered with {str(item.get('DOI'))[:80]!r}")
        return item

    def agency(self, doi: Identifier) -> str | Failure:
        """Who registered a DOI; empty when nobody did."""
        answer = self._ask(Route.SINGLE, f"{self.url_of(doi)}/agency")
        if isinstance(answer, Gone):
            return "" if says_not_held(answer) else misplaced(answer)
        return agency_of(answer.body) if isinstance(answer, Fetched) else answer

    def listed(self, dois: Iterable[Identifier]) -> dict[Identifier, Item] | Failure:
        """What the lists hand out of these works. What they leave out must be asked for alone."""
        found: dict[Identifier, Item] = {}
        for portion in _portions(dois):
            page = self._page(filters=",".join(f"doi:{doi.value}" for doi in portion), rows=len(portion))
            if isinstance(page, Gone):
                return misplaced(page)
            if not isinstance(page, Page):
                return page
            if page.total != len(page.items):
                told = f"Crossref counts {page.total} works, and hands out {len(page.items)}"
                return Unreadable(reason=told, evidence=f"{len(portion)} DOIs asked for")
            items = {doi: item for item in page.items if (doi := doi_of(item["DOI"]))}
            found.update({doi: items[doi] for doi in portion if doi in items})
        return found

    def resembling(self, citation: str, *, most: int) -> tuple[Item, ...] | Failure:
        """The works that share most words with a citation, the best first. Something always comes, right or not."""
        asked = {"query.bibliographic": citation[:LONGEST_CITATION], "rows": str(most), "select": FIELDS}
        answer = self._ask(Route.LIST, f"{self._base}/works", {**asked, "sort": "relevance", "order": "desc"})
        if isinstance(answer, Gone):
            return misplaced(answer)
        if not isinstance(answer, Fetched):
            return answer
        page = page_of(answer.body)
        return page.items if isinstance(page, Page) else page

    def walk(self, filters: str, *, fields: str, take: Take, most: int = ROWS * MOST_PAGES) -> Flood | Failure | None:
        """Hand every work of a list to ``take``, to some maybe twice. None means that it was the whole list."""
        reason = ""
        for _ in range(TRIES):
            outcome = self._walk(filters, fields, take, most)
            if not isinstance(outcome, _Broken):
                return outcome
            reason = outcome.reason
        return Unreadable(reason=f"{reason}, twice")

    def _walk(self, filters: str, fields: str, take: Take, most: int) -> Flood | Failure | _Broken | None:
        """All pages. Crossref may give the same cursor for every page: only a page without news goes round."""
        walk, cursor = _Walk(), "*"
        for _ in range(MOST_PAGES + 1):
            page = self._page(filters=filters, rows=ROWS, fields=fields, cursor=cursor)
            if isinstance(page, Gone):
                return _Broken(reason="Crossref's cursor expired") if is_spent_cursor(page) else misplaced(page)
            if not isinstance(page, Page):
                return page
            if page.total > most:
                return Flood(total=page.total)
            new = walk.step(page)
            for item in new:
                take(item)
            if len(page.items) < ROWS or not page.next_cursor:
                return walk.objection()
            if not new:
                return Unreadable(reason="Crossref's pages go round in a circle", evidence=page.next_cursor[:80])
            cursor = page.next_cursor
        return Unreadable(reason=f"more than {MOST_PAGES} pages for one question")

    def _page(self, *, filters: str, rows: int, fields: str = FIELDS, cursor: str = "") -> Page | Gone | Failure:
        asked = {"filter": filters, "select": fields, "rows": str(rows)}
        answer = self._ask(Route.LIST, f"{self._base}/works", {**asked, **({"cursor": cursor} if cursor else {})})
        return page_of(answer.body) if isinstance(answer, Fetched) else answer

    def _ask(self, route: Route, url: str, params: Mapping[str, str] | None = None) -> Fetched | Gone | Failure:
        """Ask at the pace of the answers until now; a slower one that this answer states holds from here on."""
        pace = self._pace.seconds(route)
        outcome = self._client.get(
            url,
            params={**(params or {}), **self._identity},
            manners=replace(self._manners, pace_seconds=pace),
            headers={"Accept": "application/json"},
        )
        match outcome:
            case Fetched(headers=headers):
                self._pace.learn(route, headers)
                if self._pace.seconds(route) > pace:
                    self._client.keep_off(url, seconds=self._pace.seconds(route))
                return outcome
            case Unmodified():
                return Unreadable(reason="not modified, though nothing was said of what we hold")
            case Unreadable():
                return explained(outcome)
            case Gone() | Throttled() | Unreachable():
                return outcome
            case _:
                assert_never(outcome)


def _portions(dois: Iterable[Identifier]) -> Iterator[tuple[Identifier, ...]]:
    """As many DOIs as one question holds. One with a comma, which parts filters, stands in none."""
    portion: list[Identifier] = []
    length = 0
    for doi in dois:
        if "," in doi.value:
            continue
        added = len(quote(f"doi:{doi.value},", safe=""))
        if portion and (len(portion) == IDS_AT_A_TIME or length + added > LONGEST_FILTER):
            yield tuple(portion)
            portion, length = [], 0
        portion.append(doi)
        length += added
    if portion:
        yield tuple(portion)
