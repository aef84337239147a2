"""What a publisher's list tells of a guideline: that it is new, that its marker of a change moved, that it is gone.

The title alone tells nothing: publishers reword titles for their catalogues, and say in the marker whether the
guideline itself changed. A date on which the entry was saved is never read.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.kinds import EventKind, Severity
from monitor.domain.records import GuidelineDocument
from monitor.domain.rules.trial import full_date
from monitor.domain.signals import Signal

_DAY = len("2026-01-05")


def passing(before: GuidelineDocument, after: GuidelineDocument) -> Iterator[Signal]:
    """The publisher's marker moved while the edition stayed. Where that hardly means a change, it is minor.

    A marker that is gone tells nothing; when it is back, that is told.
    """
    if not after.revision:
        return
    doubt = _doubt(before, after)
    yield Signal(
        record=after.identifier,
        kind=EventKind.GUIDELINE_UPDATED,
        shown_by=f"revision {after.revision}",
        because=f"{after.publisher} marks a change of substance: {after.revision}, before it was "
        f"{before.revision or 'unmarked'}{f'; {doubt}' if doubt else ''}",
        standing=False,
        severity=Severity.MINOR if doubt else None,
        happened_on=full_date(after.updated),
    )


def appeared(record: GuidelineDocument) -> Signal:
    """The list holds a guideline that was never on it."""
    return Signal(
        record=record.identifier,
        kind=EventKind.GUIDELINE_PUBLISHED,
        shown_by=f"published {record.published or record.updated or record.edition}".strip(),
        because=f"{record.publisher} lists a guideline that was not there before: “{record.title}”",
        standing=False,
        happened_on=full_date(record.published),
    )


def vanished(record: GuidelineDocument) -> Signal:
    """The list no longer holds a guideline, not even as withdrawn."""
    return Signal(
        record=record.identifier,
        kind=EventKind.PAGE_GONE,
        shown_by="not listed",
        because=f"{record.publisher} no longer lists “{record.title}”",
        standing=False,
    )


def _doubt(before: GuidelineDocument, after: GuidelineDocument) -> str:
    """Why a move of the marker may be none; empty where there is no reason to think so."""
    if after.state == "withdrawn" and before.state != "withdrawn":
        return "it moved with the withdrawal"
    if not before.revision:
        return "the guideline bore no marker before"
    if full_date(before.revision[:_DAY]) is None or full_date(after.revision[:_DAY]) is None:
        return ""
    if before.revision[:_DAY] == after.revision[:_DAY]:
        return "it moved within one day"
    if after.revision < before.revision:
        return "it moved back"
    return ""
