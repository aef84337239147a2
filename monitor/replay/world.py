"""A world of upstream content whose date moves. The format of its folder is told in ``world/README.md``."""

from __future__ import annotations

import importlib.resources
import threading
from datetime import date, timedelta
from pathlib import Path

from monitor.replay.content import Content, Page, Study
from monitor.replay.crossref_works import Work, doi_key
from monitor.replay.faults import PlannedFault
from monitor.replay.loading import TABLE, load_content
from monitor.replay.pubmed_index import Article, Index
from monitor.replay.pubmed_search import Collection, Standing
from monitor.replay.retraction_table import default_table
from monitor.replay.shelf import BEGINNING, Version
from monitor.replay.tokens import TEXT_SUFFIXES, expand_bytes
from monitor.replay.update_files import Release, recorded, written


class World:
    """Upstream content by day, seen on ``today``. Starts on its last day; several threads may ask it."""

    def __init__(self, content: Content, *, last_day: date) -> None:
        self.last_day = last_day
        self.skipped = tuple(content.skipped)
        self.empty_page = content.empty_page
        self._content = content
        self._lock = threading.RLock()
        self._index: Index | None = None
        self._collections: dict[date, Collection] = {}
        self._today = last_day

    @classmethod
    def load(cls, folder: Path, *, last_day: date) -> World:
        """Read a folder. What cannot be read is listed in ``skipped``; a missing folder is a ``FileNotFoundError``."""
        return cls(load_content(folder, last_day), last_day=last_day)

    @property
    def today(self) -> date:
        """The day the world stands at."""
        return self._today

    def move_to(self, day: date) -> None:
        """Let the world stand at another day, earlier ones included."""
        with self._lock:
            self._today = day

    def days(self) -> tuple[date, ...]:
        """The days on which something changes, in order: new content, things gone, faults that begin or have ended."""
        content = self._content
        faults = {day for fault in content.faults for day in (fault.first_day, fault.last_day + timedelta(days=1))}
        versioned = (content.articles, content.studies, content.pages, content.update_files, content.works)
        told = (content.aliases, content.agencies, content.tables)
        return tuple(sorted(faults.union(*(shelf.days() for shelf in (*versioned, *told)))))

    def planned_faults(self) -> tuple[PlannedFault, ...]:
        """The faults of the folder, whatever their day."""
        return tuple(self._content.faults)

    def collection(self) -> Collection:
        """PubMed as it stands today."""
        with self._lock:
            if self._today not in self._collections:
                self._collections = {self._today: self._collect(self._today)}
            return self._collections[self._today]

    def study(self, nct: str, day: date) -> Study | None:
        """A study as it stands on a day; None when there is none of that number."""
        version = self._content.studies.at(nct, day)
        return version.content if version else None

    def study_versions(self, nct: str, day: date) -> list[Study]:
        """How a study stood until a day, the oldest version first; none where it is not there."""
        if self.study(nct, day) is None:
            return []
        return [one.content for one in self._content.studies.until(nct, day) if one.content is not None]

    def studies(self, day: date) -> dict[str, Study]:
        """Every study that stands on a day, by NCT number."""
        return {
            nct: version.content for nct, version in self._content.studies.standing(day) if version.content is not None
        }

    def work(self, doi: str, day: date) -> Version[Work] | None:
        """A work of Crossref as it stands on a day, and since when; None when there is none of that DOI."""
        return self._content.works.at(doi_key(doi), day)

    def works(self, day: date) -> dict[str, Version[Work]]:
        """Every work that stands on a day, by its DOI in lower case; one that is an alias by now is not among them."""
        aliases = dict(self._content.aliases.standing(day))
        return {doi: version for doi, version in self._content.works.standing(day) if doi not in aliases}

    def alias(self, doi: str, day: date) -> str | None:
        """The DOI that another one was made an alias of."""
        version = self._content.aliases.at(doi_key(doi), day)
        return version.content if version else None

    def agency(self, doi: str, day: date) -> str | None:
        """The registration agency that a world names for a DOI or its prefix."""
        key = doi_key(doi)
        found = self._content.agencies.at(key, day) or self._content.agencies.at(key.partition("/")[0], day)
        return found.content if found else None

    def retraction_table(self) -> bytes:
        """The Retraction Watch table as it is published today."""
        version = self._content.tables.at(TABLE, self._today)
        return version.content if version and version.content is not None else default_table(self._today)

    def page(self, address: str) -> tuple[Page, date] | None:
        """What ``host/path`` answers today and since when; None when nothing is there."""
        version = self._content.pages.at(address, self._today)
        if version is None or version.content is None:
            return None
        return version.content, version.day

    def update_files(self) -> tuple[Release, ...]:
        """PubMed's baseline and update files as they lie there today: recorded, else written from its records."""
        content = self._content
        if any(True for _ in content.update_files.contents()):
            return tuple(recorded(content.update_files, self._today, self.last_day))
        return tuple(written(content.articles, content.season, self._today, self.last_day))

    def _collect(self, day: date) -> Collection:
        if self._index is None:
            self._index = Index(self._content.articles.contents())
            self._numbers = {id(article): number for number, article in enumerate(self._index.articles)}
        standing: dict[str, Standing] = {}
        numbers: dict[int, str] = {}
        for pmid, version in self._content.articles.standing(day):
            if version.content is not None:
                standing[pmid] = self._standing(pmid, version, version.content)
                numbers[self._numbers[id(version.content)]] = pmid
        return Collection(
            today=day, index=self._index, numbers=numbers, standing=standing, unknown_words=self._content.unknown_words
        )

    def _standing(self, pmid: str, version: Version[Article], article: Article) -> Standing:
        first = self._content.articles.first_day(pmid)
        entered = article.days.get("EDAT", (None,))[0]
        revised = article.days.get("MDAT", (entered,))[0]
        return Standing(
            article=article,
            created=entered if first == BEGINNING else first,
            modified=revised if version.day == BEGINNING else version.day,
        )


def recorded_world(last_day: date) -> World:
    """The world that comes with the program, ending on ``last_day``."""
    with importlib.resources.as_file(importlib.resources.files("monitor.replay") / "world") as folder:
        return World.load(folder, last_day=last_day)


def sample_articles(last_day: date) -> list[tuple[str, bytes]]:
    """The sample article pages of the recorded world: file name and content with its dates filled in, by name."""
    folder = importlib.resources.files("monitor.replay") / "world" / "articles"
    if not folder.is_dir():
        return []
    files = sorted((entry for entry in folder.iterdir() if entry.is_file()), key=lambda entry: entry.name)
    return [(entry.name, _expanded(entry.name, entry.read_bytes(), last_day)) for entry in files]


def _expanded(name: str, raw: bytes, last_day: date) -> bytes:
    return expand_bytes(raw, last_day) if Path(name).suffix.lower() in TEXT_SUFFIXES else raw
