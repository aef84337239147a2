"""Metrics and health over HTTP, apart from the pages: it answers while everything else is stuck."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

import structlog
from prometheus_client.exposition import choose_encoder

from monitor.domain.gauges import StoreGauges
from monitor.telemetry.collector import StoreCollector
from monitor.telemetry.metrics import Telemetry

log = structlog.get_logger()

Check = Callable[[], list[str]]
"""Says what is wrong, one line each; nothing when all is well."""

IDLE_SECONDS = 5.0
VISIT_SECONDS = 30.0
PLAIN = "text/plain; charset=utf-8"


class CannotListen(Exception):
    """The metrics address is taken or not ours. Stop the other program, or set ``MONITOR_METRICS_BIND``."""


class HealthServer:
    """Serves ``/metrics``, ``/livez``, ``/readyz`` and ``/startupz`` between ``start`` and ``stop``.

    ``bind`` is ``host:port``; port 0 takes a free one. ``is_live`` tells of loops that no longer come round,
    ``is_ready`` of what keeps the program from working; ``/startupz`` is ready once and stays so.
    """

    def __init__(
        self, bind: str, telemetry: Telemetry, *, gauges: Callable[[], StoreGauges], is_live: Check, is_ready: Check
    ) -> None:
        self._bind = bind
        self._telemetry = telemetry
        self._collector = StoreCollector(gauges)
        self._is_live = is_live
        self._is_ready = is_ready
        self._has_started = False
        self._listener: _Listener | None = None

    @property
    def url(self) -> str:
        """Where it listens. Raises RuntimeError before ``start``."""
        if self._listener is None:
            raise RuntimeError("the listener was not started")
        host, port = self._listener.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"

    def start(self) -> None:
        """Listen in a thread of its own. Raises :class:`CannotListen`."""
        try:
            listener = _Listener(_address(self._bind), self._answer)
        except OSError as error:
            raise CannotListen(f"cannot listen on {self._bind}: {error.strerror}") from error
        self._listener = listener
        self._telemetry.registry.register(self._collector)
        threading.Thread(target=listener.serve_forever, name="health", daemon=True).start()

    def stop(self) -> None:
        """Stop listening and let go of the store. Does nothing when it was not started."""
        if self._listener is None:
            return
        self._listener.shutdown()
        self._listener.server_close()
        self._listener = None
        self._telemetry.registry.unregister(self._collector)

    def _answer(self, path: str, accept: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path."""
        match path:
            case "/metrics":
                encode, content_type = choose_encoder(accept)
                return 200, content_type, encode(self._telemetry.registry)
            case "/livez":
                return _verdict(_problems(self._is_live))
            case "/readyz":
                return _verdict(self._readiness())
            case "/startupz":
                return _verdict([] if self._has_started else self._readiness())
        return 404, PLAIN, b"there are /metrics, /livez, /readyz and /startupz\n"

    def _readiness(self) -> list[str]:
        problems = _problems(self._is_ready)
        self._has_started = self._has_started or not problems
        return problems


class _Listener(ThreadingMixIn, TCPServer):
    """One thread per visitor, none of which can hold up another or the end of the program."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], answer: Callable[[str, str], tuple[int, str, bytes]]) -> None:
        self.answer = answer
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._visits: dict[socket.socket, float] = {}
        self._visits_lock = threading.Lock()
        super().__init__(address, _Visit)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a visitor in and note when it came."""
        with self._visits_lock:
            self._visits[request] = time.monotonic()
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """See a visitor off."""
        with self._visits_lock:
            self._visits.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Hang up on visitors that send a byte now and then to stay for ever."""
        now = time.monotonic()
        with self._visits_lock:
            overstayed = [visitor for visitor, came in self._visits.items() if now - came > VISIT_SECONDS]
        for visitor in overstayed:
            self.shutdown_request(visitor)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor that went away is no error of ours; anything else is."""
        del request, client_address
        if not isinstance(sys.exception(), OSError):
            log.exception("health.answer_failed")


class _Visit(BaseHTTPRequestHandler):
    timeout = IDLE_SECONDS
    server: _Listener

    def do_GET(self) -> None:
        status, content_type, body = self.server.answer(self.path.partition("?")[0], self.headers.get("Accept", ""))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def version_string(self) -> str:
        return "freshness-monitor"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a probe every few seconds is no event."""


def _address(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    return host.strip("[]"), int(port)


def _problems(check: Check) -> list[str]:
    try:
        return check()
    except Exception as error:  # The edge of a probe: a check that fails is itself what is wrong.
        log.exception("health.check_failed")
        return [f"the check itself failed ({type(error).__name__})"]


def _verdict(problems: list[str]) -> tuple[int, str, bytes]:
    if not problems:
        return 200, PLAIN, b"ok\n"
    return 503, PLAIN, "".join(f"{problem}\n" for problem in problems).encode()
