"""Whatever an upstream does in place of an answer, nobody is calmed by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.articles import Freshness
from monitor.replay.world import recorded_world, sample_articles
from tests.journey.living import LAST_DAY, Life, life

FIRST_DAY = LAST_DAY - timedelta(days=30)
FRESH = "knee-osteoarthritis-self-care"
SLOW = pytest.param("drip", marks=pytest.mark.chaos)
FAULTS = ("429", "503", "html", "error", "cut", "short", "prolog", SLOW, "reset")
"""A server that says nothing at all takes its whole deadline; the client's own contract tests have that one."""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Life]:
    """An article whose evidence was checked on the first day."""
    with life(recorded_world(LAST_DAY), tmp_path, FIRST_DAY) as lived:
        name, body = next(item for item in sample_articles(LAST_DAY) if Path(item[0]).stem == FRESH)
        lived.add(FRESH, name, body)
        lived.live(FIRST_DAY)
        assert lived.row(FRESH).freshness is Freshness.FRESH
        yield lived


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_the_article_as_it_was_and_the_report_says_since_when(fresh: Life, fault: str) -> None:
    before = next(item for item in fresh.monitor.desk.coverage() if item.source == "pubmed")
    fresh.servers.inject("pubmed", fault, times=None)
    fresh.live(FIRST_DAY + timedelta(days=1))

    after = next(item for item in fresh.monitor.desk.coverage() if item.source == "pubmed")
    assert (fresh.row(FRESH).freshness, fresh.row(FRESH).findings) == (Freshness.FRESH, ())
    assert (after.status, after.last_success) == ("unreachable", before.last_success)
    assert after.failing_since is not None
    assert after.failing_since.date() == FIRST_DAY + timedelta(days=1)
    assert after.reason


def test_days_of_it_make_the_article_unverified_and_after_a_restart_the_recovery_makes_it_fresh(fresh: Life) -> None:
    """The restart also forgets the client's breaker, which in these hurried days would outlast the outage."""
    fresh.servers.inject("pubmed", "503", times=None)
    fresh.live_until(FIRST_DAY + timedelta(days=4))
    doubtful = fresh.row(FRESH)
    fresh.servers.clear_faults()
    fresh.restart()
    still_doubtful = fresh.row(FRESH)
    fresh.live_until(FIRST_DAY + timedelta(days=6))

    assert doubtful.freshness is Freshness.UNVERIFIED
    assert still_doubtful.freshness is Freshness.UNVERIFIED
    assert "overdue for a check" in doubtful.freshness_because
    assert fresh.row(FRESH).freshness is Freshness.FRESH
