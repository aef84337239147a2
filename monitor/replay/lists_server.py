"""The lists that want a key: NICE's product feed at ``/nice/…``, and the one answer of the USPSTF at ``/uspstf``."""

from __future__ import annotations

import json
from http import HTTPStatus

from monitor.replay.answers import Answer, Request, html_answer
from monitor.replay.faults import Upstream
from monitor.replay.pages_server import page_answer
from monitor.replay.world import World

FOLDER = "lists"
"""The folder of a world that holds them, and how their addresses begin among its pages: no host is called so."""

_JSON = "application/json; charset=utf-8"


class Lists:
    """The lists of a world. Any key is good; without one the real services' refusals come."""

    upstream = Upstream.LISTS

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """The list as it stands, 304 when the client has it, a refusal without a key."""
        address = request.path.strip("/")
        if address.startswith("nice/") and not request.header("API-Key"):
            return _json({"Message": "Unauthorized"}, HTTPStatus.UNAUTHORIZED)
        if address == "uspstf" and not request.parameters.get("key"):
            return Answer(status=HTTPStatus.ACCEPTED, body=b"This API requires an API key")
        found = self._world.page(f"{FOLDER}/{address}")
        if found is None:
            return _json({"Message": "Not found"}, HTTPStatus.NOT_FOUND)
        return page_answer(request, f"{address}.json", *found)

    def error(self, _request: Request) -> Answer:
        """JSON that is no list, with HTTP 200."""
        return _json({"Message": "An error has occurred."}, HTTPStatus.OK)

    def throttled(self) -> Answer:
        """HTTP 429 with a time to wait."""
        told = html_answer("Too many requests", "Slow down.", status=HTTPStatus.TOO_MANY_REQUESTS)
        return Answer(status=told.status, body=told.body, content_type=told.content_type, headers={"Retry-After": "2"})

    def prolog(self, _request: Request) -> Answer:
        """The beginning of a list and nothing in it."""
        return Answer(body=b"{", content_type=_JSON)


def _json(values: object, status: HTTPStatus) -> Answer:
    return Answer(status=status, body=json.dumps(values).encode(), content_type=_JSON)
