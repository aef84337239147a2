"""What an answer of a server means: status, headers and body to one outcome. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.net.blocks import blocked, challenged, from_the_edge, rate_limited
from monitor.net.redaction import redact
from monitor.net.retry_after import DEFAULT_SECONDS, retry_after

_EVIDENCE_CHARACTERS = 300
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({408, 425})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it came over the wire. ``url`` may hold secrets; header names are lower-case.

    ``conditional`` says whether we sent a validator, ``secrets`` what must not be repeated.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    conditional: bool
    secrets: tuple[str, ...]

    @property
    def redirects_to(self) -> str | None:
        """The target of a redirect, as the server wrote it, or None."""
        return self.headers.get("location") if self.status in _REDIRECTS else None

    @property
    def shown_url(self) -> str:
        """The address without secrets."""
        return redact(self.url, self.secrets)


def outcome_of(answer: Answer, *, expects_body: bool, now: datetime) -> FetchOutcome:
    """The outcome of an answer that is not to be followed any further."""
    status, headers = answer.status, answer.headers
    wanted = retry_after(headers, now=now)
    if status == 429 or (status == 503 and wanted is not None):
        return Throttled(retry_after=wanted or DEFAULT_SECONDS, reason=f"HTTP {status}")
    if status >= 500 or status in _TRANSIENT:
        return Unreachable(reason=f"HTTP {status}")
    if 200 <= status < 300:
        return _of_success(answer, expects_body=expects_body)
    if status == 304 and answer.conditional:
        return Unmodified(data_version=headers.get("etag") or headers.get("last-modified") or "")
    if sign := challenged(headers) or from_the_edge(status, headers, len(answer.body)):
        return _unreadable(answer, f"HTTP {status}, {sign}")
    if status in {404, 410}:
        return Gone(url=answer.shown_url, status=status, evidence=_beginning(answer))
    if (target := answer.redirects_to) is not None:
        return Unreadable(reason=f"HTTP {status}, a redirect", evidence=_shown(target, answer.secrets))
    return _unreadable(answer, f"HTTP {status}")


def _of_success(answer: Answer, *, expects_body: bool) -> FetchOutcome:
    fetched = Fetched(url=answer.shown_url, body=answer.body, status=answer.status, headers=answer.headers)
    if rate_limited(fetched):
        return Throttled(retry_after=DEFAULT_SECONDS, reason="rate limit, sent with status 200")
    if not expects_body:
        return fetched
    if answer.status == 202:
        return _unreadable(answer, challenged(answer.headers) or "HTTP 202: taken note of, not answered")
    if answer.status in {206, 226}:
        return _unreadable(answer, f"HTTP {answer.status}: a part, where the whole was asked for")
    if sign := blocked(fetched):
        return _unreadable(answer, sign)
    return fetched


def _unreadable(answer: Answer, reason: str) -> Unreadable:
    return Unreadable(reason=reason, evidence=_beginning(answer))


def _beginning(answer: Answer) -> str:
    return _shown(answer.body[:4_000].decode("utf-8", "replace"), answer.secrets)


def _shown(text: str, secrets: tuple[str, ...]) -> str:
    """Redact before cutting: a key cut in half would no longer be recognised."""
    return redact(text, secrets)[:_EVIDENCE_CHARACTERS]
