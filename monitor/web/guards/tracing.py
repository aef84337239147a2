"""Every request has an id: the caller's own where it is well formed, else one of ours; the answer gives it back."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.telemetry.tracing import is_well_formed, new_id, tracing

HEADER = "X-Request-Id"


class Tracing:
    """Binds the id to all that the request does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get(HEADER, "")
        request_id = asked if is_well_formed(asked) else new_id()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with tracing(request_id):
            await self._app(scope, receive, answer)
