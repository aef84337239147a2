"""Things that happen to a small store, and the reports that are printed along the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.domain.articles import Claim, ParsedArticle, Reference
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Unreachable
from monitor.domain.read_models import Report
from monitor.domain.records import Link, Publication
from monitor.domain.review import Closing, Decision, Reason, Refused
from monitor.domain.topics import Topic
from monitor.pipeline.correct import Corrector, UnknownReference
from monitor.pipeline.register import WatchSpec
from tests.pipeline.scene import ARTICLE, ScriptedSource, Stage

PMIDS = ("100", "101", "102")
NAMES = ("a", "b")
PAPERS = {pubmed(pmid): Publication(identifier=pubmed(pmid), title=f"Trial {pmid}") for pmid in PMIDS}
RETRACTION = Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="200")
NEWER = Link(ref_type="UpdateIn", source="Cochrane. 2026;2:CD1", pmid="300")


def page(*, words: str, pmids: tuple[str, ...]) -> ParsedArticle:
    """A page that says some words and rests on these papers."""
    return replace(
        ARTICLE,
        title=f"About {words}",
        text=f"{words} {pmids}",
        claims=(
            Claim(position=0, text=f"It helps 12% of {words}.", markers=(1,)),
            Claim(position=1, text="No trials have assessed harms.", markers=tuple(range(1, len(pmids) + 1))),
        ),
        references=tuple(
            Reference(text=f"Trial {pmid}. PMID: {pmid}", number=number, identifiers=(pubmed(pmid),))
            for number, pmid in enumerate(pmids, start=1)
        ),
    )


def begun(stage: Stage) -> Stage:
    """Two articles, the watches that read what they rest on, and a first poll."""
    stage.source.records = dict(PAPERS)
    stage.registrar.ensure_watches(
        [WatchSpec(kind="cited_set", source="pubmed"), WatchSpec(kind="notices", source="pubmed")]
    )
    for name in NAMES:
        stage.registrar.register(name, page(words=name, pmids=PMIDS[:2]), origin="test", by="test")
    stage.resolver.run()
    stage.poll()
    return stage


def _mark(pmid: str, *links: Link) -> Callable[[Stage], None]:
    def happen(stage: Stage) -> None:
        stage.source.records[pubmed(pmid)] = replace(PAPERS[pubmed(pmid)], links=links)
        _poll(stage)

    return happen


def _vanish(stage: Stage) -> None:
    stage.source.records.pop(pubmed("101"), None)
    _poll(stage)


def _poll(stage: Stage) -> None:
    stage.resolver.run()
    stage.poll()


def _fail(stage: Stage) -> None:
    stage.source.outcome = Unreachable(reason="HTTP 503")
    stage.poll()
    stage.source.outcome = None


def _edit(stage: Stage) -> None:
    words = f"readers {stage.clock.today():%d}"
    stage.registrar.register("a", page(words=words, pmids=PMIDS[1:]), origin="test", by="test")
    _poll(stage)


def _write_back(stage: Stage) -> None:
    stage.registrar.register("a", page(words="a", pmids=PMIDS[:2]), origin="test", by="test")
    _poll(stage)


def _remove(stage: Stage) -> None:
    if "b" in stage.articles():
        stage.registrar.remove("b", by="test")


def _add_again(stage: Stage) -> None:
    stage.registrar.register("b", page(words="b", pmids=PMIDS), origin="test", by="test")
    _poll(stage)


def _correct(stage: Stage) -> None:
    corrector = Corrector(store=stage.store, assessor=stage.assessor)
    try:
        corrector.correct("a", "1", [pubmed("102")], by="ada", reason="same title")
    except UnknownReference:
        return
    stage.poll()


def _start(stage: Stage) -> None:
    for name in NAMES:
        try:
            stage.editors.start(name, by="ada")
        except (Refused, KeyError):
            continue


def _close(stage: Stage) -> None:
    for name, row in stage.articles().items():
        seen = frozenset(finding.id for finding in row.findings)
        with stage.store.begin() as tx:
            review = tx.reviews.open_of(name)
        if review is None:
            continue
        closing = Closing(
            decision=Decision.STILL_VALID,
            reason=Reason.CONCLUSION_HOLDS,
            by="ada",
            version=review.version,
            seen=seen,
        )
        try:
            stage.editors.close(name, closing)
        except Refused:
            continue


def _snooze(stage: Stage) -> None:
    for name in NAMES:
        with stage.store.begin() as tx:
            review = tx.reviews.open_of(name)
        if review is not None:
            until = stage.clock.today() + timedelta(days=2)
            stage.editors.snooze(name, by="ada", version=review.version, until=until)


def _name(source: str, name: str) -> Callable[[Stage], None]:
    def happen(stage: Stage) -> None:
        with stage.store.begin() as tx:
            tx.names.note({pubmed("100"): Identifier.parse(name)}, source=source)

    return happen


def _concern(*names: str) -> Callable[[Stage], None]:
    def happen(stage: Stage) -> None:
        topics = [Topic(name=name, title=name, query="knee", articles=NAMES) for name in names]
        with stage.store.begin() as tx:
            tx.topics.put(topics, searched=())

    return happen


HAPPENINGS: Mapping[str, Callable[[Stage], None]] = {
    "retracted": _mark("100", RETRACTION),
    "no longer retracted": _mark("100"),
    "replaced": _mark("101", NEWER),
    "retracted and replaced": _mark("101", RETRACTION, NEWER),
    "vanished": _vanish,
    "polled": _poll,
    "failed": _fail,
    "edited": _edit,
    "written back": _write_back,
    "removed": _remove,
    "added again": _add_again,
    "corrected": _correct,
    "started": _start,
    "closed": _close,
    "snoozed": _snooze,
    "named by Crossref": _name("crossref", "doi:10.5555/a"),
    "named by itself": _name("pubmed", "doi:10.5555/b"),
    "concerned": _concern("knee", "hip"),
    "concerned by less": _concern("hip"),
    "shelf life over": lambda stage: stage.later(days=800),
}
"""Everything that can happen, by name."""


@dataclass
class Chronicle:
    """A stage, and the reports that were printed on it."""

    stage: Stage
    printed: list[Report] = field(default_factory=list)

    def live(self, *happenings: str) -> Chronicle:
        """Let things happen, half a day apart, and print a report after each."""
        for name in happenings:
            self.stage.later(hours=13)
            HAPPENINGS[name](self.stage)
            self.printed.append(self.stage.report())
        return self

    def again(self, report: Report) -> Report:
        """A report printed anew from the past."""
        return replace(self.again_at(report.as_of), generated_at=report.generated_at)

    def again_at(self, moment: datetime) -> Report:
        """The report of a moment."""
        with self.stage.store.read_as_of(moment) as reads:
            return reads.report(self.stage.policy)


def empty_stage(url: str) -> Stage:
    """A stage on a database that has its tables and no rows."""
    return Stage(url, source=ScriptedSource())
