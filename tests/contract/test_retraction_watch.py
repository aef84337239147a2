"""How Retraction Watch's table is brought and believed, and that no fault of it is ever read as an answer."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.outcomes import PollRequest, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net import Client
from monitor.sources.retraction_watch import RetractionWatch
from monitor.sources.retraction_watch.snapshot import recall, working_days
from tests.contract.faulty_server import (
    START,
    FaultyServer,
    HandClock,
    Heard,
    Reply,
    faulty_server,
    packed,
    page,
    raw,
    reset,
    sequence,
    status,
)
from tests.contract.retraction_tables import (
    NAMELESS,
    OTHER,
    PAPER,
    TITLE,
    entries,
    poll,
    polled,
    row,
    rows,
    serve,
    table,
)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as gitlab:
        gitlab.on("/table.csv", status(200, table(rows(100))))
        yield gitlab


def with_etag(body: bytes, etag: str) -> Reply:
    """The table under an entity tag: 304 for who names it."""

    def reply(line: socket.socket, heard: Heard, closing: threading.Event) -> None:
        same = heard.headers.get("if-none-match") == etag
        (status(304, ETag=etag) if same else status(200, body, ETag=etag))(line, heard, closing)

    return reply


def test_the_same_table_and_the_same_papers_are_unmodified(server: FaultyServer) -> None:
    first = polled(poll(server))

    assert poll(server, after=first, days=1) == Unmodified(data_version=first.data_version)


def test_a_table_that_is_said_to_be_the_same_is_not_sent_again(server: FaultyServer) -> None:
    server.on("/table.csv", with_etag(table(rows(100)), '"one"'))
    first = polled(poll(server))

    assert poll(server, after=first, days=1) == Unmodified(data_version=first.data_version)
    assert [heard.headers.get("if-none-match") for heard in server.heard] == [None, '"one"']


def test_a_new_tag_on_the_same_table_is_remembered(server: FaultyServer) -> None:
    server.on("/table.csv", with_etag(table(rows(100)), '"one"'))
    first = polled(poll(server))
    server.on("/table.csv", with_etag(table(rows(100)), '"two"'))
    second = polled(poll(server, after=first, days=1))

    assert (second.readings, second.covered, second.data_version) == ((), (PAPER,), first.data_version)
    assert isinstance(poll(server, after=second, days=2), Unmodified)
    assert server.heard[-1].headers["if-none-match"] == '"two"'


def test_not_modified_without_a_question_is_no_answer(server: FaultyServer) -> None:
    server.on("/table.csv", status(304))

    assert isinstance(poll(server), Unreadable)


@pytest.mark.parametrize("has_cache", [True, False], ids=["kept", "not kept"])
def test_a_newly_watched_paper_is_looked_up_in_the_same_table(
    server: FaultyServer, tmp_path: Path, has_cache: bool
) -> None:
    cache = tmp_path / "kept" if has_cache else None
    server.on("/table.csv", with_etag(table(rows(100)), '"one"'))
    first = polled(poll(server, PAPER, cache=cache))
    second = polled(poll(server, PAPER, OTHER, after=first, days=1, cache=cache))

    assert [entry.about for entry in entries(second)] == [PAPER, OTHER]
    assert second.data_version == first.data_version
    assert [heard.headers.get("if-none-match") for heard in server.heard] == [None, '"one"' if has_cache else None]
    assert isinstance(poll(server, PAPER, OTHER, after=second, days=2, cache=cache), Unmodified)


def test_a_new_title_of_a_watched_paper_is_looked_up(server: FaultyServer) -> None:
    serve(server, row(1, **NAMELESS, Title=TITLE))
    first = polled(poll(server, OTHER, titles={OTHER: "Not yet known"}))

    assert [entry.matched_by for entry in entries(poll(server, OTHER, after=first, titles={OTHER: TITLE}))] == ["title"]


SPOILT: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "no gzip": lambda file: file.write_bytes(b"Record ID,Title\r\n"),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "flipped": lambda file: file.write_bytes(file.read_bytes()[:90] + b"????" + file.read_bytes()[94:]),
    "of another day": lambda file: file.write_bytes(gzip.compress(table(rows(90)))),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_kept_table_that_is_damaged_is_brought_again(
    server: FaultyServer, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    server.on("/table.csv", with_etag(table(rows(100)), '"one"'))
    first = polled(poll(server, PAPER, cache=tmp_path))
    [file] = tmp_path.iterdir()
    spoil(file)
    second = polled(poll(server, PAPER, OTHER, after=first, cache=tmp_path))

    assert [entry.about for entry in entries(second)] == [PAPER, OTHER]
    if file.is_file():
        assert gzip.decompress(file.read_bytes()) == table(rows(100))


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_copy(server: FaultyServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert len(entries(poll(server, cache=tmp_path / "file" / "folder"))) == 1


def test_only_an_accepted_table_is_kept(server: FaultyServer, tmp_path: Path) -> None:
    first = polled(poll(server, cache=tmp_path))
    server.on("/table.csv", status(200, table(rows(50))))
    poll(server, after=first, cache=tmp_path)

    assert [gzip.decompress(file.read_bytes()) for file in tmp_path.iterdir()] == [table(rows(100))]


WHOLE = table(rows(100))
SHUFFLED = table(rows(100), header=("Title", "Record ID", *list(rows(1)[0])[2:]))
FAULTS: list[tuple[Reply, type]] = [
    (status(429, b"slow down", Retry_After="30"), Throttled),
    (status(503, b"later"), Unreachable),
    (status(503, b"later", Retry_After="60"), Throttled),
    (status(500), Unreachable),
    (status(403, b"no"), Unreadable),
    (status(404), Unreadable),
    (status(410), Unreadable),
    (status(206, WHOLE), Unreadable),
    (page("Sign in · GitLab"), Unreadable),
    (page("GitLab", "<p>Hello</p>"), Unreadable),
    (status(302, Location="/users/sign_in"), Unreadable),
    (status(200, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 65\n"), Unreadable),
    (status(200, b'{"message":"404 File Not Found"}', Content_Type="application/json"), Unreadable),
    (status(200, b""), Unreadable),
    (status(200, table([])), Unreadable),
    (status(200, WHOLE[:-1]), Unreadable),
    (status(200, WHOLE[: len(WHOLE) // 2]), Unreadable),
    (status(200, SHUFFLED), Unreadable),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + WHOLE), Unreachable),
    (raw(b"HTTP/1.1 200 OK\r\n\r\n" + WHOLE[:5000]), Unreadable),
    (packed(WHOLE, spoil=lambda body: body[:-9]), Unreadable),
    (packed(WHOLE, spoil=lambda body: body[:200] + b"????" + body[204:]), Unreadable),
    (packed(WHOLE, spoil=lambda body: body[:60]), Unreadable),
    (status(200, gzip.compress(gzip.compress(WHOLE))), Unreadable),
    (status(200, table([row(n, RetractionNature="10.1000/x", RetractionDate="0") for n in range(1, 101)])), Unreadable),
    (reset, Unreachable),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_is_read_as_an_answer(server: FaultyServer, tmp_path: Path, fault: Reply, kind: type) -> None:
    """P25: a file sent in place of the table is a failed check, neither a change nor the end of the rows."""
    first = polled(poll(server, cache=tmp_path))
    server.on("/table.csv", fault)

    assert isinstance(poll(server, after=first, held=tuple(entries(first)), cache=tmp_path), kind)


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_is_read_as_the_first_answer(server: FaultyServer, fault: Reply, kind: type) -> None:
    server.on("/table.csv", fault)

    assert isinstance(poll(server), kind)


def test_a_whole_table_sent_packed_is_read(server: FaultyServer) -> None:
    server.on("/table.csv", packed(WHOLE))

    assert len(entries(poll(server))) == 1


def test_a_table_over_the_cap_is_not_taken(server: FaultyServer) -> None:
    server.on("/table.csv", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n" + WHOLE))

    assert isinstance(poll(server), Unreachable | Unreadable)


def test_a_table_that_shrank_is_refused_with_its_numbers(server: FaultyServer) -> None:
    first = polled(poll(server))
    server.on("/table.csv", status(200, table(rows(94))))
    outcome = poll(server, after=first)

    assert isinstance(outcome, Unreadable)
    assert "shrank from 100 rows to 94" in outcome.reason
    server.on("/table.csv", status(200, table(rows(95))))
    assert polled(poll(server, after=first)).data_version == "95 rows, 2026-01-05"


def test_a_table_that_stands_still_for_too_long_vouches_for_nothing(server: FaultyServer) -> None:
    """The first poll is on a Monday: the Wednesday of the week after is the seventh working day."""
    server.on("/table.csv", with_etag(WHOLE, '"one"'))
    first = polled(poll(server))
    still = polled(poll(server, after=first, days=10))

    assert isinstance(poll(server, after=first, days=9), Unmodified)
    assert (still.covered, still.readings, recall(still.cursor)) == ((), (), recall(first.cursor))
    assert "has not changed since 2026-01-05, for 8 working days" in still.troubles[0]


def test_while_the_table_stands_still_a_newly_watched_paper_is_matched_yet(server: FaultyServer) -> None:
    first = polled(poll(server))
    still = polled(poll(server, PAPER, OTHER, after=first, days=10))

    assert [entry.about for entry in entries(still)] == [PAPER, OTHER]
    assert still.covered == ()
    assert polled(poll(server, PAPER, OTHER, after=still, days=11)).troubles


def test_a_table_that_moves_again_is_a_check_again(server: FaultyServer) -> None:
    first = polled(poll(server))
    still = polled(poll(server, after=first, days=20))
    server.on("/table.csv", status(200, table(rows(101))))
    moved = polled(poll(server, after=still, days=21))

    assert (moved.covered, moved.troubles, moved.data_version) == ((PAPER,), (), "101 rows, 2026-01-26")


def test_a_table_of_an_earlier_day_is_a_table_like_any_other(server: FaultyServer) -> None:
    a, b = table(rows(100)), table(rows(101))
    server.on("/table.csv", sequence(status(200, a), status(200, b), status(200, a)))
    first = polled(poll(server))
    second = polled(poll(server, after=first, days=1))

    assert polled(poll(server, after=second, days=2)).data_version == "100 rows, 2026-01-07"


@pytest.mark.parametrize(
    ("days", "working"), [(0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 5), (9, 7), (10, 8), (14, 10), (-3, 0)]
)
def test_weekends_are_no_working_days(days: int, working: int) -> None:
    assert working_days(START.date(), START.date() + timedelta(days=days)) == working


@pytest.mark.parametrize("cursor", ["", "{", "[]", "{}", '{"rows": "x"}', "null", '{"rows":1,"digest":"","since":5}'])
def test_a_cursor_that_cannot_be_read_is_a_first_poll(cursor: str) -> None:
    assert recall(cursor) is None


def test_another_kind_of_watch_is_not_known(server: FaultyServer) -> None:
    client = Client(clock=HandClock(), contact="tests@example.org")
    request = PollRequest(
        watch="topic", target="", identifiers=(), unread=frozenset(), cursor="", data_version="", now=START
    )

    assert isinstance(RetractionWatch(client, server.url("/table.csv")).poll(request), Unreadable)
    assert server.heard == []


def test_a_table_of_full_size_never_lies_in_memory(server: FaultyServer, tmp_path: Path) -> None:
    body = table([row(number, Institution="A department, Some University;" * 90) for number in range(1, 20_001)])
    server.on("/table.csv", status(200, body))
    assert len(body) > 60_000_000

    tracemalloc.start()
    try:
        found = entries(poll(server, PAPER, cache=tmp_path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(found) == 1
    assert peak < len(body) / 3
