"""P71, P72: who may use which route, walked over every route there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitor.domain.access import Role, Scope
from monitor.web import OpenAccess
from monitor.web.access.routes import TABLE, GuardedRoutes, UnguardedRoutes
from tests.faces.browsing import application
from tests.faces.house import PEOPLE, House, form_token
from tests.faces.made_up_desk import MadeUpDesk
from tests.faces.walking import Route, routes_of

AWAITED: set[str] = set()
"""Lines of the table whose route is still to come."""
TELLING = {
    ("vera", Scope.ADMIN),
    ("edna", Scope.REVIEW),
    ("edna", Scope.ADMIN),
    ("ada", Scope.READ),
    ("ada", Scope.ADMIN),
}
"""Owner and scope that bound each other in turn; make chaos walks every pair."""
PUBLIC, PERSON = "public", "person"
CLASSES: tuple[tuple[str, str, Any], ...] = (
    (r"(GET|POST) /sign-in", "", PUBLIC),
    (r"GET /static", "", PUBLIC),
    (r"GET /api/v1/articles/\{article_id\}/badge", "", PUBLIC),
    (r"POST /sign-out|(GET|POST) /account(/.*)?", "", PERSON),
    (r"\w+ /(users|tokens)(/.*)?", Scope.ADMIN, Role.ADMIN),
    (r"PUT /api/v1/articles/.*", Scope.WRITE, Role.EDITOR),
    (r"POST (/api/v1)?/articles/[^/]+/review/.*", Scope.REVIEW, Role.EDITOR),
    (r"POST /articles/[^/]+/(findings|evidence|topics)/.*", Scope.REVIEW, Role.EDITOR),
    (r"POST /api/v1/reviews/[^/]+/.*", Scope.REVIEW, Role.EDITOR),
    (r"POST /(queue|rests-on|references)/.*", Scope.REVIEW, Role.EDITOR),
    (r"GET /audit", Scope.ADMIN, Role.EDITOR),
    (r"GET /.*", Scope.READ, Role.VIEWER),
)
"""What this test thinks of a route, apart from the table; the first line that fits holds."""


def is_refused(status: int) -> bool:
    return status in {401, 403}


def wants(route: Route) -> tuple[Any, Any]:
    """Scope and least role; a route that no class fits fails the test."""
    fitting = [(scope, least) for pattern, scope, least in CLASSES if re.fullmatch(pattern, route.name)]
    assert fitting, f"{route.name}: say in CLASSES of this test who may use it"
    return fitting[0]


def test_every_route_is_in_the_table_and_every_line_leads_to_a_route(house: House) -> None:
    names = {route.name for route in routes_of(house.application())}

    assert names <= set(TABLE)
    assert set(TABLE) - names <= AWAITED


def test_a_route_of_which_nobody_said_who_may_use_it_keeps_the_pages_from_starting() -> None:
    app = application(MadeUpDesk())
    app.add_api_route("/articles/{article_id}/mute", lambda: None, methods=["POST"])

    with pytest.raises(UnguardedRoutes, match=r'"POST /articles/\{article_id\}/mute": ADMIN,') as refused:
        GuardedRoutes(app.routes)
    assert "monitor/web/access/routes.py" in str(refused.value)


def test_nobody_unknown_gets_past_the_gate(house: House) -> None:
    """P71: pages lead to the sign-in, the API asks for a token, and of what there is nothing is said."""
    app = house.application()
    for route in routes_of(app):
        if wants(route)[1] == PUBLIC:
            continue
        response = house.browser(app).request(route.method, route.path)

        assert response.status_code == (401 if route.is_api else 303), route.name
        if route.is_api:
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.json()["error"]["code"] == "unauthorized"
        else:
            assert response.headers["location"].startswith("/sign-in"), route.name


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("PUT", "/"), ("GET", "/articles/"), ("TRACE", "/")])
def test_what_is_no_route_is_not_shown_to_strangers_either(house: House, method: str, path: str) -> None:
    stranger, viewer = house.browser(), house.signed_in("vera")

    assert stranger.request(method, path).status_code == 303
    assert stranger.request(method, f"/api/v1{path}").status_code == 401
    assert viewer.request(method, path).status_code in {404, 405}


@pytest.mark.parametrize("name", list(PEOPLE))
def test_people_may_do_what_their_role_allows_and_nothing_else(house: House, name: str) -> None:
    """P71."""
    app = house.application()
    client = house.signed_in(name, app)
    for route in routes_of(app):
        least = wants(route)[1]
        if least == PUBLIC:
            continue
        status = route.ask(client, {}, form_token(client))

        assert is_refused(status) == (isinstance(least, Role) and not PEOPLE[name].may(least)), (route.name, status)
        if route.name == "POST /sign-out":
            client = house.signed_in(name, app)


@pytest.mark.parametrize(
    ("owner", "scope"),
    [
        pytest.param(owner, scope, marks=() if (owner, scope) in TELLING else pytest.mark.chaos)
        for owner in PEOPLE
        for scope in Scope
    ],
)
def test_a_token_may_do_what_its_scope_names_and_its_owner_may(house: House, owner: str, scope: Scope) -> None:
    """P71, P76: pages with forms are for people."""
    role = PEOPLE[owner]
    house.accounts.people.set_role(owner, Role.ADMIN, by="test")
    headers = house.token(owner, scope)
    house.accounts.people.add("root", role=Role.ADMIN, password=None, by="test")
    house.accounts.people.set_role(owner, role, by="test")
    app = house.application()
    for route in routes_of(app):
        needed, least = wants(route)
        if least == PUBLIC:
            continue
        status = route.ask(house.browser(app), headers, "x")
        may = isinstance(least, Role) and role.may(least) and scope.role.may(least) and scope.covers(needed)

        assert is_refused(status) == (not may or (route.is_unsafe and not route.is_api)), (route.name, status)


def test_whoever_opens_the_demo_may_do_everything() -> None:
    app = application(MadeUpDesk(), access=OpenAccess("editor"))
    client = TestClient(app, base_url="http://127.0.0.1:8642", raise_server_exceptions=False)
    client.get("/")
    for route in routes_of(app):
        assert not is_refused(route.ask(client, {}, form_token(client))), route.name


@pytest.mark.parametrize("proof", ["none", "empty", "wrong", "another session's", "another person's"])
def test_no_unsafe_route_takes_what_no_page_of_this_session_sent(house: House, proof: str) -> None:
    """P72."""
    others = {"another session's": house.signed_in("ada"), "another person's": house.signed_in("vera")}
    tokens = {"none": None, "empty": "", "wrong": "0" * 64}
    tokens |= {name: form_token(client) for name, client in others.items()}
    app = house.application()
    client = house.signed_in("ada", app)
    unsafe = [route for route in routes_of(app) if route.is_unsafe]
    for route in unsafe:
        assert route.ask(client, {}, tokens[proof]) == 403, route.name
    assert len(unsafe) > 15


def test_no_unsafe_route_takes_what_another_site_made_the_browser_send(house: House) -> None:
    """P72: be the token right or not."""
    app = house.application()
    client = house.signed_in("ada", app)
    for route in routes_of(app):
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert not route.is_unsafe or route.ask(client, headers, form_token(client)) == 403, (route.name, headers)


def test_a_browsers_session_may_read_the_api_and_change_things_with_its_token(house: House) -> None:
    client = house.signed_in("edna")
    token = {"X-CSRF-Token": form_token(client)}
    path = "/api/v1/articles/knee/review/start"

    assert client.get("/api/v1/report").status_code == 200
    assert client.post(path, json={"version": 2}).status_code == 403
    assert client.post(path, json={"version": 2}, headers=token).status_code == 200
    assert house.desk.moves == [("knee", "start", "edna", 2)]


def test_other_peoples_sessions_and_tokens_are_out_of_reach(house: House) -> None:
    """P71: even an admin's own page ends nobody else's."""
    victim = house.signed_in("vera")
    [session] = house.accounts.signing_in.of("vera")
    held = house.token("vera", Scope.READ)
    [token] = house.accounts.tokens.of("vera")
    for name in ("edna", "ada"):
        client = house.signed_in(name)
        proof = {"token": form_token(client)}

        assert client.post(f"/account/sessions/{session.id}/end", data=proof).status_code == 404
        assert client.post(f"/account/tokens/{token.id}/revoke", data=proof).status_code == 404
    assert victim.get("/account").status_code == 200
    assert victim.get("/api/v1/report", headers=held).status_code == 200


def test_what_is_refused_says_what_it_takes(house: House) -> None:
    page = house.signed_in("vera").get("/users")
    api = house.browser().put("/api/v1/articles/x", json={}, headers=house.token("ada", Scope.REVIEW))

    assert page.status_code == 403
    assert "Your role is viewer; this takes an admin." in page.text
    assert api.json()["error"]["message"] == "This token may not do that; it takes one with the scope write."
