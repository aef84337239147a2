"""What a page's head cites, beside or instead of the reference list that the page prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.domain.articles import Claim, Reference
from monitor.domain.identifiers import find_identifiers
from monitor.domain.titles import title_words
from monitor.intake.lines import Cited
from monitor.intake.lists.references import reference_from

FEWEST_WORDS = 4
"""A title of fewer words may stand in an entry by chance."""


def with_head(printed: Sequence[Reference], cited: Sequence[Cited]) -> tuple[Reference, ...]:
    """The printed entries, with the identifiers that the head adds to them; without a printed list what it cites.

    An identifier is added where one entry alone has the title or another identifier of the citation, and where the
    entry has none of that scheme itself: what the page prints is never contradicted.
    """
    in_head = [_reference(one) for one in cited]
    if not printed:
        return tuple(in_head)
    entries = list(printed)
    words = [_words(f"{entry.title} {entry.text}") for entry in entries]
    for other in in_head:
        meant = [at for at, entry in enumerate(entries) if _is_same(entry, words[at], other)]
        if len(meant) == 1:
            entries[meant[0]] = _completed(entries[meant[0]], other)
    return tuple(entries)


def in_order(entries: Sequence[Reference], claims: Sequence[Claim]) -> tuple[Reference, ...]:
    """Citations of a head numbered in their order where there are as many as the text cites, else as they are."""
    highest = max((marker for claim in claims for marker in claim.markers), default=0)
    if highest != len(entries):
        return tuple(entries)
    return tuple(replace(entry, number=number) for number, entry in enumerate(entries, start=1))


def _reference(cited: Cited) -> Reference:
    reference = reference_from(cited.text, identifiers=find_identifiers(cited.links))
    return replace(reference, title=cited.title or reference.title)


def _is_same(entry: Reference, words: str, other: Reference) -> bool:
    if set(entry.identifiers) & set(other.identifiers):
        return True
    title = title_words(other.title)
    return len(title) >= FEWEST_WORDS and _words(other.title) in words


def _completed(entry: Reference, other: Reference) -> Reference:
    schemes = {identifier.scheme for identifier in entry.identifiers}
    more = [identifier for identifier in other.identifiers if identifier.scheme not in schemes]
    return replace(entry, identifiers=(*entry.identifiers, *more))


def _words(text: str) -> str:
    """The words of a text with a space around each, so that only whole words are found in it."""
    return f" {' '.join(title_words(text))} "
