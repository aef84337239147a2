"""The watched works: those never read, those due again, and those with an update indexed since the cursor."""

from __future__ import annotations

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest
from monitor.sources.crossref.answers import Item
from monitor.sources.crossref.api import IDS_AT_A_TIME, ROWS, Api, Flood
from monitor.sources.crossref.haul import Haul
from monitor.sources.crossref.reader import doi_of
from monitor.sources.crossref.windows import as_day, first_day, watched_dois

FIELDS = "DOI,updated-by,indexed"

OWN_AGENCY = "crossref"


def poll_cited_set(api: Api, request: PollRequest) -> PollOutcome:
    """Read what may have changed. ``missing`` is what was read before and is now said not to be held.

    A DOI never read that Crossref does not hold is another agency's: it is not covered, and makes no noise.
    """
    watched, today = watched_dois(request.identifiers), request.now.date()
    haul = Haul(api)
    wanted = _wanted(haul, request, watched)
    if not isinstance(wanted, tuple):
        return wanted
    never_read = request.unread - request.again
    if failure := haul.read(wanted) or _name_agencies(haul, never_read):
        return failure
    unheld = never_read & frozenset(haul.absent)
    return Polled(
        readings=tuple(haul.readings),
        missing=tuple(doi for doi in haul.absent if doi not in unheld),
        covered=tuple(doi for doi in watched if doi not in unheld),
        cursor=today.isoformat(),
        data_version=haul.newest or today.isoformat(),
        unknown_values=tuple(haul.unknown),
    )


def _wanted(haul: Haul, request: PollRequest, watched: tuple[Identifier, ...]) -> tuple[Identifier, ...] | Failure:
    """Which works to read in full. Without a cursor all; all, too, where that costs less than what was indexed."""
    cursor = as_day(request.cursor)
    if cursor is None or not watched:
        return watched
    ours, changed = frozenset(watched), set[Identifier]()

    def take(item: Item) -> None:
        haul.note_indexed(item)
        if (doi := doi_of(item["DOI"])) in ours:
            changed.add(doi)

    filters = f"has-update:1,from-index-date:{first_day(cursor, request.now.date())}"
    outcome = haul.api.walk(filters, fields=FIELDS, take=take, most=ROWS * (len(watched) // IDS_AT_A_TIME + 1))
    match outcome:
        case None:
            return tuple(doi for doi in watched if doi in changed or doi in request.unread)
        case Flood():
            return watched
        case _:
            return outcome


def _name_agencies(haul: Haul, never_read: frozenset[Identifier]) -> Failure | None:
    """Tell of DOIs that Crossref says it registered, and yet does not hold. Those of other agencies are no news."""
    for doi in haul.absent:
        if doi not in never_read:
            continue
        agency = haul.api.agency(doi)
        if not isinstance(agency, str):
            return agency
        if agency == OWN_AGENCY:
            haul.unknown[("doi", f"{doi.value} is registered with {agency}, which does not hold it"[:200])] = None
    return None
