"""The played Crossref: one test for each way of the real one that upstreams.md tells (9.1 to 9.3, 13.7)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from monitor.replay.answers import Request
from monitor.replay.crossref_server import Crossref
from monitor.replay.crossref_works import works_in
from monitor.replay.serving import Servers
from monitor.replay.world import World, recorded_world
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
    update,
    work,
)
from tests.contract.test_replay_world import LAST_DAY, ask, make_world, served


@pytest.fixture
def world(tmp_path: Path) -> World:
    return trial_and_notice(tmp_path)


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world, patience=1000) as running:
        running.world.move_to(date(2026, 3, 1))
        yield running


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


def sources(servers: Servers, doi: str) -> list[str]:
    told = get(servers, f"/works/{quote(doi, safe='')}").json["message"]
    return [entry["source"] for entry in told.get("updated-by", ())]


def test_in_the_world_of_the_demo_publisher_and_retraction_watch_tell_of_every_event() -> None:
    """Each after PubMed, so that they are further witnesses and never the first."""
    papers = {
        "10.1111/jopr.13230": (-30, -30),
        "10.1111/iwj.13329": (-20, -17),
        "10.1016/s0140-6736(21)00588-2": (-18, -16),
        "10.4103/aer.aer_194_18": (-8, -6),
    }
    with served(recorded_world(LAST_DAY), patience=1000) as servers:
        first = {}
        for doi in papers:
            seen: dict[int, int] = {}
            for number in range(-30, 1):
                servers.world.move_to(LAST_DAY + timedelta(days=number))
                seen.setdefault(len(sources(servers, doi)), number)
            first[doi] = (seen[1] if 1 in seen else seen[2], seen[2])
        notices = listed(servers, filter="is-update:1", select="DOI,update-to")["items"]

    assert first == papers
    assert {entry["DOI"] for notice in notices for entry in notice["update-to"]} == set(papers)
