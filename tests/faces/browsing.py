"""A browser's share of the web tests: a client that keeps cookies, and forms filled in from the page."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from lxml.html import HtmlElement, document_fromstring
from starlette.testclient import TestClient

from monitor.web import OpenAccess, create_app
from tests.faces import views
from tests.faces.made_up_desk import MadeUpDesk
from tests.faces.made_up_hands import MadeUpHands
from tests.faces.staged import MadeUpExplainer

SECRET = "s" * 40


def application(desk: MadeUpDesk, **options: Any) -> FastAPI:
    """The application over a made-up desk, at noon."""
    made = {
        "access": OpenAccess("Ada"),
        "explainer": MadeUpExplainer(),
        "hands": MadeUpHands(),
        "secret_key": SECRET,
        **options,
    }
    return create_app(desk=desk, clock=views.clock(), **made)


def browser(desk: MadeUpDesk | None = None, **options: Any) -> TestClient:
    """A client that keeps cookies and follows no redirect by itself."""
    return TestClient(
        application(desk or MadeUpDesk(), **options),
        base_url="http://127.0.0.1:8642",
        follow_redirects=False,
        raise_server_exceptions=False,
    )


def page(client: TestClient, path: str) -> HtmlElement:
    """A page as a browser sees it."""
    response = client.get(path)
    assert response.status_code == 200, response.text
    return document_fromstring(response.content)


def form_values(client: TestClient, name: str, path: str = "/articles/knee") -> dict[str, Any]:
    """What the form of a move holds before anybody fills it in."""
    (form,) = page(client, path).xpath(f"//form[contains(@action, '/review/{name}')]")
    values: dict[str, Any] = {}
    for field in form.xpath(".//input[@type='hidden']"):
        values.setdefault(field.get("name"), []).append(field.get("value"))
    return values


CLOSING = {"ruling": "still_valid.other", "note": "The notice concerns another outcome."}
"""What an editor fills in to close a review."""
