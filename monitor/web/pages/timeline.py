"""A picture of an article's time: what changed, how it stood, what was decided, and when nobody could look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from monitor.domain.explanations import Outage
from monitor.domain.read_models import ArticleView, FindingView, FlipLine

LEFT, RIGHT = 130.0, 985.0
"""Where time begins and ends in the picture, whose width is 1000."""
STEPS = (1, 2, 7, 14, 30, 61, 91, 182, 365, 730)
MOST_TICKS = 8
MARGIN = timedelta(days=2)
AT_LEAST = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Findings of one day. ``count`` of them, the worst of ``severity``."""

    x: float
    day: date
    count: int
    severity: str
    target: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which something was so; ``tone`` names the colour."""

    x: float
    width: float
    tone: str
    words: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A day on the axis."""

    x: float
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The lanes of the picture, from top to bottom, over one axis."""

    marks: tuple[Mark, ...]
    freshness: tuple[Span, ...]
    review: tuple[Span, ...]
    outages: tuple[Span, ...]
    ticks: tuple[Tick, ...]


def timeline(view: ArticleView, outages: Sequence[Outage], *, now: datetime) -> Timeline:
    """Lay out what is known of an article's time until now."""
    axis = _Axis(_start(view, outages, now), now)
    return Timeline(
        marks=tuple(_marks(view.row.findings, axis)),
        freshness=_states(view.flips, "freshness", view.row.freshness, axis),
        review=_states(view.flips, "review_status", view.row.review_status, axis),
        outages=tuple(axis.span(outage.since, outage.until, tone="gap", words=outage.source) for outage in outages),
        ticks=tuple(axis.ticks()),
    )


class _Axis:
    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end

    def x(self, moment: datetime) -> float:
        inside = min(max(moment, self.start), self.end)
        return round(LEFT + (RIGHT - LEFT) * ((inside - self.start) / (self.end - self.start)), 1)

    def span(self, since: datetime, until: datetime | None, *, tone: str, words: str) -> Span:
        x = self.x(since)
        width = max(self.x(until or self.end) - x, 2.0)
        return Span(x=x, width=round(width, 1), tone=tone, words=words, since=since, until=until)

    def ticks(self) -> Iterable[Tick]:
        days = (self.end - self.start).days
        step = next((step for step in STEPS if days / step <= MOST_TICKS), STEPS[-1] * (days // STEPS[-1] // 8 + 1))
        day = self.end.date()
        while datetime.combine(day, time.min, UTC) >= self.start:
            yield Tick(x=self.x(datetime.combine(day, time.min, UTC)), day=day)
            day -= timedelta(days=step)


def _start(view: ArticleView, outages: Sequence[Outage], now: datetime) -> datetime:
    known = [
        now - AT_LEAST,
        *(finding.detected_at for finding in view.row.findings),
        *(flip.at for flip in view.flips),
        *(outage.since for outage in outages),
    ]
    return min(known) - MARGIN


def _marks(findings: Sequence[FindingView], axis: _Axis) -> Iterable[Mark]:
    ordered = sorted(findings, key=lambda finding: finding.detected_at)
    for day, group in groupby(ordered, key=lambda finding: finding.detected_at.date()):
        together = sorted(group, key=lambda finding: (finding.status != "open", -finding.severity.rank))
        yield Mark(
            x=axis.x(together[0].detected_at),
            day=day,
            count=len(together),
            severity=together[0].severity if together[0].status == "open" else "decided",
            target=together[0].id,
            words=together[0].kind.replace("_", " "),
        )


def _states(flips: Sequence[FlipLine], field: str, present: str, axis: _Axis) -> tuple[Span, ...]:
    """What a field was from each change of it to the next; before the first, what it changed from."""
    changes = sorted((flip for flip in flips if flip.field == field), key=lambda flip: flip.at)
    moments = [axis.start, *(flip.at for flip in changes)]
    words = [changes[0].before if changes else present, *(flip.after for flip in changes)]
    ends = [*moments[1:], None]
    return tuple(
        axis.span(since, until, tone=word, words=word.replace("_", " "))
        for since, until, word in zip(moments, ends, words, strict=True)
        if word and (until is None or until > since)
    )
