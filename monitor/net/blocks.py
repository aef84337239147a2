"""Signs that an answer is not the page: a challenge, a block, an error page sent with status 200.

After EDGI's list of intermittent errors and what NCBI sends to blocked addresses (docs: upstreams, 2.7 and 11.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from monitor.domain.outcomes import Fetched

_HEADERS = (
    ("cf-mitigated", re.compile(r"challenge"), "Cloudflare challenge"),
    ("x-amzn-waf-action", re.compile(r"challenge|captcha"), "AWS challenge"),
    ("rimon", re.compile(r"rwc_block"), "network filter"),
)
_HEADINGS = (
    (re.compile(r"WWW Error Blocked Diagnostic", re.I), "NCBI blocked this address; a person must write to them"),
    (re.compile(r"WWW Error \d{3} Diagnostic", re.I), "NCBI error page"),
    (
        re.compile(r"^(just a moment|one moment, please|attention required|checking your browser|ddos-guard)", re.I),
        "browser check",
    ),
    (
        re.compile(
            r"^(access (to this page has been )?(denied|blocked)|request rejected|pardon our interruption)", re.I
        ),
        "access denied",
    ),
    (
        re.compile(
            r"^(are you (a )?(robot|human)|(human|bot|security) (verification|check)|verify(ing)? you are human"
            r"|(enable|please enable) (javascript|cookies))",
            re.I,
        ),
        "browser check",
    ),
    (
        re.compile(
            r"^((site|service|website) (is )?(under |down for |temporarily )?(scheduled )?"
            r"(maintenance|unavailable)|scheduled maintenance)",
            re.I,
        ),
        "maintenance page",
    ),
    (re.compile(r"\b(dns|web|url|content)[- ]filter(ing)?\b", re.I), "page of a network filter"),
    (
        re.compile(r"^(sign in|log ?in|session expired|cookies? (required|absent|disabled))\b", re.I),
        "login or cookie wall",
    ),
)
_SHORT_PAGE_WORDS = (
    (
        re.compile(r"checking your browser|verify(ing)? (that )?you are (a )?human|unusual traffic from", re.I),
        "browser check",
    ),
    (
        re.compile(r"enable (javascript|cookies)( and (javascript|cookies))? to (continue|proceed)", re.I),
        "browser check",
    ),
)
_SENDS_AWAY = re.compile(
    r"<meta\b(?=[^>]*http-equiv\s*=\s*[\"']?refresh)[^>]*content\s*=\s*[\"']?\s*[0-5]\s*;\s*url\s*=", re.I
)
_SHORT_PAGE = 20_000
_SHORT_ERROR = 1_000
_HEADING = re.compile(r"<(title|h1)\b[^>]*>\s*(.*?)\s*</\1", re.I | re.S)
_HEADINGS_END = 100_000
_TAG = re.compile(r"<[^>]*>")
_UNBLOCK = re.compile(r"/(unblock|captcha|access-?denied)(/|$|\.)|^(unblock|validate\.perfdrive)\.", re.I)


def blocked(fetched: Fetched) -> str | None:
    """Why an answer with status 200 must not be read as the thing asked for, or None. Pure.

    Only pages are searched for words: their title and first heading, and all of a short page. A record that speaks of
    a blocked access is no block.
    """
    if sign := challenged(fetched.headers):
        return sign
    if not fetched.body.strip():
        return "empty body"
    if _UNBLOCK.search(_where(fetched.url)):
        return "sent to an unblock page"
    return _page_sign(fetched) if _is_page(fetched) else None


def challenged(headers: Mapping[str, str]) -> str | None:
    """What the headers alone say of a challenge, whatever the status. Names are lower-case."""
    for name, value, sign in _HEADERS:
        if value.search(headers.get(name, "").lower()):
            return sign
    return None


def from_the_edge(status: int, headers: Mapping[str, str], size: int) -> str | None:
    """Whether an error is one of the network in front of the server, which never asked it: not even 404 is believed."""
    server = headers.get("server", "").lower()
    timing = headers.get("server-timing", "").lower()
    if server == "akamaighost" and status >= 400 and size < _SHORT_ERROR:
        return "an error page of Akamai's edge"
    if not server and 400 <= status < 500 and "ak_p" in timing and "edge" in timing and "origin" not in timing:
        return "an error page of Akamai's edge"
    if server == "cloudfront" and status >= 400 and status != 404 and headers.get("x-cache", "").startswith("Error"):
        return "an error page of CloudFront"
    return None


def rate_limited(fetched: Fetched) -> bool:
    """Whether a 200 is E-utilities' rate limit, which now and then comes with that status."""
    body = fetched.body
    return len(body) < 1_000 and body.lstrip().startswith(b"{") and b"rate limit exceeded" in body


def _is_page(fetched: Fetched) -> bool:
    start = fetched.body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" in fetched.headers.get("content-type", "").lower() or start.startswith((b"<!doctype html", b"<html"))


def _page_sign(fetched: Fetched) -> str | None:
    text = fetched.body[:_HEADINGS_END].decode("utf-8", "replace")
    headings = [_TAG.sub("", words).strip() for _, words in _HEADING.findall(text)[:3]]
    for pattern, sign in _HEADINGS:
        if any(pattern.search(heading) for heading in headings):
            return sign
    if _SENDS_AWAY.search(text):
        return "a page that only sends the reader elsewhere"
    if len(fetched.body) <= _SHORT_PAGE:
        return next((sign for pattern, sign in _SHORT_PAGE_WORDS if pattern.search(text)), None)
    return None


def _where(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path}"
