"""The service as it is served, over sockets: who gets in, what odd requests get, and the demo that is open."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml.html import document_fromstring
from structlog.testing import capture_logs

from monitor.clock import SystemClock
from monitor.serving import faces, secret_key, tell_if_nobody_may_sign_in
from monitor.settings import SettingsError, load_settings
from monitor.store import Store, StoreUnavailable
from monitor.web import AccountAccess, Peers
from monitor.wiring import Monitor, build
from monitor.wiring.accounts import build_accounts
from tests.faces.house import MIGRATIONS, House


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def served(folder: Path, **options: str) -> Iterator[tuple[Monitor, int]]:
    """The service on a port of its own."""
    port = free_port()
    settings = load_settings(
        {
            "MONITOR_DATA_DIR": str(folder),
            "MONITOR_BIND": f"127.0.0.1:{port}",
            "MONITOR_METRICS_BIND": f"127.0.0.1:{free_port()}",
        }
    )
    monitor = build(settings)
    monitor.store.upgrade()
    with faces(monitor, list, **options):
        yield monitor, port
    monitor.store.close()


def ask(port: int, head: str) -> tuple[int, str]:
    """What a request gets that no well-behaved client would send."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return int(answer.split()[1]), answer.decode()


def test_odd_requests_get_past_no_gate_and_to_no_other_site(tmp_path: Path) -> None:
    """P60, P71."""
    with served(tmp_path) as (_, port):
        host = f"Host: 127.0.0.1:{port}"
        answers = {
            head: ask(port, f"{head} HTTP/1.1\n{host}")
            for head in (
                "GET http://evil.example/users",
                "GET //evil.example/users",
                "GET /users/",
                "GET /%2e/users",
                "GET /static/../users",
                "GET /users?x=/static/style.css",
                "GET /users;/static/",
                "GET /USERS",
            )
        }
        tricked = [
            ask(port, f"GET /users HTTP/1.1\n{host}\nHost: evil.example")[0],
            ask(port, "GET /users HTTP/1.1\nHost: evil.example")[0],
            ask(port, f"GET /users HTTP/1.1\nHost: 127.0.0.1:{port}/static/style.css?")[0],
        ]
        rewritten = ask(port, f"GET /users HTTP/1.1\n{host}\nX-Original-URL: /static/style.css\nX-Forwarded-Host: evil")

    assert all(status in {303, 400, 404} for status, _ in answers.values()), answers
    assert all("location: //" not in text and "location: http" not in text for _, text in answers.values())
    assert tricked == [400, 400, 400]
    assert rewritten[0] == 303
    assert "location: /sign-in?next=%2Fusers" in rewritten[1]


def test_the_demo_is_open_says_so_and_gives_its_report_without_a_token(tmp_path: Path) -> None:
    with served(tmp_path, open_as="editor") as (_, port):
        host = f"Host: 127.0.0.1:{port}"
        status, report = ask(port, f"GET /api/v1/report HTTP/1.1\n{host}")
        page = ask(port, f"GET / HTTP/1.1\n{host}")[1]

    assert status == 200
    assert json.loads(report.partition("\r\n\r\n")[2])["articles"] == []
    said = document_fromstring(page.partition("\r\n\r\n")[2]).xpath("string(//*[contains(@class, 'whoami')])")
    assert "whoever can open this page acts as “editor”" in said


def test_the_service_gives_nothing_without_a_token_and_says_that_nobody_may_sign_in(tmp_path: Path) -> None:
    """P86."""
    with served(tmp_path) as (monitor, port), capture_logs() as logged:
        host = f"Host: 127.0.0.1:{port}"
        statuses = [
            ask(port, f"GET {path} HTTP/1.1\n{host}")[0]
            for path in ("/api/v1/report", "/api/v1/openapi.json", "/docs", "/redoc", "/metrics", "/livez", "/debug")
        ]
        tell_if_nobody_may_sign_in(monitor)

    assert statuses == [401, 401, 303, 303, 303, 303, 303]
    assert [line["run"] for line in logged if line["event"] == "accounts.none"] == [
        "monitor user add NAME --role admin"
    ]


def test_the_demo_is_not_served_beyond_loopback() -> None:
    with pytest.raises(SettingsError, match="loopback only"):
        load_settings({"MONITOR_BIND": "0.0.0.0:8642"}).require_loopback()


def test_forms_outlive_a_restart_by_a_key_that_only_we_read(tmp_path: Path) -> None:
    settings = load_settings({"MONITOR_DATA_DIR": str(tmp_path)})
    first, second = secret_key(settings), secret_key(settings)
    chosen = load_settings({"MONITOR_DATA_DIR": str(tmp_path), "MONITOR_SECRET_KEY": "k" * 40})

    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert secret_key(chosen) == "k" * 40


def test_where_no_key_can_be_kept_each_start_makes_its_own(tmp_path: Path) -> None:
    settings = load_settings({"MONITOR_DATA_DIR": str(tmp_path / "not" / "there")})

    assert secret_key(settings) != secret_key(settings)


class Unreachable(Store):
    """A store whose database does not answer."""

    def read(self) -> Iterator[object]:  # type: ignore[override]
        """Fail as it does."""
        raise StoreUnavailable("no route to host db.internal")


def test_while_the_database_does_not_answer_whoever_comes_is_asked_to_try_again(house: House) -> None:
    """P5: and the database is not named."""
    unreachable = Unreachable("sqlite://", clock=SystemClock(), migrations=MIGRATIONS)
    access = AccountAccess(build_accounts(unreachable, house.clock), peers=Peers(()))
    client = house.signed_in("ada", house.application(access=access))
    for path in ("/", "/api/v1/report", "/users"):
        response = client.get(path)

        assert response.status_code == 503
        assert response.headers["retry-after"] == "60"
        assert "db.internal" not in response.text
        assert response.headers["content-security-policy"]
    unreachable.close()
