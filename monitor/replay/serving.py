"""Serving a world on loopback: one HTTP server per upstream, a log of requests, and faults on demand."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from monitor.replay.answers import Answer, Request, Service, html_answer
from monitor.replay.crossref_server import Crossref
from monitor.replay.eutils_server import DEFAULT_API_KEYS, Eutils
from monitor.replay.faults import FaultBook, FaultKind, Upstream
from monitor.replay.lists_server import Lists
from monitor.replay.pages_server import Pages
from monitor.replay.retraction_watch_server import PATH, RetractionWatch
from monitor.replay.trials_server import Trials
from monitor.replay.updates_server import Updates
from monitor.replay.world import World

HANG_SECONDS = 60.0
"""How long a hanging request is held before the server gives up."""
DRIP_SECONDS = 0.1
"""The pause between the pieces of a dripping answer."""
_DRIP_BYTES = 8
_ABORT = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request as it arrived; ``target`` is path and query as sent, ``form`` what a POST carried."""

    upstream: str
    method: str
    target: str
    form: str
    at: float
    fault: str | None = None


class Servers:
    """The running servers of one world. Made by :func:`serve`."""

    def __init__(self, world: World, services: tuple[Service, ...], violations: list[str]) -> None:
        self.world = world
        self.services = services
        self.violations = violations
        """Broken manners (pace, contact, keys, sizes), one sentence each. A test asserts that this is empty."""
        self.requests: list[LoggedRequest] = []
        """Every request in the order of arrival."""
        self.urls: dict[str, str] = {}
        """The settings under which a client finds the servers: name of the variable → base address."""
        self.stopping = threading.Event()
        self._book = FaultBook()

    def inject(self, upstream: str, fault: str, times: int | None = 1, path: str = "") -> None:
        """Let the next ``times`` requests fail (None: until cleared) whose path and query contain ``path``.

        ``upstream`` may be ``all``. Raises ``ValueError`` for an upstream or a fault that does not exist.
        """
        struck = tuple(Upstream) if upstream == "all" else (Upstream(upstream),)
        for one in struck:
            self._book.inject(one, FaultKind(fault), times, path)

    def clear_faults(self) -> None:
        """Forget the injected faults; those of the world's folder stay."""
        self._book.clear()

    def expire_history(self) -> None:
        """Let every WebEnv of E-utilities be forgotten, as happens after some hours."""
        for service in self.services:
            if isinstance(service, Eutils):
                service.expire_history()

    def expire_cursors(self) -> None:
        """Let every cursor of Crossref be forgotten, as happens after five minutes."""
        for service in self.services:
            if isinstance(service, Crossref):
                service.expire_cursors()

    def strike(self, service: Service, request: Request) -> FaultKind | None:
        """The fault that meets a request, if any; the request is logged either way."""
        world = self.world
        fault = self._book.strike(service.upstream, request.target, world.today, world.planned_faults())
        form = request.body.decode(errors="replace")
        self.requests.append(
            LoggedRequest(
                upstream=service.upstream,
                method=request.method,
                target=request.target,
                form=form,
                at=request.at,
                fault=fault,
            )
        )
        return fault


@contextmanager
def serve(
    world: World,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    api_keys: Mapping[str, int] = DEFAULT_API_KEYS,
    patience: int = 1,
) -> Iterator[Servers]:
    """Serve a world until the block ends. With a ``port`` the servers take it and the next seven, else any free ones.

    ``api_keys`` are the E-utilities keys that are valid, each with its requests per second. Crossref has no keys:
    ``patience`` is how many times faster than its headers say a client may ask. Raises ``OSError`` when a port is
    taken.
    """
    violations: list[str] = []
    eutils, trials, pages = Eutils(world, violations, api_keys), Trials(world), Pages(world)
    updates, lists = Updates(world), Lists(world)
    crossref, retractions = Crossref(world, violations, patience), RetractionWatch(world)
    services: tuple[Service, ...] = (eutils, trials, pages, updates, lists, crossref, retractions)
    servers = Servers(world, services, violations)
    paths: tuple[tuple[str, Service, str], ...] = (
        ("MONITOR_EUTILS_URL", eutils, "/entrez/eutils/"),
        ("MONITOR_CLINICALTRIALS_URL", trials, "/api/v2"),
        ("MONITOR_PAGES_URL", pages, ""),
        ("MONITOR_PUBMED_UPDATES_URL", updates, "/pubmed/updatefiles/"),
        ("MONITOR_NICE_URL", lists, "/nice"),
        ("MONITOR_USPSTF_URL", lists, "/uspstf"),
        ("MONITOR_CROSSREF_URL", crossref, ""),
        ("MONITOR_RETRACTION_WATCH_URL", retractions, PATH),
    )
    with ExitStack() as stack:
        for number, (name, service, path) in enumerate(paths):
            bound = stack.enter_context(_running(servers, service, host, port + number if port else 0))
            servers.urls[name] = f"http://{host}:{bound}{path}"
        stack.callback(servers.stopping.set)
        yield servers


