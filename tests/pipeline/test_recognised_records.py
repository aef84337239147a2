"""An entry that was not understood is, once the record that it means comes in for another reason; nobody is asked."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.articles import Reference, ReferenceKind, Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Failure
from monitor.domain.records import Link, Publication, PublicationType
from monitor.domain.state import ReferenceState
from monitor.pipeline.correct import Corrector
from monitor.pipeline.recognise import Index
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage, resting_on

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


@pytest.mark.parametrize(
    "changed",
    [
        {"publication_types": (PublicationType(ui="D000076942", name="Preprint"),)},
        {"publication_types": (PublicationType(ui="D016425", name="Published Erratum"),)},
        {"publication_types": (PublicationType(ui="D016420", name="Comment"),)},
        {"publication_types": (PublicationType(ui="D000078325", name="Clinical Trial Protocol"),)},
        {"links": (Link(ref_type="RetractionOf", source="J Test. 2025", pmid="900"),)},
        {"links": (Link(ref_type="CommentOn", source="J Test. 2025", pmid="900"),)},
        {"links": (Link(ref_type="UpdateOf", source="J Test. 2025", pmid="900"),)},
    ],
    ids=["preprint", "erratum", "comment", "protocol", "notice of retraction", "comment by its link", "newer version"],
)
def test_a_record_beside_which_another_is_called_alike_settles_nothing_alone(
    database_url: str, changed: dict[str, Any]
) -> None:
    stage, source = stage_with(database_url, ENTRY, replace(RECORD, **changed))
    stage.bring_in("b", "200")
    assert state_of(stage).resolution is Resolution.UNRESOLVED
    source.asked = 0
    stage.resolver.run()

    assert source.asked > 0, "the look-up weighs all records that are called so"


def test_an_entry_that_was_never_looked_up_is_not_settled_by_the_first_record_that_fits(database_url: str) -> None:
    stage, _ = stage_with(database_url, ENTRY, RECORD)
    stage.registrar.register("c", replace(ARTICLE, references=(ENTRY,)), origin="test", by="test")
    stage.registrar.register("b", resting_on("200"), origin="test", by="test")
    stage.resolver.run(article_id="b")
    stage.poll()

    assert state_of(stage, "c").because == "not looked up yet"


def test_records_by_the_thousand_are_compared_by_the_pages_that_an_entry_gives() -> None:
    """Not each record with each entry: that would hold the database for minutes."""
    records = [
        Publication(identifier=pubmed(str(number)), title="Reply", volume=str(number), pages=f"{number}-9")
        for number in range(1, 20_001)
    ]
    index = Index.of(records)
    before = time.process_time()
    near = [index.near(Reference(text=f"Moe A. J Knees 2025;{at}:{at}.", number=1)) for at in range(1, 301)]

    assert time.process_time() - before < 1.0
    assert records[0] in near[0]


def test_what_a_person_accepted_as_unwatchable_is_left_alone(database_url: str) -> None:
    stage, _ = stage_with(database_url, ENTRY, RECORD)
    Corrector(store=stage.store, assessor=stage.assessor).correct("a", "1", (), by="ada")
    stage.bring_in("b", "200")

    assert state_of(stage).resolution is Resolution.UNWATCHABLE
