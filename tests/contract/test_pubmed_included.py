"""The studies that cited reviews list, over the replayed PubMed: only the fallen are read, and a doubt is no answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.clock import SystemClock
from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed
from tests.contract.test_replay_world import LAST_DAY, make_world, record, record_set, served

FALLEN = {"2", "3", "4", "5"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    records = record_set(
        record(1),
        record(2, links=(("RetractionIn", "90"),)),
        record(3, types=("Journal Article", "Retracted Publication")),
        record(4, links=(("ExpressionOfConcernIn", "91"),)),
        record(5, "WITHDRAWN: A review"),
        record(6, links=(("ErratumIn", "92"), ("CommentIn", "93"))),
        record(7, types=("Systematic Review",)),
        record(90, types=("Retraction of Publication",), links=(("RetractionOf", "2"),)),
    )
    return make_world(tmp_path_factory.mktemp("included"), {"pubmed/all.xml": records})


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def poll(servers: Servers, *, known: tuple[str, ...] = (), follow: bool = False) -> PollOutcome:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    eutils = Eutils(
        client, servers.urls["MONITOR_EUTILS_URL"], email="ops@example.org", api_key="test-key", pace_seconds=0.0
    )
    return PubMed(eutils).poll(
        PollRequest(
            watch="included",
            target="",
            identifiers=tuple(pubmed(str(pmid)) for pmid in (*range(1, 8), 404)),
            unread=frozenset(map(pubmed, known)),
            cursor="",
            data_version="",
            now=datetime.combine(LAST_DAY, datetime.min.time(), UTC),
            follow=follow,
        )
    )


def read(outcome: PollOutcome) -> set[str]:
    assert isinstance(outcome, Polled), outcome
    return {reading.record.identifier.value for reading in outcome.readings}


def test_only_what_fell_is_read(servers: Servers) -> None:
    assert read(poll(servers)) == FALLEN
    assert not servers.violations


def test_what_was_read_before_is_read_again_for_it_may_stand_again(servers: Servers) -> None:
    assert read(poll(servers, known=("1",))) == FALLEN | {"1"}


def test_reviews_among_the_listed_are_read_where_lists_are_followed_further(servers: Servers) -> None:
    assert read(poll(servers, follow=True)) == FALLEN | {"7"}


def test_a_study_that_pubmed_does_not_hold_is_no_event(servers: Servers) -> None:
    outcome = poll(servers)

    assert isinstance(outcome, Polled)
    assert outcome.missing == ()


@pytest.mark.parametrize("fault", ["429", "503", "html", "error", "cut", "prolog", "reset"])
@pytest.mark.parametrize("path", ["einfo", "epost", "esearch", "efetch"])
def test_a_fault_is_never_read_as_nothing_fell(servers: Servers, path: str, fault: str) -> None:
    servers.inject("pubmed", fault, times=None, path=path)

    assert isinstance(poll(servers), Throttled | Unreachable | Unreadable)