@contextmanager
def _running(servers: Servers, service: Service, host: str, port: int) -> Iterator[int]:
    server = _Server((host, port), _handler(servers, service))
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name=f"replay-{service.upstream}"
    )
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.drop_connections()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() then waits for the handlers, so that no socket outlives the block.
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        """End the connections that clients keep open, so that their handlers come to an end."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # The client was faster.

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is a fault of this program and is reported."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def _handler(servers: Servers, service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        played = service
        running = servers

    return Handler


class _Handler(BaseHTTPRequestHandler):
    played: Service
    running: Servers
    protocol_version = "HTTP/1.1"
    server_version = "Replay"
    sys_version = ""
    wbufsize = -1  # Headers and body leave together; apart they would wait for the client's delayed acknowledgement.

    def do_GET(self) -> None:
        self._meet()

    def do_HEAD(self) -> None:
        self._meet()

    def do_POST(self) -> None:
        self._meet()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed: the log is ``Servers.requests``."""

    def _meet(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(
            method=self.command,
            target=self.path,
            headers=dict(self.headers.items()),
            body=body,
            at=time.monotonic(),
            client=str(self.client_address[0]),
        )
        fault = self.running.strike(self.played, request)
        if fault is None:
            self._send(self._answer(request))
        else:
            self._fail(fault, request)

    def _answer(self, request: Request) -> Answer:
        return self.played.answer(request)

    def _fail(self, fault: FaultKind, request: Request) -> None:
        match fault:
            case FaultKind.UNAVAILABLE:
                self._send(
                    html_answer(
                        "503 Service Unavailable",
                        "The server is temporarily unable to service your request.",
                        status=HTTPStatus.SERVICE_UNAVAILABLE,
                    )
                )
            case FaultKind.THROTTLED:
                self._send(self.played.throttled())
            case FaultKind.HTML:
                self._send(html_answer("Just a moment...", "Please enable cookies and JavaScript to continue."))
            case FaultKind.ERROR:
                self._send(self.played.error(request))
            case FaultKind.PROLOG:
                self._send(self.played.prolog(request))
            case FaultKind.CUT:
                self._send_part(self._answer(request), promised=False)
            case FaultKind.SHORT:
                self._send_part(self._answer(request), promised=True)
            case FaultKind.DRIP:
                self._drip(self._answer(request))
            case FaultKind.HANG:
                self.close_connection = True
                self.running.stopping.wait(HANG_SECONDS)
            case FaultKind.RESET:
                self._reset()
            case FaultKind.MISSING | FaultKind.REPUBLISHED | FaultKind.WRONG_SUM | FaultKind.NO_HEADERS:
                self._send(self._spoilt(fault, request))

    def _spoilt(self, fault: FaultKind, request: Request) -> Answer:
        """The faults that one upstream only can have; every other answers as usual."""
        if fault is FaultKind.NO_HEADERS:
            answered = self._answer(request)
            kept = {name: value for name, value in answered.headers.items() if not name.startswith("x-")}
            return replace(answered, headers=kept)
        played = self.played
        return played.spoilt(request, fault) if isinstance(played, Updates) else self._answer(request)

    def _head(self, answer: Answer, length: int | None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if length is not None and answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(length))
        if length is None or self.close_connection:
            self.send_header("Connection", "close")
            self.close_connection = True

    def _send(self, answer: Answer) -> None:
        self._head(answer, len(answer.body))
        bodiless = self.command == "HEAD" or answer.status == HTTPStatus.NOT_MODIFIED
        self._write(b"" if bodiless else answer.body)

    def _send_part(self, answer: Answer, *, promised: bool) -> None:
        """Half of the body. Without a promised length the client can tell by the text only."""
        self.close_connection = True
        self._head(answer, len(answer.body) if promised else None)
        self._write(answer.body[: len(answer.body) // 2])

    def _write(self, body: bytes) -> None:
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, answer: Answer) -> None:
        self.close_connection = True
        self._head(answer, len(answer.body))
        self._write(b"")
        for start in range(0, len(answer.body), _DRIP_BYTES):
            self.wfile.write(answer.body[start : start + _DRIP_BYTES])
            self.wfile.flush()
            if self.running.stopping.wait(DRIP_SECONDS):
                return

    def _reset(self) -> None:
        """Close with a pending linger of zero seconds, which makes the system send a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self.connection.close()
