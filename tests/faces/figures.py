"""A made-up figure of a sentence beside what two abstracts say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.domain.figure_check import FigureStatus
from monitor.domain.figures import FigureKind
from monitor.domain.read_models import FigureView, StatedFigure


def figure(words: str = "", **changes: Any) -> FigureView:
    """Twenty-five trials, as the cited abstract says, and not the newer version; ``words`` are said everywhere."""
    cited = StatedFigure(
        reference=2,
        record="pubmed:40169165",
        version="cited",
        status=FigureStatus.FOUND,
        written=words or "25 trials",
        number="25",
        sentence=words or "We included 25 trials.",
    )
    newer = replace(
        cited,
        record=words or "pubmed:99913342",
        version="newer",
        status=FigureStatus.DIFFERS,
        written=words or "28 trials",
        sentence=words or "We included 28 trials.",
    )
    values: dict[str, Any] = {
        "written": words or "25 trials",
        "number": "25",
        "name": "trials",
        "kind": FigureKind.COUNT,
        "status": FigureStatus.FOUND,
        "newer": FigureStatus.DIFFERS,
        "because": words,
        "stated": (cited, newer),
    }
    return FigureView(**{**values, **changes})
