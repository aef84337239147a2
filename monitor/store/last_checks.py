"""When what articles rest on was last checked, of many articles at once: two queries however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect
from sqlmodel import Session, and_, col, or_, select

from monitor.domain.identifiers import Scheme
from monitor.store.tables import ArticleRow, CheckRow, IdentifierRow, RecordRow, ReferenceRow, WatchRow

SOURCE_OF_SCHEME = {"pubmed": "pubmed", "nct": "clinicaltrials", "doi": "crossref"}
"""Which source's checks vouch for an identifier; a guideline's is its publisher's."""

VOUCHING = ("cited_set", "list", "page", "updates")
"""Kinds of watch whose check says that the records are as they were read. A look at the notices vouches for none."""

PAGE_OF_ITS_OWN = f"{Scheme.GUIDELINE.value}:"
"""Records that are each read for themselves: one of them may fail while the others of its source are read."""


def source_of(identifier: str) -> str:
    """The source whose polls cover an identifier."""
    scheme, _, value = identifier.partition(":")
    return f"guideline:{value.split('/')[0]}" if scheme == "guideline" else SOURCE_OF_SCHEME.get(scheme, scheme)


def resting() -> tuple[Any, ...]:
    """The join of identifiers, references and articles, as far as none was retired or removed."""
    return (
        col(IdentifierRow.reference_id) == col(ReferenceRow.id),
        col(ReferenceRow.article_id) == col(ArticleRow.id),
        col(IdentifierRow.retired_at).is_(None),
        col(ReferenceRow.retired_at).is_(None),
        col(ArticleRow.removed_at).is_(None),
    )


def last_checks(session: Session, article_ids: Sequence[str]) -> dict[int, datetime]:
    """By reference id: the oldest, over its identifiers, of the newest successful check that covers each.

    No check covers a record that its source says it no longer holds. Nor does one that came before the reference
    rested on the record, or when the record was not read since. A guideline has a page of its own: its check is
    the day on which that page was read, or said to be unmodified. What is only derived is watched beside it.
    """
    newest = newest_checks(session)
    rows = session.exec(
        select(IdentifierRow.reference_id, IdentifierRow.identifier, IdentifierRow.recorded_at, RecordRow.last_read_at)
        .join(ReferenceRow, col(ReferenceRow.id) == col(IdentifierRow.reference_id))
        .join(ArticleRow, col(ArticleRow.id) == col(ReferenceRow.article_id))
        .outerjoin(
            RecordRow,
            and_(col(RecordRow.identifier) == col(IdentifierRow.identifier), col(RecordRow.missing_since).is_(None)),
        )
        .where(*resting(), col(ReferenceRow.article_id).in_(article_ids), IdentifierRow.derived_from == "")
    ).all()
    checks: dict[int, datetime] = {}
    uncovered: set[int] = set()
    for reference_id, identifier, rested_at, read in rows:
        at = newest.get(source_of(identifier))
        if at is None or read is None or min(at, read) < rested_at:
            uncovered.add(reference_id)
            continue
        if identifier.startswith(PAGE_OF_ITS_OWN):
            at = min(at, read)
        checks[reference_id] = min(at, checks.get(reference_id, at))
    return {reference_id: at for reference_id, at in checks.items() if reference_id not in uncovered}


def newest_checks(session: Session) -> dict[str, datetime]:
    """The newest check by source, of the watches that vouch for the records that articles rest on.

    A poll without members covered none: it read a part of what waits.
    """
    watches = session.exec(select(WatchRow.source, _newest_of_watch()).where(col(WatchRow.kind).in_(VOUCHING))).all()
    newest: dict[str, datetime] = {}
    for source, at in watches:
        if at is not None:
            newest[source] = max(at, newest.get(source, at))
    return newest


def vouches() -> Any:
    """Whether a check says of its members that they are as they were read."""
    return or_(CheckRow.outcome == "unmodified", and_(CheckRow.outcome == "polled", CheckRow.members > 0))


def _newest_of_watch() -> ScalarSelect[datetime]:
    """When a watch was last checked so that it vouches: one step in the index, however many checks there are."""
    found = select(CheckRow.at).where(CheckRow.watch_id == WatchRow.id, vouches())
    return found.order_by(col(CheckRow.at).desc()).limit(1).correlate(WatchRow).scalar_subquery()
