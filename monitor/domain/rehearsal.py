"""What an editor would be told if a guideline changed in one of the usual ways: shown before it ever does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.domain.diff import Sighting, between
from monitor.domain.records import GuidelineDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A change that was made up, and what would be told of it. Nothing told is a gap of the recipe."""

    change: str
    told: tuple[Sighting, ...]


def rehearse(record: GuidelineDocument) -> tuple[Rehearsal, ...]:
    """Try each change that this record could show."""
    return tuple(
        Rehearsal(change=change, told=between(record, changed).came)
        for change, changed in _changes(record)
        if changed != record
    )


def _changes(record: GuidelineDocument) -> Iterator[tuple[str, GuidelineDocument]]:
    if record.edition:
        yield "a new edition", replace(record, edition=_next_year(record.edition))
    if record.published:
        yield "a later date of publication", replace(record, published=_next_year(record.published))
    if record.updated:
        yield "a later date of update", replace(record, updated=_next_year(record.updated))
    if record.recommendations:
        first, *others = record.recommendations
        yield "its first recommendation removed", replace(record, recommendations=tuple(others))
        reworded = replace(first, text=f"Do not follow this advice any more: {first.text}")
        yield "its first recommendation reworded", replace(record, recommendations=(reworded, *others))
        if first.strength:
            regraded = replace(first, strength="another strength")
            yield "its first recommendation graded anew", replace(record, recommendations=(regraded, *others))
    if record.passages:
        yield "its last paragraph removed", replace(record, passages=record.passages[:-1])
    yield "its withdrawal", replace(record, state="current" if record.state == "withdrawn" else "withdrawn")


def _next_year(text: str) -> str:
    """The same text with its last year one higher; with words added where it names none."""
    later, count = re.subn(r"(?s)^(.*)\b((?:19|20)\d\d)\b", lambda match: match[1] + str(int(match[2]) + 1), text)
    return later if count else f"{text}, next"
