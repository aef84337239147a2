"""What one poll brings home: works in full, and what Crossref says that it does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Failure, Gone, Reading, Throttled, Unreachable, Unreadable
from monitor.sources.crossref.answers import Item, indexed_at
from monitor.sources.crossref.api import Api
from monitor.sources.crossref.reader import UnreadableWork, as_watched, read_work, to_raw


@dataclass(slots=True)
class Haul:
    """Reads works in as few questions as Crossref allows. ``newest`` is the latest time of indexing it met."""

    api: Api
    readings: list[Reading] = field(default_factory=list)
    absent: list[Identifier] = field(default_factory=list)
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)
    newest: str = ""

    def read(self, wanted: Iterable[Identifier]) -> Failure | None:
        """Read works by list, and alone what the lists leave out: an alias is redirected, an unheld DOI is 404."""
        dois = tuple(dict.fromkeys(wanted))
        found = self.api.listed(dois)
        if not isinstance(found, dict):
            return found
        for doi in dois:
            item = found.get(doi) or self.api.work(doi)
            match item:
                case Gone():
                    self.absent.append(doi)
                case Throttled() | Unreachable() | Unreadable():
                    return item
                case _ if failure := self._take(doi, item):
                    return failure
        return None

    def note_indexed(self, item: Item) -> None:
        """Keep the latest time of indexing."""
        self.newest = max(self.newest, indexed_at(item))

    def _take(self, doi: Identifier, item: Item) -> Unreadable | None:
        try:
            work, unknown = read_work(item)
            raw = to_raw(item, doi)
        except UnreadableWork as error:
            return Unreadable(reason=str(error))
        self.note_indexed(item)
        self.unknown.update(dict.fromkeys(unknown))
        self.readings.append(Reading(record=as_watched(work, doi), raw=raw, url=self.api.url_of(doi)))
        return None
