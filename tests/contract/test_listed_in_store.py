"""Pages of findings, reviews and polls cost the same number of queries however long the lists are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.slices import CheckFilter, FindingFilter, FindingOrder, ReviewFilter
from monitor.store import Store
from monitor.store.tables import AuditRow
from monitor.wiring import Monitor
from tests.faces import library


@pytest.fixture
def monitor(tmp_path: Path, database_url: str) -> Iterator[Monitor]:
    with library.opened(tmp_path, database_url) as opened:
        library.fill(opened)
        yield opened


def queries(store: Store, ask: Any) -> int:
    """How many statements a read sends."""
    counted: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.append(statement)

    engine = store._engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


@pytest.mark.parametrize("order", list(FindingOrder))
def test_a_page_costs_the_same_however_long_the_list_is(monitor: Monitor, order: FindingOrder) -> None:
    desk = monitor.desk

    def page() -> None:
        desk.findings(FindingFilter(order=order), after=None, limit=2)
        desk.reviews(ReviewFilter(), after=None, limit=2)
        desk.polls(CheckFilter(), after=None, limit=2)

    before = queries(monitor.store, page)
    for number in range(12):
        monitor.clock.move_to(library.NOON + timedelta(hours=number))
        library.tell(monitor, "gout", EventKind.CORRECTED, "3", Severity.MINOR, notice=str(number))
        library.poll(monitor)

    assert queries(monitor.store, page) <= before + 1 <= 15


def test_a_unit_of_work_inside_of_a_whole_one_rolls_back_alone(monitor: Monitor) -> None:
    def fails() -> None:
        with monitor.store.begin() as inner:
            inner.audit.add(actor="a", action="second", subject="s")
            raise LookupError

    with monitor.store.begin_whole() as tx:
        tx.audit.add(actor="a", action="first", subject="s")
        with pytest.raises(LookupError):
            fails()
        with monitor.store.begin() as inner:
            inner.audit.add(actor="a", action="third", subject="s")

    with monitor.store.begin() as tx:
        assert tx.audit.verify() == []
    assert _last_actions(monitor, 2) == ["first", "third"]


def test_a_read_inside_of_a_whole_transaction_sees_what_was_written_there(monitor: Monitor) -> None:
    with monitor.store.begin_whole():
        monitor.desk.start_review("knee", by="Ada", version=1)
        seen = monitor.desk.open_review("knee")

    assert seen is not None
    assert seen.review.started_by == "Ada"


def _last_actions(monitor: Monitor, number: int) -> list[str]:
    with monitor.store.begin() as tx:
        rows = tx._session.exec(select(AuditRow.action).order_by(col(AuditRow.id).desc()).limit(number)).all()
    return list(reversed(rows))
