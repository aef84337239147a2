"""A page as it is kept: the bytes as they came, after a comment that says whence and as what they were read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.domain.identifiers import Identifier, InvalidIdentifier

_HEAD = re.compile(rb"<!-- freshness-monitor: (\S+) from (\S*) in (\S*) -->\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page with its address, what its header said of the charset, and the identity it was asked for."""

    body: bytes
    url: str = ""
    charset: str = ""
    identity: Identifier | None = None


def pack(kept: Kept) -> bytes:
    """The bytes to keep. :func:`unpack` gives the equal value back."""
    # Two hyphens would end the comment, and an address may hold them; percent-encoded they mean the same.
    words = [_one_word(text) for text in (str(kept.identity or ""), kept.url, kept.charset)]
    return f"<!-- freshness-monitor: {words[0]} from {words[1]} in {words[2]} -->\n".encode("ascii") + kept.body


def unpack(raw: bytes) -> Kept:
    """Read what :func:`pack` made; bytes from elsewhere are a page of which nothing else is known."""
    match = _HEAD.match(raw)
    if match is None:
        return Kept(body=raw)
    identity, url, charset = (group.decode("ascii") for group in match.groups())
    try:
        known = Identifier.parse(identity)
    except InvalidIdentifier:
        return Kept(body=raw)
    return Kept(body=raw[match.end():], url=url, charset=charset, identity=known)


def _one_word(text: str) -> str:
    ascii_text = "".join(char if " " < char < "\x7f" else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
                         for char in text)
    return ascii_text.replace("--", "%2D%2D")
