"""Reading a world's folder: every file it can, and a reason for every file it cannot."""

from __future__ import annotations

import csv
import gzip
import json
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.replay.content import DEFAULT_UNKNOWN_WORDS, Content, Page, Skipped
from monitor.replay.crossref_works import Work, doi_key, works_in
from monitor.replay.faults import read_plan
from monitor.replay.pubmed_index import read_article
from monitor.replay.retraction_table import header, joined
from monitor.replay.shelf import BEGINNING, Shelf
from monitor.replay.tokens import TEXT_SUFFIXES, expand_bytes, unread
from monitor.replay.update_files import BASELINE, UPDATES, Season

_SIDECAR = ".headers.json"
_PUBMED_FILES = (".xml", ".xml.gz")
_UPDATE_FILES = (".xml", ".xml.gz", ".md5")
_LIST_FILES = (".json", ".json.gz")
_JSON_FILES = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
_ALIASES, _AGENCIES = "aliases.json", "agencies.json"
TABLE = "retraction_watch"
"""The folder of the Retraction Watch table, and the one name under which it is kept."""
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    zlib.error,
    ET.ParseError,
    csv.Error,
)
"""What a file that is not what its name says may raise; ``json`` and Unicode errors are ``ValueError``."""


def load_content(folder: Path, last_day: date) -> Content:
    """Read a world's folder. Raises only ``FileNotFoundError``, when there is no such folder."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder")
    loader = _Loader(folder, last_day)
    loader.read_options()
    loader.read_day(folder, BEGINNING)
    for day, dated in sorted(_dated_folders(folder, last_day)):
        loader.read_day(dated, day)
    return loader.content


def folder_day(name: str, last_day: date) -> date | None:
    """The day a folder's name stands for (``2026-01-05``, ``day-12``); None when it is no day."""
    relative = re.fullmatch(r"day([+-]\d{1,5})", name)
    if relative:
        return last_day + timedelta(days=int(relative[1]))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _dated_folders(folder: Path, last_day: date) -> Iterator[tuple[date, Path]]:
    for entry in folder.iterdir():
        day = folder_day(entry.name, last_day)
        if entry.is_dir() and day is not None:
            yield day, entry


