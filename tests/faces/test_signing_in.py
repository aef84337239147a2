"""Signing in and out by the pages, and when a session ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml.html import document_fromstring

from monitor.domain.access import IDLE, LONGEST, Role, SignedIn
from monitor.web.access.returning import own_path
from tests.faces.house import HOME, PASSWORD, House, bring, form_token, is_known, send, sign_in

NEW = "five other words of no sense"


def test_somebody_signs_in_and_is_led_to_what_they_wanted_to_read(house: House) -> None:
    client = house.browser()
    asked = client.get("/articles?freshness=stale")
    form = document_fromstring(client.get(asked.headers["location"]).content)
    response = sign_in(client, "edna", next=form.xpath("//input[@name='next']/@value")[0])

    assert asked.headers["location"] == "/sign-in?next=%2Farticles%3Ffreshness%3Dstale"
    assert (response.status_code, response.headers["location"]) == (303, "/articles?freshness=stale")
    head = document_fromstring(client.get("/").content).xpath("//header")[0].text_content()
    assert "edna" in head
    assert "(editor)" in head
    assert "Users" not in head


def test_only_admins_are_led_to_the_users(house: House) -> None:
    assert "/users" in document_fromstring(house.signed_in("ada").get("/").content).xpath("//header//a/@href")


def test_what_an_editor_does_is_done_under_the_name_signed_in(house: House) -> None:
    client = house.signed_in("edna")
    send(client, "/articles/knee/review/start", version=2)

    assert house.desk.moves == [("knee", "start", "edna", 2)]


def test_a_name_is_the_same_however_it_is_written(house: House) -> None:
    client = house.browser()
    sign_in(client, " EDNA ")

    assert is_known(client)
    assert "edna" in client.get("/").text


@pytest.mark.parametrize(("name", "password"), [("edna", "x"), ("nobody", PASSWORD), ("", ""), ("edna\x00", PASSWORD)])
def test_whoever_may_not_come_in_is_told_the_same(house: House, name: str, password: str) -> None:
    client = house.browser()
    response = sign_in(client, name, password)
    page = document_fromstring(response.content)

    assert response.status_code == 401
    assert page.xpath("//*[@role='alert']")[0].text_content() == "The name or the password is wrong."
    assert set(page.xpath("//input[@aria-invalid]/@aria-describedby")) == {"sign-in-problem"}
    assert not is_known(client)


def test_a_disabled_account_looks_like_a_wrong_password(house: House) -> None:
    house.accounts.people.disable("edna", by="test")

    assert "The name or the password is wrong." in sign_in(house.browser(), "edna").text


def test_an_account_without_a_password_lets_nobody_in_by_one(house: House) -> None:
    house.accounts.people.add("paul", role=Role.VIEWER, password=None, by="test")

    assert sign_in(house.browser(), "paul", "").status_code == 401


def test_a_locked_name_says_when_to_try_again_in_the_same_words_for_all(house: House) -> None:
    """P74: known or not; and then it is open again."""
    texts = set()
    for number, name in enumerate(("edna", "nobody")):
        client = house.browser(address=f"198.51.100.{number}")
        for _ in range(10):
            assert sign_in(client, name, "wrong").status_code == 401
        response = sign_in(client, name)
        texts.add(document_fromstring(response.content).xpath("string(//*[@role='alert'])"))

        assert response.status_code == 429
    assert texts == {"Too many sign-ins failed for this name or from this address. Try again after 13:00 UTC."}
    house.clock.go_on(timedelta(hours=1))
    assert sign_in(house.browser(), "edna").status_code == 303


def test_a_good_sign_in_is_not_counted(house: House) -> None:
    for _ in range(25):
        assert house.session("edna")
    assert sign_in(house.browser(), "edna").status_code == 303


def test_a_planted_session_is_worth_nothing_after_the_sign_in(house: House) -> None:
    """P73: fixation."""
    planted = "p" * 43
    client = house.browser()
    bring(client, planted)
    send(client, "/sign-in", name="edna", password=PASSWORD)
    thief = house.browser()
    bring(thief, planted)

    assert client.cookies["session"] != planted
    assert is_known(client)
    assert not is_known(thief)


def test_signing_in_again_ends_the_browsers_session_before(house: House) -> None:
    """P73."""
    client, thief = house.signed_in("edna"), house.browser()
    bring(thief, client.cookies["session"])
    send(client, "/sign-in", name="edna", password=PASSWORD)

    assert is_known(client)
    assert not is_known(thief)


def own_password(house: House) -> None:
    send(house.signed_in("edna"), "/account/password", current=PASSWORD, password=NEW, repeated=NEW)


ENDS: dict[str, Callable[[House], object]] = {
    "one's own new password": own_password,
    "an admin's new password": lambda house: house.accounts.people.set_password("edna", NEW, by="ada"),
    "another role": lambda house: house.accounts.people.set_role("edna", Role.ADMIN, by="ada"),
    "a lower role": lambda house: house.accounts.people.set_role("edna", Role.VIEWER, by="ada"),
    "disabling": lambda house: house.accounts.people.disable("edna", by="ada"),
    "disabling and enabling": lambda house: [
        house.accounts.people.disable("edna", by="ada"),
        house.accounts.people.enable("edna", by="ada"),
    ],
    "everywhere else": lambda house: send(house.signed_in("edna"), "/account/sessions/end-others"),
    "twelve hours without use": lambda house: house.clock.go_on(IDLE),
}


@pytest.mark.parametrize("because", list(ENDS))
def test_a_session_is_dead_at_once_after(house: House, because: str) -> None:
    """P73."""
    client, other = house.signed_in("edna"), house.signed_in("vera")
    assert is_known(client)
    ENDS[because](house)

    assert not is_known(client)
    assert is_known(other) == ("twelve" not in because)


def test_a_session_is_dead_after_the_sign_out_and_its_cookie_too(house: House) -> None:
    """P73."""
    client, thief = house.signed_in("edna"), house.browser()
    bring(thief, client.cookies["session"])
    elsewhere = house.signed_in("edna")
    response = send(client, "/sign-out")

    assert response.headers["location"] == "/sign-in?done=out"
    assert 'session=""' in response.headers["set-cookie"]
    assert not is_known(thief)
    assert is_known(elsewhere)
    assert "You are signed out." in client.get("/sign-in?done=out").text


def test_a_session_in_use_goes_on_for_a_week_and_no_longer(house: House) -> None:
    client = house.signed_in("edna")
    step = timedelta(hours=11)
    for _ in range(LONGEST // step):
        house.clock.go_on(step)
        assert is_known(client)
    house.clock.go_on(LONGEST % step)

    assert not is_known(client)


def test_one_of_ones_sessions_can_be_ended_from_another(house: House) -> None:
    client, lost = house.signed_in("edna"), house.signed_in("edna", address="198.51.100.7")
    page = document_fromstring(client.get("/account").content)
    [action] = page.xpath("//form[contains(@action, '/account/sessions/')][contains(@action, '/end')]/@action")[:1]
    send(client, action)

    assert not is_known(lost)
    assert is_known(client)


def test_a_new_password_is_asked_for_twice_and_with_the_one_until_now(house: House) -> None:
    client = house.signed_in("edna")
    for fields, told in (
        ({"current": "wrong", "password": NEW, "repeated": NEW}, "That is not your password now."),
        ({"current": PASSWORD, "password": NEW, "repeated": "other"}, "The two passwords differ."),
        ({"current": PASSWORD, "password": "short", "repeated": "short"}, "at least 12 characters"),
    ):
        response = send(client, "/account/password", **fields)
        page = document_fromstring(response.content)
        [invalid] = page.xpath("//input[@aria-invalid]")

        assert response.status_code == 422
        tied = invalid.get("aria-describedby").split()[0]
        assert told in page.get_element_by_id(tied).text_content()
    assert is_known(client)


def test_the_password_until_now_is_not_guessed_in_a_browser_left_open(house: House) -> None:
    client = house.signed_in("edna")
    for _ in range(10):
        send(client, "/account/password", current="wrong", password=NEW, repeated=NEW)
    response = send(client, "/account/password", current=PASSWORD, password=NEW, repeated=NEW)

    assert "wrong too often; try again after 13:00 UTC" in response.text


def test_somebody_changes_their_password_and_signs_in_with_it(house: House) -> None:
    client = house.signed_in("edna")
    response = send(client, "/account/password", current=PASSWORD, password=NEW, repeated=NEW)

    assert response.headers["location"] == "/sign-in?done=password"
    assert sign_in(client, "edna", PASSWORD).status_code == 401
    assert sign_in(client, "edna", NEW).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "/\x00",
        " //evil.example",
        "/é",
        "evil",
        "",
        "/" + "a" * 2000,
        "/sign-in?next=/",
    ],
)
def test_nobody_is_led_to_another_site_after_the_sign_in(house: House, wanted: str) -> None:
    """P81."""
    client = house.browser()

    assert own_path(wanted) == "/"
    assert sign_in(client, "edna", next=wanted).headers["location"] == "/"
    answer = client.get("/sign-in", params={"next": wanted})
    assert answer.status_code == 400 or answer.headers["location"] == "/"


@pytest.mark.parametrize("wanted", ["/", "/articles?page=2&freshness=stale", "/articles/a%2Fb", "/report#x"])
def test_ones_own_pages_are_led_to(wanted: str) -> None:
    assert own_path(wanted) == wanted


def test_while_there_is_no_account_the_page_says_how_to_make_one(house: House, tmp_path: object) -> None:
    empty = House(f"sqlite:///{tmp_path}/empty.db", people=())
    text = empty.browser().get("/sign-in").text
    empty.store.close()

    assert "monitor user add NAME --role admin" in text
    assert "monitor user add" not in house.browser().get("/sign-in").text


def test_the_sign_in_helps_password_managers_and_needs_no_script(house: House) -> None:
    page = document_fromstring(house.browser().get("/sign-in").content)

    assert page.xpath("//input[@id='name']/@autocomplete") == ["username"]
    assert page.xpath("//input[@id='password']/@autocomplete") == ["current-password"]
    assert page.xpath("//label/@for") == ["name", "password"]
    assert page.xpath("//script") == []


def test_signing_in_and_out_is_audited_and_a_password_in_the_wrong_field_is_not(house: House) -> None:
    """P75: people type their password where the name belongs."""
    client = house.browser()
    sign_in(client, PASSWORD, PASSWORD)
    sign_in(client, "edna", "wrong")
    sign_in(client, "edna")
    send(client, "/sign-out")

    failed = house.audited("sign_in_failed")
    assert [row["subject"] for row in failed] == ["account", "account:edna"]
    assert all(HOME in str(row["detail"]) for row in failed)
    assert [row["actor"] for row in house.audited("signed_in") + house.audited("signed_out")] == ["edna", "edna"]


def test_a_password_changed_while_it_was_compared_lets_nobody_in(house: House) -> None:
    """P73: between looking it up and opening the session."""

    class Late:
        """The passwords, during whose comparison an admin sets another one."""

        def __init__(self) -> None:
            self.inner = house.accounts.signing_in.passwords

        def is_right(self, password: str, kept: str) -> bool:
            house.accounts.people.set_password("edna", NEW, by="ada")
            return self.inner.is_right(password, kept)

        def is_outdated(self, kept: str) -> bool:
            return self.inner.is_outdated(kept)

    signing_in = type(house.accounts.signing_in)(
        store=house.store,
        passwords=Late(),  # type: ignore[arg-type]
        clock=house.clock,
    )

    assert not isinstance(signing_in.sign_in("edna", PASSWORD, address=HOME), SignedIn)
    assert house.accounts.signing_in.of("edna") == ()


def test_a_form_from_before_the_sign_in_is_not_taken_after_it(house: House) -> None:
    """P72."""
    client = house.browser()
    client.get("/sign-in")
    stale = form_token(client)
    sign_in(client, "edna")

    assert client.post("/sign-out", data={"token": stale}).status_code == 403
