"""Notices: works that say that they update others. They come before the updated work's own record changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Unreadable
from monitor.sources.crossref.answers import Item
from monitor.sources.crossref.api import Api, Flood
from monitor.sources.crossref.haul import Haul
from monitor.sources.crossref.reader import doi_of, read_updates
from monitor.sources.crossref.windows import as_day, first_day, watched_dois

FIRST_LOOK_BACK = timedelta(days=30)
"""How far the first poll looks back: an older notice stands on the work's own record by now."""

FIELDS = "DOI,update-to,indexed"


def poll_notices(api: Api, request: PollRequest) -> PollOutcome:
    """Look through all notices indexed since the cursor; hand out in full those that name a watched work.

    A notice that cannot be read leaves the works it names uncovered, and is told of.
    """
    today = request.now.date()
    cursor = as_day(request.cursor)
    first = first_day(cursor, today) if cursor else today - FIRST_LOOK_BACK
    haul = Haul(api)
    sieve = _Sieve(haul, frozenset(watched_dois(request.identifiers)))
    outcome = api.walk(f"is-update:1,from-index-date:{first}", fields=FIELDS, take=sieve.take)
    if isinstance(outcome, Flood):
        return Unreadable(reason=f"{outcome.total} notices indexed since {first}: more than are read in one poll")
    if failure := outcome or haul.read(sieve.named):
        return failure
    sieve.miss(haul.absent)
    return Polled(
        readings=tuple(haul.readings),
        troubles=tuple(sieve.troubles),
        covered=tuple(doi for doi in watched_dois(request.identifiers) if doi not in sieve.uncertain),
        cursor=today.isoformat(),
        data_version=haul.newest or today.isoformat(),
        window_start=first,
        window_end=today,
        unknown_values=tuple(haul.unknown),
    )


@dataclass(slots=True)
class _Sieve:
    """Keeps of all notices which of them name which watched works."""

    haul: Haul
    watched: frozenset[Identifier]
    named: dict[Identifier, frozenset[Identifier]] = field(default_factory=dict)
    troubles: dict[str, None] = field(default_factory=dict)
    uncertain: set[Identifier] = field(default_factory=set)

    def take(self, item: Item) -> None:
        self.haul.note_indexed(item)
        updates, unknown = read_updates(item)
        self.haul.unknown.update(dict.fromkeys(unknown))
        about = self.watched & {doi for update in updates if (doi := doi_of(update.doi))}
        if not about:
            return
        if notice := doi_of(item["DOI"]):
            self.named[notice] = about
        else:
            self._tell(item["DOI"], "has a DOI that cannot be asked for", about)

    def miss(self, absent: list[Identifier]) -> None:
        """Some notices were listed, and then not handed out."""
        for notice in absent:
            self._tell(notice.value, "is listed and not held", self.named[notice])

    def _tell(self, notice: str, what: str, about: frozenset[Identifier]) -> None:
        named = ", ".join(sorted(doi.value for doi in about))
        self.troubles[f"the notice {notice[:80]} about {named} {what}"] = None
        self.uncertain |= about
