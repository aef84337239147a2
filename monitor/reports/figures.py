"""Figures of a sentence beside the abstracts it rests on, as prose says it. It tells what stands where, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.domain.figure_check import IN_WORDS, FigureStatus
from monitor.domain.figure_table import CHANGED, NEWER, NOTHING_CITED
from monitor.domain.read_models import FigureView, StatedFigure
from monitor.reports.links import record_name

IN_VERSION = {CHANGED: "as it reads now", NEWER: "newer version"}


def in_short(figures: Sequence[FigureView]) -> str:
    """``2 found; newer version: 1 found, 1 differs``."""
    newer = [figure.newer for figure in figures if figure.newer is not None]
    cited = _counted(figure.status for figure in figures)
    return f"{cited}; newer version: {_counted(newer)}" if newer else cited


def comparable(figures: Iterable[FigureView]) -> tuple[FigureView, ...]:
    """The figures that have something to be compared with, read yet or not: the rest would tell a reader nothing."""
    return tuple(figure for figure in figures if figure.because != NOTHING_CITED)


def disagree(figures: Iterable[FigureView]) -> bool:
    """Whether an abstract gives another figure for one of these."""
    return any(row.status is FigureStatus.DIFFERS for figure in figures for row in figure.stated)


def of_cited(figure: FigureView) -> tuple[StatedFigure, ...]:
    """What the cited records say, as first read and as they read now."""
    return tuple(row for row in figure.stated if row.version != NEWER)


def of_newer(figure: FigureView) -> tuple[StatedFigure, ...]:
    """What newer versions say."""
    return tuple(row for row in figure.stated if row.version == NEWER)


def sentences(figures: Iterable[FigureView]) -> frozenset[str]:
    """The sentences that are quoted beside these figures: each needs to be read but once."""
    return frozenset(row.sentence for figure in figures for row in figure.stated if row.sentence)


def where(row: StatedFigure) -> str:
    """``reference 2``, ``reference 2, as it reads now``, ``newer version, PubMed 123``."""
    if row.version == NEWER:
        return f"{IN_VERSION[NEWER]}, {record_name(row.record)}"
    name = f"reference {row.reference}" if row.reference is not None else record_name(row.record)
    return f"{name}, {IN_VERSION[row.version]}" if row.version in IN_VERSION else name


def lines(figure: FigureView) -> list[str]:
    """A figure for plain text: the verdict, then a line for each abstract with the sentence that holds it."""
    because = f" ({figure.because})" if figure.because else ""
    told = [f"{figure.written}: {IN_WORDS[figure.status]}{because}"]
    for row in figure.stated:
        sentence = f": “{row.sentence}”" if row.sentence else ""
        stated = f" {row.written}" if row.written else ""
        told.append(f"  {where(row)}: {IN_WORDS[row.status]}{stated}{sentence}")
    return told


def of_mention(mention: Mapping[str, Any]) -> str:
    """The figures that the prose gives of evidence it names: ``25 trials, 1,341 participants, RR 0.85``."""
    counts = [f"{number:,} {unit}" for unit, number in dict(mention.get("counts") or {}).items()]
    return ", ".join([*counts, *(written for _, written in mention.get("figures") or ())])


def _counted(statuses: Iterable[FigureStatus]) -> str:
    counts = Counter(statuses)
    words = {**IN_WORDS, FigureStatus.DIFFERS: "differs" if counts[FigureStatus.DIFFERS] == 1 else "differ"}
    return ", ".join(f"{counts[status]} {words[status]}" for status in FigureStatus if counts[status])
