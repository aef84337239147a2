"""What a reference is resolved to, and what is watched while it is in doubt."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import ParsedArticle, Reference, ReferenceKind, Resolution
from monitor.domain.citations import Candidate, Citation
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Unreachable
from monitor.domain.records import Work
from monitor.domain.state import ReferenceState
from monitor.pipeline.watching import second_witness
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage

TRIAL = Identifier.parse("nct:NCT01234567")


def resolve(url: str, reference: Reference, source: ScriptedSource | None = None) -> tuple[Stage, ReferenceState]:
    stage = Stage(url, source=source)
    stage.store.upgrade()
    page: ParsedArticle = replace(ARTICLE, references=(reference,))
    stage.registrar.register("a", page, origin="test", by="test")
    stage.resolver.run()
    with stage.store.begin() as tx:
        [state] = tx.references.of_article("a")
    return stage, state


def test_a_trial_number_is_watched_as_it_is_written(database_url: str) -> None:
    _, state = resolve(database_url, Reference(text="NCT01234567", number=1, identifiers=(TRIAL,)))

    assert (state.resolution, state.identifiers) == (Resolution.RESOLVED, (TRIAL,))


def test_a_paper_and_the_trial_number_beside_it_are_both_watched(database_url: str) -> None:
    reference = Reference(text="A trial. PMID: 100. NCT01234567", number=1, identifiers=(PAPER.identifier, TRIAL))
    _, state = resolve(database_url, reference)

    assert (state.resolution, set(state.identifiers)) == (Resolution.RESOLVED, {PAPER.identifier, TRIAL})


def test_a_trial_is_watched_while_the_paper_beside_it_is_unknown(database_url: str) -> None:
    reference = Reference(text="A trial. PMID: 999. NCT01234567", number=1, identifiers=(pubmed("999"), TRIAL))
    stage, state = resolve(database_url, reference)

    assert (state.resolution, state.identifiers) == (Resolution.UNRESOLVED, (TRIAL,))
    assert "not resolved" in stage.article().freshness_because


def test_an_in_house_summary_is_kept_shown_and_never_guessed(database_url: str) -> None:
    reference = Reference(text="Topic overview. Editors, 2025", number=1, kind=ReferenceKind.IN_HOUSE_SUMMARY)
    _, state = resolve(database_url, reference)

    assert (state.resolution, "in-house" in state.because) == (Resolution.UNRESOLVED, True)


def test_an_in_house_summary_whose_title_names_a_guideline_is_followed_through_it(database_url: str) -> None:
    guideline = Identifier.parse("guideline:college/knees")

    def names(text: str, organisation: str, year: int | None, context: str) -> tuple[Candidate, ...]:
        assert (organisation, year, context) == ("", None, text)
        known = Candidate(identifier=guideline, title="Knees", confidence=0.98, because="The College is named")
        return (known,) if "College" in text else ()

    summary = Reference(
        text="The College on knees: an overview. Editors, 2025",
        title="The College on knees: an overview",
        number=1,
        kind=ReferenceKind.IN_HOUSE_SUMMARY,
    )
    stage = Stage(database_url)
    stage.store.upgrade()
    stage.resolver = replace(stage.resolver, lookup=replace(stage.resolver.lookup, guidelines=names))
    stage.registrar.register("a", replace(ARTICLE, references=(summary,)), origin="test", by="test")
    stage.resolver.run()
    with stage.store.begin() as tx:
        [state] = tx.references.of_article("a")

    assert (state.resolution, state.identifiers) == (Resolution.RESOLVED, (guideline,))
    assert state.because == "an in-house summary, followed through what it sums up: The College is named"


def test_a_source_that_cannot_be_asked_leaves_the_reference_for_later(database_url: str) -> None:
    class Down(ScriptedSource):
        def candidates(self, citation: object) -> Unreachable:  # type: ignore[override]  # noqa: ARG002 - it never looks.
            return Unreachable(reason="down")

    reference = Reference(text="A trial. PMID: 100", number=1, identifiers=(PAPER.identifier,))
    stage, state = resolve(database_url, reference, Down())
    answering = ScriptedSource({PAPER.identifier: PAPER})
    stage.resolver = replace(stage.resolver, lookup=replace(stage.resolver.lookup, citations=answering))
    stage.later(hours=2)
    stage.resolver.run()

    assert (state.resolution, "could not be looked up: down" in state.because) == (Resolution.UNRESOLVED, True)
    with stage.store.begin() as tx:
        assert tx.references.of_article("a")[0].identifiers == (PAPER.identifier,)


def test_an_entry_our_reader_fails_on_holds_up_no_other(database_url: str) -> None:
    stage = Stage(database_url)
    stage.store.upgrade()
    entries = (
        Reference(text="Strange", title="Strange", number=1),
        Reference(text="A trial. PMID: 100", number=2, identifiers=(PAPER.identifier,)),
    )
    stage.registrar.register("a", replace(ARTICLE, references=entries), origin="test", by="test")
    usual = stage.resolver.lookup.read_citation

    def read(reference: Reference) -> Citation:
        if reference.text == "Strange":
            raise ValueError("weird")
        return usual(reference)

    replace(stage.resolver, lookup=replace(stage.resolver.lookup, read_citation=read)).run()

    with stage.store.begin() as tx:
        strange, paper = tx.references.of_article("a")
    assert "our reader failed: ValueError: weird" in strange.because
    assert paper.resolution is Resolution.RESOLVED


DOI = Identifier.parse("doi:10.5555/not-in-pubmed")
WORK = Work(identifier=DOI, title="A trial of something rare", journal="J Rare", published="2024-05-01")


def test_a_paper_that_pubmed_does_not_hold_is_watched_by_its_doi(database_url: str) -> None:
    reference = Reference(text="A trial of something rare. doi:10.5555/not-in-pubmed", number=1, identifiers=(DOI,))
    stage, state = resolve(database_url, reference, ScriptedSource(works={DOI: WORK}))

    assert (state.resolution, state.identifiers) == (Resolution.RESOLVED, (DOI,))
    with stage.store.begin() as tx:
        assert second_witness(tx, "crossref") == (DOI,)


def test_a_doi_that_crossref_could_not_be_asked_for_is_asked_for_again(database_url: str) -> None:
    reference = Reference(text="A trial. doi:10.5555/not-in-pubmed", number=1, identifiers=(DOI,))
    _, state = resolve(database_url, reference, ScriptedSource(works={DOI: Unreachable(reason="no answer")}))

    assert (state.resolution, state.because) == (Resolution.UNRESOLVED, "could not be looked up: no answer")


def test_a_doi_that_nobody_holds_stays_unresolved(database_url: str) -> None:
    reference = Reference(text="A trial. doi:10.5555/not-in-pubmed", number=1, identifiers=(DOI,))
    _, state = resolve(database_url, reference)

    assert state.resolution is Resolution.UNRESOLVED
