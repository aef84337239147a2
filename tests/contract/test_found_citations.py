"""What Crossref and Europe PMC bring up for a citation, over loopback; which of it is meant is decided elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.clock import SystemClock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Failure, Throttled, Unreachable, Unreadable
from monitor.domain.records import Publication
from monitor.domain.resolution import judge
from monitor.net import Client
from monitor.sources.crossref import Crossref
from monitor.sources.europepmc import EuropePmc
from tests.contract.crossref_works import lines, work
from tests.contract.faulty_server import FaultyServer, HandClock, Reply, faulty_server, page, reset, status
from tests.contract.test_replay_world import make_world, served

CITED = Citation(
    key="k",
    text="Hofer A. Cells for the painful knee. J Knees 2024;7:33-9.",
    title="Cells for the painful knee",
    journal="J Knees",
    year=2024,
    volume="7",
    first_page="33",
    first_author="Hofer A",
)
PLACE = Citation(key="p", text="J Knees 2024;7:33", journal="J Knees", year=2024, volume="7", first_page="33")
RESULT = {
    "id": "PPR1",
    "source": "PPR",
    "doi": "10.5555/cells",
    "title": "Cells for the painful knee.",
    "authorString": "Hofer A, Lang B.",
    "journalInfo": {"volume": "7", "journal": {"title": "Journal of Knees", "medlineAbbreviation": "J Knees"}},
    "pageInfo": "33-39",
    "pubYear": "2024",
}


def outcome(citation: Citation, found: tuple[Publication, ...] | Failure) -> tuple[Resolution, tuple[Identifier, ...]]:
    assert isinstance(found, tuple), found
    resolved = judge(citation, found)
    return resolved.status, resolved.identifiers


def test_crossref_brings_up_the_work_that_is_meant_among_others(tmp_path: Path) -> None:
    meant = work(
        "10.5555/cells",
        "Cells for the painful knee",
        author=[{"family": "Hofer", "given": "Anna"}],
        container_title=["Journal of Knees"],
        short_container_title=["J Knees"],
        volume="7",
        page="33-39",
        published={"date-parts": [[2024, 5]]},
    )
    others = [work(f"10.5555/other.{at}", f"Cells for the painful hip, part {at}") for at in range(30)]
    with served(make_world(tmp_path, {"crossref/a.jsonl": lines(meant, *others)})) as servers:
        client = Client(clock=SystemClock(), contact="ops@example.org")
        source = Crossref(client, servers.urls["MONITOR_CROSSREF_URL"], contact="ops@example.org")

        assert outcome(CITED, source.find(CITED)) == (Resolution.RESOLVED, (Identifier.parse("doi:10.5555/cells"),))
        assert not servers.violations


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as played:
        yield played


def crossref(server: FaultyServer) -> Crossref:
    return Crossref(Client(clock=HandClock(), contact="ops@example.org"), server.url("/"), contact="ops@example.org")


def europepmc(server: FaultyServer) -> EuropePmc:
    return EuropePmc(Client(clock=HandClock(), contact="tests@example.org"), server.url("/"))


def found(*results: object, count: int | None = None) -> Reply:
    body = {"hitCount": len(results) if count is None else count, "resultList": {"result": results}}
    return status(200, json.dumps(body).encode(), Content_Type="application/json")


def test_europe_pmc_brings_up_a_preprint_under_its_doi(server: FaultyServer) -> None:
    server.on("/search", found(RESULT, count=90))

    brought = europepmc(server).find(CITED)

    assert outcome(CITED, brought) == (Resolution.RESOLVED, (Identifier.parse("doi:10.5555/cells"),))
    assert queries(server) == ['TITLE:"Cells for the painful knee"']


def test_europe_pmc_brings_up_a_paper_under_its_pmid(server: FaultyServer) -> None:
    server.on("/search", found({**RESULT, "source": "MED", "id": "77", "pmid": "77"}))

    assert outcome(CITED, europepmc(server).find(CITED))[1] == (pubmed("77"),)


def test_europe_pmc_is_asked_by_the_place_where_there_is_no_title(server: FaultyServer) -> None:
    server.on("/search", found(RESULT))
    europepmc(server).find(PLACE)

    assert queries(server) == ['JOURNAL:"J Knees" AND VOLUME:"7" AND PAGE_INFO:"33" AND PUB_YEAR:2024']


def queries(server: FaultyServer) -> list[str]:
    return [parse_qs(urlsplit(heard.target).query)["query"][0] for heard in server.heard]


@pytest.mark.parametrize("finder", [crossref, europepmc])
def test_a_citation_without_words_asks_nobody(
    server: FaultyServer, finder: Callable[[FaultyServer], Crossref | EuropePmc]
) -> None:
    assert finder(server).find(Citation(key="", text="")) == ()
    assert server.heard == []


@pytest.mark.parametrize(("finder", "path"), [(crossref, "/works"), (europepmc, "/search")])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (status(503), Unreachable),
        (status(429), Throttled),
        (status(404), Unreadable),
        (reset, Unreachable),
        (page("<html>Just a moment...</html>"), Unreadable),
        (status(200, b'{"hitCount": 1'), Unreadable),
        (status(200, b'{"message": {"items": 7}}'), Unreadable),
    ],
)
def test_no_fault_reads_as_nothing_found(
    server: FaultyServer,
    finder: Callable[[FaultyServer], Crossref | EuropePmc],
    path: str,
    reply: Reply,
    kind: type,
) -> None:
    """Else a paper would be called unknown because of one bad minute."""
    server.on(path, reply)

    assert isinstance(finder(server).find(CITED), kind)
