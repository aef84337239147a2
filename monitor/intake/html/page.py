"""An HTML page → blocks of its article, with the site's frame left out."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from monitor.intake.chrome import opens_references
from monitor.intake.decoding import address_of, cleaned
from monitor.intake.errors import UnreadableArticle
from monitor.intake.html.blocks import blocks_in
from monitor.intake.html.footnotes import footnotes_of
from monitor.intake.html.metadata import read_metadata
from monitor.intake.lines import Block, BlockKind, Page, squeeze

_MAIN = (
    "//article",
    "//main",
    "//*[@role='main']",
    "//*[@id='main-content' or @id='content' or @id='mw-content-text']",
)
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "datemodified",
    "last-updated",
)


def read_html(text: str, *, name: str) -> Page:
    """The blocks of a page's article, and what its head says. Raises :class:`UnreadableArticle` when it is none."""
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        raise UnreadableArticle(name, "no HTML page was found in it; save the whole page") from None
    if any("depth" in error.message.lower() for error in parser.error_log):
        raise UnreadableArticle(name, "its elements are nested too deep to be read to the end; save the page as text")
    head = _meta(root)
    title = re.split(r"\s[|–—-]\s", squeeze(cleaned(head.get("og:title") or root.findtext(".//title") or "")))[0]
    url = _canonical(root)
    metadata = read_metadata(root, url=url or address_of(name))
    return Page(
        blocks=_blocks(root),
        title=title or metadata.title,
        url=url,
        updated=next((head[key] for key in _UPDATED if key in head), ""),
        reviewed=metadata.reviewed,
        cited=metadata.cited,
    )


def _blocks(root: HtmlElement) -> tuple[Block, ...]:
    """The blocks of the page's main part; of its whole body when that part lacks the reference list or any title."""
    body = root.find("body")
    whole = root if body is None else body
    notes = footnotes_of(whole)
    everything = blocks_in(whole, notes)
    main = _main(root)
    if main is None:
        return everything
    chosen = blocks_in(main, notes)
    if _lists(everything) > _lists(chosen):
        return everything
    if any(block.level == 1 for block in chosen if block.kind is BlockKind.HEADING):
        return chosen
    titles = tuple(block for block in everything if block.kind is BlockKind.HEADING and block.level == 1)
    return (*titles[:1], *chosen)


def _lists(blocks: tuple[Block, ...]) -> tuple[int, bool]:
    """How much of a reference list is in it: its footnotes, and whether a list has its heading."""
    notes = sum(block.kind is BlockKind.NOTE for block in blocks)
    return notes, any(opens_references(block) for block in blocks)


def _main(root: HtmlElement) -> HtmlElement | None:
    """The main part: of several articles the longest, for the others are teasers."""
    for path in _MAIN:
        found = [element for element in root.xpath(path) if isinstance(element, HtmlElement)]
        if found:
            return max(found, key=lambda element: len(element.text_content()))
    return None


def _meta(root: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if key and (content := meta.get("content")):
            found.setdefault(key.lower(), content)
    return found


def _canonical(root: HtmlElement) -> str | None:
    for link in root.iter("link"):
        if link.get("rel") == "canonical" and (link.get("href") or "").startswith(("http://", "https://")):
            return link.get("href")
    return None
