"""What editors do with a review, on the real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import EventKind
from monitor.domain.records import Link
from monitor.domain.review import Closing, Decision, Reason, Refused
from tests.pipeline.scene import PAPER, RETRACTED, ScriptedSource, Stage

CONCERN = replace(PAPER, links=(Link(ref_type="ExpressionOfConcernIn", source="J Test. 2026 Jun 2;1:1", pmid="300"),))
BOTH = replace(PAPER, links=CONCERN.links + RETRACTED.links)


@pytest.fixture
def stage(database_url: str) -> Stage:
    """An article that is stale for an expression of concern."""
    opened = Stage(database_url).open()
    opened.source.records[PAPER.identifier] = CONCERN
    opened.later(days=1)
    opened.poll()
    return opened


def closing(stage: Stage, version: int, decision: Decision = Decision.STILL_VALID, **more: object) -> Closing:
    seen = frozenset(finding.id for finding in stage.article().findings)
    stated = {"decision": decision, "reason": Reason.OTHER, "note": "read it", "by": "ed", "seen": seen}
    return Closing(version=version, **{**stated, **more})  # type: ignore[arg-type]


def test_a_decided_finding_never_comes_back_and_a_stronger_one_does(stage: Stage) -> None:
    version = stage.editors.start("a", by="ed").version
    stage.editors.close("a", closing(stage, version))
    stage.later(days=1)
    stage.poll()
    quiet = stage.article()
    stage.source.records[PAPER.identifier] = BOTH
    stage.later(days=1)
    stage.poll()

    assert (quiet.freshness, quiet.review_status) == (Freshness.FRESH, ReviewStatus.APPROVED)
    assert (stage.article().freshness, stage.article().review_status) == (Freshness.STALE, ReviewStatus.SUBMITTED)
    assert [finding.kind for finding in stage.article().findings if finding.status == "open"] == [EventKind.RETRACTED]


def test_a_further_finding_joins_the_open_review_and_only_sharpens_it(stage: Stage) -> None:
    with stage.store.read() as reads:
        [before] = reads.queue().entries
    stage.source.records[PAPER.identifier] = BOTH
    stage.poll()

    with stage.store.read() as reads:
        [after] = reads.queue().entries
    assert after.review.id == before.review.id
    assert after.review.severity.rank > before.review.severity.rank
    assert after.review.deadline is not None
    assert before.review.deadline is None or after.review.deadline <= before.review.deadline


def test_closing_needs_the_findings_that_came_in_since_the_start(stage: Stage) -> None:
    version = stage.editors.start("a", by="ed").version
    seen = closing(stage, version)
    stage.source.records[PAPER.identifier] = BOTH
    stage.later(hours=1)
    stage.poll()

    with pytest.raises(Refused, match="since you started"):
        stage.editors.close("a", seen)
    assert [finding.new_since_start for finding in stage.article().findings] == [True, False]


def test_of_two_editors_one_wins_and_the_other_is_told(stage: Stage) -> None:
    stage.editors.start("a", by="one", version=1)

    with pytest.raises(Refused):
        stage.editors.start("a", by="two", version=1)


def test_an_update_moves_the_baseline(stage: Stage) -> None:
    version = stage.editors.start("a", by="ed").version
    stage.editors.close("a", closing(stage, version, Decision.UPDATED, updated_on=date(2026, 6, 2)))

    row = stage.article()
    assert (row.last_updated, row.freshness, row.review_status) == (
        date(2026, 6, 2),
        Freshness.FRESH,
        ReviewStatus.APPROVED,
    )


def test_a_snoozed_review_leaves_the_queue_and_comes_back(stage: Stage) -> None:
    until = stage.clock.today() + timedelta(days=3)
    stage.editors.snooze("a", by="ed", until=until)
    with stage.store.read() as reads:
        away = reads.queue().entries
    stage.later(days=4)
    with stage.store.read() as reads:
        back = reads.queue().entries

    assert (len(away), len(back)) == (0, 1)
    assert stage.article().freshness is Freshness.STALE


def test_what_got_worse_ends_a_snooze(stage: Stage) -> None:
    stage.editors.snooze("a", by="ed", until=stage.clock.today() + timedelta(days=30))
    stage.source.records[PAPER.identifier] = BOTH
    stage.later(days=1)
    stage.poll()

    with stage.store.read() as reads:
        assert len(reads.queue().entries) == 1


def test_every_move_is_audited_in_a_chain(stage: Stage) -> None:
    version = stage.editors.start("a", by="ed").version
    stage.editors.close("a", closing(stage, version))

    with stage.store.begin() as tx:
        assert tx.audit.verify() == []


def test_an_unknown_article_is_a_key_error_and_one_without_a_review_is_refused(stage: Stage) -> None:
    with pytest.raises(KeyError):
        stage.editors.start("b", by="ed")
    version = stage.editors.start("a", by="ed").version
    stage.editors.close("a", closing(stage, version))
    with pytest.raises(Refused, match="no open review"):
        stage.editors.start("a", by="ed")


def test_an_article_that_is_removed_under_review_is_counted_no_more(database_url: str) -> None:
    """Nobody can close its review any more: its age would raise an alarm for ever."""
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: RETRACTED})).open()
    with stage.store.read() as reads:
        before = reads.gauges(stage.policy)
    stage.registrar.remove("a", by="test")
    with stage.store.read() as reads:
        after = reads.gauges(stage.policy)

    assert (len(before.oldest_open_review), sum(before.findings.values())) == (1, 1)
    assert (after.oldest_open_review, after.findings) == ({}, {})
