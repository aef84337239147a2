"""Records that a source merged: told as that, and the article rests on what is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import Unreachable
from monitor.domain.records import Link, Publication
from tests.pipeline.scene import PAPER, Stage

LEFT = pubmed("101")
TWIN = replace(PAPER, identifier=LEFT)
NOTICE_OF_LEFT = Publication(
    identifier=pubmed("201"), title="Retraction", links=(Link(ref_type="RetractionOf", source="", pmid="101"),)
)


@pytest.fixture
def stage(database_url: str) -> Stage:
    return Stage(database_url).open()


def merge(stage: Stage, *, days: int = 4) -> None:
    """Two records become one, and some days pass."""
    del stage.source.records[PAPER.identifier]
    stage.source.records[LEFT] = TWIN
    stage.source.survivors[PAPER.identifier] = LEFT
    for _ in range(days):
        stage.later(days=1)
        stage.poll()


def kinds(stage: Stage) -> list[EventKind]:
    return [finding.kind for finding in stage.articles()["a"].findings]


def test_a_merged_record_is_told_as_merged_and_not_as_removed(stage: Stage) -> None:
    merge(stage)
    [finding] = stage.article().findings

    assert (finding.kind, finding.severity) == (EventKind.RECORD_MERGED, Severity.MINOR)
    assert "pubmed:101" in finding.because


def test_the_article_rests_on_what_is_left_and_is_fresh_again_once_that_is_read(stage: Stage) -> None:
    merge(stage)
    with stage.store.begin() as tx:
        [reference] = tx.references.of_article("a")

    assert reference.identifiers == (LEFT,)
    assert stage.article().freshness is Freshness.FRESH


def test_what_happens_to_the_record_that_is_left_is_told(stage: Stage) -> None:
    merge(stage)
    stage.source.notices = (NOTICE_OF_LEFT,)
    stage.later(days=1)
    stage.poll()

    assert set(kinds(stage)) == {EventKind.RECORD_MERGED, EventKind.RETRACTED}


def test_what_had_happened_to_it_before_is_told_with_the_merging(stage: Stage) -> None:
    stage.source.records[LEFT] = replace(
        TWIN, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="201"),)
    )
    stage.bring_in("b", "101")
    del stage.source.records[PAPER.identifier]
    stage.source.survivors[PAPER.identifier] = LEFT
    for _ in range(4):
        stage.later(days=1)
        stage.poll()

    assert set(kinds(stage)) == {EventKind.RECORD_MERGED, EventKind.RETRACTED}


def test_where_nothing_is_left_it_is_removed(stage: Stage) -> None:
    del stage.source.records[PAPER.identifier]
    for _ in range(4):
        stage.later(days=1)
        stage.poll()

    assert kinds(stage) == [EventKind.RECORD_REMOVED]


def test_a_search_that_fails_concludes_nothing(stage: Stage) -> None:
    del stage.source.records[PAPER.identifier]
    stage.source.survivors[PAPER.identifier] = Unreachable(reason="down")
    for _ in range(4):
        stage.later(days=1)
        stage.poll()
    before = kinds(stage)
    stage.source.survivors[PAPER.identifier] = LEFT
    stage.source.records[LEFT] = TWIN
    stage.later(days=1)
    stage.poll()

    assert before == []
    assert kinds(stage) == [EventKind.RECORD_MERGED]
