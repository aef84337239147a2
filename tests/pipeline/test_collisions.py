"""On PostgreSQL an editor and a poll may wait for each other: the poll gives way, and settles what it read anew."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind
from monitor.pipeline.mute import Muting
from tests.pipeline.scene import PAPER, RETRACTED, Stage
from tests.pipeline.test_topics import TOPIC, open_stage


@dataclass
class Editor:
    """Takes the article once a poll holds its watch, and then wants the watch. Never gives way."""

    url: str
    is_armed: bool = False
    has_article: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def passes(self, point: str) -> None:
        """The probe: at the first poll after it was armed."""
        if self.is_armed and point == "assess.after_events":
            self.is_armed = False
            self.thread = threading.Thread(target=self._works)
            self.thread.start()
            assert self.has_article.wait(20)

    def _works(self) -> None:
        uri = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            with psycopg.connect(uri) as connection:
                connection.execute("SET LOCAL deadlock_timeout = '60s'")
                connection.execute("SELECT id FROM article WHERE id = 'a' FOR UPDATE")
                self.has_article.set()
                connection.execute("UPDATE watch SET summons = summons + 1")
        finally:
            self.has_article.set()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_poll_that_gave_way_to_an_editor_tells_what_it_read_all_the_same(database_url: str) -> None:
    editor = Editor(database_url)
    stage = Stage(database_url, probe=editor.passes).open()
    stage.later(days=1)
    stage.source.records[PAPER.identifier] = RETRACTED
    editor.is_armed = True
    stage.poll()
    assert editor.thread is not None
    editor.thread.join(20)

    assert stage.article().freshness is Freshness.STALE
    assert [finding.kind for finding in stage.article().findings] == [EventKind.RETRACTED]
    with stage.store.read() as reads:
        assert [line.action for line in reads.audit.lines()].count("review.opened") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_when_mutes_run_out_every_watch_is_written_before_the_audit_log(database_url: str) -> None:
    """A poll holds its watch and waits for the log: who holds the log must want no watch any more."""
    stage = open_stage(database_url)
    topics = [TOPIC, replace(TOPIC, name="joints")]
    stage.registrar.ensure_topics(topics, searched=[topic.name for topic in topics])
    stage.poll()
    muting, today = Muting(store=stage.store, clock=stage.clock), stage.clock.today().date()
    for topic in topics:
        muting.mute("a", topic.name, by="ada", reason="busy", until=today + timedelta(days=1))
    stage.later(days=3)
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        written.extend(kind for kind in ("UPDATE watch", "INSERT INTO audit ") if statement.startswith(kind))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        stage.sweeper.run()
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert "UPDATE watch" in written
    assert written.count("INSERT INTO audit ") >= 2
    assert "UPDATE watch" not in written[written.index("INSERT INTO audit ") :]
