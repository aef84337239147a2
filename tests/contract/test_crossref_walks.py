"""How the lists of Crossref are walked by cursor, and at which pace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.domain.outcomes import Polled, PollOutcome, Throttled, Unreadable
from tests.contract.asking_crossref import (
    CONTACT,
    ONE,
    THREE,
    TWO,
    YESTERDAY,
    poll,
    polled,
    request,
    source,
)
from tests.contract.faulty_server import (
    FaultyServer,
    HandClock,
    Reply,
    faulty_server,
    sequence,
)
from tests.contract.played_crossref import (
    SPENT_CURSOR,
    PlayedCrossref,
    answer,
    doi,
    listing,
    path_of,
    work,
)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as crossref:
        yield crossref


@pytest.fixture
def played(server: FaultyServer) -> PlayedCrossref:
    return PlayedCrossref(server, works=[work(ONE.value), work(TWO.value)])


def thousand(start: int) -> list[dict[str, object]]:
    return [work(f"10.5555/{number}") for number in range(start, start + 1000)]


def walk(server: FaultyServer, *pages: Reply) -> PollOutcome:
    server.on("/works", sequence(*pages))
    return poll(server, watch="notices", cursor=YESTERDAY)


def cursors(server: FaultyServer) -> list[str]:
    return [asked["cursor"] for asked in PlayedCrossref(server).asked("is-update")]


def test_a_walk_ends_with_the_page_that_is_not_full(server: FaultyServer) -> None:
    last = listing(work("10.5555/x"), total=2001, cursor="c/d+e==")
    polled(
        walk(
            server,
            listing(*thousand(0), total=2001, cursor="a/b+c=="),
            listing(*thousand(1000), total=2001, cursor="c/d+e=="),
            last,
        )
    )

    assert cursors(server) == ["*", "a/b+c==", "c/d+e=="]


def test_the_same_cursor_on_every_page_is_no_circle_while_the_pages_bring_news(server: FaultyServer) -> None:
    """Crossref's cursors were recorded as handles of a search, which may stay the same from page to page."""
    full = [listing(*thousand(start), total=2000, cursor="same") for start in (0, 1000)]

    assert isinstance(walk(server, *full, listing(total=2000, cursor="same")), Polled)


def test_pages_that_go_round_in_a_circle_are_no_answer(server: FaultyServer) -> None:
    outcome = walk(server, listing(*thousand(0), total=5000, cursor="again"))

    assert isinstance(outcome, Unreadable)
    assert "circle" in outcome.reason
    assert len(server.heard) == 2


def test_an_expired_cursor_makes_the_walk_begin_again_once(server: FaultyServer) -> None:
    first = listing(*thousand(0), total=1001, cursor="old")
    outcome = walk(server, first, SPENT_CURSOR, first, listing(work("10.5555/x"), total=1001))

    assert isinstance(outcome, Polled)
    assert cursors(server) == ["*", "old", "*", "old"]


def test_a_cursor_that_expires_again_is_no_answer(server: FaultyServer) -> None:
    outcome = walk(server, SPENT_CURSOR)

    assert isinstance(outcome, Unreadable)
    assert "expired" in outcome.reason
    assert len(server.heard) == 2


@pytest.mark.parametrize("total", [0, 2, 900])
def test_a_list_that_is_shorter_or_longer_than_it_says_is_no_answer(server: FaultyServer, total: int) -> None:
    outcome = walk(server, listing(work("10.5555/x"), total=total))

    assert isinstance(outcome, Unreadable)
    assert f"counts {total} works, and hands out 1" in outcome.reason


def test_a_list_that_was_cut_once_is_read_again(server: FaultyServer) -> None:
    cut, whole = listing(total=1), listing(work("10.5555/x"), total=1)

    assert isinstance(walk(server, cut, whole), Polled)


def test_a_list_that_grows_under_the_walk_is_read(server: FaultyServer) -> None:
    """Works go on being indexed while the list of what was indexed is read."""
    pages = listing(*thousand(0), total=1001, cursor="a"), listing(*thousand(1000)[:3], total=1003)

    assert isinstance(walk(server, *pages), Polled)


