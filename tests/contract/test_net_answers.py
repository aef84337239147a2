"""What a server may do, and the value that comes of it."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, Gone, Unmodified, Unreachable, Unreadable
from monitor.net import Client, Manners
from tests.contract.faulty_server import (
    FaultyServer,
    Reply,
    drip,
    faulty_server,
    packed,
    raw,
    reset,
    sequence,
    silence,
    slow,
    status,
)

QUICK = Manners(pace_seconds=0, deadline_seconds=5)
BODY = b"PMID- 40169165\n" * 1_000


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def client() -> Client:
    return Client(clock=SystemClock(), contact="editors@example.org")


def test_a_body_arrives_decoded_with_lower_case_headers(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, gzip.compress(BODY), Content_Encoding="gzip", ETag='W/"7"'))

    outcome = client.get(server.url("/"), params=[("id", "1"), ("id", "2")], manners=QUICK)

    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.status, outcome.headers["etag"]) == (BODY, 200, 'W/"7"')
    assert outcome.url == server.url("/?id=1&id=2")


def test_we_say_who_we_are_and_take_gzip_only(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b"ok"))

    client.get(server.url("/"), manners=QUICK)

    sent = server.heard[0].headers
    assert sent["user-agent"].startswith("freshness-monitor/")
    assert sent["user-agent"].endswith("(+mailto:editors@example.org)")
    assert sent["accept-encoding"] == "gzip"


def test_a_form_is_posted(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b"ok"))

    outcome = client.post(server.url("/"), data={"db": "pubmed", "id": "1,2"}, manners=QUICK)

    assert isinstance(outcome, Fetched)
    assert (server.heard[0].method, server.heard[0].body) == ("POST", b"db=pubmed&id=1%2C2")
    assert server.heard[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_bytes_are_posted_as_they_are(server: FaultyServer, client: Client) -> None:
    """A webhook's signature covers the very bytes, and 204 is all it gets back."""
    server.on("/hook", status(204))

    outcome = client.post(
        server.url("/hook"),
        data=b'{"a": 1}',
        headers={"Content-Type": "application/json"},
        manners=Manners(pace_seconds=0, expects_body=False),
    )

    assert isinstance(outcome, Fetched)
    assert outcome.status == 204
    assert server.heard[0].body == b'{"a": 1}'
    assert server.heard[0].headers["content-type"] == "application/json"


def test_validators_are_sent_byte_for_byte_and_an_unchanged_page_is_unmodified(
    server: FaultyServer, client: Client
) -> None:
    server.on("/", status(304, ETag='W/"8"'))

    outcome = client.get(server.url("/"), headers={"If-None-Match": 'W/"7"'}, manners=QUICK)

    assert outcome == Unmodified(data_version='W/"8"')
    assert server.heard[0].headers["if-none-match"] == 'W/"7"'


def test_an_unmodified_that_nobody_asked_for_says_nothing(server: FaultyServer, client: Client) -> None:
    assert isinstance(client.get(server.on("/", status(304)), manners=QUICK), Unreadable)


@pytest.mark.parametrize("code", [404, 410])
def test_what_is_not_there_is_gone(server: FaultyServer, client: Client, code: int) -> None:
    url = server.on("/", status(code, b"not here"))

    assert client.get(url, manners=QUICK) == Gone(url=url, status=code, evidence="not here")


@pytest.mark.parametrize("code", [400, 401, 403, 414, 451])
def test_a_refusal_is_unreadable_with_its_first_words(server: FaultyServer, client: Client, code: int) -> None:
    outcome = client.get(server.on("/", status(code, b"No. " * 500)), manners=QUICK)

    assert isinstance(outcome, Unreadable)
    assert outcome.reason == f"HTTP {code}"
    assert outcome.evidence.startswith("No. No.")
    assert len(outcome.evidence) == 300


@pytest.mark.parametrize("code", [408, 500, 502, 503, 504, 521])
def test_a_sick_server_is_unreachable(server: FaultyServer, client: Client, code: int) -> None:
    """P20."""
    assert client.get(server.on("/", status(code, b"oops")), manners=QUICK) == Unreachable(reason=f"HTTP {code}")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (raw(b""), "the connection was closed without an answer"),
        (reset, "the connection was reset"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "the answer is no HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"), "the body ended early"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly \r\n20\r\nthis"), "the body ended early"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly \r\n"), "the body ended early"),
        (packed(BODY, spoil=lambda body: body[:-9]), "gzip ends early"),
        (packed(BODY, spoil=lambda body: body[:-8] + b"\0\0\0\0" + body[-4:]), "gzip is damaged"),
        (packed(BODY, spoil=lambda body: body[:40] + b"\xff\xff" + body[42:]), "gzip is damaged"),
    ],
    ids=["closed", "reset", "no-http", "short", "chunk-cut", "chunks-unended", "gzip-cut", "wrong-crc", "gzip-garbled"],
)
def test_a_cut_body_is_never_read_as_an_answer(server: FaultyServer, client: Client, reply: Reply, reason: str) -> None:
    """P22."""
    assert client.get(server.on("/", reply), manners=QUICK) == Unreachable(reason=reason)


