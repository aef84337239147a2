"""Guidelines are each read for themselves: a page that fails for days makes its own articles unsure, and no others."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import Freshness, Reference
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled
from monitor.domain.records import GuidelineDocument, guideline
from monitor.pipeline.poll import PollReport
from monitor.pipeline.register import WatchSpec
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage, reading_of

KNEE, HIP = guideline("college/knee"), guideline("college/hip")
SOURCE = "guideline:college"


def page(identity: Identifier) -> GuidelineDocument:
    return GuidelineDocument(identifier=identity, publisher="The College", title=identity.value, edition="2020")


def stage_with_two(database_url: str) -> tuple[Stage, ScriptedSource]:
    """Article a rests on the knee guideline, b on the hip one; both were read."""
    publisher = ScriptedSource({KNEE: page(KNEE), HIP: page(HIP)}, name=SOURCE)
    stage = Stage(database_url)
    stage.store.upgrade()
    stage.poller = replace(stage.poller, sources={SOURCE: publisher})
    stage.registrar.ensure_watches([WatchSpec(kind="list", source=SOURCE)])
    for name, identity in (("a", KNEE), ("b", HIP)):
        text = f"The College's guideline: {identity.value}"
        parsed = replace(ARTICLE, text=text, references=(Reference(text=text, number=1, identifiers=(identity,)),))
        stage.registrar.register(name, parsed, origin="test", by="test")
    stage.resolver.run()
    poll(stage)
    return stage, publisher


def poll(stage: Stage) -> tuple[PollReport, ...]:
    reports = stage.poller.run(source=SOURCE, even_if_not_due=True)
    stage.sweeper.run()
    return reports


def freshness(stage: Stage) -> list[Freshness]:
    return [stage.articles()[name].freshness for name in ("a", "b")]


def test_a_page_that_fails_for_days_makes_its_own_articles_unverified_and_no_others(database_url: str) -> None:
    stage, publisher = stage_with_two(database_url)
    assert freshness(stage) == [Freshness.FRESH, Freshness.FRESH]

    publisher.outcome = Polled(
        readings=(reading_of(page(HIP)),), covered=(HIP,), troubles=("https://college.example.org/knee: no edition",)
    )
    for _ in range(6):
        stage.later(days=1)
        reports = poll(stage)

    assert freshness(stage) == [Freshness.UNVERIFIED, Freshness.FRESH]
    [report] = reports
    assert (report.outcome, report.is_done) == ("polled", False)
    [line] = [line for line in stage.report().coverage if line.source == SOURCE]
    assert (line.status, line.reason) == ("ok", "https://college.example.org/knee: no edition")


def test_a_page_that_is_said_to_be_unmodified_was_checked(database_url: str) -> None:
    stage, publisher = stage_with_two(database_url)
    publisher.outcome = Polled(confirmed=(KNEE, HIP), covered=(KNEE, HIP))
    for _ in range(6):
        stage.later(days=1)
        poll(stage)

    assert freshness(stage) == [Freshness.FRESH, Freshness.FRESH]


def test_a_poll_that_says_nothing_of_a_guideline_does_not_vouch_for_it(database_url: str) -> None:
    stage, publisher = stage_with_two(database_url)
    publisher.outcome = Polled(readings=(reading_of(page(HIP)),), covered=(HIP,))
    for _ in range(6):
        stage.later(days=1)
        poll(stage)

    assert freshness(stage) == [Freshness.UNVERIFIED, Freshness.FRESH]
