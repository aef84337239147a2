"""One request to come, and what becomes of it when the server sends us elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests

from monitor.net.addresses import host_key, origin
from monitor.net.redaction import carries, redact, secret_values

Params: TypeAlias = Mapping[str, str | int] | Sequence[tuple[str, str | int]]

_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})
_TRAVELLING_HEADERS = frozenset({"accept", "accept-language", "accept-encoding", "user-agent", "connection"})
"""All that another host gets to see of our headers."""


class RedirectRefused(Exception):
    """The redirect would do what we promised not to do. The client turns it into ``Unreadable``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request ready to be sent: ``url`` with its parameters encoded, ``headers`` all there are but cookies."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    secrets: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """What pace and breaker are kept for."""
        return host_key(self.url)

    @property
    def shown_url(self) -> str:
        """The address without secrets."""
        return redact(self.url, self.secrets)

    @property
    def is_conditional(self) -> bool:
        """Whether it sends a validator, so that a 304 means something."""
        return any(name.lower() in _VALIDATORS for name in self.headers)

    def redirected(self, *, status: int, location: str) -> Question:
        """The request that follows a redirect. Raises :class:`RedirectRefused`.

        303 turns into a GET, as do 301 and 302 after a POST. To another origin neither credentials nor validators go.
        """
        url = urljoin(self.url, _utf8(location))
        parts = urlsplit(url)
        if "@" in parts.netloc:
            raise RedirectRefused("redirect to an address with credentials")
        if urlsplit(self.url).scheme == "https" and parts.scheme == "http":
            raise RedirectRefused("redirect from https to http")
        method = self.method if status in {307, 308} else "GET"
        body = self.body if method == self.method else None
        headers = self.headers if body is not None else _without(self.headers, {"content-type", "content-length"})
        moved = dataclasses.replace(self, method=method, url=url, body=body, headers=headers)
        return moved if _same_origin(self.url, url) else moved._for_a_stranger()

    def _for_a_stranger(self) -> Question:
        if self.body is not None:
            raise RedirectRefused("redirect that would carry a form to another host")
        parts = urlsplit(self.url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if not carries(value, self.secrets)]
        # Rewritten only when something goes: a signed address must arrive byte for byte.
        url = self.url if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))
        if carries(url, self.secrets):
            raise RedirectRefused("redirect that would carry a key to another host")
        headers = {name: value for name, value in self.headers.items() if name.lower() in _TRAVELLING_HEADERS}
        return dataclasses.replace(self, url=url, headers=headers)


def ask(
    method: str,
    url: str,
    *,
    params: Params | None = None,
    form: Mapping[str, str] | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    user_agent: str,
    packing: str = "gzip",
) -> Question:
    """Prepare a request; ``packing`` is how the body may come.

    Raises ValueError for an address that requests cannot spell, or a header with a line break.
    """
    given = {
        "User-Agent": user_agent,
        "Accept": "*/*",
        **(headers or {}),
        "Accept-Encoding": packing,
        "Connection": "close",
    }
    prepared = requests.Request(method, url, params=params, data=form, headers=given).prepare()
    spelled = {str(name): _text(value) for name, value in prepared.headers.items()}
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    sent = body if isinstance(body, bytes) else None
    final = prepared.url or url
    return Question(method=method, url=final, headers=spelled, body=sent, secrets=secret_values(final, sent, spelled))


def _same_origin(before: str, after: str) -> bool:
    """The same scheme, host and port, or the step from http to https on the usual ports."""
    old, new = origin(before), origin(after)
    return old == new or (old[1] == new[1] and (old[0], old[2]) == ("http", 80) and (new[0], new[2]) == ("https", 443))


def _without(headers: Mapping[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in names}


def _utf8(location: str) -> str:
    """Headers arrive as Latin-1; servers that write other characters into an address mean UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
