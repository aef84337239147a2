"""Where a page is asked for: at its publisher, or at the operator's stand-in for all pages."""

from __future__ import annotations

from urllib.parse import urlsplit


def asked_at(url: str, pages_url: str | None) -> str:
    """``https://host/path`` becomes ``{pages_url}/host/path`` where there is such a stand-in."""
    if not pages_url:
        return url
    return f"{pages_url.rstrip('/')}/{url.partition('://')[2]}"


def shown_as(url: str, pages_url: str | None) -> str:
    """The publisher's own address of what came from the stand-in. An address outside of it stays."""
    if not pages_url:
        return url
    base = f"{pages_url.rstrip('/')}/"
    host = urlsplit(f"//{url.removeprefix(base)}").hostname or ""
    return f"https://{url.removeprefix(base)}" if url.startswith(base) and "." in host else url
