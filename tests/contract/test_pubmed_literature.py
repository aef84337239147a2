"""A body of literature in the replayed PubMed: whole, by day of entry, and what fell whenever it fell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.clock import SystemClock
from monitor.domain.channels import LiteratureChannel
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Unreadable
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, Publication
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.guideline import LiteraturePublisher
from monitor.sources.pubmed import Eutils, Literature
from tests.contract.test_replay_world import LAST_DAY, make_world, record, record_set, served

LONG_AGO = LAST_DAY - timedelta(days=2000)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    records = [
        record(1, f"{LONG_AGO.year} College guideline on knees", entrez=f"{LONG_AGO}"),
        record(2, "College guideline on gout", entrez=f"{LONG_AGO}", types=("Retracted Publication",)),
        record(3, "Hips", entrez=f"{LAST_DAY}"),
    ]
    return make_world(
        tmp_path_factory.mktemp("literature"),
        {
            "pubmed/all.xml": record_set(*records),
            "day-1/pubmed/new.xml": record_set(record(9, f"{LAST_DAY.year} College guideline on knees")),
        },
    )


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def literature(servers: Servers) -> Literature:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    url = servers.urls["MONITOR_EUTILS_URL"]
    return Literature(Eutils(client, url, email="ops@example.org", api_key="test-key", pace_seconds=0.0))


def pmids(found: tuple[Publication, ...] | Failure) -> set[str]:
    assert isinstance(found, tuple), found
    return {one.pmid for one in found}


def poll(servers: Servers, cursor: str, now: date, query: str = "guideline[ti]") -> PollOutcome:
    channel = LiteratureChannel(query=query, titles=(r"\bguideline\b",))
    source = LiteraturePublisher(literature(servers), Publisher(key="college", name="College", channel=channel))
    return source.poll(
        PollRequest(
            watch="list",
            target="",
            identifiers=(),
            unread=frozenset(),
            cursor=cursor,
            data_version="",
            now=datetime.combine(now, datetime.min.time(), UTC),
        )
    )


def shown(outcome: PollOutcome) -> dict[str, tuple[str, str]]:
    assert isinstance(outcome, Polled), outcome
    records = [one.record for one in outcome.readings if isinstance(one.record, GuidelineDocument)]
    return {one.identifier.value: (one.edition, one.state) for one in records}


def test_a_window_holds_what_came_in_it_and_what_was_retracted_ever(servers: Servers) -> None:
    held = literature(servers)

    assert pmids(held.published("guideline[ti]", first=LAST_DAY, last=LAST_DAY)) == {"2", "9"}
    assert pmids(held.published("guideline[ti]", first=LONG_AGO, last=LAST_DAY)) == {"1", "2", "9"}
    assert pmids(held.published("guideline[ti]", first=LONG_AGO, last=LONG_AGO)) == {"1", "2"}


def test_records_are_read_by_number_and_those_not_held_are_left_out(servers: Servers) -> None:
    held = literature(servers)

    assert pmids(held.read(("9", "777"))) == {"9"}
    assert held.read(()) == ()


def test_a_query_that_pubmed_does_not_wholly_understand_is_refused(servers: Servers) -> None:
    refused = literature(servers).published("guideline[titel]", first=LONG_AGO, last=LAST_DAY)

    assert isinstance(refused, Unreadable)
    assert "did not understand" in refused.reason


def test_a_publisher_is_followed_from_the_standing_edition_to_the_next(servers: Servers, world: World) -> None:
    world.move_to(LAST_DAY - timedelta(days=10))
    first = poll(servers, "", world.today)
    assert isinstance(first, Polled)
    world.move_to(LAST_DAY)
    second = poll(servers, first.cursor, world.today)

    then = f"{LONG_AGO.year}"
    assert shown(first) == {"college/gout": (then, "withdrawn"), "college/knee": (then, "current")}
    assert shown(second) == {"college/knee": (f"{LAST_DAY.year}", "current")}


def test_a_query_that_finds_nothing_is_no_calm(servers: Servers) -> None:
    outcome = poll(servers, "", LAST_DAY, query="elbow[ti]")

    assert isinstance(outcome, Unreadable)
    assert "finds nothing" in outcome.reason