def test_more_notices_than_one_poll_can_read_are_no_answer(server: FaultyServer) -> None:
    outcome = walk(server, listing(*thousand(0), total=600_000, cursor="a"))

    assert isinstance(outcome, Unreadable)
    assert "600000 notices" in outcome.reason


def test_every_question_says_who_asks_by_address_and_by_name(server: FaultyServer, played: PlayedCrossref) -> None:
    played.unheld(THREE.value)
    poll(server, ONE, THREE, unread=(THREE,))

    assert len(server.heard) == 3
    assert all("mailto=ops%40example.org" in target for target in server.targets)
    assert all(heard.headers["user-agent"].endswith(f"(mailto:{CONTACT})") for heard in server.heard)


@pytest.mark.usefixtures("played")
def test_without_a_contact_the_public_pool_is_asked(server: FaultyServer) -> None:
    polled(source(server, contact="").poll(request()))

    assert "mailto" not in server.targets[0] + server.heard[0].headers["user-agent"]


def waits(server: FaultyServer, **headers: str) -> list[float]:
    """What is waited between three lists whose answers state a limit."""
    clock, ids = HandClock(), [doi(f"10.1000/{number}") for number in range(120)]
    PlayedCrossref(server, works=[work(one.value) for one in ids], headers=headers)
    polled(source(server, clock=clock).poll(request(*ids)))
    return [round(seconds, 2) for seconds in clock.waits]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, [1.0, 1.0]),
        ({"x_rate_limit_limit": "3", "x_rate_limit_interval": "1s"}, [1.0, 0.33]),
        ({"x_rate_limit_limit": "50", "x_rate_limit_interval": "1s"}, [1.0, 0.33]),
        ({"x_rate_limit_limit": "1", "x_rate_limit_interval": "5s"}, [5.0, 5.0]),
        ({"x_rate_limit_limit": "30", "x_rate_limit_interval": "1m"}, [2.0, 2.0]),
        ({"x_rate_limit_limit": "3"}, [1.0, 1.0]),
        ({"x_rate_limit_interval": "9s"}, [1.0, 1.0]),
        ({"x_rate_limit_limit": "0", "x_rate_limit_interval": "1s"}, [1.0, 1.0]),
        ({"x_rate_limit_limit": "nan", "x_rate_limit_interval": "1s"}, [1.0, 1.0]),
        ({"x_rate_limit_limit": "many", "x_rate_limit_interval": "often"}, [1.0, 1.0]),
        ({"x_rate_limit_limit": "3", "x_rate_limit_interval": "1s", "x_concurrency_limit": "1"}, [1.0, 0.33]),
    ],
)
def test_lists_keep_the_pace_that_the_answers_state_within_what_is_documented(
    server: FaultyServer, headers: dict[str, str], expected: list[float]
) -> None:
    assert waits(server, **headers) == expected


def test_a_pace_nobody_waits_for_makes_the_poll_due_later(server: FaultyServer) -> None:
    ids = [doi(f"10.1000/{number}") for number in range(50)]
    limit = {"x_rate_limit_limit": "1", "x_rate_limit_interval": "1h"}
    PlayedCrossref(server, works=[work(one.value) for one in ids], headers=limit)
    outcome = poll(server, *ids)

    assert isinstance(outcome, Throttled)
    assert 3000 < outcome.retry_after <= 3600


def test_single_works_have_a_pace_of_their_own(server: FaultyServer) -> None:
    clock, names = HandClock(), ["10.1000/a,1", "10.1000/a,2", "10.1000/a,3"]
    PlayedCrossref(server)
    limit = {"x_rate_limit_limit": "10", "x_rate_limit_interval": "1s", "x_api_pool": "polite-single"}
    for name in names:
        server.on(path_of(name), answer("work", work(name), **limit))
    polled(source(server, clock=clock).poll(request(*map(doi, names))))

    assert [round(seconds, 2) for seconds in clock.waits] == [0.2, 0.1]
