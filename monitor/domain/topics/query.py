"""A standing query as a tree. Leaves ask for one thing in one field; dates are days, both ends included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Field(StrEnum):
    """The fields that our own engine can search, by PubMed's short tags.

    ``mh`` and ``pt`` mean the heading or type itself: narrower ones are not added, as PubMed would.
    """

    TITLE = "ti"
    TITLE_ABSTRACT = "tiab"
    KEYWORD = "ot"
    HEADING = "mh"
    MAJOR_HEADING = "majr"
    TYPE = "pt"
    JOURNAL = "ta"
    LANGUAGE = "la"
    PUBLISHED = "dp"
    CREATED = "crdt"
    PMID = "pmid"


TEXT_FIELDS = frozenset({Field.TITLE, Field.TITLE_ABSTRACT, Field.KEYWORD})
"""Fields of running text, searched word by word; the others are searched as wholes."""
DATE_FIELDS = frozenset({Field.PUBLISHED, Field.CREATED})


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand side by side in a text field; ``truncated`` when the last of them is only a beginning."""

    field: Field
    words: tuple[str, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A whole value of a field, folded as :func:`monitor.domain.topics.words.folded` does, or the beginning of one."""

    field: Field
    name: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """A date within these days."""

    field: Field
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The first, and not the second."""

    kept: Query
    excluded: Query


Leaf: TypeAlias = Words | Name | Days
Query: TypeAlias = Words | Name | Days | And | Or | Not
