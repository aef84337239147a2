"""The footnotes of an HTML page: which links cite, which entries they lead to, and what number each entry has.

A link that leads from a short label to a note on the same page is the surest marker there is, whatever it prints: a
number, a letter, an asterisk, or an author and a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

from lxml.html import HtmlElement

from monitor.domain.identifiers import find_identifiers
from monitor.intake.chrome import REFERENCES
from monitor.intake.decoding import cleaned
from monitor.intake.lines import squeeze
from monitor.intake.markers import expand

_NUMBERS = re.compile(r"(?!(?:19|20)\d\d$)\d{1,4}(?:\s?[,;–—-]\s?\d{1,4})*")
_OTHER_LABEL = re.compile(
    r"(?:n|nb|note|fn|footnote|ref|lower-alpha)?\.?\s?(?:[a-zα-ω]{1,2}|[ivx]{1,5}|\d{1,3})|[*†‡§¶‖#]{1,5}", re.I
)
_DATED = re.compile(r".{0,60}\b(?:19|20)\d\d[a-z]?\b.{0,3}")
_BACK = re.compile(r"[\s↩︎↵⏎^↑⤴⬆]*|(?:back|return|jump|go)\b.*|(?:zurück|retour)\b.*", re.I)
_BACKLINKS = frozenset({"mw-cite-backlink", "footnote-backref", "footnote-back", "footnote-return", "backlink"})
_NOTES = ("li", "dd", "p", "tr", "blockquote", "aside", "div", "section", "figcaption", "small")
_WIDE = frozenset({"aside", "div", "section", "blockquote", "tr", "figcaption"})
_NOTE_NAME = re.compile(r"(?:^|[._:-])(?:\w*(?:fn|note|ref|cit|bib|source)|src|cr|r|b)[^a-zA-Z]?\d*", re.I)
_NO_NOTE_NAME = re.compile(
    r"(?:aff|auth|corr|contrib|tab|tbl|fig|box|sec|eq|supp|app|top|page|toc|nav|content|main|step|slide)", re.I
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LONGEST_LABEL = 80
_LONGEST_NOTE = 4000
_MOST_STEPS = 50
_NEAREST = 8
_CITATION = re.compile(r"\b(?:19|20)\d\d\b.*\d+\s?[:(]\s?\w?\d|\b(?:19|20)\d\d\s?;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnotes:
    """What links and notes of one page mean.

    ``entries`` gives each element that is an entry its number (None where nothing cites it), ``cites`` each link that
    is a marker the numbers it stands for, ``back`` are the links that lead from a note to where it is cited, and
    ``elsewhere`` those that look like markers and lead to an affiliation, a figure or a table. ``works`` are what a
    short note stands for (Lie 2006, p. 69), which the list names in full.
    """

    entries: Mapping[HtmlElement, int | None] = field(default_factory=dict)
    cites: Mapping[HtmlElement, tuple[int, ...]] = field(default_factory=dict)
    back: frozenset[HtmlElement] = frozenset()
    elsewhere: frozenset[HtmlElement] = frozenset()
    works: Mapping[HtmlElement, tuple[HtmlElement, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Link:
    """A link with a label, from its place to a note."""

    element: HtmlElement
    label: str
    note: HtmlElement

    @property
    def numbers(self) -> tuple[int, ...]:
        return expand(self.label) if _NUMBERS.fullmatch(self.label) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A link with a label, the anchor it leads to, and the note that holds the anchor, if any does."""

    element: HtmlElement
    label: str
    target: HtmlElement
    note: HtmlElement | None


@dataclass(slots=True)
class _Links:
    """The links of a page by where they lead."""

    forward: list[_Link] = field(default_factory=list)
    back: set[HtmlElement] = field(default_factory=set)
    elsewhere: set[HtmlElement] = field(default_factory=set)


