"""What articles and guidelines are about: sets of words, of which one must stand whole in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from monitor.domain.identifiers import Identifier

WordSet: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """The subjects that the watchlists name: of articles, by their topics, and of guidelines, by their recipes."""

    of_articles: Mapping[str, tuple[WordSet, ...]] = field(default_factory=dict)
    of_guidelines: Mapping[Identifier, tuple[WordSet, ...]] = field(default_factory=dict)

    def articles_on(self, text: str) -> dict[str, WordSet]:
        """The articles whose subject a text speaks of, with the words that tell."""
        return {name: words for name, sets in self.of_articles.items() if (words := longest_in(text, sets))}

    def guidelines_on(self, text: str) -> dict[Identifier, WordSet]:
        """The guidelines whose subject a text speaks of, with the words that tell."""
        return {identity: words for identity, sets in self.of_guidelines.items() if (words := longest_in(text, sets))}


def longest_in(text: str, sets: Iterable[WordSet]) -> WordSet:
    """The set with the most words of which all stand in a text; empty when none does."""
    return max((words for words in sets if all(holds(text, word) for word in words)), key=length, default=())


def length(words: WordSet) -> int:
    """How many words a set has, those of a phrase counted one by one."""
    return sum(len(plain(word).split()) for word in words)


def holds(text: str, name: str) -> bool:
    """Whether whole words of ``text`` are ``name``; case, accents, hyphens and a plural s do not matter."""
    words = r"s?\s".join(map(re.escape, plain(name).split()))
    return bool(words) and re.search(rf"(?<!\S){words}s?(?!\S)", plain(text)) is not None


def plain(text: str) -> str:
    """The words of a text without case, accents and punctuation, a space between them."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(char for char in folded if not unicodedata.combining(char))))
