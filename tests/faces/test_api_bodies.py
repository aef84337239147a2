"""What the API takes as a body and as an address: only what every program reads in the same way (promises 59, 60)."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.web.guards.addresses import LONGEST_PATH, LONGEST_QUERY, PlainAddresses
from monitor.web.guards.json_bodies import DEEPEST, fault, is_too_deep
from monitor.web.guards.limits import MOST_BYTES
from tests.faces.browsing import application, browser
from tests.faces.made_up_desk import MadeUpDesk

START = "/api/v1/articles/knee/review/start"
JSON = {"Content-Type": "application/json"}


def nested(levels: int, opens: str = "[", closes: str = "]") -> bytes:
    """JSON so deep, with as many levels as asked for."""
    return (opens * levels + closes * levels).encode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (nested(DEEPEST + 1), "deeper than 64"),
        (nested(100_000), "deeper than 64"),
        (b'{"a":' * 100_000, "deeper than 64"),
        (b'{"version": NaN}', "NaN is no number"),
        (b'{"version": -Infinity}', "-Infinity is no number"),
        (b'{"version": 1, "version": 2}', "same key twice"),
        (b'{"a": {"b": 1, "b": 2}}', "same key twice"),
        (b'{"version": "\xff"}', "not UTF-8 at byte 13"),
        (b'\xef\xbb\xbf{"version": 1}', "not JSON"),
        ('{"version": 1}'.encode("utf-16"), "not UTF-8"),
        (b'{"reason": "\\u0000"}', "NUL or half a character"),
        (b'{"reason": "\\ud800"}', "NUL or half a character"),
        (b'{"version": ' + b"9" * 5000 + b"}", "cannot be used"),
        (b'{"version": 1', "not JSON"),
        (b"version=1", "not JSON"),
    ],
    ids=range(15),
)
def test_json_that_could_be_read_in_two_ways_is_refused_with_what_is_wrong(body: bytes, words: str) -> None:
    """P59."""
    desk = MadeUpDesk()
    answer = browser(desk).post(START, content=body, headers=JSON)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"
    assert words in answer.json()["error"]["message"]
    assert desk.moves == []


def test_a_body_of_more_than_a_mebibyte_is_refused() -> None:
    """P59."""
    body = json.dumps({"version": 1, "x": "y" * MOST_BYTES}).encode()

    assert browser().post(START, content=body, headers=JSON).status_code == 413


def test_brackets_in_texts_are_not_levels() -> None:
    assert fault(json.dumps({"text": "[" * 1000 + '\\"{' * 100}).encode()) == ""
    assert fault(nested(DEEPEST)) == ""


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda some: st.lists(some), max_leaves=30))
@settings(max_examples=50, deadline=None)
def test_what_is_json_and_not_deep_has_no_fault(value: Any) -> None:
    assert not is_too_deep(json.dumps(value).encode())


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_guard(body: bytes) -> None:
    assert isinstance(fault(body), str)


@pytest.mark.parametrize(
    "body",
    [b'"\\"' * (MOST_BYTES // 3), b'"' * MOST_BYTES, b"[]" * (MOST_BYTES // 2), b"\\" * MOST_BYTES, b"[" * MOST_BYTES],
    ids=["escapes", "quotes", "pairs", "backslashes", "brackets"],
)
def test_the_guard_is_quick_whatever_is_sent(body: bytes) -> None:
    began = time.perf_counter()
    fault(body)

    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/api/v1/articles/a%2Fb", {400}),
        ("/api/v1/articles%2fknee", {400}),
        ("/api/v1/articles/%5c..%5c", {400}),
        ("/api/v1/articles/a%00b", {400}),
        ("/api/v1/articles/a%0d%0aX: y", {400}),
        ("/api/v1/articles/%ff%fe", {400}),
        ("/api/v1/articles/%2e%2e/report", {400}),
        ("/api/v1/./report", {400}),
        ("/api/v1/../v1/report", {400}),
        ("//evil.example/api/v1/report", {400}),
        ("http://evil.example/api/v1/report", {400}),
        ("*", {400}),
        ("/api/v1/articles/" + "a" * LONGEST_PATH, {414}),
        ("/api/v1/report/", {404}),
        ("/api/v1//report", {404}),
        ("/API/v1/report", {404}),
        ("/api/v1/report;jsessionid=1", {404}),
        ("/api/v1/articles/..;/report", {404}),
        ("/api/v1/articles/%252e%252e%252fetc", {404}),
        ("/api/v1/articles/\u202eknee", {404}),
        ("/api/v1/articles/knee%20", {404}),
    ],
)
def test_an_odd_path_is_refused_or_leads_nowhere(path: str, statuses: set[int]) -> None:
    """P60: asked for as it stands, without a client that tidies it up."""
    status, _ = asked(path.encode())

    assert status in statuses


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (b"severity=major&" + b"x" * LONGEST_QUERY, 414),
        (b"owner=%00", 400),
        (b"owner=%ff", 400),
        (b"%=%&&&===", 422),
        (b"severity[]=major", 422),
        (b"severity=major&severity=critical&severity=no", 422),
        (b"", 200),
    ],
)
def test_an_odd_query_is_refused(query: bytes, status: int) -> None:
    """P60."""
    assert asked(b"/api/v1/report", query)[0] == status


@pytest.mark.parametrize(
    "twice",
    [
        [(b"host", b"127.0.0.1"), (b"host", b"evil.example")],
        [(b"host", b"127.0.0.1"), (b"Host", b"127.0.0.1")],
        [(b"host", b"127.0.0.1"), (b"content-length", b"0"), (b"content-length", b"5")],
        [(b"host", b"127.0.0.1"), (b"origin", b"http://127.0.0.1"), (b"origin", b"https://evil.example")],
        [(b"host", b"127.0.0.1"), (b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")],
        [(b"host", b"evil.example")],
        [(b"host", b"127.0.0.1"), (b"host", b"127.0.0.1"), (b"x-forwarded-host", b"127.0.0.1")],
        [],
    ],
)
def test_headers_that_contradict_each_other_are_refused(twice: list[tuple[bytes, bytes]]) -> None:
    """P60."""
    assert asked(b"/api/v1/report", headers=twice)[0] == 400


def test_what_a_stranger_says_of_being_forwarded_changes_nothing() -> None:
    """P60."""
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    plain, spoofed = (browser().get("/report/stale-articles.atom", headers=extra) for extra in ({}, forwarded))

    assert "evil.example" not in spoofed.text
    assert spoofed.text == plain.text


def test_a_server_that_hands_over_no_raw_path_is_guarded_too() -> None:
    def answer(_request: Request, status: int, message: str) -> Response:
        return PlainTextResponse(message, status_code=status)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("in")(scope, receive, send)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/a/../b", "query_string": b"", "headers": []}
    asyncio.run(PlainAddresses(app, answer=answer)(scope, None, send))  # type: ignore[arg-type]

    assert sent[0]["status"] == 400


def asked(path: bytes, query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> tuple[int, bytes]:
    """The answer to a request whose address reaches the application as it stands."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")] if headers is None else headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8642),
    }
    asyncio.run(application(MadeUpDesk())(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
