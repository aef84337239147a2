"""A person says what a reference means, once and for all; nothing that looks it up says otherwise afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.articles import Claim, Reference, Resolution
from monitor.domain.diff import Sighting
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.publications import DataBank
from monitor.domain.records import Link
from monitor.domain.signals import Signal
from monitor.domain.state import NewFinding, ReferenceState
from monitor.pipeline.correct import Corrector, UnknownReference
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage

OTHER = replace(PAPER, identifier=pubmed("101"), title="Another trial", doi="")
RETRACTED = replace(OTHER, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="900"),))
ENTRY = Reference(text="A trial that is cited badly. PMID: 101", number=1, identifiers=(pubmed("101"),))


@pytest.fixture
def stage(database_url: str) -> Stage:
    """Two articles with the very same entry, resolved to another record than the one that is meant."""
    stage = Stage(database_url, source=ScriptedSource({PAPER.identifier: PAPER, OTHER.identifier: RETRACTED}))
    stage.open()
    for name in ("a", "b"):
        stage.registrar.register(name, replace(ARTICLE, references=(ENTRY,)), origin="test", by="test")
    stage.resolver.run()
    stage.poll()
    return stage


def reference(stage: Stage, article: str = "a") -> ReferenceState:
    with stage.store.begin() as tx:
        [state] = tx.references.of_article(article)
    return state


def correct(stage: Stage, *identifiers: Identifier, number: str = "1") -> tuple[str, ...]:
    corrector = Corrector(store=stage.store, assessor=stage.assessor)
    return corrector.correct("a", number, identifiers, by="ada", reason="same title and pages")[1]


def test_it_holds_for_every_article_that_gives_the_same_entry(stage: Stage) -> None:
    articles = correct(stage, PAPER.identifier)

    assert articles == ("a", "b")
    for name in articles:
        state = reference(stage, name)
        assert (state.resolution, state.identifiers) == (Resolution.RESOLVED, (PAPER.identifier,))
        assert state.because.startswith("confirmed by ada on ")
        assert state.because.endswith(": same title and pages")


def test_what_was_found_about_the_record_that_is_not_meant_is_closed_with_the_reason(stage: Stage) -> None:
    assert [finding.kind for finding in stage.articles()["a"].findings] == [EventKind.RETRACTED]

    correct(stage, PAPER.identifier)

    [finding] = stage.articles()["a"].findings
    assert finding.status == "answered"
    assert "pubmed:101 is not what the reference means: confirmed by ada" in (finding.reason or "")


def test_what_is_known_of_the_record_that_is_meant_is_told_at_once(stage: Stage) -> None:
    correct(stage, PAPER.identifier)
    correct(stage, OTHER.identifier)

    [finding] = stage.articles()["a"].findings
    assert (finding.kind, finding.status) == (EventKind.RETRACTED, "open")


def test_no_look_up_and_no_new_import_says_otherwise(stage: Stage) -> None:
    correct(stage, PAPER.identifier)
    with_doi = replace(ENTRY, identifiers=(*ENTRY.identifiers, Identifier.parse("doi:10.5555/other")))
    stage.registrar.register("a", replace(ARTICLE, references=(with_doi,)), origin="test", by="test")
    stage.registrar.register("c", replace(ARTICLE, references=(ENTRY,)), origin="test", by="test")
    stage.resolver.run()

    assert reference(stage, "a").identifiers == (PAPER.identifier,)
    assert reference(stage, "c").identifiers == (PAPER.identifier,)


def test_an_entry_that_nothing_stands_for_is_accepted_as_unwatchable_and_asked_for_no_more(stage: Stage) -> None:
    correct(stage)
    stage.later(days=60)

    state = reference(stage)
    assert (state.resolution, state.identifiers) == (Resolution.UNWATCHABLE, ())
    assert stage.resolver.run() == 0
    assert all(finding.status == "answered" for finding in stage.articles()["a"].findings)


def test_the_correction_is_part_of_the_audit_log(stage: Stage) -> None:
    correct(stage, PAPER.identifier)

    with stage.store.begin() as tx:
        assert tx.audit.verify() == []
        assert tx.meanings.corrections([ENTRY.key])[ENTRY.key].by == "ada"


@pytest.mark.parametrize("number", ["2", "#2", "0", ""])
def test_a_reference_that_is_not_there_is_named_with_those_that_are(stage: Stage, number: str) -> None:
    with pytest.raises(UnknownReference, match="it has #1, 1"):
        correct(stage, PAPER.identifier, number=number)


def test_an_article_that_is_not_there_is_named(stage: Stage) -> None:
    with pytest.raises(UnknownReference, match="there is no article 'nowhere'"):
        Corrector(store=stage.store, assessor=stage.assessor).correct("nowhere", "1", (), by="ada")


def register(stage: Stage, *references: Reference, article: str = "a") -> None:
    stage.registrar.register(article, replace(ARTICLE, references=references), origin="test", by="test")


def test_the_same_page_read_again_opens_nothing_that_the_correction_closed(stage: Stage) -> None:
    correct(stage, PAPER.identifier)
    register(stage, ENTRY)

    [finding] = stage.articles()["a"].findings
    assert finding.status == "answered"
    assert "pubmed:101 is not what the reference means" in (finding.reason or "")


def test_sentences_on_the_corrected_entry_stay_unconcerned_when_the_page_is_read_again(stage: Stage) -> None:
    again = Reference(text="The very trial. PMID: 101", number=2, identifiers=(pubmed("101"),))
    register(stage, ENTRY, again, article="d")
    stage.resolver.run()
    correct(stage, PAPER.identifier)
    before = stage.articles()["d"].findings
    register(stage, ENTRY, again, article="d")

    assert [claim.text for finding in before for claim in finding.claims] == ["Nothing harms."]
    assert stage.articles()["d"].findings == before


def test_what_an_edit_had_answered_does_not_come_back_once_the_entry_means_something_else(stage: Stage) -> None:
    bare = replace(ARTICLE, claims=(Claim(position=0, text="Something helps."),), references=(ENTRY,))
    stage.registrar.register("a", bare, origin="test", by="test")
    assert [finding.status for finding in stage.articles()["a"].findings] == ["answered"]
    correct(stage, PAPER.identifier)
    register(stage, ENTRY)

    assert [finding.status for finding in stage.articles()["a"].findings] == ["answered"]


def test_new_evidence_that_concerns_the_article_as_a_whole_is_not_closed(stage: Stage) -> None:
    with stage.store.begin() as tx:
        signal = Signal(
            record=OTHER.identifier, kind=EventKind.NEW_EVIDENCE, standing=False, shown_by="pubmed:101", because="new"
        )
        event = tx.events.record(
            Sighting(signal=signal), title=OTHER.title, already=False, severity=Severity.MAJOR, url=None
        )
        told = NewFinding(
            id="as-a-whole",
            article_id="a",
            event_id=event.id,
            severity=Severity.MAJOR,
            because="it answers the question of the article",
            reference_ids=(),
            claims=(),
            detected_at=stage.clock.today(),
        )
        tx.findings.add(told)
    correct(stage, PAPER.identifier)

    assert [one.id for one in stage.articles()["a"].findings if one.status == "open"] == ["as-a-whole"]


def test_it_holds_for_an_article_that_was_away_when_it_was_said(stage: Stage) -> None:
    stage.registrar.remove("b", by="test")
    correct(stage, PAPER.identifier)
    register(stage, ENTRY, article="b")

    assert reference(stage, "b").identifiers == (PAPER.identifier,)
    assert [finding.status for finding in stage.articles()["b"].findings] == ["answered"]


def test_it_holds_for_an_entry_that_came_to_have_these_very_words(stage: Stage) -> None:
    spelt = replace(ENTRY, text="A trial that is cited very badly. PMID: 101")
    register(stage, spelt, article="d")
    stage.resolver.run()
    correct(stage, PAPER.identifier)
    assert reference(stage, "d").identifiers == (OTHER.identifier,)
    register(stage, ENTRY, article="d")

    assert reference(stage, "d").identifiers == (PAPER.identifier,)


def test_it_survives_that_the_record_was_merged_with_another(stage: Stage) -> None:
    correct(stage, PAPER.identifier)
    del stage.source.records[PAPER.identifier]
    stage.source.records[pubmed("102")] = replace(PAPER, identifier=pubmed("102"))
    stage.source.survivors[PAPER.identifier] = pubmed("102")
    for _ in range(4):
        stage.later(days=1)
        stage.poll()
    register(stage, replace(ENTRY, identifiers=(*ENTRY.identifiers, Identifier.parse("doi:10.5555/other"))))
    stage.resolver.run()

    assert reference(stage).identifiers == (pubmed("102"),)


def test_the_trial_behind_both_papers_is_still_watched(stage: Stage) -> None:
    bank = DataBank(name="ClinicalTrials.gov", accessions=("NCT00000007",))
    for name in (PAPER, RETRACTED):
        stage.source.records[name.identifier] = replace(name, data_banks=(bank,))
    stage.later(days=40)
    stage.poll()
    for identifier in (PAPER.identifier, OTHER.identifier, PAPER.identifier):
        correct(stage, identifier)
        stage.poll()

        assert [str(derived) for derived, _ in reference(stage).derived] == ["nct:NCT00000007"]


def test_a_number_that_two_entries_have_is_not_guessed_at(stage: Stage) -> None:
    register(stage, ENTRY, Reference(text="Another entry with this number", number=1))

    with pytest.raises(UnknownReference, match="several references 1: say which by its place, one of #1, #2"):
        correct(stage, PAPER.identifier)
    assert correct(stage, PAPER.identifier, number="#2") == ("a",)
