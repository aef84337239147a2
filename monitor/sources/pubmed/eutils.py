"""NCBI's E-utilities for PubMed, with their manners. Whatever comes back is a value.

Rules of use: https://www.ncbi.nlm.nih.gov/books/NBK25497/ ; parameters: https://www.ncbi.nlm.nih.gov/books/NBK25499/
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from monitor.domain.outcomes import Failure, Unreadable
from monitor.net import Client, Manners
from monitor.sources.pubmed.answers import Found, HistoryKey, read_build, read_found, read_posted
from monitor.sources.pubmed.elements import UnreadableXml
from monitor.sources.pubmed.faults import body_of, in_words, json_of, shown
from monitor.sources.pubmed.reader import ReadRecord, read_records

PACE_SECONDS = 0.36
PACE_SECONDS_WITH_KEY = 0.11
"""NCBI allows three requests a second, ten with a key (NBK25497); a little less leaves room for the clocks."""

REACHABLE = 9_999
"""PubMed's searches reach this many records of a result, whatever the documents say."""

IDS_AT_A_TIME = 200
_LONGEST_ADDRESS = 1_000
_LARGEST_ANSWER = 200_000_000
_MOST_MATCHES = 20
_NO_SUMMARY = "cannot get document summary"


class Eutils:
    """Speaks with the E-utilities under ``base_url``. ``api_key`` None or blank means that we have none."""

    def __init__(
        self,
        client: Client,
        base_url: str,
        *,
        email: str,
        api_key: SecretStr | str | None = None,
        tool: str = "freshness-monitor",
        pace_seconds: float | None = None,
        deadline_seconds: float = 120.0,
    ) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        key = (api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key or "").strip()
        # A key that is there but blank is refused like a wrong one.
        self._signature = {"tool": tool, "email": email, **({"api_key": key} if key else {})}
        usual = PACE_SECONDS_WITH_KEY if key else PACE_SECONDS
        self._pace = usual if pace_seconds is None else pace_seconds
        self._deadline = deadline_seconds

    def build(self) -> str | Failure:
        """Which build of PubMed answers: the data version of everything read after it."""
        body = self._ask("einfo.fcgi", {"db": "pubmed"})
        return read_build(body) if isinstance(body, bytes) else body

    def search(
        self,
        term: str,
        *,
        within: HistoryKey | None = None,
        keep: bool = False,
        start: int = 0,
        size: int = REACHABLE,
        sort: str = "",
    ) -> Found | Failure:
        """Search. ``within`` lets the term speak of ``#1``; ``keep`` puts the result on the history server.

        Complaints about the term are part of the answer: the caller says which of them it can bear.
        """
        params: dict[str, str | int] = {"db": "pubmed", "term": term, "retstart": start, "retmax": size}
        if within:
            params["WebEnv"] = within.webenv
        if keep or within:
            params["usehistory"] = "y"
        if sort:
            params["sort"] = sort
        body = self._ask("esearch.fcgi", params)
        return read_found(body) if isinstance(body, bytes) else body

    def post(self, pmids: Sequence[str]) -> HistoryKey | Failure:
        """Put ids on the history server, 10,000 at most."""
        body = self._ask("epost.fcgi", {"db": "pubmed", "id": ",".join(pmids)})
        return read_posted(body) if isinstance(body, bytes) else body

    def fetch(self, pmids: Sequence[str]) -> tuple[ReadRecord, ...] | Failure:
        """The records of some PMIDs, in any order; those PubMed does not hold are not among them."""
        return self._records({"id": ",".join(pmids)})

    def fetch_kept(self, history: HistoryKey, *, start: int, size: int) -> tuple[ReadRecord, ...] | Failure:
        """A window of the records of a kept result."""
        kept = {"WebEnv": history.webenv, "query_key": history.query_key}
        return self._records({**kept, "retstart": start, "retmax": size})

    def not_held(self, pmids: Sequence[str]) -> frozenset[str] | Failure:
        """Those of the PMIDs that PubMed itself says it has nothing about; the others it has."""
        body = self._ask("esummary.fcgi", {"db": "pubmed", "retmode": "json", "id": ",".join(pmids)})
        answer = json_of(body) if isinstance(body, bytes) else body
        if not isinstance(answer, dict):
            return answer
        result = answer.get("result")
        if not isinstance(result, dict) or not isinstance(result.get("uids"), list):
            return Unreadable(reason="summaries without their list of ids", evidence=str(answer)[:300])
        return frozenset(pmid for pmid in pmids if _is_not_held(pmid, result))

    def match_citations(self, places: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]] | Failure:
        """By key, the PMIDs that each citation (journal, year, volume, first page, author) may mean, if any.

        A hundred lines or so at a time. Answers are joined by key; what an answer leaves out was not found, or comes
        behind a line at which the server stopped: ask for it again without the others.
        """
        lines = ("|".join((*(_as_field(field) for field in fields), key, "")) for key, fields in places.items())
        asked = {"db": "pubmed", "retmode": "xml", "bdata": "\r".join(lines)}
        body = self._ask("ecitmatch.cgi", asked, expects_body=False)
        if not isinstance(body, bytes):
            return body
        text = body.decode("utf-8", "replace")
        if text.lstrip().startswith(("<", "{")):
            return in_words(text) if "ERROR" in text else Unreadable(reason="no citations", evidence=shown(body))
        return _matched(text, places.keys())

    def _records(self, params: Mapping[str, str | int]) -> tuple[ReadRecord, ...] | Failure:
        body = self._ask("efetch.fcgi", {"db": "pubmed", "retmode": "xml", **params})
        if not isinstance(body, bytes):
            return body
        try:
            return read_records(body)
        except UnreadableXml as error:
            failure = in_words(str(error))
            return Unreadable(reason=str(error), evidence=shown(body)) if isinstance(failure, Unreadable) else failure

    def _ask(self, verb: str, params: Mapping[str, str | int], *, expects_body: bool = True) -> bytes | Failure:
        """Long questions go by POST: a GET too long is refused."""
        url = f"{self._base}/{verb}"
        asked = {name: str(value) for name, value in {**params, **self._signature}.items()}
        manners = Manners(
            pace_seconds=self._pace,
            deadline_seconds=self._deadline,
            max_bytes=_LARGEST_ANSWER,
            expects_body=expects_body,
        )
        if len(urlencode(asked)) > _LONGEST_ADDRESS:
            return body_of(self._client.post(url, data=asked, manners=manners))
        return body_of(self._client.get(url, params=asked, manners=manners))


def _is_not_held(pmid: str, result: Mapping[str, Any]) -> bool:
    """A record that is gone has an error in its place, or, as others saw it, no place at all."""
    summary = result.get(pmid)
    if isinstance(summary, dict):
        return _NO_SUMMARY in str(summary.get("error", ""))
    return summary is None and pmid not in map(str, result["uids"])


def _matched(text: str, keys: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Joined by key: a miss may lose a field, and lines may be left out."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) >= 3 and parts[-2] in keys:
            listed = parts[-1].removeprefix("AMBIGUOUS").replace(",", " ").split()
            pmids = tuple(pmid for pmid in listed if pmid.isascii() and pmid.isdigit())
            found[parts[-2]] = pmids[:_MOST_MATCHES]
    return found


def _as_field(text: str) -> str:
    return " ".join(text.replace("|", " ").split())
