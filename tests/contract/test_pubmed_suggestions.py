"""A draft is measured on PubMed: how much it finds a month, and how many of the newest references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli.suggesting import as_topic_file
from monitor.clock import SystemClock
from monitor.domain.articles import Reference
from monitor.domain.identifiers import pubmed
from monitor.net import Client
from monitor.pipeline.suggest import NotMeasured, Suggester
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed, read_articles
from tests.contract.test_replay_world import LAST_DAY, make_world, record, record_set, served
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage

CITED = {
    number: record(
        number,
        "Mesenchymal cells for the knee: a randomised trial" if number != 8 else "Hyaluronate for the thumb",
        entrez=f"{2010 + number}-06-01",
    )
    for number in range(1, 10)
}
LATER = [
    record(100 + number, "Mesenchymal cells for knee pain: a trial", entrez=f"{LAST_DAY - timedelta(days=number)}")
    for number in range(24)
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(
        tmp_path_factory.mktemp("suggest"), {"pubmed/all.xml": record_set(*CITED.values(), *LATER, record(99, "Hips"))}
    )


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def suggester(servers: Servers, folder: Path, pmids: tuple[int, ...]) -> Suggester:
    held = {item.identifier: item for item in read_articles(record_set(*CITED.values()).encode())}
    stage = Stage(f"sqlite:///{folder}/x.db", source=ScriptedSource(dict(held)))
    stage.store.upgrade()
    references = tuple(Reference(text=f"PMID: {pmid}", number=pmid, identifiers=(pubmed(str(pmid)),)) for pmid in pmids)
    stage.registrar.register("knee", replace(ARTICLE, references=references), origin="test", by="test")
    stage.resolver.run()
    stage.poll()
    stage.clock.move_to(stage.clock.today().replace(year=LAST_DAY.year, month=LAST_DAY.month, day=LAST_DAY.day))
    client = Client(clock=SystemClock(), contact="ops@example.org")
    url = servers.urls["MONITOR_EUTILS_URL"]
    source = PubMed(Eutils(client, url, email="ops@example.org", api_key="test-key", pace_seconds=0.0))
    return Suggester(store=stage.store, source=source, clock=stage.clock)


def test_a_draft_comes_with_its_yield_and_its_recall_on_the_newest_references(servers: Servers, tmp_path: Path) -> None:
    found = suggester(servers, tmp_path, tuple(CITED)).suggest("knee")

    assert found.draft.drafted_from == 6
    assert (found.newer, found.newer_found, found.not_found) == (3, 2, ("8",))
    assert found.records_a_month == 2.0
    file = as_topic_file("knee", found)
    assert "# 2 of the 3 newest references, which it was not drafted from, answer.\n# Not found: PMID 8\n" in file
    assert "# Some 2.0 new records a month answer." in file
    assert not servers.violations


def test_with_few_references_the_draft_says_that_it_was_not_tried(servers: Servers, tmp_path: Path) -> None:
    found = suggester(servers, tmp_path, (1, 2)).suggest("knee")

    assert found.newer == 0
    assert "too few references" in as_topic_file("knee", found)


def test_what_cannot_be_measured_is_not_suggested(servers: Servers, tmp_path: Path) -> None:
    drafting = suggester(servers, tmp_path, tuple(CITED))
    servers.inject("pubmed", "503", times=None)

    with pytest.raises(NotMeasured, match="could not be counted"):
        drafting.suggest("knee")


def test_an_article_that_is_not_there_is_a_key_error(servers: Servers, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        suggester(servers, tmp_path, (1,)).suggest("hip")
