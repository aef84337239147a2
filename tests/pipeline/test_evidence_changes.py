"""From a changed record to a stale article, and to nothing where nothing changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import PollOutcome, Throttled, Unreachable, Unreadable
from monitor.domain.records import Link, MeshHeading
from tests.pipeline.scene import ARTICLE, NOTICE, PAPER, RETRACTED, ScriptedSource, Stage


@pytest.fixture
def stage(database_url: str) -> Stage:
    return Stage(database_url).open()


def test_an_article_earns_fresh_only_by_checks(database_url: str) -> None:
    stage = Stage(database_url)
    stage.store.upgrade()
    stage.registrar.register("a", ARTICLE, origin="test", by="test")
    before = stage.article()
    stage.open()

    assert (before.freshness, before.watched.oldest_check) == (Freshness.UNVERIFIED, None)
    assert (stage.article().freshness, stage.article().findings) == (Freshness.FRESH, ())


def test_a_retraction_makes_the_article_stale_with_its_sentences(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=1)
    stage.poll()

    [finding] = stage.article().findings
    assert (stage.article().freshness, stage.article().severity) == (Freshness.STALE, Severity.CRITICAL)
    assert (finding.kind, [claim.text for claim in finding.claims]) == (
        EventKind.RETRACTED,
        ["Something helps.", "Nothing harms."],
    )
    assert stage.article().review_status is ReviewStatus.SUBMITTED


def test_the_notice_comes_first_and_the_back_link_adds_no_second_finding(stage: Stage) -> None:
    stage.source.notices = (NOTICE,)
    stage.later(days=1)
    stage.poll()
    first = stage.article()
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=5)
    stage.poll()

    assert first.freshness is Freshness.STALE
    assert [finding.kind for finding in stage.article().findings] == [EventKind.RETRACTED]
    assert [witness.notice for witness in stage.article().findings[0].witnesses] == ["pubmed:200"]


def test_polling_again_changes_nothing(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.poll()
    once = stage.article()
    for _ in range(3):
        stage.poll()

    assert replace(stage.article(), watched=once.watched) == once


def test_indexing_and_letters_change_nothing(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = replace(
        PAPER,
        mesh=(MeshHeading(ui="D1", name="Knee"),),
        revised="2026-06-02",
        status="MEDLINE",
        links=(Link(ref_type="CommentIn", source="J Test. 2026;1:9", pmid="900"),),
    )
    stage.later(days=1)
    stage.poll()

    assert (stage.article().freshness, stage.article().findings) == (Freshness.FRESH, ())


def test_what_stood_at_import_is_told_at_import(database_url: str) -> None:
    long_ago = replace(PAPER, links=(Link(ref_type="RetractionIn", source="J Test. 2019 Jun 3;1:1", pmid="200"),))
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: long_ago})).open()

    [finding] = stage.article().findings
    assert "already so at import" in finding.because


def test_an_article_imported_later_is_judged_by_what_is_known(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.poll()
    stage.later(days=1)
    stage.registrar.register("b", replace(ARTICLE, title="Another"), origin="test", by="test")
    stage.resolver.run()

    row = next(row for row in stage.report().articles if row.id == "b")
    assert (row.freshness, "already so at import" in row.findings[0].because) == (Freshness.STALE, True)


@pytest.mark.parametrize(
    "outcome",
    [
        Throttled(retry_after=30),
        Unreachable(reason="connection refused"),
        Unreadable(reason="an HTML page instead of XML"),
    ],
)
def test_what_could_not_be_checked_never_reads_as_unchanged(stage: Stage, outcome: PollOutcome) -> None:
    before = stage.report().coverage[0]
    stage.source.outcome = outcome
    stage.later(days=1)
    stage.poll()
    soon = stage.article()
    stage.later(days=3)
    stage.poll()

    [coverage] = stage.report().coverage
    assert soon.freshness is Freshness.FRESH
    assert (stage.article().freshness, coverage.status) == (Freshness.UNVERIFIED, "unreachable")
    assert "overdue for a check" in stage.article().freshness_because
    assert coverage.last_success == before.last_success
    assert coverage.failing_since is not None
    assert coverage.failing_since.date() == date(2026, 6, 2)


def test_a_stale_article_stays_stale_through_an_outage(stage: Stage) -> None:
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.poll()
    stage.source.outcome = Unreachable(reason="down")
    stage.later(days=10)
    stage.poll()

    assert stage.article().freshness is Freshness.STALE


def test_a_record_must_be_missing_three_polls_running_before_it_counts_as_removed(stage: Stage) -> None:
    held = stage.source.records.pop(PAPER.identifier)
    for _ in range(2):
        stage.later(days=1)
        stage.poll()
    assert stage.article().findings == ()

    stage.source.records[PAPER.identifier] = held
    stage.poll()
    del stage.source.records[PAPER.identifier]
    for _ in range(4):
        stage.later(days=1)
        stage.poll()

    assert [finding.kind for finding in stage.article().findings] == [EventKind.RECORD_REMOVED]


def test_a_record_that_was_never_there_is_never_called_checked(database_url: str) -> None:
    stage = Stage(database_url, source=ScriptedSource({})).open()
    lookup = replace(stage.resolver.lookup, citations=ScriptedSource({PAPER.identifier: PAPER}))
    stage.resolver = replace(stage.resolver, lookup=lookup)
    stage.later(days=31)
    stage.resolver.run()
    for _ in range(2):
        stage.poll()
        stage.later(hours=13)

    assert stage.article().watched.resolved == 1
    assert (stage.article().freshness, stage.article().watched.oldest_check) == (Freshness.UNVERIFIED, None)


def test_our_own_upgrade_is_never_news(stage: Stage) -> None:
    with_doi = replace(PAPER, doi="10.1/x")
    stage.source.records[PAPER.identifier] = with_doi
    stage.source.reader = "scripted-2"
    stage.source.reread = lambda _raw: replace(with_doi, doi="10.1/x")  # type: ignore[method-assign]
    stage.poll()

    assert (stage.article().freshness, stage.article().findings) == (Freshness.FRESH, ())


def test_an_articles_shelf_life_ends_after_its_last_day(database_url: str) -> None:
    stage = Stage(database_url).open()
    last_day = date(2026, 5, 1) + stage.policy.shelf_life
    stage.later(days=(last_day - stage.clock.today().date()).days)
    stage.poll()
    on_the_last_day = stage.article().findings
    stage.later(days=1)
    stage.poll()
    stage.poll()

    assert on_the_last_day == ()
    assert [finding.kind for finding in stage.article().findings] == [EventKind.OVERDUE]


def test_a_reader_that_fails_is_an_unchecked_source_not_a_crash(stage: Stage) -> None:
    def fail(_request: object) -> PollOutcome:
        raise ValueError("a bug")

    stage.source.poll = fail  # type: ignore[method-assign]
    stage.later(days=1)
    stage.poll()

    assert stage.report().coverage[0].status == "unreachable"
    assert "a bug" in stage.report().coverage[0].reason


def test_a_watch_is_not_polled_before_it_is_due(stage: Stage) -> None:
    polls = len(stage.source.polls)
    stage.poller.run()
    not_due = len(stage.source.polls)
    stage.later(seconds=(stage.policy.interval_of("pubmed") + timedelta(minutes=1)).total_seconds())
    stage.poller.run()

    assert (not_due, len(stage.source.polls)) == (polls, polls + 3)
