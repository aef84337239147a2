"""Papers that articles cite by DOI alone, while their works go, or lie at Crossref under another DOI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from monitor.domain.articles import Freshness, Reference
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled
from monitor.domain.works import Work
from monitor.net import Client
from monitor.pipeline.poll import Poller
from monitor.pipeline.register import WatchSpec
from monitor.sources.crossref import Crossref
from tests.contract.faulty_server import HandClock, faulty_server, status
from tests.contract.played_crossref import PlayedCrossref, answer, path_of, update, work
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage

CITED, OWN = Identifier.parse("doi:10.1000/cited"), Identifier.parse("doi:10.1000/own")


@dataclass
class Desk:
    """An article that cites one DOI, with Crossref as it really asks and a Retraction Watch that only listens."""

    stage: Stage
    played: PlayedCrossref
    poller: Poller
    watch: ScriptedSource

    def next_day(self, days: int = 1) -> None:
        """Poll everything some days later."""
        self.stage.later(days=days)
        self.poller.run(even_if_not_due=True)
        self.stage.sweeper.run()

    def kinds(self) -> list[EventKind]:
        """What the editor finds."""
        return [finding.kind for finding in self.stage.article().findings]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with faulty_server() as server:
        played = PlayedCrossref(server, works=[work(CITED.value)])
        crossref = Crossref(
            Client(clock=HandClock(), contact="t@example.org"), server.url("/"), contact="t@example.org"
        )
        watch = ScriptedSource(name="retraction_watch", outcome=Polled(covered=(CITED,)))
        stage = Stage(database_url)
        stage.source.works[CITED] = Work(identifier=CITED, title="A paper")
        stage.store.upgrade()
        names = (crossref.name, watch.name)
        stage.registrar.ensure_watches([WatchSpec(kind="cited_set", source=name) for name in names])
        cited = Reference(text="A paper", number=1, identifiers=(CITED,))
        stage.registrar.register("a", replace(ARTICLE, references=(cited,)), origin="test", by="test")
        stage.resolver.run()
        yield Desk(stage, played, replace(stage.poller, sources={crossref.name: crossref, watch.name: watch}), watch)


def test_a_work_that_crossref_holds_no_more_is_not_fresh_and_in_the_end_told(desk: Desk) -> None:
    desk.next_day()
    assert desk.stage.article().freshness is Freshness.FRESH
    desk.played.works.clear()
    desk.played.unheld(CITED.value)

    desk.next_day(40)
    assert (desk.kinds(), desk.stage.article().freshness) == ([], Freshness.UNVERIFIED)
    desk.next_day()
    desk.next_day()
    assert (desk.kinds(), desk.stage.article().freshness) == ([EventKind.RECORD_REMOVED], Freshness.STALE)


def test_a_work_that_lies_under_another_doi_is_read_at_every_poll_and_watched_under_both(desk: Desk) -> None:
    """Crossref's lists name it by its own DOI, and so does Retraction Watch."""
    desk.played.works.clear()
    desk.played.server.on(path_of(CITED.value), status(301, Location=path_of(OWN.value)))
    desk.played.server.on(path_of(OWN.value), answer("work", work(OWN.value)))
    desk.next_day()
    retracted = work(OWN.value, updated_by=[update("10.1000/notice")])
    desk.played.server.on(path_of(OWN.value), answer("work", retracted))

    desk.next_day()

    assert desk.kinds() == [EventKind.RETRACTED]
    assert desk.watch.polls[-1].identifiers == (CITED, OWN)
