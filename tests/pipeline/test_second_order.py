"""A study falls that a cited review or guideline lists: the article that cites the review is told, with the chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.policy import Policy
from monitor.domain.read_models import FindingView
from monitor.domain.records import Link, Publication, PublicationType
from monitor.domain.second_order import SecondOrder
from monitor.domain.state import EventState
from tests.pipeline.scene import DAY_ONE, ScriptedSource, Stage

STUDY = Publication(identifier=pubmed("10"), title="A small study")
OTHER_STUDY = Publication(identifier=pubmed("11"), title="A large study")
REVIEW = Publication(
    identifier=pubmed("20"),
    title="A review of studies",
    published="2024-03",
    publication_types=(PublicationType(ui="D000078182", name="Systematic Review"),),
    cited_pmids=("10", "11"),
)
GUIDELINE = Publication(
    identifier=pubmed("30"),
    title="A guideline",
    published="2025",
    publication_types=(PublicationType(ui="", name="PRACTICE GUIDELINE"),),
    cited_pmids=("20",),
)
FALLEN = replace(STUDY, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="99"),))
DOUBTED = replace(STUDY, links=(Link(ref_type="ExpressionOfConcernIn", source="J Test. 2026 Jun 3;1:1", pmid="98"),))
FALLEN_EARLY = replace(STUDY, links=(Link(ref_type="RetractionIn", source="J Test. 2020 Jun 3;1:1", pmid="99"),))
RECORDS = {record.identifier: record for record in (STUDY, OTHER_STUDY, REVIEW, GUIDELINE)}


def stage_of(url: str, policy: Policy | None = None, *cited: str) -> Stage:
    stage = Stage(url, source=ScriptedSource(dict(RECORDS), reads_all=False), policy=policy)
    stage.store.upgrade()
    stage.bring_in("a", *(cited or ("20",)))
    stage.poll()
    return stage


def findings(stage: Stage, article_id: str = "a") -> list[FindingView]:
    return list(stage.articles()[article_id].findings)


def fall(stage: Stage, record: Publication = FALLEN) -> None:
    stage.source.records[record.identifier] = record
    stage.later(days=1)
    stage.poll()


def test_a_retracted_study_in_a_cited_review_is_told_with_the_chain(database_url: str) -> None:
    stage = stage_of(database_url)
    before = stage.articles()["a"].freshness
    fall(stage)

    [finding] = findings(stage)
    assert (before, stage.articles()["a"].freshness) == (Freshness.FRESH, Freshness.STALE)
    assert (finding.kind, finding.severity, finding.record) == (EventKind.CONTAMINATED, Severity.MAJOR, "pubmed:20")
    assert "its reference list has pubmed:10 (“A small study”)" in finding.because
    assert "RetractionIn" in finding.because
    assert [witness.notice for witness in finding.witnesses] == ["pubmed:99"]


def test_it_is_told_once_however_often_it_is_polled(database_url: str) -> None:
    stage = stage_of(database_url)
    for _ in range(4):
        fall(stage)

    assert len(findings(stage)) == 1


def test_the_notice_alone_is_enough(database_url: str) -> None:
    stage = stage_of(database_url)
    stage.source.notices = (
        Publication(
            identifier=pubmed("99"),
            title="Retraction",
            links=(Link(ref_type="RetractionOf", source="", pmid="10"),),
            published="2026-06-02",
        ),
    )
    stage.later(days=1)
    stage.poll()

    assert [finding.kind for finding in findings(stage)] == [EventKind.CONTAMINATED]


def test_what_fell_before_the_article_came_in_is_told_at_import(database_url: str) -> None:
    source = ScriptedSource({**RECORDS, FALLEN.identifier: FALLEN}, reads_all=False)
    stage = Stage(database_url, source=source)
    stage.store.upgrade()
    stage.bring_in("a", "20")
    stage.poll()
    stage.later(days=40)
    stage.bring_in("b", "20")

    assert [finding.kind for finding in findings(stage)] == [EventKind.CONTAMINATED]
    assert [finding.kind for finding in findings(stage, "b")] == [EventKind.CONTAMINATED]
    assert "already so at import" in findings(stage, "b")[0].because


def test_a_review_that_lists_the_study_only_later_is_concerned_from_then_on(database_url: str) -> None:
    without = replace(REVIEW, cited_pmids=("11",))
    stage = Stage(database_url, source=ScriptedSource({**RECORDS, REVIEW.identifier: without}))
    stage.store.upgrade()
    stage.bring_in("a", "10", "20")
    fall(stage)
    before = [finding.kind for finding in findings(stage)]
    fall(stage, REVIEW)

    assert before == [EventKind.RETRACTED]
    assert sorted(finding.kind for finding in findings(stage)) == [EventKind.CONTAMINATED, EventKind.RETRACTED]


@pytest.mark.parametrize(
    ("record", "severity"),
    [(FALLEN, Severity.MAJOR), (DOUBTED, Severity.MINOR), (FALLEN_EARLY, Severity.MINOR)],
)
def test_a_concern_and_what_the_reviews_authors_could_know_weigh_less(
    database_url: str, record: Publication, severity: Severity
) -> None:
    stage = stage_of(database_url)
    fall(stage, record)

    assert [finding.severity for finding in findings(stage)] == [severity]


@pytest.mark.parametrize(
    ("second_order", "record"),
    [(SecondOrder(max_age=timedelta(days=365)), FALLEN_EARLY), (SecondOrder(depth=0), FALLEN)],
)
def test_policy_can_leave_out_what_is_old_or_the_whole_second_order(
    database_url: str, second_order: SecondOrder, record: Publication
) -> None:
    stage = stage_of(database_url, Policy(second_order=second_order))
    fall(stage, record)

    assert findings(stage) == []


def test_depth_two_reaches_the_guideline_through_the_review_and_depth_one_does_not(database_url: str) -> None:
    stage = stage_of(database_url, Policy(second_order=SecondOrder(depth=2)), "30")
    for _ in range(3):
        stage.later(days=1)
        stage.poll()
    fall(stage)

    [finding] = findings(stage)
    assert (finding.kind, finding.record) == (EventKind.CONTAMINATED, "pubmed:30")
    assert "pubmed:20 (“A review of studies”), which is itself affected" in finding.because
    assert "pubmed:10 (“A small study”)" in finding.because


def test_depth_one_does_not_pass_on_what_another_article_learned_of_the_review(database_url: str) -> None:
    stage = stage_of(database_url, None, "30")
    stage.bring_in("b", "20")
    stage.poll()
    fall(stage)

    assert findings(stage) == []
    assert [finding.kind for finding in findings(stage, "b")] == [EventKind.CONTAMINATED]


def test_a_lifted_retraction_holds_no_longer_against_the_review(database_url: str) -> None:
    stage = stage_of(database_url)
    fall(stage)
    fall(stage, STUDY)
    stage.later(days=1)
    stage.bring_in("b", "20")

    assert findings(stage, "b") == []


def test_a_study_an_article_cites_itself_is_told_as_what_it_is(database_url: str) -> None:
    stage = stage_of(database_url, None, "10")
    stage.source.reads_all = True
    fall(stage)

    assert [finding.kind for finding in findings(stage)] == [EventKind.RETRACTED]


def test_the_date_of_an_event_is_compared_with_as_much_of_the_reviews_date_as_is_known() -> None:
    weigh = SecondOrder()
    event_day = date(2024, 3, 20)

    assert weigh_of(weigh, event_day, "2024-03") is Severity.MAJOR
    assert weigh_of(weigh, event_day, "2024") is Severity.MAJOR
    assert weigh_of(weigh, event_day, "2024-04") is Severity.MINOR
    assert weigh_of(weigh, event_day, "") is Severity.MAJOR


def weigh_of(second_order: SecondOrder, happened_on: date, published: str) -> Severity | None:
    event = EventState(
        id=1,
        record="pubmed:10",
        kind=EventKind.RETRACTED,
        shown_by="pubmed:99",
        title="",
        because="",
        severity=Severity.CRITICAL,
        happened_on=happened_on,
        edition_year=None,
        already=False,
        recorded_at=DAY_ONE,
        ended=False,
    )
    return second_order.weight(event, review_published=published, today=DAY_ONE.date())
