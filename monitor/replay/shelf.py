"""Things that have versions by day: what stood there on a given day, and since when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

BEGINNING = date.min
"""The day of content that was always there."""

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Generic[Content]):
    """How a thing stands from ``day`` on. ``content`` is None from the day on which it is gone."""

    day: date
    content: Content | None


class Shelf(Generic[Content]):
    """Versions of many things by key. Putting a second version on one day replaces the first."""

    def __init__(self) -> None:
        self._versions: dict[str, list[Version[Content]]] = {}

    def put(self, key: str, day: date, content: Content | None) -> None:
        """Let ``key`` stand as ``content`` from ``day`` on; None takes it away."""
        versions = [version for version in self._versions.get(key, []) if version.day != day]
        versions.append(Version(day=day, content=content))
        self._versions[key] = sorted(versions, key=lambda version: version.day)

    def at(self, key: str, day: date) -> Version[Content] | None:
        """The version that holds on ``day``; None when there is none yet, or the thing is gone."""
        versions = self._versions.get(key, [])
        position = bisect_right([version.day for version in versions], day)
        if position == 0 or versions[position - 1].content is None:
            return None
        return versions[position - 1]

    def until(self, key: str, day: date) -> list[Version[Content]]:
        """The versions of ``key`` up to ``day``, the oldest first."""
        return [version for version in self._versions.get(key, []) if version.day <= day]

    def standing(self, day: date) -> Iterator[tuple[str, Version[Content]]]:
        """Every thing that is there on ``day``, with the version that holds."""
        for key in self._versions:
            version = self.at(key, day)
            if version is not None:
                yield key, version

    def changes(self, day: date) -> Iterator[tuple[str, Content | None]]:
        """What changes on ``day``: every thing that gets a version then, None where it goes."""
        for key, versions in self._versions.items():
            yield from ((key, version.content) for version in versions if version.day == day)

    def first_day(self, key: str) -> date:
        """The day on which ``key`` first appeared. Raises ``KeyError`` for a key never put."""
        return next(version.day for version in self._versions[key] if version.content is not None)

    def contents(self) -> Iterator[Content]:
        """Every version of everything."""
        for versions in self._versions.values():
            yield from (version.content for version in versions if version.content is not None)

    def days(self) -> set[date]:
        """The days on which something changes."""
        found = {version.day for versions in self._versions.values() for version in versions}
        return found - {BEGINNING}
