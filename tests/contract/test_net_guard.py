"""Where a request may go: addresses that articles name, and redirects."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, Unreachable, Unreadable
from monitor.net import Client, Manners
from monitor.net.addresses import address_refusal
from tests.contract.faulty_server import FaultyServer, faulty_server, status

QUICK = Manners(pace_seconds=0, deadline_seconds=5)
GUARDED = Manners(pace_seconds=0, deadline_seconds=5, guarded=True)
PUBLIC = "93.184.215.14"

FORBIDDEN_URLS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1:80/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://localhost./",
    "http://[::1]/",
    "http://[::]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fec0::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    "http://[100::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://user@example.org/",
    "http://user:word@example.org/",
    "http://example.org@127.0.0.1/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "http://example.org:8080/",
    "http://example.org:99999/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "ftp://example.org/",
    "javascript:alert(1)",
    "//example.org/",
    "http://",
    "http:///etc",
    "http://example.org\\@127.0.0.1/",
    "http://exa mple.org/",
    "http://example.org/\r\nX: y",
    "http://%31%32%37.0.0.1/",
    "",
    "example.org",
]


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def other() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def client() -> Client:
    return Client(clock=SystemClock(), contact="editors@example.org")


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address a socket was connected to; nothing gets through."""
    seen: list[object] = []

    def connect(_self: socket.socket, address: object) -> None:
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_an_article_cannot_make_us_call_the_house_network(client: Client, dialled: list[object], url: str) -> None:
    """P41."""
    outcome = client.get(url, manners=GUARDED)

    assert isinstance(outcome, Unreadable)
    assert outcome.reason.startswith("address refused: ")
    assert dialled == []


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://169.254.169.254/", "http://hooks.example:22/"])
def test_a_webhook_is_guarded_like_an_article(client: Client, dialled: list[object], url: str) -> None:
    """P44."""
    assert isinstance(client.post(url, data=b"{}", manners=GUARDED), Unreadable)
    assert dialled == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://", "http://a:b/", "http://*.org/", "http://" + "a" * 70])
def test_an_address_that_is_none_is_never_an_exception(url: str) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("Name or service not known")

    outcome = Client(clock=SystemClock(), contact="a@example.org", resolve=unknown).get(url, manners=QUICK)

    assert isinstance(outcome, Unreadable | Unreachable)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "130.14.29.110", "2607:f220:41e:4290::110"])
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert address_refusal(address) is None


