"""One process with everything: the daemon, the pages and API, and the metrics listener."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn

from monitor.daemon import Daemon, only_daemon
from monitor.settings import Settings
from monitor.store import StoreUnavailable, WrongSchema
from monitor.telemetry import CannotListen, HealthServer
from monitor.web import AccountAccess, OpenAccess, Peers, create_app
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
                tell_if_nobody_may_sign_in(monitor)
                stopping.wait()
        finally:
            daemon.stop()
            log.info("service.stopped")


def tell_if_nobody_may_sign_in(monitor: Monitor) -> None:
    """Log how to make the first account while there is none."""
    try:
        if monitor.accounts.people.is_empty():
            log.warning("accounts.none", run="monitor user add NAME --role admin")
    except StoreUnavailable as error:
        log.warning("accounts.unknown", error=str(error))


@contextmanager
def faces(monitor: Monitor, problems: Callable[[], list[str]], *, open_as: str = "") -> Iterator[None]:
    """Pages and API on ``BIND``, health and metrics on ``METRICS_BIND``, while the block runs.

    People sign in with their accounts; with ``open_as`` whoever comes acts under that name, as in the demo.
    Raises ``CannotListen`` where another program listens there.
    """
    health = HealthServer(
        monitor.settings.metrics_bind,
        monitor.telemetry,
        gauges=monitor.desk.gauges,
        is_live=problems,
        is_ready=lambda: _ready(monitor),
    )
    web = uvicorn.Server(uvicorn.Config(_app(monitor, open_as), log_config=None, access_log=False, proxy_headers=False))
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


def secret_key(settings: Settings) -> str:
    """The operator's, or one that is made once and kept where only we read it: open forms outlive a restart."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    file, made = settings.data_dir / "secret_key", secrets.token_urlsafe(32)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(made)
    except FileExistsError:
        return _kept(file) or made
    except OSError:  # Nothing can be written here; this start's own has to do.
        return made
    return made


def _kept(file: Path) -> str:
    """The key in the file; empty when it is not ours to read, or was not written to its end."""
    try:
        kept = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return kept if len(kept) >= 32 else ""


def _app(monitor: Monitor, open_as: str) -> Any:
    public_host = urlsplit(monitor.settings.public_url).hostname
    return create_app(
        desk=monitor.desk,
        explainer=monitor.explainer,
        hands=monitor.hands,
        clock=monitor.clock,
        access=OpenAccess(open_as) if open_as else _accounts(monitor),
        secret_key=secret_key(monitor.settings),
        is_tls=monitor.settings.is_tls,
        allowed_hosts=[public_host] if public_host else [],
        public_url=monitor.settings.public_url,
        unavailable=(StoreUnavailable,),
    )


def _accounts(monitor: Monitor) -> AccountAccess:
    return AccountAccess(
        monitor.accounts,
        peers=Peers(monitor.settings.trusted_proxies),
        proxy_user_header=monitor.settings.proxy_user_header,
    )


def _ready(monitor: Monitor) -> list[str]:
    try:
        monitor.store.check_schema()
    except (WrongSchema, StoreUnavailable) as error:
        return [str(error)]
    return []
