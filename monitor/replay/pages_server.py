"""Publishers' pages: every host under one address, with validators and conditional requests."""

from __future__ import annotations

import hashlib
import mimetypes
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from monitor.replay.answers import Answer, Request, html_answer
from monitor.replay.content import Page
from monitor.replay.faults import Upstream
from monitor.replay.shelf import BEGINNING
from monitor.replay.world import World

_LONG_AGO = date(2020, 1, 1)
_OWN_TYPES = {
    ".md": "text/markdown",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".json": "application/json",
    ".xml": "application/xml",
    "": "text/html",
}


class Pages:
    """The pages of a world at ``/host/path``."""

    upstream = Upstream.PAGES

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """The page as it stands, 304 when the client has it, 404 when there is none (robots.txt included)."""
        for address in _addresses(request.target):
            found = self._world.page(address)
            if found is not None:
                return page_answer(request, address, *found)
        return html_answer("Page not found", "There is nothing here.", status=HTTPStatus.NOT_FOUND)

    def error(self, request: Request) -> Answer:
        """A page that is no page: the site's own apology, with HTTP 200."""
        return html_answer("Sorry, something went wrong", f"We could not show {request.path}. Please try again later.")

    def throttled(self) -> Answer:
        """HTTP 429 with a time to wait."""
        refused = html_answer("Too many requests", "Slow down.", status=HTTPStatus.TOO_MANY_REQUESTS)
        return Answer(
            status=refused.status, body=refused.body, content_type=refused.content_type, headers={"Retry-After": "2"}
        )

    def prolog(self, _request: Request) -> Answer:
        """The beginning of a page and nothing in it."""
        return Answer(body=b"<!DOCTYPE html>\n", content_type="text/html; charset=UTF-8")


def _addresses(target: str) -> list[str]:
    """The files that may answer an address: with its query, without, and the index of a directory."""
    parts = urlsplit(target)
    path = unquote(parts.path).lstrip("/")
    plain = [f"{path}index.html"] if path.endswith("/") else [path, f"{path}/index.html"]
    with_query = (
        [f"{address}?{unquote(parts.query)}" for address in (path, path.rstrip("/"), *plain)] if parts.query else []
    )
    return [*with_query, *plain]


def page_answer(request: Request, address: str, page: Page, since: date) -> Answer:
    """A page as it stood since a day: with validators of its own, and 304 when the client has it."""
    changed = datetime.combine(_LONG_AGO if since == BEGINNING else since, time(6, 0), UTC)
    body = page.body or b""
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    own = (
        {"ETag": f'"{digest}"', "Last-Modified": format_datetime(changed, usegmt=True)}
        if page.status == HTTPStatus.OK
        else {}
    )
    headers = {
        **own,
        **{
            name: _location(address, value) if name.lower() == "location" else value
            for name, value in page.headers.items()
            if name.lower() != "content-type"
        },
    }
    kind = next(
        (value for name, value in page.headers.items() if name.lower() == "content-type"), _content_type(address)
    )
    if page.status == HTTPStatus.OK and _client_has_it(request, headers, changed):
        return Answer(status=HTTPStatus.NOT_MODIFIED, content_type=kind, headers=headers)
    return Answer(status=page.status, body=body, content_type=kind, headers=headers)


def _location(address: str, value: str) -> str:
    """A host's own path gets the host in front, as all hosts share one address here."""
    return f"/{address.partition('/')[0]}{value}" if value.startswith("/") and not value.startswith("//") else value


def _client_has_it(request: Request, headers: dict[str, str], changed: datetime) -> bool:
    """RFC 9110: If-None-Match wins over If-Modified-Since; tags are compared weakly."""
    asked = request.header("If-None-Match")
    if asked:
        held = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return "*" in held or headers.get("ETag", "").removeprefix("W/") in held
    since = request.header("If-Modified-Since")
    if not since or "Last-Modified" not in headers:
        return False
    try:
        return changed <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _content_type(address: str) -> str:
    name = address.partition("?")[0].rsplit("/", 1)[-1]
    suffix = f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""
    kind = _OWN_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("xml", "json")) else kind
