"""The audit log of an older installation is whole after the upgrade, goes on, and can be changed no more."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DatabaseError

from monitor.clock import MovedClock
from monitor.store import Store
from tests.pipeline.scene import MIGRATIONS

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def chained(count: int) -> list[dict[str, object]]:
    """Rows as they were written before there were ids of requests."""
    rows: list[dict[str, object]] = []
    for number in range(count):
        row = {"actor": "ada", "action": "did", "subject": str(number), "detail": {"because": "ä"}}
        previous = rows[-1]["hash"] if rows else ""
        content = [previous, NOW.isoformat(), *row.values()]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        rows.append({**row, "at": NOW, "previous": previous, "hash": hashlib.sha256(text.encode()).hexdigest()})
    return rows


def config(connection: sa.Connection) -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found


@pytest.mark.parametrize("count", [0, 3])
def test_what_was_written_before_is_whole_and_goes_on(database_url: str, count: int) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        command.upgrade(config(connection), "0003")
        connection.commit()
        metadata = sa.MetaData()
        metadata.reflect(connection, only=["audit"])
        for row in chained(count):
            connection.execute(metadata.tables["audit"].insert(), row)
        command.upgrade(config(connection), "head")
        connection.commit()
        store = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
        with store.begin() as tx:
            before = tx.audit.check()
            tx.audit.add(actor="bob", action="did", subject="more")
            after = tx.audit.check()
        differences = store.differences()
        store.close()
        with pytest.raises(DatabaseError, match="only grows"):
            connection.execute(sa.text("DELETE FROM audit"))
        connection.rollback()
    engine.dispose()

    assert (before.rows, before.problems, after.rows, after.problems) == (count, (), count + 1, ())
    assert differences == []
