"""PubMed's baseline and update files: recorded ones as they are, or written from what changed each day."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from monitor.replay.pubmed_index import Article
from monitor.replay.shelf import BEGINNING, Shelf
from monitor.replay.tokens import expand_bytes

UPDATES, BASELINE = "updatefiles", "baseline"
PUBLISHED_AT = time(5, 45, tzinfo=UTC)
_SEASON = re.compile(r"<PubDate>\s*<Year>(\d{4})</Year>\s*<Season>([^<]*)</Season>\s*</PubDate>")
_DOCTYPE = '<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{}0101.dtd">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """How the files of a world are cut: ``turns_on`` is the day of a new baseline, with a pause of ``pause`` days."""

    turns_on: date | None = None
    pause: int = 0
    records_per_file: int = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One file as it lies in a folder of the server. ``read`` gives its bytes; ``states`` is a sum recorded with it."""

    folder: str
    name: str
    published: datetime
    read: Callable[[], bytes]
    states: bytes | None = None


def recorded(shelf: Shelf[Path], today: date, last_day: date) -> Iterator[Release]:
    """The recorded files that are there today, each since the day of its folder; undated ones since the day before."""
    first = min(shelf.days(), default=last_day) - timedelta(days=1)
    standing = {key: (version.day, version.content) for key, version in shelf.standing(today)}
    for key, (day, path) in sorted(standing.items()):
        if key.endswith(".md5") or path is None:
            continue
        folder, _, name = key.partition("/")
        _, beside = standing.get(f"{key}.md5", (None, None))
        yield Release(
            folder=folder,
            name=name if name.endswith(".gz") else f"{name}.gz",
            published=_morning(first if day == BEGINNING else day),
            read=_reading(path, last_day),
            states=beside.read_bytes() if beside else None,
        )


def written(articles: Shelf[Article], season: Season, today: date, last_day: date) -> Iterator[Release]:
    """The files of a world that has none: a baseline, then a file for each day on which something changed.

    From the day a new season begins the old files are gone, and its baseline shows what happened in the pause.
    """
    changes = sorted(day for day in articles.days() if day <= today)
    begins = min(articles.days(), default=last_day) - timedelta(days=1)
    turns_on = season.turns_on
    if turns_on is not None and today >= turns_on:
        yield from _season(articles, turns_on, [day for day in changes if day > turns_on], _prefix(turns_on), season)
    elif turns_on is not None:
        pause_begins = turns_on - timedelta(days=season.pause)
        before = f"{(int(_prefix(turns_on)) - 1) % 100:02d}"
        yield from _season(articles, begins, [day for day in changes if day < pause_begins], before, season)
    else:
        yield from _season(articles, begins, changes, _prefix(last_day), season)


def _season(
    articles: Shelf[Article], begins: date, changes: Sequence[date], prefix: str, season: Season
) -> Iterator[Release]:
    standing = [version.content for _, version in articles.standing(begins) if version.content is not None]
    size = season.records_per_file
    portions = [standing[start : start + size] for start in range(0, len(standing), size)] or [[]]
    for number, portion in enumerate(portions, start=1):
        yield _release(BASELINE, prefix, number, begins, portion, ())
    for number, day in enumerate(changes, start=len(portions) + 1):
        changed = list(articles.changes(day))
        shown = [content for _, content in changed if content is not None]
        yield _release(UPDATES, prefix, number, day, shown, [pmid for pmid, content in changed if content is None])


def _release(
    folder: str, prefix: str, number: int, day: date, articles: Sequence[Article], deleted: Sequence[str]
) -> Release:
    return Release(
        folder=folder,
        name=f"pubmed{prefix}n{number:04d}.xml.gz",
        published=_morning(day),
        read=lambda: pack(prefix, (article.xml for article in articles), deleted),
    )


def pack(prefix: str, records: Iterable[str], deleted: Sequence[str]) -> bytes:
    """A set of records as NLM's files hold them, which is not how EFetch renders the same records."""
    shown = "\n".join(_SEASON.sub(r"<PubDate><MedlineDate>\1 \2</MedlineDate></PubDate>", one) for one in records)
    gone = "".join(f'\n    <PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    end = f"\n<DeleteCitation>{gone}\n</DeleteCitation>" if deleted else ""
    head = f'<?xml version="1.0" encoding="utf-8"?>\n{_DOCTYPE.format(prefix)}'
    return gzip.compress(f"{head}\n<PubmedArticleSet>\n{shown}{end}\n</PubmedArticleSet>\n".encode(), mtime=0)


def repacked(body: bytes) -> bytes:
    """The same records in other bytes, as when NLM publishes a file anew."""
    return gzip.compress(gzip.decompress(body) + b"<!-- published anew -->\n", mtime=0)


def _reading(path: Path, last_day: date) -> Callable[[], bytes]:
    if path.suffix == ".gz":
        return path.read_bytes
    return lambda: gzip.compress(expand_bytes(path.read_bytes(), last_day), mtime=0)


def _prefix(day: date) -> str:
    """The two digits of a season: that of December is named after the year to come."""
    return f"{(day.year + (day.month == 12)) % 100:02d}"


def _morning(day: date) -> datetime:
    return datetime.combine(day, PUBLISHED_AT)
