"""From foreign bytes to text that is safe to read, and to the format it is written in."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from monitor.intake.errors import UnreadableArticle

MAX_BYTES = 5_000_000
"""No article page or list of references is longer; a file that is was given by mistake."""


class Format(StrEnum):
    """The formats intake reads."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JATS = "jats"
    RIS = "ris"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"
    NBIB = "nbib"


_BY_SUFFIX = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".htm": Format.HTML,
    ".html": Format.HTML,
    ".xhtml": Format.HTML,
    ".nxml": Format.JATS,
    ".jats": Format.JATS,
    ".ris": Format.RIS,
    ".bib": Format.BIBTEX,
    ".bibtex": Format.BIBTEX,
    ".nbib": Format.NBIB,
    ".json": Format.CSL_JSON,
    ".csljson": Format.CSL_JSON,
}
SUFFIXES = (*_BY_SUFFIX, ".xml")
"""The endings of names of files that can be read."""
_BY_MEDIA_TYPE = {
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "text/markdown": Format.MARKDOWN,
    "text/x-markdown": Format.MARKDOWN,
    "application/jats+xml": Format.JATS,
    "application/x-research-info-systems": Format.RIS,
    "application/x-bibtex": Format.BIBTEX,
    "text/x-bibtex": Format.BIBTEX,
    "application/nbib": Format.NBIB,
    "application/vnd.citationstyles.csl+json": Format.CSL_JSON,
}
_LOOKS = (
    (
        Format.JATS,
        re.compile(
            r"(?:<\?xml\b[^>]*>|<!--.{0,2000}?-->|\s)*(?:<!DOCTYPE\s+(?:pmc-)?article|<pmc-articleset\b"
            r"|<article\s[^>]*(?:article-type|dtd-version)\s*=|<article\b[^>]*>\s*<front\b)",
            re.S,
        ),
    ),
    (Format.RIS, re.compile(r"\s*TY {1,2}-(?:\s|$)")),
    (Format.NBIB, re.compile(r"\s*PMID- ?\d")),
    (Format.BIBTEX, re.compile(r"\s*(?:%[^\n]*\n\s*)*@[A-Za-z]{3,20}\s*[{(]")),
    (Format.CSL_JSON, re.compile(r"\s*\[\s*\{\s*\"")),
)
"""How files begin that no article page begins like; where neither name nor media type says what they are."""
_XML = re.compile(r"\s*<\?xml\b[^>]*>")
_BINARY_SIGNS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip or office file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a rich-text file"),
)
_HTML_SIGN = re.compile(r"<(?:!doctype\s+html|html|head|body|article|main|h[1-6]|p|div)\b[^<>]*>", re.I)
_MARKDOWN_SIGN = re.compile(r"^(?:#{1,6}\s+\S|\[\^[^\]\s]+\]:|\*\*\S.*\*\*\s*$)", re.M)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_XML_CHARSET = re.compile(r"\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_LEGACY = re.compile(
    r"(?:iso-?8859-\d{1,2}|latin-?[19]|(?:windows|cp)-?125\d|koi8-[ru]|shift[_-]jis|euc-(?:jp|kr)|gb(?:k|2312|18030)|big5)",
    re.I,
)
"""The character sets a page may declare beside UTF-8; Python knows more, some of which are no character sets at all."""
_UNWANTED = re.compile(
    "[\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]"
)
"""Controls that hide or reorder what a person reads, and the private characters we use as signs ourselves."""


def decoded(body: bytes, *, name: str, media_type: str = "") -> str:
    """The text of a page: NFC, line feeds only, no controls. Raises :class:`UnreadableArticle`.

    UTF-8, unless the media type or the page itself declares another character set.
    """
    if not body.strip():
        raise UnreadableArticle(name, "the file is empty; give the page with its text")
    if len(body) > MAX_BYTES:
        raise UnreadableArticle(
            name, f"the file has more than {MAX_BYTES // 1_000_000} MB; give one article, or a part of the list"
        )
    for sign, what in _BINARY_SIGNS:
        if body.startswith(sign):
            raise UnreadableArticle(name, f"this is {what}; save the page as text, Markdown or HTML")
    if (at := body.find(b"\0")) >= 0:
        raise UnreadableArticle(
            name, "the file holds NUL bytes; save the page as UTF-8 text", line=body.count(b"\n", 0, at) + 1
        )
    text = _characters(body, name=name, declared=_declared(body, media_type))
    return cleaned(re.sub(r"\r\n?|[\x0c\x85\u2028\u2029]", "\n", text))


def cleaned(text: str) -> str:
    """Text in NFC without controls, hidden characters and our own signs; also for what entities bring in again."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def format_of(text: str, *, name: str, media_type: str = "") -> Format:
    """The format by media type, then by the name's ending, then by what the text looks like."""
    kind = media_type.partition(";")[0].strip().lower()
    suffix = PurePosixPath(urlsplit(name).path if _is_address(name) else name).suffix.lower()
    if text.lstrip()[:15].lower().startswith("<!doctype html"):
        return Format.HTML
    found = _BY_MEDIA_TYPE.get(kind) or _BY_SUFFIX.get(suffix)
    if found not in (None, Format.TEXT):
        return found or Format.TEXT
    # What exports save as .txt is known by its looks as well.
    for format_, looks in _LOOKS:
        if looks.match(text[:20_000]):
            return format_
    if found is not None:
        return found
    if _HTML_SIGN.search(text[:20_000]):
        return Format.HTML
    if suffix == ".xml" or _XML.match(text):
        return Format.JATS
    return Format.MARKDOWN if _MARKDOWN_SIGN.search(text[:200_000]) else Format.TEXT


def address_of(name: str) -> str | None:
    """The page's address, where the name is one."""
    return name if _is_address(name) else None


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def _declared(body: bytes, media_type: str) -> str:
    head = body[:2048].decode("ascii", "ignore")
    inside = _CHARSET.search(head) if "<meta" in head.lower() else None
    found = _CHARSET.search(media_type) or _XML_CHARSET.match(head) or inside
    return found.group(1) if found else "utf-8"


def _characters(body: bytes, *, name: str, declared: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong_at = error.start
    try:
        if _LEGACY.fullmatch(declared):
            return body.decode(declared)
    except (LookupError, ValueError):
        pass
    raise UnreadableArticle(
        name, "the file is not UTF-8; save it with that encoding", line=body.count(b"\n", 0, wrong_at) + 1
    )
