"""Topics: what answers a standing query, by the day it came into PubMed and by the day its MeSH headings came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Unreadable
from monitor.sources.pubmed.eutils import Eutils
from monitor.sources.pubmed.haul import Haul, read_held
from monitor.sources.pubmed.listing import Listing
from monitor.sources.pubmed.windows import FIRST_LOOK_BACK, as_day, first_day


def poll_topic(eutils: Eutils, request: PollRequest, queries: Mapping[str, str]) -> PollOutcome:
    """Read what answers the query of the topic ``request.target`` and was created or indexed since the cursor."""
    query = queries.get(request.target)
    if query is None:
        return Unreadable(reason=f"there is no topic named {request.target} any more")
    build = eutils.build()
    if not isinstance(build, str):
        return build
    today, cursor = request.now.date(), as_day(request.cursor)
    first = first_day(cursor, today) if cursor else request.since or today - FIRST_LOOK_BACK
    answers = Listing(eutils, query)
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
