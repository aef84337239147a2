"""New evidence on what an article says is not known comes first, with the sentence it may answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.domain.articles import Claim
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled
from monitor.domain.publications import DataBank
from monitor.domain.records import HistoryDate, Publication, PublicationType, Trial
from monitor.domain.topics import Topic
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage, reading_of

TOPIC = Topic(name="knees", title="Cells for knees", query="knee[tiab]", articles=("a", "b"))
FRAGILE = Claim(position=2, text="No trials have assessed cartilage volume after cells.", headings=("Knees",))
PAGE = replace(ARTICLE, claims=(*ARTICLE.claims, FRAGILE))


def study(pmid: str, title: str, day: int, kind: str = "D016449") -> Publication:
    return Publication(
        identifier=pubmed(pmid),
        title=title,
        publication_types=(PublicationType(ui=kind, name=""),),
        history=(HistoryDate(status="entrez", day=date(2026, 6, day)),),
    )


ON_PAIN = study("900", "Pain after cells for knees: a randomised trial", 2)
ON_CARTILAGE = study("901", "Cartilage volume after cells for knees: a randomised trial", 2)


@pytest.fixture
def stage(database_url: str) -> Stage:
    made = Stage(database_url)
    made.store.upgrade()
    made.registrar.ensure_topics([TOPIC], searched=["knees"])
    made.open()
    made.registrar.register("a", PAGE, origin="test", by="test")
    return made


def answer(stage: Stage, *records: Publication) -> None:
    stage.source.answers = (*stage.source.answers, *records)
    stage.later(days=1)
    stage.poll()


def test_a_trial_on_what_no_trial_assessed_comes_first_and_says_why(stage: Stage) -> None:
    answer(stage, ON_PAIN)
    answer(stage, ON_CARTILAGE)

    first, second = stage.articles()["a"].findings
    assert (first.record, second.record) == ("pubmed:901", "pubmed:900")
    assert first.because.endswith(
        "found by the topic “Cells for knees”; "
        "the article says “No trials have assessed cartilage volume after cells”; "
        "this may be one (both speak of cartilage, volume, cells, Knees)"
    )
    assert [(claim.position, claim.affected, claim.fragile) for claim in first.claims] == [(2, "possibly", True)]
    assert second.claims == ()


def test_the_article_it_concerns_comes_before_others_as_grave(stage: Stage) -> None:
    guideline = study("902", "Cartilage volume after cells for knees: a guideline", 3, kind="D017065")
    stage.registrar.register("b", replace(ARTICLE, title="A first one"), origin="test", by="test")
    answer(stage, guideline)

    with stage.store.read() as reads:
        entries = [entry.article.id for entry in reads.queue().entries]
    assert [row.id for row in stage.report().articles] == ["a", "b"]
    assert entries == ["a", "b"]
    assert "the article says" in stage.articles()["a"].freshness_because


def test_reading_the_page_again_changes_nothing_and_an_edit_that_drops_the_sentence_lets_go_of_it(stage: Stage) -> None:
    answer(stage, ON_CARTILAGE)
    [before] = stage.articles()["a"].findings
    stage.registrar.register("a", PAGE, origin="test", by="test")
    [again] = stage.articles()["a"].findings
    stage.registrar.register("a", ARTICLE, origin="test", by="test")

    [after] = stage.articles()["a"].findings
    assert again == before
    assert (after.status, after.kind, after.claims) == ("open", EventKind.NEW_EVIDENCE, ())


def test_results_of_a_trial_behind_a_cited_paper_name_the_fragile_sentence_first(database_url: str) -> None:
    bank = DataBank(name="ClinicalTrials.gov", accessions=("NCT00000007",))
    made = Stage(database_url, source=ScriptedSource({PAPER.identifier: replace(PAPER, data_banks=(bank,))})).open()
    made.registrar.register("a", PAGE, origin="test", by="test")
    trial = Trial(
        identifier=Identifier.parse("nct:NCT00000007"),
        title="Cells for knees",
        primary_outcomes=("Cartilage volume",),
        last_update_posted="2026-06-01",
    )
    for reading in (trial, replace(trial, has_results=True, results_posted="2026-06-03")):
        with made.store.begin() as tx:
            polled = Polled(readings=(reading_of(reading),))
            made.assessor.take_in(tx, ScriptedSource(name="clinicaltrials"), polled)

    [finding] = made.articles()["a"].findings
    assert finding.kind is EventKind.TRIAL_RESULTS_POSTED
    assert [(claim.position, claim.affected) for claim in finding.claims] == [(2, "possibly"), (0, "yes"), (1, "yes")]
    assert "the article says “No trials have assessed cartilage volume after cells”" in finding.because
