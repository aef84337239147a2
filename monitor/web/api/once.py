"""``Idempotency-Key``: a request that its sender repeats is done once, and answered the same.

What is promised: for a day, the same request of the same caller under the same key has one effect, and its answer is
given again with ``Idempotent-Replayed: true``. Effect and answer are one commit: after a crash there are both or
neither, and the repeated request is answered or done. Who repeats it meanwhile waits. Answers that say nothing about
the request itself (401, 403, 408, 413, 415, what cannot be parsed, 500, 503) are not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.requests import Answered, KeyedRequest
from monitor.domain.review import Refused
from monitor.web.api.answering import encoded
from monitor.web.errors import problem
from monitor.web.identity import Who
from monitor.web.ports import Desk

REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("ETag",)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="A key of the caller's own: under the same one, the same request is done once within a day.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A request with its key, if it has one."""

    request: KeyedRequest | None

    def answer(self, desk: Desk, make: Callable[[], Response]) -> Response:
        """What ``make`` answers, or was answered before to the same request. 422 when the key was another request's."""
        keyed = self.request
        if keyed is None:
            return make()
        answered, is_known = desk.once(keyed, lambda: _answered(keyed, make))
        if answered.request != keyed.digest:
            raise HTTPException(422, "Idempotency-Key: another request was sent under this key; take a new one.")
        headers = {**answered.headers, **({REPLAYED: "true"} if is_known else {})}
        return Response(answered.body, status_code=answered.status, media_type="application/json", headers=headers)


async def keyed(request: Request, who: Who, key: Key = None) -> Once:
    """The request under its key, with a digest of all that it asks."""
    if key is None:
        return Once(request=None)
    asked = "\n".join(
        (request.method, request.url.path, request.url.query, ",".join(request.headers.getlist("if-match")))
    )
    digest = hashlib.sha256(asked.encode() + b"\n" + await request.body()).hexdigest()
    return Once(request=KeyedRequest(name=who.name, key=key, digest=digest))


Keyed = Annotated[Once, Depends(keyed)]
"""The parameter of a route that changes something."""


def _answered(keyed: KeyedRequest, make: Callable[[], Response]) -> Answered:
    """The answer as it is kept. A refusal is an answer, too: what it refused was not done."""
    try:
        response = make()
    except Refused as refusal:
        return _kept(keyed, 409, encoded(problem(409, str(refusal))))
    except HTTPException as error:
        return _kept(keyed, error.status_code, encoded(problem(error.status_code, str(error.detail))))
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return _kept(keyed, response.status_code, bytes(response.body), headers)


def _kept(keyed: KeyedRequest, status: int, body: bytes, headers: dict[str, str] | None = None) -> Answered:
    return Answered(request=keyed.digest, status=status, body=body.decode(), headers=headers or {})
