"""The played Crossref's lists: filters, queries, paging, cursors and refusals, as upstreams.md tells (9.2, 9.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from monitor.replay.answers import Request
from monitor.replay.crossref_server import CURSOR_SECONDS, Crossref
from monitor.replay.serving import Servers
from monitor.replay.world import World
from tests.contract.crossref_works import (
    NOTICE,
    ODD,
    POLITE,
    TRIAL,
    dois,
    get,
    lines,
    listed,
    trial_and_notice,
    walked,
    work,
)
from tests.contract.test_replay_world import make_world, served


@pytest.fixture
def world(tmp_path: Path) -> World:
    return trial_and_notice(tmp_path)


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world, patience=1000) as running:
        running.world.move_to(date(2026, 3, 1))
        yield running


def refusal(servers: Servers, path: str) -> Any:
    reply = get(servers, path)
    assert (reply.status, reply.json["status"], reply.json["message-type"]) == (400, "failed", "validation-failure")
    [told] = reply.json["message"]
    assert told["value"] in told["message"] or told["value"] == "query.*"
    return told["type"], told["value"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (f"doi:{TRIAL}", [TRIAL]),
        (f"doi:{TRIAL.upper()},doi:10.5555/other,doi:10.5555/none", ["10.5555/OTHER", TRIAL]),
        (f"doi:{TRIAL},type:book-chapter", []),
        ("type:book-chapter", [ODD]),
        ("type:book-chapter,type:journal-article,doi:10.5555/self", ["10.5555/self"]),
        ("is-update:1", ["10.5555/self", NOTICE]),
        ("is-update:false,is-update:t", [ODD, "10.5555/OTHER", "10.5555/self", NOTICE, TRIAL]),
        ("has-update:true", [TRIAL]),
        (f"updates:{TRIAL.upper()}", [NOTICE]),
        ("updates:10.5555/self", ["10.5555/self"]),
        ("is-update:1,update-type:retraction,from-index-date:2026-03-09,until-index-date:2026-03-09", [NOTICE]),
        ("from-index-date:2026-03", [NOTICE, TRIAL]),
        ("until-index-date:2024-05", [ODD, "10.5555/OTHER", "10.5555/self"]),
        ("until-index-date:2024-05-05", []),
        ("until-created-date:2023-01", [ODD]),
        ("from-update-date:2023-02-28,until-update-date:2023", [ODD]),
        ("from-pub-date:2024-01-02", []),
        ("from-pub-date:2024-01-01,until-pub-date:2024,type:book-chapter", [ODD]),
    ],
)
def test_filters_of_one_name_add_up_and_of_different_names_narrow(
    servers: Servers, asked: str, expected: list[str]
) -> None:
    servers.world.move_to(date(2026, 3, 11))

    found = listed(servers, filter=asked)
    assert dois(found) == sorted(expected)
    assert found["total-results"] == len(expected)


def test_missing_parts_of_a_date_count_as_the_first(servers: Servers) -> None:
    """Half a date, or one that says nothing, is no error."""
    assert dois(listed(servers, filter="from-pub-date:2019-07-01,until-pub-date:2019-07-01")) == [TRIAL]
    assert dois(listed(servers, filter="issn:1234-567x")) == [TRIAL]


def test_an_aliased_work_is_in_no_list(tmp_path: Path) -> None:
    files = {
        "crossref/a.jsonl": lines(work("10.5555/old"), work("10.5555/new")),
        "day-1/crossref/aliases.json": json.dumps({"10.5555/old": "10.5555/new"}),
    }
    with served(make_world(tmp_path, files), patience=1000) as servers:
        assert dois(listed(servers)) == ["10.5555/new"]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("filter=is-retracted:1", ("filter-not-available", "is-retracted")),
        ("filter=doi", ("pair-list-form-invalid", "doi")),
        ("filter=doi:10.5555/a,b", ("pair-list-form-invalid", "b")),
        ("filter=is-update:maybe", ("boolean-not-valid", "maybe")),
        ("filter=from-index-date:2026-02-30", ("date-not-valid", "2026-02-30")),
        ("filter=from-index-date:2026-03-01T10:00", ("date-not-valid", "2026-03-01T10:00")),
        ("filter=issn:12", ("issn-not-valid", "12")),
        ("filter=type:article", ("type-not-valid", "article")),
        ("rows=1001", ("integer-not-valid", "1001")),
        ("rows=-1", ("integer-not-valid", "-1")),
        ("offset=9500&rows=501", ("integer-not-valid", "10001")),
        ("sample=101", ("integer-not-valid", "101")),
        ("select=DOI,language", ("select-not-available", "language")),
        ("select=DOI,doi", ("select-not-available", "doi")),
        ("sort=newest", ("sort-not-valid", "newest")),
        ("sort=indexed&order=down", ("order-not-valid", "down")),
        ("cursor=*&offset=0", ("parameter-not-allowed", "offset")),
        ("cursor=*&sample=3", ("parameter-not-allowed", "sample")),
        ("format=json", ("unknown-parameter", "format")),
    ],
)
def test_a_bad_question_is_refused_in_json(servers: Servers, asked: str, complaint: tuple[str, str]) -> None:
    assert refusal(servers, f"/works?{asked}") == complaint


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("query.author=x", ("parameter-not-allowed", "query.*")),
        ("select=DOI", ("parameter-not-allowed", "select")),
        ("format=json", ("unknown-parameter", "format")),
    ],
)
def test_a_single_work_takes_no_parameters(servers: Servers, asked: str, complaint: tuple[str, str]) -> None:
    assert refusal(servers, f"/works/{TRIAL}?{asked}") == complaint
    assert get(servers, f"/works/{TRIAL}?mailto=ops@example.org").status == 200


def test_a_list_tells_how_many_there_are_and_sends_twenty(tmp_path: Path) -> None:
    many = lines(*(work(f"10.5555/{number:02}") for number in range(25)))
    with served(make_world(tmp_path, {"crossref/a.jsonl": many}), patience=1000) as servers:
        usual, none, rest = listed(servers), listed(servers, rows=0), listed(servers, offset=20, rows=20)

    assert (usual["total-results"], usual["items-per-page"], len(usual["items"])) == (25, 20, 20)
    assert usual["query"] == {"start-index": 0, "search-terms": None}
    assert (none["total-results"], none["items"]) == (25, [])
    assert len(rest["items"]) == 5
    assert not set(dois(rest)) & set(dois(usual))


def test_only_the_selected_fields_are_sent(servers: Servers) -> None:
    """A field that a work lacks is not sent as an empty one."""
    found = listed(servers, filter=f"doi:{TRIAL}", select="DOI,title,updated-by")

    assert found["items"] == [{"DOI": TRIAL, "title": ["Nerve blocks after surgery of the gallbladder"]}]


def test_works_are_sorted_the_newest_first_unless_asked_otherwise(servers: Servers) -> None:
    servers.world.move_to(date(2026, 3, 11))
    down, up = (
        [item["DOI"] for item in listed(servers, sort="indexed", rows=5, **order)["items"]]
        for order in ({}, {"order": "asc"})
    )

    assert down[:2] == [TRIAL, NOTICE]
    assert up[-2:] == [NOTICE, TRIAL]


def test_a_citation_finds_many_works_the_likeliest_first(servers: Servers) -> None:
    """Quotes and booleans mean nothing, and a score comes only with a query."""
    citation = '"Moller A" AND nerve blocks after surgery. J Blocks 2019'
    found = listed(servers, query__bibliographic=citation)
    scores = [item["score"] for item in found["items"]]

    assert found["items"][0]["DOI"] == TRIAL
    assert found["total-results"] == 2
    assert scores == sorted(scores, reverse=True)
    assert found["query"]["search-terms"] == citation
    assert {item["score"] for item in listed(servers)["items"]} == {0}


def test_queries_narrow_each_other_and_the_filter(servers: Servers) -> None:
    assert dois(listed(servers, query__title="nerve knees")) == [ODD, "10.5555/OTHER", TRIAL]
    assert dois(listed(servers, query__title="nerve", query__author="möller")) == [TRIAL]
    assert dois(listed(servers, query__title="nerve knees", filter="type:book-chapter")) == [ODD]
    assert dois(listed(servers, query__bibliographic="zebra")) == []


def test_a_walk_ends_with_a_page_that_is_not_full(servers: Servers) -> None:
    """At 4 works and 2 a page the last one is empty, and still names a cursor."""
    pages = walked(servers, rows=2)

    assert [len(page) for page in pages] == [2, 2, 0]
    assert sorted(doi for page in pages for doi in page) == [ODD, "10.5555/OTHER", "10.5555/self", TRIAL]


def test_a_cursor_must_be_quoted(servers: Servers) -> None:
    cursor = listed(servers, cursor="*", rows=2)["next-cursor"]

    assert get(servers, f"/works?rows=2&cursor={cursor}").status == 404
    assert get(servers, f"/works?rows=2&cursor={quote(cursor, safe='')}").status == 200


def test_an_unknown_cursor_is_not_found_in_json(servers: Servers) -> None:
    reply = get(servers, "/works?cursor=thing")

    assert (reply.status, reply.json["status"], reply.json["message-type"]) == (404, "failed", "resource-failure")
    assert [(told["type"], told["value"]) for told in reply.json["message"]] == [("cursor-invalid", "thing")]


def status_of(servers: Servers, cursor: str, more: str = "") -> int:
    return get(servers, f"/works?rows=2&cursor={quote(cursor, safe='')}{more}").status


def test_a_cursor_dies_with_its_day_its_question_and_on_demand(servers: Servers) -> None:
    cursor = listed(servers, cursor="*", rows=2)["next-cursor"]
    servers.world.move_to(date(2026, 3, 2))
    other_day = status_of(servers, cursor)
    servers.world.move_to(date(2026, 3, 1))
    other_question, same = status_of(servers, cursor, "&sort=created"), status_of(servers, cursor)
    servers.expire_cursors()

    assert (other_day, other_question, same, status_of(servers, cursor)) == (404, 404, 200, 404)
    assert listed(servers, cursor="*", rows=2)["next-cursor"] != cursor


def answered(crossref: Crossref, query: str, at: float) -> Any:
    request = Request(method="GET", target=f"/works?{query}", headers=POLITE, body=b"", at=at)
    return json.loads(crossref.answer(request).body)


def test_a_cursor_dies_after_five_idle_minutes(world: World) -> None:
    crossref = Crossref(world, [])
    cursor = quote(answered(crossref, "cursor=*&rows=1", 0)["message"]["next-cursor"], safe="")
    in_time = answered(crossref, f"cursor={cursor}&rows=1", CURSOR_SECONDS)
    used_since = answered(crossref, f"cursor={cursor}&rows=1", CURSOR_SECONDS * 2)
    too_late = answered(crossref, f"cursor={cursor}&rows=1", CURSOR_SECONDS * 3 + 1)

    assert (in_time["status"], used_since["status"], too_late["status"]) == ("ok", "ok", "failed")


def test_dates_are_counted_from_the_last_day(tmp_path: Path) -> None:
    told = '{"DOI": "10.5555/a", "created": {"date-parts": [[{{day-4|%Y}}, {{day-4|%-m}}, {{day-4|%-d}}]]}}'
    with served(make_world(tmp_path, {"crossref/a.json": told}), patience=1000) as servers:
        assert dois(listed(servers, filter="from-created-date:2026-03-09,until-created-date:2026-03-09")) == [
            "10.5555/a"
        ]
