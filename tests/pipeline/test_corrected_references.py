"""A person says what a reference means, once and for all; nothing that looks it up says otherwise afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.articles import Reference, Resolution
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.records import Link
from monitor.domain.state import ReferenceState
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
