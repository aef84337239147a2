"""What the cursor of the stream remembers: how far it was read, and which files it saw, in a compact text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from monitor.sources.pubmed.updates.listing import Listed, Listing
from monitor.sources.pubmed.windows import FIRST_LOOK_BACK

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A file that was read: the beginning of its checksum, when it was listed then, and when it first came out."""

    checksum: str
    listed: datetime
    published: datetime

    def is_of(self, checksum: str) -> bool:
        """Whether a file of this checksum is the one that was read."""
        return checksum.startswith(self.checksum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """How far a season was read: every number up to ``through``, or it was there before our time.

    ``done`` holds the update files, so that one which is published again is read again; of a baseline only the number
    is kept. ``known_until`` is the day until which records were known when the season changed.
    """

    season: str
    through: int
    done: Mapping[int, Done] = field(default_factory=dict)
    known_until: date | None = None

    def having_read(self, file: Listed, checksum: str, published: datetime, *, is_update: bool) -> Memory:
        """The memory after a file was read, for the first time or again."""
        through = max(self.through, file.number)
        if not is_update:
            return replace(self, through=through)
        before = self.done.get(file.number)
        done = Done(
            checksum=checksum[:_SHORT], listed=file.published, published=before.published if before else published
        )
        return replace(self, through=through, done={**self.done, file.number: done})

    def as_cursor(self) -> str:
        """Spell it out; :func:`recall` reads it."""
        done = {
            str(number): [held.checksum, _minutes(held.listed), _minutes(held.published)]
            for number, held in sorted(self.done.items())
        }
        known = self.known_until.isoformat() if self.known_until else None
        told = {"season": self.season, "through": self.through, "known_until": known, "done": done}
        return json.dumps(told, separators=(",", ":"))


def recall(cursor: str) -> Memory | None:
    """Read a cursor; None for the first poll, and for a text that is no cursor of the stream."""
    try:
        told = json.loads(cursor)
        known = told["known_until"]
        return Memory(
            season=str(told["season"]),
            through=int(told["through"]),
            known_until=date.fromisoformat(known) if known else None,
            done={
                int(number): Done(checksum=str(checksum), listed=_moment(listed), published=_moment(published))
                for number, (checksum, listed, published) in told["done"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def first_memory(updates: Listing, baseline: Listing, now: datetime) -> Memory | None:
    """Where to begin: with the files of the last thirty days; the older ones were there before our time.

    Between two seasons only a baseline is there, and nothing is to be read; None where there is nothing at all.
    """
    season = updates.newest_season or baseline.newest_season
    if not season:
        return None
    files = updates.of(season)
    if not files:
        return Memory(season=season, through=max(baseline.of(season)))
    before_us = [number for number, file in files.items() if file.published < now - FIRST_LOOK_BACK]
    return Memory(season=season, through=max(before_us, default=min(files) - 1))


def next_season(memory: Memory, season: str, now: datetime) -> Memory:
    """Begin a season with its baseline. What came since the last file of the old one is looked at as new."""
    last = max((held.published for held in memory.done.values()), default=now)
    return Memory(season=season, through=0, known_until=(last - FIRST_LOOK_BACK).date())


def _minutes(moment: datetime) -> int:
    return (moment - _EPOCH) // _MINUTE


def _moment(minutes: int) -> datetime:
    return _EPOCH + int(minutes) * _MINUTE
