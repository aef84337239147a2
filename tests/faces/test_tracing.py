"""P98: one id for all that a request, a poll or a job does: in the answer, the log and the audit log."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest
import structlog

from monitor.telemetry.tracing import current_id, is_well_formed, new_id, show_id, tracing
from tests.faces.browsing import browser
from tests.faces.made_up_desk import MadeUpDesk
from tests.pipeline.scene import PAPER, RETRACTED, ScriptedSource, Stage


class Remembering(MadeUpDesk):
    """A desk that remembers under which id it was asked."""

    def report(self, **asked):  # type: ignore[no-untyped-def]
        self.moves.append((current_id(),))
        return super().report(**asked)


def test_a_well_formed_id_of_the_caller_is_taken_and_given_back() -> None:
    desk = Remembering()
    answer = browser(desk).get("/api/v1/report", headers={"X-Request-Id": "cms-2026.11_29"})

    assert answer.headers["X-Request-Id"] == "cms-2026.11_29"
    assert desk.moves == [("cms-2026.11_29",)]


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "-begins", 'quo"te', "<b>"])
def test_any_other_is_replaced_by_one_of_ours(sent: str) -> None:
    desk = Remembering()
    answer = browser(desk).get("/api/v1/report", headers={"X-Request-Id": sent})

    given = answer.headers["X-Request-Id"]
    assert given != sent
    assert is_well_formed(given)
    assert desk.moves == [(given,)]


def test_errors_bear_it_too_and_no_two_requests_share_one() -> None:
    client = browser()
    given = [client.get(path).headers["X-Request-Id"] for path in ("/nowhere", "/nowhere", "/articles/nowhere")]

    assert len(set(given)) == 3
    assert current_id() == ""


def test_the_log_shows_it_on_every_line_of_the_request() -> None:
    stream = io.StringIO()
    log = structlog.wrap_logger(
        structlog.PrintLogger(stream), processors=[show_id, structlog.processors.JSONRenderer()]
    )
    log.info("before")
    with tracing("req-1"):
        log.info("within")

    assert [json.loads(line).get("request") for line in stream.getvalue().splitlines()] == [None, "req-1"]


def test_a_thread_of_another_request_has_its_own() -> None:
    seen: list[str] = []

    def work() -> None:
        with tracing(new_id("poll")):
            seen.append(current_id())

    with tracing("outer"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        seen.append(current_id())

    assert seen[0].startswith("poll-")
    assert seen[1] == "outer"


def test_what_a_poll_changes_is_audited_under_its_id(tmp_path: Path) -> None:
    stage = Stage(f"sqlite:///{tmp_path / 'monitor.db'}", source=ScriptedSource({PAPER.identifier: PAPER})).open()
    stage.source.records[PAPER.identifier] = RETRACTED
    stage.later(days=1)
    stage.poll()

    with stage.store.read() as reads:
        requests = {line.action: line.request for line in reversed(reads.audit.lines()) if line.subject == "a"}
    stage.store.close()
    assert requests["review.opened"].startswith("poll-")
    assert requests["article.flipped"] == requests["review.opened"]
    assert requests["article.registered"] == ""
