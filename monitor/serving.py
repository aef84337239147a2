"""One process with everything: the daemon, the pages and API, and the metrics listener."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn

from monitor.daemon import Daemon, only_daemon
from monitor.store import StoreUnavailable, WrongSchema
from monitor.telemetry import CannotListen, HealthServer
from monitor.web import OpenAccess, create_app
from monitor.wiring import Monitor

log = structlog.get_logger()


def serve(monitor: Monitor, stopping: threading.Event) -> None:
    """Run until ``stopping`` is set.

    Raises ``AlreadyRunning``, ``WrongSchema`` or ``CannotListen`` instead of starting badly.
    """
    is_embedded = monitor.settings.database_url.startswith("sqlite")
    with only_daemon(monitor.settings.data_dir) if is_embedded else nullcontext():
        if is_embedded and monitor.store.is_empty():
            monitor.store.upgrade()
        daemon = Daemon(monitor, stopping)
        daemon.start()
        try:
            with faces(monitor, daemon.problems):
                log.info("service.started", pages=monitor.settings.bind, metrics=monitor.settings.metrics_bind)
                stopping.wait()
        finally:
            daemon.stop()
            log.info("service.stopped")


@contextmanager
def faces(monitor: Monitor, problems: Callable[[], list[str]]) -> Iterator[None]:
    """Pages and API on ``BIND``, health and metrics on ``METRICS_BIND``, while the block runs.

    Raises ``CannotListen`` where another program listens there.
    """
    health = HealthServer(
        monitor.settings.metrics_bind,
        monitor.telemetry,
        gauges=monitor.desk.gauges,
        is_live=problems,
        is_ready=lambda: _ready(monitor),
    )
    web = uvicorn.Server(uvicorn.Config(_app(monitor), log_config=None, access_log=False, proxy_headers=False))
    with _listening(monitor.settings.bind) as line:
        health.start()
        thread = threading.Thread(target=web.run, kwargs={"sockets": [line]}, name="web", daemon=True)
        thread.start()
        try:
            yield
        finally:
            web.should_exit = True
            thread.join(5)
            health.stop()


def _listening(bind: str) -> socket.socket:
    host, port = bind.rsplit(":", 1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # The address, which Python adds, is named already.
        raise CannotListen(f"cannot listen on {bind} (MONITOR_BIND): {why}") from error


def _app(monitor: Monitor) -> Any:
    secret = monitor.settings.secret_key
    public_host = urlsplit(monitor.settings.public_url).hostname
    return create_app(
        desk=monitor.desk,
        clock=monitor.clock,
        access=OpenAccess("editor"),
        secret_key=secret.get_secret_value() if secret else secrets.token_urlsafe(32),
        allowed_hosts=[public_host] if public_host else [],
        public_url=monitor.settings.public_url,
        unavailable=(StoreUnavailable,),
    )


def _ready(monitor: Monitor) -> list[str]:
    try:
        monitor.store.check_schema()
    except (WrongSchema, StoreUnavailable) as error:
        return [str(error)]
    return []
