"""The Retraction Watch table as GitLab hands it out: one file with a tag, and a page for people elsewhere."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from monitor.replay.answers import Answer, Request, html_answer, text_answer
from monitor.replay.faults import Upstream
from monitor.replay.world import World

PATH = "/crossref/retraction-watch-data/-/raw/main/retraction_watch.csv"
_PLAIN = "text/plain; charset=utf-8"


class RetractionWatch:
    """The table of a world."""

    upstream = Upstream.RETRACTION_WATCH

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """The table as it is published today, 304 when the client has it."""
        if request.path != PATH:
            return html_answer("404: Not found", "The page could not be found.", status=HTTPStatus.NOT_FOUND)
        table = self._world.retraction_table()
        tag = f'W/"{hashlib.blake2b(table, digest_size=16).hexdigest()}"'
        held = {one.strip().removeprefix("W/") for one in request.header("If-None-Match").split(",")}
        if tag.removeprefix("W/") in held:
            return Answer(status=HTTPStatus.NOT_MODIFIED, content_type=_PLAIN, headers={"ETag": tag})
        return Answer(body=table, content_type=_PLAIN, headers={"ETag": tag})

    def error(self, _request: Request) -> Answer:
        """A line of text in place of the table, with HTTP 200."""
        return text_answer("The repository is not available at the moment.\n")

    def throttled(self) -> Answer:
        """HTTP 429 with a time to wait."""
        return Answer(status=HTTPStatus.TOO_MANY_REQUESTS, body=b"Retry later\n", headers={"Retry-After": "2"})

    def prolog(self, _request: Request) -> Answer:
        """The header and no row."""
        return Answer(body=self._world.retraction_table().partition(b"\n")[0] + b"\n", content_type=_PLAIN)