def footnotes_of(root: HtmlElement) -> Footnotes:
    """Find the notes of a page. The links of a page without any are left as they are."""
    found = _links(root)
    notes = dict.fromkeys(link.note for link in found.forward)
    works = _works(found.forward, notes)
    in_full = {work for named in works.values() for work in named}
    explained = _explanations(root, found.forward, notes)
    numbers = _numbers(found.forward, [note for note in notes if note not in explained and note not in in_full])
    passed_on = _passed_on(found.forward, numbers, explained)
    return Footnotes(
        entries={**_with_siblings(numbers), **dict.fromkeys(in_full)},
        cites={
            link.element: _span(link, numbers) if link.note in numbers else passed_on.get(link.note, ())
            for link in found.forward
        },
        back=frozenset(found.back),
        elsewhere=frozenset(found.elsewhere),
        works=works,
    )


def _works(links: list[_Link], notes: Mapping[HtmlElement, None]) -> dict[HtmlElement, tuple[HtmlElement, ...]]:
    """By short note the entries that it names by author and year, and that nothing but such notes leads to."""
    named: dict[HtmlElement, list[HtmlElement]] = {}
    elsewhere: set[HtmlElement] = set()
    for link in links:
        place = next((parent for parent in islice(link.element.iterancestors(), _NEAREST) if parent in notes), None)
        if place is None or not _DATED.fullmatch(link.label):
            elsewhere.add(link.note)
        else:
            named.setdefault(place, []).append(link.note)
    kept = {note: tuple(work for work in works if work not in elsewhere) for note, works in named.items()}
    in_full = {work for works in kept.values() for work in works}
    return {note: works for note, works in kept.items() if works and note not in in_full}


def label_of(words: str) -> str:
    """What a link prints, without the brackets and commas around it."""
    return words.strip("[]()（）［］【】〔〕,;، ")


def _links(root: HtmlElement) -> _Links:
    """Where links lead. Of two that lead to each other's place the first on the page leads forward."""
    anchors = _anchors(root)
    found = _Links()
    notes: dict[HtmlElement, HtmlElement | None] = {}
    seen: set[tuple[HtmlElement, HtmlElement]] = set()
    for element in root.iter("a"):
        name = unquote((element.get("href") or "").partition("#")[2])
        target = anchors.get(name)
        if target is None:
            continue
        label = label_of(squeeze(cleaned(element.text_content()[: _LONGEST_LABEL + 1])))
        if _leads_back(element, label):
            found.back.add(element)
        elif not _is_label(label):
            continue
        elif _NO_NOTE_NAME.match(name):
            found.elsewhere.add(element)
        else:
            if target not in notes:
                notes[target] = _note(target)
            _lead(found, seen, _Way(element=element, label=label, target=target, note=notes[target]))
    return found


def _lead(found: _Links, seen: set[tuple[HtmlElement, HtmlElement]], way: _Way) -> None:
    """Say where a link leads: back, when the place it leads to has led here."""
    places = tuple(_places(way.element))
    leads_back = any((way.target, own) in seen or (way.note, own) in seen for own in places)
    if leads_back and " " not in way.label:  # A note may speak of another that speaks of it: see note b.
        found.back.add(way.element)
    elif way.note is not None and way.note not in places:
        seen.update((own, way.note) for own in places)
        found.forward.append(_Link(element=way.element, label=way.label, note=way.note))


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
    return any(pattern.fullmatch(label) for pattern in (_NUMBERS, _OTHER_LABEL, _DATED))


