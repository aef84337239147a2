"""ETags: what a caller has already is not sent again, and a move is made only on the review that the caller saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.kinds import EventKind, Severity
from monitor.web.api.answering import matches
from monitor.wiring import Monitor
from tests.faces import library

READS = (
    "report",
    "report?severity=critical",
    "articles",
    "articles?limit=1",
    "articles/knee",
    "articles/knee/references",
    "findings",
    "findings/knee-retracted-1",
    "reviews",
    "reviews/1",
    "queue",
    "checks",
    "sources",
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    with library.opened(tmp_path_factory.mktemp("shelf")) as opened:
        library.fill(opened)
        library.poll(opened)
        yield opened


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Monitor]:
    with library.opened(tmp_path) as opened:
        library.fill(opened)
        yield opened


@pytest.mark.parametrize("path", READS)
def test_what_the_caller_has_is_not_sent_again(shelf: Monitor, path: str) -> None:
    client = library.client(shelf)
    first = client.get(f"/api/v1/{path}")
    tag = first.headers["etag"]
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": f'"other", {tag}'})
    other = client.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (other.status_code, other.headers["etag"]) == (200, tag)
    assert tag.startswith("W/") == path.startswith("report")


@pytest.mark.parametrize("path", READS)
def test_head_is_answered_as_get_without_the_body(shelf: Monitor, path: str) -> None:
    client = library.client(shelf)
    get, head = client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("path", ["/", "/articles/knee", "/report", "/report/stale-articles.csv", "/static/style.css"])
def test_head_works_for_pages_and_files_too(shelf: Monitor, path: str) -> None:
    client = library.client(shelf)

    assert client.head(path).status_code == 200
    assert client.head(path).content == b""
    assert client.head("/nowhere").status_code == 404


def test_what_changed_has_another_tag(monitor: Monitor) -> None:
    client = library.client(monitor)
    before = {path: client.get(f"/api/v1/{path}").headers["etag"] for path in READS if "?" not in path}
    library.tell(monitor, "knee", EventKind.CONCERN_RAISED, "2", Severity.MAJOR)
    client.post("/api/v1/reviews/1/start", json={"version": 1})
    after = {path: client.get(f"/api/v1/{path}").headers["etag"] for path in before}

    assert {path for path in before if before[path] == after[path]} == {
        "articles/knee/references",
        "checks",
        "findings/knee-retracted-1",
        "sources",
    }


@pytest.mark.parametrize("path", ["/api/v1/reviews/1/start", "/api/v1/articles/knee/review/start"])
def test_a_move_is_made_on_the_review_whose_tag_was_seen(monitor: Monitor, path: str) -> None:
    client = library.client(monitor)
    tag = client.get("/api/v1/reviews/1").headers["etag"]
    stale = client.post(path, json={}, headers={"If-Match": '"another"'})
    weak = client.post(path, json={}, headers={"If-Match": f"W/{tag}"})
    right = client.post(path, json={}, headers={"If-Match": tag})
    late = client.post(path, json={}, headers={"If-Match": tag})

    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "changed_meanwhile")
    assert weak.status_code == 412
    assert (right.status_code, right.json()["status"]) == (200, "under_review")
    assert late.status_code == 412


def test_what_got_worse_is_another_review_than_was_seen_though_its_version_is_the_same(monitor: Monitor) -> None:
    client = library.client(monitor)
    url = client.get("/api/v1/reviews", params={"article": "hip"}).json()["reviews"][0]
    path = f"/api/v1/reviews/{url['id']}"
    tag = client.get(path).headers["etag"]
    library.tell(monitor, "hip", EventKind.RETRACTED, "2")
    answer = client.post(f"{path}/start", json={}, headers={"If-Match": tag})

    assert client.get(path).json()["version"] == url["version"]
    assert answer.status_code == 412


def test_any_review_will_do_for_who_says_so_but_there_must_be_one(monitor: Monitor) -> None:
    client = library.client(monitor)

    assert client.post("/api/v1/articles/gout/review/start", json={}, headers={"If-Match": "*"}).status_code == 412
    assert client.post("/api/v1/articles/knee/review/start", json={}, headers={"If-Match": "*"}).status_code == 200


def test_a_move_without_a_version_and_without_a_tag_is_refused_with_what_to_send(monitor: Monitor) -> None:
    answer = library.client(monitor).post("/api/v1/reviews/1/start", json={})

    assert answer.status_code == 422
    assert "If-Match" in answer.json()["error"]["message"]


def test_a_review_is_started_and_closed_by_its_number_and_then_left_alone(monitor: Monitor) -> None:
    client = library.client(monitor)
    client.post("/api/v1/reviews/1/start", json={"version": 1})
    article = client.get("/api/v1/articles/knee").json()
    body = {
        "decision": "still_valid",
        "reason": "conclusion_holds",
        "seen": [finding["id"] for finding in article["findings"]],
    }
    tag = client.get("/api/v1/reviews/1").headers["etag"]
    closed = client.post("/api/v1/reviews/1/close", json=body, headers={"If-Match": tag})
    again = client.post("/api/v1/reviews/1/close", json={**body, "reason": "minor_correction", "version": 3})

    assert (closed.status_code, closed.json()["status"]) == (200, "approved")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "refused")
    assert client.get("/api/v1/reviews/1").json()["closed_by"] == "CMS"
    assert client.post("/api/v1/reviews/99/start", json={"version": 1}).status_code == 404


@pytest.mark.parametrize(
    ("given", "tag", "weakly", "same"),
    [
        (['"a"'], '"a"', False, True),
        (['W/"a"'], '"a"', False, False),
        (['W/"a"'], '"a"', True, True),
        (['"b","a"'], '"a"', False, True),
        (['"b"', '"a"'], '"a"', False, True),
        (["*"], '"a"', False, True),
        ([], '"a"', True, False),
        (["a"], '"a"', True, False),
    ],
)
def test_tags_are_compared_as_http_says(given: list[str], tag: str, weakly: bool, same: bool) -> None:
    """RFC 9110, section 8.8.3.2."""
    assert matches(given, tag, weakly=weakly) is same
