"""What happens between two polls, or beside one, is not lost: nothing here may end as a false calm or as noise."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.articles import Freshness, Reference
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import Polled, PollRequest
from monitor.domain.records import Link, MeshHeading, Publication, Trial
from monitor.pipeline.register import WatchSpec
from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, ScriptedSource, Stage, reading_of, resting_on

TRIAL = Identifier.parse("nct:NCT01234567")
OTHER = Publication(identifier=pubmed("300"), title="Another trial")
NOTICE_OF_BOTH = replace(NOTICE, links=(*NOTICE.links, Link(ref_type="RetractionOf", source="", pmid="300")))
OTHER_RETRACTED = replace(OTHER, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 9;1:2", pmid="400"),))


@pytest.fixture
def stage(database_url: str) -> Stage:
    records = {PAPER.identifier: PAPER, OTHER.identifier: OTHER}
    return Stage(database_url, source=ScriptedSource(dict(records), reads_all=False)).open()


def kinds(stage: Stage, article_id: str) -> list[EventKind]:
    return [finding.kind for finding in stage.articles()[article_id].findings]


def test_a_notice_of_several_papers_is_told_to_an_article_that_cites_the_second_one_later(stage: Stage) -> None:
    stage.source.notices = (NOTICE_OF_BOTH,)
    stage.later(days=1)
    stage.poll()
    stage.source.notices = ()
    stage.later(days=60)
    stage.bring_in("b", "300")

    assert kinds(stage, "b") == [EventKind.RETRACTED]


def test_an_article_that_was_removed_and_comes_back_learns_what_happened_meanwhile(stage: Stage) -> None:
    stage.bring_in("b", "100")
    stage.registrar.remove("b", by="test")
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.source.reads_all = True
    stage.later(days=1)
    stage.poll()
    stage.later(days=1)
    stage.bring_in("b", "100")

    assert (kinds(stage, "a"), kinds(stage, "b")) == ([EventKind.RETRACTED], [EventKind.RETRACTED])


def test_a_record_that_nobody_watched_for_a_while_is_read_again_before_it_counts_as_checked(stage: Stage) -> None:
    stage.bring_in("b", "300")
    stage.registrar.remove("a", by="test")
    stage.later(days=2)
    stage.source.records[PAPER.identifier] = RETRACTED
    for _ in range(5):
        stage.later(days=2)
        stage.poll()
    stage.registrar.register("c", resting_on("100"), origin="test", by="test")
    stage.resolver.run()
    stage.sweeper.run()
    before = stage.articles()["c"].freshness
    stage.poll()

    assert (before, kinds(stage, "c")) == (Freshness.UNVERIFIED, [EventKind.RETRACTED])


def test_the_rolling_re_read_reaches_every_watched_record_however_many_were_watched_once(stage: Stage) -> None:
    gone = [str(10_000 + number) for number in range(60)]
    stage.source.records.update({pubmed(pmid): Publication(identifier=pubmed(pmid)) for pmid in gone})
    stage.bring_in("b", *gone)
    stage.registrar.remove("b", by="test")
    object.__setattr__(stage.poller, "reread_at_a_time", 20)
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=stage.policy.reread_days + 1)
    stage.poll()

    assert kinds(stage, "a") == [EventKind.RETRACTED]


def test_a_record_that_is_missing_is_asked_for_at_every_poll(stage: Stage) -> None:
    del stage.source.records[PAPER.identifier]
    stage.later(days=stage.policy.reread_days + 1)
    for _ in range(3):
        stage.poll()
        stage.later(days=1)

    assert kinds(stage, "a") == [EventKind.RECORD_REMOVED]


def test_what_came_back_once_is_no_new_finding_at_every_later_change(stage: Stage) -> None:
    stage.source.reads_all = True
    errata = tuple(Link(ref_type="ErratumIn", source="J Test. 2026 Jul", pmid=str(500 + number)) for number in range(3))
    grown = [replace(RETRACTED, links=RETRACTED.links + errata[: number + 1]) for number in range(3)]
    for record in (RETRACTED, PAPER, RETRACTED, *grown):
        stage.later(days=1)
        stage.source.records[PAPER.identifier] = record
        stage.poll()

    assert sorted(kinds(stage, "a")) == sorted(
        [EventKind.RETRACTED] * 2 + [EventKind.RETRACTION_LIFTED] + [EventKind.CORRECTED] * 3
    )


def test_what_came_back_and_went_again_has_ended(stage: Stage) -> None:
    stage.source.reads_all = True
    for record in (RETRACTED, PAPER, RETRACTED, PAPER):
        stage.later(days=1)
        stage.source.records[PAPER.identifier] = record
        stage.poll()
    stage.bring_in("b", "100")

    assert EventKind.RETRACTED not in kinds(stage, "b")


@pytest.mark.parametrize(
    ("before", "after"),
    [("J Test. 2026 Jun 5:e1", "J Test. 2026 Jun 5;3(2):e1"), ("J Test. 2026 Jun 5;3:e1", "J Test. 2026 Jun 5;3:e1")],
)
def test_an_erratum_that_gains_its_pmid_is_the_same_erratum(stage: Stage, before: str, after: str) -> None:
    stage.source.reads_all = True
    for link in (Link(ref_type="ErratumIn", source=before), Link(ref_type="ErratumIn", source=after, pmid="700")):
        stage.later(days=7)
        stage.source.records[PAPER.identifier] = replace(PAPER, links=(link,))
        stage.poll()

    assert kinds(stage, "a") == [EventKind.CORRECTED]
    assert stage.articles()["a"].findings[0].url == "https://pubmed.ncbi.nlm.nih.gov/700/"


def test_a_new_finding_of_equal_weight_ends_a_snooze_and_is_told(stage: Stage) -> None:
    stage.source.reads_all = True
    stage.bring_in("a", "100", "300")
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=1)
    stage.poll()
    stage.editors.snooze("a", by="editor", until=stage.clock.today() + timedelta(days=300))
    stage.source.records[OTHER.identifier] = OTHER_RETRACTED
    stage.later(days=5)
    stage.poll()

    with stage.store.read() as reads:
        assert len(reads.queue().entries) == 1
    with stage.store.begin() as tx:
        topics = [message.topic for message in tx.outbox.unplanned(limit=10)]
    assert topics == ["article.stale", "article.finding"]


def test_a_watch_that_was_reset_while_it_was_polled_stays_reset(database_url: str) -> None:
    source = ScriptedSource({PAPER.identifier: PAPER, OTHER.identifier: OTHER}, reads_all=False)
    stage = Stage(database_url, source=source).open()

    def import_another(request: PollRequest) -> None:
        if request.watch == "notices" and "b" not in stage.articles():
            stage.registrar.register("b", resting_on("300"), origin="test", by="test")
            stage.resolver.run()

    source.while_asked = import_another
    stage.later(days=1)
    stage.poller.run(source="pubmed", even_if_not_due=True)
    source.notices = (replace(NOTICE, links=(Link(ref_type="RetractionOf", source="", pmid="300"),)),)
    stage.poller.run(source="pubmed")

    last = [request for request in source.polls if request.watch == "notices"][-1]
    assert last.cursor == ""
    assert kinds(stage, "b") == [EventKind.RETRACTED]


def test_a_state_published_before_the_record_was_last_read_takes_nothing_back(stage: Stage) -> None:
    """A daily file lags behind: what it shows may be older than what was read live meanwhile."""
    stage.source.reads_all = True
    stage.later(days=1)
    published = stage.clock.today()
    stage.later(days=1)
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.poll()
    stage.later(days=1)
    stage.source.outcome = Polled(readings=(replace(reading_of(PAPER), as_of=published),), covered=(PAPER.identifier,))
    stage.poll()

    assert kinds(stage, "a") == [EventKind.RETRACTED]


def test_the_same_state_published_before_takes_no_reading_back(stage: Stage) -> None:
    published = stage.clock.today() - timedelta(days=1)
    stage.later(days=1)
    stage.poll()
    stage.source.outcome = Polled(readings=(replace(reading_of(PAPER), as_of=published),), covered=(PAPER.identifier,))
    stage.poll()

    assert stage.articles()["a"].freshness is Freshness.FRESH


def test_details_without_meaning_are_kept_though_nothing_is_told(stage: Stage) -> None:
    stage.source.reads_all = True
    indexed = replace(PAPER, mesh=(MeshHeading(ui="D1", name="Knee"),))
    stage.source.records[PAPER.identifier] = indexed
    stage.later(days=1)
    stage.poll()

    with stage.store.begin() as tx:
        last = tx.evidence.last_snapshot(PAPER.identifier)
    assert last is not None
    assert last.record == indexed
    assert stage.articles()["a"].findings == ()


def test_a_state_published_since_counts_from_when_it_was_published(stage: Stage) -> None:
    stage.later(days=1)
    published = stage.clock.today()
    stage.later(days=1)
    stage.source.outcome = Polled(
        readings=(replace(reading_of(RETRACTED), as_of=published),), covered=(PAPER.identifier,)
    )
    stage.poll()
    stage.source.outcome = None
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(hours=1)
    stage.bring_in("b", "100")

    assert kinds(stage, "a") == kinds(stage, "b") == [EventKind.RETRACTED]
    assert PAPER.identifier in [request for request in stage.source.polls if request.watch == "cited_set"][-1].unread


def test_two_sources_that_change_one_article_at_once_open_one_review_with_both_findings(database_url: str) -> None:
    trial = Trial(identifier=TRIAL, title="A trial", overall_status="RECRUITING")
    pubmed_source = ScriptedSource({PAPER.identifier: PAPER})
    registry = ScriptedSource({TRIAL: trial}, name="clinicaltrials")
    meetings = {point: threading.Barrier(2) for point in ("assess.after_findings", "assess.after_decisions")}

    def probe(point: str) -> None:
        if point in meetings and pubmed_source.records[PAPER.identifier] is RETRACTED:
            with suppress(threading.BrokenBarrierError):
                meetings[point].wait(timeout=1)

    stage = Stage(database_url, source=pubmed_source, probe=probe)
    stage.poller = replace(stage.poller, sources={"pubmed": pubmed_source, "clinicaltrials": registry})
    stage.open()
    stage.registrar.ensure_watches([WatchSpec(kind="cited_set", source="clinicaltrials")])
    both = replace(
        resting_on("100"),
        references=(
            *resting_on("100").references,
            Reference(text="A trial. NCT01234567", number=2, identifiers=(TRIAL,)),
        ),
    )
    stage.registrar.register("a", both, origin="test", by="test")
    stage.resolver.run()
    stage.poller.run(even_if_not_due=True)

    pubmed_source.records[PAPER.identifier] = RETRACTED
    registry.records[TRIAL] = replace(trial, overall_status="TERMINATED")
    stage.later(days=1)
    reports = stage.poller.run(even_if_not_due=True)

    assert all(report.is_done for report in reports)
    assert sorted(kinds(stage, "a")) == [EventKind.RETRACTED, EventKind.TRIAL_TERMINATED]
    assert stage.articles()["a"].severity is Severity.CRITICAL
    with stage.store.read() as reads:
        view = reads.article("a", stage.policy)
        assert len(reads.queue().entries) == 1
    assert view is not None
    assert [flip.after for flip in view.flips].count(Freshness.STALE) == 1


def test_a_record_that_cannot_be_read_is_not_checked_though_the_others_are(stage: Stage) -> None:
    stage.bring_in("b", "300")
    stage.source.outcome = Polled(
        covered=(OTHER.identifier,),
        unreadable=(PAPER.identifier,),
        troubles=("pubmed:100: comes without a title",),
        cursor="2026-06-02",
    )
    stage.later(days=1)
    stage.poll()
    while_unreadable = {name: row.freshness for name, row in stage.articles().items()}
    stage.source.outcome = None
    stage.later(days=1)
    stage.poll()

    assert while_unreadable == {"a": Freshness.UNVERIFIED, "b": Freshness.FRESH}
    assert stage.articles()["a"].freshness is Freshness.FRESH
    assert kinds(stage, "a") == []
