"""What a folder and a site have in common: they list what they hold, and hand out one page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from monitor.domain.outcomes import Failure, Gone, Unmodified
from monitor.sources.articles.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a listing says of one page: ``stamp`` changes with the page, ``part`` is the sitemap that lists it."""

    stamp: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every page that is listed, by its address. ``parts`` are the listing's files with their validators.

    A listing that is not ``whole``, a feed, holds the newest pages only: that one is missing on it means nothing.
    """

    pages: Mapping[str, Listed]
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A page that came. ``validators`` ask for it only if it changed; ``moved`` says that it is at ``url`` for good."""

    body: bytes
    url: str
    media_type: str = ""
    validators: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False


Answer: TypeAlias = Came | Unmodified | Gone | Failure


class Shelf(Protocol):
    """A place that holds articles."""

    def listing(self, seen: Seen) -> Listing | Failure:
        """What it holds now, of what its declaration admits; ``seen`` is what it held before."""
        ...

    def ask(self, address: str, *, validators: Mapping[str, str]) -> Answer:
        """One page; ``Gone`` with 410 where it is certain that there will be none."""
        ...
