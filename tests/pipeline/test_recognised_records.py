"""An entry that was not understood is, once the record that it means comes in for another reason; nobody is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Failure
from monitor.domain.records import Link, Publication
from monitor.domain.state import ReferenceState
from monitor.pipeline.correct import Corrector
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage

TITLE = "Mesenchymal cells for osteoarthritis of the knee"
RECORD = Publication(
    identifier=pubmed("200"),
    title=f"{TITLE}.",
    published="2025",
    authors=("Hofer A",),
    links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="900"),),
)
ENTRY = Reference(text=f"Hofer A. {TITLE}. J Knees 2025;7:33.", title=TITLE, year=2025, number=1)


class Counting(ScriptedSource):
    """Counts who asks it what a citation means."""

    asked = 0

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        self.asked += 1
        return super().candidates(citation)


def stage_with(url: str, entry: Reference, *held: Publication) -> tuple[Stage, Counting]:
    """An article whose entry nobody can find, and later another that cites the held records by number."""
    source = Counting({record.identifier: record for record in held})
    stage = Stage(url, source=source).open()
    stage.registrar.register("a", replace(ARTICLE, references=(entry,)), origin="test", by="test")
    stage.resolver.run()
    assert state_of(stage).resolution is Resolution.UNRESOLVED
    source.asked = 0
    return stage, source


def state_of(stage: Stage, article: str = "a") -> ReferenceState:
    with stage.store.begin() as tx:
        [state] = tx.references.of_article(article)
    return state


def test_it_is_watched_and_what_is_known_of_it_is_told(database_url: str) -> None:
    stage, source = stage_with(database_url, ENTRY, RECORD)
    stage.bring_in("b", "200")

    state = state_of(stage)
    assert (state.resolution, state.identifiers) == (Resolution.RESOLVED, (pubmed("200"),))
    assert "compared with a record that was read on " in state.because
    assert source.asked == 1, "only what the other article cites was looked up"
    assert [finding.kind for finding in stage.articles()["a"].findings] == [EventKind.RETRACTED]


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, text="Hofer A. Saline for the hip. J Hips 2025;7:33.", title="Saline for the hip"),
        replace(ENTRY, text=f"{TITLE}: a protocol. 2019", title=f"{TITLE}: a protocol", year=2019),
        replace(ENTRY, kind=ReferenceKind.IN_HOUSE_SUMMARY),
    ],
    ids=["another title", "the protocol of years before", "a summary of the house"],
)
def test_what_only_resembles_it_stays_as_it_is(database_url: str, entry: Reference) -> None:
    stage, _ = stage_with(database_url, entry, RECORD)
    stage.bring_in("b", "200")

    assert state_of(stage).resolution is Resolution.UNRESOLVED


def test_an_entry_that_may_mean_several_records_is_looked_up_anew_with_all_of_them(database_url: str) -> None:
    twin = replace(RECORD, identifier=pubmed("201"), links=())
    stage, source = stage_with(database_url, ENTRY, RECORD, twin)
    stage.bring_in("b", "200", "201")
    source.asked = 0
    stage.resolver.run()

    assert state_of(stage).identifiers == ()
    assert source.asked > 0


def test_what_a_person_accepted_as_unwatchable_is_left_alone(database_url: str) -> None:
    stage, _ = stage_with(database_url, ENTRY, RECORD)
    Corrector(store=stage.store, assessor=stage.assessor).correct("a", "1", (), by="ada")
    stage.bring_in("b", "200")

    assert state_of(stage).resolution is Resolution.UNWATCHABLE
