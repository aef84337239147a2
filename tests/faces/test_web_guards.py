"""What guards every route: headers, known hosts, and a limit to what a request may send."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from monitor.web.guards.limits import MOST_BYTES, BodyLimit
from tests.faces.browsing import SECRET, application, browser
from tests.faces.made_up_desk import MadeUpDesk
from tests.faces.walking import routes_of

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ANY_ANSWER = [
    ("GET", "/"),
    ("GET", "/articles"),
    ("GET", "/articles/knee"),
    ("GET", "/sources"),
    ("GET", "/findings/nowhere"),
    ("GET", "/watchlists"),
    ("GET", "/watchlists/nowhere.yaml"),
    ("GET", "/report"),
    ("GET", "/report/stale-articles.html"),
    ("GET", "/static/style.css"),
    ("GET", "/static/icon.svg"),
    ("GET", "/static/none.css"),
    ("GET", "/nowhere"),
    ("GET", "/articles/nowhere"),
    ("POST", "/"),
    ("POST", "/articles/knee/review/start"),
    ("GET", "/api/v1/report"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/nothing"),
    ("POST", "/api/v1/articles/knee/review/start"),
    ("GET", "/articles?page=0"),
]


def assert_guarded(response: Any) -> None:
    """The headers that belong on every answer."""
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/nowhere"), ("POST", "/"), ("GET", "/static/none")]
)
def test_over_tls_browsers_are_told_never_to_ask_in_clear(method: str, path: str) -> None:
    """P81."""
    assert browser(is_tls=True).request(method, path).headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in browser().request(method, path).headers


@pytest.mark.parametrize(("method", "path"), ANY_ANSWER)
def test_every_answer_carries_the_guarding_headers(method: str, path: str) -> None:
    """P80: errors and static files too."""
    assert_guarded(browser().request(method, path))


@pytest.mark.parametrize("path", ["/", "/api/v1/report"])
def test_even_a_bug_is_answered_with_the_guarding_headers(path: str) -> None:
    response = browser(MadeUpDesk(failure=RuntimeError("broken"))).get(path)

    assert response.status_code == 500
    assert_guarded(response)


def test_the_answer_of_every_route_carries_the_guarding_headers() -> None:
    """P80: walked over every route there is, whatever it answers."""
    client = browser()
    for route in routes_of(client.app):
        assert_guarded(client.request(route.method, route.path))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8642",
        "127.0.0.1.evil.example",
        "",
        "[::1",
        "a@b",
        "127.0.0.2",
        "evil.example@127.0.0.1",
        "127.0.0.1/static/style.css?",
        "127.0.0.1#",
        "127.0.0.1:80:80",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/report", "/static/style.css"])
def test_a_request_for_another_host_is_refused(host: str, path: str) -> None:
    """P60: a rebound name or a forged header."""
    response = browser().get(path, headers={"Host": host})

    assert response.status_code == 400
    assert_guarded(response)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8642", "[::1]:8642", "LOCALHOST:1", "monitor.example.org"])
def test_known_hosts_are_answered(host: str) -> None:
    client = browser(allowed_hosts=["Monitor.example.org"])

    assert client.get("/", headers={"Host": host}).status_code == 200


def test_forwarding_headers_from_outside_change_nothing() -> None:
    """P60."""
    response = browser().get("/nowhere", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert "evil.example" not in response.text
    assert "Secure" not in response.headers["set-cookie"]


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/articles/", "/articles//", "/static/../app.py", "/static/%2e%2e/app.py"]
)
def test_odd_paths_lead_nowhere(path: str) -> None:
    response = browser().get(f"http://127.0.0.1:8642{path}")

    assert response.status_code in {400, 404}
    assert "location" not in response.headers


@pytest.mark.parametrize("path", ["/api/v1/articles/knee/review/start", "/articles/knee/review/start"])
def test_a_body_over_a_mebibyte_is_refused(path: str) -> None:
    """P59."""
    response = browser().post(path, content=b"x" * (MOST_BYTES + 1), headers={"Content-Type": "application/json"})

    assert response.status_code == 413
    assert_guarded(response)


def test_a_chunked_body_without_end_is_refused_when_it_passes_the_limit() -> None:
    given = []

    def endless() -> Iterator[bytes]:
        for number in range(1000):
            given.append(number)
            yield b"x" * 65_536

    response = browser().post(
        "/api/v1/articles/knee/review/start", content=endless(), headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"by": NaN}', b""])
def test_a_body_that_is_no_json_is_the_senders_fault(body: bytes) -> None:
    response = browser().post(
        "/api/v1/articles/knee/review/start", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code in {400, 422}
    assert list(response.json()["error"]) == ["code", "message"]


def limited(messages: list[Message], *, most_seconds: float = 20.0, length: str = "") -> list[Message]:
    """What a body limit of ten bytes answers to these messages; when they end, nothing more ever comes."""
    sent: list[Message] = []

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        await PlainTextResponse(body)(scope, receive, send)

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # It never comes.

    async def send(message: Message) -> None:
        sent.append(message)

    def answer(_request: Request, status: int, message: str) -> Response:
        return PlainTextResponse(message, status_code=status)

    headers = [(b"content-length", length.encode())] if length else []
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(BodyLimit(echo, answer=answer, most_bytes=10, most_seconds=most_seconds)(scope, receive, send))
    return sent


def test_a_body_in_pieces_arrives_whole() -> None:
    start, body = limited(
        [{"type": "http.request", "body": b"abc", "more_body": True}, {"type": "http.request", "body": b"def"}]
    )

    assert start["status"] == 200
    assert body["body"] == b"abcdef"


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    """P59: 408."""
    start, _body = limited([{"type": "http.request", "body": b"abc", "more_body": True}], most_seconds=0.0)

    assert start["status"] == 408


@pytest.mark.parametrize("length", ["11", "9" * 5000, "-1", "x", "²"])
def test_a_declared_length_over_the_limit_is_refused_unread(length: str) -> None:
    (start, _body) = limited([], length=length)

    assert start["status"] == 413


def test_a_sender_who_leaves_is_not_answered() -> None:
    assert limited([{"type": "http.disconnect"}]) == []


def test_a_short_secret_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        application(MadeUpDesk(), secret_key=SECRET[:31])
