"""A small library on the real store: articles, findings, reviews and polls as the pipeline leaves them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from monitor.clock import MovedClock
from monitor.domain.articles import Claim, ParsedArticle, Reference
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import Polled
from monitor.domain.signals import Signal
from monitor.domain.state import NewFinding
from monitor.pipeline.decide import decide
from monitor.settings import load_settings
from monitor.web import OpenAccess, create_app
from monitor.wiring import Monitor, build
from tests.faces.browsing import SECRET

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOME = "http://127.0.0.1:8642"


def article(title: str, *pmids: str) -> ParsedArticle:
    """An article whose sentences each cite one paper."""
    return ParsedArticle(
        title=title,
        text="\n".join(f"Paper {pmid} says so." for pmid in pmids),
        last_updated=date(2026, 10, 1),
        claims=tuple(
            Claim(position=number, text=f"Paper {pmid} says so.", markers=(number + 1,))
            for number, pmid in enumerate(pmids)
        ),
        references=tuple(
            Reference(text=f"Paper {pmid}. PMID: {pmid}", number=number + 1, identifiers=(pubmed(pmid),))
            for number, pmid in enumerate(pmids)
        ),
    )


@contextmanager
def opened(folder: Path, url: str = "") -> Iterator[Monitor]:
    """The whole program on an empty database, on a noon that a test moves."""
    env = {"MONITOR_DATA_DIR": str(folder), **({"MONITOR_DATABASE_URL": url} if url else {})}
    monitor = build(load_settings(env), clock=MovedClock(NOON))
    monitor.store.upgrade()
    monitor.prepare()
    try:
        yield monitor
    finally:
        monitor.store.close()


def fill(monitor: Monitor) -> None:
    """Three articles: ``knee`` with a retraction and a correction, ``hip`` with a correction, ``gout`` with nothing."""
    for name, title, pmids in (
        ("knee", "Painful knees", ("1", "2")),
        ("hip", "Hips", ("2",)),
        ("gout", "Gout", ("3",)),
    ):
        monitor.registrar.register(name, article(title, *pmids), origin="test", by="test")
    tell(monitor, "knee", EventKind.RETRACTED, "1")
    tell(monitor, "knee", EventKind.CORRECTED, "2", Severity.MAJOR)
    tell(monitor, "hip", EventKind.CORRECTED, "2", Severity.MAJOR)


def tell(
    monitor: Monitor,
    article_id: str,
    kind: EventKind,
    pmid: str,
    severity: Severity = Severity.CRITICAL,
    *,
    notice: str = "",
) -> str:
    """Let a finding come in now, shown by a notice; returns its id."""
    finding_id = "-".join(filter(None, (article_id, kind, pmid, notice)))
    signal = Signal(record=pubmed(pmid), kind=kind, shown_by=f"pubmed:9{pmid}{notice}", because="PubMed links it")
    with monitor.store.begin() as tx:
        event = tx.events.record(
            Sighting(signal=signal), title=f"Paper {pmid}", severity=severity, url=None, already=False
        )
        tx.events.witness(event.id, signal, source="pubmed")
        states = [
            state for state in tx.references.of_article(article_id) if pubmed(pmid) in state.reference.identifiers
        ]
        numbers = {state.reference.number for state in states}
        claims = [placed for placed in tx.articles.claims(article_id) if numbers & set(placed.claim.markers)]
        tx.findings.add(
            NewFinding(
                id=finding_id,
                article_id=article_id,
                event_id=event.id,
                severity=severity,
                because="PubMed links it",
                reference_ids=tuple(state.id for state in states),
                claims=tuple((placed.id, "yes") for placed in claims),
                detected_at=monitor.clock.today(),
            )
        )
        decide(tx, article_id, policy=monitor.desk.policy, clock=monitor.clock)
    return finding_id


def poll(monitor: Monitor, source: str = "pubmed", *, fails: str = "") -> None:
    """Let every watch of a source be polled now, with success unless a reason is given why not."""
    passed: frozenset[int] = frozenset()
    due = monitor.clock.today() + timedelta(hours=12)
    while True:
        with monitor.store.begin() as tx:
            watch = tx.watches.claim(
                holder="test", lease=timedelta(minutes=5), source=source, even_if_not_due=True, passed_over=passed
            )
            if watch is None:
                return
            passed |= {watch.id}
            if fails:
                tx.watches.fail(watch, outcome="unreachable", reason=fails, next_due=due)
            else:
                tx.watches.complete(
                    watch, outcome="polled", polled=Polled(readings=()), next_due=due, members_digest=""
                )


def client(monitor: Monitor, **options: Any) -> TestClient:
    """A program that asks the API of this library."""
    made = {"access": OpenAccess("CMS"), "secret_key": SECRET, **options}
    app = create_app(desk=monitor.desk, explainer=monitor.explainer, hands=monitor.hands, clock=monitor.clock, **made)
    return TestClient(app, base_url=HOME, raise_server_exceptions=False)
