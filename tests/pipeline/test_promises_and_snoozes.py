"""Calm that ends: a promised text is waited for until its day, and a snooze ends with what it waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.policy import Policy
from monitor.domain.records import Link
from monitor.domain.review import Closing, Decision, Reason, Ruling
from tests.pipeline.scene import ARTICLE, PAPER, Stage

CONCERN = Link(ref_type="ExpressionOfConcernIn", source="J Test. 2026 Jun 2;1:1", pmid="300")
ERRATUM = Link(ref_type="ErratumIn", source="J Test. 2026 Jun 20;1:1", pmid="303")


@pytest.fixture
def stage(database_url: str) -> Stage:
    """An article that is stale for a concern; what is corrected is a trifle here."""
    opened = Stage(database_url, policy=Policy(severity={EventKind.CORRECTED: Severity.MINOR})).open()
    show(opened, CONCERN)
    return opened


def show(stage: Stage, *links: Link) -> None:
    stage.source.records[PAPER.identifier] = replace(PAPER, links=links)
    stage.later(days=1)
    stage.poll()


def promise(stage: Stage, *, days: int) -> None:
    version = stage.editors.start("a", by="ada").version
    stage.editors.close(
        "a",
        Closing(
            decision=Decision.UPDATED,
            reason=Reason.CHANGE_PROMISED,
            by="ada",
            version=version,
            seen=frozenset(finding.id for finding in stage.article().findings),
            updated_on=(stage.clock.today() + timedelta(days=days)).date(),
        ),
    )


def wait(stage: Stage, days: int) -> None:
    stage.later(days=days)
    stage.source.reads_all = True
    stage.poll()


def test_a_promised_text_makes_calm_until_its_day_and_one_more(stage: Stage) -> None:
    promise(stage, days=7)
    for _ in range(8):
        wait(stage, 1)

    assert (stage.article().freshness, stage.article().review_status) == (Freshness.FRESH, ReviewStatus.APPROVED)


def test_a_promise_that_was_not_kept_opens_what_it_answered_and_says_so(stage: Stage) -> None:
    promise(stage, days=7)
    for _ in range(9):
        wait(stage, 1)

    row = stage.article()
    assert (row.freshness, row.review_status) == (Freshness.STALE, ReviewStatus.SUBMITTED)
    [finding] = row.findings
    assert (finding.kind, finding.status) == (EventKind.CONCERN_RAISED, "open")
    assert finding.because.endswith("ada promised a new text by 2026-06-09, and none came in")
    with stage.store.read() as reads:
        [line] = [one for one in reads.audit.lines() if one.action == "promise.broken"]
        assert reads.queue().total == 1
    assert (line.before, line.after) == ("awaited", "broken")


def test_a_broken_promise_is_told_once(stage: Stage) -> None:
    promise(stage, days=7)
    wait(stage, 10)
    [finding] = stage.article().findings
    stage.editors.decide_finding(
        "a", finding.id, Ruling(decision=Decision.STILL_VALID, reason=Reason.CONCLUSION_HOLDS, by="bob")
    )
    wait(stage, 30)

    assert stage.article().freshness is Freshness.FRESH


def test_a_text_that_came_in_keeps_the_promise(stage: Stage) -> None:
    promise(stage, days=7)
    stage.later(days=3)
    stage.registrar.register("a", replace(ARTICLE, text=f"{ARTICLE.text} Revised."), origin="test", by="test")
    for _ in range(4):
        wait(stage, 3)

    assert stage.article().freshness is Freshness.FRESH


def test_the_same_text_once_more_keeps_no_promise(stage: Stage) -> None:
    promise(stage, days=7)
    stage.registrar.register("a", ARTICLE, origin="test", by="test")
    wait(stage, 10)

    assert stage.article().freshness is Freshness.STALE


def queued(stage: Stage) -> int:
    with stage.store.read() as reads:
        return reads.queue().total


def test_a_snooze_until_anything_new_ends_with_a_trifle_and_one_until_a_day_does_not(stage: Stage) -> None:
    stage.editors.snooze("a", by="ada", until=stage.clock.today() + timedelta(days=60))
    show(stage, CONCERN, ERRATUM)
    slept_on = queued(stage)
    stage.editors.snooze("a", by="ada", wakes_for="anything")
    show(stage, CONCERN, ERRATUM, replace(ERRATUM, pmid="304", source="J Test. 2026 Jun 28;1:1"))

    assert (slept_on, queued(stage)) == (0, 1)


@pytest.mark.parametrize(("record", "wakes"), [("pubmed:100", True), ("nct:NCT00000007", False)])
def test_a_snooze_until_something_new_on_a_record_ends_with_that_record_alone(
    stage: Stage, record: str, *, wakes: bool
) -> None:
    stage.editors.snooze("a", by="ada", wakes_for=record)
    show(stage, CONCERN, ERRATUM)

    assert queued(stage) == int(wakes)
    with stage.store.read() as reads:
        woken = [line for line in reads.audit.lines() if line.action == "review.woken"]
    assert len(woken) == int(wakes)


def test_a_snooze_without_a_day_ends_after_a_year_all_the_same(stage: Stage) -> None:
    stage.editors.snooze("a", by="ada", wakes_for="anything")
    before = queued(stage)
    stage.later(days=367)

    assert (before, queued(stage)) == (0, 1)


def test_who_answers_that_an_article_is_overdue_has_read_it_and_its_shelf_life_begins_anew(stage: Stage) -> None:
    stage.later(days=800)
    stage.poll()
    [overdue] = [finding for finding in stage.article().findings if finding.kind is EventKind.OVERDUE]
    ruling = Ruling(decision=Decision.STILL_VALID, reason=Reason.CONCLUSION_HOLDS, by="ada")
    stage.editors.decide_finding("a", overdue.id, ruling)
    wait(stage, 700)
    still_fine = [one.status for one in stage.article().findings if one.kind is EventKind.OVERDUE]
    wait(stage, 100)

    assert still_fine == ["dismissed"]
    assert [one.status for one in stage.article().findings if one.kind is EventKind.OVERDUE] == ["open", "dismissed"]


def test_a_promise_about_one_finding_opens_that_one_again_and_no_other(stage: Stage) -> None:
    show(stage, CONCERN, replace(CONCERN, ref_type="RetractionIn", pmid="400"))
    due = (stage.clock.today() + timedelta(days=3)).date()
    for finding in stage.article().findings:
        is_promised = finding.kind is EventKind.RETRACTED
        reason = Reason.CHANGE_PROMISED if is_promised else Reason.TEXT_CHANGED
        ruling = Ruling(decision=Decision.UPDATED, reason=reason, by="ada", updated_on=due if is_promised else None)
        stage.editors.decide_finding("a", finding.id, ruling)
    wait(stage, 6)

    statuses = {finding.kind: finding.status for finding in stage.article().findings}
    assert statuses == {EventKind.RETRACTED: "open", EventKind.CONCERN_RAISED: "answered"}


def test_a_new_promise_takes_the_place_of_the_former(stage: Stage) -> None:
    promise(stage, days=3)
    show(stage, CONCERN, replace(CONCERN, ref_type="RetractionIn", pmid="400"))
    promise(stage, days=30)
    wait(stage, 10)
    between = stage.article().freshness
    wait(stage, 30)

    assert (between, {finding.status for finding in stage.article().findings}) == (Freshness.FRESH, {"open"})
