"""Which guideline a name in prose means: the publisher by its name, the subject by the words around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.domain.citations import Candidate
from monitor.domain.publishers import Publisher
from monitor.domain.subjects import holds, length, longest_in

IN_THE_NAME = 0.98
BESIDE_THE_NAME = 0.92
"""How sure we are when the subject stands in the name itself, or only in the sentence or the article's title."""

PER_WORD = 0.002
MOST = 0.995


def identities(
    publishers: Iterable[Publisher], text: str, organisation: str, year: int | None, context: str
) -> tuple[Candidate, ...]:
    """The guidelines that a name may mean, best first; none when the publisher or the subject is not known.

    ``text`` is the name as written, ``context`` the sentence and the article's title. The year is part of the reason
    only: an identity holds all editions, and which one is meant is judged when a newer one is seen.
    """
    found = [
        candidate
        for publisher in publishers
        if _is_named(publisher, f"{text} {organisation}")
        for candidate in _candidates(publisher, text, year, context)
    ]
    return tuple(sorted(found, key=lambda candidate: (-candidate.confidence, candidate.identifier)))


def _candidates(publisher: Publisher, text: str, year: int | None, context: str) -> Iterator[Candidate]:
    edition = f"; the text names the edition of {year}" if year else ""
    for known in publisher.guidelines:
        for words, base, place in (
            (longest_in(text, known.match), IN_THE_NAME, "the name"),
            (longest_in(f"{text} {context}", known.match), BESIDE_THE_NAME, "the sentence or title"),
        ):
            if words:
                yield Candidate(
                    identifier=known.identity,
                    title=known.title,
                    confidence=round(min(base + PER_WORD * length(words), MOST), 3),
                    because=f"{publisher.name} is named, and {place} speaks of {', '.join(words)}{edition}",
                )
                break


def _is_named(publisher: Publisher, text: str) -> bool:
    return any(holds(text, name) for name in publisher.organisations)
