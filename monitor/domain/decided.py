"""A decision is about the evidence as it was then: the same never comes back, and what is more does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.reconcile import STRENGTH

CLOSABLE = frozenset(rule.closes for rule in KIND_RULES.values() if rule.closes is not None)
"""Kinds whose end is told: when such a thing stands again, that is news. Of the others nobody heard they were gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody decided about a finding, and what its event looked like then."""

    finding_id: str
    decision: str
    reason_code: str
    reason: str
    by: str
    at: datetime
    kind: EventKind
    severity: Severity
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A finding that weighs otherwise than it did; ``told_before`` where it was decided and is open again."""

    article_id: str
    finding_id: str
    event_id: int
    before: Severity
    after: Severity
    because: str
    told_before: str = ""


def evidence_version(
    kind: EventKind, severity: Severity, *, edition_year: int | None, diff: Sequence[dict[str, Any]]
) -> str:
    """What an editor saw of an event, in a few letters: another one means that there is something else to decide.

    How it is worded, who shows it and under which names it is known has no part in it.
    """
    seen = json.dumps([kind.value, severity.value, edition_year, list(diff)], sort_keys=True, default=str)
    return hashlib.blake2b(seen.encode(), digest_size=6).hexdigest()


def more_than(decided: Decided, kind: EventKind, severity: Severity) -> str:
    """Why one and the same event is more than what was decided about; empty where it is not."""
    if severity.rank > decided.severity.rank:
        return f"it was {decided.severity} then and is {severity} now"
    if kind is not decided.kind and STRENGTH.get(kind, -1) > STRENGTH.get(decided.kind, -1):
        return f"it was “{_named(decided.kind)}” then and is “{_named(kind)}” now"
    return ""


def told_before(decided: Decided, why: str) -> str:
    """What was decided before, by whom, and why this is more."""
    return (
        f"decided before by {decided.by} on {decided.at.date()} as {decided.decision.replace('_', ' ')} "
        f"({decided.reason}); {why}"
    )


def another(decided: Decided) -> str:
    """Why a further event of a record is more than the one that was decided about."""
    return f"that was about “{_named(decided.kind)}” ({decided.severity}), this is another one"


def _named(kind: EventKind) -> str:
    return kind.value.replace("_", " ")
