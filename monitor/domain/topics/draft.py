"""A topic drafted from what an article cites: the concepts its references share, each as MeSH heading and as words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.domain.records import Publication

CHECK_TAGS = frozenset(
    {
        "adolescent",
        "adult",
        "aged",
        "aged, 80 and over",
        "animals",
        "child",
        "child, preschool",
        "female",
        "follow-up studies",
        "humans",
        "infant",
        "infant, newborn",
        "male",
        "middle aged",
        "pregnancy",
        "prospective studies",
        "retrospective studies",
        "time factors",
        "treatment outcome",
        "young adult",
    }
)
"""Headings that say who was studied and how, and nothing of what about (NLM's check tags and their like)."""

STOP_WORDS = frozenset(
    [
        "about",
        "after",
        "among",
        "associated",
        "between",
        "clinical",
        "comparison",
        "compared",
        "controlled",
        "disease",
        "double-blind",
        "during",
        "effect",
        "effects",
        "efficacy",
        "evaluation",
        "evidence",
        "from",
        "group",
        "into",
        "long-term",
        "meta-analysis",
        "open-label",
        "outcome",
        "outcomes",
        "patient",
        "patients",
        "phase",
        "placebo",
        "placebo-controlled",
        "randomised",
        "randomized",
        "report",
        "results",
        "review",
        "risk",
        "role",
        "safety",
        "study",
        "systematic",
        "therapy",
        "treatment",
        "trial",
        "trials",
        "update",
        "using",
        "versus",
        "with",
        "without",
    ]
)
"""Words of titles that say how was studied, not what."""
LEAST_SHARE = 0.3
"""A concept is shared when so large a part of the references has it."""
LEAST_COVER = 0.75
"""So large a part of the references must still answer when a further concept is required."""
DESIGNS = (
    "randomized controlled trial[pt] OR systematic review[pt] OR meta-analysis[pt] OR practice guideline[pt] "
    'OR guideline[pt] OR randomi*[tiab] OR trial[ti] OR "systematic review"[ti] OR meta-analysis[ti] OR guideline*[ti]'
)
"""What an editor wants to hear of, by type and, before indexing, by words."""

_WORD = re.compile(r"[^\W\d_]{4,}(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A heading, its words, or both. ``query`` asks for any of them."""

    name: str
    query: str

    def is_in(self, record: Publication) -> bool:
        """Whether a record has the heading, or all of its words in title or abstract."""
        if any(heading.name.casefold() == self.name for heading in record.mesh):
            return True
        text = f"{record.title} {record.abstract}".casefold()
        return all(re.search(rf"\b{re.escape(word)}\b", text) for word in _words(self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A query with the concepts it requires, from how many records it was drafted and how many of these have them."""

    query: str
    concepts: tuple[str, ...]
    drafted_from: int
    covered: int


class NothingShared(Exception):
    """The references have no concept in common. The message says what to do."""


def split_by_age(records: Iterable[Publication]) -> tuple[tuple[Publication, ...], tuple[Publication, ...]]:
    """The older two thirds, to draft from, and the newer third, to try the draft on."""
    ordered = sorted(records, key=lambda record: (record.year or 0, int(record.pmid)))
    older = -(-len(ordered) * 2 // 3) if len(ordered) > 2 else len(ordered)
    return tuple(ordered[:older]), tuple(ordered[older:])


def draft(records: Sequence[Publication], *, records_a_year: Callable[[str], int], most_concepts: int = 3) -> Draft:
    """Draft a query that most of the records answer, and as few others as can be.

    ``records_a_year`` counts what a query finds in a year; the rarest shared concepts are required first. Raises
    :class:`NothingShared`.
    """
    concepts = _shared(records)
    if not concepts:
        raise NothingShared("the references share no heading or word of substance: write the query by hand")
    rare_first = sorted(concepts, key=lambda concept: (records_a_year(concept.query), concept.name))
    chosen: list[Concept] = []
    for concept in rare_first:
        further = [*chosen, concept]
        covers = _covered(records, further) >= LEAST_COVER * len(records)
        if len(chosen) < most_concepts and covers and not any(_overlap(concept, other) for other in chosen):
            chosen = further
    if not chosen:
        raise NothingShared(
            "no concept is in most of the references: they are about several topics, write one query each"
        )
    blocks = " AND ".join(f"({concept.query})" for concept in chosen)
    return Draft(
        query=f"{blocks} AND ({DESIGNS})",
        concepts=tuple(concept.name for concept in chosen),
        drafted_from=len(records),
        covered=_covered(records, chosen),
    )


def _shared(records: Sequence[Publication]) -> list[Concept]:
    headings: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for record in records:
        headings.update({heading.name.casefold() for heading in record.mesh} - CHECK_TAGS)
        words.update(set(_WORD.findall(record.title.casefold())) - STOP_WORDS)
    least = max(2, LEAST_SHARE * len(records)) if len(records) > 1 else 1
    found = [_by_heading(name) for name, count in headings.items() if count >= least]
    known = {word for concept in found for word in _WORD.findall(concept.name)}
    found += [_by_word(word) for word, count in words.items() if count >= least and word not in known]
    return found


def _overlap(one: Concept, other: Concept) -> bool:
    return bool(set(_WORD.findall(one.name)) & set(_WORD.findall(other.name)))


def _by_heading(name: str) -> Concept:
    words = " AND ".join(f"{word}[tiab]" for word in _words(name))
    heading = f'"{name}"[mh:noexp]'
    return Concept(name=name, query=f"{heading} OR ({words})" if words else heading)


def _words(name: str) -> list[str]:
    """The words of substance; where none is long enough for one (hip, IgA), all words."""
    return _WORD.findall(name) or re.findall(r"\w+", name)


def _by_word(word: str) -> Concept:
    return Concept(name=word, query=f"{word}[tiab]")


def _covered(records: Sequence[Publication], concepts: Sequence[Concept]) -> int:
    return sum(all(concept.is_in(record) for concept in concepts) for record in records)
