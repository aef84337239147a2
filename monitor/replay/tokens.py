"""Dates written relative to a world's last day, so that a recorded world always ends on the day it is played."""

from __future__ import annotations

import re
from datetime import date, timedelta

_TOKEN = re.compile(r"\{\{\s*day(?P<offset>[+-]\d{1,5})?\s*(?:\|(?P<format>[^{}]*))?\}\}")
_UNPADDED = re.compile(r"%-([dmyj])")
_EPOCH, _DAY_SECONDS = date(1970, 1, 1), 86_400
_ANY = re.compile(r"\{\{day[^{}\n]*\}?\}?")

TEXT_SUFFIXES = frozenset({"", ".xml", ".json", ".jsonl", ".html", ".htm", ".txt", ".md", ".csv", ".rss", ".atom"})
"""Files whose tokens are expanded; everything else is bytes."""


def expand(text: str, last_day: date) -> str:
    """Replace every ``{{day-12|%Y}}`` by its date; what is no readable token stays (see :func:`unread`)."""
    return _TOKEN.sub(lambda match: _written(match, last_day), text)


def expand_bytes(raw: bytes, last_day: date) -> bytes:
    """Like :func:`expand` for UTF-8 bytes. Bytes without tokens, or in another encoding, come back untouched."""
    if b"{{" not in raw:
        return raw
    try:
        return expand(raw.decode(), last_day).encode()
    except UnicodeDecodeError:
        return raw


def unread(raw: bytes) -> str | None:
    """The first thing that looks like a token and was not expanded, or None."""
    if b"{{day" not in raw:
        return None
    left = _ANY.search(raw.decode(errors="replace"))
    return left.group(0) if left else None


def _written(match: re.Match[str], last_day: date) -> str:
    try:
        day = last_day + timedelta(days=int(match["offset"] or 0))
    except OverflowError:
        return match.group(0)
    return _formatted(day, match["format"]) if match["format"] else day.isoformat()


def _formatted(day: date, pattern: str) -> str:
    """``strftime``, with what C knows on some platforms only: ``%-m`` without a zero, ``%s`` for seconds since 1970."""
    plain = _UNPADDED.sub(lambda match: str(int(day.strftime(f"%{match[1]}"))), pattern)
    plain = plain.replace("%s", str((day - _EPOCH).days * _DAY_SECONDS))
    return day.strftime(plain)
