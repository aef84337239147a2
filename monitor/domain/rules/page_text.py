"""Two readings of a page's main content: what an editor would call a change of it. Pure.

Order, paragraphs, headings' levels, case, punctuation, days, times and counters are nothing. Sentences are compared.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.domain.kinds import EventKind
from monitor.domain.records import GuidelineDocument, Passage, UpdateNote
from monitor.domain.rules.wording import is_update_of_figures, lasting, likeness, without_figures
from monitor.domain.signals import Signal

REWORDED = 0.6
"""So alike must two sentences be to be one that was reworded."""

MOST_COMPARED = 10_000
"""Pairs of sentences; beyond that what went and what came is told without pairing them."""

MOST_QUOTED = 3
LONGEST_QUOTE = 140

_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z0-9\"'(“])")
_FIGURES = r"(?:figures?|numbers?|statistics|stats|counts?|totals?|data)"
_UPDATED = r"(?:updat\w*|refresh\w*|add(?:s|ed)?)"
_ONLY_FIGURES = re.compile(
    rf"(?:{_UPDATED}\b.*\b{_FIGURES}\b.*|(?:\w+\s+)*{_FIGURES}\s+(?:were\s+|have\s+been\s+)?{_UPDATED})", re.I
)
_MORE_THAN_FIGURES = re.compile(
    r"\b(?:add\w*\s+(?:\w+\s+)*(?:section|table|information|guidance|advice|links?|notes?|definitions?|details?)|remov\w+|delet\w+|mov(?:ed|ing)|"
    r"chang\w+|correct\w+|clarif\w+|revis\w+|rewr\w+|replac\w+|renam\w+|includ\w+|withdr\w+|methods?|methodology|"
    r"definitions?|sections?|guidance|advice|recommend\w*|explanations?|tables?|notes?)\b",
    re.I,
)
"""Words that say that more than figures changed, wherever they stand in a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """A sentence under its heading; ``words`` is what of it lasts."""

    text: str
    heading: str
    words: tuple[str, ...]


def passing(before: GuidelineDocument, after: GuidelineDocument) -> Iterator[Signal]:
    """What the text of the page tells anew.

    Where the page keeps a list of its own updates, new entries decide: when all of them say only that figures were
    updated, the words around the figures are no news either. Entries that say more are told, with their words.
    """
    if not before.passages or not after.passages:
        return
    entries = new_notes(before.notes, after.notes)
    said = [note for note in entries if not is_only_figures(note.text)]
    if entries and not said:
        return
    changes = tuple(_changes(before.passages, after.passages))
    if not changes and not said:
        return
    quoted = "; ".join(f"“{_cut(note.text)}”" for note in said[:MOST_QUOTED])
    told = "; ".join(changes[:MOST_QUOTED]) + (f"; and {len(changes) - MOST_QUOTED} more" if len(changes) > 3 else "")
    parts = [f"its list of updates says {quoted}"] * bool(said) + [told] * bool(told)
    words = sorted(" ".join(sentence.words) for sentence in _sentences(after.passages))
    content = hashlib.blake2b(repr((words, [note.text for note in said])).encode(), digest_size=6).hexdigest()
    yield Signal(
        record=after.identifier,
        kind=EventKind.GUIDELINE_UPDATED,
        shown_by=f"text {content}",
        because=f"the text of the page changed: {'; '.join(parts)}",
        standing=False,
    )


def new_notes(before: Sequence[UpdateNote], after: Sequence[UpdateNote]) -> tuple[UpdateNote, ...]:
    """Entries of the page's list of updates that were not there before; none where there was no list."""
    if not before:
        return ()
    left = Counter(before)
    left.subtract(after)
    return tuple(note for note in dict.fromkeys(after) if left[note] < 0)


