"""Two readings of one publisher's list, and what an editor would be told of every guideline on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.domain.diff import Sighting, between
from monitor.domain.records import GuidelineDocument
from monitor.domain.rules import guideline_list


def between_lists(before: Iterable[GuidelineDocument], after: Iterable[GuidelineDocument]) -> tuple[Sighting, ...]:
    """Every event, in the order of the identities. The order of the lists does not matter."""
    old = {document.identifier: document for document in before}
    new = {document.identifier: document for document in after}
    return tuple(
        sighting for identity in sorted({*old, *new}) for sighting in _of_one(old.get(identity), new.get(identity))
    )


def _of_one(old: GuidelineDocument | None, new: GuidelineDocument | None) -> Iterator[Sighting]:
    if old is not None and new is not None:
        yield from between(old, new).came
    elif new is not None:
        yield Sighting(signal=guideline_list.appeared(new))
    elif old is not None:
        yield Sighting(signal=guideline_list.vanished(old))
