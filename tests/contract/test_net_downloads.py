"""Large files: written as they come, whole or not at all, and never held in memory."""

from __future__ import annotations

import gzip
import io
import tempfile
import tracemalloc
from collections.abc import Iterator

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Throttled, Unreachable, Unreadable
from monitor.net import Client, Manners
from tests.contract.faulty_server import FaultyServer, Reply, drip, faulty_server, page, raw, reset, status

QUICK = Manners(pace_seconds=0, deadline_seconds=5)
FILE = gzip.compress(b"<PubmedArticleSet/>" * 50_000, compresslevel=0)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def client() -> Client:
    return Client(clock=SystemClock(), contact="editors@example.org")


def download(
    server: FaultyServer, client: Client, reply: Reply, manners: Manners = QUICK
) -> tuple[FetchOutcome, bytes]:
    into = io.BytesIO(b"what was there before" * 100)
    outcome = client.download(server.on("/file.gz", reply), into=into, manners=manners)
    return outcome, into.read()


def test_a_file_arrives_as_it_is_and_the_outcome_holds_its_beginning(server: FaultyServer, client: Client) -> None:
    outcome, stored = download(server, client, status(200, FILE, Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT"))

    assert isinstance(outcome, Fetched)
    assert stored == FILE
    assert FILE.startswith(outcome.body)
    assert 0 < len(outcome.body) < len(FILE)
    assert outcome.headers["last-modified"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert server.heard[0].headers["accept-encoding"] == "identity"


def test_a_server_that_states_the_packing_of_the_file_changes_nothing_about_it(
    server: FaultyServer, client: Client
) -> None:
    _, stored = download(server, client, status(200, FILE, Content_Encoding="x-gzip"))

    assert stored == FILE


def test_a_redirect_is_followed_to_the_file(server: FaultyServer, client: Client) -> None:
    server.on("/there.gz", status(200, FILE))

    outcome, stored = download(server, client, status(301, b"moved", Location="/there.gz"))

    assert isinstance(outcome, Fetched)
    assert stored == FILE


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (status(404, b"no such file"), Gone),
        (status(429, b"slow down", Retry_After="7"), Throttled),
        (status(503, b"later"), Unreachable),
        (reset, Unreachable),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + FILE[:1000]), Unreachable),
        (status(200, b""), Unreadable),
        (status(206, FILE), Unreadable),
        (page("Just a moment..."), Unreadable),
    ],
    ids=["404", "429", "503", "reset", "short", "empty", "part", "challenge"],
)
def test_whatever_goes_wrong_is_an_outcome(server: FaultyServer, client: Client, reply: Reply, kind: type) -> None:
    assert isinstance(download(server, client, reply)[0], kind)


def test_a_file_over_the_cap_is_refused(server: FaultyServer, client: Client) -> None:
    small = Manners(pace_seconds=0, max_bytes=len(FILE) - 1)

    outcome, _ = download(server, client, status(200, FILE), small)

    assert outcome == Unreadable(reason=f"body over {len(FILE) - 1} bytes")


def test_a_dripping_file_meets_the_deadline(server: FaultyServer, client: Client) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"

    outcome, _ = download(server, client, drip(head, every=0.02), Manners(pace_seconds=0, deadline_seconds=0.3))

    assert outcome == Unreachable(reason="no complete answer within 0.3 s")


def test_a_full_disk_is_not_the_servers_fault(server: FaultyServer, client: Client) -> None:
    class Full(io.BytesIO):
        def write(self, _chunk: object) -> int:
            raise OSError(28, "No space left on device")

    outcomes = [client.download(server.on("/file.gz", status(200, FILE)), into=Full(), manners=QUICK) for _ in range(6)]

    assert outcomes[-1] == Unreachable(reason="the file cannot be stored: No space left on device")


def test_memory_stays_flat_whatever_the_size(server: FaultyServer, client: Client) -> None:
    address = server.on("/file.gz", status(200, b"x" * 20_000_000))
    with tempfile.TemporaryFile() as into:
        tracemalloc.start()
        try:
            outcome = client.download(address, into=into, manners=QUICK)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert isinstance(outcome, Fetched)
        assert into.seek(0, io.SEEK_END) == 20_000_000
    assert peak < 5_000_000
