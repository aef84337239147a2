"""Where the links of an HTML page lead: forward to a note, back from one, or to something that is no note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

from lxml.html import HtmlElement

from monitor.intake.decoding import cleaned
from monitor.intake.lines import squeeze
from monitor.intake.prose.markers import expand

_NUMBERS = re.compile(r"(?!(?:19|20)\d\d$)\d{1,4}(?:\s?[,;–—-]\s?\d{1,4})*")
_OTHER_LABEL = re.compile(
    r"(?:n|nb|note|fn|footnote|ref|lower-alpha)?\.?\s?(?:[a-zα-ω]{1,2}|[ivx]{1,5}|\d{1,3})|[*†‡§¶‖#]{1,5}", re.I
)
DATED = re.compile(r".{0,60}\b(?:19|20)\d\d[a-z]?\b.{0,3}")
_BACK = re.compile(r"[\s↩︎↵⏎^↑⤴⬆]*|(?:back|return|jump|go)\b.*|(?:zurück|retour)\b.*", re.I)
_BACKLINKS = frozenset({"mw-cite-backlink", "footnote-backref", "footnote-back", "footnote-return", "backlink"})
_NOTES = ("li", "dd", "p", "tr", "blockquote", "aside", "div", "section", "figcaption", "small")
_WIDE = frozenset({"aside", "div", "section", "blockquote", "tr", "figcaption"})
_NOTE_NAME = re.compile(r"(?:^|[._:-])(?:\w*(?:fn|note|ref|cit|bib|source)|src|cr|r|b)[^a-zA-Z]?\d*", re.I)
_NO_NOTE_NAME = re.compile(
    r"(?:aff|auth|corr|contrib|tab|tbl|fig|box|sec|eq|supp|app|top|page|toc|nav|content|main|step|slide)", re.I
)
_SAYS_NOTE = re.compile(r"note|ref|cit|bib|fn\d", re.I)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LONGEST_LABEL = 80
_LONGEST_NOTE, _MOST_PIECES = 4000, 400
_MOST_LINKS = 20_000
NEAREST = 8


@dataclass(slots=True)
class NoteLink:
    """A link with a label, from its place to a note."""

    element: HtmlElement
    label: str
    note: HtmlElement

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers that the link prints; none when it prints a letter, a sign, or a year."""
        return expand(self.label) if _NUMBERS.fullmatch(self.label) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A link with a label, the anchor it leads to, and the note that holds the anchor, if any does."""

    element: HtmlElement
    label: str
    target: HtmlElement
    note: HtmlElement | None


@dataclass(slots=True)
class NoteLinks:
    """The links of a page by where they lead."""

    forward: list[NoteLink] = field(default_factory=list)
    back: set[HtmlElement] = field(default_factory=set)
    elsewhere: set[HtmlElement] = field(default_factory=set)


def label_of(words: str) -> str:
    """What a link prints, without the brackets and commas around it."""
    return words.strip("[]()（）［］【】〔〕,;، ")


def note_links(root: HtmlElement) -> NoteLinks:
    """Where links lead. Of two that lead to each other's place the first on the page leads forward."""
    anchors = _anchors(root)
    found = NoteLinks()
    notes: dict[HtmlElement, HtmlElement | None] = {}
    seen: set[tuple[HtmlElement, HtmlElement]] = set()
    for element in islice(root.iter("a"), _MOST_LINKS):
        name = unquote((element.get("href") or "").partition("#")[2])
        target = anchors.get(name)
        if target is None:
            continue
        label = label_of(squeeze(cleaned(element.text_content()[: _LONGEST_LABEL + 1])))
        if _leads_back(element, label):
            found.back.add(element)
        elif not _is_label(label):
            continue
        elif _NO_NOTE_NAME.match(name) and not _SAYS_NOTE.search(name):
            found.elsewhere.add(element)
        else:
            if target not in notes:
                notes[target] = _note(target)
            _lead(found, seen, _Way(element=element, label=label, target=target, note=notes[target]))
    return found


def _lead(found: NoteLinks, seen: set[tuple[HtmlElement, HtmlElement]], way: _Way) -> None:
    """Say where a link leads: back, when the place it leads to has led here."""
    places = tuple(_places(way.element))
    leads_back = any((way.target, own) in seen or (way.note, own) in seen for own in places)
    if leads_back and " " not in way.label:  # A note may speak of another that speaks of it: see note b.
        found.back.add(way.element)
    elif way.note is not None and way.note not in places:
        seen.update((own, way.note) for own in places)
        found.forward.append(NoteLink(element=way.element, label=way.label, note=way.note))


def _anchors(root: HtmlElement) -> dict[str, HtmlElement]:
    found: dict[str, HtmlElement] = {}
    for element in root.iter():
        if isinstance(element, HtmlElement) and (name := element.get("id") or element.get("name")):
            found.setdefault(name, element)
    return found


def _leads_back(element: HtmlElement, label: str) -> bool:
    if _BACK.fullmatch(label):
        return True
    return any(
        _BACKLINKS & set((parent.get("class") or "").split())
        for parent in (element, *islice(element.iterancestors(), 3))
    )


def _is_label(label: str) -> bool:
    if not label or len(label) > _LONGEST_LABEL:
        return False
    return any(pattern.fullmatch(label) for pattern in (_NUMBERS, _OTHER_LABEL, DATED))


def _places(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that a link back could lead to: whatever could be a note and holds the link."""
    for parent in islice(element.iterancestors(), NEAREST):
        if parent.tag in _NOTES or parent.tag in ("sup", "span", "td"):
            yield parent


def _note(target: HtmlElement) -> HtmlElement | None:
    """The element that holds the whole note an anchor stands in; None when it is no note but a part of the page."""
    for element in (target, *target.iterancestors()):
        if element.tag in _HEADINGS or element.tag in ("body", "main", "article", "sup", "table", "ol", "ul"):
            return None
        if element.tag == "dt":
            following = element.getnext()
            return following if isinstance(following, HtmlElement) and following.tag == "dd" else None
        if element.tag in _NOTES:
            item = next((one for one in islice(element.iterancestors(), 3) if one.tag in ("li", "dd")), None)
            whole = element if item is None or element.tag in ("li", "dd", "tr") or _holds_several(item) else item
            return whole if _is_note(whole, target) else None
    return None


def _is_note(element: HtmlElement, target: HtmlElement) -> bool:
    length = 0
    for pieces, words in enumerate(element.itertext()):
        length += len(words.strip())
        if length > _LONGEST_NOTE or pieces > _MOST_PIECES:
            return False
    if not length:
        return False
    if element.tag not in _WIDE:
        return element.tag in ("li", "dd") or not _holds_several(element)
    name = f"{target.get('id') or target.get('name') or ''}"
    if any(inner.tag in _HEADINGS or inner.tag in ("p", "li") for inner in element.iterdescendants()) and (
        element is not target or sum(inner.tag == "p" for inner in element.iterdescendants()) > 4
    ):
        return False
    return bool(_NOTE_NAME.search(name)) and not _holds_several(element)


def _holds_several(element: HtmlElement) -> bool:
    """Whether several anchors share the element, so that it cannot be one note."""
    anchors = (inner for inner in element.iterdescendants("a") if inner.get("name") or inner.get("id"))
    named = list(islice(anchors, 4))
    return (
        len({_NOTE_NAME.sub("", inner.get("name") or inner.get("id") or "") for inner in named}) > 1 or len(named) > 3
    )
