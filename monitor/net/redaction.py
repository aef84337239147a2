"""Keeps keys, tokens and e-mail addresses out of reasons, evidence, addresses and logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

MASK = "***"
SECRET_NAMES = frozenset(
    {
        "api_key",
        "api-key",
        "apikey",
        "x-api-key",
        "key",
        "subscription-key",
        "ocp-apim-subscription-key",
        "email",
        "mailto",
        "token",
        "access_token",
        "authorization",
        "proxy-authorization",
        "cookie",
        "password",
        "secret",
        "signature",
        "sig",
    }
)
"""Names of parameters and headers whose value is nobody else's business."""

_SHORTEST_SECRET = 4
_NAMES = "|".join(sorted((re.escape(name) for name in SECRET_NAMES), key=len, reverse=True))
_IN_QUERY = re.compile(rf"(?i)(?<![\w-])({_NAMES})=[^&\s\"'<>#]+")
_IN_JSON = re.compile(rf"(?i)([\"'](?:{_NAMES})[\"']\s*:\s*[\"'])[^\"']*")
_IN_AUTHORITY = re.compile(r"(?i)(https?://)[^/@\s\"'<>]+@")


def secret_values(url: str, body: bytes | str | None, headers: Mapping[str, str]) -> tuple[str, ...]:
    """The values of this request that must not be repeated anywhere, longest first. Very short ones are no secrets."""
    parts = urlsplit(url)
    form = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
    named = [*parse_qsl(parts.query), *parse_qsl(form), *headers.items()]
    found = {value for name, value in named if name.lower() in SECRET_NAMES}
    found |= {value.rpartition(" ")[2] for name, value in headers.items() if name.lower() == "authorization"}
    found |= {unquote(word) for word in (parts.username, parts.password) if word}
    return tuple(sorted((value for value in found if len(value) >= _SHORTEST_SECRET), key=lambda v: (-len(v), v)))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with the given values masked in any spelling, and with whatever stands behind a secret name."""
    for spelling in _spellings(secrets):
        text = text.replace(spelling, MASK)
    text = _IN_AUTHORITY.sub(rf"\1{MASK}@", text)
    text = _IN_QUERY.sub(rf"\1={MASK}", text)
    return _IN_JSON.sub(rf"\1{MASK}", text)


def carries(text: str, secrets: Iterable[str]) -> bool:
    """Whether one of the values stands in the text, in any spelling."""
    return any(spelling in text for spelling in _spellings(secrets))


def _spellings(secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        yield from dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret)))
