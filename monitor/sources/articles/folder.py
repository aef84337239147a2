"""A folder of article files. Its listing is what lies in it; a file that changed has another size or time."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from monitor.domain.article_sources import ArticleSource, path_of
from monitor.domain.outcomes import Failure, Gone, Unreachable, Unreadable
from monitor.sources.articles.seen import Seen
from monitor.sources.articles.shelves import Answer, Came, Listed, Listing

LARGEST_FILE = 5_000_000
MOST_FILES = 50_000

_NO_TEXT = re.compile(r"\\udc[89a-f][0-9a-f]")


class Folder:
    """Reads a folder and those in it. Hidden files are passed over, and links that lead out of it are not followed."""

    def __init__(self, source: ArticleSource) -> None:
        self._source = source
        self._root = Path(source.place)

    def listing(self, seen: Seen) -> Listing | Failure:  # noqa: ARG002 - a folder tells all of it each time.
        """Every file that is admitted. A folder of which any part cannot be read tells nothing."""
        found: dict[str, Listed] = {}
        try:
            for path in self._files():
                if self._source.admits(path_of(self._source.place, str(path))):
                    status = path.stat()
                    found[_spelt(path)] = Listed(stamp=f"{status.st_mtime_ns}-{status.st_size}")
                if len(found) > MOST_FILES:
                    return Unreadable(reason=f"{self._root}: more than {MOST_FILES} files; give a folder inside of it")
        except OSError as error:
            return Unreachable(reason=f"{error.filename or self._root} cannot be read: {error.strerror or error}")
        return Listing(pages=dict(sorted(found.items())))

    def ask(self, address: str, *, validators: Mapping[str, str]) -> Answer:  # noqa: ARG002 - a file is read at once.
        """The file, ``Gone`` where there is none in a folder that is there."""
        path = Path(address)
        try:
            if path.stat().st_size > LARGEST_FILE:
                return Unreadable(reason=f"{path}: more than {LARGEST_FILE // 1_000_000} MB; no article is so long")
            return Came(body=path.read_bytes(), url=address)
        except (FileNotFoundError, NotADirectoryError):
            if _NO_TEXT.search(address):
                return Unreadable(reason=f"{address}: the name of this file is no UTF-8; rename it")
            if self._root.is_dir():
                return Gone(url=address, status=410)
            return Unreachable(reason=f"{self._root} is not there")
        except OSError as error:
            return Unreachable(reason=f"{path} cannot be read: {error.strerror or error}")

    def _files(self) -> list[Path]:
        """Raises OSError where any folder cannot be read: its files would look removed."""
        found = []
        for folder, inside, names in os.walk(self._root, onerror=_raise):
            inside[:] = sorted(name for name in inside if not name.startswith("."))
            found += [Path(folder) / name for name in sorted(names) if not name.startswith(".")]
        home = self._root.resolve()
        return [path for path in found if path.is_file() and path.resolve().is_relative_to(home)]


def _spelt(path: Path) -> str:
    """A path as text; what is no text in it, spelt in figures, so that such a file fails alone."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _raise(error: OSError) -> None:
    raise error
