"""The words inside an HTML block, with raised citation numbers kept as certain markers."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from monitor.intake.dates import date_in
from monitor.intake.decoding import cleaned
from monitor.intake.lines import marked, readable, squeeze
from monitor.intake.markers import TO_RAISED, expand, is_power

DROPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "button",
        "select",
        "input",
        "textarea",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
        "head",
        "math",
    }
)
_HIDDEN = frozenset(
    {
        "sr-only",
        "visually-hidden",
        "screen-reader-text",
        "mw-cite-backlink",
        "mw-editsection",
        "noprint",
    }
)
_CITES = re.compile(r"\[?\s*([\d,;\s–-]+?)\s*\]?")
_NOTE_LINK = re.compile(r"#.*(?:ref|cit|note|fn|bib|cr\d)", re.I)
DEEPEST = 60


class InlineText:
    """Gathers the words of one block as they are walked past."""

    def __init__(self) -> None:
        self.line = 1
        self._parts: list[str] = []
        self._links: dict[str, None] = {}

    def at(self, line: int | None) -> None:
        """Say where in the file the block starts."""
        if line and not self._parts:
            self.line = line

    def add(self, words: str | None) -> None:
        """Add words of the page."""
        if words:
            self._parts.append(cleaned(words))

    def text(self) -> str:
        """All words, white space squeezed. Spaces before a marker stay as they are on the page."""
        return squeeze("".join(self._parts))

    def links(self) -> tuple[str, ...]:
        """The addresses linked, in order."""
        return tuple(self._links)

    def element(self, element: HtmlElement, depth: int = 0) -> None:
        """Add an inline element."""
        if not isinstance(element.tag, str) or element.tag in DROPPED or is_hidden(element):
            return
        self.at(element.sourceline)
        match element.tag:
            case "br":
                self.add(" ")
            case "sup":
                self._raised(element)
            case "a":
                self._link(element, depth)
            case "time":
                self._time(element)
            case _:
                self._inside(element, depth)

    def _inside(self, element: HtmlElement, depth: int) -> None:
        if depth > DEEPEST:
            self.add(element.text_content())
            return
        self.add(element.text)
        for child in element:
            if isinstance(child, HtmlElement):
                self.element(child, depth + 1)
            self.add(child.tail)

    def _link(self, element: HtmlElement, depth: int) -> None:
        address, words = element.get("href") or "", squeeze(element.text_content())
        if re.match(r"https?://", address, re.I):
            self._links[address] = None
        cites = re.fullmatch(r"\[?(\d{1,3})\]?", words)
        if cites and (address.startswith("#") or _NOTE_LINK.search(address)) and not words.startswith("["):
            self._parts.append(marked(words))
            return
        self._inside(element, depth)

    def _time(self, element: HtmlElement) -> None:
        words, written = element.text_content(), element.get("datetime") or ""
        self.add(words if date_in(words) or not date_in(written) else f" {written[:10]} ")

    def _raised(self, element: HtmlElement) -> None:
        inside = squeeze(cleaned(element.text_content()))
        match = _CITES.fullmatch(inside)
        is_linked = element.find(".//a") is not None
        if match and expand(match.group(1)) and (is_linked or not is_power(self._before())):
            self._parts.append(marked(squeeze(match.group(1))))
            return
        if is_linked and not match:
            return  # A note of another sort, such as [n 1]: no reference, and no word of the sentence.
        self._parts.append(inside.translate(TO_RAISED) if re.fullmatch(r"[\d+–-]{1,6}", inside) else inside)

    def _before(self) -> str:
        return readable("".join(self._parts[-4:]))[-24:]


def is_hidden(element: HtmlElement) -> bool:
    """Whether the page shows an element to nobody, or to screen readers only."""
    if element.get("hidden") is not None or "display:none" in (element.get("style") or "").replace(" ", "").lower():
        return True
    return bool(_HIDDEN & set((element.get("class") or "").split()))
