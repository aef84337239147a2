"""When a change of a guideline's page is believed, and what a visit costs the publisher."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled, PollOutcome, Unreadable
from monitor.domain.publishers import Publisher
from monitor.recipes import load_publisher
from tests.contract.faulty_server import FaultyServer, Reply, faulty_server, page, sequence, status
from tests.contract.test_guideline import BACK, GOUT, HOST, OA, document, index, poll, polled

RECIPE = Path(__file__).parents[2] / "watchlists" / "publishers" / "va-dod.yaml"
PAGE = f"{HOST}/Rehab/oa/"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as pages:
        pages.on(f"{HOST}/", index("Rehab/oa", "Pain/lbp"))
        pages.on(PAGE, document("Osteoarthritis"))
        pages.on(f"{HOST}/Pain/lbp/", document("Low Back Pain"))
        yield pages


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return load_publisher(RECIPE)


def with_validators(title: str) -> Reply:
    html = f"<html><body><main><h1>{title}</h1><p>Version 2.0 – 2020</p></main></body></html>".encode()
    return status(200, html, Content_Type="text/html", ETag='W/"a-b"', Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT")


def asked(server: FaultyServer, path: str = PAGE) -> list[dict[str, str]]:
    return [dict(heard.headers) for heard in server.heard if heard.target == path]


def test_a_page_we_hold_is_asked_for_only_if_it_changed(server: FaultyServer, publisher: Publisher) -> None:
    """The validators go back byte for byte, and a 304 is a check like any other (RFC 9110 §13.1)."""
    server.on(PAGE, sequence(with_validators("Osteoarthritis"), status(304)))
    first = polled(poll(server, publisher, OA))
    second = polled(poll(server, publisher, OA, cursor=first.cursor))

    assert asked(server)[1]["if-none-match"] == 'W/"a-b"'
    assert asked(server)[1]["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert (second.readings, second.confirmed, second.covered) == ((), (OA,), (OA,))


def test_validators_are_kept_while_a_page_stays_as_it_is(server: FaultyServer, publisher: Publisher) -> None:
    server.on(PAGE, sequence(with_validators("Osteoarthritis"), status(304)))
    cursor = ""
    for _ in range(3):
        cursor = polled(poll(server, publisher, OA, cursor=cursor)).cursor

    assert "if-none-match" in asked(server)[2]


def test_no_validators_go_to_another_address_nor_after_an_edit_of_the_recipe(
    server: FaultyServer, publisher: Publisher
) -> None:
    server.on(PAGE, with_validators("Osteoarthritis"))
    cursor = polled(poll(server, publisher, OA)).cursor
    server.on(f"{HOST}/", index("Rehab/OA", "Pain/lbp"))
    server.on(f"{HOST}/Rehab/OA/", with_validators("Osteoarthritis"))
    poll(server, publisher, OA, cursor=cursor)
    edited = dataclasses.replace(publisher, channel=dataclasses.replace(publisher.pages, state_xpath="//h1"))
    poll(server, edited, OA, cursor=cursor)

    assert all("if-none-match" not in headers for headers in asked(server, f"{HOST}/Rehab/OA/"))


def test_a_304_that_nobody_asked_for_is_no_answer(server: FaultyServer, publisher: Publisher) -> None:
    server.on(PAGE, status(304))

    assert isinstance(poll(server, publisher, OA), Unreadable)


def test_a_change_is_told_once_a_second_question_confirms_it(server: FaultyServer, publisher: Publisher) -> None:
    cursor = polled(poll(server, publisher, OA)).cursor
    server.on(PAGE, document("Osteoarthritis", edition="3.0 – 2026"))
    [reading] = polled(poll(server, publisher, OA, cursor=cursor)).readings

    assert len(asked(server)) == 3
    assert json.loads(json.dumps(reading.record.edition)) == "3.0 (2026)"  # type: ignore[union-attr]


def test_a_page_that_shows_two_things_in_one_minute_is_not_believed(server: FaultyServer, publisher: Publisher) -> None:
    cursor = polled(poll(server, publisher)).cursor
    server.on(PAGE, sequence(document("Osteoarthritis", edition="3.0 – 2026"), document("Osteoarthritis")))
    outcome = polled(poll(server, publisher, cursor=cursor))

    assert ([reading.record.identifier for reading in outcome.readings], outcome.covered) == ([BACK], (BACK,))
    assert "two different things" in outcome.troubles[0]


def test_a_return_to_a_former_state_waits_for_the_next_look(server: FaultyServer, publisher: Publisher) -> None:
    """A → B → A: B was told; that A is back is told when two looks running find it."""
    old, new = document("Osteoarthritis"), document("Osteoarthritis", edition="3.0 – 2026")
    cursor = polled(poll(server, publisher)).cursor
    server.on(PAGE, new)
    cursor = polled(poll(server, publisher, cursor=cursor)).cursor
    server.on(PAGE, old)
    held = polled(poll(server, publisher, cursor=cursor))
    believed = polled(poll(server, publisher, cursor=held.cursor))

    assert (held.covered, believed.covered) == ((BACK,), (OA, BACK))
    server.on(PAGE, new)
    again = polled(poll(server, publisher, cursor=held.cursor))
    assert again.covered == (OA, BACK), "it had only flickered"


def test_an_address_that_leads_elsewhere_for_good_is_a_move_after_three_polls(
    server: FaultyServer, publisher: Publisher
) -> None:
    """Promises §5: 301 and 308 seen three times running. A move is no change of the guideline."""
    server.on(PAGE, status(301, Location=server.url("/www.healthquality.va.gov/oa/")))
    server.on("/www.healthquality.va.gov/oa/", with_validators("Osteoarthritis"))
    cursor, records = "", []
    for _ in range(3):
        outcome = polled(poll(server, publisher, OA, cursor=cursor))
        cursor, records = outcome.cursor, [*records, outcome.readings[0].record]

    assert between(records[0], records[1]).came == ()
    [sighting] = between(records[1], records[2]).came
    assert sighting.signal.kind is EventKind.PAGE_MOVED
    assert "https://www.healthquality.va.gov/oa/" in sighting.signal.because


def test_a_redirect_for_today_is_never_a_move(server: FaultyServer, publisher: Publisher) -> None:
    server.on(PAGE, status(302, Location=server.url("/www.healthquality.va.gov/oa/")))
    server.on("/www.healthquality.va.gov/oa/", document("Osteoarthritis"))
    cursor, urls = "", set()
    for _ in range(4):
        outcome = polled(poll(server, publisher, OA, cursor=cursor))
        cursor = outcome.cursor
        urls.add(outcome.readings[0].url)

    assert urls == {"https://www.healthquality.va.gov/guidelines/Rehab/oa/"}


def many(server: FaultyServer, count: int, **changes: str) -> tuple[Identifier, ...]:
    server.on(f"{HOST}/", index(*(f"CD/g{number}" for number in range(8))))
    for number in range(8):
        server.on(f"{HOST}/CD/g{number}/", document("A guideline", **(changes if number < count else {})))
    return tuple(Identifier.parse(f"guideline:va-dod/g{number}") for number in range(8))


@pytest.mark.parametrize(("count", "believed"), [(4, True), (5, False), (8, False)])
def test_pages_that_change_all_at_once_are_a_broken_reader(
    count: int, believed: bool, server: FaultyServer, publisher: Publisher
) -> None:
    ids = many(server, 0)
    cursor = polled(poll(server, publisher, *ids)).cursor
    many(server, count, edition="3.0 – 2026")
    outcome: PollOutcome = poll(server, publisher, *ids, cursor=cursor)

    assert isinstance(outcome, Polled) is believed
    if not believed:
        assert f"{count} of 8 guidelines changed at once" in outcome.reason  # type: ignore[union-attr]


def test_a_guideline_that_is_new_on_the_list_is_read_though_nobody_cites_it_yet(
    server: FaultyServer, publisher: Publisher
) -> None:
    first = polled(poll(server, publisher, OA))
    server.on(f"{HOST}/", index("Rehab/oa", "Pain/lbp", "CD/Gout"))
    server.on(f"{HOST}/CD/Gout/", document("Gout"))
    second = polled(poll(server, publisher, OA, cursor=first.cursor))
    third = polled(poll(server, publisher, OA, cursor=second.cursor))

    assert [[reading.record.identifier for reading in outcome.readings] for outcome in (first, second, third)] == [
        [OA],
        [OA, GOUT],
        [OA],
    ]


def test_a_new_guideline_whose_page_cannot_be_read_is_tried_again(server: FaultyServer, publisher: Publisher) -> None:
    first = polled(poll(server, publisher, OA))
    server.on(f"{HOST}/", index("Rehab/oa", "Pain/lbp", "CD/Gout"))
    server.on(f"{HOST}/CD/Gout/", page("Scheduled maintenance"))
    second = polled(poll(server, publisher, OA, cursor=first.cursor))
    server.on(f"{HOST}/CD/Gout/", document("Gout"))
    third = polled(poll(server, publisher, OA, cursor=second.cursor))

    assert GOUT in [reading.record.identifier for reading in third.readings]
