"""The times in which what an article rests on could not be read: its own sources and topics, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.explanations import Outage
from monitor.domain.outcomes import PollRequest, Unreachable
from monitor.domain.topics import Topic
from monitor.wiring.explaining import explainer
from tests.pipeline.scene import Stage

TOPICS = (
    Topic(name="knees", title="Knees", query="knee", articles=("a",)),
    Topic(name="hips", title="Hips", query="hip", articles=("b",)),
)


@pytest.fixture
def stage(database_url: str) -> Stage:
    stage = Stage(database_url).open()
    stage.bring_in("b", "100")
    stage.registrar.ensure_topics(TOPICS, searched=["knees", "hips"])
    stage.poll()
    return stage


def fails(stage: Stage, target: str, *, days: int) -> None:
    """The search of one topic fails every day for so long; all else goes well."""

    def asked(request: PollRequest) -> None:
        stage.source.outcome = Unreachable(reason="no answer") if request.target == target else None

    stage.source.while_asked = asked
    for _ in range(days):
        stage.later(days=1)
        stage.poll()
    stage.source.while_asked = lambda _: setattr(stage.source, "outcome", None)


def gaps(stage: Stage, article: str, folder: Path) -> tuple[Outage, ...]:
    with stage.store.read() as reads:
        view = reads.article(article, stage.policy)
    assert view is not None
    shown = explainer(stage.store, stage.policy, folder, stage.clock)
    return shown.outages(view, now=stage.clock.today())


def test_a_search_that_failed_is_told_to_the_articles_of_its_topic_alone(stage: Stage, tmp_path: Path) -> None:
    fails(stage, "hips", days=3)
    stage.later(days=1)
    stage.poll()
    [gap] = gaps(stage, "b", tmp_path)

    assert gaps(stage, "a", tmp_path) == ()
    assert gap.until is not None
    assert ((gap.until - gap.since).days, gap.reason) == (3, "no answer")


def test_each_run_of_failures_is_a_gap_and_one_that_lasts_is_open(stage: Stage, tmp_path: Path) -> None:
    for days in (2, 1):
        fails(stage, "hips", days=days)
        stage.later(days=1)
        stage.poll()
    fails(stage, "hips", days=2)

    assert [gap.until and (gap.until - gap.since).days for gap in gaps(stage, "b", tmp_path)] == [2, 1, None]


def test_what_is_watched_no_more_leaves_no_gap_open(stage: Stage, tmp_path: Path) -> None:
    fails(stage, "hips", days=2)
    stage.later(days=1)
    retired = stage.clock.today()
    with stage.store.begin() as tx:
        tx.watches.keep_only(kind="topic", source="pubmed", targets=["knees"])
    stage.later(days=30)
    [gap] = gaps(stage, "b", tmp_path)

    assert gap.until is not None
    assert gap.until.date() == retired.date()