def _places(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that a link back could lead to: whatever could be a note and holds the link."""
    for parent in islice(element.iterancestors(), _NEAREST):
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
    for words in element.itertext():
        length += len(words.strip())
        if length > _LONGEST_NOTE:
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


def _explanations(root: HtmlElement, links: list[_Link], notes: Mapping[HtmlElement, None]) -> frozenset[HtmlElement]:
    """Notes that explain and are no evidence: lettered ones beside a numbered list, unless they cite something."""
    evident = {link.note for link in links if link.numbers or _DATED.fullmatch(link.label)}
    others = frozenset(note for note in notes if note not in evident and not _reads_like_citation(note))
    return others if any(link.numbers for link in links) or _has_list_beside(root, others) else frozenset()


def _reads_like_citation(note: HtmlElement) -> bool:
    words = squeeze(note.text_content())
    addresses = " ".join(link.get("href") or "" for link in note.iter("a"))
    return bool(find_identifiers(f"{words} {addresses}")) or _CITATION.search(words) is not None


def _has_list_beside(root: HtmlElement, notes: frozenset[HtmlElement]) -> bool:
    """Whether a reference list stands under its heading, and the notes are not what stands in it."""
    for heading in root.iter(*_HEADINGS):
        if REFERENCES.match(squeeze(heading.text_content())):
            following = next((item for item in heading.itersiblings() if isinstance(item, HtmlElement)), None)
            inside = set() if following is None else set(following.iter())
            if following is not None and following.tag in ("ol", "ul") and not inside & notes:
                return True
    return False


def _numbers(links: list[_Link], notes: list[HtmlElement]) -> dict[HtmlElement, int]:
    """The number of each entry: the one its links print; for all others the next that is free, in the page's order."""
    numbers: dict[HtmlElement, int] = {}
    taken: set[int] = set()
    wanted = set(notes)
    for link in links:
        if len(link.numbers) == 1 and link.note in wanted and link.note not in numbers and link.numbers[0] not in taken:
            numbers[link.note] = link.numbers[0]
            taken.add(link.numbers[0])
    following = max(taken, default=0)
    for note in notes:
        if note not in numbers:
            following += 1
            numbers[note] = following
    return numbers


def _span(link: _Link, numbers: Mapping[HtmlElement, int]) -> tuple[int, ...]:
    """All that a link's label says, where it starts with the entry the link leads to; else that entry."""
    number = numbers[link.note]
    return link.numbers if link.numbers[:1] == (number,) else (number,)


def _passed_on(
    links: list[_Link], numbers: Mapping[HtmlElement, int], explained: frozenset[HtmlElement]
) -> dict[HtmlElement, tuple[int, ...]]:
    """What an explanation cites itself, or by further explanations: who points to it rests on that."""
    inside: dict[HtmlElement, list[_Link]] = {note: [] for note in explained}
    for link in links:
        for place in link.element.iterancestors():
            if place in inside:
                inside[place].append(link)

    return {note: _reached(note, inside, numbers) for note in explained}


def _reached(
    note: HtmlElement, inside: Mapping[HtmlElement, list[_Link]], numbers: Mapping[HtmlElement, int]
) -> tuple[int, ...]:
    """The entries that a note leads to, by however many others. Notes may lead to each other in circles."""
    reached: dict[int, None] = {}
    waiting = [note]
    seen = {note}
    while waiting and len(seen) < _MOST_STEPS:
        for link in inside[waiting.pop(0)]:
            if link.note in numbers:
                reached.update(dict.fromkeys(_span(link, numbers)))
            elif link.note not in seen:
                seen.add(link.note)
                waiting.append(link.note)
    return tuple(reached)


def _with_siblings(numbers: Mapping[HtmlElement, int]) -> dict[HtmlElement, int | None]:
    """The entries with those beside them that nothing cites; these are numbered where the list itself numbers them."""
    entries: dict[HtmlElement, int | None] = dict(numbers)
    lists = dict.fromkeys(note.getparent() for note in numbers if note.tag == "li")
    for parent in lists:
        items = [item for item in parent if item.tag == "li"] if parent is not None else []
        if 2 * sum(item in numbers for item in items) < len(items):
            continue
        counts = parent is not None and parent.tag == "ol"
        agrees = all(numbers.get(item, at) == at for at, item in enumerate(items, start=1))
        for at, item in enumerate(items, start=1):
            entries.setdefault(item, at if counts and agrees else None)
    return entries
