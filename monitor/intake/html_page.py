"""An HTML page → blocks of its article, with the site's frame left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from monitor.intake.chrome import REFERENCES
from monitor.intake.decoding import address_of, cleaned
from monitor.intake.errors import UnreadableArticle
from monitor.intake.html_inline import DROPPED, InlineText, is_hidden
from monitor.intake.lines import Block, BlockKind, Page, squeeze
from monitor.intake.page_metadata import read_metadata

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "menu", "dl"})
_ITEMS = frozenset({"li", "dt", "dd"})
_BLOCKS = frozenset(
    {
        *_HEADINGS,
        *_LISTS,
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "caption",
        "details",
        "summary",
        "hr",
        "address",
        "center",
        "form",
        "fieldset",
        "body",
        "hgroup",
    }
)
_FRAME = frozenset({"nav", "footer", "aside", "form", "dialog"})
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
DEEPEST = 150
"""Elements nested deeper than this are read as plain text: no article needs them, and recursion is not free."""


def read_html(text: str, *, name: str) -> Page:
    """The blocks of a page's article, and what its head says. Raises :class:`UnreadableArticle` when it is none."""
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        raise UnreadableArticle(name, "no HTML page was found in it; save the whole page") from None
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
    everything = _walked(whole)
    main = _main(root)
    if main is None:
        return everything
    chosen = _walked(main)
    has_list = any(REFERENCES.match(block.text) for block in everything)
    if has_list and not any(REFERENCES.match(block.text) for block in chosen):
        return everything
    if any(block.level == 1 for block in chosen if block.kind is BlockKind.HEADING):
        return chosen
    titles = tuple(block for block in everything if block.kind is BlockKind.HEADING and block.level == 1)
    return (*titles[:1], *chosen)


def _main(root: HtmlElement) -> HtmlElement | None:
    """The main part: of several articles the longest, for the others are teasers."""
    for path in _MAIN:
        found = [element for element in root.xpath(path) if isinstance(element, HtmlElement)]
        if found:
            return max(found, key=lambda element: len(element.text_content()))
    return None


def _walked(element: HtmlElement) -> tuple[Block, ...]:
    walker = _Walker()
    walker.container(element, depth=0)
    walker.flush()
    return tuple(walker.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """The list item that is open: how its first words are to be read."""

    kind: BlockKind
    level: int
    number: int | None


@dataclass(slots=True)
class _Walker:
    """Walks the tree once; ``run`` gathers the words between two block elements."""

    blocks: list[Block] = field(default_factory=list)
    run: InlineText = field(default_factory=InlineText)
    item: _Item | None = None
    list_depth: int = 0

    def container(self, element: HtmlElement, *, depth: int) -> None:
        """Read an element's words and the blocks inside it."""
        self.run.at(element.sourceline)
        self.run.add(element.text)
        for child in element:
            if isinstance(child, HtmlElement) and isinstance(child.tag, str):
                self._child(child, depth=depth + 1)
            self.run.add(child.tail)

    def flush(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> None:
        """Close the words gathered so far as one block."""
        line, text, links = self.run.line, self.run.text(), self.run.links()
        self.run = InlineText()
        if not text:
            return
        if self.item is not None and kind is BlockKind.PARAGRAPH:
            item, self.item = self.item, None
            self.blocks.append(
                Block(kind=item.kind, text=text, line=line, level=item.level, number=item.number, links=links)
            )
            return
        deep = self.list_depth if kind is BlockKind.PARAGRAPH else level
        self.blocks.append(Block(kind=kind, text=text, line=line, level=deep, links=links))

    def _child(self, child: HtmlElement, *, depth: int) -> None:
        tag = str(child.tag)
        if tag in DROPPED or tag in _FRAME or is_hidden(child) or _is_frame_header(child):
            return
        if tag not in _BLOCKS and not (depth < DEEPEST and _holds_blocks(child)):
            self.run.element(child)
            return
        self.flush()
        if depth >= DEEPEST:
            self.run.add(child.text_content())
        elif tag in _HEADINGS:
            self._heading(child, depth)
        elif tag in _LISTS:
            self._list(child, depth)
        elif tag == "tr":
            self._row(child)
        else:
            self.container(child, depth=depth)
        self.flush()

    def _heading(self, child: HtmlElement, depth: int) -> None:
        self.container(child, depth=depth)
        self.flush(BlockKind.HEADING, _HEADINGS[str(child.tag)])

    def _list(self, element: HtmlElement, depth: int) -> None:
        outer, self.list_depth = self.item, self.list_depth + 1
        for child, number in _numbered(element):
            if child.tag in _ITEMS:
                kind = BlockKind.BULLET if number is None else BlockKind.NUMBERED
                self.item = _Item(kind=kind, level=self.list_depth, number=number)
                self.container(child, depth=depth + 1)
                self.flush()
            else:
                self._child(child, depth=depth + 1)
        self.item, self.list_depth = outer, self.list_depth - 1

    def _row(self, row: HtmlElement) -> None:
        cells = [cell for cell in row if isinstance(cell, HtmlElement) and cell.tag in ("td", "th")]
        texts: list[str] = []
        links: list[str] = []
        for cell in cells:
            inside = InlineText()
            inside.element(cell)
            texts.append(inside.text())
            links.extend(inside.links())
        if any(texts):
            is_header = all(cell.tag == "th" for cell in cells)
            self.blocks.append(
                Block(
                    kind=BlockKind.ROW,
                    text=" | ".join(filter(None, texts)),
                    line=row.sourceline or 1,
                    links=tuple(links),
                    is_header=is_header,
                )
            )


def _numbered(element: HtmlElement) -> Iterator[tuple[HtmlElement, int | None]]:
    """What a list holds: its items, with their numbers where it is an ordered one, and lists put between them."""
    number = _whole(element.get("start"), 1) - 1
    for child in element:
        if not isinstance(child, HtmlElement) or not isinstance(child.tag, str):
            continue
        if child.tag in _ITEMS:
            number = _whole(child.get("value"), number + 1)
        yield child, number if element.tag == "ol" else None


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,4}", text.strip()) else otherwise


def _holds_blocks(element: HtmlElement) -> bool:
    return any(inner.tag in _BLOCKS for inner in element.iterdescendants())


def _is_frame_header(element: HtmlElement) -> bool:
    """A page's own head is left out; an article's head holds its title."""
    if element.tag != "header":
        return False
    is_inside = any(parent.tag in ("article", "main") for parent in element.iterancestors())
    return not is_inside and element.find(".//h1") is None


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
