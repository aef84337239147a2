"""Many standing queries against many records: the queries visit the records, not each record all the queries.

A batch of records is inverted once; then every leaf is looked up at most once, and a query costs a few operations on
whole sets, held as the bits of numbers. An ``AND`` stops at its first empty part.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from monitor.domain.records import Publication
from monitor.domain.topics.index import Index, numbers_of
from monitor.domain.topics.query import And, Leaf, Not, Or, Query, Words

Node: TypeAlias = "int | tuple[str, tuple[Node, ...]]"
"""A leaf by its number, or an operator with its parts."""


class Engine:
    """Knows queries by name. Adding or removing one costs the same however many there are."""

    def __init__(self) -> None:
        self._queries: dict[str, Node] = {}
        self._leaves: list[Leaf] = []
        self._numbers: dict[Leaf, int] = {}
        self._pairs: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self._queries)

    def put(self, name: str, query: Query) -> None:
        """Add a query, or replace the one of that name."""
        self._queries[name] = self._compiled(query)

    def remove(self, name: str) -> None:
        """Forget a query. Raises KeyError when there is none of that name."""
        del self._queries[name]

    def match(self, records: Sequence[Publication]) -> list[tuple[str, ...]]:
        """For each record the names of the queries it answers, in the order in which they were added."""
        answered: list[list[str]] = [[] for _ in records]
        batch = _Batch(Index(records, pairs=self._pairs), self._leaves)
        for name, node in self._queries.items():
            for number in numbers_of(batch.answer(node)):
                answered[number].append(name)
        return [tuple(names) for names in answered]

    def _compiled(self, query: Query) -> Node:
        match query:
            case And(parts):
                return "and", tuple(sorted(map(self._compiled, parts), key=_width))
            case Or(parts):
                return "or", tuple(map(self._compiled, parts))
            case Not(kept, excluded):
                return "not", (self._compiled(kept), self._compiled(excluded))
            case _:
                return self._number(query)

    def _number(self, leaf: Leaf) -> int:
        number = self._numbers.get(leaf)
        if number is None:
            number = self._numbers[leaf] = len(self._leaves)
            self._leaves.append(leaf)
            if isinstance(leaf, Words):
                self._pairs.update(pairwise(leaf.words))
        return number


class _Batch:
    """Answers queries over one index, looking up each leaf once."""

    def __init__(self, index: Index, leaves: Sequence[Leaf]) -> None:
        self._index = index
        self._leaves = leaves
        self._found: list[int] = [-1] * len(leaves)

    def answer(self, node: Node) -> int:
        if isinstance(node, int):
            found = self._found[node]
            if found < 0:
                found = self._found[node] = self._index.having(self._leaves[node])
            return found
        operator, parts = node
        answer = self.answer(parts[0])
        if operator == "or":
            for part in parts[1:]:
                answer |= self.answer(part)
        elif operator == "and":
            for part in parts[1:]:
                if not answer:
                    return 0
                answer &= self.answer(part)
        elif answer:
            answer &= ~self.answer(parts[1])
        return answer


def _width(node: Node) -> int:
    """How many leaves a part has: narrow ones are asked first, as they are the likeliest to be empty."""
    return 1 if isinstance(node, int) else sum(map(_width, node[1]))
