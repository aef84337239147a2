"""Crossref as a source: the watched works and the notices about them, matched here."""

from __future__ import annotations

from monitor.domain.citations import Citation, as_publication
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Gone, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.domain.records import Publication
from monitor.domain.works import Work
from monitor.net import Client
from monitor.sources.crossref.answers import Item
from monitor.sources.crossref.api import Api
from monitor.sources.crossref.cited_set import poll_cited_set
from monitor.sources.crossref.notices import poll_notices
from monitor.sources.crossref.pace import Pace
from monitor.sources.crossref.reader import READER, UnreadableWork, as_watched, read_recording, read_work

MOST_FOUND = 20
"""So many works are compared with a citation."""
WATCHES = {"cited_set": poll_cited_set, "notices": poll_notices}
"""Kind of watch → how it is polled."""


class Crossref:
    """Watches the works that articles rest on. ``base_url`` ends before ``/works``.

    ``contact`` is the mail address that Crossref may write to; without one it answers from its public pool.
    """

    name = "crossref"
    reader = READER

    def __init__(self, client: Client, base_url: str, *, contact: str = "", pace: Pace | None = None) -> None:
        self._api = Api(client, base_url, contact=contact, pace=pace)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Ask for what the request names. A failure of any question is the outcome of the poll; nothing is partial."""
        poll = WATCHES.get(request.watch)
        if poll is None:
            return Unreadable(reason=f"Crossref has no watch of kind {request.watch!r}")
        return poll(self._api, request)

    def reread(self, raw: bytes) -> Work:
        """Read a kept work with today's reader. Raises :class:`UnreadableWork`."""
        return read_recording(raw)

    def look_up(self, doi: Identifier) -> Work | Gone | Failure:
        """One work by its DOI; ``Gone`` when Crossref says that it does not hold it, whoever registered it."""
        item = self._api.work(doi)
        match item:
            case Gone() | Throttled() | Unreachable() | Unreadable():
                return item
            case _:
                try:
                    return as_watched(read_work(item)[0], doi)
                except UnreadableWork as error:
                    return Unreadable(reason=str(error))

    def find(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """The works that come nearest to a citation's words. They are compared with it by others, field by field."""
        place = (citation.journal, str(citation.year or ""), citation.volume, citation.first_page)
        parts = [citation.first_author, citation.title, *place] if citation.title else [citation.text]
        words = " ".join(filter(None, parts)).strip()
        if not words:
            return ()
        items = self._api.resembling(words, most=MOST_FOUND)
        if not isinstance(items, tuple):
            return items
        found = [work for item in items if isinstance(work := _read(item), Work)]
        if items and not found:
            return Unreadable(reason="none of the works that came for a citation can be read")
        return tuple(map(as_publication, found))


def _read(item: Item) -> Work | str:
    """A work of a list, or what is wrong with it: what cannot be read cannot be what is meant."""
    try:
        return read_work(item)[0]
    except UnreadableWork as error:
        return str(error)
