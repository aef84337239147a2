"""What a world's folder holds once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.replay.crossref_works import Work
from monitor.replay.faults import PlannedFault
from monitor.replay.pubmed_index import Article
from monitor.replay.shelf import Shelf
from monitor.replay.update_files import Season

DEFAULT_UNKNOWN_WORDS = frozenset({"abcxyz", "fleegle"})
"""Words PubMed has never seen. A small world lacks most words, so absence alone must not be called "not found"."""

Study = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page's address answers. ``body`` is None where only status and headers are known."""

    body: bytes | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file of the folder that could not be read, and why."""

    path: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Content:
    """Everything a folder holds, by day; filled by :mod:`monitor.replay.loading`."""

    articles: Shelf[Article] = field(default_factory=Shelf)
    studies: Shelf[Study] = field(default_factory=Shelf)
    pages: Shelf[Page] = field(default_factory=Shelf)
    works: Shelf[Work] = field(default_factory=Shelf)
    aliases: Shelf[str] = field(default_factory=Shelf)
    agencies: Shelf[str] = field(default_factory=Shelf)
    tables: Shelf[bytes] = field(default_factory=Shelf)
    update_files: Shelf[Path] = field(default_factory=Shelf)
    season: Season = field(default_factory=Season)
    faults: list[PlannedFault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    empty_page: int = 0
    unknown_words: frozenset[str] = DEFAULT_UNKNOWN_WORDS
