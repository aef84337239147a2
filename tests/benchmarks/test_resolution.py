"""How many citation strings are resolved, and how many wrongly: synthetic records, real strings.

Real strings are asked for; the records behind them are made from the strings themselves, those of terse ones with
invented authors and titles, and each has twelve near misses beside it. Half of the records are left out of the world:
what cites them has to stay unresolved. The servers answer as loosely as the real ones are told to.

``CITATIONS`` says how many strings of each style are drawn, 200 where it is not set.
"""

from __future__ import annotations

import logging
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import structlog
from rich.console import Console
from rich.progress import track
from rich.table import Table

from monitor.clock import SystemClock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Resolved
from monitor.domain.identifiers import Identifier
from monitor.domain.publications import Publication
from monitor.intake import citation_of, reference_from
from monitor.net import Client
from monitor.pipeline.look_up import LookUp
from monitor.replay.serving import Servers, serve
from monitor.replay.world import World
from monitor.sources.crossref import Crossref
from monitor.sources.pubmed import Eutils, PubMed
from tests.benchmarks.citation_world import write_world
from tests.benchmarks.near_misses import INVENTED_FROM, NEAR_MISSES, identity_of, near_misses, records_of
from tests.benchmarks.printed_citations import Printed, printed_citations

pytestmark = pytest.mark.benchmark
PER_STYLE = int(os.environ.get("CITATIONS", "200"))
LAST_DAY = date(2026, 6, 1)
BINS = 10
Outcomes = Mapping[tuple[str, bool], Counter[str]]
"""By style, and whether the record is in the world: how often a look-up ended how."""
Joined = Mapping[bool, Counter[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The strings that are asked for, the records of all strings, and how many strings there are of each style.

    Strings of the style ``""`` make no record, and are not asked for.
    """

    some: list[Printed]
    records: dict[Identifier, Publication]
    frequency: Counter[str]


@pytest.fixture(scope="module")
def drawn(shared: Path) -> Draw:
    """The same draw in every run."""
    everything = list(printed_citations(shared))
    records = records_of(everything)
    by_style: dict[str, list[Printed]] = defaultdict(list)
    for printed in everything:
        if printed.style and identity_of(printed) is not None:
            by_style[printed.style].append(printed)
    chance = random.Random("draw")  # noqa: S311 - the same draw in every run.
    some = [
        one
        for style in sorted(by_style)
        for one in chance.sample(by_style[style], min(PER_STYLE, len(by_style[style])))
    ]
    known = [printed for printed in everything if identity_of(printed) is not None]
    return Draw(some=some, records=records, frequency=Counter(printed.style for printed in known))


@pytest.fixture(scope="module")
def servers(drawn: Draw, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A world of every second record that is asked for, and the near misses of all of them."""
    folder = tmp_path_factory.mktemp("citations")
    write_world(folder, _world(dict.fromkeys(filter(None, map(identity_of, drawn.some))), drawn.records))
    world = World.load(folder, last_day=LAST_DAY)
    assert not world.skipped
    with serve(world, api_keys={"benchmark": 100_000}, patience=100_000) as running:
        yield running


def test_citations_are_resolved_or_left_to_the_editor(drawn: Draw, servers: Servers) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asked = {citation_of(reference_from(printed.text)): printed for printed in drawn.some}
    outcomes: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    shares: dict[int, list[bool]] = defaultdict(list)
    for citation, resolved in track(
        _lookup(servers).means_each(list(asked)),
        total=len(asked),
        description="citations",
        console=Console(stderr=True),
    ):
        printed = asked[citation]
        identifier = identity_of(printed)
        assert identifier is not None
        assert isinstance(resolved, Resolved), resolved
        outcomes[printed.style, _is_held(identifier)][_outcome(resolved, identifier)] += 1
        for candidate in resolved.candidates:
            shares[min(int(candidate.confidence * BINS), BINS - 1)].append(candidate.identifier == identifier)

    full, terse = _joined(outcomes, terse=False), _joined(outcomes, terse=True)
    silent = {name: _stays_unresolved(outcomes, drawn.frequency, terse=name == "terse") for name in ("full", "terse")}
    Console(width=120).print(_table(outcomes, drawn.frequency), _calibration(shares), _summary(full, terse, silent))
    assert not servers.violations
    assert _precision(full) >= 0.995
    assert _recall(full) >= 0.95
    assert _precision(terse) >= 0.99
    assert _recall(terse) >= 0.85
    assert min(silent.values()) >= 0.99


def _is_held(identifier: Identifier) -> bool:
    """Whether the record of a paper is in the world, by its number: of every second one it is not."""
    return random.Random(f"held {identifier}").random() < 0.5  # noqa: S311 - the same half in every run.


def _world(asked: Iterable[Identifier], records: Mapping[Identifier, Publication]) -> Iterator[Publication]:
    words = sorted({word for identifier in asked for word in records[identifier].title.split() if len(word) > 5})
    for at, identifier in enumerate(asked):
        if _is_held(identifier):
            yield records[identifier]
        yield from near_misses(records[identifier], INVENTED_FROM + at * NEAR_MISSES, words)


def _lookup(servers: Servers) -> LookUp:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    eutils = Eutils(
        client, servers.urls["MONITOR_EUTILS_URL"], email="ops@example.org", api_key="benchmark", pace_seconds=0.0
    )
    crossref = Crossref(client, servers.urls["MONITOR_CROSSREF_URL"], contact="ops@example.org")
    return LookUp(citations=PubMed(eutils), works=crossref, guidelines=lambda *_: (), read_citation=citation_of)


def _outcome(resolved: Resolved, identifier: Identifier) -> str:
    if resolved.status is not Resolution.RESOLVED:
        return resolved.status.value
    return "right" if resolved.identifiers == (identifier,) else "wrong"


def _joined(outcomes: Outcomes, *, terse: bool) -> Joined:
    return {
        held: sum(
            (found for (style, is_held), found in outcomes.items() if is_held == held and (style == "terse") == terse),
            Counter(),
        )
        for held in (True, False)
    }


def _precision(found: Joined) -> float:
    """Of all that was resolved, the share that is right. What is not held cannot be right."""
    right = found[True]["right"]
    return right / max(1, right + found[True]["wrong"] + found[False]["wrong"])


def _recall(found: Joined) -> float:
    return found[True]["right"] / max(1, found[True].total())


def _stays_unresolved(outcomes: Outcomes, frequency: Counter[str], *, terse: bool) -> float:
    """The share of strings whose record is absent that end unresolved, each style as often as it is printed.

    One for which an editor is asked whether it is a record that differs by a small word is not among them.
    """
    absent = {
        style: found["unresolved"] / found.total()
        for (style, held), found in outcomes.items()
        if not held and (style == "terse") == terse
    }
    return sum(share * frequency[style] for style, share in absent.items()) / sum(frequency[style] for style in absent)


def _table(outcomes: Outcomes, frequency: Counter[str]) -> Table:
    table = Table(
        title="Citation strings against synthetic records with 12 near misses each",
        caption=f"{frequency['']} strings are of no style from which a record is made, and are not asked for",
    )
    for name in (
        "style",
        "printed",
        "held",
        "recall",
        "wrong",
        "ambiguous",
        "not held",
        "wrong",
        "ambiguous",
        "unresolved",
    ):
        table.add_column(name, justify="left" if name == "style" else "right")
    for style in sorted({style for style, _ in outcomes}):
        held, absent = outcomes[style, True], outcomes[style, False]
        table.add_row(
            style,
            str(frequency[style]),
            str(held.total()),
            f"{held['right'] / max(1, held.total()):.1%}",
            str(held["wrong"]),
            str(held["ambiguous"]),
            str(absent.total()),
            str(absent["wrong"]),
            str(absent["ambiguous"]),
            str(absent["unresolved"]),
        )
    return table


def _summary(full: Joined, terse: Joined, silent: Mapping[str, float]) -> Table:
    table = Table("strings", "precision", "recall", "absent: not resolved", "absent: unresolved", title="In all")
    for name, found in (("full", full), ("terse", terse)):
        not_resolved = 1 - found[False]["wrong"] / max(1, found[False].total())
        figures = (_precision(found), _recall(found), not_resolved, silent[name])
        table.add_row(name, *(f"{figure:.2%}" for figure in figures))
    return table


def _calibration(shares: Mapping[int, Sequence[bool]]) -> Table:
    table = Table("confidence", "candidates", "of them meant", title="Whether the confidence is what it says")
    for at, found in sorted(shares.items()):
        table.add_row(f"{at / BINS:.1f} to {(at + 1) / BINS:.1f}", str(len(found)), f"{sum(found) / len(found):.1%}")
    return table