def is_only_figures(note: str) -> bool:
    """Whether an entry says no more than that figures were brought up to date: one statement, with no other change.

    “Updated daily figures.” says so; “Updated figures and removed the section on risk” does not.
    """
    statement = note.strip().rstrip(".")
    if re.search(r"[.;:]\s", statement) or _MORE_THAN_FIGURES.search(statement):
        return False
    return _ONLY_FIGURES.fullmatch(statement) is not None


def _changes(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[str]:
    went, came = _unlike(before, after)
    if not went and not came:
        return
    pairs = _reworded(went, came)
    gone, added = _headings(before, after), _headings(after, before)
    yield from (f"the section “{_cut(heading)}” was removed" for heading in gone)
    yield from (f"the section “{_cut(heading)}” was added" for heading in added)
    headings = {*gone, *added}
    for place, other in pairs.items():
        was, now = went[other].text, came[place].text
        if not is_update_of_figures(was, now):
            yield f"reworded: “{_cut(was)}” is now “{_cut(now)}”"
    for place, one in enumerate(went):
        if place not in pairs.values() and one.text not in headings:
            yield f"removed: “{_cut(one.text)}”"
    for place, one in enumerate(came):
        if place not in pairs and one.text not in headings:
            yield f"added: “{_cut(one.text)}”"


def _unlike(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[list[_Sentence], list[_Sentence]]:
    """The sentences that only one side has. Most paragraphs are the same to the letter, and need no closer look."""
    same = Counter(one.text for one in before) & Counter(one.text for one in after)
    old, new = _sentences(_left(before, same)), _sentences(_left(after, same))
    return _without(old, new), _without(new, old)


def _left(passages: Sequence[Passage], same: Counter[str]) -> list[Passage]:
    """The passages without so many of each text."""
    taken = Counter(same)
    left = []
    for one in passages:
        if taken[one.text] > 0:
            taken[one.text] -= 1
        else:
            left.append(one)
    return left


def _sentences(passages: Sequence[Passage]) -> tuple[_Sentence, ...]:
    """Each sentence that holds lasting words, in order; a bare number is none."""
    return tuple(
        _Sentence(text=text, heading=passage.heading, words=words)
        for passage in passages
        for text in _SENTENCE_END.split(passage.text)
        if (words := lasting(text)) and without_figures(text)
    )


def _without(some: Sequence[_Sentence], others: Sequence[_Sentence]) -> list[_Sentence]:
    """The sentences whose words the others do not have, as often as they do not."""
    left = Counter(sentence.words for sentence in others)
    found = []
    for sentence in some:
        if left[sentence.words] > 0:
            left[sentence.words] -= 1
        else:
            found.append(sentence)
    return found


def _headings(some: Sequence[Passage], others: Sequence[Passage]) -> list[str]:
    """Headings with text below them, of which the others have neither the heading nor its words."""
    spelled = {passage.heading for passage in others} | {passage.text for passage in others}
    names = dict.fromkeys(passage.heading for passage in some if passage.heading and passage.heading not in spelled)
    if not names:
        return []
    held = {lasting(text) for text in spelled}
    return [name for name in names if lasting(name) and lasting(name) not in held]


def _reworded(went: Sequence[_Sentence], came: Sequence[_Sentence]) -> dict[int, int]:
    """Place in ``came`` → place in ``went`` of the sentence it was, the most alike first."""
    if len(went) * len(came) > MOST_COMPARED:
        return {}
    alike = sorted(
        (-_alike(old, new), place, other) for place, new in enumerate(came) for other, old in enumerate(went)
    )
    pairs: dict[int, int] = {}
    for value, place, other in alike:
        if -value >= REWORDED and place not in pairs and other not in pairs.values():
            pairs[place] = other
    return pairs


def _alike(old: _Sentence, new: _Sentence) -> float:
    """How alike two sentences are; those that differ in figures alone are the most alike."""
    if without_figures(old.text) == without_figures(new.text):
        return 2.0
    return likeness(old.words, new.words)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()} …"
