"""Titles and names of journals as they are compared: by their words, however they are printed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_SMALL = frozenset({"a", "an", "and", "de", "der", "die", "et", "for", "in", "la", "of", "on", "the", "und"})
_MARKUP = re.compile(r"</?[a-z]{1,6}>", re.I)
_TRANSLATED = re.compile(r"^\[(?P<title>.*)\]\.?$")
_BRACKETED = re.compile(r"\[[^\]]{8,}\]")
_SPELLINGS = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"is(?=(?:e[ds]?|ing|ation)\b)"), "iz"),
    (re.compile(r"(?<=[lt])our\b|(?<=i)our\b"), "or"),
    (re.compile(r"(?<=t)re\b"), "er"),
    (re.compile(r"(?<=[a-z]{3})s\b"), ""),
)
"""British and American spelling, and the plural, are no other word."""
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu", "ω": "omega", "λ": "lambda"}
_OF_ANOTHER = frozenset(
    {
        *("abstract", "addendum", "appendix", "comment", "commentary", "corrigendum", "correction", "discussion"),
        *("editorial", "erratum", "extension", "followup", "letter", "part", "protocol", "rationale", "reply"),
        *("response", "retraction", "supplement", "ii", "iii", "iv", "2", "3", "4"),
    }
)
FEWEST_OF_A_MAIN_TITLE = 4
"""A title of fewer words before its colon does not stand for the whole."""


class TitleMatch(StrEnum):
    """How far two titles are the same."""

    SAME = "same"
    SPELT = "spelt otherwise"
    SMALL = "the same but for small words"
    SHORTENED = "the same but for its subtitle"
    ALIKE = "alike"
    PARTLY = "alike in part"
    OTHER = "another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How far two titles are the same, and which share of their words they have in common, 0 to 1."""

    match: TitleMatch
    share: float


def title_words(text: str) -> list[str]:
    """The words of a text as they are compared: case, accents, punctuation and markup do not count."""
    return re.findall(r"\w+", _in_plain_letters(text))


def title_similarity(left: str, right: str) -> float:
    """How alike two titles are by their words, 0 to 1; case, accents, punctuation and markup do not count."""
    return _ratio(title_words(left), title_words(right))


def likeness(written: str, known: str) -> Likeness | None:
    """Compare a title as a citation gives it with that of a record; None where one of them is missing.

    One word that differs makes another title of a long one too: *in adults* is not *in children*. A title in another
    language beside its translation, and the brackets that PubMed puts around a translated title, do not count.
    """
    pairs = [
        (title_words(one), title_words(other))
        for one in _forms(written)
        for other in _forms(known)
        if one.strip() and other.strip()
    ]
    found = [_compared(one, other) for one, other in pairs if one and other]
    return max(found, key=lambda item: (_RANK[item.match], item.share)) if found else None


def stands_in(title: str, text: str) -> bool:
    """Whether a text holds a title as a sentence of its own: behind a stop, a bracket or a year, and before a stop."""
    words = r"\W{0,4}".join(re.escape(word) for word in title_words(title))
    alone = rf"(?:^|[.?!)\]”\"]\s+|\b(?:18|19|20)\d\d\s+){words}(?:[.?!\]”\"]|\s*$)"
    return bool(words) and re.search(alone, _in_plain_letters(text)) is not None


def same_journal(name: str, *known: str) -> bool:
    """Whether a written journal name means a journal, by one of its names: its title, or an abbreviation of it."""
    words = title_words(name)
    if not words:
        return False
    return any(
        _abbreviates(words, others) or _abbreviates(others, words) or _is_acronym(name, others)
        for others in map(title_words, known)
        if others
    )


@lru_cache(maxsize=256)
def _in_plain_letters(text: str) -> str:
    """Small letters without accents and markup, Greek ones spelt out."""
    plain = "".join(_GREEK.get(char, char) for char in _MARKUP.sub("", text))
    folded = unicodedata.normalize("NFKD", plain).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


_RANK = {match: rank for rank, match in enumerate(reversed(TitleMatch))}


def _forms(title: str) -> tuple[str, ...]:
    """A title without the brackets of a translation, and the parts of one that is printed in two languages."""
    if translated := _TRANSLATED.match(title.strip()):
        return (translated["title"],)
    inside = _BRACKETED.search(title)
    if inside is None:
        return (title,)
    return (title, title[: inside.start()], inside.group().strip("[]"))


def _compared(one: Sequence[str], other: Sequence[str]) -> Likeness:
    if "".join(one) == "".join(other):
        return Likeness(match=TitleMatch.SAME, share=1.0)
    share = _ratio(one, other)
    if _spelt_alike(one, other):
        small = [[word for word in words if word in _SMALL] for words in (one, other)]
        return Likeness(match=TitleMatch.SPELT if small[0] == small[1] else TitleMatch.SMALL, share=max(share, 0.95))
    if (_is_start_of(one, other) or _is_start_of(other, one)) and not _is_of_another(one, other):
        return Likeness(match=TitleMatch.SHORTENED, share=share)
    if share >= 0.8:
        return Likeness(match=TitleMatch.ALIKE, share=share)
    return Likeness(match=TitleMatch.PARTLY if share >= 0.5 else TitleMatch.OTHER, share=share)


def _spelt_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether titles differ in spelling only: by tables, or by a slip of the pen in one long word."""
    left, right = ([_folded(word) for word in words if word not in _SMALL] for words in (one, other))
    if "".join(left) == "".join(right):
        return True
    if len(left) != len(right):
        return False
    differing = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(differing) <= 1 + len(left) // 12 and all(_is_slip(a, b) for a, b in differing)


def _is_slip(one: str, other: str) -> bool:
    """One letter more, less or other, or two that changed places, within a word of six letters and more, no figure."""
    if min(len(one), len(other)) < 6 or abs(len(one) - len(other)) > 1 or not (one + other).isalpha():
        return False
    same = sum(block.size for block in difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return one[0] == other[0] and same >= max(len(one), len(other)) - 1


def _folded(word: str) -> str:
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return word


def _is_start_of(short: Sequence[str], long: Sequence[str]) -> bool:
    return FEWEST_OF_A_MAIN_TITLE <= len(short) < len(long) and list(long[: len(short)]) == list(short)


def _is_of_another(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether what one title has more says that it is another paper: its second part, a reply, the protocol."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return not _OF_ANOTHER.isdisjoint(longer[len(shorter) :])


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    if not one or not other:
        return 0.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _abbreviates(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether each word of ``short`` starts a word of ``long``, in order; small words may be left out."""
    rest = iter(long)
    return all(any(_is_short_for(start, word) for word in rest) for start in short if start not in _SMALL)


def _is_short_for(short: str, word: str) -> bool:
    """Whether a word is cut, as Engl, or drawn together, as Natl for National."""
    if word.startswith(short):
        return True
    letters = iter(word)
    return len(short) >= 4 and short[:2] == word[:2] and all(letter in letters for letter in short)


def _is_acronym(name: str, words: Sequence[str]) -> bool:
    """Whether a name in capitals, such as PNAS, is made of the first letters of the words."""
    letters = re.sub(r"[^A-Z]", "", name)
    if len(letters) < 3 or re.search(r"[a-z]", name):
        return False
    return "".join(word[0] for word in words if word not in _SMALL).startswith(letters.lower())