def test_the_address_that_was_checked_is_the_address_that_is_dialled(dialled: list[object]) -> None:
    """P42: a name that answers differently the second time gains nothing."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    client = Client(clock=SystemClock(), contact="a@example.org", resolve=lambda _host, _port: next(answers))

    client.get("http://rebinding.example/", manners=GUARDED)

    assert dialled == [(PUBLIC, 80)]
    assert next(answers) == ["127.0.0.1"]


def test_one_bad_address_among_good_ones_refuses_the_host(dialled: list[object]) -> None:
    """P42."""
    client = Client(clock=SystemClock(), contact="a@example.org", resolve=lambda _host, _port: [PUBLIC, "10.0.0.1"])

    outcome = client.get("http://mixed.example/", manners=GUARDED)

    assert isinstance(outcome, Unreadable)
    assert outcome.reason == "address refused: mixed.example: 10.0.0.1 is not a public address"
    assert dialled == []


@pytest.mark.parametrize("with_port", [True, False])
def test_the_operator_may_allow_a_private_host(server: FaultyServer, with_port: bool) -> None:
    """P44."""
    server.on("/", status(200, b"ok"))
    allowed = frozenset({f"127.0.0.1:{server.port}" if with_port else "127.0.0.1"})
    client = Client(clock=SystemClock(), contact="a@example.org", allow_private_hosts=allowed)

    assert isinstance(client.get(server.url("/"), manners=GUARDED), Fetched)
    assert isinstance(client.get(server.url("/", host="localhost"), manners=GUARDED), Unreadable)


def test_a_refused_address_is_no_failure_of_its_host(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b"ok"))
    for _ in range(9):
        client.get(server.url("/"), manners=GUARDED)

    assert isinstance(client.get(server.url("/"), manners=QUICK), Fetched)


def test_a_redirect_is_followed_and_the_final_address_told(server: FaultyServer, client: Client) -> None:
    server.on("/old", status(301, Location="/new?a=1"))
    server.on("/new", status(200, b"ok"))

    outcome = client.get(server.url("/old"), manners=QUICK)

    assert isinstance(outcome, Fetched)
    assert outcome.url == server.url("/new?a=1")


def test_a_redirect_is_told_when_it_is_not_to_be_followed(server: FaultyServer, client: Client) -> None:
    server.on("/old", status(302, Location="/new"))

    outcome = client.get(server.url("/old"), manners=Manners(pace_seconds=0, follow_redirects=False))

    assert outcome == Unreadable(reason="HTTP 302, a redirect", evidence="/new")


@pytest.mark.parametrize(("hops", "kind"), [(5, Fetched), (6, Unreadable)])
def test_five_redirects_are_followed_and_no_more(server: FaultyServer, client: Client, hops: int, kind: type) -> None:
    """P43."""
    for hop in range(hops):
        server.on(f"/{hop}", status(302, Location=f"/{hop + 1}"))
    server.on(f"/{hops}", status(200, b"ok"))

    assert isinstance(client.get(server.url("/0"), manners=QUICK), kind)
    assert len(server.heard) == 6


def test_a_redirect_in_a_circle_ends(server: FaultyServer, client: Client) -> None:
    """P43."""
    server.on("/a", status(302, Location="/b"))
    server.on("/b", status(302, Location="/a"))

    assert isinstance(client.get(server.url("/a"), manners=QUICK), Unreadable)
    assert len(server.heard) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://localhost:{other}/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "gopher://127.0.0.1/",
        "http://user:word@example.org/",
    ],
)
def test_a_redirect_into_the_house_network_is_refused(server: FaultyServer, other: FaultyServer, target: str) -> None:
    """P43: every hop is guarded again."""
    allowed = frozenset({f"127.0.0.1:{server.port}"})
    client = Client(clock=SystemClock(), contact="a@example.org", allow_private_hosts=allowed)
    server.on("/", status(302, Location=target.format(other=other.port)))

    assert isinstance(client.get(server.url("/"), manners=GUARDED), Unreadable)
    assert (len(server.heard), other.heard) == (1, [])


@pytest.mark.parametrize("target", ["http://[::", "http://a:b/", "http://*.example/", ""])
def test_a_redirect_to_nonsense_is_a_value_too(server: FaultyServer, client: Client, target: str) -> None:
    outcome = client.get(server.on("/", status(302, Location=target)), manners=QUICK)

    assert isinstance(outcome, Unreadable | Unreachable)


def test_nothing_secret_crosses_to_another_host(server: FaultyServer, other: FaultyServer, client: Client) -> None:
    """P43."""
    server.on(
        "/",
        status(302, Location=f"{other.url('/landing')}?api_key=k3ySecret&db=pubmed", Set_Cookie="session=1; Path=/"),
    )
    other.on("/landing", status(200, b"ok"))

    client.get(
        server.url("/"),
        params={"api_key": "k3ySecret"},
        manners=QUICK,
        headers={
            "Authorization": "Bearer t0kenSecret",
            "Cookie": "a=b",
            "Api-Key": "h3aderSecret",
            "If-None-Match": '"1"',
            "Accept": "text/html",
        },
    )

    assert other.targets == ["/landing?db=pubmed"]
    told = other.heard[0].headers
    assert told["accept"] == "text/html"
    assert not {"authorization", "cookie", "api-key", "if-none-match"} & told.keys()


def test_a_key_in_the_path_of_a_redirect_does_not_cross_either(
    server: FaultyServer, other: FaultyServer, client: Client
) -> None:
    server.on("/", status(302, Location=other.url("/k3ySecret/")))

    outcome = client.get(server.url("/"), params={"api_key": "k3ySecret"}, manners=QUICK)

    assert isinstance(outcome, Unreadable)
    assert "k3ySecret" not in outcome.reason + outcome.evidence
    assert other.heard == []


def test_cookies_and_keys_stay_with_their_own_host(server: FaultyServer, client: Client) -> None:
    """A cookie wall that sends us back to the page is passed."""
    server.on("/page", status(302, Location="/set"))
    server.on("/set", status(302, Location="/read", Set_Cookie="session=1; Path=/"))
    server.on("/read", status(200, b"ok"))

    client.get(server.url("/page"), headers={"Authorization": "Bearer t0ken"}, manners=QUICK)

    assert server.heard[2].headers["cookie"] == "session=1"
    assert server.heard[2].headers["authorization"] == "Bearer t0ken"


def test_a_form_is_not_carried_to_another_host(server: FaultyServer, other: FaultyServer, client: Client) -> None:
    server.on("/kept", status(307, Location=other.url("/")))
    server.on("/turned", status(303, Location=other.url("/")))
    other.on("/", status(200, b"ok"))

    assert isinstance(client.post(server.url("/kept"), data={"a": "b"}, manners=QUICK), Unreadable)
    assert isinstance(client.post(server.url("/turned"), data={"a": "b"}, manners=QUICK), Fetched)
    assert [(heard.method, heard.body) for heard in other.heard] == [("GET", b"")]


def test_a_form_is_sent_again_on_the_same_host(server: FaultyServer, client: Client) -> None:
    server.on("/a", status(308, Location="/b"))
    server.on("/b", status(200, b"ok"))

    client.post(server.url("/a"), data={"id": "1"}, manners=QUICK)

    assert [(heard.method, heard.body) for heard in server.heard] == [("POST", b"id=1")] * 2
