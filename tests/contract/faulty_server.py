"""A web server on loopback that misbehaves on purpose, and a clock moved by hand."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class HandClock:
    """Stands still until it is moved; a wait moves it, and is noted."""

    def __init__(self) -> None:
        self._moved = 0.0
        self._lock = threading.Lock()
        self.waits: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self._moved)

    def today(self) -> datetime:
        return self.now()

    def monotonic(self) -> float:
        return self._moved

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        with self._lock:
            self._moved += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request as the server received it; ``at`` is the moment the connection came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float


Reply: TypeAlias = Callable[[socket.socket, Heard, threading.Event], None]


class FaultyServer:
    """Answers each path with the reply set for it. ``heard`` holds every request, ``busiest`` the most at a time."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[Heard] = []
        self.busiest = 0
        self._busy = 0
        self._tls = tls
        self._replies: dict[str, Reply] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._threads.append(threading.Thread(target=self._accept, daemon=True))
        self._threads[0].start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def on(self, path: str, reply: Reply) -> str:
        """Set the reply of a path and return its address."""
        self._replies[path] = reply
        return self.url(path)

    @property
    def targets(self) -> list[str]:
        return [heard.target for heard in self.heard]

    def close(self) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(line, time.monotonic()), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket, at: float) -> None:
        with self._lock:
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            with contextlib.closing(line), contextlib.suppress(OSError, ValueError):
                self._answer(self._tls.wrap_socket(line, server_side=True) if self._tls else line, at)
        finally:
            with self._lock:
                self._busy -= 1

    def _answer(self, line: socket.socket, at: float) -> None:
        with contextlib.closing(line):
            heard = _read_request(line, at)
            self.heard.append(heard)
            self._replies.get(heard.target.partition("?")[0], status(404))(line, heard, self._closing)


@contextlib.contextmanager
def faulty_server(tls: ssl.SSLContext | None = None) -> Iterator[FaultyServer]:
    server = FaultyServer(tls)
    try:
        yield server
    finally:
        server.close()


def _read_request(line: socket.socket, at: float) -> Heard:
    line.settimeout(10)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(line)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _some(line)
    return Heard(method=method, target=target, headers=headers, body=body, at=at)


def _some(line: socket.socket) -> bytes:
    if not (chunk := line.recv(65_536)):
        raise OSError("the client left")
    return chunk


def raw(answer: bytes) -> Reply:
    """Bytes as they are, then the connection ends."""
    return lambda line, _heard, _closing: line.sendall(answer)


def status(code: int, body: bytes = b"", **headers: str) -> Reply:
    """A well-formed answer. Header names are given with underscores."""
    given = {
        "Content-Type": "text/plain",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = f"HTTP/1.1 {code} Reason\r\n" + "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return raw(head.encode("latin-1") + b"\r\n" + body)


def page(title: str, body: str = "") -> Reply:
    """An HTML page with status 200."""
    html = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()
    return status(200, html, Content_Type="text/html")


def packed(body: bytes, *, spoil: Callable[[bytes], bytes] = bytes) -> Reply:
    """A gzip body, spoilt on its way; it ends with the connection, so that only gzip itself can tell."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    return raw(head + spoil(gzip.compress(body)))


def sequence(*replies: Reply) -> Reply:
    """One reply after another; the last one for good."""
    waiting = list(replies)

    def reply(line: socket.socket, heard: Heard, closing: threading.Event) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(line, heard, closing)

    return reply


def drip(start: bytes, *, every: float) -> Reply:
    """A beginning, then one byte at a time, without end."""

    def reply(line: socket.socket, _heard: Heard, closing: threading.Event) -> None:
        line.sendall(start)
        while not closing.wait(every):
            line.sendall(b"x")

    return reply


def silence(line: socket.socket, _heard: Heard, closing: threading.Event) -> None:
    """Nothing at all, until the client leaves."""
    line.settimeout(0.05)
    while not closing.is_set():
        with contextlib.suppress(TimeoutError):
            if not line.recv(1):
                return


def reset(line: socket.socket, _heard: Heard, _closing: threading.Event) -> None:
    """The connection is reset instead of closed."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def slow(seconds: float, reply: Reply) -> Reply:
    """The same reply, later."""

    def later(line: socket.socket, heard: Heard, closing: threading.Event) -> None:
        closing.wait(seconds)
        reply(line, heard, closing)

    return later
