"""The words inside an HTML block, with raised citation numbers kept as certain markers."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from monitor.domain.identifiers import find_identifiers
from monitor.intake.dates import date_in
from monitor.intake.decoding import cleaned
from monitor.intake.html.footnotes import Footnotes
from monitor.intake.html.frame import DROPPED, is_hidden
from monitor.intake.html.note_links import label_of
from monitor.intake.lines import MARK, MARK_CLOSE, MARK_OPEN, link_sign, marked, readable, squeeze
from monitor.intake.prose.markers import ISOTOPE, TO_RAISED, expand, is_power

_BOXES = {"[": "]", "［": "］", "【": "】", "〔": "〕", "(": ")", "（": "）"}
_BREAK = "\ue003"
_ONE = f"{MARK_OPEN}[^{MARK_CLOSE}]*{MARK_CLOSE}"
_LINKED = re.compile(
    rf"(?P<open>[{re.escape(''.join(_BOXES))}]\s?)?(?P<marks>{_ONE}(?:\s?[,;–—‐-]\s?{_ONE})*)"
    rf"(?P<close>\s?[{re.escape(''.join(_BOXES.values()))}])?"
)
"""Linked numbers in a row, in brackets or not: one marker."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_CITES = re.compile(r"[(\[［【〔]?\s*([\d,;،、\s‐‑‒–—−-]+?)\s*[)\]］】〕]?")
_NOTE_LINK = re.compile(r"#.*(?:ref|cit|note|fn|bib|cr\d)", re.I)
DEEPEST = 60


class InlineText:
    """Gathers the words of one block as they are walked past."""

    def __init__(self, notes: Footnotes | None = None) -> None:
        self.line = 1
        self._notes = notes or Footnotes()
        self._parts: list[str] = []
        self._links: dict[str, int] = {}

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
        return " ".join(self.lines())

    def lines(self) -> tuple[str, ...]:
        """The words by the lines that the page breaks them into."""
        lines = "".join(self._parts).split(_BREAK)
        return tuple(text for line in lines if (text := squeeze(_LINKED.sub(_as_one, line))))

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
                self._parts.append(_BREAK)
            case "p" | "div" | "li" | "dd" | "dt" | "tr" | "td" | "th" | "h2" | "h3" | "h4" | "h5" | "h6":
                self.add(" ")
                self._inside(element, depth)
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
        address, words = self._linked_from(element), squeeze(cleaned(element.text_content()))
        if element in self._notes.back:
            return
        if element in self._notes.cites:
            self._cited(element, label_of(words), depth)
            return
        cites = re.fullmatch(r"\[?(\d{1,3})\]?", words) if element not in self._notes.elsewhere else None
        if cites and (address.startswith("#") or _NOTE_LINK.search(address)) and not words.startswith("["):
            self._parts.append(marked(words))
            self._sign(address)
            return
        self._inside(element, depth)
        self._sign(address)

    def _linked_from(self, element: HtmlElement) -> str:
        """A link's address, taken down when it leads to another site."""
        address = element.get("href") or ""
        if re.match(r"https?://", address, re.I):
            self._links.setdefault(address, len(self._links))
        return address

    def _sign(self, address: str) -> None:
        """Remember which words an address with an identifier belongs to."""
        if address in self._links and find_identifiers(address):
            self._parts.append(link_sign(self._links[address]))

    def _cited(self, element: HtmlElement, label: str, depth: int) -> None:
        """Add a marker that links to its note: by its numbers, its letter, or silently behind author and year."""
        numbers = self._notes.cites[element]
        written = ", ".join(map(str, numbers))
        if not numbers:
            self._inside(element, depth)
        elif _YEAR.search(label) or (" " in label and next(element.iterancestors("sup"), None) is None):
            self._inside(element, depth)
            self._parts.append(marked(written, shown=""))
        elif numbers and expand(label) == numbers:
            self._parts.append(marked(label))
        else:
            self._parts.append(marked(written, shown=f"[{label}]"))

    def _time(self, element: HtmlElement) -> None:
        words, written = element.text_content(), element.get("datetime") or ""
        self.add(words if date_in(words) or not date_in(written) else f" {written[:10]} ")

    def _raised(self, element: HtmlElement) -> None:
        inside = squeeze(cleaned(element.text_content()))
        links = list(element.iter("a"))
        match = _CITES.fullmatch(inside)
        if links and all(link in self._notes.back or link in self._notes.elsewhere for link in links):
            return
        if links and all(self._notes.cites.get(link) == () for link in links):
            return  # A note that explains: no reference, and no word of the sentence.
        if any(link in self._notes.cites for link in links) and not (match and self._agree(links)):
            self._linked(links)
            return
        if match and expand(match.group(1)) and (links or not self._is_figure(element)):
            self._parts.append(marked(squeeze(match.group(1))))
            for link in links:
                self._sign(self._linked_from(link))
            return
        if links and not match:
            return  # A note of another sort, such as [n 1]: no reference, and no word of the sentence.
        self._parts.append(inside.translate(TO_RAISED) if re.fullmatch(r"[\d+–-]{1,6}", inside) else inside)

    def _linked(self, links: list[HtmlElement]) -> None:
        """Add the linked numbers of a raised text, and nothing else of it: a bubble may be hidden in it."""
        for link in links:
            self.element(link)
            if re.fullmatch(r"\s*[,;–—‐-]\s*", link.tail or ""):
                self.add(link.tail)

    def _agree(self, links: list[HtmlElement]) -> bool:
        """Whether all the links print the numbers that they stand for, so that their text says it all: 3–5."""
        cites = self._notes.cites
        return all(link in cites and cites[link] == expand(link.text_content().strip("[] ")) for link in links)

    def _is_figure(self, element: HtmlElement) -> bool:
        """Whether a raised number is a power, a charge, or the weight of an isotope."""
        before = self._before()
        is_first = not before or before[-1] in " (-–"
        return is_power(before) or (is_first and ISOTOPE.match(element.tail or "") is not None)

    def _before(self) -> str:
        return readable("".join(self._parts[-4:]))[-24:]


def _as_one(match: re.Match[str]) -> str:
    """Linked numbers in a row as one marker, without the brackets around them."""
    marks = list(MARK.finditer(match["marks"]))
    opened, closed = (match["open"] or "").strip(), (match["close"] or "").strip()
    if all(mark["shown"] == "" and mark["numbers"] for mark in marks) or _BOXES.get(opened, "") != closed:
        return match.group()
    if all(mark["shown"] is None for mark in marks):
        return marked(squeeze(MARK.sub(r"\g<numbers>", match["marks"])))
    numbers = ", ".join(mark["numbers"] for mark in marks if mark["numbers"])
    return marked(numbers, shown=readable(match["marks"])) if numbers else ""
