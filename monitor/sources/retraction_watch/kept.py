"""The last file, kept on disk so that a paper that comes under watch costs no download. Losing it costs one."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from pathlib import Path

import structlog

log = structlog.get_logger()


def digest_of(body: bytes) -> str:
    """By what a file is known again."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


class Shelf:
    """A folder that holds one file, by its digest; without a folder it holds nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def body(self, digest: str) -> bytes | None:
        """The file of a digest; None where it is not there or is damaged."""
        if self._folder is None:
            return None
        try:
            body = gzip.decompress(self._path(self._folder, digest).read_bytes())
        except (OSError, EOFError, zlib.error):
            return None
        return body if digest_of(body) == digest else None

    def keep(self, digest: str, body: bytes) -> None:
        """Hold this file and no other. A disk that is full is logged; the file is then fetched again."""
        if self._folder is None or self._path(self._folder, digest).exists():
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f"unfinished-{os.getpid()}"
            unfinished.write_bytes(gzip.compress(body, 5))
            for old in self._folder.glob("retraction_watch-*.csv.gz"):
                old.unlink(missing_ok=True)
            unfinished.replace(self._path(self._folder, digest))
        except OSError as error:
            log.warning("retraction_watch.not_kept", reason=str(error))

    @staticmethod
    def _path(folder: Path, digest: str) -> Path:
        return folder / f"retraction_watch-{digest}.csv.gz"
