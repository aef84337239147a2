"""A decision holds for what it saw; what is stronger, or no longer shown, is told on its own."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import Reference
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.read_models import FindingView
from monitor.domain.records import RetractionEntry, Work
from monitor.domain.review import Closing, Decision, Reason
from tests.pipeline.scene import ARTICLE, Stage
from tests.pipeline.witnesses import Paper, at_crossref, hear, hint, live, on_pubmed, open_findings, plain, row

PAPER = Paper(7)
CROSSREF = at_crossref(("retraction", 1, "2026-06-03", "publisher"))


def stage_of(database_url: str) -> Stage:
    stage = Stage(database_url)
    stage.store.upgrade()
    return stage


def dismiss(stage: Stage) -> None:
    """The editor closes the review of the article: nothing to change."""
    stage.editors.start(PAPER.article, by="ed")
    with stage.store.read() as reads:
        view = reads.article(PAPER.article, stage.policy)
    assert view is not None
    assert view.review is not None
    seen = frozenset(finding.id for finding in view.row.findings if finding.status == "open")
    stage.later(minutes=5)
    stage.editors.close(
        PAPER.article,
        Closing(
            decision=Decision.STILL_VALID,
            reason=Reason.OTHER_EVIDENCE_CARRIES_IT,
            by="ed",
            version=view.review.version,
            seen=seen,
        ),
    )


def found(stage: Stage) -> list[tuple[EventKind, Severity]]:
    return [(finding.kind, finding.severity) for finding in open_findings(stage, PAPER.article)]


def test_a_further_witness_of_what_was_decided_is_no_news(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [on_pubmed("RetractionIn")])
    dismiss(stage)

    hear(stage, *CROSSREF(PAPER))
    hear(stage, *row("Retraction")(PAPER))

    assert found(stage) == []


def test_a_concern_that_was_dismissed_comes_back_as_the_retraction_it_became(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [row("Expression of concern")])
    dismiss(stage)

    hear(stage, *row("Retraction", day="2026-06-20")(PAPER))

    assert found(stage) == [(EventKind.RETRACTED, Severity.CRITICAL)]


def test_a_row_that_changes_its_nature_is_one_event(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [row("Expression of concern")])

    hear(stage, *row("Retraction", day="2026-06-20")(PAPER))

    assert found(stage) == [(EventKind.RETRACTED, Severity.CRITICAL)]


def test_a_hint_that_was_dismissed_is_open_again_when_a_witness_confirms_it(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [hint("europepmc", 8), on_pubmed("ErratumIn", 2)])
    dismiss(stage)

    hear(stage, *row("Retraction")(PAPER))

    assert found(stage) == [(EventKind.RETRACTED, Severity.CRITICAL)]


def test_a_notice_that_vanishes_at_one_source_is_told_and_the_retraction_stands(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [CROSSREF, row("Retraction"), on_pubmed("RetractionIn")])

    hear(stage, *gone("Retraction"))

    [retraction, vanished] = open_findings(stage, PAPER.article)
    assert (retraction.kind, vanished.kind) == (EventKind.RETRACTED, EventKind.NOTICE_VANISHED)
    assert vanished.severity is Severity.MINOR
    assert [witness.source for witness in retraction.witnesses if witness.gone_at is None] == ["crossref", "pubmed"]


def test_what_pubmed_no_longer_shows_is_not_lifted_while_others_show_it(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [CROSSREF, on_pubmed("RetractionIn")])

    hear(stage, "pubmed", plain(PAPER))

    [retraction, vanished] = open_findings(stage, PAPER.article)
    assert (retraction.kind, vanished.kind) == (EventKind.RETRACTED, EventKind.NOTICE_VANISHED)
    assert "still shown by crossref" in vanished.because


def test_what_no_source_shows_any_more_is_lifted(database_url: str) -> None:
    stage = stage_of(database_url)
    live(stage, PAPER, [on_pubmed("RetractionIn")])

    hear(stage, "pubmed", plain(PAPER))

    assert EventKind.RETRACTION_LIFTED in {kind for kind, _ in found(stage)}


def test_what_became_of_a_paper_is_told_in_the_order_of_its_days(database_url: str) -> None:
    stage = stage_of(database_url)
    live(
        stage,
        PAPER,
        [row("Retraction", 2, day="2026-06-03"), row("Correction", 1, day="2025-03-06"), on_pubmed("ErratumIn", 1)],
    )

    worst: FindingView = open_findings(stage, PAPER.article)[0]
    assert worst.kind is EventKind.RETRACTED
    assert [part.kind for part in worst.life] == [EventKind.CORRECTED, EventKind.RETRACTED]


def test_what_is_known_of_a_paper_under_a_name_that_comes_later_reaches_who_cites_it(database_url: str) -> None:
    """Another article cites the paper by its DOI; this one by its PMID, and PubMed tells only later that it is one."""
    stage = stage_of(database_url)
    by_doi = Reference(text="By DOI", number=1, identifiers=(Identifier.parse(f"doi:{PAPER.doi}"),))
    stage.source.works[by_doi.identifiers[0]] = Work(identifier=by_doi.identifiers[0], title="A trial of number 7")
    stage.registrar.register("other", replace(ARTICLE, text="b", references=(by_doi,)), origin="test", by="test")
    stage.resolver.run()
    hear(stage, *CROSSREF(PAPER))
    hear(stage, *row("Correction", 2, day="2026-05-20", by="doi")(PAPER))

    assert [finding.kind for finding in live(stage, PAPER, [])] == [EventKind.RETRACTED, EventKind.CORRECTED]
    hear(stage, "pubmed", plain(PAPER))
    assert len(open_findings(stage, PAPER.article)) == len(open_findings(stage, "other")) == 2


def gone(nature: str) -> tuple[str, RetractionEntry]:
    source, entry = row(nature)(PAPER)
    assert isinstance(entry, RetractionEntry)
    return source, replace(entry, state="gone")


def test_a_notice_in_the_papers_own_place_does_not_become_the_paper(database_url: str) -> None:
    stage = stage_of(database_url)
    source, entry = row("Retraction")(PAPER)
    assert isinstance(entry, RetractionEntry)
    live(stage, PAPER, [lambda _paper: (source, replace(entry, notice_doi=PAPER.doi))])

    [finding] = open_findings(stage, PAPER.article)
    assert finding.record == f"pubmed:{PAPER.pmid}"
    with stage.store.begin() as tx:
        assert tx.names.same_as([f"doi:{PAPER.doi}"])[f"doi:{PAPER.doi}"] == {
            f"doi:{PAPER.doi}",
            f"pubmed:{PAPER.pmid}",
        }


def test_a_row_with_a_mistyped_doi_is_told_of_the_paper_that_it_means_and_shown_to_the_operator(
    database_url: str,
) -> None:
    """The source knew the paper by its PMID and its title."""
    stage = stage_of(database_url)
    source, entry = row("Retraction")(PAPER)
    assert isinstance(entry, RetractionEntry)
    mistyped = replace(entry, paper_doi="10.5555/mistyped", about=pubmed(PAPER.pmid), matched_by="pmid")

    assert [one.kind for one in live(stage, PAPER, [lambda _paper: (source, mistyped)])] == [EventKind.RETRACTED]
    with stage.store.read() as reads:
        assert [field for _, field, _, _ in reads.unknown_values()] == ["another publication by DOI than by PMID"]


def test_a_row_whose_numbers_belong_to_two_papers_is_shown_to_the_operator(database_url: str) -> None:
    """The PubMed record knows its own DOI; the row's DOI is another paper's."""
    stage = stage_of(database_url)
    source, entry = row("Retraction")(PAPER)
    assert isinstance(entry, RetractionEntry)
    other = replace(entry, paper_doi="10.5555/another", about=Identifier.parse("doi:10.5555/another"))

    assert live(stage, PAPER, [lambda _paper: (source, other)]) == ()
    with stage.store.read() as reads:
        assert [field for _, field, _, _ in reads.unknown_values()] == ["another publication by DOI than by PMID"]
