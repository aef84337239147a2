"""The recorded days of Retraction Watch, lived through by the whole pipeline: each change reaches its article once.

Papers, notices, kinds and days are recorded; the rows around them are synthesised (see ``recorded_retractions``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind
from monitor.net import Client
from monitor.pipeline.register import WatchSpec
from monitor.sources.retraction_watch import RetractionWatch
from tests.contract.faulty_server import HandClock, faulty_server, status
from tests.contract.recorded_retractions import START, Synthesis, after, identifier, read_days, read_map
from tests.journey.test_known_retractions import Holding, register
from tests.pipeline.scene import Stage

SOME_LENGTH = 29
"""Of the quiet rows only those whose DOI is so long stand in the table."""
BEGUN = datetime(2026, 5, 27, 12, tzinfo=UTC)
EACH = 12
"""Of the papers to which only a notice was added each twelfth is watched; all those of other changes are."""


@pytest.mark.timeout(300)
def test_each_recorded_change_is_one_finding_of_its_article(shared: Path, tmp_path: Path) -> None:
    days = list(read_days(shared / "data/crossref/retraction_watch"))
    changed = [change for _, changes in days for change in changes if change.event != "added"]
    added = [change for _, changes in days for change in changes if change.event == "added"][::EACH]
    watched = {change.doi for change in (*changed, *added) if identifier(change.doi)}
    facts = {
        doi: fact
        for doi, fact in read_map(shared / "data/crossref/retraction_watch", START).items()
        if doi in watched or len(doi) == SOME_LENGTH
    }
    stage = Stage(f"sqlite:///{tmp_path / 'monitor.db'}", source=Holding(), at=BEGUN)
    Stage.opened.remove(stage)
    stage.store.upgrade()
    register(stage, sorted({Identifier.parse(identifier(doi)) for doi in watched}))
    expected: Counter[tuple[str, EventKind]] = Counter(
        (identifier(doi), {"retractions": EventKind.RETRACTED, "concerns": EventKind.CONCERN_RAISED}[kind])
        for doi, (kind, _) in facts.items()
        if doi in watched
    )
    synthesis = Synthesis()
    with faulty_server() as server:
        client = Client(clock=HandClock(), contact="tests@example.org")
        source = RetractionWatch(client, server.url("/table.csv"))
        stage.registrar.ensure_watches([WatchSpec(kind="cited_set", source=source.name)])
        poller = replace(stage.poller, sources={source.name: source})
        for day, changes in [(BEGUN, []), *days]:
            facts = after(facts, [change for change in changes if change.doi in watched])
            expected.update(
                (paper, kind)
                for change in changes
                if change.doi in watched and change.event != "changed"
                for paper, kind, _ in (change.told,)
            )
            server.on("/table.csv", status(200, synthesis.table(facts), Content_Type="text/plain"))
            stage.clock.move_to(day)
            [report] = poller.run(even_if_not_due=True)
            assert report.is_done, report

    told = Counter((finding.record, finding.kind) for row in stage.report().articles for finding in row.findings)
    assert told == expected
    assert sum(expected.values()) > 100
    stage.store.close()
