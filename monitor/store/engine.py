"""The database: SQLite in WAL mode by default, PostgreSQL in production; one unit of work is one transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlmodel import Session, create_engine

from monitor.clock import Clock, PastClock
from monitor.store.history.keeping import KeepingSession
from monitor.store.history.rebuilding import rebuilt
from monitor.store.reads import Reads
from monitor.store.transaction import Transaction

_GAVE_WAY = frozenset({"40P01", "40001"})
"""What PostgreSQL calls a deadlock, and a transaction that cannot be put in a row with the others."""


class StoreUnavailable(Exception):
    """The database cannot be reached or is locked. Nothing was written; try again."""


class Collided(StoreUnavailable):
    """Two transactions waited for each other, or wrote the same at once; this one gave way. Again it may go through."""


class WrongSchema(Exception):
    """The database was made by another version of the program. Run ``monitor db upgrade``."""


class Store:
    """The way to the database. ``begin`` is the unit of work; no transaction stays open across a network call."""

    def __init__(self, url: str, *, clock: Clock, migrations: Path) -> None:
        self._url = url
        self._clock = clock
        self._migrations = migrations
        self._engine = _engine(url)
        self._reading: dict[str, Any] = {"read_only": True}
        if self._engine.dialect.name == "postgresql":
            # What a page reads in several queries is of one moment, as on SQLite.
            self._reading["isolation_level"] = "REPEATABLE READ"
        self._turns: AbstractContextManager[object] = (
            threading.RLock() if self._engine.dialect.name == "sqlite" else nullcontext()
        )
        self._whole = threading.local()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises.

        On SQLite the threads of a process take turns: one that waits for the database's own lock sleeps far longer than
        the lock is held.

        Inside of :meth:`begin_whole` it is a part of that transaction: it commits with it, and rolls back alone.

        Raises :class:`StoreUnavailable` when the database is down or stays locked.
        """
        with _errors_in_our_words():
            if (whole := self._around()) is not None:
                with whole.begin_nested():
                    yield Transaction(whole, self._clock)
                return
            with self._turns, self._session() as session, session.begin():
                yield Transaction(session, self._clock)

    @contextmanager
    def begin_whole(self) -> Iterator[Transaction]:
        """A transaction around several units of work of this thread, which become true together or not at all."""
        with _errors_in_our_words():
            try:
                with self._turns, self._session() as session, session.begin():
                    self._whole.session = session
                    yield Transaction(session, self._clock)
            finally:
                self._whole.session = None

    @contextmanager
    def read(self) -> Iterator[Reads]:
        """A read-only view at one moment, which takes no write lock and never waits for a writer.

        Inside of :meth:`begin_whole` it sees what was written there, and takes no second connection.
        """
        with _errors_in_our_words():
            if (whole := self._around()) is not None:
                yield Reads(whole, self._clock)
                return
            with Session(self._engine.execution_options(**self._reading)) as session:
                yield Reads(session, self._clock)

    def _session(self) -> KeepingSession:
        return KeepingSession(self._engine, autoflush=True, info={"clock": self._clock})

    def _around(self) -> Session | None:
        """The transaction that this thread has opened around its units of work, if any."""
        return getattr(self._whole, "session", None)

    @contextmanager
    def read_as_of(self, moment: datetime) -> Iterator[Reads]:
        """A view of the reports as they stood at a past moment, rebuilt in memory.

        What only pages show is not in it: flips, whole texts, the newest polls. Raises :class:`BeforeHistory` where
        the past is not known so far back.
        """
        with (
            _errors_in_our_words(),
            Session(self._engine.execution_options(**self._reading)) as session,
            rebuilt(session, moment, self._clock) as past,
        ):
            yield Reads(past, PastClock(moment))

    def upgrade(self) -> str:
        """Bring the schema to this version of the program; returns the revision. Rows survive."""
        if self._engine.dialect.name == "sqlite":
            _make_folder(self._url)
        config = self._config()
        with self._engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        return self.wanted_revision()

    def is_empty(self) -> bool:
        """Whether the database holds no table yet."""
        try:
            return not inspect(self._engine).get_table_names()
        except OperationalError as error:
            raise StoreUnavailable(str(error.orig)) from error

    def check_schema(self) -> None:
        """Raise :class:`WrongSchema` unless the schema is exactly the one this program was written for."""
        try:
            with self._engine.connect() as connection:
                found = MigrationContext.configure(connection).get_current_revision()
        except OperationalError as error:
            raise StoreUnavailable(str(error.orig)) from error
        if found != self.wanted_revision():
            raise WrongSchema(
                f"the database is at schema {found or 'none'}, this program needs "
                f"{self.wanted_revision()}: run `monitor db upgrade`"
            )

    def differences(self) -> list[Any]:
        """What the tables in the code and in the database disagree on; empty when the migrations are complete."""
        from alembic.autogenerate import compare_metadata

        from monitor.store.tables import Table

        with self._engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, Table.metadata))

    def wanted_revision(self) -> str:
        """The schema revision this program was written for."""
        return ScriptDirectory.from_config(self._config()).get_current_head() or ""

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def _config(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(self._migrations))
        return config


@contextmanager
def _errors_in_our_words() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        kind = Collided if getattr(error.orig, "sqlstate", "") in _GAVE_WAY else StoreUnavailable
        raise kind(str(error.orig)) from error
    except IntegrityError as error:
        raise Collided(f"another process wrote the same at the same time: {error.orig}") from error
    except NoConnectionLeft as error:
        raise StoreUnavailable("all connections to the database are in use") from error


def _make_folder(url: str) -> None:
    database = make_url(url).database
    if database and database != ":memory:":
        folder = Path(database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"cannot be made ({error.strerror}); MONITOR_DATA_DIR or MONITOR_DATABASE_URL names it"
            raise StoreUnavailable(f"{folder}: {what}") from error


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        _make_folder(url)
        engine = create_engine(url, connect_args={"timeout": 10})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediately)
        return engine
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "tcp_user_timeout": 20000,
        },
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Let SQLAlchemy's driver leave transactions to us, and make commits durable (promises.md, D5)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: Any) -> None:
    """Take the write lock at once: a read that becomes a write would fail with a busy snapshot."""
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
