"""A guideline that a followed publisher never had before reaches the articles on its subject, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.domain.articles import Freshness, Reference, ReferenceKind
from monitor.domain.citations import Candidate
from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest
from monitor.domain.read_models import FindingView
from monitor.domain.records import GuidelineDocument
from monitor.domain.subjects import Subjects
from monitor.pipeline.register import WatchSpec
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage, reading_of

OLD = GuidelineDocument(
    identifier=Identifier.of(Scheme.GUIDELINE, "college/hips"),
    publisher="The College",
    title="Osteoarthritis of the hip",
    edition="2019",
    published="2019-05",
)
NEW = GuidelineDocument(
    identifier=Identifier.of(Scheme.GUIDELINE, "college/knees"),
    publisher="The College",
    title="Guideline on knees with osteoarthritis",
    edition="2026",
    published="2026-06-10",
    records=("pubmed:777",),
)
KNEES = (("knee", "osteoarthritis"), ("gonarthrosis",))


class College(ScriptedSource):
    """A publisher that hands out all its guidelines at every poll."""

    def poll(self, request: PollRequest) -> PollOutcome:
        """All that a test put here."""
        self.polls.append(request)
        shown = tuple(reading_of(record) for record in self.records.values())
        return Polled(readings=shown, covered=request.identifiers, cursor=f"{request.now:%Y-%m-%d}")


class Colleges:
    """A stage with a publisher whose guidelines a test changes."""

    def __init__(self, url: str, subjects: Subjects) -> None:
        self.college = College({OLD.identifier: OLD}, name="guideline:college")
        self.stage = Stage(url)
        self.stage.assessor = replace(self.stage.assessor, subjects=subjects)
        sources = {**self.stage.poller.sources, "guideline:college": self.college}
        self.stage.poller = replace(self.stage.poller, sources=sources, assessor=self.stage.assessor)
        lookup = replace(self.stage.resolver.lookup, guidelines=_hips)
        self.stage.resolver = replace(self.stage.resolver, assessor=self.stage.assessor, lookup=lookup)
        self.stage.store.upgrade()
        self.stage.registrar.ensure_watches([WatchSpec(kind="list", source="guideline:college")])
        self.stage.open()
        self.poll()

    def show(self, *guidelines: GuidelineDocument) -> None:
        for one in guidelines:
            self.college.records[one.identifier] = one
        self.stage.later(days=1)
        self.poll()

    def poll(self) -> None:
        self.stage.poller.run(source="guideline:college", even_if_not_due=True)
        self.stage.sweeper.run()

    def findings(self, article_id: str = "a") -> list[FindingView]:
        return [one for one in self.stage.articles()[article_id].findings if one.record.startswith("guideline:")]


def _hips(_text: str, organisation: str, _year: int | None, _context: str) -> tuple[Candidate, ...]:
    if organisation != "The College":
        return ()
    return (Candidate(identifier=OLD.identifier, title=OLD.title, confidence=0.98, because="named"),)


@pytest.fixture
def colleges(database_url: str) -> Colleges:
    return Colleges(database_url, Subjects(of_articles={"a": KNEES, "b": (("gout",),)}))


def test_a_new_guideline_on_the_subject_makes_the_article_stale_and_says_why(colleges: Colleges) -> None:
    colleges.show(NEW)

    [finding] = colleges.findings()
    assert (finding.kind, finding.record, finding.url) == (
        EventKind.GUIDELINE_PUBLISHED,
        "guideline:college/knees",
        "https://example.org/",
    )
    assert finding.because == (
        "A new guideline on the topic of this article: its title speaks of knee, osteoarthritis; publisher The College"
    )
    assert (finding.happened_on, finding.claims) == (date(2026, 6, 10), ())
    assert colleges.stage.article().freshness is Freshness.STALE


def test_it_is_told_once(colleges: Colleges) -> None:
    colleges.show(NEW)
    colleges.show(NEW)
    colleges.show(replace(NEW, records=("pubmed:777", "pubmed:778")))

    assert len(colleges.findings()) == 1


def test_what_stands_at_the_first_poll_is_not_new(database_url: str) -> None:
    colleges = Colleges(database_url, Subjects(of_articles={"a": (("hip", "osteoarthritis"),)}))
    colleges.show()

    assert colleges.findings() == []


@pytest.mark.parametrize(
    "silent",
    [
        replace(NEW, title="Guideline on shoulders"),
        replace(NEW, state="withdrawn"),
        replace(NEW, published="2026-05-01", edition="2026"),
        replace(NEW, published="2026-04", edition="2026"),
        replace(NEW, published="2012", edition="2012"),
        replace(NEW, published="", edition="2025"),
        replace(NEW, records=("pubmed:100",)),
    ],
    ids=["other subject", "withdrawn", "on the day", "month before", "years before", "edition before", "cited already"],
)
def test_what_does_not_concern_the_article_or_is_no_news_to_it_is_not_told(
    colleges: Colleges, silent: GuidelineDocument
) -> None:
    colleges.show(silent)

    assert [one for one in colleges.findings() if one.kind is EventKind.GUIDELINE_PUBLISHED] == []


@pytest.mark.parametrize(
    "told", [replace(NEW, published="", edition=""), replace(NEW, published="2026-05", edition="")]
)
def test_a_date_that_does_not_say_silences_nothing(colleges: Colleges, told: GuidelineDocument) -> None:
    colleges.show(told)

    assert len(colleges.findings()) == 1


def test_a_later_edition_concerns_the_articles_on_its_subject_too(database_url: str) -> None:
    colleges = Colleges(database_url, Subjects(of_articles={"a": (("hip", "osteoarthritis"),)}))
    colleges.show(replace(OLD, edition="2026", published="2026-06-03"))

    [finding] = colleges.findings()
    assert (finding.kind, finding.record) == (EventKind.GUIDELINE_PUBLISHED, "guideline:college/hips")


def test_an_article_that_rests_on_a_guideline_is_on_its_subject_and_told_of_its_own_edition_once(
    database_url: str,
) -> None:
    colleges = Colleges(database_url, Subjects(of_guidelines={OLD.identifier: (("hip",), ("osteoarthritis",))}))
    named = Reference(
        text="2019 College guideline",
        kind=ReferenceKind.GUIDELINE,
        organisation="The College",
        year=2019,
        named_in=(0,),
    )
    colleges.stage.registrar.register("rests", replace(ARTICLE, references=(named,)), origin="test", by="test")
    colleges.stage.resolver.run()
    colleges.show(replace(OLD, edition="2026", published="2026-06-03"), NEW)

    told = {(one.kind, one.record) for one in colleges.findings("rests")}
    assert told == {
        (EventKind.GUIDELINE_UPDATED, "guideline:college/hips"),
        (EventKind.GUIDELINE_PUBLISHED, "guideline:college/knees"),
    }
    assert colleges.findings("a") == []


def test_an_article_that_cites_the_journal_of_an_edition_is_told_of_the_next_edition_once(database_url: str) -> None:
    """An identity holds editions and records: who cites the paper rests on the guideline."""
    colleges = Colleges(database_url, Subjects(of_articles={"a": (("hip", "osteoarthritis"),)}))
    colleges.show(replace(OLD, records=("pubmed:100",)))
    colleges.show(replace(OLD, edition="2026", published="2026-06-03", records=("pubmed:779",)))

    [finding] = colleges.findings("a")
    assert (finding.kind, finding.record) == (EventKind.GUIDELINE_UPDATED, "guideline:college/hips")
    assert {claim.affected for claim in finding.claims} == {"yes"}
