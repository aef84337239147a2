"""What an operator may decide: how much a kind weighs, how often a source is asked, and how long a text may stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from monitor.domain.designs import Design, design_of, is_evidence
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.notices import Noticing
from monitor.domain.owners import Owners
from monitor.domain.records import Publication
from monitor.domain.resolution import Thresholds
from monitor.domain.second_order import SecondOrder

DEFAULT_DEADLINES: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.CRITICAL: timedelta(hours=24),
        Severity.MAJOR: timedelta(days=14),
        Severity.MINOR: timedelta(days=60),
    }
)
"""By when a review should be closed, by the severity of its worst finding."""

DEFAULT_INTERVALS: Mapping[str, timedelta] = MappingProxyType(
    {
        "pubmed": timedelta(hours=12),
        "clinicaltrials": timedelta(hours=12),
        "crossref": timedelta(hours=12),
        "retraction_watch": timedelta(hours=12),
        "guideline": timedelta(days=1),
        "articles": timedelta(hours=12),
    }
)
"""How often a source is asked. ``guideline`` stands for every publisher that has no entry of its own, ``articles`` for
every source of articles."""


DEFAULT_NEW_EVIDENCE: Mapping[Design, Severity] = MappingProxyType(
    {
        Design.GUIDELINE: Severity.MAJOR,
        Design.SYSTEMATIC_REVIEW: Severity.MINOR,
        Design.META_ANALYSIS: Severity.MINOR,
        Design.RCT: Severity.MINOR,
        Design.OBSERVATIONAL: Severity.INFO,
    }
)
"""How much new evidence on a topic weighs, by its design. A design that is not here is not told."""


DEFAULT_WITNESSES: Mapping[str, float] = MappingProxyType(
    {"pubmed": 1.0, "crossref": 1.0, "retraction_watch": 1.0, "europepmc": 0.5, "openalex": 0.0}
)
"""How far a source is believed that shows something of a publication: 1 by itself, 0 not at all; 1 for all others.

Europe PMC hands on what PubMed and publishers say; OpenAlex has marked papers as retracted that were not.
"""


class Transport(StrEnum):
    """How PubMed is watched."""

    AUTO = "auto"
    EUTILS = "eutils"
    UPDATES = "updates"


@dataclass(frozen=True, slots=True, kw_only=True)
class PubMedTransport:
    """E-utilities cost requests with everything watched, the daily update files the same for all of PubMed.

    ``auto`` takes the files from ``stream_from_ids`` watched ids or ``stream_from_topics`` topics on.
    """

    transport: Transport = Transport.AUTO
    stream_from_ids: int = 100_000
    stream_from_topics: int = 2_000

    def streams(self, *, ids: int, topics: int) -> bool:
        """Whether so many ids and topics are watched by the update files."""
        if self.transport is Transport.AUTO:
            return ids >= self.stream_from_ids or topics >= self.stream_from_topics
        return self.transport is Transport.UPDATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one installation. A policy without arguments is the one the program comes with.

    ``severity`` overrides the table of kinds. Findings of ``stale_from`` and worse make an article stale, and so do
    ``minor_limit`` open minor ones. A check older than ``late_after`` intervals of its source is too old. Every record
    is read in full again after ``reread_days``, whatever its modification date says. ``second_order`` says how far the
    reference lists of cited reviews are followed. ``new_evidence`` weighs what answers a topic, by design; the first
    search of a topic reaches back to when its articles were last updated, ``look_back`` at most. ``pubmed`` says how it
    is watched. ``witnesses`` weighs the sources: what is shown by less than one whole witness is a hint.
    ``resolution`` says how sure a look-up must be of what a reference means. ``owners`` look after articles, and
    ``noticing`` says how they are told.
    """

    severity: Mapping[EventKind, Severity] = field(default_factory=dict)
    stale_from: Severity = Severity.MAJOR
    minor_limit: int = 3
    deadlines: Mapping[Severity, timedelta] = field(default_factory=lambda: DEFAULT_DEADLINES)
    shelf_life: timedelta = timedelta(days=730)
    intervals: Mapping[str, timedelta] = field(default_factory=lambda: DEFAULT_INTERVALS)
    default_interval: timedelta = timedelta(days=1)
    late_after: float = 4.0
    reread_days: int = 30
    new_evidence: Mapping[Design, Severity] = field(default_factory=lambda: DEFAULT_NEW_EVIDENCE)
    look_back: timedelta = timedelta(days=365)
    second_order: SecondOrder = field(default_factory=SecondOrder)
    pubmed: PubMedTransport = field(default_factory=PubMedTransport)
    resolution: Thresholds = field(default_factory=Thresholds)
    witnesses: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WITNESSES)
    owners: Owners = field(default_factory=Owners)
    noticing: Noticing = field(default_factory=Noticing)

    def severity_of(self, kind: EventKind) -> Severity:
        """How much an event of this kind weighs here."""
        return self.severity.get(kind, KIND_RULES[kind].severity)

    def weight_of_witness(self, source: str) -> float:
        """How far a source is believed, from 0 to 1."""
        return self.witnesses.get(source, 1.0)

    def weight_of(self, record: Publication) -> Severity | None:
        """How much a record weighs that answers a topic; None where it is not told."""
        return self.new_evidence.get(design_of(record)) if is_evidence(record) else None

    def interval_of(self, source: str) -> timedelta:
        """How often to ask ``source``: by its own name, else by its family (``guideline:x`` → ``guideline``)."""
        family = source.partition(":")[0]
        return self.intervals.get(source) or self.intervals.get(family) or self.default_interval

    def too_old_after(self, source: str) -> timedelta:
        """The age from which a check of ``source`` no longer counts."""
        return self.interval_of(source) * self.late_after
