"""The whole way out and in again: the program as it is built, a CMS on loopback, and the API."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from starlette.testclient import TestClient

from monitor.domain.review import Closing, Decision, Reason
from monitor.pipeline.deliver import LEASE, RETRIES
from monitor.pipeline.register import WatchSpec
from monitor.settings import load_settings
from monitor.web import OpenAccess, create_app
from monitor.wiring import Monitor, build
from tests.contract.faulty_server import FaultyServer, Heard, Reply, faulty_server, reset, status
from tests.contract.test_mail import tarpit
from tests.faces.browsing import SECRET
from tests.pipeline.office import BothClock
from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, ScriptedSource, Stage

KEY = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ="
POLICY = """\
severity: {{overdue: major}}
channels:
  cms: {{kind: webhook, url: "{url}", secret_env: CMS_SECRET}}
"""
OLD_PAGE = "# Knees\n\nLast updated: 3 January 2020\n\nRest helps.\n"
CITING = """\
# Knees

Rest helps [1]. Motion helps more [2].

## References

1. A trial of something. PMID: 100
2. Moe A. Rest. J Made Up. 2019;1:2.
"""


@dataclass
class House:
    """The program, and the CMS that it tells."""

    monitor: Monitor
    clock: BothClock
    cms: FaultyServer
    make: Callable[..., Monitor]

    def restart(self) -> None:
        """End the program as a crash would, and start it again."""
        self.monitor.store.close()
        self.monitor = self.make()

    def answers(self, reply: Reply) -> None:
        """From now on the CMS answers so."""
        self.cms.on("/hook", reply)

    def told(self) -> list[dict[str, Any]]:
        """What the CMS heard, each time."""
        return [json.loads(heard.body) for heard in self.cms.heard]

    @property
    def api(self) -> TestClient:
        """The API of the program as it runs now."""
        app = create_app(
            desk=self.monitor.desk,
            explainer=self.monitor.explainer,
            hands=self.monitor.hands,
            clock=self.clock,
            access=OpenAccess("CMS"),
            secret_key=SECRET,
        )
        return TestClient(app, base_url="http://127.0.0.1:8642", raise_server_exceptions=False)

    def put(self, page: str) -> int:
        """The CMS hands in a page."""
        return self.api.put("/api/v1/articles/knees", json={"text": page, "format": "markdown"}).status_code


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with faulty_server() as cms:
        (tmp_path / "policies.yaml").write_text(POLICY.format(url=cms.on("/hook", status(200))))
        clock = BothClock(datetime.now(UTC))
        given = {
            "MONITOR_DATA_DIR": str(tmp_path),
            "MONITOR_DATABASE_URL": database_url,
            "MONITOR_WATCHLISTS": str(tmp_path),
            "MONITOR_ALLOW_PRIVATE_HOSTS": "127.0.0.1",
            "MONITOR_PUBLIC_URL": "https://monitor.example.org",
        }

        def make(**more: str) -> Monitor:
            return build(load_settings({**given, **more}), clock=clock, env={"CMS_SECRET": KEY})

        built = House(make(), clock, cms, make)
        built.monitor.store.upgrade()
        built.monitor.prepare()
        yield built
        built.monitor.store.close()


def make_stale(house: House) -> None:
    """A page comes in whose shelf life is over."""
    assert house.put(OLD_PAGE) == 201
    house.monitor.sweeper.run()


def test_a_cms_is_told_updates_its_page_and_is_told_that_it_counts(house: House, database_url: str) -> None:
    """The circle of a CMS: `article.stale` goes out, PUT comes in, and what became of it goes out."""
    assert house.put(CITING) == 201
    retracting = ScriptedSource({PAPER.identifier: RETRACTED}, notices=(NOTICE,))
    upstream = Stage(database_url, source=retracting, at=house.clock.today())
    upstream.resolver.run()
    upstream.poll()
    house.monitor.deliver()
    [stale] = [told for told in house.told() if told["type"] == "article.stale"]
    assert house.put(CITING.replace("Rest helps [1]. ", "").replace("1. A trial of something. PMID: 100\n", "")) == 200
    house.monitor.deliver()

    assert stale["data"]["article"] == "knees"
    assert stale["data"]["page"] == "https://monitor.example.org/articles/knees"
    [finding] = stale["data"]["findings"]
    assert (finding["kind"], finding["record"]) == ("retracted", "pubmed:100")
    assert [line["text"] for line in finding["sentences"]] == ["Rest helps"]
    assert house.told()[-1]["type"] == "article.unverified"
    assert house.api.get("/api/v1/articles/knees").json()["freshness"] == "unverified"


def test_a_cms_is_told_of_the_decision(house: House) -> None:
    make_stale(house)
    editors = house.monitor.editors
    review = editors.start("knees", by="ed")
    view = house.monitor.desk.article("knees")
    assert view is not None
    seen = frozenset(finding.id for finding in view.row.findings)
    why = {"reason": Reason.OTHER, "note": "read again"}
    closing = Closing(decision=Decision.STILL_VALID, **why, by="ed", version=review.version, seen=seen)
    editors.close("knees", closing)
    house.monitor.deliver()

    types = [told["type"] for told in house.told()]
    assert types[:2] == ["article.stale", "article.reviewed"]
    decided = house.told()[1]["data"]
    assert (decided["decision"], decided["reason"], decided["by"]) == ("still_valid", "read again", "ed")


def test_a_receiver_that_was_down_for_a_day_gets_every_event_once_it_is_up(house: House) -> None:
    """P28: the same ids as at every try, verified by the reference library; and the program was restarted meanwhile."""
    start = sum(RETRIES, timedelta()) + timedelta(minutes=2)
    house.clock.pass_time(seconds=-start.total_seconds())
    house.answers(status(503))
    make_stale(house)
    house.monitor.deliver()
    for wait in RETRIES[:-1]:
        house.clock.pass_time(seconds=wait.total_seconds() + 1)
        house.restart()
        house.monitor.deliver()
    tried = [heard.headers["webhook-id"] for heard in house.cms.heard]
    house.answers(status(204))
    house.clock.pass_time(seconds=RETRIES[-1].total_seconds() + 1)
    house.monitor.deliver()

    last = house.cms.heard[-1]
    assert len(tried) == 7
    assert {*tried, last.headers["webhook-id"]} == {tried[0]}
    assert Webhook(KEY).verify(last.body, dict(last.headers))["data"]["article"] == "knees"
    with house.monitor.store.read() as reads:
        [state] = reads.deliveries.states()
    assert (state.delivered, state.waiting, state.dead) == (1, 0, 0)


def test_a_receiver_that_dies_after_it_took_a_message_gets_it_again_under_the_same_id(house: House) -> None:
    """P29: it processed the event, and the acknowledgement was lost."""
    processed: list[str] = []

    def takes_it_and_dies(line: object, heard: Heard, closing: threading.Event) -> None:
        processed.append(heard.headers["webhook-id"])
        reset(line, heard, closing)  # type: ignore[arg-type]

    house.answers(takes_it_and_dies)
    make_stale(house)
    house.monitor.deliver()
    house.answers(status(200))
    house.clock.pass_time(seconds=6)
    house.monitor.deliver()

    assert processed
    assert [heard.headers["webhook-id"] for heard in house.cms.heard] == processed * 2
    for heard in house.cms.heard:
        assert Webhook(KEY).verify(heard.body, dict(heard.headers))


def test_a_mail_server_that_only_drips_delays_neither_polling_nor_other_channels(
    house: House, tmp_path: Path, database_url: str
) -> None:
    """P30, P31."""
    with tarpit(b"220 welcome\r\n", 0.05) as port:
        more = {"MONITOR_SMTP_URL": f"smtp://127.0.0.1:{port}", "MONITOR_MAIL_FROM": "monitor@example.org"}
        with (tmp_path / "policies.yaml").open("a") as policy:
            policy.write("  mail: {kind: email, address: ada@example.org, immediate_from: major}\n")
        monitor = house.make(**more)
        make_stale(house)
        begun = time.monotonic()
        monitor.deliver(patience_seconds=0.5)
        monitor.deliver(patience_seconds=0.5)
        upstream = Stage(database_url, at=house.clock.today())
        upstream.registrar.ensure_watches([WatchSpec(kind="notices", source="pubmed")])
        upstream.poll()

        assert time.monotonic() - begun < 10, "half of what the talk with the mail server may take"
        assert upstream.source.polls
    assert [told["type"] for told in house.told()] == ["article.stale"]
    assert monitor.deliver(patience_seconds=30) == 0
    with monitor.store.read() as reads:
        [_, mail] = reads.deliveries.states()
    assert (mail.waiting, mail.delivered) == (1, 0)
    monitor.store.close()


def test_a_program_that_dies_before_it_marked_a_message_sends_it_again_under_the_same_id(
    house: House, tmp_path: Path
) -> None:
    """P29: the other side of a lost acknowledgement."""

    def die(point: str) -> None:
        if point == "deliver.after_send":
            raise SystemExit

    make_stale(house)
    house.monitor.notifier.run()
    dying = build(house.monitor.settings, clock=house.clock, probe=die, env={"CMS_SECRET": KEY})
    with pytest.raises(SystemExit):
        dying.deliver()
    dying.store.close()
    house.clock.pass_time(seconds=LEASE.total_seconds() + 1)
    house.monitor.deliver()

    ids = [heard.headers["webhook-id"] for heard in house.cms.heard]
    assert (len(ids), len(set(ids))) == (2, 1)
    assert tmp_path.is_dir()
