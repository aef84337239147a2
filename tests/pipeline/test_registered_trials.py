"""A new trial on a topic reaches the articles of the topic, once, and only what is new to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from monitor.domain.articles import Freshness
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.domain.records import Trial
from monitor.domain.topics import Topic
from monitor.domain.topics.topic import TrialSearch
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage, reading_of

TOPIC = Topic(
    name="knees", title="Cells for knees", query="knee[tiab]", articles=("a",), trials=TrialSearch(condition="knee")
)
TRIAL = Trial(
    identifier=Identifier.parse("nct:NCT00000042"),
    title="Cells for knees",
    overall_status="NOT_YET_RECRUITING",
    enrolment=240,
    completion="2028-12",
    first_posted="2026-06-02",
)


@dataclass
class Registry(ScriptedSource):
    """A registry that answers each search of trials with the same."""

    name: str = "clinicaltrials"
    trials: tuple[Trial, ...] = ()

    def poll(self, request: PollRequest) -> PollOutcome:
        """Answer a search, and hold nothing else."""
        self.polls.append(request)
        found = tuple(replace(reading_of(trial), topics=(request.target,)) for trial in self.trials)
        return Polled(readings=found if request.watch == "trials" else (), cursor="x")


def stage_of(url: str, *trials: Trial, articles: tuple[str, ...] = ("a",)) -> tuple[Stage, Registry]:
    stage = Stage(url)
    stage.store.upgrade()
    stage.registrar.ensure_topics([replace(TOPIC, articles=articles)], searched=[])
    registry = Registry(trials=trials)
    stage.poller = replace(stage.poller, sources={"pubmed": stage.source, registry.name: registry})
    stage.open()
    return stage, registry


def poll(stage: Stage) -> None:
    stage.later(days=1)
    stage.poller.run(even_if_not_due=True)
    stage.sweeper.run()


def test_a_registered_trial_is_told_once_with_what_is_planned(database_url: str) -> None:
    stage, _ = stage_of(database_url, TRIAL)
    poll(stage)
    poll(stage)

    [finding] = stage.article().findings
    assert (finding.kind, finding.severity, finding.record) == (
        EventKind.TRIAL_REGISTERED,
        Severity.MINOR,
        "nct:NCT00000042",
    )
    assert finding.because == (
        "A new trial was registered on the topic of this article: NCT00000042, overall status NOT_YET_RECRUITING, "
        "240 participants planned, completion expected 2028-12, found by the topic “Cells for knees”"
    )
    assert finding.happened_on == date(2026, 6, 2)


def test_what_was_there_when_the_article_was_updated_is_not_told(database_url: str) -> None:
    stage, _ = stage_of(database_url, replace(TRIAL, first_posted="2026-04-30"))
    poll(stage)

    assert stage.article().findings == ()


def test_an_article_is_not_fresh_before_its_topic_was_searched_at_the_registry(database_url: str) -> None:
    stage, _ = stage_of(database_url)
    assert "1 topic not searched in time" in stage.article().freshness_because

    poll(stage)
    with stage.store.begin() as tx:
        late = tx.topics.late_for("a", too_old_after=stage.policy.too_old_after)
    assert late == 1, "the topic has no search of its own at PubMed here, and no daily files"
    assert stage.article().freshness is Freshness.UNVERIFIED


def test_a_topic_whose_article_comes_in_later_is_searched_from_then(database_url: str) -> None:
    stage, registry = stage_of(database_url, TRIAL, articles=("b",))
    poll(stage)
    assert [request for request in registry.polls if request.watch == "trials"] == []

    stage.registrar.register("b", ARTICLE, origin="test", by="test")
    poll(stage)

    [asked] = [request for request in registry.polls if request.watch == "trials"]
    assert (asked.target, asked.since) == ("knees", date(2026, 5, 1))
    assert [finding.kind for finding in stage.articles()["b"].findings] == [EventKind.TRIAL_REGISTERED]
