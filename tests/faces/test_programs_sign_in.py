"""P76: programs come in by tokens, and only by tokens; P60, P78: what proxies and strangers say in headers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from monitor.domain.access import Identity, Role, Scope
from monitor.store import StoreUnavailable
from monitor.web import AccountAccess, Peers
from tests.faces.house import HOME, House, form_token, is_known, send, sign_in

REPORT, START = "/api/v1/report", "/api/v1/articles/knee/review/start"
HEADER, PROXY = "X-Forwarded-User", "10.1.2.3"


def status_of(client: TestClient, headers: dict[str, str]) -> int:
    return client.get(REPORT, headers=headers).status_code


def test_a_program_reads_and_decides_under_its_own_name(house: House) -> None:
    client, headers = house.browser(), house.token("edna", Scope.REVIEW)

    assert status_of(client, headers) == 200
    assert client.post(START, json={"version": 2}, headers=headers).status_code == 200
    assert house.desk.moves == [("knee", "start", "edna (token cms)", 2)]


def test_a_token_is_dead_with_the_next_request_after_its_revocation(house: House) -> None:
    """P76: on the page of tokens."""
    client, headers = house.browser(), house.token("edna", Scope.READ)
    [line] = house.accounts.tokens.all()
    before = status_of(client, headers)
    revoked = send(house.signed_in("ada"), f"/tokens/{line.id}/revoke")
    refused = client.get(REPORT, headers=headers)

    assert (before, revoked.headers["location"]) == (200, "/tokens?done=revoked")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert refused.json() == {
        "error": {"code": "unauthorized", "message": "This token is unknown, expired or revoked."}
    }


def test_a_token_ends_on_its_day(house: House) -> None:
    client, headers = house.browser(), house.token("edna", Scope.READ, days=1)
    house.clock.go_on(timedelta(days=1))

    assert status_of(client, headers) == 401


def test_a_token_is_taken_from_its_header_and_from_nowhere_else(house: House) -> None:
    token = house.token("edna", Scope.READ)["Authorization"].removeprefix("Bearer ")
    client = house.browser()
    client.cookies.set("session", token)

    assert client.get(REPORT).status_code == 401
    assert client.get(f"{REPORT}?access_token={token}&token={token}").status_code == 401
    assert client.get(REPORT, headers={"X-Token": token}).status_code == 401
    assert status_of(house.browser(), {"Authorization": f"bearer  {token} "}) == 200


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer x", "Bearer fm_", "Bearer fm_aaaaaaaa_" + "x" * 9000])
def test_a_token_that_does_not_work_is_not_made_up_for_by_a_session(house: House, value: str) -> None:
    client = house.signed_in("ada")

    assert status_of(client, {"Authorization": value}) == 401
    assert status_of(client, {"Authorization": "Basic YWRhOng="}) == 200


def test_a_session_and_a_token_together_send_no_forms(house: House) -> None:
    client = house.signed_in("ada")
    headers = house.token("ada", Scope.ADMIN)
    response = client.post("/users/vera/disable", data={"token": form_token(client)}, headers=headers)

    assert response.status_code == 403
    assert not house.accounts.people.get("vera").is_disabled


def test_using_a_token_shows_on_the_page_of_tokens(house: House) -> None:
    headers = house.token("edna", Scope.READ)
    admin = house.signed_in("ada")
    unused = admin.get("/tokens").text
    status_of(house.browser(), headers)

    assert "<td>never</td>" in unused
    assert "<td>never</td>" not in admin.get("/tokens").text


class Busy(AccountAccess):
    """Access to a database that takes no writes for now."""

    def note_use(self, identity: Identity) -> None:
        """Fail as the store does."""
        del identity
        raise StoreUnavailable("database is locked")


def test_a_database_that_takes_no_writes_lets_somebody_known_read_on(house: House) -> None:
    """That somebody was here is written down after the answer, and else not."""
    app = house.application(access=Busy(house.accounts, peers=Peers(())))

    assert house.signed_in("edna", app).get("/").status_code == 200


def proxied(house: House, *, peer: str = PROXY, header: str = HEADER) -> TestClient:
    return house.browser(address=peer, trusted=["10.0.0.0/8"], proxy_user_header=header)


def test_whom_a_trusted_proxy_names_is_known(house: House) -> None:
    """P78: without a session, and without a way to sign out that would do nothing."""
    house.accounts.people.add("paul", role=Role.EDITOR, password=None, by="test")
    client = proxied(house)
    page = client.get("/account", headers={HEADER: "Paul"})

    assert page.status_code == 200
    assert "your organisation's own sign-in" in page.text.replace("&#39;", "'")
    assert "/sign-out" not in page.text
    assert status_of(client, {HEADER: "paul"}) == 200


@pytest.mark.parametrize("named", ["nobody", "", "vera, ada", "vera\\"])
def test_whom_nobody_knows_a_proxy_does_not_make_known(house: House, named: str) -> None:
    """P78: no account is made for a name."""
    assert status_of(proxied(house), {HEADER: named}) == 401
    assert len(house.accounts.people.all()) == 3


def test_a_disabled_account_does_not_come_in_through_the_proxy(house: House) -> None:
    house.accounts.people.disable("vera", by="test")

    assert status_of(proxied(house), {HEADER: "vera"}) == 401


def test_a_proxy_that_names_two_people_names_nobody(house: House) -> None:
    """P60."""
    response = proxied(house).get(REPORT, headers=[(HEADER, "vera"), (HEADER, "ada")])

    assert response.status_code == 401


def test_what_an_admin_does_through_the_proxy_needs_a_form_of_their_own(house: House) -> None:
    """P72: the proxy's sign-in travels with whatever another site makes the browser send."""
    client, ada = proxied(house), {HEADER: "ada"}
    client.get("/users", headers=ada)
    without = client.post("/users/vera/disable", headers=ada)
    api = client.post(START, json={"version": 2}, headers=ada)
    done = client.post("/users/vera/disable", headers=ada, data={"token": form_token(client)})

    assert (without.status_code, api.status_code, done.status_code) == (403, 403, 303)


def test_the_proxys_header_from_elsewhere_is_ignored_and_audited(house: House) -> None:
    """P78: in few rows."""
    client = proxied(house, peer=HOME)
    answers = {status_of(client, {HEADER: "ada"}) for _ in range(5)}
    rows = house.audited("foreign_proxy_header")

    assert answers == {401}
    assert [row["subject"] for row in rows] == [f"address:{HOME}"]
    assert "ada" not in str(rows[0]["detail"])


def test_the_proxys_header_means_nothing_until_it_is_set(house: House) -> None:
    assert status_of(proxied(house, header=""), {HEADER: "ada"}) == 401
    assert house.audited("foreign_proxy_header") == []


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        (HOME, "198.51.100.1", HOME),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (PROXY, "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        (PROXY, "unknown", PROXY),
        (PROXY, "1.1.1.1, unknown", PROXY),
        (PROXY, "", PROXY),
        ("::ffff:10.1.2.3", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_an_address_is_believed_from_trusted_proxies_only(
    house: House, peer: str, forwarded: str, counted: str
) -> None:
    """P60, P74: or every guess would come from another address."""
    client = house.browser(address=peer, trusted=["10.0.0.0/8"])
    client.headers["X-Forwarded-For"] = forwarded
    sign_in(client, "edna")
    [session] = house.accounts.signing_in.of("edna")

    assert is_known(client)
    assert session.address == counted
