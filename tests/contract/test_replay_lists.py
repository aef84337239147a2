"""The played lists of NICE and the USPSTF: who is let in, what holds on which day, and conditional questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from monitor.replay.serving import Servers
from tests.contract.test_replay_world import Reply, ask, make_world, served


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    files = {
        "lists/nice/feeds/products-lite.json": json.dumps({"day": "{{day-1}}"}),
        "2026-03-12/lists/nice/feeds/products-lite.json": json.dumps({"day": "later"}),
        "lists/uspstf.json": json.dumps({"generalRecommendations": {}}),
    }
    with served(make_world(tmp_path, files, last_day=date(2026, 3, 13))) as running:
        running.world.move_to(date(2026, 3, 10))
        yield running


def nice(servers: Servers, path: str = "/feeds/products-lite", **headers: str) -> Reply:
    return ask(f"{servers.urls['MONITOR_NICE_URL']}{path}", headers=headers)


def test_nice_refuses_whoever_sends_no_key(servers: Servers) -> None:
    assert nice(servers).status == 401


def test_a_list_is_what_it_was_on_the_day(servers: Servers) -> None:
    before = nice(servers, **{"API-Key": "any"}).json
    servers.world.move_to(date(2026, 3, 12))

    assert before == {"day": "2026-03-12"}
    assert nice(servers, **{"API-Key": "any"}).json == {"day": "later"}


def test_a_list_is_sent_once_to_whoever_asks_conditionally(servers: Servers) -> None:
    first = nice(servers, **{"API-Key": "any"})
    again = nice(servers, **{"API-Key": "any", "If-None-Match": first.headers["ETag"]})

    assert (first.status, again.status) == (200, 304)
    assert first.headers["Content-Type"].startswith("application/json")


def test_a_list_nobody_wrote_is_not_found(servers: Servers) -> None:
    assert nice(servers, "/feeds/other", **{"API-Key": "any"}).status == 404


def test_the_task_force_answers_a_sentence_to_whoever_sends_no_key(servers: Servers) -> None:
    base = servers.urls["MONITOR_USPSTF_URL"]

    assert ask(base).status == 202
    assert ask(f"{base}?key=any").json == {"generalRecommendations": {}}
