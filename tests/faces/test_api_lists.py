"""Lists of the API: filters, orders, and pages that lose nothing when something comes in meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from monitor.domain.kinds import EventKind, Severity
from monitor.web.api import listed, schemas
from monitor.web.api.findings import FINDINGS
from monitor.wiring import Monitor
from tests.faces import library
from tests.faces.browsing import application
from tests.faces.made_up_desk import MadeUpDesk

LISTS = {
    "articles": schemas.Articles,
    "articles/knee/references": listed.References,
    "findings": listed.Findings,
    "reviews": listed.Reviews,
    "queue": schemas.Queue,
    "checks": listed.Checks,
}


@pytest.fixture
def monitor(tmp_path: Path, database_url: str) -> Iterator[Monitor]:
    """A library that a test may change."""
    with library.opened(tmp_path, database_url) as opened:
        library.fill(opened)
        library.poll(opened)
        yield opened


@pytest.fixture(scope="module")
def shelf(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    """The same library, only to be read."""
    with library.opened(tmp_path_factory.mktemp("shelf"), module_database_url) as opened:
        library.fill(opened)
        library.poll(opened)
        library.poll(opened, "crossref", fails="HTTP 503")
        yield opened


@pytest.fixture(scope="module")
def client(shelf: Monitor) -> TestClient:
    return library.client(shelf)


def pages(client: TestClient, path: str, **parameters: Any) -> list[list[Any]]:
    """The items of each page of a list, read to its end."""
    name, found, after = path.rpartition("/")[2], [], ""
    while True:
        answer = client.get(f"/api/v1/{path}", params={**parameters, **({"after": after} if after else {})})
        assert answer.status_code == 200, answer.text
        found.append(answer.json()[name])
        after = answer.json()["next"]
        assert ("next" in answer.links) == bool(after)
        if not after:
            return found


def ids(found: list[list[Any]]) -> list[str]:
    """The ids of all items in their order."""
    return [item["id"] for page in found for item in page]


@pytest.mark.parametrize(("path", "model"), LISTS.items())
def test_every_list_is_as_declared_and_is_read_in_pages_of_the_size_asked_for(
    client: TestClient, path: str, model: type[BaseModel]
) -> None:
    whole = client.get(f"/api/v1/{path}").json()
    model.model_validate(whole)
    name = path.rpartition("/")[2]
    one_by_one = pages(client, path, limit=1)

    assert len(whole[name]) > 1
    assert [len(page) for page in one_by_one] == [1] * len(whole[name])
    assert [item for page in one_by_one for item in page] == whole[name]


@pytest.mark.parametrize("path", LISTS)
def test_the_link_header_leads_to_the_next_page_with_the_same_filters(client: TestClient, path: str) -> None:
    first = client.get(f"/api/v1/{path}", params={"limit": 1})
    second = client.get(first.links["next"]["url"])

    assert "limit=1" in first.links["next"]["url"]
    assert second.status_code == 200
    assert second.json() != first.json()


@pytest.mark.parametrize("sort", ["newest", "oldest", "severity"])
def test_what_comes_in_between_two_pages_moves_nothing(monitor: Monitor, sort: str) -> None:
    client = library.client(monitor)
    for day in range(4):
        monitor.clock.move_to(library.NOON + timedelta(days=day))
        library.tell(monitor, "gout", EventKind.CORRECTED, "3", Severity.MINOR, notice=str(day))
    before = ids(pages(client, "findings", sort=sort))
    first = client.get("/api/v1/findings", params={"sort": sort, "limit": 3}).json()
    monitor.clock.move_to(library.NOON + timedelta(days=9))
    library.tell(monitor, "hip", EventKind.RETRACTED, "2")
    rest = pages(client, "findings", sort=sort, limit=3, after=first["next"])

    assert [name for name in ids([first["findings"], *rest]) if name in before] == before


def test_findings_are_told_by_article_record_kind_severity_state_and_day(client: TestClient) -> None:
    def found(**parameters: Any) -> set[str]:
        return set(ids(pages(client, "findings", **parameters)))

    everything = {"knee-retracted-1", "knee-corrected-2", "hip-corrected-2"}
    assert found() == everything
    assert found(article="knee") == {"knee-retracted-1", "knee-corrected-2"}
    assert found(record="pubmed:1") == {"knee-retracted-1"}
    assert found(kind=["retracted", "superseded"]) == {"knee-retracted-1"}
    assert found(severity="critical") == {"knee-retracted-1"}
    assert found(severity="info") == everything
    assert found(status="dismissed") == set()
    assert found(since="2026-11-20", until="2026-11-20") == everything
    assert found(since="2026-11-21") == found(until="2026-11-19") == set()


def test_the_most_severe_come_first_where_that_is_asked_for(client: TestClient) -> None:
    assert ids(pages(client, "findings", sort="severity"))[0] == "knee-retracted-1"


def test_one_finding_says_which_article_it_concerns_and_what_was_decided(monitor: Monitor) -> None:
    closed(monitor, "knee")
    client = library.client(monitor)
    answer = client.get("/api/v1/findings/knee-retracted-1").json()

    listed.OneFinding.model_validate(answer)
    assert (answer["article_id"], answer["article_title"]) == ("knee", "Painful knees")
    assert (answer["status"], answer["decision"], answer["decided_by"]) == ("dismissed", "still_valid", "Ada")
    assert answer["decided_at"].startswith("2026-11-20T12:")
    assert client.get("/api/v1/findings/none").status_code == 404


def test_reviews_are_told_by_how_far_they_are(monitor: Monitor) -> None:
    client = library.client(monitor)
    closed(monitor, "knee")
    monitor.desk.snooze_review("hip", by="Ada", version=1, until=library.NOON + timedelta(days=3))

    def found(**parameters: Any) -> list[str]:
        return [item["article_id"] for page in pages(client, "reviews", **parameters) for item in page]

    assert found(state="closed") == ["knee"]
    assert found(state="snoozed") == ["hip"]
    assert found(state="open") == []
    assert found(article="hip") == ["hip"]
    assert found(severity="critical") == ["knee"]
    monitor.clock.move_to(library.NOON + timedelta(days=3))
    assert found(state="open") == ["hip"]


def test_articles_are_told_by_freshness_and_severity_in_two_orders(client: TestClient) -> None:
    assert ids(pages(client, "articles", freshness="stale")) == ["knee", "hip"]
    assert ids(pages(client, "articles", severity="critical")) == ["knee"]
    assert ids(pages(client, "articles", sort="title")) == sorted(
        ids(pages(client, "articles")), key=lambda one: client.get(f"/api/v1/articles/{one}").json()["title"].lower()
    )
    assert ids(pages(client, "articles", review_status="approved")) == []


def test_checks_are_told_by_source_and_outcome(client: TestClient) -> None:
    def found(**parameters: Any) -> set[tuple[str, str]]:
        return {(item["source"], item["outcome"]) for page in pages(client, "checks", **parameters) for item in page}

    assert found(source="crossref") == {("crossref", "unreachable")}
    assert found(outcome="polled") == {("pubmed", "polled")}


WRONG = (
    "limit=0",
    "limit=201",
    "limit=-1",
    "limit=1e3",
    "limit=9999999999999999999999",
    "after=%21",
    "after=abc",
    "after=W10",
    "after=" + "A" * 601,
    "limit=1&sort=id;drop table article",
    "sort=newest' OR 1=1",
    "order=1",
    "limt=5",
    "severity=worst",
    "since=yesterday",
    "since=0",
    "until=1e9",
    "until=2026-13-01",
    "status=' OR ''='",
    "kind=%F0%9F%92%A9",
    "state=*",
)


@pytest.mark.parametrize("path", LISTS)
def test_what_no_list_has_is_refused_in_the_one_shape(client: TestClient, path: str) -> None:
    """P83: sort keys come from a list, and a filter that is misspelt or is none leaves nothing out silently."""
    answers = {query: client.get(f"/api/v1/{path}?{query}") for query in WRONG}

    assert {query: answer.status_code for query, answer in answers.items()} == dict.fromkeys(WRONG, 422)
    assert {tuple(answer.json()["error"]) for answer in answers.values()} == {("code", "message")}


VALUES = ("'", '"; DROP TABLE finding; --', "%", "_", "\\", "knee' OR '1'='1", "ü", "a" * 200)


@pytest.mark.parametrize(
    ("path", "name"), [("findings", "article"), ("findings", "record"), ("reviews", "article"), ("checks", "source")]
)
def test_a_filter_is_a_value_and_never_a_part_of_the_query(client: TestClient, path: str, name: str) -> None:
    """P83."""
    found = [client.get(f"/api/v1/{path}", params={name: value}).json()[path] for value in VALUES]

    assert found == [[]] * len(VALUES)
    assert len(client.get(f"/api/v1/{path}").json()[path]) > 1


ODD = (
    "'",
    '"',
    "-1",
    "0",
    "null",
    "[]",
    "%",
    "\U0001f4a9",
    "a" * 300,
    "1e309",
    "9999-12-31",
    "0001-01-01",
    "\u202e",
    "",
)
PARAMETERS = [
    (path, parameter["name"])
    for path, methods in application(MadeUpDesk()).openapi()["paths"].items()
    for parameter in methods.get("get", {}).get("parameters", [])
    if parameter["in"] == "query"
]


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_whatever_stands_in_a_parameter_it_is_taken_or_refused(client: TestClient, path: str, name: str) -> None:
    """P83: every parameter that the document has, on both databases."""
    where = path.format(article_id="knee")
    answers = {value: client.get(where, params={name: value}).status_code for value in ODD}

    assert set(answers.values()) <= {200, 422}, answers


@pytest.mark.parametrize(
    "place",
    [
        (2, "never", "x"),
        (2, "2026-11-20T12:00:00", "x"),
        ("2", "2026-11-20T12:00:00+00:00", "x"),
        (2,),
        (2, 3, 4),
    ],
)
def test_a_cursor_somebody_made_up_is_refused(client: TestClient, place: tuple[Any, ...]) -> None:
    cursor = FINDINGS.cursor_of(place, "newest")

    assert client.get("/api/v1/findings", params={"after": cursor}).status_code == 422


def test_a_cursor_of_another_list_or_order_is_refused(client: TestClient) -> None:
    cursor = client.get("/api/v1/findings?limit=1").json()["next"]

    assert client.get("/api/v1/findings", params={"after": cursor, "sort": "oldest"}).status_code == 422
    assert client.get("/api/v1/checks", params={"after": cursor}).status_code == 422


def closed(monitor: Monitor, article_id: str) -> None:
    """Let an editor close the review of an article."""
    from monitor.domain.review import Closing, Decision, Reason

    review = monitor.desk.start_review(article_id, by="Ada", version=1)
    view = monitor.desk.article(article_id)
    assert view is not None
    seen = frozenset(finding.id for finding in view.row.findings)
    closing = Closing(
        decision=Decision.STILL_VALID, reason=Reason.CONCLUSION_HOLDS, by="Ada", version=review.version, seen=seen
    )
    monitor.desk.close_review(article_id, closing)
