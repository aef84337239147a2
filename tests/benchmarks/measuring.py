"""CPU time and memory of several ways to do one thing, beside each other in one run, as ratios to a named peer.

Seconds differ from machine to machine, and ratios hardly do: the table is for reading, and nothing here asserts.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.table import Table

_MB = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one way costs. ``peak_mb`` is that of its whole process, ``grown_mb`` what came after its imports.

    Both are None where it was measured among others in this process.
    """

    cpu_seconds: float
    peak_mb: float | None = None
    grown_mb: float | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A way with something to make ready before it that does not count; ``run`` gets what ``prepare`` returns."""

    prepare: Callable[[], object]
    run: Callable[[Any], object]


Way: TypeAlias = Callable[[], object] | Prepared


def measure(ways: Mapping[str, Way], *, times: int = 3, apart: bool = True) -> dict[str, Cost]:
    """The median costs of each way. The ways take turns, so that a busy machine is busy for all of them.

    With ``apart`` each turn is a new process, and a way is a function of a module or a ``partial`` of one; imports
    are not measured. Without it a way is anything callable, and one turn before the others is for warming up.
    """
    turn = _turn_apart if apart else _turn_here
    if not apart:
        for way in ways.values():
            _turn_here(way)
    turns = [{name: turn(way) for name, way in ways.items()} for _ in range(times)]
    return {name: _median([turn[name] for turn in turns]) for name in ways}


def show(title: str, costs: Mapping[str, Cost], *, peer: str, items: int = 0) -> None:
    """Print the costs as ratios to the peer's; with ``items`` also what each of so many things costs."""
    table = Table(title=title, title_justify="left")
    for heading in ("what", "CPU s", "ratio", *(["µs each"] if items else []), "peak MB", "grown MB"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for name, cost in costs.items():
        ratio = cost.cpu_seconds / costs[peer].cpu_seconds
        shares = [f"{ratio:.4f}" if ratio < 0.1 else f"{ratio:.2f}"]
        shares += [f"{cost.cpu_seconds / items * 1e6:.2f}"] if items else []
        memory = ["" if mb is None else f"{mb:.0f}" for mb in (cost.peak_mb, cost.grown_mb)]
        table.add_row(f"{name} = 1" if name == peer else name, f"{cost.cpu_seconds:.3f}", *shares, *memory)
    Console(width=120).print("", table)


def _median(costs: list[Cost]) -> Cost:
    def of(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return statistics.median(known) if known else None

    return Cost(
        cpu_seconds=statistics.median(cost.cpu_seconds for cost in costs),
        peak_mb=of([cost.peak_mb for cost in costs]),
        grown_mb=of([cost.grown_mb for cost in costs]),
    )


def _turn_here(way: Way) -> Cost:
    run = partial(way.run, way.prepare()) if isinstance(way, Prepared) else way
    gc.collect()
    before = _cpu_seconds()
    run()
    return Cost(cpu_seconds=_cpu_seconds() - before)


def _turn_apart(way: Way) -> Cost:
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        return alone.apply(_turn_in_a_process_of_its_own, (way,))


def _turn_in_a_process_of_its_own(way: Way) -> Cost:
    loaded = _peak_mb()
    cost = _turn_here(way)
    peak = _peak_mb()
    return Cost(cpu_seconds=cost.cpu_seconds, peak_mb=peak, grown_mb=peak - loaded)


def _cpu_seconds() -> float:
    """User and system time of this process and of the children that it waited for."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def _peak_mb() -> float:
    """On Linux the high water of this program alone: ``ru_maxrss`` also holds that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / _MB
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MB
