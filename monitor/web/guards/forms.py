"""Proof that a form is one of our own: a token that only pages of the same browser's session carry."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.domain.access import Identity, Means
from monitor.web.guards.security import check_origin

CSRF_HEADER = "X-CSRF-Token"
"""In which a request to the API carries what a form carries in its field ``token``."""


class Forms:
    """Sessions' cookies, and the tokens bound to them.

    Over TLS the cookie has the prefix ``__Host-``: it never travels in clear, and no other host can plant it. Before
    somebody signs in, its value is random and known to the browser alone; afterwards it is the secret of the session.
    """

    def __init__(self, secret_key: str, *, is_tls: bool) -> None:
        self._secret_key = secret_key.encode()
        self.is_tls = is_tls
        self.cookie = "__Host-session" if is_tls else "session"

    def session_of(self, request: Request) -> str:
        """The browser's session value; a new one when it has none yet."""
        return request.cookies.get(self.cookie) or secrets.token_urlsafe(32)

    def keep(self, response: Response, session: str) -> None:
        """Hand the session value to the browser, which sends it back from our own pages only."""
        response.set_cookie(self.cookie, session, httponly=True, samesite="lax", path="/", secure=self.is_tls)

    def forget(self, response: Response) -> None:
        """Have the browser forget its session value."""
        response.delete_cookie(self.cookie, httponly=True, samesite="lax", path="/", secure=self.is_tls)

    def token(self, session: str) -> str:
        """What a form of this session carries; nobody without the secret key can make it."""
        return hmac.new(self._secret_key, b"form:" + session.encode(), hashlib.sha256).hexdigest()

    def check(self, request: Request, token: str) -> None:
        """Refuse with 403 what no page of ours in this browser sent; a program's token makes up for no session."""
        check_origin(request)
        session = request.cookies.get(self.cookie, "")
        is_ours = hmac.compare_digest(self.token(session).encode(), token.encode("utf-8", "surrogatepass"))
        who = request.scope.get("identity")
        if not session or not is_ours or (isinstance(who, Identity) and who.means is Means.TOKEN):
            raise HTTPException(403, "This form is not from your own session; open the page again and repeat.")
