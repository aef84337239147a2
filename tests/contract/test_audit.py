"""P79: the audit log only grows, names what was before and after, and any tampering with it is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DatabaseError

from monitor.clock import MovedClock
from monitor.domain.audit import AuditFilter, AuditLine, what_happened
from monitor.store import Store, audit_reads
from monitor.telemetry.tracing import tracing

NOW = datetime(2026, 6, 1, 14, 2, tzinfo=UTC)
MIGRATIONS = Path(__file__).parents[2] / "alembic"


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(NOW)


@pytest.fixture
def store(database_url: str, clock: MovedClock) -> Iterator[Store]:
    opened = Store(database_url, clock=clock, migrations=MIGRATIONS)
    opened.upgrade()
    with opened.begin() as tx:
        for number in range(3):
            tx.audit.add(actor="ada", action="review.closed", subject=str(number), before="a", after="b", note="x")
    yield opened
    opened.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Connection]:
    """The database under the hands of somebody who is not us."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def let_go(database: Connection) -> None:
    """Take away what keeps the rows, as only the owner of the database can."""
    if database.dialect.name == "sqlite":
        for event in ("update", "delete"):
            database.execute(text(f"DROP TRIGGER audit_no_{event}"))
    else:
        database.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
    database.commit()


def problems(store: Store, expect: str = "") -> tuple[str, ...]:
    with store.read() as reads:
        return reads.audit.check(expect=expect).problems


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'someone'", "DELETE FROM audit", "DELETE FROM audit WHERE subject = '2'"]
)
def test_the_database_refuses_to_change_or_remove_a_row(store: Store, database: Connection, statement: str) -> None:
    with pytest.raises(DatabaseError, match="the audit log only grows"):
        database.execute(text(statement))
    database.rollback()

    assert problems(store) == ()


def test_postgresql_refuses_to_empty_the_table(store: Store, database: Connection) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="the audit log only grows"):
        database.execute(text("TRUNCATE audit"))
    database.rollback()

    assert problems(store) == ()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET actor = 'someone' WHERE subject = '1'", "its content was changed"),
        ("UPDATE audit SET request = 'another' WHERE subject = '1'", "its content was changed"),
        ("UPDATE audit SET detail = '{\"after\": \"c\"}' WHERE subject = '1'", "its content was changed"),
        ("DELETE FROM audit WHERE subject = '1'", "the row before it was changed or removed"),
        ("DELETE FROM audit WHERE subject = '2'", "3 rows were written, 2 are there"),
        ("DELETE FROM audit", "3 rows were written, 0 are there"),
        ("DELETE FROM audit_head", "the mark of the end of the log is missing"),
        ("UPDATE audit_head SET rows = 2", "3 are there"),
    ],
)
def test_what_somebody_did_to_it_all_the_same_is_found(
    store: Store, database: Connection, statement: str, told: str
) -> None:
    let_go(database)
    database.execute(text(statement))
    database.commit()

    assert any(told in problem for problem in problems(store))


def test_a_log_that_was_cut_off_and_goes_on_is_found(store: Store, database: Connection) -> None:
    let_go(database)
    database.execute(text("DELETE FROM audit WHERE subject = '2'"))
    database.commit()
    with store.begin() as tx:
        tx.audit.add(actor="ada", action="did", subject="3")

    assert problems(store) == ("the log ends otherwise than it did: 4 rows were written, 3 are there",)


def test_who_writes_the_end_anew_as_well_is_found_by_a_hash_that_was_kept_elsewhere(
    store: Store, database: Connection
) -> None:
    with store.read() as reads:
        head = reads.audit.check().head
    let_go(database)
    database.execute(text("DELETE FROM audit WHERE subject = '2'"))
    last = database.execute(text("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")).one()
    database.execute(text("UPDATE audit_head SET rows = 2, last_id = :id, hash = :hash"), last._asdict())
    database.commit()

    assert problems(store) == ()
    assert problems(store, expect=head) == (
        f"no row has the hash {head}: the log was cut off or written anew since that was noted",
    )


def test_a_hash_that_was_kept_is_met_however_much_came_since(store: Store) -> None:
    with store.read() as reads:
        head = reads.audit.check().head
    with store.begin() as tx:
        tx.audit.add(actor="ada", action="did", subject="3")

    assert problems(store, expect=head) == ()


def test_a_log_longer_than_one_portion_is_checked_to_its_end(
    store: Store, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_reads, "AT_A_TIME", 2)
    assert problems(store) == ()
    let_go(database)
    database.execute(text("UPDATE audit SET actor = 'someone' WHERE subject = '2'"))
    database.commit()

    assert len(problems(store)) == 1


def test_a_row_names_the_request_that_did_it_and_what_was_before_and_after(store: Store) -> None:
    with tracing("req-17"), store.begin() as tx:
        tx.audit.add(actor="ada", action="topic.muted", subject="a", before="", after="muted", topic="cells")
    with store.read() as reads:
        [line] = reads.audit.lines(AuditFilter(request="req-17"))

    assert (line.before, line.after, dict(line.detail)) == ("", "muted", {"topic": "cells"})
    assert problems(store) == ()


def test_rows_are_found_by_who_what_whom_and_when_page_by_page(store: Store, clock: MovedClock) -> None:
    clock.move_to(NOW + timedelta(days=1))
    with store.begin() as tx:
        tx.audit.add(actor="bob", action="review.started", subject="0")
        tx.audit.add(actor="bob", action="reviewXstarted", subject="0")

    def subjects(before_id: int | None = None, limit: int = 10, **wanted: object) -> list[tuple[str, str]]:
        with store.read() as reads:
            lines = reads.audit.lines(AuditFilter(**wanted), before_id=before_id, limit=limit)  # type: ignore[arg-type]
        return [(line.actor, line.subject) for line in lines]

    assert subjects(actor="bob", action="review.") == [("bob", "0")]
    assert subjects(subject="0", actor="ada") == [("ada", "0")]
    assert subjects(action="review.closed") == [("ada", "2"), ("ada", "1"), ("ada", "0")]
    with store.read() as reads:
        first = reads.audit.lines(limit=2)
    assert subjects(before_id=first[-1].id, limit=2) == [("ada", "2"), ("ada", "1")]


def test_what_happened_is_told_in_a_sentence() -> None:
    line = AuditLine(id=1, at=NOW, actor="ada", action="review.closed", subject="a", detail={"decision": "still_valid"})

    assert what_happened(line) == "Ada closed this review as still valid at 14:02 UTC on 2026-06-01"
