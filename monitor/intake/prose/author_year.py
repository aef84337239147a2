"""Author–year citations: ``(Lie et al., 2019; Müller & Yıldız 2020a)``, ``Lie and Moe (2018) found``, in any script.

The list leads: a year in the text cites an entry of that year when the entry's first author stands before it, with
nothing between the two but other names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.domain.articles import Reference
from monitor.intake.lines import MARK

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)([a-z](?!\w))?")
_CITED = re.compile(
    r"(?<![\d.,/–-])(?P<year>\d{4})(?!\d)(?P<letter>[a-z](?!\w))?"
    r"(?P<more>(?:\s?(?:[,،，、;&/+–-]|and|und|y|et)\s?(?:\d{4}(?!\d)[a-z]?|[a-z])(?![\w.]))*)"
)
_MORE = re.compile(r"(?P<sign>[–-])?\s?(?:(?P<year>\d{4})(?P<letter>[a-z])?|(?<![\w])(?P<alone>[a-z])(?!\w))")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;&.،؛，、；：:(（)）\[\]]|\b(?:and|und|y|et|e|og|och|en|i|و)\b|[“\"«])\s*")
_INITIALS = re.compile(r"(?:\s+(?:[^\W\d_a-z]{1,3}|[^\W\d_]))+$")
_CONNECTS = frozenset(
    re.findall(
        r"\w+",
        "and und y et e og och en i al others colleagues coworkers kollegen mitarbeiter u a m col cols coll ve vd"
        " ark see eg cf vgl zb siehe voir ver cited van von de der den del della di da dos du la le el bin ibn ten ter"
        " zu",
    )
)
"""What may stand between a name and its year in lower case."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'‐-][^\W\d_]+)*")
_BOX = re.compile(r"[(（\[［【](?P<inside>[^()（）\[\]［］【】]{4,600})[)）\]］】]")
_OUTSIDE = re.compile(r"(?:p{1,2}|S|Tab|Fig|Abb)\.\s?\d+(?:[–-]\d+)?")
_ACRONYM = re.compile(r"(?<!\w)([A-Z]{3,8})[\s,(]*$")
_UNCASED, _BODIES = "\0uncased", "\0bodies"
"""Under which key stand names of scripts without capitals, and names of several words."""
_BEFORE = 160
_HEAD = 600
_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An entry as author–year citations name it; ``names`` are folded, the first author's first."""

    number: int
    names: tuple[str, ...]
    year: int
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A place in a text that cites entries by author and year."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """The entries of a list by year, and by the last word of the first author's name."""

    by_year: Mapping[int, Mapping[str, Sequence[Work]]] = field(default_factory=dict)

    def cited_in(self, text: str) -> list[Cited]:
        """Every author–year citation of a listed entry, in order."""
        found: list[Cited] = []
        begin = 0
        for match in _CITED.finditer(text[:_LONGEST]) if self.by_year else ():
            names = _names_before(text, max(begin, match.start() - _BEFORE), match.start())
            numbers = self._meant(names, match)
            if numbers:
                found.append(Cited(start=match.end(), end=match.end(), numbers=numbers))
                begin = match.end()
        return found

    def _meant(self, names: str, match: re.Match[str]) -> tuple[int, ...]:
        year = int(match["year"])
        first = self._of(names, year, match["letter"] or "")
        if not first:
            return ()
        numbers = [work.number for work in first]
        previous = match["letter"] or ""
        for more in _MORE.finditer(match["more"]):
            year = int(more["year"] or year)
            letter = more["letter"] or more["alone"] or ""
            for each in _letters(previous, letter) if more["sign"] and letter else (letter,):
                numbers.extend(work.number for work in self._of(names, year, each))
            previous = letter
        return tuple(dict.fromkeys(numbers))

    def _perhaps(self, year: int, folded: str, names: str) -> list[Work]:
        """The entries of a year that the words could name, in the list's order."""
        known = self.by_year.get(year, {})
        words = _WORD.findall(folded)
        keys = {
            *words,
            *(re.split("[’']", word)[0] for word in words),
            _UNCASED,
            *((_BODIES,) if _ACRONYM.search(names) else ()),
        }
        return sorted({work for key in keys for work in known.get(key, ())}, key=lambda work: work.number)

    def _of(self, names: str, year: int, letter: str) -> list[Work]:
        """The entries of a year whose first author is named; with a letter that one, with co-authors theirs."""
        folded = _folded(names)
        works = [work for work in self._perhaps(year, folded, names) if _named(work.names[0], folded, names)]
        if letter:
            lettered = [work for work in works if work.letter == letter]
            at = ord(letter) - ord("a")
            return lettered or ([works[at]] if at < len(works) and not any(work.letter for work in works) else [])
        if len(works) > 1:
            shared = {work.number: sum(_is_word(name, folded) for name in work.names[1:]) for work in works}
            best = max(shared.values())
            works = [work for work in works if shared[work.number] == best]
        return works


def numbered(entries: Sequence[Reference]) -> tuple[Reference, ...]:
    """Entries of a list without numbers, numbered by their order; a list with numbers stays as it is."""
    if any(entry.number is not None for entry in entries):
        return tuple(entries)
    return tuple(replace(entry, number=at) for at, entry in enumerate(entries, start=1))


