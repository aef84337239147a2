"""What is read in one place is what is read in another: queue and lists, notices and owners, and nothing hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.decisions import Decision, Reason, Ruling
from monitor.domain.filters import QueueFilter
from monitor.domain.identifiers import pubmed
from monitor.domain.owners import Owner, Owners
from monitor.domain.read_models import ReviewView
from monitor.pipeline.everywhere import Everywhere
from monitor.store import Ownership
from tests.pipeline.scene import PAPER, ScriptedSource, Stage, resting_on
from tests.pipeline.test_edited_pages import RECORDS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def stage(database_url: str) -> Stage:
    return Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, **RECORDS})).open()


def test_the_queue_of_the_default_owner_holds_what_is_nobodys(stage: Stage) -> None:
    stage.bring_in("gout", "1")
    stage.bring_in("knee-1", "2")
    knees = Owner(name="knees", articles=("knee-*",))
    ownership = Ownership(Owners(owners={"chief": Owner(name="chief"), "knees": knees}, default="chief"))
    with stage.store.read() as reads:
        page = reads.queue(QueueFilter(owner="chief"), ownership=ownership)

    assert [(entry.article.id, entry.owners) for entry in page.entries] == [("gout", ("chief",))]


def reviews_of(stage: Stage, article_id: str) -> tuple[ReviewView, ReviewView]:
    """Its review as the queue shows it, and as the list of reviews does."""
    with stage.store.read() as reads:
        entries = reads.queue(QueueFilter(snoozed=True)).entries
        listed = reads.review_lists.open_of(article_id)
    [queued] = [entry.review for entry in entries if entry.article.id == article_id]
    assert listed is not None
    assert queued is not None
    return queued, listed.review


def test_a_review_reads_the_same_in_the_queue_and_in_the_list_of_reviews(stage: Stage) -> None:
    for papers in (("1", "2"), ("1",)):
        stage.bring_in("b", *papers)
        stage.later(hours=1)
    stage.editors.start("b", by="ada")
    stage.later(hours=1)
    stage.bring_in("b", "1", "2")
    queued, listed = reviews_of(stage, "b")
    assert queued.unseen == 1
    assert listed == queued

    stage.editors.snooze("b", by="ada", wakes_for="anything")
    queued, listed = reviews_of(stage, "b")
    assert (queued.snoozed_for, queued.snoozed_by) == ("anything", "ada")
    assert listed == queued


def test_an_article_that_only_watches_the_watching_is_nowhere_to_be_seen(stage: Stage) -> None:
    stage.bring_in("b", "1")
    with stage.store.read() as reads:
        before = reads.gauges(stage.policy).findings
    page = replace(resting_on("1"), text="canary")
    stage.registrar.register("canary-1", page, origin="test", by="test", is_canary=True)
    stage.resolver.run()
    stage.poll()
    still_valid = Ruling(decision=Decision.STILL_VALID, reason=Reason.OTHER, note="it holds", by="ada")
    with stage.store.read() as reads:
        assert reads.gauges(stage.policy).findings == before
        assert reads.article("canary-1", stage.policy) is None

    everywhere = Everywhere(store=stage.store, policy=stage.policy, clock=stage.clock)
    outcomes = everywhere.decide([pubmed("1")], still_valid)
    assert [outcome.article_id for outcome in outcomes] == ["b"]
