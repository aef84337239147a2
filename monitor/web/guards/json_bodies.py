"""JSON that can be read in one way only: UTF-8, not too deep, no key twice, no number that is none, no broken text."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.guards.security import Answer

DEEPEST = 64
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)
"""A text, closed or not: no byte is looked at twice, whatever is sent."""
_BRACKET = re.compile(rb"[\[\]{}]")
_OPENS = frozenset((b"[", b"{"))
_BROKEN = re.compile("[\x00\ud800-\udfff]")


class ReadableJson:
    """Refuses with 400 a JSON body of the API that other programs could read otherwise, before anybody reads it.

    It stands inside of :class:`BodyLimit`, so that the body is small and comes in one piece.
    """

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with what is wrong."""
        if not _is_json(scope):
            await self._app(scope, receive, send)
            return
        message = await receive()
        wrong = fault(message.get("body", b""))
        if wrong:
            await self._answer(Request(scope), 400, wrong)(scope, receive, send)
            return
        await self._app(scope, _again(message, receive), send)


def fault(body: bytes) -> str:
    """What is wrong with a body as JSON; empty where nothing is, or there is no body."""
    if not body:
        return ""
    if is_too_deep(body):
        return f"The JSON is nested deeper than {DEEPEST} levels."
    try:
        json.loads(body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return f"The body is not UTF-8 at byte {error.start}."
    except json.JSONDecodeError as error:
        return f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
    except ValueError as error:
        return f"The JSON cannot be used: {error}."
    return ""


def is_too_deep(body: bytes) -> bool:
    """Whether brackets outside of texts are nested too deep; it ends with the first that is."""
    depth = 0
    for found in _BRACKET.finditer(_TEXT.sub(b"", body)):
        depth += 1 if found[0] in _OPENS else -1
        if depth > DEEPEST:
            return True
    return False


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    for key, value in pairs:
        if _BROKEN.search(key) or (isinstance(value, str) and key != "text" and _BROKEN.search(value)):
            raise ValueError("a text holds NUL or half a character")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _is_json(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return False
    media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return scope["path"].startswith("/api/") and media_type == "application/json"


def _again(first: Message, receive: Receive) -> Receive:
    """Gives a message that was looked at once more, then whatever comes."""
    waiting = [first]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
