"""Titles as publishers deposit them: face markup, MathML and characters escaped once too often become plain text."""

from __future__ import annotations

import html
import re

FACES = (
    "b|i|u|em|emph|strong|sup|sub|inf|scp|sc|smallcaps|tt|ovl|strike|font|span|small|big|a|bold|italic|roman|underline"
    "|monospace|named-content|inline-formula|tex-math|alternatives|title|p|br|div|list|list-item|sec|ext-link|xref"
)
"""Crossref's own face markup, and what of JATS and HTML is found beside it."""

MATHS = "math|semantics|m(?:i|n|o|s|row|text|sub|sup|subsup|frac|sqrt|root|over|under|underover|fenced|space|style"
MATHS += "|table|tr|td|padded|phantom|error|enclose|multiscripts|prescripts)"

_SECOND_SPELLING = re.compile(r"<(?:mml:)?annotation(?:-xml)?\b[^<>]*>.*?</(?:mml:)?annotation(?:-xml)?>", re.I | re.S)
_APART = re.compile(r"</?(?:jats:)?(?:br|p|title|div|list|list-item|sec)\b[^<>]*>", re.I)
_TAGS = re.compile(rf"</?(?:(?:jats|mml|m|xhtml):[a-z][\w-]*|{FACES}|{MATHS})(?=[\s/>])[^<>]*>", re.I)


def plain(text: str) -> str:
    """The text alone. What only looks like a tag (``p<0.05``) stays; white space is squeezed."""
    stripped = _stripped(html.unescape(_stripped(text)))
    return " ".join(stripped.split())


def _stripped(text: str) -> str:
    """Without the tags; a formula spelled twice is read once."""
    return _TAGS.sub("", _APART.sub(" ", _SECOND_SPELLING.sub("", text)))
