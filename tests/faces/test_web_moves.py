"""What editors do with a review: forms that are ours, refusals that are explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.domain.articles import ReviewStatus
from monitor.domain.review import Closing, Decision, Reason
from tests.faces import views
from tests.faces.browsing import CLOSING, browser, form_values, page
from tests.faces.made_up_desk import MadeUpDesk

MOVES = ("start", "close", "snooze")


def desk_before_start() -> MadeUpDesk:
    """A desk where the knee article's review was not started yet."""
    waiting = replace(views.REVIEW, status=ReviewStatus.SUBMITTED, started_by="", started_at=None)
    return MadeUpDesk(views={"knee": views.article(review=waiting)})


def test_an_editor_starts_a_review_and_is_sent_back_to_the_article() -> None:
    desk = desk_before_start()
    client = browser(desk)
    response = client.post("/articles/knee/review/start", data=form_values(client, "start"))

    assert response.status_code == 303
    assert response.headers["location"] == "/articles/knee?done=start"
    assert desk.moves == [("knee", "start", "Ada", 2)]
    assert "The review is yours now." in client.get("/articles/knee?done=start").text


def test_an_editor_closes_a_review_with_a_decision_a_reason_and_what_was_seen() -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    values = form_values(client, "close")
    response = client.post(
        "/articles/knee/review/close",
        data={
            **values,
            **CLOSING,
            "ruling": "updated.other",
            "updated_on": "2026-12-01",
            "seen": [*values["seen"], "f-superseded"],
        },
    )

    assert response.status_code == 303
    assert desk.moves == [
        (
            "knee",
            "close",
            Closing(
                decision=Decision.UPDATED,
                reason=Reason.OTHER,
                note=CLOSING["note"],
                by="Ada",
                version=2,
                updated_on=date(2026, 12, 1),
                seen=frozenset({"f-retracted", "f-guideline", "f-superseded"}),
            ),
        )
    ]


def test_a_finding_that_came_in_since_the_start_must_be_ticked_to_count_as_seen() -> None:
    client = browser()

    assert form_values(client, "close")["seen"] == ["f-retracted", "f-guideline"]
    assert page(client, "/articles/knee").xpath("//input[@type='checkbox'][@name='seen']/@value") == ["f-superseded"]


def test_a_closing_without_a_date_leaves_the_date_open() -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    client.post("/articles/knee/review/close", data={**form_values(client, "close"), **CLOSING, "updated_on": ""})

    assert desk.moves[0][2].updated_on is None


def test_a_snooze_lasts_until_the_day_begins() -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    values = form_values(client, "snooze")
    client.post("/articles/knee/review/snooze", data={**values, "until": "2026-12-24"})

    assert desk.moves == [("knee", "snooze", "Ada", 2, datetime(2026, 12, 24, tzinfo=UTC))]


def test_a_refused_move_shows_why_on_the_article_itself() -> None:
    desk = MadeUpDesk(refusal="Somebody else changed this review since you opened it.")
    client = browser(desk)
    response = client.post("/articles/knee/review/close", data={**form_values(client, "close"), **CLOSING})

    assert response.status_code == 409
    assert "Somebody else changed this review since you opened it." in response.text
    assert views.KNEE.title in response.text
    assert desk.moves == []


def test_a_closing_without_a_decision_is_not_made() -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    response = client.post(
        "/articles/knee/review/close", data={**form_values(client, "close"), "ruling": "still_valid.text_changed"}
    )

    assert response.status_code == 422
    assert "choose what you decide, and why" in response.text
    assert desk.moves == []


def test_a_review_that_was_not_started_cannot_be_closed_from_its_page() -> None:
    article = page(browser(desk_before_start()), "/articles/knee")

    assert article.xpath("//form[contains(@action, '/review/')]/@action") == [
        "/articles/knee/review/start",
        "/articles/knee/review/snooze",
    ]


def test_an_article_without_an_open_review_offers_no_move() -> None:
    assert page(browser(), "/articles/gout").xpath("//form[contains(@action, '/review/')]") == []


@pytest.mark.parametrize("move", MOVES)
def test_a_move_on_an_unknown_article_is_not_found(move: str) -> None:
    client = browser()
    values = {"token": form_values(client, "close")["token"], "version": 2}
    filled = {"start": {}, "close": CLOSING, "snooze": {"until": "2027-01-01"}}
    response = client.post(f"/articles/nowhere/review/{move}", data={**values, **filled[move]})

    assert response.status_code == 404
    assert "There is no such article." in response.text


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("token", [None, "", "0" * 64, "ä", "another session's"])
def test_a_form_without_our_token_is_forbidden(move: str, token: str | None) -> None:
    """P72: without a token, with a wrong one, or with that of another session."""
    desk = MadeUpDesk()
    client = browser(desk)
    sent = form_values(browser(desk), "close")["token"][0] if token == "another session's" else token
    client.get("/articles/knee")
    response = client.post(
        f"/articles/knee/review/{move}", data={**CLOSING, "version": 2, **({} if sent is None else {"token": sent})}
    )

    assert response.status_code == 403
    assert desk.moves == []


def test_a_form_without_a_session_is_forbidden() -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    values = form_values(client, "close")
    client.cookies.clear()

    assert client.post("/articles/knee/review/close", data={**values, **CLOSING}).status_code == 403
    assert desk.moves == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_sent_by_another_site_is_forbidden_even_with_our_token(headers: dict[str, str]) -> None:
    desk = MadeUpDesk()
    client = browser(desk)
    response = client.post(
        "/articles/knee/review/close", data={**form_values(client, "close"), **CLOSING}, headers=headers
    )

    assert response.status_code == 403
    assert desk.moves == []


def test_a_form_sent_by_our_own_page_is_taken() -> None:
    client = browser()
    response = client.post(
        "/articles/knee/review/close",
        data={**form_values(client, "close"), **CLOSING},
        headers={"Origin": "http://127.0.0.1:8642", "Sec-Fetch-Site": "same-origin"},
    )

    assert response.status_code == 303


def test_the_session_cookie_is_kept_from_scripts_and_other_sites() -> None:
    cookie = browser().get("/").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_session_cookie_never_travels_in_clear() -> None:
    """P81."""
    cookie = browser(is_tls=True).get("/").headers["set-cookie"]

    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_browser_keeps_its_session_from_page_to_page() -> None:
    client = browser()
    client.get("/")

    assert "set-cookie" not in client.get("/articles").headers
