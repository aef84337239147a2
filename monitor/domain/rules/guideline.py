"""What a guideline's page shows, and what the passing from one reading to the next tells."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from monitor.domain.kinds import EventKind
from monitor.domain.records import GuidelineDocument
from monitor.domain.rules.trial import full_date
from monitor.domain.signals import Signal


def standing(record: GuidelineDocument) -> Iterator[Signal]:
    """The states that hold: an edition with its year, and withdrawal."""
    if record.state == "withdrawn":
        yield Signal(
            record=record.identifier,
            kind=EventKind.GUIDELINE_WITHDRAWN,
            shown_by="state withdrawn",
            because=f"{record.publisher} shows the guideline as withdrawn",
            happened_on=full_date(record.updated),
        )
    if edition := record.edition or record.published:
        yield Signal(
            record=record.identifier,
            kind=EventKind.GUIDELINE_UPDATED,
            shown_by=f"edition {edition}",
            because=f"{record.publisher} shows edition {edition}",
            edition_year=edition_year(record),
            happened_on=full_date(record.updated) or full_date(record.published),
        )


def passing(before: GuidelineDocument, after: GuidelineDocument) -> Iterator[Signal]:
    """Recommendations or the stated update changed while the edition stayed."""
    if (before.edition, before.published) != (after.edition, after.published):
        return
    changed = [name for name in ("updated", "recommendations") if _plain(before, name) != _plain(after, name)]
    if not changed:
        return
    content = hashlib.blake2b(
        repr([_plain(after, "updated"), _plain(after, "recommendations")]).encode(), digest_size=6
    ).hexdigest()
    yield Signal(
        record=after.identifier,
        kind=EventKind.GUIDELINE_UPDATED,
        shown_by=f"content {content}",
        because=f"{after.publisher} changed {' and '.join(changed)} without a new edition",
        standing=False,
        happened_on=full_date(after.updated),
    )


def edition_year(record: GuidelineDocument) -> int | None:
    """The year of the edition, from its name or from the date of publication."""
    for text in (record.edition, record.published):
        if match := re.search(r"\b(?:19|20)\d\d\b", text):
            return int(match.group())
    return None


def _plain(record: GuidelineDocument, name: str) -> list[str]:
    value = getattr(record, name)
    if isinstance(value, str):
        return value.split()
    return sorted(" ".join(f"{item.number} {item.strength} {item.text}".split()).casefold() for item in value)
