"""When one record was last read or checked, and which sources that would tell of it have not been heard in time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.domain.identifiers import Scheme
from monitor.domain.policy import Policy
from monitor.domain.read_models import Coverage
from monitor.store.coverage import coverage_of
from monitor.store.last_checks import PAGE_OF_ITS_OWN, VOUCHING, newest_checks, resting, source_of
from monitor.store.portions import in_portions
from monitor.store.tables import ArticleRow, IdentifierRow, RecordRow, ReferenceRow, WatchRow

TELLING = (*VOUCHING, "notices")
"""Kinds of watch that may tell something against a record."""

PUBLICATIONS = (f"{Scheme.PUBMED}:", f"{Scheme.DOI}:")
ASKED_OF_EACH = "retraction_watch"
"""The source that knows publications by either name, where it is followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRead:
    """When a record was last read; None for never. ``unheard`` are the sources whose silence says nothing now."""

    at: datetime | None
    is_late: bool
    unheard: tuple[Coverage, ...]


def last_read(session: Session, names: Collection[str], policy: Policy, *, now: datetime) -> LastRead:
    """When a thing was last read under any of its names.

    A check of its source counts as a reading where articles rest on it by that name: it is a member then. A guideline
    is read for itself.
    """
    moments = _read(session, names)
    at, name = max(((moment, name) for name, moment in moments.items()), default=(None, ""))
    return LastRead(
        at=at,
        is_late=at is not None and now - at > policy.too_old_after(source_of(name)),
        unheard=_unheard(session, names, policy, now=now),
    )


def _read(session: Session, names: Collection[str]) -> dict[str, datetime]:
    checks, found = newest_checks(session), {}
    for some in in_portions(sorted(names)):
        rested = _rested_since(session, some)
        records = session.exec(
            select(RecordRow.identifier, RecordRow.last_read_at, RecordRow.missing_since).where(
                col(RecordRow.identifier).in_(some)
            )
        ).all()
        for name, read, missing in records:
            checked = checks.get(source_of(name)) if missing is None and not name.startswith(PAGE_OF_ITS_OWN) else None
            covered = checked is not None and name in rested and rested[name] <= checked
            found[name] = max(read, checked) if covered and checked is not None else read
    return found


def _rested_since(session: Session, names: Collection[str]) -> dict[str, datetime]:
    """By name, since when the first of the articles rests on it that rest on it now."""
    rows = session.exec(
        select(IdentifierRow.identifier, IdentifierRow.recorded_at)
        .join(ReferenceRow, col(ReferenceRow.id) == col(IdentifierRow.reference_id))
        .join(ArticleRow, col(ArticleRow.id) == col(ReferenceRow.article_id))
        .where(*resting(), col(IdentifierRow.identifier).in_(names))
    ).all()
    since: dict[str, datetime] = {}
    for name, at in rows:
        since[name] = min(at, since.get(name, at))
    return since


def _unheard(session: Session, names: Collection[str], policy: Policy, *, now: datetime) -> tuple[Coverage, ...]:
    sources = {source_of(name) for name in names}
    if any(name.startswith(PUBLICATIONS) for name in names):
        sources.add(ASKED_OF_EACH)
    rows = session.exec(
        select(WatchRow).where(
            col(WatchRow.source).in_(sources), col(WatchRow.kind).in_(TELLING), col(WatchRow.retired_at).is_(None)
        )
    ).all()
    by_source: dict[str, list[WatchRow]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    found = (coverage_of(source, of_it, policy, now) for source, of_it in sorted(by_source.items()))
    return tuple(item for item in found if item.status != "ok")
