"""The names of publications: one paper is known by its PMID here and by its DOI there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert
from sqlmodel import Session, col, or_, select

from monitor.clock import Clock
from monitor.domain.identifiers import Identifier
from monitor.domain.state import NamesNoted
from monitor.store.history.keeping import note_past
from monitor.store.last_checks import resting
from monitor.store.portions import in_portions
from monitor.store.tables import AliasRow, CheckRow, IdentifierRow, RecordRow, ReferenceRow, WatchRow

OF_ITSELF = "pubmed"
"""The source that knows the DOI of its own records best: what others say of them gives way."""

STEPS = 3
"""PMID → DOI → the PMID of a duplicate → its other DOI: so far are names followed."""


class Names:
    """Reads and writes of names."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def note(self, names: Mapping[Identifier, Identifier], *, source: str) -> NamesNoted:
        """Note which other name each record has, unless the record itself says otherwise."""
        if not names:
            return NamesNoted()
        known: dict[str, list[AliasRow]] = defaultdict(list)
        for some in in_portions(sorted(map(str, names))):
            for row in self._session.exec(select(AliasRow).where(col(AliasRow.record).in_(some))).all():
                known[row.record].append(row)
        contradicted: list[tuple[Identifier, Identifier]] = []
        new: list[dict[str, Any]] = []
        for record, name in names.items():
            rows = known[str(record)]
            if any(row.name == str(name) and row.source in {source, OF_ITSELF} for row in rows):
                continue
            if source != OF_ITSELF and any(row.source == OF_ITSELF for row in rows):
                contradicted.append((record, name))
                continue
            self._drop([row for row in rows if source == OF_ITSELF or row.name == str(name)])
            new.append({"record": str(record), "name": str(name), "source": source, "recorded_at": self._clock.today()})
        if new:
            self._session.connection().execute(insert(AliasRow), new)
        return NamesNoted(new=tuple(row["record"] for row in new), contradicted=tuple(contradicted))

    def same_as(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """Each name with all names of its publication, its own among them."""
        asked = sorted(set(names))
        pairs: set[tuple[str, str]] = set()
        reached = set(asked)
        for _ in range(STEPS):
            fresh = {pair for some in in_portions(sorted(reached)) for pair in self._pairs(some)} - pairs
            if not fresh:
                break
            pairs |= fresh
            reached |= {name for pair in fresh for name in pair}
        neighbours: dict[str, set[str]] = {}
        for one, other in pairs:
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
        return {name: _reached_from(name, neighbours) for name in asked}

    def dois_of(self, identifiers: Iterable[Identifier]) -> frozenset[Identifier]:
        """The DOIs of these records, as far as they are known."""
        found: set[str] = set()
        for some in in_portions(sorted(map(str, identifiers))):
            found |= set(
                self._session.exec(
                    select(AliasRow.name).where(col(AliasRow.record).in_(some), AliasRow.source == OF_ITSELF)
                ).all()
            )
        return frozenset(Identifier.parse(name) for name in found)

    def held_elsewhere(self, identifiers: Iterable[Identifier], *, source: str) -> frozenset[Identifier]:
        """Those of the identifiers that a source holds under another name of the same scheme."""
        schemes = {str(identifier): f"{identifier.scheme}:" for identifier in identifiers}
        return frozenset(
            Identifier.parse(row.record)
            for some in in_portions(sorted(schemes))
            for row in self._session.exec(
                select(AliasRow).where(col(AliasRow.record).in_(some), AliasRow.source == source)
            ).all()
            if row.name.startswith(schemes[row.record])
        )

    def titles_of(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        """The titles of these records, as last read."""
        titles: dict[Identifier, str] = {}
        for some in in_portions(sorted(map(str, identifiers))):
            rows = self._session.exec(
                select(RecordRow.identifier, RecordRow.title).where(
                    col(RecordRow.identifier).in_(some), RecordRow.title != ""
                )
            ).all()
            titles.update((Identifier.parse(name), title) for name, title in rows)
        return titles

    def unheard(
        self, article_id: str, sources: Sequence[str], *, too_old_after: Callable[[str], timedelta]
    ) -> tuple[str, ...]:
        """Those of the sources, as far as they are watched, that were not asked in time of an article's publications.

        A check that came before the article rested on a publication, or before its DOI was known, is none.
        """
        now = self._clock.today()
        return tuple(
            source
            for source, checked in self._newest_checks(sources).items()
            if (since := self._known_since(article_id, source)) is not None
            and (checked is None or checked < since or now - checked > too_old_after(source))
        )

    def _newest_checks(self, sources: Sequence[str]) -> dict[str, datetime | None]:
        """The newest check of each source that is watched. One that vouched for nothing is none.

        Crossref may hold none of the DOIs that it was asked for, and was asked all the same.
        """
        watched = self._session.exec(
            select(WatchRow.source).where(
                col(WatchRow.source).in_(sources), WatchRow.kind == "cited_set", col(WatchRow.retired_at).is_(None)
            )
        ).all()
        checks = self._session.exec(
            select(CheckRow.source, func.max(CheckRow.at))
            .where(
                CheckRow.watch_id == WatchRow.id,
                WatchRow.kind == "cited_set",
                col(CheckRow.source).in_(watched),
                or_(
                    CheckRow.outcome == "unmodified",
                    and_(
                        col(CheckRow.outcome) == "polled",
                        or_(col(CheckRow.members) > 0, col(CheckRow.source) == "crossref"),
                    ),
                ),
            )
            .group_by(CheckRow.source)
        ).all()
        return {**dict.fromkeys(sorted(watched)), **dict(checks)}

    def _known_since(self, article_id: str, source: str) -> datetime | None:
        """Since when an article rests on the newest of its publications, under the newest of their names.

        None where it rests on none that the source could know.
        """
        resting_on = self._session.exec(
            select(IdentifierRow.identifier, IdentifierRow.recorded_at).where(
                *resting(), ReferenceRow.article_id == article_id
            )
        ).all()
        held = {name: at for name, at in resting_on if name.startswith(("pubmed:", "doi:"))}
        named = [
            moment
            for some in in_portions(sorted(held))
            for moment in self._session.exec(
                select(AliasRow.recorded_at).where(col(AliasRow.record).in_(some), AliasRow.source == OF_ITSELF)
            ).all()
        ]
        by_doi = [at for name, at in held.items() if name.startswith("doi:")] + named
        moments = by_doi if source == "crossref" else [*held.values(), *named]
        return max(moments, default=None)

    def _pairs(self, names: Sequence[str]) -> list[tuple[str, str]]:
        return [
            (record, name)
            for record, name in self._session.exec(
                select(AliasRow.record, AliasRow.name).where(
                    or_(col(AliasRow.record).in_(names), col(AliasRow.name).in_(names))
                )
            ).all()
        ]

    def _drop(self, rows: list[AliasRow]) -> None:
        if rows:
            gone = col(AliasRow.id).in_([row.id for row in rows])
            note_past(self._session, self._clock, AliasRow, gone, values=None)
            self._session.connection().execute(delete(AliasRow).where(gone))


def _reached_from(name: str, neighbours: Mapping[str, set[str]]) -> frozenset[str]:
    reached, fresh = {name}, {name}
    while fresh:
        fresh = {other for one in fresh for other in neighbours.get(one, ())} - reached
        reached |= fresh
    return frozenset(reached)
