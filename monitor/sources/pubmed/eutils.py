"""The E-utilities' HTTP: one pace, one contact, GET or POST by size (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.domain.outcomes import Failure, Fetched, FetchOutcome, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net import Client, Manners
from monitor.sources.pubmed.answers import Search, search, small_answer, trouble
from monitor.sources.pubmed.reader import UnreadableXml, read_set

TOOL = "freshness-monitor"
LONG = 1500
"""Characters of parameters from which a request is posted."""
FETCHED_AT_ONCE = 200


class Eutils:
    """Speaks to E-utilities. Every method returns its answer or a failure value, and never raises for the upstream."""

    def __init__(self, client: Client, base_url: str, *, email: str, api_key: str | None) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/") + "/"
        self._who = {"tool": TOOL, "email": email, **({"api_key": api_key} if api_key else {})}
        self._manners = Manners(pace_seconds=0.11 if api_key else 0.36, deadline_seconds=120.0)

    def search(self, term: str, *, web_env: str = "", **parameters: str | int) -> Search | Failure:
        """ESearch; with ``web_env`` a term may speak of ``#1``."""
        more = {"WebEnv": web_env} if web_env else {}
        answer = self._ask("esearch.fcgi", {"db": "pubmed", "retmode": "xml", "term": term, **more, **_text(parameters)})
        return search(answer) if isinstance(answer, Fetched) else answer

    def post(self, pmids: Sequence[str]) -> tuple[str, str] | Failure:
        """EPost of at most 10,000 ids: WebEnv and query key, to be used at once and never kept."""
        answer = self._ask("epost.fcgi", {"db": "pubmed", "id": ",".join(pmids)})
        read = small_answer(answer) if isinstance(answer, Fetched) else answer
        if isinstance(read, Throttled | Unreachable | Unreadable):
            return read
        if not isinstance(read, Mapping) or not read.get("WebEnv"):
            return Unreadable(reason="an EPost answer without WebEnv")
        return str(read["WebEnv"]), str(read["QueryKey"])

    def fetch(self, pmids: Sequence[str]) -> Fetched | Failure:
        """EFetch of some hundred ids; checked to be a whole set of records."""
        return self._records({"db": "pubmed", "retmode": "xml", "id": ",".join(pmids)})

    def is_gone(self, pmid: str) -> bool | Failure:
        """Whether ESummary confirms that there is no such record."""
        answer = self._ask("esummary.fcgi", {"db": "pubmed", "retmode": "json", "id": pmid})
        if not isinstance(answer, Fetched):
            return answer
        if b"cannot get document summary" in answer.body:
            return True
        if failure := trouble(answer):
            return failure
        return b'"uids"' in answer.body and f'"{pmid}":'.encode() not in answer.body.replace(b" ", b"")

    def build(self) -> str | Failure:
        """PubMed's data version."""
        answer = self._ask("einfo.fcgi", {"db": "pubmed", "retmode": "xml"})
        read = small_answer(answer) if isinstance(answer, Fetched) else answer
        if isinstance(read, Throttled | Unreachable | Unreadable):
            return read
        info: Any = read.get("DbInfo") or {}
        info = info[0] if isinstance(info, list) else info  # Older and newer DTDs differ here.
        return str(info.get("DbBuild") or info.get("LastUpdate") or "")

    def match_citations(self, lines: Iterable[str]) -> str | Failure:
        """ECitMatch: its plain text, a line per citation it could classify."""
        answer = self._ask("ecitmatch.cgi", {"db": "pubmed", "retmode": "xml", "bdata": "\r".join(lines)})
        if not isinstance(answer, Fetched):
            return answer
        return trouble(answer) or answer.body.decode("utf-8", "replace")

    def _records(self, parameters: Mapping[str, str]) -> Fetched | Failure:
        answer = self._ask("efetch.fcgi", parameters)
        if not isinstance(answer, Fetched):
            return answer
        if failure := trouble(answer):
            return failure
        try:
            read_set(answer.body)
        except UnreadableXml as error:
            return Unreadable(reason=str(error))
        return answer

    def _ask(self, path: str, parameters: Mapping[str, str]) -> Fetched | Failure:
        sent = {**parameters, **self._who}
        url = self._base_url + path
        is_long = sum(len(value) for value in sent.values()) > LONG or sent.get("id", "").count(",") >= 199
        outcome = (self._client.post(url, data=sent, manners=self._manners) if is_long
                   else self._client.get(url, params=sent, manners=self._manners))
        return _answered(outcome)


def _answered(outcome: FetchOutcome) -> Fetched | Failure:
    match outcome:
        case Gone(status=status):
            return Unreadable(reason=f"the address of the service answers {status}")
        case Unmodified():
            return Unreadable(reason="304 to a request without validators")
        case _:
            return outcome


def _text(parameters: Mapping[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items()}
