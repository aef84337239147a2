"""Requests and answers of the played upstreams, free of sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from monitor.replay.faults import Upstream


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client asked. ``target`` is path and query as sent; ``at`` a monotonic time in seconds."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    client: str = ""

    @cached_property
    def path(self) -> str:
        """The path as sent, still quoted."""
        return urlsplit(self.target).path

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Query and form parameters; a repeated name keeps its last value."""
        form = self.body.decode(errors="replace") if self.method == "POST" else ""
        return dict(
            [*parse_qsl(urlsplit(self.target).query, keep_blank_values=True), *parse_qsl(form, keep_blank_values=True)]
        )

    def header(self, name: str) -> str:
        """A request header in any case, "" when it was not sent."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an upstream says back."""

    status: int = HTTPStatus.OK
    body: bytes = b""
    content_type: str = "text/plain; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """One played upstream: pure answers, and what its own faults look like."""

    upstream: Upstream

    def answer(self, request: Request, /) -> Answer:
        """Answer a request as the upstream would on the world's day."""

    def error(self, request: Request, /) -> Answer:
        """HTTP 200 with the upstream's own kind of error message."""

    def throttled(self) -> Answer:
        """The upstream's own kind of HTTP 429."""

    def prolog(self, request: Request, /) -> Answer:
        """HTTP 200 with the beginning of an answer and nothing in it."""


def json_answer(value: Any, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status=status, body=body, content_type="application/json; charset=UTF-8", headers=headers or {})


def text_answer(text: str, *, status: int = HTTPStatus.OK) -> Answer:
    """An answer in plain text."""
    return Answer(status=status, body=text.encode())


def html_answer(title: str, text: str, *, status: int = HTTPStatus.OK) -> Answer:
    """An answer that is a page for people."""
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
    return Answer(status=status, body=page.encode(), content_type="text/html; charset=UTF-8")
