"""Some thousand records, inverted: for each leaf of a query the set of records that have it, as bits of a number."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from monitor.domain.records import Publication
from monitor.domain.topics.days import created_on, published_in
from monitor.domain.topics.query import TEXT_FIELDS, Days, Field, Leaf, Name, Words
from monitor.domain.topics.words import folded, words_of

Pair: TypeAlias = tuple[str, str]
Key: TypeAlias = str | Pair

APART = "|"
"""Stands between title, abstract and keywords: no phrase reaches across."""
LAST_LETTER = chr(0x10FFFF)
BLOCK = 64


class Index:
    """Looks leaves up. Bit ``n`` of an answer stands for record ``n``.

    ``pairs`` are the pairs of neighbours that phrases have: where they stand is noted while the records are read.
    """

    def __init__(self, records: Sequence[Publication], *, pairs: Container[Pair] = ()) -> None:
        self._records = records
        self._pairs = pairs
        self._texts: dict[Field, list[list[str]]] = {field: [] for field in TEXT_FIELDS}
        self._numbers: dict[Field, dict[Key, list[int]]] = {field: defaultdict(list) for field in Field}
        self._bits: dict[Field, dict[Key, int]] = {field: {} for field in Field}
        self._sorted: dict[Field, list[str]] = {}
        self._blocks: dict[Field, dict[int, int]] = {field: {} for field in Field}
        for number, record in enumerate(records):
            self._take_words(number, record)
            for field, name in set(_names(record)):
                self._numbers[field][name].append(number)

    def having(self, leaf: Leaf) -> int:
        """The records that have what a leaf asks for."""
        match leaf:
            case Words(field, (word,), truncated):
                return self._beginning(field, word) if truncated else self._having(field, word)
            case Words(field, words, truncated):
                return self._side_by_side(field, words, truncated=truncated)
            case Name(field, name, truncated):
                return self._beginning(field, name) if truncated else self._having(field, name)
            case Days():
                return _as_bits([number for number, record in enumerate(self._records) if _is_dated(record, leaf)])

    def _take_words(self, number: int, record: Publication) -> None:
        title = words_of(record.title)
        keywords = [word for keyword in record.keywords for word in (APART, *words_of(keyword))]
        self._take(Field.TITLE, number, title)
        self._take(Field.TITLE_ABSTRACT, number, [*title, APART, *words_of(record.abstract), *keywords])
        if keywords:
            self._take(Field.KEYWORD, number, keywords)
        else:
            self._texts[Field.KEYWORD].append([])

    def _take(self, field: Field, number: int, words: list[str]) -> None:
        self._texts[field].append(words)
        numbers, pairs = self._numbers[field], self._pairs
        for word in set(words):
            numbers[word].append(number)
        for pair in {pair for pair in pairwise(words) if pair in pairs}:
            numbers[pair].append(number)

    def _having(self, field: Field, key: Key) -> int:
        known = self._bits[field]
        bits = known.get(key)
        if bits is None:
            bits = known[key] = _as_bits(self._numbers[field].get(key, ()))
        return bits

    def _beginning(self, field: Field, start: str) -> int:
        words = self._sorted.get(field)
        if words is None:
            words = self._sorted[field] = sorted(key for key in self._numbers[field] if isinstance(key, str))
        bits, place = 0, bisect_left(words, start)
        end = bisect_left(words, start + LAST_LETTER)
        while place < end:
            if place % BLOCK == 0 and place + BLOCK <= end:
                bits |= self._block(field, place)
                place += BLOCK
            else:
                bits |= self._having(field, words[place])
                place += 1
        return bits

    def _block(self, field: Field, start: int) -> int:
        """What any of so many words has, from a place of the sorted ones on: short beginnings have thousands."""
        known = self._blocks[field]
        bits = known.get(start)
        if bits is None:
            bits = 0
            for word in self._sorted[field][start : start + BLOCK]:
                bits |= self._having(field, word)
            known[start] = bits
        return bits

    def _side_by_side(self, field: Field, words: tuple[str, ...], *, truncated: bool) -> int:
        whole = words[:-1] if truncated else words
        candidates = self._beginning(field, words[-1]) if truncated else -1
        for key in pairwise(whole) if len(whole) > 1 else whole:
            candidates &= self._having(field, key)
        if not candidates or (len(words) == 2 and not truncated):
            return candidates
        phrase = f" {' '.join(words)}" + ("" if truncated else " ")
        texts = self._texts[field]
        return _as_bits([number for number in numbers_of(candidates) if phrase in f" {' '.join(texts[number])} "])


def numbers_of(bits: int) -> Iterator[int]:
    """The numbers of the records in an answer, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _as_bits(numbers: Sequence[int]) -> int:
    """Ascending numbers as the bits of one."""
    if len(numbers) < 2:
        return 1 << numbers[0] if numbers else 0
    marked = bytearray((numbers[-1] >> 3) + 1)
    for number in numbers:
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
