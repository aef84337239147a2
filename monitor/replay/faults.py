"""What goes wrong at an upstream: planned by a world for some of its days, or injected while it is served."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class Upstream(StrEnum):
    """The upstreams a world plays."""

    PUBMED = "pubmed"
    CLINICALTRIALS = "clinicaltrials"
    PAGES = "pages"
    PUBMED_UPDATES = "pubmed_updates"
    LISTS = "lists"
    CROSSREF = "crossref"
    RETRACTION_WATCH = "retraction_watch"


class FaultKind(StrEnum):
    """What a client meets in place of its answer; told one by one in ``world/README.md``."""

    UNAVAILABLE = "503"
    THROTTLED = "429"
    HTML = "html"
    ERROR = "error"
    CUT = "cut"
    SHORT = "short"
    PROLOG = "prolog"
    DRIP = "drip"
    HANG = "hang"
    RESET = "reset"
    MISSING = "missing"
    REPUBLISHED = "republished"
    WRONG_SUM = "wrong-sum"
    NO_HEADERS = "no-headers"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFault:
    """A fault that holds from ``first_day`` for ``days`` days, for requests whose address contains ``path``."""

    upstream: Upstream | None
    kind: FaultKind
    first_day: date
    days: int = 1
    path: str = ""

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return self.first_day + timedelta(days=self.days - 1)

    def holds(self, upstream: Upstream, path: str, today: date) -> bool:
        """Whether it strikes this request; ``upstream`` None in the plan means every upstream."""
        return self.upstream in (None, upstream) and self.path in path and self.first_day <= today <= self.last_day


def read_plan(entries: Any, first_day: date) -> list[PlannedFault]:
    """Read a ``faults.json``. Raises ``ValueError`` naming the entry that cannot be read."""
    if not isinstance(entries, list):
        raise ValueError("faults.json must hold a list")
    return [_planned(entry, first_day) for entry in entries]


def _planned(entry: Any, first_day: date) -> PlannedFault:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{entry!r} is no fault")
    try:
        upstream = str(entry.get("upstream", "all"))
        return PlannedFault(
            upstream=None if upstream == "all" else Upstream(upstream),
            kind=FaultKind(str(entry["fault"])),
            first_day=first_day,
            days=int(entry.get("days", 1)),
            path=str(entry.get("path", "")),
        )
    except (KeyError, ValueError) as problem:
        raise ValueError(f"{dict(entry)} is no fault: {problem}") from None


@dataclass(slots=True, kw_only=True)
class _Injected:
    upstream: Upstream
    kind: FaultKind
    left: int | None
    path: str


class FaultBook:
    """The faults injected at run time. The newest that fits comes first; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._injected: list[_Injected] = []

    def inject(self, upstream: Upstream, kind: FaultKind, times: int | None, path: str) -> None:
        """Let the next ``times`` fitting requests fail; None until cleared."""
        with self._lock:
            self._injected.insert(0, _Injected(upstream=upstream, kind=kind, left=times, path=path))

    def clear(self) -> None:
        """Forget every injected fault."""
        with self._lock:
            self._injected.clear()

    def strike(self, upstream: Upstream, path: str, today: date, planned: Iterable[PlannedFault]) -> FaultKind | None:
        """The fault that meets a request, counting it as used; None when it is to be answered."""
        with self._lock:
            for fault in self._injected:
                if fault.upstream is upstream and fault.path in path and fault.left != 0:
                    fault.left = None if fault.left is None else fault.left - 1
                    return fault.kind
        return next((fault.kind for fault in planned if fault.holds(upstream, path, today)), None)
