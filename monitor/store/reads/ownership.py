"""Whose articles they are, asked of thousands at once: as :class:`Owners` says it, with every pattern read once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import translate

from monitor.domain.owners import Owners

MOST_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belongs:
    """The owners and the specialties of articles. One :class:`Ownership` has each combination once."""

    owners: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()


class Ownership:
    """The owners of many articles. What was found is remembered, as nothing of it changes while the program runs."""

    def __init__(self, owners: Owners) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], Belongs] = {}
        self._combinations: dict[tuple[tuple[str, ...], tuple[str, ...]], Belongs] = {}
        self.topics = frozenset(topic for item in owners.specialties.values() for topic in item.topics)
        self._specialties = [
            (name, _pattern(item.articles), frozenset(item.topics)) for name, item in owners.specialties.items()
        ]
        self._owners = [
            (name, _pattern(item.articles), frozenset(item.specialties)) for name, item in owners.owners.items()
        ]
        self._nobodys = (owners.default,) if owners.default else ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody looks after anything."""
        return not self._specialties and not self._owners and not self._nobodys

    def of(self, article_id: str, topics: tuple[str, ...] = ()) -> Belongs:
        """The owners and specialties of an article that these topics concern, in the order of :class:`Owners`."""
        found = self._known.get((article_id, topics))
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            found = self._known[article_id, topics] = self._found(article_id, topics)
        return found

    def _found(self, article_id: str, topics: Collection[str]) -> Belongs:
        fields = tuple(
            name
            for name, pattern, named in self._specialties
            if pattern.match(article_id) or (topics and not named.isdisjoint(topics))
        )
        named = [name for name, pattern, _ in self._owners if pattern.match(article_id)]
        general = [name for name, _, after in self._owners if not after.isdisjoint(fields)]
        owners = tuple(dict.fromkeys((*named, *general))) or self._nobodys
        return self._combinations.setdefault((owners, fields), Belongs(owners=owners, specialties=fields))


def _pattern(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for all; without any, one that nothing matches."""
    return re.compile("|".join(map(translate, patterns)) or r"(?!)")
