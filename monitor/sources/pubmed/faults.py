"""What NCBI sends with status 200 instead of an answer, and what it means (docs: upstreams, 2.7)."""

from __future__ import annotations

import json
import re
from typing import Any, assert_never

from monitor.domain.outcomes import (
    Failure,
    Fetched,
    FetchOutcome,
    Gone,
    Throttled,
    Unmodified,
    Unreachable,
    Unreadable,
)

BUSY_SECONDS = 5.0

_OUTAGE = re.compile(
    r"backend failed|unable to open connection|couldn.t resolve|address table is empty|unable to route request"
    r"|TXCLIENT|\bexception\b|temporarily unavailable|try again|timed? ?out",
    re.I,
)
_RATE = re.compile(r"rate limit exceeded|too many requests", re.I)
_KEY = re.compile(r"API key (is )?(invalid|not valid|blank)|api_key.{0,20}invalid", re.I)
_SHOWN = 300


def body_of(outcome: FetchOutcome) -> bytes | Failure:
    """The body of an answer that is neither HTML nor an error in JSON or plain words; whatever else, why not."""
    match outcome:
        case Fetched(body=body):
            return _fault_of(body) or body
        case Gone(status=status, url=url):
            return Unreadable(reason=f"HTTP {status}: the E-utilities are not at this address", evidence=url)
        case Unmodified():
            return Unreadable(reason="not modified, though nothing was said of what we hold")
        case Unreadable(evidence=evidence) if _KEY.search(evidence):
            return Unreadable(reason="NCBI does not accept the API key")
        case Throttled() | Unreachable() | Unreadable():
            return outcome
        case _:
            assert_never(outcome)


def in_words(text: str) -> Failure:
    """What an error message of NCBI means: an outage passes, all else is not what was asked for."""
    words = " ".join(text.split())[:_SHOWN]
    if _RATE.search(words):
        return Throttled(retry_after=BUSY_SECONDS, reason="rate limit, sent with status 200")
    if _KEY.search(words):
        return Unreadable(reason="NCBI does not accept the API key")
    if _OUTAGE.search(words):
        return Unreachable(reason=f"NCBI: {words}")
    return Unreadable(reason=f"NCBI answered with an error: {words}")


def json_of(body: bytes) -> dict[str, Any] | Failure:
    """The object of a JSON answer, or why it is none. Errors may come in any of three spellings."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return Unreadable(reason="not JSON, or cut", evidence=shown(body))
    if not isinstance(answer, dict):
        return Unreadable(reason="JSON, but no object", evidence=shown(body))
    searched = answer.get("esearchresult")
    error = answer.get("error") or answer.get("esummaryresult") or answer.get("ERROR")
    error = error or (searched.get("ERROR") if isinstance(searched, dict) else None)
    if error:
        return in_words(str(error[0]) if isinstance(error, list) and error else str(error))
    return answer


def shown(body: bytes) -> str:
    """The beginning of a body, for a person to look at."""
    return body[:_SHOWN].decode("utf-8", "replace")


def _fault_of(body: bytes) -> Failure | None:
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        answer = json_of(body)
        return None if isinstance(answer, dict) else answer
    if re.match(rb"<(!doctype\s+html|html\b)", start, re.I):
        return _page_fault(body)
    if not start.startswith(b"<") and b"|" not in start:
        return in_words(start.decode("utf-8", "replace")) if start else None
    return None


def _page_fault(body: bytes) -> Failure:
    title = re.search(rb"<title[^>]*>\s*(.*?)\s*</title>", body[:20_000], re.I | re.S)
    words = title.group(1).decode("utf-8", "replace") if title else "no title"
    return Unreadable(reason=f"a web page instead of an answer: {' '.join(words.split())[:100]}", evidence=shown(body))
