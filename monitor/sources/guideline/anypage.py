"""A page of which no recipe speaks: its title, dates, words and list of updates, as pages usually state them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.outcomes import Fetched
from monitor.domain.records import GuidelineDocument
from monitor.net.blocks import blocked
from monitor.reading import Content, Page, UnreadablePage, content_of, open_page
from monitor.reading.dates import as_iso
from monitor.reading.pdf import is_pdf, read_pdf
from monitor.sources.guideline.kept import unpack
from monitor.sources.guideline.reader import WITHDRAWN

NOWHERE = Identifier.of(Scheme.PAGE, "https://unknown.invalid/")
"""A saved page that does not say where it stands."""

_WITHDRAWN = re.compile(
    r"^withdrawn\b|(?<!\bof )\bthis (?:page|guid(?:ance|eline)|document|publication|advice) (?:was|has been|is) "
    r"(?:now )?(?:withdrawn|archived|rescinded|retired)\b",
    re.I,
)
_BEGINNING = 6
"""So many paragraphs are the beginning of a page."""

_TITLES = ("//main//h1", "//h1", "//meta[@property='og:title']/@content", "/html/head/title")
_ADDRESSES = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
_PUBLISHED = (
    "//meta[@property='article:published_time' or @name='citation_publication_date' or @name='dcterms.issued']/@content"
)
_UPDATED = "//meta[@property='article:modified_time' or @name='dcterms.modified']/@content"


def read_any_page(raw: bytes) -> GuidelineDocument:
    """Read a saved page. Raises :class:`UnreadablePage` for one that is no page, or stands in the way of one."""
    kept = unpack(raw)
    if sign := blocked(Fetched(url=kept.url or NOWHERE.value, body=kept.body)):
        raise UnreadablePage(f"this is not the page: {sign}")
    url = kept.url or NOWHERE.value
    content = content_of(open_page(kept.body, url=url, charset=kept.charset))
    if not content.passages:
        raise UnreadablePage("the page holds no words")
    page = open_page(kept.body, url=url, charset=kept.charset, unseen=())
    address = _first(page, _ADDRESSES) or kept.url
    stated = tuple(_stated(page))
    return GuidelineDocument(
        identifier=_identity(address),
        publisher="the page",
        title=_first(page, _TITLES),
        url=kept.url,
        state=WITHDRAWN if _is_withdrawn(content) else "current",
        published=as_iso(_first(page, (_PUBLISHED,)) or _of(stated, "datePublished"))[:10],
        updated=as_iso(_first(page, (_UPDATED,)) or _of(stated, "dateModified"))[:10],
        passages=content.passages,
        notes=content.notes,
    )


def read_any_pdf(raw: bytes) -> GuidelineDocument:
    """Read a saved PDF document. Raises :class:`UnreadablePage`."""
    if not is_pdf(raw):
        raise UnreadablePage("no PDF: the bytes begin otherwise")
    title, passages = read_pdf(raw)
    return GuidelineDocument(identifier=NOWHERE, publisher="the document", title=title, passages=passages)


def _is_withdrawn(content: Content) -> bool:
    """Whether the page says so of itself where it begins."""
    return any(_WITHDRAWN.search(passage.text) for passage in content.passages[:_BEGINNING])


def _identity(address: str) -> Identifier:
    try:
        return Identifier.of(Scheme.PAGE, address)
    except InvalidIdentifier:
        return NOWHERE


def _first(page: Page, paths: tuple[str, ...]) -> str:
    return next((text for path in paths for text in page.texts(path)), "")


def _stated(page: Page) -> Iterator[dict[str, Any]]:
    """The mappings of the page's JSON-LD."""
    for text in page.texts("//script[@type='application/ld+json']"):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def _of(stated: tuple[dict[str, Any], ...], name: str) -> str:
    return next((str(item[name]) for item in stated if item.get(name)), "")
