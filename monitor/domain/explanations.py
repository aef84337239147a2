"""What a page says about a verdict beyond the verdict: its rule, the state of its sources, and what was not checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleRow, Coverage, FindingView


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Why a finding weighs what it weighs: the rule by its place, and what it says here."""

    place: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord:
    """A record as its source gave it when it was last read, in the source's own words; empty where it says nothing."""

    identifier: str
    title: str
    published: str
    marked_as: tuple[str, ...]
    text: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFinding:
    """One finding with everything that explains it. ``sources`` are those that show it, as they stand now."""

    finding: FindingView
    article: ArticleRow
    rules: tuple[Rule, ...]
    sources: tuple[Coverage, ...]
    records: tuple[HeldRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which a source that an article rests on could not be read; ``until`` is None while it lasts."""

    source: str
    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong on one line of a watchlist file."""

    line: int
    key: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistFile:
    """A file of the watchlists as it reads now, with what is wrong in it."""

    name: str
    about: str
    lines: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistFolder:
    """All files of the watchlists. ``changed`` are those that read otherwise than when the service began."""

    files: tuple[WatchlistFile, ...]
    read_at: datetime
    changed: tuple[str, ...] = field(default=())

    @property
    def wrong(self) -> tuple[WatchlistFile, ...]:
        """The files with mistakes; with any the service would not start again."""
        return tuple(file for file in self.files if file.mistakes)


def rules_of(finding: FindingView, policy: Policy) -> tuple[Rule, ...]:
    """The rules by which a finding has its severity, and by which it makes its article stale or not."""
    return (_kind_rule(finding.kind, policy), *_departure(finding, policy), _weight_rule(finding.severity, policy))


def _kind_rule(kind: EventKind, policy: Policy) -> Rule:
    usual = KIND_RULES[kind].severity
    if (own := policy.severity.get(kind)) is not None:
        return Rule(
            place=f"policies.yaml, severity: {kind}", says=f"{_said(kind)} is {own} here; usually it is {usual}."
        )
    return Rule(place=f"the kind {kind}", says=f"{_said(kind)} is {usual} unless policies.yaml says otherwise.")


def _departure(finding: FindingView, policy: Policy) -> tuple[Rule, ...]:
    """Why this one weighs otherwise than its kind does."""
    if finding.severity is policy.severity_of(finding.kind):
        return ()
    place, says = _DEPARTURES.get(finding.kind, ("witnesses", "By what its sources show together"))
    return (Rule(place=f"policies.yaml, {place}", says=f"{says} this one is {finding.severity}."),)


_DEPARTURES = {
    EventKind.NEW_EVIDENCE: ("new_evidence", "By the design of the study"),
    EventKind.CONTAMINATED: ("second_order", "By what became of the study that is listed there"),
}


def _weight_rule(severity: Severity, policy: Policy) -> Rule:
    if severity.rank >= policy.stale_from.rank:
        says = f"What is {policy.stale_from} or worse makes an article stale."
        return Rule(place="policies.yaml, stale_from", says=says)
    if severity is Severity.MINOR:
        says = f"Alone it does not make an article stale; {policy.minor_limit} open ones of this weight do."
        return Rule(place="policies.yaml, minor_limit", says=says)
    return Rule(place="policies.yaml, stale_from", says="It informs; it never makes an article stale.")


def _said(kind: EventKind) -> str:
    return f"“{KIND_RULES[kind].phrase}”"
