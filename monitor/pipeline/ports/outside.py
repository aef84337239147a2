"""What the pipeline needs of the world outside: sources, finders, channels, and who watches it work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, runtime_checkable

from monitor.domain.articles import Reference
from monitor.domain.citations import Candidate, Citation
from monitor.domain.identifiers import Identifier
from monitor.domain.messages import DeliveryOutcome, Message
from monitor.domain.outcomes import Failure, Gone, PollOutcome, PollRequest
from monitor.domain.records import Publication, Record, Work


class Source(Protocol):
    """One upstream. ``poll`` never raises for what the upstream does; ``reread`` is pure."""

    name: str
    reader: str

    def poll(self, request: PollRequest) -> PollOutcome:
        """Ask for what the request names, in the source's own pace."""
        ...

    def reread(self, raw: bytes) -> Record:
        """Read a kept body with today's reader."""
        ...


@runtime_checkable
class MergingSource(Protocol):
    """A source that merges records which turn out to be the same thing."""

    def survivor(self, record: Record) -> Identifier | Failure | None:
        """Under which other identifier a record that is gone can be found, None where it is not found."""
        ...


class CitationSource(Protocol):
    """Finds records that a citation may mean."""

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Records worth comparing, or why none could be looked up."""
        ...

    def candidates_of(self, citations: Sequence[Citation]) -> dict[str, tuple[Publication, ...] | Failure]:
        """By key, what the written numbers and the places of many citations bring up, or why nobody could be asked."""
        ...

    def further_candidates(self, citation: Citation, known: Sequence[Publication]) -> tuple[Publication, ...] | Failure:
        """What else there is to compare, beside what is known already."""
        ...


class CitationFinder(Protocol):
    """Finds publications that a citation may mean, beside PubMed."""

    name: str

    def find(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Publications worth comparing, none where nothing comes near, or why nobody could be asked."""
        ...


class WorkSource(Protocol):
    """Knows publications by their DOIs, those too that PubMed does not hold."""

    def look_up(self, doi: Identifier) -> Work | Gone | Failure:
        """The work of a DOI, ``Gone`` where it is not held, or why it could not be looked up."""
        ...


class GuidelineNames(Protocol):
    """Knows which guideline a name in prose means."""

    def __call__(self, text: str, organisation: str, year: int | None, context: str) -> tuple[Candidate, ...]:
        """Guideline identities that fit, best first."""
        ...


class CitationReader(Protocol):
    """Takes a reference entry apart."""

    def __call__(self, reference: Reference) -> Citation:
        """The parts a source can search by."""
        ...


class Channel(Protocol):
    """Where messages go. ``kind`` is its word in the metrics."""

    @property
    def kind(self) -> str: ...

    def send(self, message: Message) -> DeliveryOutcome:
        """Deliver one message under its stable id, and tell how the receiver took it. Never raises for what it does."""
        ...


class Probe(Protocol):
    """Named points in a step at which a test may end the process; in production it does nothing."""

    def __call__(self, point: str) -> None:
        """Pass the point."""
        ...


class Observer(Protocol):
    """Counts what happens, for the metrics."""

    def fetched(self, source: str, outcome: str) -> None:
        """A poll ended with this outcome."""
        ...

    def lease_lost(self) -> None:
        """A commit was refused because the lease had passed to another process."""
        ...

    def detected(self, source: str, lag: timedelta) -> None:
        """An event was recorded this long after it happened."""
        ...

    def unknown(self, source: str, field: str) -> None:
        """A value was met that no reader knows."""
        ...

    def delivered(self, kind: str, outcome: str) -> None:
        """A message was tried on a channel of this kind."""
        ...
