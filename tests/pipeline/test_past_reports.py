"""P95: whatever happened, the report of any past moment is printed again as it was printed then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.articles import Freshness
from monitor.store import BeforeHistory
from monitor.store.history.keeping import KeepingSession
from monitor.store.history.kept import KEPT
from monitor.store.tables import HistoryRow
from tests.pipeline.chronicle import HAPPENINGS, Chronicle, begun, empty_stage
from tests.pipeline.emptying import clear
from tests.pipeline.scene import DAY_ONE, Stage

EVERYTHING = (
    *("polled", "retracted", "started", "failed", "polled", "closed", "retracted and replaced", "vanished"),
    *("vanished", "vanished", "edited", "no longer retracted", "concerned", "named by Crossref", "snoozed"),
    *("named by itself", "removed", "corrected", "concerned by less", "added again", "written back"),
    *("replaced", "started", "polled", "shelf life over", "polled", "closed", "polled"),
)


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    stage = empty_stage(database_url)
    stage.store.upgrade()
    yield stage
    stage.store.close()


def _check_what_never_changes(session: Any, _context: Any, _instances: Any) -> None:
    for row in session.dirty:
        fixed = KEPT[type(row)].fixed - {"body"} if type(row) in KEPT else ()
        assert not [name for name in fixed if sa.inspect(row).attrs[name].history.has_changes()], row


@pytest.fixture
def suspicion() -> Iterator[None]:
    """What is said never to change is watched. (A newest snapshot takes details that bear no meaning.)"""
    sa.event.listen(KeepingSession, "before_flush", _check_what_never_changes)
    yield
    sa.event.remove(KeepingSession, "before_flush", _check_what_never_changes)


@pytest.mark.usefixtures("suspicion")
def test_everything_that_happens_is_known_again(stage: Stage) -> None:
    assert set(EVERYTHING) == set(HAPPENINGS)
    chronicle = Chronicle(begun(stage)).live(*EVERYTHING)

    assert {row.freshness for report in chronicle.printed for row in report.articles} == set(Freshness)
    assert len({repr(report.articles) for report in chronicle.printed}) > len(EVERYTHING) // 2
    for name, report in zip(EVERYTHING, chronicle.printed, strict=True):
        assert chronicle.again(report) == report, name


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happenings=st.lists(st.sampled_from(sorted(HAPPENINGS)), min_size=4, max_size=7))
def test_whatever_happens_in_whatever_order(stage: Stage, database_url: str, happenings: list[str]) -> None:
    clear(database_url)
    chronicle = Chronicle(begun(stage)).live(*happenings)

    for name, report in zip(happenings, chronicle.printed, strict=True):
        assert chronicle.again(report) == report, name


def test_a_poll_that_finds_nothing_new_leaves_one_line_for_each_watch(stage: Stage) -> None:
    chronicle = Chronicle(begun(stage)).live("polled")
    before = _lines(stage)
    chronicle.live("polled")

    assert _lines(stage)[len(before) :] == [("watch", ["last_success"])] * len(stage.source.polls[-3:])


def test_judging_again_what_was_judged_leaves_nothing(stage: Stage) -> None:
    Chronicle(begun(stage)).live("retracted")
    before = _lines(stage)
    stage.sweeper.run()

    assert _lines(stage) == before


def test_what_is_asked_of_a_time_before_the_first_article_is_refused_with_the_first_day(stage: Stage) -> None:
    begun(stage)

    with pytest.raises(BeforeHistory, match=r"first day that can be shown is 2026-06-01 \(from 12:00 UTC on\)"):
        Chronicle(stage).again_at(DAY_ONE - timedelta(minutes=1))


def test_without_any_article_there_is_no_past(stage: Stage) -> None:
    with pytest.raises(BeforeHistory, match="no article was registered yet"):
        Chronicle(stage).again_at(DAY_ONE)


def _lines(stage: Stage) -> list[tuple[str, list[str]]]:
    """(table, columns) of every line of the past, in order."""
    with stage.store.read() as reads:
        rows = reads._session.exec(sa.select(HistoryRow).order_by(HistoryRow.id)).scalars().all()  # type: ignore[arg-type]
    return [(row.subject, sorted(row.before or {})) for row in rows]


def test_the_beginning_of_an_upgraded_database_is_when_it_was_upgraded(stage: Stage) -> None:
    begun(stage)
    upgraded = datetime(2026, 6, 20, 8, tzinfo=UTC)
    with stage.store.begin() as tx:
        tx._session.add(HistoryRow(at=upgraded, subject="history", key="begins"))
    stage.later(days=30)

    with pytest.raises(BeforeHistory, match="2026-06-20"):
        Chronicle(stage).again_at(upgraded - timedelta(minutes=1))
    assert Chronicle(stage).again_at(upgraded).articles