def test_a_whole_gzip_body_in_several_members_is_read_to_its_end(server: FaultyServer, client: Client) -> None:
    """Files that are appended to, such as logs and some dumps, are packed so."""
    outcome = client.get(server.on("/", packed(BODY, spoil=lambda body: body + body + b"\0" * 512)), manners=QUICK)

    assert isinstance(outcome, Fetched)
    assert outcome.body == BODY + BODY


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_a_packing_we_did_not_ask_for_is_unreadable(server: FaultyServer, client: Client, encoding: str) -> None:
    """P46: nested encodings are how a bomb passes a cap."""
    outcome = client.get(server.on("/", status(200, b"xx", Content_Encoding=encoding)), manners=QUICK)

    assert isinstance(outcome, Unreadable)
    assert encoding in outcome.reason


@pytest.mark.parametrize("reply", [status(200, b"x" * 200_001), packed(bytes(200_001))], ids=["plain", "gzip"])
def test_a_body_over_the_cap_is_not_taken(server: FaultyServer, client: Client, reply: Reply) -> None:
    small = Manners(pace_seconds=0, max_bytes=200_000)

    assert client.get(server.on("/", reply), manners=small) == Unreadable(reason="body over 200000 bytes")


def test_a_body_of_exactly_the_cap_is_taken(server: FaultyServer, client: Client) -> None:
    outcome = client.get(server.on("/", packed(bytes(200_000))), manners=Manners(pace_seconds=0, max_bytes=200_000))

    assert isinstance(outcome, Fetched)


def test_a_gzip_bomb_stops_at_the_cap(server: FaultyServer, client: Client) -> None:
    """P46: 200 MB in 200 kB."""
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    server.on("/", status(200, bomb, Content_Encoding="gzip"))
    before = time.monotonic()

    outcome = client.get(server.url("/"), manners=Manners(pace_seconds=0, max_bytes=1_000_000))

    assert outcome == Unreadable(reason="body over 1000000 bytes")
    assert time.monotonic() - before < 2


@pytest.mark.parametrize(
    "reply",
    [
        silence,
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", every=0.02),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", every=0.02),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", every=0.02),
    ],
    ids=["silent", "drip", "drip-unended", "drip-in-headers"],
)
def test_a_slow_server_is_left_at_the_deadline(server: FaultyServer, client: Client, reply: Reply) -> None:
    """P23: the deadline covers the whole exchange, however often a byte comes."""
    before = time.monotonic()

    outcome = client.get(server.on("/", reply), manners=Manners(pace_seconds=0, deadline_seconds=0.4))

    assert outcome == Unreachable(reason="no complete answer within 0.4 s")
    assert time.monotonic() - before < 1.5


def test_the_deadline_is_one_for_all_redirects(server: FaultyServer, client: Client) -> None:
    server.on("/hop", slow(0.25, status(302, Location="/hop")))
    before = time.monotonic()

    outcome = client.get(server.url("/hop"), manners=Manners(pace_seconds=0, deadline_seconds=0.6))

    assert outcome == Unreachable(reason="no complete answer within 0.6 s")
    assert time.monotonic() - before < 1.5


def test_a_stalled_name_server_is_left_at_the_deadline() -> None:
    """P24."""
    forever = threading.Event()

    def stall(_host: str, _port: int) -> list[str]:
        forever.wait(10)
        return []

    client = Client(clock=SystemClock(), contact="a@example.org", resolve=stall)
    before = time.monotonic()

    outcome = client.get("http://slow.example/", manners=Manners(deadline_seconds=0.3))
    forever.set()

    assert isinstance(outcome, Unreachable)
    assert time.monotonic() - before < 1.5


def test_a_name_without_address_is_unreachable() -> None:
    """P24."""

    def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("Name or service not known")

    client = Client(clock=SystemClock(), contact="a@example.org", resolve=nowhere)

    assert client.get("http://nowhere.example/", manners=QUICK) == Unreachable(reason="the host name does not resolve")


def test_a_closed_port_is_unreachable(client: Client) -> None:
    with faulty_server() as gone:
        url = gone.url("/")

    assert client.get(url, manners=QUICK) == Unreachable(reason="connection refused")


def test_a_part_is_not_the_whole(server: FaultyServer, client: Client) -> None:
    assert isinstance(client.get(server.on("/", status(206, b"half")), manners=QUICK), Unreadable)


def test_proxies_and_credentials_of_the_environment_are_ignored(
    server: FaultyServer, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P45."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")

    assert isinstance(client.get(server.on("/", status(200, b"ok")), manners=QUICK), Fetched)
    assert "authorization" not in server.heard[0].headers


def test_every_request_is_counted_by_host_and_status(server: FaultyServer) -> None:
    counted: list[tuple[str, str]] = []
    client = Client(clock=SystemClock(), contact="a@example.org", on_request=lambda *seen: counted.append(seen))
    server.on("/", sequence(status(302, Location="/next"), raw(b"")))
    server.on("/next", status(200, b"ok"))

    client.get(server.url("/"), manners=QUICK)
    client.get(server.url("/"), manners=QUICK)

    host = f"127.0.0.1:{server.port}"
    assert counted == [(host, "302"), (host, "200"), (host, "error")]


def test_cookies_of_one_call_are_not_sent_in_the_next(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b"ok", Set_Cookie="visit=1; Path=/"))

    client.get(server.url("/"), manners=QUICK)
    client.get(server.url("/"), manners=QUICK)

    assert "cookie" not in server.heard[1].headers
