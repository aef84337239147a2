"""Who cites a paper rests on the trial behind it, and sees how that link was made."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import Reference, ReferenceKind
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import Polled
from monitor.domain.publications import DataBank
from monitor.domain.read_models import ArticleView
from monitor.domain.records import Publication, PublicationType, Record, Trial
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage, reading_of

TRIAL = Trial(
    identifier=Identifier.parse("nct:NCT00000007"),
    title="Something against nothing",
    overall_status="RECRUITING",
    last_update_posted="2026-06-01",
)
BANK = DataBank(name="ClinicalTrials.gov", accessions=("NCT00000007",))


def stage_of(database_url: str, paper: Publication = PAPER) -> Stage:
    return Stage(database_url, source=ScriptedSource({paper.identifier: paper})).open()


def hear(stage: Stage, *records: Record, source: str = "clinicaltrials") -> None:
    with stage.store.begin() as tx:
        polled = Polled(readings=tuple(map(reading_of, records)))
        stage.assessor.take_in(tx, ScriptedSource(name=source), polled)


def view(stage: Stage) -> ArticleView:
    with stage.store.read() as reads:
        found = reads.article("a", stage.policy)
    assert found is not None
    return found


def test_the_registration_that_pubmed_gives_is_watched_and_says_so(database_url: str) -> None:
    stage = stage_of(database_url, replace(PAPER, data_banks=(BANK,)))

    [reference] = view(stage).references

    assert reference.derived == (("nct:NCT00000007", "PubMed gives it as the registration of 100"),)
    with stage.store.begin() as tx:
        assert tx.references.watched("nct") == (TRIAL.identifier,)


def test_what_befalls_such_a_trial_is_a_hint_for_the_article_that_cites_the_paper(database_url: str) -> None:
    stage = stage_of(database_url, replace(PAPER, data_banks=(BANK,)))
    hear(stage, TRIAL)

    hear(stage, replace(TRIAL, overall_status="TERMINATED", last_update_posted="2026-06-05"))

    [finding] = view(stage).row.findings
    assert (finding.kind, finding.severity) == (EventKind.TRIAL_TERMINATED, Severity.MINOR)


def test_an_article_that_names_the_trial_itself_is_told_in_full(database_url: str) -> None:
    stage = stage_of(database_url, replace(PAPER, data_banks=(BANK,)))
    named = Reference(text="NCT00000007", kind=ReferenceKind.TRIAL, identifiers=(TRIAL.identifier,), listed=False)
    stage.registrar.register("c", replace(ARTICLE, references=(named,)), origin="test", by="test")
    stage.resolver.run(article_id="c")
    hear(stage, TRIAL)

    hear(stage, replace(TRIAL, overall_status="TERMINATED", last_update_posted="2026-06-05"))

    severities = {name: row.findings[0].severity for name, row in stage.articles().items()}
    assert severities == {"a": Severity.MINOR, "c": Severity.MAJOR}


def test_the_registry_names_its_results(database_url: str) -> None:
    stage = stage_of(database_url)

    hear(stage, replace(TRIAL, result_pmids=("100",)))

    [reference] = view(stage).references
    assert reference.derived == (("nct:NCT00000007", "the registry lists PubMed 100 among the results of the trial"),)


def test_who_names_a_trial_is_told_that_a_paper_with_its_results_was_retracted(database_url: str) -> None:
    stage = stage_of(database_url)
    named = Reference(text="NCT00000007", kind=ReferenceKind.TRIAL, identifiers=(TRIAL.identifier,), listed=False)
    stage.registrar.register("c", replace(ARTICLE, references=(named,)), origin="test", by="test")
    stage.resolver.run(article_id="c")
    hear(stage, replace(TRIAL, result_pmids=("300",)))
    marked = replace(TRIAL, result_pmids=("300",), retracted_references=(("300", "301"), ("400", "401")))

    hear(stage, marked)
    hear(stage, marked)

    [finding] = stage.articles()["c"].findings
    assert (finding.kind, finding.severity) == (EventKind.CONTAMINATED, Severity.MAJOR)
    assert "marks PubMed 300 as retracted" in finding.because


def test_a_trial_that_a_cited_reviews_abstract_names_is_watched(database_url: str) -> None:
    review = replace(
        PAPER,
        abstract="One trial (NCT00000007) awaits classification.",
        publication_types=(PublicationType(ui="D000078182", name="Systematic Review"),),
    )

    [reference] = view(stage_of(database_url, review)).references

    assert reference.derived == (("nct:NCT00000007", "the abstract of the cited review names the trial"),)


def test_a_number_that_the_paper_no_longer_gives_is_watched_no_longer(database_url: str) -> None:
    stage = stage_of(database_url, replace(PAPER, data_banks=(BANK,)))

    hear(stage, replace(PAPER, title="Another title", data_banks=()), source="pubmed")

    assert view(stage).references[0].derived == ()


def test_a_number_that_no_registry_knows_is_shown_to_the_operator_and_not_told_as_a_vanished_trial(
    database_url: str,
) -> None:
    stage = stage_of(database_url, replace(PAPER, data_banks=(BANK,)))
    for _ in range(3):
        stage.later(days=1)
        with stage.store.begin() as tx:
            missed = Polled(missing=(TRIAL.identifier,))
            stage.assessor.take_in(tx, ScriptedSource(name="clinicaltrials"), missed)

    assert view(stage).row.findings == ()
    with stage.store.read() as reads:
        assert ("clinicaltrials", "number that a cited paper gives", "nct:NCT00000007", 1) in reads.unknown_values()


def test_a_further_article_that_cites_the_paper_gets_the_trial_too(database_url: str) -> None:
    stage = stage_of(database_url, replace(PAPER, data_banks=(BANK,)))
    stage.later(days=1)

    stage.bring_in("b", "100")

    with stage.store.read() as reads:
        other = reads.article("b", stage.policy)
    assert other is not None
    assert [name for name, _ in other.references[0].derived] == ["nct:NCT00000007"]
    assert pubmed("100") == PAPER.identifier