def works_of(entries: Iterable[Reference]) -> Works:
    """The numbered entries that have an author and a year."""
    by_year: dict[int, dict[str, list[Work]]] = {}
    for entry in entries:
        dated = _dated(entry)
        if dated is None or entry.number is None:
            continue
        year, letter, head = dated
        if names := _names(head):
            work = Work(number=entry.number, names=names, year=year, letter=letter)
            for key in _keys(names[0]):
                by_year.setdefault(year, {}).setdefault(key, []).append(work)
    return Works(by_year=by_year)


def _keys(first: str) -> tuple[str, ...]:
    """Where a work is to be found by its first author."""
    words = _WORD.findall(first)
    if not words:
        return ()
    if words[-1][0].upper() == words[-1][0]:
        return (_UNCASED,)
    return (words[-1], _BODIES) if len(words) > 1 else (words[-1],)


def is_citation_only(inside: str) -> bool:
    """Whether what stands in brackets is nothing but authors and years."""
    words = _OUTSIDE.sub("", _CITED.sub("", MARK.sub("", inside)))
    return _YEAR.search(inside) is not None and _WORD.search(words) is not None and _is_names(words)


def boxes(text: str) -> Iterator[tuple[int, int, str]]:
    """The brackets of a text that could hold citations: where each begins and ends, and what is in it."""
    return ((match.start(), match.end(), match["inside"]) for match in _BOX.finditer(text[:_LONGEST]))


def _dated(entry: Reference) -> tuple[int, str, str] | None:
    """Year, letter and the words before the title of an entry."""
    head = entry.text[:_HEAD]
    bracketed = re.search(r"[(（](\d{4})([a-z])?(?:,[^()]{0,20})?[)）]", head)
    match = bracketed or next((found for found in _YEAR.finditer(head) if found.group(2)), None)
    if match is not None and _is_year(match.group(1)):
        return int(match.group(1)), match.group(2) or "", head[: match.start()]
    if entry.year is None:
        years = [found for found in _YEAR.finditer(entry.text) if _is_year(found.group(1))]
        return (int(years[0].group(1)), "", head[: years[0].start()]) if years else None
    return entry.year, "", head


def _is_year(digits: str) -> bool:
    return 1800 <= int(digits) <= 2100


def _names(head: str) -> tuple[str, ...]:
    """The names at the head of an entry, folded, the first author's first. A title after them does no harm."""
    body = re.sub(r"\s*\([^()]*\)", "", head.partition(".")[0]).strip()
    found = [_folded(body)] if "," not in body and len(_INITIALS.sub("", body).split()) > 3 else []
    for piece in _BETWEEN_NAMES.split(head):
        name = _INITIALS.sub("", piece.strip())
        if len(name) > 1 and (name[0].isupper() or not name[0].islower() or " " in name):
            found.append(" ".join(_folded(name).split()))
        if len(found) == 30:
            break
    if found and len(words := found[0].split()) > 1:
        found.insert(1, words[-1])
    acronym = "".join(word[0] for word in _WORD.findall(head.partition(".")[0]) if word[0].isupper())
    if not found:
        return ()
    return tuple(dict.fromkeys((*found, acronym.casefold()) if len(acronym) > 1 else found))


def _names_before(text: str, begin: int, end: int) -> str:
    """The words before a year that could be its authors: in its brackets, or right before them."""
    before = MARK.sub("", text[begin:end])
    stripped = before.rstrip(" (（[［")
    if len(before.rstrip()) != len(stripped.rstrip()):
        return re.split(r"[;；:!?。！？()（）\[\]]|(?<!al)\.\s(?=[^\W\d_a-z])", stripped)[-1]
    return re.split(r"[;；()（）\[\]［］【】]", before)[-1]


def _named(first: str, folded: str, names: str) -> bool:
    """Whether the first author stands in the words, with names only from there on. Short forms of bodies count."""
    for key in dict.fromkeys((first, first.split()[-1])):
        at = _last_word(key, folded) if len(key) > 1 else -1
        rest = names[at + len(key) :] if len(names) == len(folded) else folded[at + len(key) :].title()
        if at >= 0 and _is_names(rest):
            return True
    short = _ACRONYM.search(names)
    return short is not None and _shortens(short.group(1).casefold(), first)


def _shortens(acronym: str, name: str) -> bool:
    """Whether an acronym takes its letters, in order, from the first letters of a body's name (NICE, WHO)."""
    initials = iter([word[0] for word in name.split() if word not in _CONNECTS and word not in ("of", "for", "the")])
    return " " in name and name[0] == acronym[0] and all(letter in initials for letter in acronym)


def _last_word(key: str, text: str) -> int:
    at = text.rfind(key)
    return at if at >= 0 and _is_word(key, text) else -1


def _is_word(key: str, text: str) -> bool:
    if not key:
        return False
    if not (key[0].isascii() or key[0].upper() != key[0]):
        return key in text  # Scripts without capitals may put no spaces between words.
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text) is not None


def _is_names(words: str) -> bool:
    """Whether words are names and what connects them."""
    uncased = 0
    for word in _WORD.findall(words):
        if word[0].isupper() or word.casefold() in _CONNECTS or word.casefold() in ("s", "g", "p", "pp"):
            continue
        if word[0].islower():
            return False
        uncased += len(word)
    return uncased <= 40


def _letters(first: str, last: str) -> Iterator[str]:
    return (chr(code) for code in range(ord(first or last) + (1 if first else 0), ord(last) + 1))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in plain if not unicodedata.combining(sign)))
