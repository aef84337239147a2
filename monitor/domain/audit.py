"""The audit log as it is read: who did what to which thing, and how the chain of its rows is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A row of the audit log. ``before`` and ``after`` are of the state that changed, where one did.

    ``request`` is the id of the request or poll that did it; ``detail`` holds all else that was put down.
    """

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: Any = None
    after: Any = None
    request: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which rows are wanted; what is empty does not narrow them. ``action`` may be a beginning, such as ``review.``."""

    subject: str = ""
    actor: str = ""
    action: str = ""
    request: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCheck:
    """How the chain stands: so many rows, ending with this hash; ``problems`` is empty while nobody touched it."""

    rows: int
    head: str
    problems: tuple[str, ...]


_DONE = {
    "review.started": "started this review",
    "review.released": "handed this review back",
    "review.snoozed": "snoozed this review",
    "review.closed": "closed this review",
    "finding.decided": "decided a finding of this article",
    "finding.weighs_more": "found that a finding weighs more now",
    "finding.reopened": "opened a decided finding again",
}


def what_happened(line: AuditLine) -> str:
    """One thing that was done, in a sentence without its full stop: who, what, and when."""
    done = _DONE.get(line.action, line.action.replace(".", " "))
    decision = str(line.detail.get("decision", "")).replace("_", " ")
    as_what = f" as {decision}" if decision else ""
    actor = line.actor[:1].upper() + line.actor[1:]
    return f"{actor} {done}{as_what} at {line.at:%H:%M} UTC on {line.at.date()}"
