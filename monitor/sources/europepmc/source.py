"""Europe PMC as a source: all watched publications, read anew at each poll; a hint, never more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, assert_never

from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.outcomes import (
    Failure,
    Fetched,
    Gone,
    Polled,
    PollOutcome,
    PollRequest,
    Reading,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)
from monitor.domain.publications import Publication
from monitor.domain.works import CrossCheck
from monitor.net import Client, Manners
from monitor.sources.europepmc.citations import publication_of, query_of
from monitor.sources.europepmc.reader import READER, UnreadableResult, names_of, read_recording, read_result, to_raw

PACE_SECONDS = 1.0
AT_A_TIME = 25
"""So many publications are asked for in one question: its text stays short enough for an address."""
PAGE_SIZE = 100
"""More than a question can find, so that one page is all of it."""


@dataclass(slots=True)
class _Haul:
    readings: list[Reading] = field(default_factory=list)
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)


class EuropePmc:
    """Polls what Europe PMC shows of the watched publications. ``base_url`` ends before ``/search``.

    What it does not hold is no news: it takes its records from others, preprints apart.
    """

    name = "europepmc"
    reader = READER

    def __init__(self, client: Client, base_url: str) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._manners = Manners(pace_seconds=PACE_SECONDS, deadline_seconds=60, max_bytes=50_000_000)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Read every watched publication that Europe PMC holds. Any failure is the outcome of the whole poll."""
        if request.watch != "cited_set":
            return Unreadable(reason=f"Europe PMC has no watch of kind {request.watch!r}")
        haul = _Haul()
        for some in _portions(request.identifiers):
            if failure := self._take(haul, some):
                return failure
        return Polled(
            readings=tuple(haul.readings),
            covered=request.identifiers,
            cursor=request.now.date().isoformat(),
            unknown_values=tuple(haul.unknown),
        )

    def reread(self, raw: bytes) -> CrossCheck:
        """Read a kept result with today's reader. Raises :class:`UnreadableResult`."""
        return read_recording(raw)

    def find(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Publications that a citation may mean; they are compared with it by others."""
        query = query_of(citation)
        if not query:
            return ()
        answer = self._results(query, whole=False)
        if not isinstance(answer, list):
            return answer
        return tuple(found for result in answer if (found := publication_of(result)) is not None)

    def _take(self, haul: _Haul, asked: tuple[Identifier, ...]) -> Failure | None:
        answer = self._results(" OR ".join(map(_term, asked)))
        if not isinstance(answer, list):
            return answer
        seen: set[Identifier] = set()
        for result in answer:
            about = sorted(names_of(result) & set(asked))
            if not about:
                continue
            try:
                record, unknown = read_result(result, about[0])
            except UnreadableResult as error:
                return Unreadable(reason=str(error))
            haul.unknown.update(dict.fromkeys(unknown))
            if record.identifier not in seen:
                seen.add(record.identifier)
                haul.readings.append(
                    Reading(record=record, raw=to_raw(result, about[0]), url=record.identifier.url or "")
                )
        return None

    def _results(self, query: str, *, whole: bool = True) -> list[dict[str, Any]] | Failure:
        outcome = self._client.get(
            f"{self._base}/search",
            params={"query": query, "resultType": "core", "format": "json", "pageSize": str(PAGE_SIZE)},
            manners=self._manners,
            headers={"Accept": "application/json"},
        )
        match outcome:
            case Fetched(body=body):
                return _listed(body, whole=whole)
            case Unmodified():
                return Unreadable(reason="not modified, though nothing was said of what we hold")
            case Gone(status=status, url=url):
                return Unreadable(reason=f"HTTP {status}: Europe PMC's search is not at this address", evidence=url)
            case Throttled() | Unreachable() | Unreadable():
                return outcome
            case _:
                assert_never(outcome)


def _listed(body: bytes, *, whole: bool) -> list[dict[str, Any]] | Unreadable:
    """The results of an answer; if they have to be ``whole``, as many as it counts."""
    shown = body[:300].decode("utf-8", "replace")
    try:
        answer = json.loads(body)
        count, results = answer["hitCount"], answer["resultList"]["result"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Unreadable(reason=f"not an answer of Europe PMC's search: {error!r}", evidence=shown)
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        return Unreadable(reason="Europe PMC's answer comes without its list of results", evidence=shown)
    if whole and count != len(results):
        return Unreadable(reason=f"Europe PMC counts {count} results, and hands out {len(results)}", evidence=shown)
    return results


def _term(identifier: Identifier) -> str:
    if identifier.scheme is Scheme.PUBMED:
        return f"(EXT_ID:{identifier.value} AND SRC:MED)"
    quoted = identifier.value.replace("\\", "\\\\").replace('"', '\\"')
    return f'DOI:"{quoted}"'


def _portions(identifiers: Iterable[Identifier]) -> Iterator[tuple[Identifier, ...]]:
    listed = tuple(identifiers)
    return (listed[start : start + AT_A_TIME] for start in range(0, len(listed), AT_A_TIME))
