"""The records of one packed file as they pass by."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from gzip import BadGzipFile
from typing import BinaryIO

from isal import igzip

from monitor.sources.pubmed.elements import UnreadableXml
from monitor.sources.pubmed.reader import Passed, stream


def stream_records(file: BinaryIO) -> Iterator[Passed]:
    """The records and deletions of a packed file in order, one at a time in memory.

    Raises :class:`UnreadableXml`, maybe only after the last record: until then nothing of the file may be believed.
    """
    try:
        with igzip.IGzipFile(fileobj=file) as unpacked:  # type: ignore[no-untyped-call]  # Untyped library.
            yield from stream(unpacked)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableXml(f"no gzip, or cut: {error}") from None
