"""Where articles come from: a folder, or a site followed by its sitemap or its feed, as the watchlists declare it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from monitor.domain.articles import ParsedArticle

FAMILY = "articles"
"""The kind of watch that follows a source of articles; its source is ``articles:<key>``."""


class Way(StrEnum):
    """How a source of articles tells what it holds."""

    FOLDER = "folder"
    SITEMAP = "sitemap"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSource:
    """One file of ``watchlists/articles``.

    ``place`` is a folder or an address. What the path of an article is searched for (below the folder, or on the host)
    is ``include``, of which one must be found, and ``exclude``, of which none may be. ``id_pattern`` is what of that
    path names the article. Whatever the listing says, each article is read again after ``reread``.
    """

    key: str
    title: str
    way: Way
    place: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    id_pattern: str = ""
    interval: timedelta | None = None
    reread: timedelta = timedelta(days=7)
    pace_seconds: float = 2.0
    terms_url: str = ""

    @property
    def name(self) -> str:
        """What the source is called in watches, checks and metrics."""
        return f"{FAMILY}:{self.key}"

    @property
    def rules_digest(self) -> str:
        """Changes with every edit of the file: after one, the size of the listing before is no measure any more."""
        return hashlib.blake2b(repr(self).encode(), digest_size=4).hexdigest()

    def admits(self, path: str) -> bool:
        """Whether what lies at a path is an article that is to be followed."""
        if any(re.search(pattern, path, re.I) for pattern in self.exclude):
            return False
        return not self.include or any(re.search(pattern, path, re.I) for pattern in self.include)

    def names(self, path: str) -> tuple[str, ...]:
        """The ids that an article at a path may have, the best first: a later one where the first is taken."""
        plain = unquote(path)
        if self.id_pattern:
            match = re.search(self.id_pattern, plain, re.I)
            if match and (chosen := slug((match.group(1) or "") if match.re.groups else match.group())):
                return (chosen,)
        parts = [part for part in PurePosixPath(plain.strip("/")).parts if not re.match(r"(index|default)\.\w+$", part)]
        stems = [*parts[:-1], PurePosixPath(parts[-1]).stem] if parts else []
        last, whole = slug(stems[-1] if stems else ""), slug("-".join(stems))
        digest = hashlib.blake2b(path.encode(), digest_size=4).hexdigest()
        return tuple(dict.fromkeys(name for name in (last, whole, f"{self.key}-{whole or digest}") if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldArticle:
    """An article as the store knows it: whence its text came, and whether it is watched no more."""

    origin: str
    url: str = ""
    is_removed: bool = False

    def came_from(self, address: str) -> bool:
        """Whether an article's text came from this address, or from the file of this path."""
        if not self.origin:
            return False
        return address in {self.origin, self.url} or address.endswith("/" + self.origin.removeprefix("./"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """An article of a source as it reads now, new or changed. ``address`` is the page's, or the path of the file.

    ``is_known`` says that it was watched when its page was asked for: if it is not any more, somebody removed it.
    """

    article_id: str
    parsed: ParsedArticle
    address: str
    is_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedPage:
    """An article that its source does not hold any more, and how that was seen."""

    article_id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a poll of a source of articles came to, beside the check itself."""

    pages: tuple[ReadPage, ...] = ()
    removed: tuple[RemovedPage, ...] = ()


def slug(name: str) -> str:
    """A name as an id can hold it; empty where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:120]


def path_of(place: str, address: str) -> str:
    """What of an article's address the patterns are searched in: below the folder, or after the host."""
    if address.startswith(("http://", "https://")):
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        return Path(address).relative_to(place).as_posix()
    except ValueError:
        return address
