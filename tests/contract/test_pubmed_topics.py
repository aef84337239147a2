"""Standing queries over the replayed PubMed: all that was created in the window, or nothing is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed
from tests.contract.test_replay_world import LAST_DAY, make_world, record, record_set, served

QUERIES = {
    "knees": '(knee[tiab] OR "knee joint"[tiab]) AND cells[tiab]',
    "misspelt": "knee[titel] AND cells[tiab]",
    "unknown": 'knee[tiab] AND "Fleegle Trial"[pt]',
    "everything": "record[ti]",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    days = [LAST_DAY - timedelta(days=back) for back in (0, 1, 2, 10, 200)]
    records = [record(number, "Cells for the knee", entrez=f"{day}") for number, day in enumerate(days, start=1)]
    crowd = [
        record(1000 + number, "A record", entrez=f"{LAST_DAY - timedelta(days=40 + number % 3)}")
        for number in range(60)
    ]
    indexed = f"<Year>{LAST_DAY.year}</Year><Month>{LAST_DAY.month}</Month><Day>{LAST_DAY.day}</Day>"
    late = record(7, "Cells for the knee, indexed late", entrez=f"{LAST_DAY - timedelta(days=90)}").replace(
        "<History>", f'<History><PubMedPubDate PubStatus="medline">{indexed}</PubMedPubDate>'
    )
    return make_world(
        tmp_path_factory.mktemp("topics"),
        {"pubmed/all.xml": record_set(*records, late, record(99, "Hips", entrez=f"{LAST_DAY}"), *crowd)},
    )


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def search(
    servers: Servers, topic: str = "knees", *, cursor: date | None = None, since: date | None = None
) -> PollOutcome:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    url = servers.urls["MONITOR_EUTILS_URL"]
    eutils = Eutils(client, url, email="ops@example.org", api_key="test-key", pace_seconds=0.0)
    return PubMed(eutils, queries=QUERIES).poll(
        PollRequest(
            watch="topic",
            target=topic,
            identifiers=(),
            unread=frozenset(),
            cursor=cursor.isoformat() if cursor else "",
            data_version="",
            now=datetime.combine(LAST_DAY, datetime.min.time(), UTC),
            since=since,
        )
    )


def found(outcome: PollOutcome) -> set[str]:
    assert isinstance(outcome, Polled), outcome
    return {reading.record.identifier.value for reading in outcome.readings}


def test_what_was_created_since_the_cursor_is_read_and_named_by_its_topic(servers: Servers) -> None:
    outcome = search(servers, cursor=LAST_DAY)

    assert found(outcome) == {"1", "2", "3", "7"}, "the window overlaps the cursor, and 7 was indexed in it"
    assert isinstance(outcome, Polled)
    assert {reading.topics for reading in outcome.readings} == {("knees",)}
    assert not servers.violations


def test_the_first_search_reaches_back_as_far_as_it_is_asked(servers: Servers) -> None:
    assert found(search(servers)) == {"1", "2", "3", "4", "7"}
    assert found(search(servers, since=LAST_DAY - timedelta(days=365))) == {"1", "2", "3", "4", "5", "7"}


@pytest.mark.parametrize("topic", ["misspelt", "unknown"])
def test_a_query_that_pubmed_does_not_understand_is_refused_with_its_reason(servers: Servers, topic: str) -> None:
    """It answers with status 200 all the same, to a question nobody asked."""
    outcome = search(servers, topic)

    assert isinstance(outcome, Unreadable)
    assert "PubMed did not understand the query" in outcome.reason


def test_a_topic_that_is_gone_is_told(servers: Servers) -> None:
    assert search(servers, "hips") == Unreadable(reason="there is no topic named hips any more")


def test_the_translation_is_the_same_on_another_day(servers: Servers) -> None:
    early, late = search(servers, cursor=LAST_DAY - timedelta(days=20)), search(servers, cursor=LAST_DAY)

    assert isinstance(early, Polled)
    assert isinstance(late, Polled)
    assert early.translation == late.translation != ""


def test_a_window_with_more_answers_than_a_search_reaches_is_searched_in_halves(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.sources.pubmed.listing.REACHABLE", 25)

    assert len(found(search(servers, "everything", since=LAST_DAY - timedelta(days=60)))) == 60


def test_one_day_with_more_answers_than_a_search_reaches_is_no_answer(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.sources.pubmed.listing.REACHABLE", 10)
    outcome = search(servers, "everything", since=LAST_DAY - timedelta(days=60))

    assert isinstance(outcome, Unreadable)
    assert "narrow the query" in outcome.reason


@pytest.mark.parametrize("fault", ["429", "503", "html", "error", "cut", "prolog", "reset"])
@pytest.mark.parametrize("path", ["einfo", "esearch", "efetch"])
def test_a_fault_is_never_read_as_nothing_new(servers: Servers, path: str, fault: str) -> None:
    servers.inject("pubmed", fault, times=None, path=path)

    assert isinstance(search(servers), Throttled | Unreachable | Unreadable)
