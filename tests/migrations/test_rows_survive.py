"""P33: every revision keeps the rows there are, on both databases, and fills in what is new of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.clock import MovedClock
from monitor.domain.identifiers import Identifier, pubmed
from monitor.store import Store
from tests.pipeline.scene import MIGRATIONS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD_EVENT = {
    "record": "pubmed:100",
    "kind": "retracted",
    "shown_by": "pubmed:200",
    "title": "A trial",
    "because": "linked by RetractionIn",
    "severity": "critical",
    "happened_on": date(2026, 5, 30),
    "diff": [],
    "already": False,
    "valid_from": NOW,
    "recorded_at": NOW,
}


@pytest.fixture
def old(database_url: str) -> Iterator[sa.Connection]:
    """A database as the first revision made it, with a record, two snapshots, two events and their witnesses."""
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        _upgrade(connection, "0001")
        metadata = sa.MetaData()
        metadata.reflect(connection)
        tables = metadata.tables
        connection.execute(
            tables["record"].insert(),
            {
                "identifier": "pubmed:100",
                "source": "pubmed",
                "first_read_at": NOW,
                "last_read_at": NOW,
                "raw_digest": "",
                "reader": "r",
                "strikes": 0,
            },
        )
        for seq, title in ((1, "An older title"), (2, "A trial")):
            connection.execute(tables["snapshot"].insert(), _snapshot(seq, title))
        for ended, shown_by in ((None, "pubmed:200"), (NOW, "pubmed:201")):
            inserted = connection.execute(
                tables["event"].insert(), {**OLD_EVENT, "shown_by": shown_by, "ended_at": ended}
            )
            connection.execute(
                tables["witness"].insert(),
                {"event_id": inserted.inserted_primary_key[0], "source": "pubmed", "notice": shown_by, "seen_at": NOW},
            )
        connection.commit()
        yield connection
    engine.dispose()


def _upgrade(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    connection.commit()


def _snapshot(seq: int, title: str) -> dict[str, object]:
    return {
        "identifier": "pubmed:100",
        "seq": seq,
        "source": "pubmed",
        "digest": str(seq),
        "body": {"type": "publication", "identifier": "pubmed:100", "title": title, "doi": "10.5555/A"},
        "raw": b"",
        "reader": "r",
        "url": "",
        "data_version": "",
        "valid_from": NOW,
        "recorded_at": NOW,
    }


def test_what_records_say_of_titles_and_dois_is_known_after_the_second_revision(
    old: sa.Connection, database_url: str
) -> None:
    _upgrade(old, "head")

    store = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
    with store.begin() as tx:
        assert tx.names.titles_of([pubmed("100")]) == {pubmed("100"): "A trial"}
        assert tx.names.dois_of([pubmed("100")]) == {Identifier.parse("doi:10.5555/a")}
    store.close()


def test_events_keep_their_witnesses_and_what_ended_is_shown_by_nobody(old: sa.Connection, database_url: str) -> None:
    _upgrade(old, "head")

    store = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
    with store.begin() as tx:
        [shown] = tx.events.shown(["pubmed:100"])
    store.close()
    assert (shown.event.shown_by, shown.sources, shown.days) == (
        "pubmed:200",
        {"pubmed"},
        (date(2026, 5, 30),),
    )
    gone = old.execute(sa.text("SELECT count(*) FROM witness WHERE gone_at IS NOT NULL")).scalar()
    assert gone == 1


def test_the_tables_are_those_of_the_code(old: sa.Connection, database_url: str) -> None:
    _upgrade(old, "head")

    store = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
    assert store.differences() == []
    store.close()


def test_the_second_revision_can_be_taken_back(old: sa.Connection) -> None:
    _upgrade(old, "head")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = old
    command.downgrade(config, "0001")

    assert old.execute(sa.text("SELECT count(*) FROM event")).scalar() == 2


def test_messages_that_nobody_acknowledged_are_told_after_the_sixth_revision(
    old: sa.Connection, database_url: str
) -> None:
    metadata = sa.MetaData()
    metadata.reflect(old)
    written = {"topic": "article.stale", "payload": {}, "recorded_at": NOW, "next_try": NOW, "last_error": ""}
    for key, delivered, dead in (("done", NOW, None), ("waits", None, None), ("dead", None, NOW)):
        row = {**written, "dedup_key": key, "attempts": 1, "delivered_at": delivered, "dead_at": dead}
        old.execute(metadata.tables["outbox"].insert(), row)
    old.commit()
    _upgrade(old, "head")

    store = Store(database_url, clock=MovedClock(NOW), migrations=MIGRATIONS)
    with store.begin() as tx:
        assert [message.key for message in tx.outbox.unplanned(limit=9)] == ["waits", "dead"]
        assert tx.outbox.known(["done", "waits", "dead", "never"]) == {"done", "waits", "dead"}
    store.close()
