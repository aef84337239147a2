"""Whose articles they are, asked of thousands at once: as :class:`Owners` says it, with every pattern read once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import translate

from monitor.domain.owners import Owners


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """The owners and the specialties of an article."""

    owners: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()


class Ownership:
    """The owners of many articles."""

    def __init__(self, owners: Owners) -> None:
        self._specialties = [
            (name, _pattern(item.articles), frozenset(item.topics)) for name, item in owners.specialties.items()
        ]
        self._owners = [
            (name, _pattern(item.articles), frozenset(item.specialties)) for name, item in owners.owners.items()
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nobody looks after anything."""
        return not self._specialties and not self._owners

    def of(self, article_id: str, topics: Collection[str]) -> Belongs:
        """The owners and specialties of an article that these topics concern, in the order of :class:`Owners`."""
        fields = tuple(
            name
            for name, pattern, named in self._specialties
            if pattern.match(article_id) or (topics and not named.isdisjoint(topics))
        )
        named = [name for name, pattern, _ in self._owners if pattern.match(article_id)]
        general = [name for name, _, after in self._owners if not after.isdisjoint(fields)]
        return Belongs(owners=tuple(dict.fromkeys((*named, *general))), specialties=fields)


def _pattern(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for all; without any, one that nothing matches."""
    return re.compile("|".join(map(translate, patterns)) or r"(?!)")
