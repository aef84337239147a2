"""The registry's API v2: its version, its studies by number, and its manners."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Fetched, FetchOutcome, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net import Client, Manners

PACE_SECONDS = 1.2
"""The robots file asks for 1 second; some 50 requests a minute is what the registry is said to bear."""

IDS_AT_A_TIME = 100
PAGE_SIZE = 1000
MOST_PAGES = 200
LARGEST_ANSWER = 200_000_000

Study: TypeAlias = dict[str, Any]


class Registry:
    """Speaks HTTP with ClinicalTrials.gov. Whatever comes back is a value.

    ``user_agent`` replaces our own, should the registry's edge refuse it for this host.
    """

    def __init__(
        self, client: Client, base_url: str, *, pace_seconds: float = PACE_SECONDS, user_agent: str | None = None
    ) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._internal = f"{self._base.removesuffix('/v2')}/int"
        self._manners = Manners(
            pace_seconds=pace_seconds, deadline_seconds=60, max_bytes=LARGEST_ANSWER, user_agent=user_agent
        )

    def data_version(self) -> str | Failure:
        """When the registry's data were loaded, as it states it itself."""
        answer = self._object("/version", {})
        if not isinstance(answer, dict):
            return answer if not isinstance(answer, Gone) else _misplaced(answer)
        stamp = answer.get("dataTimestamp")
        if not isinstance(stamp, str) or not stamp.strip():
            return Unreadable(reason="the registry's version comes without dataTimestamp", evidence=_shown(answer))
        return stamp.strip()

    def studies(
        self, identifiers: tuple[Identifier, ...], *, since: date | None = None, fields: str = ""
    ) -> tuple[Study, ...] | Failure:
        """Every study found for the identifiers, in as few requests as the registry allows.

        With ``since`` only those with an update posted on that day or later; ``fields`` cuts the studies down to what
        is named (``NCTId|NCTIdAlias``).
        """
        found: list[Study] = []
        for ids in _portions(identifiers):
            wanted = {"filter.ids": "|".join(identifier.value for identifier in ids)}
            if since is not None:
                wanted["filter.advanced"] = f"AREA[LastUpdatePostDate]RANGE[{since.isoformat()},MAX]"
            if fields:
                wanted["fields"] = fields
            studies = self._walk(wanted)
            if not isinstance(studies, list):
                return studies
            found += studies
        return tuple(found)

    def first_posted(self, asked: Mapping[str, str], *, since: date) -> tuple[Study, ...] | Failure:
        """Every study that answers a search and was posted for the first time on that day or later."""
        studies = self._walk({**asked, "filter.advanced": f"AREA[StudyFirstPostDate]RANGE[{since.isoformat()},MAX]"})
        return tuple(studies) if isinstance(studies, list) else studies

    def study(self, identifier: Identifier) -> Study | Gone | Failure:
        """One study by a number that may be an alias: the registry redirects to the study's own."""
        return self._object(f"/studies/{identifier.value}", {})

    def history(self, identifier: Identifier) -> dict[str, Any] | Gone | Failure:
        """The versions of a study, by the undocumented address beside the API."""
        return self._object(f"/studies/{identifier.value}", {"history": "true"}, base=self._internal)

    def version_of(self, identifier: Identifier, number: int) -> dict[str, Any] | Gone | Failure:
        """One version of a study, by the undocumented address beside the API."""
        return self._object(f"/studies/{identifier.value}/history/{number}", {}, base=self._internal)

    def url_of(self, identifier: Identifier) -> str:
        """Where the API holds one study."""
        return f"{self._base}/studies/{identifier.value}"

    def _walk(self, asked: Mapping[str, str]) -> list[Study] | Failure:
        """All pages of one question. A page may be empty and yet not be the last."""
        found: list[Study] = []
        tokens: set[str] = set()
        params = {**asked, "pageSize": str(PAGE_SIZE), "format": "json"}
        for _ in range(MOST_PAGES):
            page = self._object("/studies", params)
            if isinstance(page, Gone):
                return _misplaced(page)
            if not isinstance(page, dict):
                return page
            if (objection := _wrong_page(page)) is not None:
                return objection
            found += page["studies"]
            token = page.get("nextPageToken") or ""
            if not token:
                return found
            if token in tokens:
                return Unreadable(reason="the registry's pages go round in a circle", evidence=token[:80])
            tokens.add(token)
            params = {**params, "pageToken": token}
        return Unreadable(reason=f"more than {MOST_PAGES} pages for one question")

    def _object(self, path: str, params: Mapping[str, str], *, base: str = "") -> dict[str, Any] | Gone | Failure:
        outcome = self._client.get(
            f"{base or self._base}{path}", params=params, manners=self._manners, headers={"Accept": "application/json"}
        )
        return _read_object(outcome)


def _read_object(outcome: FetchOutcome) -> dict[str, Any] | Gone | Failure:
    match outcome:
        case Fetched(body=body):
            return _parse(body)
        case Unmodified():
            return Unreadable(reason="not modified, though nothing was said of what we hold")
        case Gone() | Throttled() | Unreachable() | Unreadable():
            return outcome
        case _:
            assert_never(outcome)


def _parse(body: bytes) -> dict[str, Any] | Unreadable:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Unreadable(reason=f"not JSON, or cut: {error}", evidence=body[:300].decode("utf-8", "replace"))
    if not isinstance(answer, dict):
        return Unreadable(reason=f"JSON, but no object: {type(answer).__name__}", evidence=_shown(answer))
    return answer


def _wrong_page(page: dict[str, Any]) -> Unreadable | None:
    """Why a page of studies cannot be one; a list may be empty, but it must be there."""
    studies, token = page.get("studies"), page.get("nextPageToken")
    if not isinstance(studies, list) or not all(isinstance(study, dict) for study in studies):
        return Unreadable(reason="a page of studies comes without its list of studies", evidence=_shown(page))
    if token is not None and not isinstance(token, str):
        return Unreadable(reason="a page token is no text", evidence=_shown(token))
    return None


def _misplaced(gone: Gone) -> Unreadable:
    return Unreadable(reason=f"HTTP {gone.status}: the registry's API is not at this address", evidence=gone.url)


def _portions(identifiers: tuple[Identifier, ...]) -> Iterator[tuple[Identifier, ...]]:
    for start in range(0, len(identifiers), IDS_AT_A_TIME):
        yield identifiers[start : start + IDS_AT_A_TIME]


def _shown(answer: object) -> str:
    return repr(answer)[:300]
