"""Messages to the outside: what is told, one sending of it on one channel, and how the receiver took it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeAlias

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import FindingView

VERSION = 1
"""Of the payload that programs read; it grows when a field changes its meaning or goes away."""


class Topic(StrEnum):
    """What a message is about. Programs get those of single articles, as they are documented."""

    STALE = "article.stale"
    FINDING = "article.finding"
    UNVERIFIED = "article.unverified"
    FRESH = "article.fresh"
    REVIEWED = "article.reviewed"
    STORM = "articles.stale"
    MANY = "articles.many"
    WAITING = "review.waiting"
    OVERDUE = "review.overdue"
    DIGEST = "digest"


NO_ALARM = frozenset({Topic.FRESH, Topic.UNVERIFIED, Topic.REVIEWED})
"""News that nobody has to act on, whatever the article weighs."""


class SendingState(StrEnum):
    """Where a message stands on a channel.

    ``held`` waits for the digest, ``gathered`` for the next notice about many; ``folded`` went into another message,
    and ``dead`` was given up.
    """

    WAITING = "waiting"
    HELD = "held"
    GATHERED = "gathered"
    FOLDED = "folded"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An outbox row. ``key`` names what it tells; no two messages share one."""

    id: int
    key: str
    topic: str
    payload: dict[str, Any]

    @property
    def stable_id(self) -> str:
        """The id under which receivers get it at every try: letters and digits only, as mail and webhooks want it."""
        return f"msg_{sha256(self.key.encode()).hexdigest()[:32]}"

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        given = self.payload.get("severity")
        return Severity.INFO if self.topic in NO_ALARM or not given else Severity(str(given))

    @property
    def article(self) -> str:
        """The article it is about; empty where it is about several."""
        return str(self.payload.get("article", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message on its way through one channel, with how often that was tried."""

    id: int
    channel: str
    attempts: int
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """The receiver has it. ``note`` tells of those among several receivers who refused it."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """It did not arrive; try again, where the receiver says so not before ``retry_after`` seconds."""

    reason: str
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The receiver will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The receiver wants no more messages at all."""

    reason: str


DeliveryOutcome: TypeAlias = Acknowledged | NotNow | Rejected | Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryState:
    """How a channel stands, for pages and the operator; ``closed_because`` is empty while it is open."""

    channel: str
    waiting: int = 0
    held: int = 0
    dead: int = 0
    delivered: int = 0
    oldest_waiting: datetime | None = None
    last_delivered: datetime | None = None
    last_error: str = ""
    closed_because: str = ""

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should be shown a banner."""
        return bool(self.dead or self.closed_because)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingLine:
    """A message that did not arrive yet on a channel, for the operator's list."""

    key: str
    stable_id: str
    topic: str
    channel: str
    state: SendingState
    attempts: int
    next_try: datetime
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleToTell:
    """What a message says of an article, as it stood when it was first sent."""

    title: str
    url: str | None
    findings: tuple[FindingView, ...]
    review_status: str
    deadline: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The event that made many articles stale."""

    kind: EventKind
    record: str
    title: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReview:
    """An open review that nobody started and nobody snoozed; ``since`` is its opening or the end of its snooze."""

    id: int
    article_id: str
    title: str
    severity: Severity
    since: datetime
    deadline: datetime | None
