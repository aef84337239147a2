"""Finding what PubMed merged a record with: by its DOI, by its title and place, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.clock import SystemClock
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Failure, Throttled, Unreachable, Unreadable
from monitor.domain.records import Publication
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed
from tests.contract.test_replay_world import make_world, record, record_set, served

TITLE = "Mesenchymal signalling in osteoarthritis of the knee: a randomised trial"
GONE = Publication(
    identifier=pubmed("99"),
    title=TITLE,
    journal_abbreviation="J Knees",
    volume="7",
    pages="33-41",
    published="2025-06",
    authors=("Smith A",),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    page = "<Pagination><MedlinePgn>33-41</MedlinePgn></Pagination>"
    records = [record(1, TITLE, article=page), record(2, "Hips and what came of them in the end")]
    return make_world(tmp_path_factory.mktemp("merged"), {"pubmed/all.xml": record_set(*records)})


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def survivor(servers: Servers, gone: Publication) -> Identifier | Failure | None:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    eutils = Eutils(
        client, servers.urls["MONITOR_EUTILS_URL"], email="ops@example.org", api_key="test-key", pace_seconds=0.0
    )
    return PubMed(eutils).survivor(gone)


def test_the_same_doi_is_the_same_publication(servers: Servers) -> None:
    gone = replace(GONE, title="Hips, and what came of them in the end", pages="", doi="10.5555/rec.2")

    assert survivor(servers, gone) == pubmed("2")


def test_the_same_title_in_the_same_place_is_the_same_publication(servers: Servers) -> None:
    assert survivor(servers, GONE) == pubmed("1")


def test_a_like_title_elsewhere_is_not(servers: Servers) -> None:
    gone = replace(GONE, title=f"{TITLE}, a protocol", journal_abbreviation="Hip Int", volume="3", published="2019")

    assert survivor(servers, gone) is None


def test_a_record_is_not_its_own_survivor(servers: Servers) -> None:
    assert survivor(servers, replace(GONE, identifier=pubmed("1"))) is None


def test_a_fault_is_no_answer(servers: Servers) -> None:
    servers.inject("pubmed", "error", times=None)

    assert isinstance(survivor(servers, GONE), Throttled | Unreachable | Unreadable)