class _Loader:
    def __init__(self, root: Path, last_day: date) -> None:
        self._root = root
        self._last_day = last_day
        self.content = Content()

    def read_options(self) -> None:
        """Read ``world.json`` at the top of the folder, when there is one."""
        self._each(self._files(self._root, "world.json"), self._options)

    def read_day(self, folder: Path, day: date) -> None:
        """Read what holds from one day on; things that vanish last, so that a day's ``gone.txt`` wins."""
        self._each(self._files(folder / "pubmed", *_PUBMED_FILES), lambda path: self._articles(path, day))
        self._each(self._files(folder / "clinicaltrials", *_JSON_FILES), lambda path: self._studies(path, day))
        self._crossref(folder / "crossref", day)
        self._table(self._files(folder / TABLE, ".csv"), day)
        updates = self._files(folder / "pubmed_updates", *_UPDATE_FILES)
        self._each(updates, lambda path: self._update_file(path, folder / "pubmed_updates", day))
        pages = [path for path in self._files(folder / "pages", "") if not path.name.endswith(_SIDECAR)]
        self._each(pages, lambda path: self._page(path, folder / "pages", day))
        self._each(self._files(folder / "lists", *_LIST_FILES), lambda path: self._list(path, folder, day))
        self._each(self._files(folder / "pages", _SIDECAR), lambda path: self._sidecar(path, folder / "pages", day))
        self._each(self._files(folder, "faults.json"), lambda path: self._faults(path, day))
        self._each(self._files(folder, "gone.txt"), lambda path: self._gone(path, day))

    def _files(self, folder: Path, *endings: str) -> list[Path]:
        """Files whose name ends so: below ``folder`` for content, in it for a file with a full name."""
        if len(endings) == 1 and (folder / endings[0]).is_file():
            return [folder / endings[0]]
        if not folder.is_dir() or endings in (("world.json",), ("faults.json",), ("gone.txt",)):
            return []
        return sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(endings))

    def _each(self, paths: list[Path], read: Callable[[Path], None]) -> None:
        for path in paths:
            try:
                read(path)
            except _UNREADABLE as problem:
                self._skip(path, f"{type(problem).__name__}: {problem}")

    def _skip(self, path: Path, reason: str) -> None:
        self.content.skipped.append(Skipped(path=path.relative_to(self._root).as_posix(), reason=reason))

    def _text(self, path: Path) -> bytes:
        raw = path.read_bytes()
        raw = expand_bytes(gzip.decompress(raw) if path.suffix == ".gz" else raw, self._last_day)
        strange = unread(raw)
        if strange is not None:
            self._skip(path, f"{strange} is no date of the world; left as it is")
        return raw

    def _options(self, path: Path) -> None:
        options = json.loads(self._text(path))
        self.content.empty_page = int(options.get("empty_page", 0))
        self.content.season = self._season(options.get("updates", {}))
        words = {str(word).lower() for word in options.get("unknown_words", ())}
        self.content.unknown_words = DEFAULT_UNKNOWN_WORDS | words

    def _season(self, told: Any) -> Season:
        turns_on = folder_day(str(told["turns_on"]), self._last_day) if "turns_on" in told else None
        if "turns_on" in told and turns_on is None:
            raise ValueError(f"{told['turns_on']!r} is no day on which a season could begin")
        usual = Season()
        return Season(
            turns_on=turns_on,
            pause=int(told.get("pause", usual.pause)),
            records_per_file=max(int(told.get("records_per_file", usual.records_per_file)), 1),
        )

    def _articles(self, path: Path, day: date) -> None:
        root = ET.fromstring(self._text(path))  # noqa: S314 - a world is the operator's own folder, and expat is bounded
        elements = [element for element in root.iter() if element.tag in ("PubmedArticle", "PubmedBookArticle")]
        for element in elements:
            self._article(element, path, day)
        deleted = [pmid.text or "" for pmid in root.iterfind(".//DeleteCitation/PMID")]
        for pmid in deleted:
            self.content.articles.put(pmid.strip(), day, None)
        if not elements and not deleted:
            self._skip(path, "no PubmedArticle in it")

    def _article(self, element: ET.Element, path: Path, day: date) -> None:
        element.tail = None
        try:
            article = read_article(element)
        except ValueError as problem:
            self._skip(path, str(problem))
            return
        self.content.articles.put(article.pmid, day, article)

    def _studies(self, path: Path, day: date) -> None:
        raw = self._text(path)
        lines = ".jsonl" in path.suffixes
        found = [json.loads(line) for line in raw.splitlines() if line.strip()] if lines else _listed(json.loads(raw))
        for study in found:
            nct = str(study["protocolSection"]["identificationModule"]["nctId"]).upper()
            self.content.studies.put(nct, day, study)
        if not found:
            self._skip(path, "no study in it")

    def _crossref(self, folder: Path, day: date) -> None:
        told = {folder / _ALIASES: self.content.aliases, folder / _AGENCIES: self.content.agencies}
        files = [path for path in self._files(folder, *_JSON_FILES) if path not in told]
        self._each(files, lambda path: self._works(path, day))
        for path, shelf in told.items():
            self._each([path] if path.is_file() else [], partial(self._dois, shelf=shelf, day=day))

    def _works(self, path: Path, day: date) -> None:
        raw = self._text(path)
        if ".jsonl" not in path.suffixes:
            self._shelve(works_in(json.loads(raw)), day)
            return
        for number, line in enumerate(raw.splitlines(), start=1):
            try:
                self._shelve(works_in(json.loads(line)) if line.strip() else (), day)
            except _UNREADABLE as problem:
                self._skip(path, f"line {number}: {type(problem).__name__}: {problem}")

    def _shelve(self, works: Iterable[Work], day: date) -> None:
        for work in works:
            self.content.works.put(doi_key(work["DOI"]), day, work)

    def _dois(self, path: Path, shelf: Shelf[str], day: date) -> None:
        for doi, told in json.loads(self._text(path)).items():
            shelf.put(doi_key(doi), day, None if told is None else doi_key(told))

    def _table(self, paths: list[Path], day: date) -> None:
        """All of a day's files, in the order of their names; one that does not fit the first is left out."""
        fitting: list[bytes] = []

        def add(path: Path) -> None:
            raw = self._text(path)
            header(raw)
            joined([*fitting[:1], raw])
            fitting.append(raw)

        self._each(paths, add)
        if fitting:
            self.content.tables.put(TABLE, day, joined(fitting))

    def _update_file(self, path: Path, updates: Path, day: date) -> None:
        folder = BASELINE if path.relative_to(updates).parts[0] == BASELINE else UPDATES
        self.content.update_files.put(f"{folder}/{path.name}", day, path)

    def _page(self, path: Path, pages: Path, day: date) -> None:
        text = path.suffix.lower() in TEXT_SUFFIXES
        body = self._text(path) if text else path.read_bytes()
        self.content.pages.put(path.relative_to(pages).as_posix(), day, Page(body=body))

    def _list(self, path: Path, folder: Path, day: date) -> None:
        address = re.sub(r"\.json(\.gz)?$", "", path.relative_to(folder).as_posix())
        self.content.pages.put(address, day, Page(body=self._text(path)))

    def _sidecar(self, path: Path, pages: Path, day: date) -> None:
        told = json.loads(self._text(path))
        address = path.relative_to(pages).as_posix().removesuffix(_SIDECAR)
        standing = self.content.pages.at(address, day)
        body = standing.content.body if standing and standing.content and told.get("body") is not False else None
        headers = {str(name): str(value) for name, value in told.get("headers", {}).items()}
        self.content.pages.put(address, day, Page(body=body, status=int(told.get("status", 200)), headers=headers))

    def _faults(self, path: Path, day: date) -> None:
        self.content.faults.extend(read_plan(json.loads(self._text(path)), day))

    def _gone(self, path: Path, day: date) -> None:
        for line in self._text(path).decode().splitlines():
            written = line.partition("#")[0].strip() if not line.startswith("page:") else line.strip()
            if not written:
                continue
            try:
                self._take_away(written, day)
            except InvalidIdentifier as problem:
                self._skip(path, str(problem))

    def _take_away(self, written: str, day: date) -> None:
        identifier = Identifier.parse(written)
        match identifier.scheme:
            case Scheme.PUBMED:
                self.content.articles.put(identifier.value, day, None)
            case Scheme.NCT:
                self.content.studies.put(identifier.value, day, None)
            case Scheme.PAGE:
                self._take_page_away(re.sub(r"^https?://", "", identifier.value), day)
            case Scheme.DOI:
                self.content.works.put(identifier.value, day, None)
            case Scheme.GUIDELINE | Scheme.RETRACTION_WATCH:
                raise InvalidIdentifier(f"{written!r} is served by no upstream of this world")

    def _take_page_away(self, address: str, day: date) -> None:
        for spelling in (address, f"{address.rstrip('/')}/index.html"):
            self.content.pages.put(spelling, day, None)


def _listed(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    return list(found["studies"]) if "studies" in found else [found]
