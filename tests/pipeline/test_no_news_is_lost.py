"""What editors and edits do meanwhile hides no news: neither what nobody was told of yet, nor what became more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.domain.decisions import Decision, Reason
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.messages import Message, Topic
from monitor.domain.outcomes import Unreachable
from monitor.domain.records import HistoryDate, Link, Publication
from monitor.domain.review import Closing
from monitor.pipeline.correct import Corrector
from monitor.pipeline.mute import Muting
from monitor.pipeline.remind import Reminder
from tests.pipeline.scene import PAPER, RETRACTED, ScriptedSource, Stage
from tests.pipeline.test_edited_pages import RECORDS, SENTENCES, page
from tests.pipeline.test_topics import TRIAL, open_stage, searches
from tests.pipeline.witnesses import Paper, hear, hint, live, on_pubmed, row

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ENTERED = replace(TRIAL, history=(HistoryDate(status="entrez", day=date(2026, 6, 3)),))

FIFTH = Publication(identifier=pubmed("5"), title="Paper 5")


def close(stage: Stage, article_id: str, **more: object) -> None:
    """Close the review of an article as still valid, as an editor who sees all of it."""
    with stage.store.begin() as tx:
        review = tx.reviews.open_of(article_id)
        seen = frozenset(finding.id for finding in tx.findings.open_of(article_id))
    assert review is not None
    moved = stage.editors.start(article_id, by="ada")
    said = {"decision": Decision.STILL_VALID, "reason": Reason.OTHER, "note": "it holds", "by": "ada", **more}
    stage.editors.close(article_id, Closing(version=moved.version, seen=seen, **said))  # type: ignore[arg-type]


def told_of(stage: Stage, kind: EventKind) -> Sequence[str]:
    return [finding.record for finding in stage.article().findings if finding.kind is kind]


def told(stage: Stage) -> tuple[Message, ...]:
    """Every message so far, as nobody sends any."""
    with stage.store.begin() as tx:
        return tx.outbox.unplanned(limit=100)


def read(stage: Stage, sentences: list[str]) -> None:
    """A page that lists the papers 2 and 3 comes in with these sentences."""
    stage.registrar.register("b", page(sentences, {2, 3}), origin="test", by="test")
    stage.resolver.run()
    stage.poll()


def retract(stage: Stage) -> None:
    stage.later(days=1)
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.poll()


@pytest.mark.parametrize("hours", [1, 36], ids=["on the day it was entered", "the day after"])
def test_evidence_that_no_poll_told_yet_outlives_the_closing_of_a_review(database_url: str, hours: int) -> None:
    stage = open_stage(database_url)
    retract(stage)
    stage.later(days=1)
    stage.source.outcome = Unreachable(reason="down")
    stage.poll()
    stage.later(hours=hours)
    close(stage, "a")
    stage.source.outcome, stage.source.answers = None, (ENTERED,)
    for _ in range(2):
        stage.later(days=1)
        stage.poll()

    assert told_of(stage, EventKind.NEW_EVIDENCE) == ["pubmed:900"]


def test_evidence_of_a_muted_topic_outlives_the_closing_of_a_review(database_url: str) -> None:
    stage = open_stage(database_url)
    muting = Muting(store=stage.store, clock=stage.clock)
    muting.mute("a", "knees", by="ada", reason="busy")
    stage.source.answers = (ENTERED,)
    stage.later(days=2)
    retract(stage)
    close(stage, "a")
    stage.later(days=5)
    muting.unmute("a", "knees", by="ada")
    stage.poll()

    assert told_of(stage, EventKind.NEW_EVIDENCE) == ["pubmed:900"]
    assert (searches(stage)[-1].cursor, searches(stage)[-1].since) == ("", date(2026, 5, 1))


def test_evidence_older_than_a_text_that_was_updated_is_no_news_to_it(database_url: str) -> None:
    stage = open_stage(database_url)
    retract(stage)
    stage.later(days=3)
    close(stage, "a", decision=Decision.UPDATED, updated_on=date(2026, 6, 4))
    stage.source.answers = (ENTERED,)
    stage.later(days=1)
    stage.poll()

    assert told_of(stage, EventKind.NEW_EVIDENCE) == []


def test_a_hint_that_is_confirmed_in_a_stale_article_is_told_and_wakes_its_review(database_url: str) -> None:
    stage, paper = Stage(database_url), Paper(7)
    live(stage, paper, [on_pubmed("ExpressionOfConcernIn", 2), hint("europepmc", 8)])
    stage.editors.snooze(paper.article, by="ada", until=stage.clock.today() + timedelta(days=30))
    stage.later(hours=1)
    before = len(told(stage))
    hear(stage, *row("Retraction", 8)(paper))

    [message] = told(stage)[before:]
    assert (message.topic, message.payload["severity"]) == (Topic.FINDING, Severity.CRITICAL)
    assert message.payload["because"].endswith("it was minor before and is critical now")
    with stage.store.begin() as tx:
        review = tx.reviews.open_of(paper.article)
    assert review is not None
    assert (review.severity, review.snoozed_until) == (Severity.CRITICAL, None)


def test_what_an_edit_opens_again_in_a_stale_article_is_told(database_url: str) -> None:
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, **RECORDS})).open()
    for papers in (("1", "2"), ("1",)):
        stage.bring_in("b", *papers)
        stage.later(hours=1)
    before = len(told(stage))
    stage.bring_in("b", "1", "2")

    [message] = told(stage)[before:]
    assert message.topic == Topic.FINDING
    assert "; open again: it was closed because the page as read on 2026-06-01" in message.payload["because"]


def test_what_a_sentence_that_came_back_opens_again_is_told(database_url: str) -> None:
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, **RECORDS})).open()
    first, second = [text for text, entry in SENTENCES.items() if entry in {2, 3}]
    for sentences in ([first, second], [first]):
        read(stage, sentences)
        stage.later(hours=1)
    before = len(told(stage))
    read(stage, [first, second])

    [message] = told(stage)[before:]
    assert "no longer rests a sentence on it" in message.payload["because"]


def test_what_a_correction_opens_again_is_told(database_url: str) -> None:
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, **RECORDS})).open()
    corrector = Corrector(store=stage.store, assessor=stage.assessor)
    stage.bring_in("b", "1", "2")
    corrector.correct("b", "2", (pubmed("4"),), by="ada")
    stage.later(hours=1)
    before = len(told(stage))
    corrector.correct("b", "2", (pubmed("2"),), by="ada")

    [message] = told(stage)[before:]
    assert "; open again: it was closed because pubmed:2 is not what the reference means" in message.payload["because"]


def test_a_review_that_outlived_its_findings_is_silent_and_then_about_the_next_one(database_url: str) -> None:
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, **RECORDS, FIFTH.identifier: FIFTH}))
    stage.open()
    for paper in ("1", "5"):
        stage.bring_in("c", paper)
        stage.later(hours=1)
    reminder = Reminder(store=stage.store, policy=stage.policy, clock=stage.clock, probe=lambda _: None, pages="")
    stage.later(days=40)
    stage.poll()
    assert reminder.run() == 0

    concern = Link(ref_type="ExpressionOfConcernIn", source="J. 2026 Jul 1;1:1", pmid="56")
    stage.source.records[FIFTH.identifier] = replace(FIFTH, links=(concern,))
    stage.poll()
    with stage.store.begin() as tx:
        review = tx.reviews.open_of("c")
        [waiting] = tx.telling.waiting_reviews()
    today = stage.clock.today().date()
    assert review is not None
    assert review.deadline is not None
    assert (review.severity, review.deadline.date()) == (Severity.MAJOR, today + timedelta(days=14))
    assert waiting.since.date() == today
    assert reminder.run() == 0
