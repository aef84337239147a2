"""Where somebody goes after signing in: only to pages of ours."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request

LONGEST = 2000
HOME, SIGN_IN = "/", "/sign-in"


def own_path(wanted: str) -> str:
    """The path when it is one of ours, else the first page.

    Browsers take ``//host`` and ``/\\host`` for another host, and leave out tabs and line ends before they look.
    """
    is_path = wanted.startswith("/") and not wanted.startswith("//") and len(wanted) <= LONGEST
    is_plain = wanted.isascii() and wanted.isprintable() and not set(wanted) & set(' \\"<>')
    return wanted if is_path and is_plain and not wanted.startswith(SIGN_IN) else HOME


def sign_in_address(request: Request) -> str:
    """The page to sign in on, which leads back to where somebody wanted to read."""
    # Not ``request.url``, which is put together with what the request calls our host.
    path, query = request.scope.get("raw_path") or b"", request.scope.get("query_string") or b""
    wanted = (path + (b"?" + query if query else b"")).decode("latin-1")
    if request.method not in {"GET", "HEAD"} or own_path(wanted) == HOME:
        return SIGN_IN
    return f"{SIGN_IN}?next={quote(wanted, safe='')}"
