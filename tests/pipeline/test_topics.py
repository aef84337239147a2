"""New evidence on a topic reaches the articles of the topic, once, and only what is new to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.designs import Design
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import PollOutcome, PollRequest, Unreadable
from monitor.domain.policy import Policy
from monitor.domain.read_models import FindingView
from monitor.domain.records import HistoryDate, Link, Publication, PublicationType
from monitor.domain.topics import Engine, Topic, parse
from monitor.wiring.transport import EvidenceMatcher
from tests.pipeline.scene import ARTICLE, PAPER, ScriptedSource, Stage

TOPIC = Topic(name="knees", title="Cells for knees", query="knee[tiab]", articles=("a",))
TRIAL = Publication(
    identifier=pubmed("900"),
    title="Cells for knees: a randomised trial",
    journal_abbreviation="J Knees",
    publication_types=(PublicationType(ui="D016449", name="Randomized Controlled Trial"),),
    history=(HistoryDate(status="entrez", day=date(2026, 6, 2)),),
)
GUIDELINE = replace(
    TRIAL, identifier=pubmed("901"), publication_types=(PublicationType(ui="D017065", name="Practice Guideline"),)
)


@dataclass
class RefusingTopics(ScriptedSource):
    """Answers everything but standing queries."""

    def poll(self, request: PollRequest) -> PollOutcome:
        """Refuse a topic."""
        return Unreadable(reason="not understood") if request.watch == "topic" else super().poll(request)


@pytest.fixture
def stage(database_url: str) -> Stage:
    return open_stage(database_url)


def open_stage(url: str, *, policy: Policy | None = None, source: ScriptedSource | None = None) -> Stage:
    stage = Stage(url, source=source, policy=policy)
    stage.store.upgrade()
    stage.registrar.ensure_topics([TOPIC], searched=["knees"])
    return stage.open()


def answer(stage: Stage, *records: Publication) -> None:
    stage.source.answers = records
    stage.later(days=1)
    stage.poll()


def findings(stage: Stage, article_id: str = "a") -> list[FindingView]:
    return list(stage.articles()[article_id].findings)


def searches(stage: Stage) -> list[PollRequest]:
    return [request for request in stage.source.polls if request.watch == "topic"]


def test_a_new_trial_is_told_with_its_topic_and_design(stage: Stage) -> None:
    answer(stage, TRIAL)

    [finding] = findings(stage)
    assert (finding.kind, finding.severity, finding.record) == (EventKind.NEW_EVIDENCE, Severity.MINOR, "pubmed:900")
    assert finding.because == (
        "New evidence on the topic of this article: a new randomised trial in J Knees, "
        "found by the topic “Cells for knees”"
    )
    assert finding.happened_on == date(2026, 6, 2)
    assert [witness.notice for witness in finding.witnesses] == ["topic knees"]
    assert stage.articles()["a"].freshness is Freshness.FRESH


def test_a_guideline_makes_the_article_stale(stage: Stage) -> None:
    answer(stage, GUIDELINE)

    assert stage.articles()["a"].freshness is Freshness.STALE


def test_it_is_told_once_however_many_searches_find_it(stage: Stage) -> None:
    for _ in range(3):
        answer(stage, TRIAL)

    assert len(findings(stage)) == 1


@pytest.mark.parametrize(
    "record",
    [
        replace(TRIAL, identifier=PAPER.identifier),
        replace(TRIAL, history=(HistoryDate(status="entrez", day=date(2026, 4, 30)),)),
        replace(TRIAL, publication_types=(PublicationType(ui="", name="Letter"),)),
        replace(TRIAL, publication_types=(), title="Of knees and men"),
        replace(TRIAL, links=(Link(ref_type="UpdateOf", source="", pmid=PAPER.pmid),)),
    ],
    ids=["cited already", "older than the article", "a letter", "no design", "the next version of what is cited"],
)
def test_what_is_no_news_to_the_article_is_not_told(stage: Stage, record: Publication) -> None:
    answer(stage, record)

    assert EventKind.NEW_EVIDENCE not in [finding.kind for finding in findings(stage)]


def test_a_record_whose_day_is_not_known_is_told(stage: Stage) -> None:
    answer(stage, replace(TRIAL, history=()))

    assert len(findings(stage)) == 1


def test_policy_weighs_designs_and_leaves_them_out(database_url: str) -> None:
    stage = open_stage(database_url, policy=Policy(new_evidence={Design.GUIDELINE: Severity.INFO}))
    answer(stage, TRIAL, GUIDELINE)

    assert [(finding.record, finding.severity) for finding in findings(stage)] == [("pubmed:901", Severity.INFO)]


def test_an_article_whose_topic_cannot_be_searched_is_not_fresh(database_url: str) -> None:
    stage = open_stage(database_url, source=RefusingTopics({PAPER.identifier: PAPER}))

    assert stage.articles()["a"].freshness is Freshness.UNVERIFIED
    assert "1 topic not searched in time" in stage.articles()["a"].freshness_because


def test_an_article_is_fresh_as_soon_as_its_topic_was_searched(stage: Stage) -> None:
    assert stage.articles()["a"].freshness is Freshness.FRESH


def test_an_article_that_comes_in_later_learns_what_its_topic_found_before(stage: Stage) -> None:
    stage.registrar.ensure_topics([replace(TOPIC, articles=("a", "b"))], searched=["knees"])
    answer(stage, TRIAL)
    stage.later(days=20)
    stage.registrar.register("b", replace(ARTICLE, text="b"), origin="test", by="test")
    stage.poller.run()

    assert searches(stage)[-1].cursor == ""
    assert [finding.record for finding in findings(stage, "b")] == ["pubmed:900"]


@pytest.mark.parametrize(("look_back", "since"), [(365, date(2026, 5, 1)), (7, date(2026, 5, 25))])
def test_the_first_search_reaches_back_to_when_the_article_was_updated_as_far_as_policy_allows(
    database_url: str, look_back: int, since: date
) -> None:
    stage = open_stage(database_url, policy=Policy(look_back=timedelta(days=look_back)))

    assert searches(stage)[-1].since == since


def test_a_query_that_was_edited_is_searched_from_the_start_and_the_same_is_not(stage: Stage) -> None:
    stage.later(days=1)
    stage.registrar.ensure_topics([TOPIC], searched=["knees"])
    stage.poller.run()
    unchanged = searches(stage)[-1].cursor
    stage.registrar.ensure_topics([replace(TOPIC, query="knees[tiab]")], searched=["knees"])
    stage.poller.run()

    assert unchanged != ""
    assert searches(stage)[-1].cursor == ""


def test_a_topic_whose_articles_are_not_there_is_not_searched(database_url: str) -> None:
    stage = Stage(database_url)
    stage.store.upgrade()
    stage.registrar.ensure_topics([replace(TOPIC, articles=("elsewhere",))], searched=["knees"])
    stage.open()

    assert searches(stage) == []


def test_a_topic_matched_with_the_daily_files_is_not_searched_when_its_article_comes_in(database_url: str) -> None:
    stage = Stage(database_url)
    stage.store.upgrade()
    stage.registrar.ensure_topics([TOPIC], searched=[])
    stage.open()

    assert searches(stage) == []


def test_a_topic_that_was_deleted_is_searched_no_more(stage: Stage) -> None:
    stage.registrar.ensure_topics([], searched=[])
    before = len(searches(stage))
    answer(stage, TRIAL)

    assert len(searches(stage)) == before
    assert stage.articles()["a"].freshness is Freshness.FRESH


def test_a_query_that_comes_to_mean_something_else_is_shown_to_the_operator(stage: Stage) -> None:
    for translation in ("knee[Title]", "knee[Title]", "knee[Title] OR knees[Title]"):
        stage.source.translation = translation
        stage.later(days=1)
        stage.poll()

    with stage.store.read() as reads:
        unknown = reads.unknown_values()
    assert [(line[1], line[2]) for line in unknown] == [("translation of topic knees", "knee[Title] OR knees[Title]")]


def test_of_a_daily_file_only_what_would_be_told_is_matched() -> None:
    engine = Engine()
    engine.put("knees", parse("knees[ti]"))
    letter = replace(TRIAL, identifier=pubmed("902"), publication_types=(PublicationType(ui="D016422", name="Letter"),))
    hips = replace(TRIAL, identifier=pubmed("903"), title="Cells for hips: a randomised trial")
    matcher = EvidenceMatcher(engine, Policy(new_evidence={Design.RCT: Severity.MINOR}))

    assert [matcher.wants(record) for record in (letter, TRIAL, GUIDELINE, hips)] == [False, True, False, True]
    assert matcher.answered([TRIAL, hips]) == [("knees",), ()]


def test_a_study_that_merely_cites_what_the_article_cites_is_new_evidence_all_the_same(stage: Stage) -> None:
    answer(stage, replace(TRIAL, links=(Link(ref_type="Cites", source="", pmid=PAPER.pmid),)))

    assert [finding.kind for finding in stage.article().findings] == [EventKind.NEW_EVIDENCE]
