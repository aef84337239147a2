"""The footnotes of an HTML page: which links cite, which entries they lead to, and what number each entry has.

A link that leads from a short label to a note on the same page is the surest marker there is, whatever it prints: a
number, a letter, an asterisk, or an author and a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from monitor.domain.identifiers import find_identifiers
from monitor.intake.chrome import REFERENCES
from monitor.intake.html.note_links import DATED, NEAREST, NoteLink, note_links
from monitor.intake.lines import squeeze

_CITATION = re.compile(r"\b(?:19|20)\d\d\b.*\d+\s?[:(]\s?\w?\d|\b(?:19|20)\d\d\s?;")
_MOST_STEPS = 50
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


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


def footnotes_of(root: HtmlElement) -> Footnotes:
    """Find the notes of a page. The links of a page without any are left as they are."""
    found = note_links(root)
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


def _works(links: list[NoteLink], notes: Mapping[HtmlElement, None]) -> dict[HtmlElement, tuple[HtmlElement, ...]]:
    """By short note the entries that it names by author and year, and that nothing but such notes leads to."""
    named: dict[HtmlElement, list[HtmlElement]] = {}
    elsewhere: set[HtmlElement] = set()
    for link in links:
        place = next((parent for parent in islice(link.element.iterancestors(), NEAREST) if parent in notes), None)
        if place is None or not DATED.fullmatch(link.label):
            elsewhere.add(link.note)
        else:
            named.setdefault(place, []).append(link.note)
    kept = {note: tuple(work for work in works if work not in elsewhere) for note, works in named.items()}
    in_full = {work for works in kept.values() for work in works}
    return {note: works for note, works in kept.items() if works and note not in in_full}


def _explanations(
    root: HtmlElement, links: Sequence[NoteLink], notes: Mapping[HtmlElement, None]
) -> frozenset[HtmlElement]:
    """Notes that explain and are no evidence: lettered ones beside a numbered list, unless they cite something."""
    evident = {link.note for link in links if link.numbers or DATED.fullmatch(link.label)}
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


def _numbers(links: list[NoteLink], notes: list[HtmlElement]) -> dict[HtmlElement, int]:
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


def _span(link: NoteLink, numbers: Mapping[HtmlElement, int]) -> tuple[int, ...]:
    """All that a link's label says, where it starts with the entry the link leads to; else that entry."""
    number = numbers[link.note]
    return link.numbers if link.numbers[:1] == (number,) else (number,)


def _passed_on(
    links: list[NoteLink], numbers: Mapping[HtmlElement, int], explained: frozenset[HtmlElement]
) -> dict[HtmlElement, tuple[int, ...]]:
    """What an explanation cites itself, or by further explanations: who points to it rests on that."""
    inside: dict[HtmlElement, list[NoteLink]] = {note: [] for note in explained}
    for link in links:
        for place in link.element.iterancestors():
            if place in inside:
                inside[place].append(link)

    return {note: _reached(note, inside, numbers) for note in explained}


def _reached(
    note: HtmlElement, inside: Mapping[HtmlElement, list[NoteLink]], numbers: Mapping[HtmlElement, int]
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
