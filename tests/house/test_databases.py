"""The databases that tests are given."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from monitor.clock import MovedClock
from monitor.store import Store

MIGRATIONS = Path(__file__).parents[2] / "alembic"


@pytest.mark.parametrize("time", ["first", "second"])
def test_an_empty_database_is_empty_for_every_test(empty_database_url: str, time: str) -> None:
    engine = create_engine(empty_database_url)
    found = inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {time} (number integer)")
    engine.dispose()

    assert found == []


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_gets_the_tables_that_the_migrations_make_and_no_row(database_url: str, time: str) -> None:
    store = Store(database_url, clock=MovedClock(datetime(2026, 1, 5, tzinfo=UTC)), migrations=MIGRATIONS)
    store.check_schema()
    assert store.differences() == []
    with store.begin() as tx:
        assert tx.audit.verify() == [], time
        tx.audit.add(actor="test", action="row.left", subject=time)
    store.close()
