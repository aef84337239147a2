"""A daily file through all of the program: ``python -m tests.chaos.daily_file DATABASE UPDATES EUTILS``.

The process may be killed at any moment; called again it goes on where the last commit was.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from monitor.clock import Clock, MovedClock
from monitor.domain.articles import Claim, ParsedArticle, Reference, Resolution
from monitor.domain.citations import Resolved
from monitor.domain.identifiers import pubmed
from monitor.domain.policy import Policy
from monitor.domain.second_order import SecondOrder
from monitor.domain.topics import Engine, Topic, parse
from monitor.net import Client
from monitor.pipeline.assess import Assessor
from monitor.pipeline.poll import Poller
from monitor.pipeline.recognise import Recogniser
from monitor.pipeline.register import Registrar, WatchSpec
from monitor.sources.pubmed import Eutils, PubMed, UpdateFiles
from monitor.store import LeaseLost, Store
from monitor.wiring.transport import EvidenceMatcher
from tests.pipeline.told import Told

MIGRATIONS = Path(__file__).parents[2] / "alembic"
THE_DAY_AFTER = datetime(2021, 6, 9, 12, tzinfo=UTC)
POLICY = Policy(second_order=SecondOrder(depth=0))
TOPICS = (
    Topic(name="trials", title="Trials", query="randomized controlled trial[pt]", articles=("topics",)),
    Topic(name="reviews", title="Reviews", query='"systematic review"[ti] OR meta-analysis[ti]', articles=("topics",)),
    Topic(name="covid", title="COVID-19", query="covid-19[tiab] AND vaccin*[tiab]", articles=("topics",)),
)


CLOCK = MovedClock(THE_DAY_AFTER)
BEFORE = MovedClock(THE_DAY_AFTER - timedelta(hours=1))


def opened(url: str, clock: Clock = CLOCK) -> Store:
    """The store under a clock of the day after the file."""
    return Store(url, clock=clock, migrations=MIGRATIONS)


def prepare(url: str, pmids: tuple[str, ...], topics: Sequence[Topic] = TOPICS) -> None:
    """An empty database with an article that cites these papers, one with topics, and the watch of the files."""
    store = opened(url, BEFORE)
    store.upgrade()
    assessor = Assessor(
        policy=POLICY, clock=BEFORE, observer=Told(), probe=lambda _point: None, recogniser=Recogniser(clock=BEFORE)
    )
    registrar = Registrar(store=store, policy=POLICY, clock=BEFORE, assessor=assessor)
    registrar.ensure_watches([WatchSpec(kind="updates", source="pubmed")])
    registrar.ensure_topics(topics, searched=[])
    registrar.register("topics", _page("topics", ()), origin="test", by="test")
    registrar.register("cited", _page("cited", pmids), origin="test", by="test")
    with store.begin() as tx:
        for pending in tx.meanings.pending(limit=len(pmids)):
            found = Resolved(
                status=Resolution.RESOLVED, identifiers=pending.reference.identifiers, confidence=1.0, because="written"
            )
            tx.meanings.settle(pending.id, found, look_again=None)
    store.close()


def engine_of(topics: Iterable[Topic]) -> Engine:
    """What matches records with topics."""
    engine = Engine()
    for topic in topics:
        engine.put(topic.name, parse(topic.query))
    return engine


def poll(url: str, updates: str, eutils: str, topics: Sequence[Topic] = TOPICS) -> tuple[str, ...]:
    """One pass over what is due; returns what became of it."""
    return run(poller_of(url, updates, eutils, topics))


def run(poller: Poller) -> tuple[str, ...]:
    """What became of each poll of one pass."""
    return tuple(f"{report.outcome} {report.reason}".strip() for report in poller.run(source="pubmed"))


def poller_of(url: str, updates: str, eutils: str, topics: Sequence[Topic]) -> Poller:
    """Everything that one pass needs."""
    _let_leases_run_out(url)
    store = opened(url)
    engine = engine_of(topics)
    client = Client(clock=CLOCK, contact="test@example.org")
    source = PubMed(Eutils(client, eutils, email="test@example.org"))
    source.follow(UpdateFiles(client, updates, pace_seconds=0.0), matcher=EvidenceMatcher(engine, POLICY))

    def pass_by(_point: str) -> None:
        """Nothing happens at any point."""

    told = Told()
    assessor = Assessor(policy=POLICY, clock=CLOCK, observer=told, probe=pass_by, recogniser=Recogniser(clock=CLOCK))
    return Poller(
        store=store,
        sources={"pubmed": source},
        assessor=assessor,
        policy=POLICY,
        clock=CLOCK,
        observer=told,
        probe=pass_by,
        holder=f"{socket.gethostname()}:{os.getpid()}",
        lease_lost=LeaseLost,
    )


def _page(name: str, pmids: tuple[str, ...]) -> ParsedArticle:
    return ParsedArticle(
        title=name,
        text=name,
        last_updated=datetime(2021, 1, 1, tzinfo=UTC).date(),
        claims=(Claim(position=0, text=f"All of {name}.", markers=(1,)),),
        references=tuple(
            Reference(text=f"PMID: {pmid}", number=number, identifiers=(pubmed(pmid),))
            for number, pmid in enumerate(pmids, start=1)
        ),
    )


def _let_leases_run_out(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE watch SET lease_until = NULL"))
    engine.dispose()


if __name__ == "__main__":
    outcomes = poll(*sys.argv[1:4])
    raise SystemExit(0 if all(outcome == "polled" for outcome in outcomes) else f"not polled: {outcomes}")
