"""A small stage for pipeline tests: one article, sources that answer what a test says, and the real store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from monitor.clock import MovedClock
from monitor.domain.articles import Claim, ParsedArticle, Reference
from monitor.domain.citations import Candidate, Citation
from monitor.domain.diff import standing
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Failure, Gone, Polled, PollOutcome, PollRequest, Reading
from monitor.domain.policy import Policy
from monitor.domain.read_models import ArticleRow, Report
from monitor.domain.records import Link, Publication, Record, Work, as_json, from_json
from monitor.domain.second_order import is_synthesis
from monitor.pipeline.assess import Assessor
from monitor.pipeline.look_up import LookUp
from monitor.pipeline.poll import Poller
from monitor.pipeline.ports import Probe
from monitor.pipeline.recognise import Recogniser
from monitor.pipeline.register import Registrar, WatchSpec
from monitor.pipeline.resolve import Resolver
from monitor.pipeline.review import Editors
from monitor.pipeline.sweep import Sweeper
from monitor.store import Collided, LeaseLost, Store
from tests.pipeline.told import Told

MIGRATIONS = Path(__file__).parents[2] / "alembic"
DAY_ONE = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAPER = Publication(identifier=pubmed("100"), title="A trial of something")
NOTICE = Publication(
    identifier=pubmed("200"),
    title="Retraction: A trial of something",
    links=(Link(ref_type="RetractionOf", source="", pmid="100"),),
    published="2026-06-03",
)
RETRACTED = replace(PAPER, links=(Link(ref_type="RetractionIn", source="J Test. 2026 Jun 3;1:1", pmid="200"),))
ARTICLE = ParsedArticle(
    title="Something for someone",
    text="Something helps. 1\nNothing harms. 1, 2",
    last_updated=datetime(2026, 5, 1, tzinfo=UTC).date(),
    claims=(
        Claim(position=0, text="Something helps.", markers=(1,)),
        Claim(position=1, text="Nothing harms.", markers=(1, 2)),
    ),
    references=(Reference(text="A trial of something. PMID: 100", number=1, identifiers=(pubmed("100"),)),),
)


@dataclass
class ScriptedSource:
    """PubMed as a test wants it: records it holds, notices it shows, or an outcome for every poll."""

    records: dict[Identifier, Record] = field(default_factory=dict)
    notices: tuple[Record, ...] = ()
    answers: tuple[Record, ...] = ()
    translation: str = ""
    outcome: PollOutcome | None = None
    name: str = "pubmed"
    reader: str = "scripted-1"
    polls: list[PollRequest] = field(default_factory=list)
    reads_all: bool = True
    """Else a poll with a cursor reads only what it must, as if no record had a newer modification date."""
    survivors: dict[Identifier, Identifier | Failure] = field(default_factory=dict)
    """Records that are gone → what is left of them, or why it cannot be told."""
    while_asked: Callable[[PollRequest], None] = lambda _request: None
    """What happens elsewhere while this source is being asked."""

    def survivor(self, record: Record) -> Identifier | Failure | None:
        """What the test says is left of a record."""
        return self.survivors.get(record.identifier)

    def poll(self, request: PollRequest) -> PollOutcome:
        """Answer with what the test put here."""
        self.polls.append(request)
        self.while_asked(request)
        if self.outcome is not None:
            return self.outcome
        if request.watch == "topic":
            return Polled(
                readings=tuple(replace(reading_of(r), topics=(request.target,)) for r in self.answers),
                cursor=request.now.date().isoformat(),
                translation=self.translation,
            )
        if request.watch == "included":
            return self._included(request)
        asked = [
            identifier
            for identifier in request.identifiers
            if request.watch != "notices" and (self.reads_all or not request.cursor or identifier in request.unread)
        ]
        shown = self.notices if request.watch == "notices" else [self.records[i] for i in asked if i in self.records]
        return Polled(
            readings=tuple(reading_of(record) for record in shown),
            missing=tuple(identifier for identifier in asked if identifier not in self.records),
            covered=request.identifiers,
            cursor=request.now.date().isoformat(),
            data_version="v1",
        )

    def _included(self, request: PollRequest) -> Polled:
        held = [self.records[identifier] for identifier in request.identifiers if identifier in self.records]
        return Polled(
            readings=tuple(
                reading_of(record)
                for record in held
                if standing(record) or record.identifier in request.unread or (request.follow and _is_review(record))
            ),
            covered=request.identifiers,
            cursor=request.now.date().isoformat(),
        )

    def reread(self, raw: bytes) -> Record:
        """Read a kept body."""
        import json

        return from_json(json.loads(raw))

    works: dict[Identifier, Work | Failure] = field(default_factory=dict)
    """What Crossref holds of a DOI, or why it cannot be told."""

    def look_up(self, doi: Identifier) -> Work | Gone | Failure:
        """What the test put here."""
        return self.works.get(doi, Gone(url=str(doi), status=404))

    def candidates_of(self, citations: Sequence[Citation]) -> dict[str, tuple[Publication, ...] | Failure]:
        """The same for many."""
        return {citation.key: self.candidates(citation) for citation in citations}

    def further_candidates(self, citation: Citation, known: Sequence[Publication]) -> tuple[Publication, ...] | Failure:
        """Nothing beside what is known."""
        return tuple(known) or self.candidates(citation)

    def candidates(self, citation: Citation) -> tuple[Publication, ...] | Failure:
        """Every record whose identifier the citation writes."""
        return tuple(
            record
            for identifier in citation.identifiers
            if isinstance(record := self.records.get(identifier), Publication)
        )


class Stage:
    """The pipeline on a store, with a clock that a test moves."""

    opened: ClassVar[list[Stage]] = []

    def __init__(
        self,
        url: str,
        *,
        source: ScriptedSource | None = None,
        probe: Probe | None = None,
        policy: Policy | None = None,
        at: datetime = DAY_ONE,
    ) -> None:
        Stage.opened.append(self)
        self.clock = MovedClock(at)
        self.store = Store(url, clock=self.clock, migrations=MIGRATIONS)
        self.source = source or ScriptedSource({PAPER.identifier: PAPER})
        self.told = Told()
        self.policy = policy or Policy()
        pass_by: Probe = probe or (lambda _point: None)
        self.assessor = Assessor(
            policy=self.policy,
            clock=self.clock,
            observer=self.told,
            probe=pass_by,
            recogniser=Recogniser(clock=self.clock),
        )
        self.registrar = Registrar(store=self.store, policy=self.policy, clock=self.clock, assessor=self.assessor)
        self.resolver = Resolver(
            store=self.store,
            lookup=LookUp(citations=self.source, works=self.source, guidelines=_no_guideline, read_citation=_citation),
            assessor=self.assessor,
            clock=self.clock,
            probe=pass_by,
        )
        self.poller = Poller(
            store=self.store,
            sources={"pubmed": self.source},
            assessor=self.assessor,
            policy=self.policy,
            clock=self.clock,
            observer=self.told,
            probe=pass_by,
            holder="stage",
            lease_lost=LeaseLost,
            collided=(Collided,),
        )
        self.sweeper = Sweeper(store=self.store, policy=self.policy, clock=self.clock, probe=pass_by)
        self.editors = Editors(store=self.store, policy=self.policy, clock=self.clock)

    def open(self) -> Stage:
        """Make the tables, register the article and read its evidence for the first time."""
        self.store.upgrade()
        self.registrar.ensure_watches(
            [WatchSpec(kind="cited_set", source="pubmed"), WatchSpec(kind="notices", source="pubmed")]
        )
        self.registrar.register("a", ARTICLE, origin="test", by="test")
        self.resolver.run()
        self.poll()
        return self

    def poll(self) -> None:
        """One pass over everything, as the daemon's jobs do it."""
        self.poller.run(source="pubmed", even_if_not_due=True)
        self.sweeper.run()

    def later(self, **by: float) -> None:
        """Let business time pass."""
        self.clock.move_to(self.clock.today() + timedelta(**by))

    def report(self) -> Report:
        """The report now."""
        with self.store.read() as reads:
            return reads.report(self.policy)

    def article(self) -> ArticleRow:
        """The one article, as the report lists it."""
        [row] = self.report().articles
        return row

    def articles(self) -> dict[str, ArticleRow]:
        """Every article by its id."""
        return {row.id: row for row in self.report().articles}

    def bring_in(self, article_id: str, *pmids: str) -> None:
        """Register an article that cites these papers, as the daemon would: resolved and polled."""
        self.registrar.register(article_id, resting_on(*pmids), origin="test", by="test")
        self.resolver.run()
        self.poll()


def resting_on(*pmids: str) -> ParsedArticle:
    """An article that cites papers by their PMIDs."""
    return replace(
        ARTICLE,
        text=" ".join(pmids),
        references=tuple(
            Reference(text=f"Paper {pmid}. PMID: {pmid}", number=number, identifiers=(pubmed(pmid),))
            for number, pmid in enumerate(pmids, start=1)
        ),
    )


def reading_of(record: Record) -> Reading:
    """A record as a source hands it out."""
    import json

    return Reading(record=record, raw=json.dumps(as_json(record)).encode(), url="https://example.org/")


def _is_review(record: Record) -> bool:
    return isinstance(record, Publication) and is_synthesis(record)


def _citation(reference: Reference) -> Citation:
    return Citation(key=reference.key, text=reference.text, identifiers=reference.identifiers)


def _no_guideline(_text: str, _organisation: str, _year: int | None, _context: str) -> tuple[Candidate, ...]:
    return ()
