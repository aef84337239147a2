"""A page as it is kept: the bytes as they came, after a comment that says whence and as what they were read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from monitor.domain.identifiers import Identifier
from monitor.domain.records import GuidelineDocument, as_json, from_json

_HEAD = re.compile(rb"<!-- freshness-monitor (\{.*\}) -->\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page with its address and what its header said of the charset; ``read`` is what was read when it came."""

    body: bytes
    url: str = ""
    charset: str = ""
    read: GuidelineDocument | None = None

    @property
    def start(self) -> str:
        """The beginning of the page, as evidence."""
        return self.body[:300].decode("utf-8", "replace")

    @property
    def identity(self) -> Identifier | None:
        """The guideline whose page this was when it came."""
        return self.read.identifier if self.read else None


def pack(kept: Kept) -> bytes:
    """The bytes to keep. :func:`unpack` gives the equal value back."""
    read = as_json(kept.read) if kept.read else None
    head = json.dumps({"url": kept.url, "charset": kept.charset, "read": read})
    # Hyphens could end the comment; all of ours stand in texts, where JSON has another spelling for them.
    inside = head.replace("-", r"\u002d")
    return f"<!-- freshness-monitor {inside} -->\n".encode("ascii") + kept.body


def unpack(raw: bytes) -> Kept:
    """Read what :func:`pack` made; bytes from elsewhere are a page of which nothing else is known."""
    match = _HEAD.match(raw)
    if match is None:
        return Kept(body=raw)
    try:
        head = json.loads(match.group(1))
        read = from_json(head["read"]) if head["read"] else None
    except (ValueError, TypeError, KeyError):
        return Kept(body=raw)
    return Kept(
        body=raw[match.end() :],
        url=str(head["url"]),
        charset=str(head["charset"]),
        read=read if isinstance(read, GuidelineDocument) else None,
    )
