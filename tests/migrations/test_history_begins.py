"""A database that is older than its history says since when the past is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.clock import MovedClock
from monitor.domain.policy import Policy
from monitor.store import BeforeHistory, Store
from tests.migrations.test_rows_survive import NOW, _upgrade
from tests.pipeline.scene import MIGRATIONS


@pytest.fixture
def old(database_url: str) -> Iterator[sa.Connection]:
    """A database of the revision before."""
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        _upgrade(connection, "0003")
        yield connection
    engine.dispose()


def add_article(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    metadata.reflect(connection, only=["article"])
    values = {
        **dict.fromkeys(("title", "question", "origin", "text", "content_digest", "freshness_because"), "x"),
        "id": "a",
        "review_status": "approved",
        "freshness": "fresh",
        "mentions": [],
        "missing_markers": [],
        "is_canary": False,
        "recorded_at": NOW,
    }
    connection.execute(metadata.tables["article"].insert(), values)
    connection.commit()


def test_what_was_before_the_upgrade_is_refused_and_what_came_after_is_shown(
    old: sa.Connection, database_url: str
) -> None:
    add_article(old)
    before = datetime.now(UTC)
    _upgrade(old, "head")

    store = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
    with pytest.raises(BeforeHistory, match=f"{datetime.now(UTC):%Y-%m}"), store.read_as_of(before):
        pass
    with store.read_as_of(datetime.now(UTC) + timedelta(seconds=1)) as reads:
        assert [row.id for row in reads.report(Policy()).articles] == ["a"]
    assert store.differences() == []
    store.close()


def test_an_empty_database_has_all_of_its_past(old: sa.Connection) -> None:
    _upgrade(old, "head")

    assert old.execute(sa.text("SELECT count(*) FROM history")).scalar() == 0


def test_it_can_be_taken_back(old: sa.Connection) -> None:
    add_article(old)
    _upgrade(old, "head")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = old
    command.downgrade(config, "0003")

    assert old.execute(sa.text("SELECT count(*) FROM article")).scalar() == 1
    assert not sa.inspect(old).has_table("history")
