"""The played ClinicalTrials.gov: versions of the data, paging, filters, aliases and refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from monitor.replay.serving import Servers
from tests.contract.test_replay_world import Reply, ask, make_world, served, study

FRIDAY = date(2026, 3, 13)


def lines(*studies: dict[str, Any]) -> str:
    return "\n".join(json.dumps(one) for one in studies)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    files = {
        "clinicaltrials/a.jsonl": lines(
            study("NCT00000001", updated="2026-01-10"),
            study("NCT00000002", "COMPLETED", updated="2026-02", aliases=("NCT00000009",)),
            study("NCT00000003", "TERMINATED", updated="2026-03-01", condition="Asthma", title="Breathing"),
        ),
        "2026-03-12/clinicaltrials/b.json": json.dumps(study("NCT00000001", "SUSPENDED", updated="2026-03-12")),
        "2026-03-14/clinicaltrials/c.json": json.dumps(study("NCT00000004", updated="2026-03-14")),
    }
    with served(make_world(tmp_path, files, last_day=date(2026, 3, 16))) as running:
        running.world.move_to(FRIDAY)
        yield running


def get(servers: Servers, path: str, **headers: str) -> Reply:
    return ask(f"{servers.urls['MONITOR_CLINICALTRIALS_URL']}{path}", headers=headers)


def ncts(reply: Reply) -> list[str]:
    return sorted(one["protocolSection"]["identificationModule"]["nctId"] for one in reply.json["studies"])


def test_the_version_moves_on_weekdays_only(servers: Servers) -> None:
    stamps = []
    for day in (12, 13, 14, 15, 16):
        servers.world.move_to(date(2026, 3, day))
        stamps.append(get(servers, "/version").json["dataTimestamp"])

    assert [stamp[:10] for stamp in stamps] == ["2026-03-12", *["2026-03-13"] * 3, "2026-03-16"]
    assert stamps[0] == "2026-03-12T09:00:06"


def test_what_a_weekend_brings_is_seen_on_monday(servers: Servers) -> None:
    servers.world.move_to(date(2026, 3, 15))
    assert get(servers, "/studies/NCT00000004").status == 404
    servers.world.move_to(date(2026, 3, 16))
    assert get(servers, "/studies/NCT00000004").status == 200


def test_a_study_changes_with_the_day_and_its_version_holder_on_every_load(servers: Servers) -> None:
    after = get(servers, "/studies/NCT00000001").json
    servers.world.move_to(date(2026, 3, 11))
    before = get(servers, "/studies/NCT00000001").json

    assert before["protocolSection"]["statusModule"]["overallStatus"] == "RECRUITING"
    assert after["protocolSection"]["statusModule"]["overallStatus"] == "SUSPENDED"
    assert before["derivedSection"]["miscInfoModule"]["versionHolder"] == "2026-03-11"
    assert after["derivedSection"]["miscInfoModule"]["versionHolder"] == "2026-03-13"


def test_an_alias_redirects_to_the_study_of_its_own_number(servers: Servers) -> None:
    reply = get(servers, "/studies/NCT00000009")

    assert reply.status == 301
    assert reply.headers["Location"] == "/api/v2/studies/NCT00000002"


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/studies/NCT00000777", 404, "text/plain"),
        ("/studies/NCT", 400, "text/plain"),
        ("/studies?pageSize=ten", 400, "text/plain"),
        ("/studies?pageToken=nonsense", 400, "text/plain"),
        ("/studies?filter.overallStatus=RUNNING", 400, "text/plain"),
        ("/studies?filter.ids=12", 400, "text/plain"),
        ("/studies?filter.advanced=AREA%5BLastUpdatePostDate%5D", 400, "text/plain"),
        ("/studies?querry.cond=asthma", 400, "text/plain"),
        ("/studies?pagesize=3", 400, "text/plain"),
        ("/study", 404, "text/html"),
        ("/studies/NCT00000001/history", 404, "text/html"),
    ],
)
def test_refusals_have_no_json_envelope(servers: Servers, path: str, status: int, kind: str) -> None:
    reply = get(servers, path)

    assert reply.status == status
    assert reply.headers["Content-Type"].startswith(kind)


def test_a_strange_prefix_is_named(servers: Servers) -> None:
    assert get(servers, "/studies?querry.cond=x").text == "Invalid prefix in parameter name: querry.cond"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1", "2", "3"]),
        ("filter.ids=NCT00000001|NCT00000003", ["1", "3"]),
        ("filter.ids=NCT00000001,NCT00000009", ["1", "2"]),
        ("filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-03-01,MAX]", ["1", "3"]),
        ("filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-02,2026-02]", ["2"]),
        ("filter.advanced=AREA[LastUpdatePostDate]RANGE[MIN,2026-03-05] AND NOT AREA[Condition]asthma", ["2"]),
        ("filter.advanced=(AREA[OverallStatus]TERMINATED OR AREA[OverallStatus]COMPLETED)", ["2", "3"]),
        ("filter.overallStatus=TERMINATED|SUSPENDED", ["1", "3"]),
        ("query.cond=asthma", ["3"]),
        ("query.cond=knee osteoarthritis", ["1", "2"]),
        ("query.cond=\"osteoarthritis knee\"", []),
        ("query.cond=asthma OR knee", ["1", "2", "3"]),
        ("query.titles=breathing", ["3"]),
        ("query.term=NCT00000002&filter.overallStatus=TERMINATED", ["2"]),
        ("query.cond=knee&filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-03-01,MAX]", ["1"]),
    ],
)  # fmt: skip
def test_studies_are_selected(servers: Servers, query: str, expected: list[str]) -> None:
    reply = get(servers, f"/studies?{quote(query, safe='=&')}")

    assert ncts(reply) == [f"NCT0000000{number}" for number in expected]


def walk(servers: Servers, query: str) -> list[Reply]:
    pages = [get(servers, f"/studies?{query}")]
    while token := pages[-1].json.get("nextPageToken"):
        pages.append(get(servers, f"/studies?{query}&pageToken={token}"))
    return pages


def test_a_walk_ends_where_no_token_is_given(servers: Servers) -> None:
    pages = walk(servers, "pageSize=1&countTotal=true")

    assert sorted(nct for page in pages for nct in ncts(page)) == ["NCT00000001", "NCT00000002", "NCT00000003"]
    assert [page.json.get("totalCount") for page in pages] == [3, None, None]


def test_an_empty_page_need_not_be_the_last(tmp_path: Path) -> None:
    files = {
        "world.json": '{"empty_page": 2}',
        "clinicaltrials/a.jsonl": lines(*(study(f"NCT0000000{number}") for number in (1, 2, 3))),
    }
    with served(make_world(tmp_path, files)) as servers:
        sizes = [len(page.json["studies"]) for page in walk(servers, "pageSize=1")]

    assert sizes == [1, 0, 1, 0, 1]


def test_a_token_dies_with_the_version_of_the_data(servers: Servers) -> None:
    servers.world.move_to(date(2026, 3, 12))
    token = get(servers, "/studies?pageSize=1").json["nextPageToken"]
    servers.world.move_to(FRIDAY)

    reply = get(servers, f"/studies?pageSize=1&pageToken={token}")
    assert reply.status == 400
    assert "older version" in reply.text


def test_a_token_is_of_the_query_it_came_from(servers: Servers) -> None:
    token = get(servers, "/studies?pageSize=1").json["nextPageToken"]

    assert get(servers, f"/studies?pageSize=1&query.cond=knee&pageToken={token}").status == 400
    assert get(servers, f"/studies?pageSize=2&pageToken={token}").status == 200


def test_only_the_fields_asked_for_are_sent(servers: Servers) -> None:
    fields = "NCTId|OverallStatus|LastUpdatePostDate|Condition|EnrollmentCount|VersionHolder|HasResults"

    reply = get(servers, f"/studies?filter.ids=NCT00000001&fields={quote(fields)}")

    assert reply.json["studies"] == [
        {
            "protocolSection": {
                "identificationModule": {"nctId": "NCT00000001"},
                "statusModule": {"overallStatus": "SUSPENDED", "lastUpdatePostDateStruct": {"date": "2026-03-12"}},
                "conditionsModule": {"conditions": ["Knee Osteoarthritis"]},
                "designModule": {"enrollmentInfo": {"count": 40}},
            },
            "derivedSection": {"miscInfoModule": {"versionHolder": "2026-03-13"}},
            "hasResults": False,
        }
    ]


def test_studies_can_be_sorted(servers: Servers) -> None:
    reply = get(servers, "/studies?sort=LastUpdatePostDate:desc")

    found = [one["protocolSection"]["identificationModule"]["nctId"] for one in reply.json["studies"]]
    assert found == ["NCT00000001", "NCT00000003", "NCT00000002"]


def test_the_entity_tag_lives_as_long_as_the_data(servers: Servers) -> None:
    tag = get(servers, "/studies/NCT00000002").headers["ETag"]

    assert get(servers, "/studies/NCT00000002", **{"If-None-Match": tag}).status == 304
    servers.world.move_to(date(2026, 3, 12))
    assert get(servers, "/studies/NCT00000002", **{"If-None-Match": tag}).status == 200
