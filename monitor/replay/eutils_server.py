"""NCBI's E-utilities for PubMed, as strict and as forgiving as the real ones (upstreams.md 2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from monitor.replay import eutils_answers as answers
from monitor.replay.answers import Answer, Request, html_answer, text_answer
from monitor.replay.citmatch import Journals, match_citations
from monitor.replay.eutils_history import History, Pmids, UnknownHistory
from monitor.replay.eutils_manners import Manners, too_fast
from monitor.replay.eutils_summaries import summaries_json, summaries_xml
from monitor.replay.faults import Upstream
from monitor.replay.pubmed_dates import period
from monitor.replay.pubmed_fields import Match, find_field
from monitor.replay.pubmed_search import Collection, Found, most_relevant, search
from monitor.replay.world import World

DEFAULT_API_KEYS: Mapping[str, int] = {"replay-key": 10}
"""Valid keys and their requests per second. NCBI grants higher rates by arrangement; a world's host may too."""
REACHABLE = 9999
"""PubMed's searches reach this many records, whatever the documents say."""
MOST_POSTED = 10000
_BASE = "/entrez/eutils/"
_DEFAULT_RETMAX = 20
_SORTS: dict[str, Callable[[Collection, str], str]] = {
    "pub_date": lambda held, pmid: str(max(held.standing[pmid].days("PDAT"), default="")),
    "Author": lambda held, pmid: " ".join(next(iter(held.standing[pmid].article.fields.get("FAUT", ())), ())),
    "JournalName": lambda held, pmid: " ".join(next(iter(held.standing[pmid].article.fields.get("JOUR", ())), ())),
}


class Refused(Exception):
    """A request that E-utilities refuse in words. Carries the text of the ERROR element and the status."""

    def __init__(self, text: str, status: int = HTTPStatus.OK) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    start: int
    size: int

    def of(self, pmids: Pmids) -> Pmids:
        return pmids[self.start : self.start + self.size]


