"""The main content of a page: its paragraphs, list items and table rows under their headings, and its list of updates.

Extractors that guess (readability, trafilatura) drop single paragraphs and headings, and guess in another way after a
small edit. Here nothing is guessed from lengths or links: what stands on every page goes, all other words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from monitor.domain.records import Passage, UpdateNote
from monitor.reading.dates import as_iso
from monitor.reading.html import BLOCKS, Page, normalised

CHROME_TAGS = frozenset(
    {"aside", "audio", "button", "dialog", "footer", "form", "input", "label", "menu", "nav", "select", "textarea"}
)
CHROME_ROLES = frozenset(
    {"alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation", "search"}
)
CHROME_HOLDERS = frozenset({"div", "section", "ul", "ol", "span", "table", "article", "p"})
_CHROME_NAMES = re.compile(
    r"(?:^|[_-])(?:cookies?|gdpr|breadcrumbs?|newsletter|sidebar|navbar|pagination|skiplink|offcanvas|masthead|footer)(?:$|[_-])"
    r"|^(?:nav|navigation|menu|pager|related|share|sharing|social|subscribe|adverts?|ads|promo|popup|modal|feedback|survey)$"
    r"|^(?:share|sharing|social)[_-](?:bar|buttons?|icons?|links?|media|share|tools)$"
    r"|^(?:main|mobile|primary|secondary|site|top)[_-](?:menu|nav|navigation)$",
    re.I,
)
"""A class or id that only chrome has. Words of medicine are no part of it: social care, informed consent."""

_UPDATES_NAMES = re.compile(
    r"(?:^|[\s_-])(?:change-?(?:history|log|notes?)|full-history|update-?(?:history|log|information|list)|updates|"
    r"version-?history|revision-?history|history)(?:$|[\s_-])",
    re.I,
)
_STAMP = re.compile(
    r"(?:(?:first|originally|last|page|content|date|was) )*(?:published|updated|reviewed|modified|revised)\b"
    r"(?: on| at)?\W*[\w ,./:-]{0,40}(?:\W+(?:show |see )?all updates)?\W*",
    re.I,
)
"""A line that only states when the page was touched."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_LARGE_PART = 0.5
"""An element that holds so much of the page is the page, whatever its name."""
_FEW_WORDS = 20
"""A region with fewer words is no main content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a reader comes for, in order, and the page's own list of its updates as it stands there."""

    passages: tuple[Passage, ...]
    notes: tuple[UpdateNote, ...] = ()


def content_of(page: Page) -> Content:
    """The main content. The same words in other mark-up give equal passages; lines that only state a date go."""
    region = _region(page.root)
    lists = _lists_of_updates(page.root)
    notes = tuple(note for element in lists for note in _notes(element))
    return Content(passages=tuple(_passages(region, skipped=set(lists))), notes=notes)


def passages_in(page: Page, xpath: str) -> tuple[Passage, ...]:
    """The passages of the parts that an expression selects."""
    return tuple(passage for part in page.parts(xpath) for passage in _passages(part.root, skipped=set()))


def _passages(region: HtmlElement, *, skipped: set[HtmlElement]) -> Iterator[Passage]:
    heading, pieces = "", list[str]()
    for event, piece in _walk(region, len(region.text_content()), skipped):
        if event == "text":
            pieces.append(piece)
            continue
        if event == "cell":
            pieces += [" | "] if "".join(pieces).strip() else []
            continue
        text = normalised("".join(pieces)).strip(" |")
        pieces.clear()
        if not re.search(r"\w", text) or _STAMP.fullmatch(text):
            continue
        if event == "heading":
            heading = text
        yield Passage(text=text, heading="" if event == "heading" else heading)


def _region(root: HtmlElement) -> HtmlElement:
    """The element that is said to hold the main content, else the body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found: list[HtmlElement] = [one for one in root.xpath(path) if len(one.text_content().split()) > _FEW_WORDS]
        if len(found) == 1:
            return found[0]
    body = root.find("body")
    return root if body is None else body


def _walk(element: HtmlElement, whole: int, skipped: set[HtmlElement]) -> Iterator[tuple[str, str]]:
    """Texts and the ends of blocks, in the order of the page."""
    is_cell, is_block = element.tag in _CELLS, element.tag in BLOCKS
    if is_block:
        yield ("cell" if is_cell else "end"), ""
    yield "text", element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child not in skipped and not _is_chrome(child, whole):
            yield from _walk(child, whole, skipped)
        yield "text", child.tail or ""
    if is_block and not is_cell:
        yield ("heading" if element.tag in _HEADINGS else "end"), ""


def _is_chrome(element: HtmlElement, whole: int) -> bool:
    """Whether an element is there for every page or for nobody; what holds half of the page never is."""
    is_unseen = "hidden" in element.attrib or element.get("aria-hidden") == "true"
    is_chrome = (
        element.tag in CHROME_TAGS
        or element.get("role", "").lower() in CHROME_ROLES
        or (element.tag == "header" and not element.xpath("boolean(.//h1)"))
        or (element.tag in CHROME_HOLDERS and any(map(_CHROME_NAMES.search, _names(element).split())))
    )
    if is_unseen or _HIDDEN.search(element.get("style", "")):
        return True
    return is_chrome and len(element.text_content()) < whole * _LARGE_PART


def _lists_of_updates(root: HtmlElement) -> list[HtmlElement]:
    """The innermost elements whose names speak of updates and that hold dated entries."""
    elements = (element for element in root.iter() if isinstance(element.tag, str))
    holding = [element for element in elements if _UPDATES_NAMES.search(_names(element)) and _notes(element)]
    outer = {above for element in holding for above in element.iterancestors()}
    return [element for element in holding if element not in outer]


def _notes(element: HtmlElement) -> list[UpdateNote]:
    """The dated entries below an element, in its order."""
    found = []
    for entry in element.iter("li", "tr", "dd"):
        times = entry.xpath("./time | ./*/time")
        if len(times) != 1:
            continue
        stated = times[0].get("datetime", "")[:10] or as_iso(normalised(times[0].text_content()))
        text = normalised(entry.text_content()).replace(normalised(times[0].text_content()), "", 1).strip(" -–:|")
        if text:
            found.append(UpdateNote(text=text, day=stated))
    return found


def _names(element: HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"
