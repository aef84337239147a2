"""Topics: what answers a standing query, by the day it came into PubMed and by the day its MeSH headings came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Unreadable
from monitor.sources.pubmed.answers import Found
from monitor.sources.pubmed.eutils import REACHABLE, Eutils
from monitor.sources.pubmed.haul import Haul, read_held
from monitor.sources.pubmed.windows import FIRST_LOOK_BACK, as_day, between_days, first_day

TRIES = 2
"""A window whose count moves while it is listed is asked for once more."""

_DAY = re.compile(r"\d{4}/\d\d/\d\d")


def poll_topic(eutils: Eutils, request: PollRequest, queries: Mapping[str, str]) -> PollOutcome:
    """Read what answers the query of the topic ``request.target`` and was created or indexed since the cursor.

    A record has no headings when it is created, and a query may ask for them: PubMed's date of indexing is that of the
    entry until then. A query that PubMed does not wholly understand is refused with PubMed's reason: it would search
    for something else.
    """
    query = queries.get(request.target)
    if query is None:
        return Unreadable(reason=f"there is no topic named {request.target} any more")
    build = eutils.build()
    if not isinstance(build, str):
        return build
    today, cursor = request.now.date(), as_day(request.cursor)
    first = first_day(cursor, today) if cursor else request.since or today - FIRST_LOOK_BACK
    answers = _Answers(eutils, query)
    if failure := answers.list(min(first, today), today):
        return failure
    haul = read_held(eutils, sorted(answers.pmids, key=int))
    if not isinstance(haul, Haul):
        return haul
    return Polled(
        readings=tuple(replace(reading, topics=(request.target,)) for reading in haul.readings()),
        cursor=today.isoformat(),
        data_version=build,
        window_start=first,
        window_end=today,
        unknown_values=tuple(haul.unknown),
        translation=answers.translation,
    )


class _Answers:
    """The PMIDs of a window of days, listed in full or not at all."""

    def __init__(self, eutils: Eutils, query: str) -> None:
        self._eutils = eutils
        self._query = query
        self.pmids: set[str] = set()
        self.translation = ""

    def list(self, first: date, last: date) -> Failure | None:
        """List the window, in halves when more answers than a search reaches."""
        told = ""
        for _ in range(TRIES):
            days = " OR ".join(between_days(first, last, tag) for tag in ("crdt", "mhda"))
            found = self._eutils.search(f"({self._query}) AND ({days})")
            if not isinstance(found, Found):
                return found
            if found.complaints:
                return Unreadable(reason=f"PubMed did not understand the query: {'; '.join(found.complaints)}")
            self.translation = _DAY.sub("day", found.translation)
            if found.count > REACHABLE:
                return self._list_in_halves(first, last)
            if len(set(found.pmids)) == found.count:
                self.pmids.update(found.pmids)
                return None
            told = f"PubMed counts {found.count} answers, and lists {len(set(found.pmids))}"
        return Unreadable(reason=told)

    def _list_in_halves(self, first: date, last: date) -> Failure | None:
        if first >= last:
            return Unreadable(reason=f"more answers on {first} than a search of PubMed reaches: narrow the query")
        middle = first + (last - first) // 2
        return self.list(first, middle) or self.list(middle + timedelta(days=1), last)
