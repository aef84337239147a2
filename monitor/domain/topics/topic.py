"""A topic: a standing query and the articles it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.topics.parsing import UnsupportedQuery, parse
from monitor.domain.topics.query import Query


class Run(StrEnum):
    """Who answers a query: PubMed's own search, our engine over the daily files, or whichever the transport allows."""

    AUTO = "auto"
    EUTILS = "eutils"
    STREAM = "stream"


OVERALL_STATUSES = frozenset(
    {
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING",
        "RECRUITING",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "AVAILABLE",
        "NO_LONGER_AVAILABLE",
        "TEMPORARILY_NOT_AVAILABLE",
        "APPROVED_FOR_MARKETING",
        "WITHHELD",
        "UNKNOWN",
    }
)
"""The overall statuses of the registry's OpenAPI description, version 2.0.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSearch:
    """What is asked of the trial registry: a condition, an intervention and further terms, as its search takes them.

    ``statuses`` are overall statuses; none means all.
    """

    condition: str = ""
    intervention: str = ""
    terms: str = ""
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One standing query. ``articles`` are the ids of the articles that new answers concern.

    ``subject`` says what they are about: a new guideline whose title holds every word of one set concerns them, too.
    ``trials`` says which new trials do.
    """

    name: str
    title: str
    query: str
    articles: tuple[str, ...] = ()
    run: Run = Run.AUTO
    subject: tuple[tuple[str, ...], ...] = ()
    trials: TrialSearch | None = None

    def tree(self) -> Query | None:
        """The query as our engine runs it; None where PubMed is to run it, or our engine cannot do so exactly."""
        if self.run is Run.EUTILS:
            return None
        try:
            return parse(self.query)
        except UnsupportedQuery:
            return None
