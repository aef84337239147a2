"""Which file is to be read next. Files are applied in the order of their numbers; one that is missing is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from monitor.domain.outcomes import Failure, Unreadable
from monitor.sources.pubmed.updates.listing import Listed, Listing, name_of
from monitor.sources.pubmed.updates.memory import Memory, first_memory, next_season
from monitor.sources.pubmed.updates.server import UpdateFiles

log = structlog.get_logger()

SETTLED = timedelta(days=2)
"""A baseline to which nothing was added for so long counts as whole, while no update file tells its last number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The files of the season that is being read, by number, and what was read of them.

    ``updates`` are the numbers of the update files; the others are of the baseline. ``is_last_season`` is False while
    a newer one is there already.
    """

    memory: Memory
    files: Mapping[int, Listed] = field(default_factory=dict)
    updates: frozenset[int] = frozenset()
    is_last_season: bool = True

    def next(self) -> Listed | Unreadable | None:
        """The file to read now, None when all are read; or why that cannot be told."""
        memory = self.memory
        if memory.done and (last := max(memory.done)) not in self.files:
            return Unreadable(reason=f"the listing no longer names {name_of(memory.season, last)}")
        for number in sorted(memory.done):
            if number in self.files and self.files[number].published != memory.done[number].listed:
                return self._with_sum(self.files[number])
        following = memory.through + 1
        if following in self.files:
            return self._with_sum(self.files[following])
        if ahead := [number for number in self.files if number > following]:
            missing, there = name_of(memory.season, following), name_of(memory.season, min(ahead))
            return Unreadable(reason=f"{missing} is missing, though {there} is there")
        return None

    def waits(self) -> bool:
        """Whether more is to be read, or a file waited for."""
        return self.next() is not None or not self.is_last_season

    def is_whole(self, now: datetime) -> bool:
        """Whether the files seen are all there are. A baseline without updates behind it may still be growing."""
        newest = max((file.published for file in self.files.values()), default=now)
        return bool(self.updates) or now - newest > SETTLED

    def after(self, memory: Memory) -> Agenda:
        """The agenda once more was read."""
        return replace(self, memory=memory)

    def _with_sum(self, file: Listed) -> Listed | Unreadable:
        return file if file.has_sum else Unreadable(reason=f"{file.name} has no checksum yet")


def agenda(server: UpdateFiles, memory: Memory | None, now: datetime) -> Agenda | Failure:
    """Look at the directories. The baseline's is asked for only where a number below the update files is wanted."""
    updates = server.updates()
    if not isinstance(updates, Listing):
        return updates
    if memory is not None and updates.newest_season > memory.season and _is_read(memory, updates):
        memory = _turned(memory, updates.newest_season, now)
    baseline = Listing()
    if _wants_baseline(memory, updates):
        asked = server.baseline()
        if not isinstance(asked, Listing):
            return asked
        baseline = asked
    if memory is None:
        memory = first_memory(updates, baseline, now)
    elif not updates.of(memory.season) and baseline.newest_season > memory.season:
        memory = _turned(memory, baseline.newest_season, now)
    if memory is None:
        return Unreadable(reason="the listing of update files is empty")
    own = updates.of(memory.season)
    files = {**baseline.of(memory.season), **own}
    if not files:
        return Unreadable(reason=f"no listing names any file of the season {memory.season}")
    return Agenda(
        memory=memory,
        files=files,
        updates=frozenset(own),
        is_last_season=updates.newest_season <= memory.season,
    )


def _is_read(memory: Memory, updates: Listing) -> bool:
    """Whether nothing of the old season is left to read: all was, or it is gone."""
    own = updates.of(memory.season)
    return not own or Agenda(memory=memory, files=own, updates=frozenset(own)).next() is None


def _wants_baseline(memory: Memory | None, updates: Listing) -> bool:
    if memory is None:
        return not updates.files
    own = updates.of(memory.season)
    return not own or memory.through + 1 < min(own)


def _turned(memory: Memory, season: str, now: datetime) -> Memory:
    """The baseline holds all that the old files held, and what happened since, whether or not they were all read."""
    log.info("updates.new_season", season=season, before=memory.season, through=memory.through)
    return next_season(memory, season, now)
