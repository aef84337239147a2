"""The directory pages of NLM's server: which files are there, since when, and with which checksum."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote, urljoin, urlsplit

from monitor.domain.outcomes import Unreadable

_ANCHOR = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
_FILE = re.compile(r"pubmed(\d\d)n(\d{4,6})\.xml\.gz(\.md5)?")
_INDEX = re.compile(r"<(title|h1)\b[^>]*>\s*(index of|directory listing|listing of)\b", re.I)
_END = re.compile(r"</html\s*>", re.I)
_TAG = re.compile(r"<[^>]*>")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>\d\d|{'|'.join(_MONTHS)})"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)"
_TIMES = (
    re.compile(rf"(?P<year>\d{{4}})[-/]{_MONTH}[-/](?P<day>\d\d)[T ,]\s*{_TIME}", re.I),
    re.compile(rf"(?P<day>\d{{1,2}})[- ]{_MONTH}[- ](?P<year>\d{{4}}),?\s+{_TIME}", re.I),
)
"""How servers write a file's time: Apache and lighttpd with the year first, nginx and older ones with the day."""
_SUM = re.compile(r"MD5\s*\(([^)]*)\)\s*=\s*([0-9a-f]{32})\b|\b([0-9a-f]{32})\s+\*?(\S+)", re.I)
_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file of the directory: its season (the two-digit year), its number, and when it was put there (UTC)."""

    season: str
    number: int
    url: str
    published: datetime
    has_sum: bool

    @property
    def name(self) -> str:
        """The name of the file."""
        return name_of(self.season, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All files of one directory."""

    files: tuple[Listed, ...] = ()

    @property
    def newest_season(self) -> str:
        """The season that began last, nothing in an empty directory."""
        return max((file.season for file in self.files), default="")

    def of(self, season: str) -> dict[int, Listed]:
        """The files of a season by number."""
        return {file.number: file for file in self.files if file.season == season}


@dataclass(slots=True)
class _Met:
    url: str = ""
    published: datetime | None = None
    has_sum: bool = False


@dataclass(slots=True)
class _Reading:
    met: dict[tuple[str, int], _Met] = field(default_factory=dict)

    def take(self, address: str, beside: str) -> None:
        """Note a link and the text behind it. A file may be linked twice, with its time behind the second one."""
        match = _FILE.fullmatch(unquote(urlsplit(address).path).rpartition("/")[2])
        if match is None:
            return
        file = self.met.setdefault((match[1], int(match[2])), _Met())
        if match[3]:
            file.has_sum = True
        else:
            file.url = file.url or address
            file.published = file.published or time_in(beside)


def read_listing(body: bytes, *, url: str) -> Listing | Unreadable:
    """Read a directory page. Whatever is not wholly one is ``Unreadable``: a missing file is a missed retraction."""
    text = body.decode("utf-8", "replace")
    if not _END.search(text):
        return Unreadable(reason="a listing of files that does not end", evidence=text[:_SHOWN])
    reading, links = _Reading(), list(_ANCHOR.finditer(text))
    ends = [*(link.start() for link in links[1:]), len(text)]
    for link, end in zip(links, ends, strict=False):
        beside = text[link.end() : end]
        address = html.unescape(next(filter(None, link.groups()), ""))
        reading.take(urljoin(url, address), html.unescape(_TAG.sub(" ", beside)))
    files = _files(reading.met)
    if isinstance(files, tuple) and not files and not _INDEX.search(text):
        return Unreadable(reason="a web page instead of a listing of files", evidence=text[:_SHOWN])
    return Listing(files=files) if isinstance(files, tuple) else files


def read_sum(body: bytes, name: str) -> str | Unreadable:
    """The MD5 of a file from the text beside it: ``MD5(pubmed26n0001.xml.gz)= …``, or as md5sum writes it."""
    text = body.decode("utf-8", "replace")
    for match in _SUM.finditer(text):
        if (match[1] or match[4] or "").strip().rpartition("/")[2] == name:
            return str(match[2] or match[3]).lower()
    return Unreadable(reason=f"no checksum of {name} where it should be", evidence=text[:_SHOWN])


def name_of(season: str, number: int) -> str:
    """How NLM names a file."""
    return f"pubmed{season}n{number:04d}.xml.gz"


def time_in(text: str) -> datetime | None:
    """The first date with a time in a text, taken as UTC; None when there is none that a calendar has."""
    for pattern in _TIMES:
        if match := pattern.search(text):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
            day, hour, minute = (int(match[part]) for part in ("day", "hour", "minute"))
            try:
                return datetime(int(match["year"]), number, day, hour, minute, tzinfo=UTC)
            except ValueError:
                continue
    return None


def _files(met: Mapping[tuple[str, int], _Met]) -> tuple[Listed, ...] | Unreadable:
    files = []
    for (season, number), file in sorted(met.items()):
        if not file.url:
            continue  # Its checksum came first.
        if file.published is None:
            return Unreadable(reason=f"a listing that does not tell the time of {name_of(season, number)}")
        files.append(Listed(season=season, number=number, url=file.url, published=file.published, has_sum=file.has_sum))
    return tuple(files)
