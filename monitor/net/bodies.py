"""Reads a body to its end or says why it is none: counted after decoding, and never silently cut."""

from __future__ import annotations

import zlib
from typing import BinaryIO, Protocol

from urllib3.response import BaseHTTPResponse

from monitor.net.deadline import Deadline

_CHUNK = 65_536
_GZIP = 16 + zlib.MAX_WBITS


class BodyTooLarge(Exception):
    """The decoded body is over the cap; ``kept`` is its beginning."""

    def __init__(self, kept: bytes) -> None:
        super().__init__("body over the cap")
        self.kept = kept


class BodyDamaged(Exception):
    """The body ended early or its checksum is wrong: whatever was read must not be used."""


class BodyForeign(Exception):
    """The body is packed in a way we did not ask for."""


class BodyUnstored(Exception):
    """The file for the body cannot be written. That is our disk's fault, not the server's."""


class _Unpacking(Protocol):
    def feed(self, chunk: bytes, room: int) -> bytes:
        """The decoded bytes of a chunk, at most ``room`` of them."""
        ...

    def finish(self) -> None:
        """Raise :class:`BodyDamaged` when the body ended in the middle."""
        ...


class _Plain:
    def feed(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]

    def finish(self) -> None:
        return


class _Gzip:
    """Gzip in one or several members. The checksum is verified by zlib, the end by :meth:`finish`."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False

    def feed(self, chunk: bytes, room: int) -> bytes:
        out = b""
        while chunk and len(out) < room:
            self._begun = True
            if self._member.eof:
                if not chunk.strip(b"\0"):  # Some servers pad the last member.
                    return out
                self._member = zlib.decompressobj(_GZIP)
            try:
                out += self._member.decompress(chunk, room - len(out))
            except zlib.error as error:
                raise BodyDamaged("gzip is damaged") from error
            chunk = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return out

    def finish(self) -> None:
        if self._begun and not self._member.eof:
            raise BodyDamaged("gzip ends early")


def store_body(raw: BaseHTTPResponse, into: BinaryIO, *, deadline: Deadline, max_bytes: int) -> bytes:
    """Write the whole body into a file, byte for byte as it came, and return its beginning.

    Nothing is unpacked: a server may well state the packing of a stored file as that of the transfer. Raises what
    :func:`read_body` raises, and :class:`BodyUnstored`; then what the file holds must not be used.
    """
    beginning, received = b"", 0
    _write(into, b"", anew=True)
    while chunk := raw.read1(_CHUNK, decode_content=False):
        deadline.rest()
        beginning = beginning or chunk
        received += len(chunk)
        if received > max_bytes:
            raise BodyTooLarge(beginning)
        _write(into, chunk)
    deadline.rest()
    into.seek(0)
    return beginning


def read_body(raw: BaseHTTPResponse, *, deadline: Deadline, max_bytes: int) -> bytes:
    """The whole decoded body.

    Raises :class:`BodyTooLarge`, :class:`BodyDamaged` or :class:`BodyForeign`, ``DeadlinePassed``, and what urllib3
    raises for a connection that breaks or a Content-Length that is not reached.
    """
    unpacking = _unpacking(raw.headers.get("content-encoding", ""))
    body, received = bytearray(), 0
    while chunk := raw.read1(_CHUNK, decode_content=False):
        deadline.rest()
        received += len(chunk)
        body += unpacking.feed(chunk, max_bytes + 1 - len(body))
        if len(body) > max_bytes or received > max_bytes + _CHUNK:
            raise BodyTooLarge(bytes(body[:max_bytes]))
    deadline.rest()  # A line cut at the deadline ends like one that is complete.
    unpacking.finish()
    return bytes(body)


def _write(into: BinaryIO, chunk: bytes, *, anew: bool = False) -> None:
    try:
        if anew:
            into.seek(0)
            into.truncate()
        into.write(chunk)
    except OSError as error:
        raise BodyUnstored(f"the file cannot be stored: {error.strerror or error}") from error


def _unpacking(encoding: str) -> _Unpacking:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case other:
            raise BodyForeign(f"content encoding {other[:40]!r} was not asked for")
