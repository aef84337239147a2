"""The JSON API: the report's contract, the moves of editors, and one shape for every error."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from monitor.reports import report_values
from monitor.web.api import schemas
from tests.faces import views
from tests.faces.browsing import CLOSING, browser
from tests.faces.made_up_desk import MadeUpDesk

START = {"version": 2}
CLOSE = {**START, "decision": "still_valid", "reason": "other", "note": CLOSING["note"], "seen": ["f-retracted"]}
SNOOZE = {**START, "until": "2026-12-24T08:00:00Z"}
MOVES = {"start": START, "close": CLOSE, "snooze": SNOOZE}


def test_the_api_gives_the_report_of_the_contract() -> None:
    assert browser().get("/api/v1/report").json() == report_values(views.report())


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("report", schemas.Report),
        ("articles", schemas.Articles),
        ("articles/knee", schemas.ArticleInFull),
        ("articles/gout", schemas.ArticleInFull),
        ("queue", schemas.Queue),
        ("sources", schemas.Sources),
    ],
)
def test_every_answer_is_as_the_openapi_document_declares_it(path: str, model: type[BaseModel]) -> None:
    values = browser().get(f"/api/v1/{path}").json()

    model.model_validate(values)
    assert values["attribution"][0]["source"] == "PubMed"


def test_an_article_in_full_says_which_finding_touches_which_sentence() -> None:
    values = browser().get("/api/v1/articles/knee").json()

    assert values["claims"][2]["affected_by"] == ["f-retracted"]
    assert values["claims"][3]["possibly_affected_by"] == ["f-retracted"]
    assert values["missing_markers"] == [4, 5]
    assert values["review"]["version"] == 2
    assert [item["new_since_start"] for item in values["findings"]] == [False, True, False, False]


def test_the_sources_say_since_when_and_why_one_fails() -> None:
    sick = browser().get("/api/v1/sources").json()["sources"][1]

    assert sick == {
        "source": "clinicaltrials",
        "last_success": "2026-11-17T12:00:00Z",
        "data_version": "2026-11-17",
        "status": "unreachable",
        "failing_since": "2026-11-18T12:00:00Z",
        "reason": "HTTP 503",
    }


def test_programs_make_the_moves_of_editors() -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    answers = [client.post(f"/api/v1/articles/knee/review/{name}", json=body) for name, body in MOVES.items()]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [move[1] for move in desk.moves] == ["start", "close", "snooze"]
    schemas.Review.model_validate(answers[0].json())


@pytest.mark.parametrize(("name", "body"), MOVES.items())
def test_a_refused_move_is_a_conflict_with_the_reason(name: str, body: dict[str, Any]) -> None:
    response = browser(MadeUpDesk(refusal="It is already under review.")).post(
        f"/api/v1/articles/knee/review/{name}", json=body
    )

    assert response.status_code == 409
    assert response.json() == {"error": {"code": "refused", "message": "It is already under review."}}


@pytest.mark.parametrize(("name", "body"), MOVES.items())
def test_a_move_on_an_unknown_article_is_not_found(name: str, body: dict[str, Any]) -> None:
    response = browser().post(f"/api/v1/articles/nowhere/review/{name}", json=body)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_move_another_site_makes_the_browser_send_is_forbidden(headers: dict[str, str]) -> None:
    """P72."""
    desk = MadeUpDesk()
    response = browser(desk).post("/api/v1/articles/knee/review/start", json=START, headers=headers)

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"
    assert desk.moves == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_a_foreign_form_could_send_is_not_taken(media_type: str) -> None:
    response = browser().post(
        "/api/v1/articles/knee/review/start", content=b'{"version": 2}', headers={"Content-Type": media_type}
    )

    assert response.status_code == 415
    assert response.json()["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": "x"},
        {"version": -1},
        [],
        "text",
        {"version": 1, "verison": 2},
        {"by": "somebody else", "version": 1},
    ],
)
def test_a_body_that_is_not_as_declared_is_refused_in_the_one_shape(body: Any) -> None:
    response = browser().post("/api/v1/articles/knee/review/start", json=body)

    assert response.status_code == 422
    assert set(response.json()) == {"error"}
    assert response.json()["error"]["code"] == "invalid"


def test_a_snooze_until_a_moment_without_a_zone_is_refused() -> None:
    response = browser().post("/api/v1/articles/knee/review/snooze", json={**SNOOZE, "until": "2026-12-24T08:00:00"})

    assert response.status_code == 422
    assert response.json()["error"]["message"].startswith("until: ")


def test_a_snooze_until_a_moment_that_not_every_zone_has_is_refused() -> None:
    response = browser().post(
        "/api/v1/articles/knee/review/snooze", json={**SNOOZE, "until": "9999-12-31T23:59:59-12:00"}
    )

    assert response.status_code == 422
    assert response.json()["error"]["message"].startswith("until: ")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v2/report", 404, "not_found"),
        ("GET", "/api/v1/articles/nowhere", 404, "not_found"),
        ("DELETE", "/api/v1/report", 405, "method_not_allowed"),
        ("GET", "/api/v1/articles/knee/review/start", 405, "method_not_allowed"),
        ("GET", "/api/v1/sources?limit=-1", 422, "invalid"),
        ("GET", "/api/v1/sources?limit=x", 422, "invalid"),
    ],
)
def test_every_error_of_the_api_has_one_shape(method: str, path: str, status: int, code: str) -> None:
    response = browser().request(method, path)

    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert list(response.json()["error"]) == ["code", "message"]
    assert response.json()["error"]["code"] == code


def test_a_bug_is_answered_in_the_one_shape_without_its_details() -> None:
    response = browser(MadeUpDesk(failure=RuntimeError("secret detail"))).get("/api/v1/report")

    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text


def test_a_database_that_is_away_is_answered_with_try_again() -> None:
    """P5: the pages say so and do not break."""
    client = browser(MadeUpDesk(failure=ConnectionError("host=db")), unavailable=(ConnectionError,))

    assert client.get("/api/v1/report").json()["error"]["code"] == "unavailable"
    assert client.get("/").status_code == 503
    assert client.get("/").headers["retry-after"] == "60"
    assert "host=db" not in client.get("/").text


def test_the_openapi_document_lists_the_api_and_no_page() -> None:
    paths = browser().get("/api/v1/openapi.json").json()["paths"]

    assert all(path.startswith("/api/v1/") for path in paths)
    assert {path.removeprefix("/api/v1/") for path in paths} >= {
        "report",
        "articles",
        "articles/{article_id}",
        "articles/{article_id}/references",
        "articles/{article_id}/review/close",
        "findings",
        "findings/{finding_id}",
        "reviews",
        "reviews/{review_id}",
        "reviews/{review_id}/close",
        "queue",
        "checks",
        "sources",
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/metrics"])
def test_no_other_document_or_gauge_is_public(path: str) -> None:
    """P86."""
    assert browser().get(path).status_code == 404
