"""The figures of a claim beside what the abstracts of its evidence say of them, now and in newer versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.domain.figure_check import Abstract, Comparison, FigureStatus, compared, overall
from monitor.domain.figures import Figure, FigureKind, figures_in
from monitor.domain.read_models import DiffLine, FigureView, StatedFigure

CITED, CHANGED, NEWER = "cited", "changed", "newer"
"""The versions of an abstract: as first read, as the same record reads now, and that of what replaces it."""

NOTHING_CITED = "the sentence cites nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """What replaces a cited record; its abstract is None until it was read."""

    record: str
    abstract: Abstract | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """What is kept of one cited record: its abstract as first read and as it reads now, and what replaces it."""

    record: str
    first: Abstract
    now: Abstract
    successors: tuple[Successor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedEvidence:
    """One reference of a claim with what is kept of it; ``because`` says why nothing is."""

    number: int | None
    records: tuple[KeptRecord, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A figure against one record: each version with what came of it."""

    number: int | None
    rows: tuple[tuple[str, str, Comparison], ...]

    @property
    def cited(self) -> FigureStatus:
        """What the cited record says, as it reads now."""
        return [said.status for _, version, said in self.rows if version != NEWER][-1]

    @property
    def newer(self) -> tuple[FigureStatus, ...]:
        return tuple(said.status for _, version, said in self.rows if version == NEWER)

    @property
    def holds(self) -> bool:
        """Whether the cited record says or said so."""
        return any(said.status is FigureStatus.FOUND for _, version, said in self.rows if version != NEWER)


def beside(text: str, cited: Sequence[CitedEvidence]) -> tuple[FigureView, ...]:
    """The figures of a claim, each with what its evidence says.

    Of several references the one whose abstract holds the figure is meant, else all are shown. What was never read is
    not checked: that is told, and never taken for agreement.
    """
    return tuple(_beside(figure, text, cited) for figure in figures_in(text))


def contradicted(figures: Iterable[FigureView], *, several: bool) -> tuple[DiffLine, ...]:
    """The figures of which a newer version says something else, before and after.

    ``several`` says that the claim rests on further references: then only what this record did say counts.
    """
    lines = []
    for figure in figures:
        held = any(row.status is FigureStatus.FOUND and row.version != NEWER for row in figure.stated)
        for row in figure.stated:
            came_later = row.version == NEWER or (row.version == CHANGED and held)
            if row.status is FigureStatus.DIFFERS and came_later and (held or not several):
                lines.append(DiffLine(field=figure.name, before=figure.number, after=row.number))
    return tuple(dict.fromkeys(lines))


def _beside(figure: Figure, text: str, cited: Sequence[CitedEvidence]) -> FigureView:
    every = [_against(figure, text, one.number, kept) for one in cited for kept in one.records]
    meant = [one for one in every if one.holds] or every
    unread = [one.because for one in cited if not one.records] if not any(one.holds for one in every) else []
    newer = [status for one in meant for status in one.newer]
    return FigureView(
        written=figure.written,
        number=shown(figure),
        name=figure.name,
        kind=figure.kind,
        status=overall([*(one.cited for one in meant), *(FigureStatus.NOT_CHECKED for _ in unread)]),
        newer=overall(newer) if newer else None,
        because="; ".join(dict.fromkeys(unread)) if cited else NOTHING_CITED,
        stated=tuple(_stated(one.number, record, version, said) for one in meant for record, version, said in one.rows),
    )


def _against(figure: Figure, text: str, number: int | None, kept: KeptRecord) -> _Compared:
    first = compared(figure, kept.first, context=text)
    rows = [(kept.record, CITED, first)]
    about = f"{text} {first.sentence}"
    if kept.now.text != kept.first.text:
        rows.append((kept.record, CHANGED, compared(figure, kept.now, context=about)))
    rows += [(other.record, NEWER, compared(figure, other.abstract, context=about)) for other in kept.successors]
    return _Compared(number=number, rows=tuple(rows))


def _stated(number: int | None, record: str, version: str, said: Comparison) -> StatedFigure:
    return StatedFigure(
        reference=number,
        record=record,
        version=version,
        status=said.status,
        written=said.stated.written if said.stated else "",
        number=shown(said.stated) if said.stated else "",
        sentence=said.sentence,
    )


def shown(figure: Figure) -> str:
    """A figure without its unit, which its name tells; with its interval where it has one."""
    if figure.low is not None:
        return figure.written
    if figure.kind in {FigureKind.PERCENT, FigureKind.HETEROGENEITY}:
        return f"{figure.number} %"
    return f"{figure.bound} {figure.number}" if figure.kind is FigureKind.P_VALUE else figure.number