class Eutils:
    """ESearch, EPost, EFetch, ESummary, EInfo and ECitMatch over a world's PubMed."""

    upstream = Upstream.PUBMED

    def __init__(self, world: World, violations: list[str], api_keys: Mapping[str, int] = DEFAULT_API_KEYS) -> None:
        self._world = world
        self._manners = Manners(violations, api_keys)
        self._history = History()
        self._journals: tuple[Collection, Journals] | None = None
        self._verbs: dict[str, Callable[[Request], Answer]] = {
            "esearch.fcgi": self._search,
            "epost.fcgi": self._post,
            "efetch.fcgi": self._fetch,
            "esummary.fcgi": self._summarise,
            "einfo.fcgi": self._inform,
            "ecitmatch.cgi": self._match,
        }

    def answer(self, request: Request) -> Answer:
        """Answer as NCBI would; broken manners are noted, and refused where NCBI refuses them."""
        verb = self._verbs.get(request.path.removeprefix(_BASE)) if request.path.startswith(_BASE) else None
        if verb is None:
            return html_answer(
                "404 Not Found", "The requested URL was not found on this server.", status=HTTPStatus.NOT_FOUND
            )
        refusal = self._manners.refuse(request)
        if refusal is not None:
            return refusal
        try:
            self._check_database(request)
            return verb(request)
        except Refused as refused:
            return answers.error(request, refused.text, refused.status)

    def error(self, request: Request) -> Answer:
        """The search backend is down, which NCBI says with HTTP 200."""
        return answers.error(
            request, "Search Backend failed: Couldn't resolve #PMQuerySrv, the address table is empty."
        )

    def throttled(self) -> Answer:
        """Too many requests, as NCBI says it."""
        return too_fast("127.0.0.1", 4, 3)

    def prolog(self, request: Request) -> Answer:
        """An XML prolog without a root element, or an opening brace."""
        return answers.prolog(request)

    def expire_history(self) -> None:
        """Forget every WebEnv."""
        self._history.expire()

    def _check_database(self, request: Request) -> None:
        asked = request.parameters.get("db")
        if asked != "pubmed" and not (asked is None and request.path.endswith("einfo.fcgi")):
            raise Refused(f"Invalid db name specified: {asked or ''}")

    def _search(self, request: Request) -> Answer:
        asked = request.parameters
        collection = self._world.collection()
        found = self._found(asked, collection)
        pmids = _sorted(found.pmids, asked, collection)
        if asked.get("rettype") == "count":
            return answers.count(request, len(pmids))
        window = _window(asked, _DEFAULT_RETMAX)
        if window.start > REACHABLE - 1:
            raise Refused(
                "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, "
                "ESearch can only retrieve the first 9,999 records matching the query. To obtain more than "
                "9,999 PubMed records, consider using EDirect, which contains additional logic to batch "
                "PubMed search results."
            )
        history = self._history.store(pmids, asked.get("WebEnv", "")) if asked.get("usehistory") == "y" else None
        reachable = pmids[:REACHABLE]
        cut = window.start + window.size > REACHABLE and len(pmids) > REACHABLE
        messages = (
            [f"Restrictions achieved. start and count adjusted to {window.start}, {len(window.of(reachable))}"]
            if cut
            else []
        )
        if not pmids:
            messages.append("No items found.")
        return answers.search_result(request, found, len(pmids), window.start, window.of(reachable), messages, history)

    def _found(self, asked: Mapping[str, str], collection: Collection) -> Found:
        term = asked.get("term", "").strip()
        earlier = self._history.results(asked.get("WebEnv", ""))
        if asked.get("query_key"):
            term = f"#{asked['query_key']} AND ({term})" if term else f"#{asked['query_key']}"
        if not term:
            raise Refused("Empty term and query_key - nothing todo")
        limit = _date_limit(asked, collection.today)
        try:
            return search(f"({term}) AND {limit}" if limit else term, collection, earlier, asked.get("field", ""))
        except KeyError as unknown:
            raise Refused(f"Unable to obtain query #{unknown.args[0]}") from None

    def _post(self, request: Request) -> Answer:
        written = _written_ids(request)
        valid = tuple(pmid for pmid in written if pmid.isdigit() and int(pmid) > 0)
        if len(written) > MOST_POSTED:
            raise Refused(f"Too many UIDs in request. Maximum number of UIDs is {MOST_POSTED}", HTTPStatus.BAD_REQUEST)
        if not valid:
            return answers.post_refused(omitted=bool(written))
        web_env, key = self._history.store(valid, request.parameters.get("WebEnv", ""))
        return answers.posted(web_env, key, [pmid for pmid in written if pmid not in valid])

    def _fetch(self, request: Request) -> Answer:
        pmids = self._asked(request, MOST_POSTED, "eFetchResult")
        standing = self._world.collection().standing
        held = sorted((pmid for pmid in set(pmids) if pmid in standing), key=int, reverse=True)
        kind, mode = request.parameters.get("rettype", ""), request.parameters.get("retmode", "xml")
        if kind == "uilist" and mode == "text":
            return text_answer("".join(f"{pmid}\n" for pmid in held))
        if mode != "xml" or kind not in ("", "xml", "full", "abstract", "medline"):
            raise Refused(f"This stand-in does not write rettype={kind} retmode={mode}", HTTPStatus.BAD_REQUEST)
        return answers.articles([standing[pmid].article.xml for pmid in held], day=self._world.today)

    def _asked(self, request: Request, most: int, root: str) -> Pmids:
        """The PMIDs of a fetch: given in ``id``, or a window of a result in the history."""
        asked = request.parameters
        window = _window(asked, most)
        if asked.get("WebEnv") or asked.get("query_key"):
            return self._from_history(asked, window)
        written = _written_ids(request)
        if not written:
            raise Refused(
                "Empty id list - nothing todo" if root == "eFetchResult" else "Neither query_key nor id specified",
                HTTPStatus.BAD_REQUEST if root == "eFetchResult" else HTTPStatus.OK,
            )
        return window.of(written)

    def _from_history(self, asked: Mapping[str, str], window: _Window) -> Pmids:
        try:
            pmids = self._history.result(asked.get("WebEnv", ""), asked.get("query_key", ""))
        except UnknownHistory as unknown:
            raise Refused(f"Unable to obtain query #{unknown}", HTTPStatus.BAD_REQUEST) from None
        if window.start >= REACHABLE:
            raise Refused("Cannot retrieve records past the first 9,999", HTTPStatus.BAD_REQUEST)
        return window.of(pmids[:REACHABLE])

    def _summarise(self, request: Request) -> Answer:
        pmids = self._asked(request, MOST_POSTED, "eSummaryResult")
        standing = self._world.collection().standing
        found = [(pmid, standing[pmid].article if pmid in standing else None) for pmid in dict.fromkeys(pmids)]
        return summaries_json(found) if request.parameters.get("retmode") == "json" else summaries_xml(found)

    def _inform(self, request: Request) -> Answer:
        if "db" not in request.parameters:
            return answers.databases(request)
        return answers.information(request, self._world.today, len(self._world.collection().standing))

    def _match(self, request: Request) -> Answer:
        collection = self._world.collection()
        if self._journals is None or self._journals[0] is not collection:
            self._journals = (collection, Journals(held.article for held in collection.standing.values()))
        return text_answer(match_citations(request.parameters.get("bdata", ""), self._journals[1]))


def _written_ids(request: Request) -> Pmids:
    return tuple(re.findall(r"[^,\s]+", request.parameters.get("id", "")))


def _window(asked: Mapping[str, str], most: int) -> _Window:
    try:
        start, size = int(asked.get("retstart") or 0), int(asked.get("retmax") or most)
    except ValueError:
        raise Refused("retstart and retmax must be integers", HTTPStatus.BAD_REQUEST) from None
    return _Window(start=max(start, 0), size=min(max(size, 0), MOST_POSTED))


def _sorted(pmids: Pmids, asked: Mapping[str, str], collection: Collection) -> Pmids:
    sort = asked.get("sort", "")
    if sort == "relevance":
        return most_relevant(pmids, asked.get("term", ""), collection)
    if sort not in _SORTS:
        return pmids
    return tuple(sorted(pmids, key=lambda pmid: _SORTS[sort](collection, pmid), reverse=sort == "pub_date"))


def _date_limit(asked: Mapping[str, str], today: date) -> str:
    """The limit of ``datetype``, ``reldate``, ``mindate`` and ``maxdate`` as a part of the query; "" for none.

    NCBI's documents: mindate and maxdate only work together, so one alone is ignored.
    """
    kind = asked.get("datetype", "pdat")
    known = find_field(kind)
    if known is None or known.match is not Match.DATE:
        return ""
    if asked.get("reldate", "").isdigit():
        low = today - timedelta(days=int(asked["reldate"]))
        return f"{low:%Y/%m/%d}:{today:%Y/%m/%d}[{kind}]"
    low_text, high_text = asked.get("mindate", ""), asked.get("maxdate", "")
    if period(low_text, today) is None or period(high_text, today) is None:
        return ""
    return f"{low_text}:{high_text}[{kind}]"
