"""How one record is compared with the words of a query, field by field."""

from __future__ import annotations

from itertools import product

from monitor.replay import pubmed_fields as fields
from monitor.replay.pubmed_fields import Field, Match
from monitor.replay.pubmed_index import Article, Words, split_words
from monitor.replay.pubmed_query import Term


def holds(article: Article, known: Field, term: Term, words: Words) -> bool:
    """Whether a record has the words of a term in a field, by that field's own way of matching."""
    phrases = _searched(article, known)
    match known.match:
        case Match.WHOLE if known.name == "PTYP":
            accepted = (words, *map(split_words, fields.NARROWER_TYPES.get(" ".join(words), ())))
            return any(whole(phrase, one) for phrase, one in product(phrases, accepted))
        case Match.WHOLE:
            return any(whole(phrase, words) for phrase in phrases)
        case Match.NAME:
            return any(_named(phrase, words, exact=term.quoted) for phrase in phrases)
        case Match.LOOSE:
            return any(_together(phrase, words) for phrase in phrases)
    if term.distance is not None:
        return near(phrases, words, term.distance)
    if term.quoted:
        return any(_together(phrase, words) for phrase in phrases)
    return all(any(_same(held, word) for phrase in phrases for held in phrase) for word in words)


def _searched(article: Article, known: Field) -> tuple[Words, ...]:
    if known is fields.ALL:
        return tuple(phrase for phrases in article.fields.values() for phrase in phrases)
    return article.fields.get(known.name, ())


def _same(held: str, word: str) -> bool:
    return held.startswith(word[:-1]) if word.endswith("*") else held == word


def whole(phrase: Words, words: Words) -> bool:
    """Whether a phrase is exactly these words."""
    return len(phrase) == len(words) and all(map(_same, phrase, words))


def _named(phrase: Words, words: Words, *, exact: bool) -> bool:
    if exact:
        return whole(phrase, words) or (len(words) < len(phrase) and phrase[: len(words)] == words)
    asked = words if len(words) == 1 else (*words[:-1], f"{words[-1].rstrip('*')}*")
    return all(map(_same, phrase[: len(asked)], asked)) and len(phrase) >= len(asked)


def _together(phrase: Words, words: Words) -> bool:
    starts = range(len(phrase) - len(words) + 1)
    return any(all(map(_same, phrase[start : start + len(words)], words)) for start in starts)


def near(phrases: tuple[Words, ...], words: Words, distance: int) -> bool:
    """Whether all words stand within a window: as many others between them as the distance allows, in any order."""
    window = len(words) + distance
    return any(
        all(any(_same(held, word) for held in phrase[start : start + window]) for word in words)
        for phrase in phrases
        for start in range(max(1, len(phrase) - window + 1))
    )
