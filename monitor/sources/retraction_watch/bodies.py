"""The table on disk: unpacked, named by its digest, and kept compressed from one poll to the next."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO

import structlog

LARGEST_TABLE = 400_000_000
"""Bytes; six times the table of 2026."""

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_KEPT = "retraction_watch.csv.gz"
_QUICKLY = 3

_log = structlog.get_logger(__name__)


class DamagedPacking(ValueError):
    """What is packed as gzip cannot be unpacked to its end, or is far too large."""


def digest_of(file: BinaryIO) -> str:
    """The digest of a file's bytes; the file stands at its start before and after."""
    digest = hashlib.blake2b(digest_size=16)
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def unpack(file: BinaryIO, *, largest: int = LARGEST_TABLE) -> None:
    """Unpack a file in its place if it is gzip: a server may pack what it was asked to send as it is.

    Raises :class:`DamagedPacking`; then what the file holds must not be used.
    """
    file.seek(0)
    is_packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    if not is_packed:
        return
    with tempfile.TemporaryFile(prefix="retraction-watch-") as packed:
        shutil.copyfileobj(file, packed, _CHUNK)
        _unpack(packed, file, largest)


class Cache:
    """Keeps the last accepted table in a folder; without a folder it keeps nothing. It never fails: it only saves."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, file: BinaryIO) -> None:
        """Keep a copy of the table instead of the one before; where the disk refuses, nothing is kept."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix="retraction_watch-", delete=False) as fresh:
                self._write(file, fresh.file, Path(fresh.name))
        except OSError as error:
            _log.warning("retraction_watch.not_kept", reason=error.strerror or str(error))
        finally:
            file.seek(0)

    def restore(self, digest: str, into: BinaryIO) -> bool:
        """Write the kept table into a file; False when it is missing, damaged, or not the one with this digest."""
        if self._folder is None:
            return False
        try:
            with (self._folder / _KEPT).open("rb") as packed:
                _unpack(packed, into, LARGEST_TABLE)
        except (OSError, DamagedPacking):
            return False
        return digest_of(into) == digest

    def has_any(self) -> bool:
        """Whether something is kept, without a look at what it is."""
        return self._folder is not None and (self._folder / _KEPT).is_file()

    def _write(self, file: BinaryIO, fresh: IO[bytes], name: Path) -> None:
        """A name is given to what is complete only: a crash leaves the table of the day before."""
        try:
            file.seek(0)
            with gzip.GzipFile(fileobj=fresh, mode="wb", compresslevel=_QUICKLY, mtime=0) as packing:
                shutil.copyfileobj(file, packing, _CHUNK)
            fresh.flush()
            os.fsync(fresh.fileno())
            name.replace(name.with_name(_KEPT))
        except OSError:
            name.unlink(missing_ok=True)
            raise


def _unpack(packed: BinaryIO, into: BinaryIO, largest: int) -> None:
    packed.seek(0)
    into.seek(0)
    into.truncate()
    written = 0
    try:
        with gzip.GzipFile(fileobj=packed) as stream:
            while chunk := stream.read(_CHUNK):
                written += len(chunk)
                if written > largest:
                    raise DamagedPacking(f"more than {largest} bytes when unpacked")
                into.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DamagedPacking(f"its gzip is damaged or cut: {error}") from None
    into.seek(0)
