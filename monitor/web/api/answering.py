"""Answers that a caller need not read twice: each has an ETag, and is not sent again to who has it already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from monitor.web.api.schemas import problems


def reads(model: type[BaseModel], *statuses: int) -> dict[str, Any]:
    """The declaration of a route that answers with :func:`answer`: its model, its errors, and its ETag."""
    unchanged = {"description": "What the caller has is still what there is."}
    return {
        "responses": {200: {"model": model}, 304: unchanged, **problems(*statuses)},
        "dependencies": [Depends(_declared)],
    }


def _declared(
    known: Annotated[
        str | None, Header(alias="If-None-Match", max_length=4000, description="ETags of answers that the caller has.")
    ] = None,
) -> None:
    """Only for the OpenAPI document; :func:`answer` reads the header."""
    del known


def answer(request: Request, values: Mapping[str, Any], *, moments: Collection[str] = ()) -> Response:
    """Values as JSON with their ETag; 304 without them when the caller's ``If-None-Match`` names it.

    ``moments`` are keys whose values are only the time of asking. An answer that has any is another one each second:
    its ETag leaves them out and is a weak one.
    """
    body = encoded(values)
    tag = strong_tag(values) if not moments else f"W/{_tag({k: v for k, v in values.items() if k not in moments})}"
    headers = {"ETag": tag}
    if matches(request.headers.getlist("if-none-match"), tag, weakly=True):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def encoded(values: Any) -> bytes:
    """Values as the bytes that are sent."""
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def strong_tag(values: Mapping[str, Any]) -> str:
    """The ETag of an answer: the same for the same bytes."""
    return _tag(values)


def matches(given: Collection[str], tag: str, *, weakly: bool) -> bool:
    """Whether one of the tags in these header values is ``tag``; ``*`` is any. No weak tag is strongly the same."""
    named = [item.strip() for line in given for item in line.split(",")]
    if "*" in named:
        return True
    if weakly:
        return tag.removeprefix("W/") in {item.removeprefix("W/") for item in named}
    return not tag.startswith("W/") and tag in named


def _tag(values: Mapping[str, Any]) -> str:
    return f'"{hashlib.sha256(encoded(values)).hexdigest()[:32]}"'
