"""The played Crossref: one test for each way of the real one that upstreams.md tells (9.1 to 9.3, 13.7)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from monitor.replay.answers import Request
from monitor.replay.crossref_server import CURSOR_SECONDS, Crossref
from monitor.replay.crossref_works import works_in
from monitor.replay.serving import Servers
from monitor.replay.world import World
from tests.contract.played_crossref import POLITE, dois, get, lines, listed, update, walked, work
from tests.contract.test_replay_world import LAST_DAY, ask, make_world, served

TRIAL, NOTICE, ODD = "10.5555/trial.1", "10.5555/notice.1", "10.5555/0012-9615(1999)069<0569:a>2.0.co;2"


@pytest.fixture
def world(tmp_path: Path) -> World:
    cited_at_last = update(NOTICE), update(NOTICE, source="retraction-watch") | {"record-id": "77"}
    return make_world(
        tmp_path,
        {
            "crossref/a.jsonl": lines(
                work(
                    TRIAL,
                    "Nerve blocks after surgery of the gallbladder",
                    author=[{"given": "Ada", "family": "Möller"}],
                    container_title=["Journal of Blocks"],
                    ISSN=["1234-567X"],
                    issued={"date-parts": [[2019, 7]]},
                    language="en",
                ),
                work(ODD, "Knees", type="book-chapter", created="2023-01-31", deposited="2023-02-28"),
                work("10.5555/OTHER", "Nerve growth in the knee", issued={"date-parts": [[None]]}),
                work("10.5555/self", "RETRACTED: Elbows", update_to=[update("10.5555/SELF", "retraction")]),
            ),
            "crossref/aliases.json": json.dumps({"10.5555/Old": TRIAL}),
            "crossref/agencies.json": json.dumps({"10.5555/data.1": "datacite", "10.6666": "medra"}),
            "day-4/crossref/notice.json": json.dumps(
                work(NOTICE, "Retraction: Nerve blocks", update_to=[update(TRIAL)], indexed="2020-01-01")
            ),
            "day-2/crossref/trial.json": json.dumps(work(TRIAL, "Nerve blocks", updated_by=list(cited_at_last))),
            "day-1/gone.txt": "doi:10.5555/OTHER\n",
        },
    )


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


def test_every_shape_of_a_recording_is_read(tmp_path: Path) -> None:
    answer = {"status": "ok", "message-type": "work", "message": work("10.5555/b"), "_recorded": "some day"}
    listing = {"status": "ok", "message-type": "work-list", "message": {"items": [work("10.5555/c")]}}
    world = make_world(
        tmp_path,
        {
            "crossref/a.json": json.dumps(work("10.5555/a")),
            "crossref/b.json": json.dumps(answer),
            "crossref/deep/c.json.gz": gzip.compress(json.dumps(listing).encode()),
            "crossref/d.jsonl": f"{json.dumps(work('10.5555/d'))}\n\n{json.dumps(answer)}\n",
            "crossref/e.jsonl.gz": gzip.compress(lines(work("10.5555/e"), listing).encode()),
        },
    )

    assert world.skipped == ()
    assert sorted(world.works(LAST_DAY)) == [f"10.5555/{letter}" for letter in "abcde"]


def test_a_work_comes_in_an_envelope(servers: Servers) -> None:
    reply = get(servers, f"/works/{TRIAL}")

    assert {name: value for name, value in reply.json.items() if name != "message"} == {
        "status": "ok",
        "message-type": "work",
        "message-version": "1.0.0",
    }
    assert reply.json["message"]["title"] == ["Nerve blocks after surgery of the gallbladder"]
    assert reply.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("spelling", [quote(ODD, safe=""), quote(ODD, safe="/"), quote(ODD.upper(), safe="/():;")])
def test_a_doi_is_found_however_it_is_quoted_and_in_any_case(servers: Servers, spelling: str) -> None:
    assert get(servers, f"/works/{spelling}").json["message"]["DOI"] == ODD


def test_a_doi_is_sent_as_the_world_writes_it(servers: Servers) -> None:
    assert get(servers, "/works/10.5555/other").json["message"]["DOI"] == "10.5555/OTHER"


@pytest.mark.parametrize(
    "path", ["/works/10.5555/none", "/works/", "/works/10.5555%252Fself", "/journals", "/works/none/agency"]
)
def test_what_is_not_there_is_told_in_plain_text(servers: Servers, path: str) -> None:
    reply = get(servers, path)

    assert (reply.status, reply.text) == (404, "Resource not found.")
    assert reply.headers["Content-Type"].startswith("text/plain")


def test_an_aliased_doi_is_redirected(servers: Servers) -> None:
    reply = get(servers, "/works/10.5555%2FOLD")

    assert reply.status == 301
    assert get(servers, reply.headers["Location"]).json["message"]["DOI"] == TRIAL


def test_the_agency_of_a_doi_that_is_not_held_may_be_known(servers: Servers) -> None:
    dois_asked = (TRIAL, "10.5555/DATA.1", "10.6666/x")
    messages = [get(servers, f"/works/{quote(doi, safe='')}/agency").json for doi in dois_asked]

    assert [told["message"]["agency"]["id"] for told in messages] == ["crossref", "datacite", "medra"]
    assert messages[1]["message-type"] == "work-agency"
    assert messages[1]["message"] == {"DOI": "10.5555/data.1", "agency": {"id": "datacite", "label": "DataCite"}}
    assert get(servers, "/works/10.5555/data.1").status == 404


def test_a_work_that_is_gone_answers_404(servers: Servers) -> None:
    before = get(servers, "/works/10.5555/other").status
    servers.world.move_to(LAST_DAY)

    assert (before, get(servers, "/works/10.5555/other").status) == (200, 404)
    assert "10.5555/OTHER" not in dois(listed(servers, rows=100))


def test_a_new_version_was_indexed_on_the_day_it_appeared(servers: Servers) -> None:
    """What was always there keeps the day it was recorded with."""
    before = get(servers, f"/works/{TRIAL}").json["message"]
    servers.world.move_to(LAST_DAY)
    after = get(servers, f"/works/{TRIAL}").json["message"]

    assert before["indexed"]["date-parts"] == [[2024, 5, 6]]
    assert after["indexed"]["date-time"] == "2026-03-11T06:00:00Z"
    assert after["indexed"]["timestamp"] == 1773208800000
    assert get(servers, f"/works/{NOTICE}").json["message"]["indexed"]["date-parts"] == [[2026, 3, 9]]
    assert servers.world.days() == (date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 12))


def test_the_notice_names_the_paper_and_the_paper_the_notice_later_and_twice(servers: Servers) -> None:
    """Publisher and Retraction Watch assert the same event; only the second has a record id."""
    servers.world.move_to(date(2026, 3, 10))
    notice, paper = (get(servers, f"/works/{doi}").json["message"] for doi in (NOTICE, TRIAL))
    servers.world.move_to(LAST_DAY)
    later = get(servers, f"/works/{TRIAL}").json["message"]["updated-by"]

    assert [entry["DOI"] for entry in notice["update-to"]] == [TRIAL]
    assert "updated-by" not in paper
    assert [(entry["source"], entry.get("record-id")) for entry in later] == [
        ("publisher", None),
        ("retraction-watch", "77"),
    ]


@pytest.mark.parametrize("kind", ["reinstatement", "expression-of-concern", "something new"])
def test_update_types_are_sent_as_they_are(tmp_path: Path, kind: str) -> None:
    told = work("10.5555/n", update_to=[update("10.5555/p", kind)])
    with served(make_world(tmp_path, {"crossref/a.json": json.dumps(told)}), patience=1000) as servers:
        found = listed(servers, filter=f"update-type:{kind}")

    assert found["items"][0]["update-to"][0]["type"] == kind


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


def test_every_answer_tells_the_pool_and_no_answer_has_a_tag(servers: Servers) -> None:
    """10.5555/none: the headers come with a 404, too."""
    base, rates = servers.urls["MONITOR_CROSSREF_URL"], ("x-rate-limit-limit", "x-concurrency-limit", "x-api-pool")
    asked = {
        "by agent": ask(f"{base}/works/10.5555/none", headers=POLITE),
        "by parameter": ask(f"{base}/works?rows=0&mailto=ops@example.org"),
        "nobody, one": ask(f"{base}/works/{quote(TRIAL)}"),
        "nobody, many": ask(f"{base}/works?rows=0"),
        "no address": ask(f"{base}/works?rows=0&mailto=me"),
    }

    assert {who: tuple(reply.headers[name] for name in rates) for who, reply in asked.items()} == {
        "by agent": ("10", "3", "polite-single"),
        "by parameter": ("3", "3", "polite-array"),
        "nobody, one": ("5", "1", "public-single"),
        "nobody, many": ("1", "1", "public-array"),
        "no address": ("1", "1", "public-array"),
    }
    assert {reply.headers["x-rate-limit-interval"] for reply in asked.values()} == {"1s"}
    assert not [reply for reply in asked.values() if "ETag" in reply.headers or "Last-Modified" in reply.headers]


@pytest.mark.parametrize(("target", "most"), [("/works?rows=0", 3), (f"/works/{TRIAL}", 10)])
def test_who_asks_too_fast_is_refused_and_noted(world: World, target: str, most: int) -> None:
    """The refusal has neither a body nor a time to wait."""
    violations: list[str] = []
    crossref = Crossref(world, violations)
    asked = [Request(method="GET", target=target, headers=POLITE, body=b"", at=number / 100) for number in range(most)]
    late = Request(method="GET", target=target, headers=POLITE, body=b"", at=most / 100)

    statuses = [crossref.answer(request).status for request in asked]
    refused = crossref.answer(late)

    assert statuses == [200] * most
    assert (refused.status, refused.body, dict(refused.headers)) == (429, b"", {})
    assert [f"more than {most} requests per second" in violation for violation in violations] == [True]


def test_a_well_paced_client_breaks_no_rule(world: World) -> None:
    violations: list[str] = []
    crossref = Crossref(world, violations)
    for number in range(12):
        crossref.answer(Request(method="GET", target="/works?rows=0", headers=POLITE, body=b"", at=number / 3))

    assert violations == []


def test_the_rate_headers_can_be_missing(servers: Servers) -> None:
    servers.inject("crossref", "no-headers")
    without, usual = get(servers, f"/works/{TRIAL}"), get(servers, f"/works/{TRIAL}")

    assert without.json == usual.json
    assert not [name for name in without.headers if name.startswith("x-")]
    assert "x-rate-limit-limit" in usual.headers


def test_its_faults_look_like_its_own(servers: Servers) -> None:
    replies = {}
    for fault in ("429", "error", "prolog", "html", "503", "cut"):
        servers.inject("crossref", fault)
        replies[fault] = get(servers, f"/works/{TRIAL}")

    assert (replies["429"].status, replies["429"].body) == (429, b"")
    assert "Retry-After" not in replies["429"].headers
    assert (replies["error"].status, replies["error"].json["message-type"]) == (200, "exception")
    assert (replies["prolog"].status, replies["prolog"].body) == (200, b"{")
    assert (replies["html"].status, replies["html"].body[:15]) == (200, b"<!DOCTYPE html>")
    assert replies["503"].status == 503
    assert get(servers, f"/works/{TRIAL}").body.startswith(replies["cut"].body)


def test_a_world_without_works_knows_no_doi_and_lists_none(tmp_path: Path) -> None:
    with served(make_world(tmp_path, {}), patience=1000) as servers:
        assert get(servers, f"/works/{TRIAL}").status == 404
        assert listed(servers, filter=f"doi:{TRIAL},is-update:1")["items"] == []
        assert listed(servers, query__bibliographic="knees")["total-results"] == 0


def test_dates_are_counted_from_the_last_day(tmp_path: Path) -> None:
    told = '{"DOI": "10.5555/a", "created": {"date-parts": [[{{day-4|%Y}}, {{day-4|%-m}}, {{day-4|%-d}}]]}}'
    with served(make_world(tmp_path, {"crossref/a.json": told}), patience=1000) as servers:
        assert dois(listed(servers, filter="from-created-date:2026-03-09,until-created-date:2026-03-09")) == [
            "10.5555/a"
        ]


def recorded(folder: Path) -> set[str]:
    """Every DOI of the recordings, read on a way of its own."""
    texts = [path.read_text() for path in sorted((folder / "works_selected").glob("*.json"))]
    packed = gzip.decompress((folder / "works_with_update-to_or_updated-by.jsonl.gz").read_bytes())
    texts += packed.decode().splitlines()
    return {json.loads(text)["message"]["DOI"] for text in texts}


def test_real_recordings_are_served_by_their_dois(shared: Path, tmp_path: Path) -> None:
    recordings = shared / "data" / "crossref"
    (tmp_path / "crossref").mkdir()
    for name in ("works_selected", "works_with_update-to_or_updated-by.jsonl.gz"):
        # A link's folder is followed only when it is asked for by name, so files are linked one by one.
        files = sorted((recordings / name).glob("*")) if (recordings / name).is_dir() else [recordings / name]
        for file in files:
            (tmp_path / "crossref" / file.name).symlink_to(file)
    world = World.load(tmp_path, last_day=LAST_DAY)
    expected = recorded(recordings)

    with served(world, patience=1000) as servers:
        sent = {doi: get(servers, f"/works/{quote(doi, safe='')}").json["message"]["DOI"] for doi in expected}
        notices = listed(servers, filter="is-update:1", rows=1000)

    assert world.skipped == ()
    assert len(expected) > 20
    assert sent == {doi: doi for doi in expected}
    assert all(item["update-to"] for item in notices["items"])
    assert notices["total-results"] > 20


def test_real_answers_that_list_works_are_read(shared: Path) -> None:
    listing = json.loads((shared / "data" / "crossref" / "list_responses" / "11_cursor.json").read_text())["_body"]

    assert len(list(works_in(listing))) == 5
