"""What an upstream may do on any day, as values. Every match over them ends with ``assert_never``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from monitor.domain.article_sources import Gathered, HeldArticle
from monitor.domain.identifiers import Identifier
from monitor.domain.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer with a body, as bytes after content decoding. ``headers`` have lower-case names.

    ``moved`` says that the address asked for leads here by permanent redirects alone (301 and 308).
    """

    url: str
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmodified:
    """The source says that nothing changed since the validator or data version we sent."""

    data_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """404 or 410: the address answers, and says the thing is not there. ``evidence`` is how it begins to say so."""

    url: str
    status: int
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttled:
    """The source asks us to come back later. ``retry_after`` is in seconds."""

    retry_after: float
    reason: str = "rate limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """No usable answer: no connection, a timeout, a server error, a cut body."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An answer came but it is not what was asked for: an error page, a challenge, a cut or foreign body."""

    reason: str
    evidence: str = ""


Failure: TypeAlias = Throttled | Unreachable | Unreadable
FetchOutcome: TypeAlias = Fetched | Unmodified | Gone | Throttled | Unreachable | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One record as a source showed it in a poll, with the raw bytes it was read from.

    ``as_of`` is when the source published this state, where that is earlier than the moment of asking (a daily file);
    what was read later than that is newer. ``topics`` names the standing queries that the record answers.
    """

    record: Record
    raw: bytes
    url: str
    as_of: datetime | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A completed poll: what was read, what the source said it no longer holds, and what that covers.

    ``covered`` are the watched identifiers whose state this poll vouches for, whether or not they were read again.
    ``cursor`` may be stored only together with ``readings``. ``unknown_values`` are (field, value) pairs the reader
    met and does not know. ``translation`` is what the source took a standing query to mean. ``more`` says that the
    source has more to hand out: the watch stays due. ``merged`` tells of missing records under which other identifier
    the source holds the same thing now. ``confirmed`` are covered identifiers that the source said to be as they were
    when last read, without handing them out again. ``troubles`` are what could not be read of the rest, in words: those
    are not covered. ``unreadable`` are such records that the source holds: until they are read, no check covers them.
    ``gathered`` is what a source of articles had of new, changed and removed ones.
    """

    readings: tuple[Reading, ...] = ()
    missing: tuple[Identifier, ...] = ()
    merged: Mapping[Identifier, Identifier] = field(default_factory=dict)
    confirmed: tuple[Identifier, ...] = ()
    troubles: tuple[str, ...] = ()
    unreadable: tuple[Identifier, ...] = ()
    covered: tuple[Identifier, ...] = ()
    cursor: str = ""
    data_version: str = ""
    window_start: date | None = None
    window_end: date | None = None
    unknown_values: tuple[tuple[str, str], ...] = ()
    translation: str = ""
    more: bool = False
    gathered: Gathered = field(default_factory=Gathered)


PollOutcome: TypeAlias = Polled | Unmodified | Throttled | Unreachable | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """What the pipeline asks a source for.

    ``identifiers`` are all the watched ids of this source; ``unread`` those never read yet or due for the rolling
    re-read, which must be read in full whatever the cursor says, and ``again`` those of them that were read before.
    ``follow`` asks for the reference lists of the reviews among them, too. ``since`` is how far the first search of a
    topic reaches back. ``titles`` are those of the watched publications and ``held`` the rows of a whole table as last
    read, for a source that compares whole tables. ``articles`` are all articles by id, removed ones too, for a source
    of articles. ``now`` is business time.
    """

    watch: str
    target: str
    identifiers: tuple[Identifier, ...]
    unread: frozenset[Identifier]
    cursor: str
    data_version: str
    now: datetime
    follow: bool = False
    since: date | None = None
    titles: Mapping[Identifier, str] = field(default_factory=dict)
    held: tuple[Record, ...] = ()
    articles: Mapping[str, HeldArticle] = field(default_factory=dict)
    again: frozenset[Identifier] = frozenset()
