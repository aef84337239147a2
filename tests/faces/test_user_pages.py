"""Users and tokens on their pages, for admins."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring
from starlette.testclient import TestClient

from monitor.domain.access import Role, Scope
from tests.faces.house import House, is_known, send, sign_in

NEW = "five other words of no sense"


def told(client: TestClient, path: str) -> str:
    """What the page says came of it."""
    return document_fromstring(client.get(path).content).xpath("string(//*[@role='status'])").strip()


def test_an_admin_adds_somebody_who_then_signs_in(house: House) -> None:
    admin = house.signed_in("ada")
    response = send(admin, "/users", name="grace", role="editor", password=NEW, repeated=NEW)
    client = house.browser()
    sign_in(client, "grace", NEW)

    assert told(admin, response.headers["location"]) == "The account is there."
    assert is_known(client)
    assert house.accounts.people.get("grace").role is Role.EDITOR


@pytest.mark.parametrize(
    ("field", "change", "message"),
    [
        ("name", {"name": "grace hopper"}, "A name has 1 to 64 letters"),
        ("name", {"name": "EDNA"}, "There is an account edna already."),
        ("password", {"password": "short", "repeated": "short"}, "at least 12 characters"),
        ("repeated", {"repeated": "otherwise"}, "The two passwords differ."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    house: House, field: str, change: dict[str, str], message: str
) -> None:
    wanted = {"name": "grace", "role": "editor", "password": NEW, "repeated": NEW, **change}
    response = send(house.signed_in("ada"), "/users", **wanted)
    page = document_fromstring(response.content)

    assert response.status_code == 422
    assert page.xpath("//*[@aria-invalid]/@name") == [field]
    assert message in page.get_element_by_id(f"{field}-problem").text_content()
    assert page.xpath("//*[@id='name']/@value") == [wanted["name"]]
    assert NEW not in response.text
    assert len(house.accounts.people.all()) == 3


def test_an_admin_changes_a_role_and_the_person_signs_in_again(house: House) -> None:
    admin, client = house.signed_in("ada"), house.signed_in("vera")
    response = send(admin, "/users/vera/role", role="editor")

    assert "has to sign in again" in told(admin, response.headers["location"])
    assert not is_known(client)
    assert house.accounts.people.get("vera").role is Role.EDITOR


def test_an_admin_gives_another_password(house: House) -> None:
    admin, client = house.signed_in("ada"), house.signed_in("vera")
    wrong = send(admin, "/users/vera/password", password="short", repeated="short")
    response = send(admin, "/users/vera/password", password=NEW, repeated=NEW)

    assert wrong.status_code == 422
    assert "signed out everywhere" in told(admin, response.headers["location"])
    assert not is_known(client)
    assert sign_in(client, "vera", NEW).status_code == 303


def test_an_admin_lets_somebody_in_no_more_and_then_again(house: House) -> None:
    admin = house.signed_in("ada")
    send(admin, "/users/vera/disable")
    refused = sign_in(house.browser(), "vera").status_code
    page = document_fromstring(admin.get("/users/vera").content)
    send(admin, "/users/vera/enable")

    assert refused == 401
    assert page.xpath("//form/@action")[-1] == "/users/vera/enable"
    assert sign_in(house.browser(), "vera").status_code == 303


def test_the_last_admin_stays_and_is_told_why(house: House) -> None:
    admin = house.signed_in("ada")
    for path, fields in (("disable", {}), ("role", {"role": "viewer"})):
        response = send(admin, f"/users/ada/{path}", **fields)

        assert response.status_code == 409
        assert "ada is the last admin" in response.text
    assert is_known(admin)


@pytest.mark.parametrize("path", ["role", "password", "disable", "enable"])
def test_an_account_that_nobody_has_is_not_found(house: House, path: str) -> None:
    fields = {"role": "viewer", "password": NEW, "repeated": NEW}
    admin = house.signed_in("ada")

    assert send(admin, f"/users/nobody/{path}", **fields).status_code == 404
    assert admin.get("/users/nobody").status_code == 404


def test_a_new_token_is_shown_once_and_not_stored_by_the_browser(house: House) -> None:
    admin = house.signed_in("ada")
    response = send(admin, "/tokens", owner="edna", label="cms", scopes=["read", "write"], days="30")
    token = document_fromstring(response.content).xpath("string(//code[@class='token'])")
    [line] = house.accounts.tokens.all()

    assert response.headers["cache-control"] == "no-store"
    assert house.browser().get("/api/v1/report", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert (line.owner, line.scopes, line.created_by) == ("edna", {Scope.READ, Scope.WRITE}, "ada")
    again = admin.get("/tokens")
    assert token not in again.text
    assert f"fm_{line.id}_…" in again.text
    assert again.headers["cache-control"] != "no-store"


@pytest.mark.parametrize(
    ("field", "change", "message"),
    [
        ("owner", {"owner": "nobody"}, "no account of this name"),
        ("label", {"label": "cms (old)"}, "without brackets"),
        ("scopes", {"scopes": []}, "Choose what the token may be used for"),
        ("scopes", {"scopes": ["admin"]}, "needs an owner who is admin"),
        ("days", {"days": "1000"}, "1 to 366 days"),
    ],
)
def test_a_token_that_cannot_be_made_says_why(
    house: House, field: str, change: dict[str, object], message: str
) -> None:
    wanted: dict[str, object] = {"owner": "edna", "label": "cms", "scopes": ["read"], "days": "30", **change}
    response = send(house.signed_in("ada"), "/tokens", **wanted)
    page = document_fromstring(response.content)

    assert response.status_code == 422
    assert message in page.get_element_by_id(f"{field}-problem").text_content()
    assert page.xpath("//*[@aria-invalid]/@aria-describedby")[0].split()[0] == f"{field}-problem"
    assert house.accounts.tokens.all() == ()


def test_somebody_sees_and_revokes_their_own_tokens(house: House) -> None:
    house.token("edna", Scope.READ)
    [line] = house.accounts.tokens.all()
    client = house.signed_in("edna")
    action = f"/account/tokens/{line.id}/revoke"
    shown = document_fromstring(client.get("/account").content).xpath("//form/@action")
    response = send(client, action)

    assert action in shown
    assert told(client, response.headers["location"]) == "That token is revoked; it works no more."
    assert house.accounts.tokens.all()[0].revoked_at is not None


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/users", "/users/vera", "/tokens"])
def test_every_field_of_accounts_has_its_label_and_every_id_is_there_once(house: House, path: str) -> None:
    """WCAG 1.3.1, 3.3.2, 4.1.2."""
    house.token("ada", Scope.READ)
    client = house.browser() if path == "/sign-in" else house.signed_in("ada")
    page = document_fromstring(client.get(path).content)
    ids = page.xpath("//@id")
    fields = page.xpath("//main//input[not(@type='hidden')] | //main//select")

    assert len(ids) == len(set(ids))
    for field in fields:
        is_named = field.get("aria-label") or field.xpath("ancestor::label")
        assert is_named or page.xpath(f"//label[@for='{field.get('id')}']"), field.get("name")
        assert field.tag == "select" or field.get("type") in {"checkbox", "number"} or field.get("autocomplete")
    for tied in page.xpath("//@aria-describedby | //@aria-labelledby"):
        assert set(tied.split()) <= set(ids)
    assert all(button.text_content().strip() for button in page.xpath("//button"))
