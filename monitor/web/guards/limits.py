"""How much and how long a request may send. FastAPI itself has no limit (a body of any size is read to memory)."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.guards.security import Answer

MOST_BYTES = 1024 * 1024
MOST_SECONDS = 20.0


class BodyLimit:
    """Reads the whole body before the application sees it: at most a mebibyte (413), within seconds (408)."""

    def __init__(
        self, app: ASGIApp, *, answer: Answer, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS
    ) -> None:
        self._app = app
        self._answer = answer
        self._most_bytes = most_bytes
        self._most_seconds = most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body read, or refuse it."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._most_seconds):
                body = await self._read(scope, receive)
        except ClientDisconnect:
            return
        except TimeoutError:
            await self._answer(Request(scope), 408, "The request took too long to arrive.")(scope, receive, send)
            return
        if body is None:
            message = f"The request is larger than {self._most_bytes} bytes."
            await self._answer(Request(scope), 413, message)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; None when it is too large, whatever its declared length says."""
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:18]) > self._most_bytes:
            return None
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            if len(body) > self._most_bytes:
                return None
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then whatever the connection says."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
