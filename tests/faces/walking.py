"""Every route of an application, with an address that leads to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.web.access.routes import named_routes

PARTS = {
    "article_id": "knee",
    "finding_id": "f-retracted",
    "form": "html",
    "review_id": "1",
    "name": "bystander",
    "token_id": "aaaaaaaa",
    "session_id": "999999",
}
"""What stands for the parts of an address."""


@dataclass(frozen=True)
class Route:
    """A route with an address that leads to it."""

    method: str
    template: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def path(self) -> str:
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: PARTS[part[1]], self.template)
        return "/static/style.css" if path == "/static" else path

    @property
    def is_unsafe(self) -> bool:
        return self.method != "GET"

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def ask(self, client: TestClient, headers: dict[str, str], token: str | None) -> int:
        """Send a request; what it leads to, without what a page of ours would fill in, is of no matter."""
        if self.is_api and self.is_unsafe:
            proof = {} if token is None else {"X-CSRF-Token": token}
            return client.request(self.method, self.path, json={}, headers={**headers, **proof}).status_code
        data = {} if token is None or not self.is_unsafe else {"token": token}
        return client.request(self.method, self.path, data=data or None, headers=headers).status_code


def routes_of(app: FastAPI) -> list[Route]:
    return [Route(method, template) for method, template, _ in named_routes(app.routes)]
