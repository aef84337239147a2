"""Some thousand records, inverted: for each leaf of a query the set of records that have it, as bits of a number."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from monitor.domain.records import Publication
from monitor.domain.topics.days import created_on, published_in
from monitor.domain.topics.query import Days, Field, Leaf, Name, Words
from monitor.domain.topics.words import folded, words_of

APART = "|"
"""Stands between title, abstract and keywords: no phrase reaches across."""


class Index:
    """Looks leaves up. Bit ``n`` of an answer stands for record ``n``."""

    def __init__(self, records: Sequence[Publication]) -> None:
        self._records = records
        self._texts: dict[Field, list[list[str]]] = {
            Field.TITLE: [],
            Field.KEYWORD: [],
            Field.TITLE_ABSTRACT: [],
        }
        self._held: dict[Field, dict[str, list[int]]] = {field: defaultdict(list) for field in Field}
        self._sorted: dict[Field, list[str]] = {}
        for number, record in enumerate(records):
            self._take_words(number, record)
            self._take_names(number, record)

    def having(self, leaf: Leaf) -> int:
        """The records that have what a leaf asks for."""
        match leaf:
            case Words(field, (word,), truncated):
                return self._having(field, word, truncated=truncated)
            case Words():
                return self._side_by_side(leaf)
            case Name(field, name, truncated):
                return self._having(field, name, truncated=truncated)
            case Days():
                return _bits(number for number, record in enumerate(self._records) if _is_dated(record, leaf))

    def _take_words(self, number: int, record: Publication) -> None:
        title = words_of(record.title)
        keywords = [word for keyword in record.keywords for word in (APART, *words_of(keyword))]
        everything = [*title, APART, *words_of(record.abstract), *keywords]
        for field, words in (
            (Field.TITLE, title),
            (Field.KEYWORD, keywords),
            (Field.TITLE_ABSTRACT, everything),
        ):
            self._texts[field].append(words)
            held = self._held[field]
            for word in set(words):
                held[word].append(number)

    def _take_names(self, number: int, record: Publication) -> None:
        for field, name in set(_names(record)):
            self._held[field][name].append(number)

    def _having(self, field: Field, word: str, *, truncated: bool) -> int:
        if not truncated:
            return _bits(self._held[field].get(word, ()))
        return _bits(number for longer in self._beginning(field, word) for number in self._held[field][longer])

    def _beginning(self, field: Field, start: str) -> Iterator[str]:
        known = self._sorted.get(field)
        if known is None:
            known = self._sorted[field] = sorted(self._held[field])
        return takewhile(lambda word: word.startswith(start), known[bisect_left(known, start) :])

    def _side_by_side(self, leaf: Words) -> int:
        *whole, last = leaf.words
        candidates = self._having(leaf.field, last, truncated=leaf.truncated)
        for word in whole:
            candidates &= self._having(leaf.field, word, truncated=False)
            if not candidates:
                return 0
        phrase = f" {' '.join(leaf.words)}" + ("" if leaf.truncated else " ")
        texts = self._texts[leaf.field]
        return _bits(number for number in numbers_of(candidates) if phrase in f" {' '.join(texts[number])} ")


def numbers_of(bits: int) -> Iterator[int]:
    """The numbers of the records in an answer, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _bits(numbers: Iterable[int]) -> int:
    held = list(numbers)
    if not held:
        return 0
    marked = bytearray((max(held) >> 3) + 1)
    for number in held:
        marked[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(marked, "little")


def _names(record: Publication) -> Iterator[tuple[Field, str]]:
    yield Field.PMID, record.pmid
    for heading in record.mesh:
        fields = (Field.HEADING, Field.MAJOR_HEADING) if heading.major else (Field.HEADING,)
        for field in fields:
            yield field, folded(heading.name)
    for heading in record.mesh:
        for qualifier in heading.qualifiers:
            yield Field.HEADING, f"{folded(heading.name)}/{folded(qualifier)}"
    for kind in record.publication_types:
        yield Field.TYPE, folded(kind.name)
    for journal in (record.journal_abbreviation, record.journal, record.issn, record.nlm_id):
        if journal:
            yield Field.JOURNAL, folded(journal)
    for language in record.languages:
        yield Field.LANGUAGE, folded(language)


def _is_dated(record: Publication, leaf: Days) -> bool:
    if leaf.field is Field.CREATED:
        created = created_on(record)
        return created is not None and leaf.first <= created <= leaf.last
    return any(first <= leaf.last and leaf.first <= last for first, last in published_in(record))
