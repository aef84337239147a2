"""What sources say of a paper, as short words for tests: each gives the source's name and the record it hands out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from monitor.domain.articles import ParsedArticle
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Polled
from monitor.domain.read_models import FindingView
from monitor.domain.records import Link, Publication, PublicationType, Record, RetractionEntry, Update, Work
from tests.pipeline.scene import ScriptedSource, Stage, reading_of, resting_on


@dataclass(frozen=True)
class Paper:
    """One paper of its own for each order: its numbers are made from ``number``."""

    number: int

    @property
    def article(self) -> str:
        return f"article-{self.number}"

    @property
    def pmid(self) -> str:
        return f"{self.number}00"

    def notice_pmid(self, which: int = 1) -> str:
        return f"{self.number}0{which}"

    @property
    def doi(self) -> str:
        return f"10.5555/paper.{self.number}"

    def notice_doi(self, which: int = 1) -> str:
        return f"10.5555/notice.{self.number}.{which}"

    def row(self, which: int) -> Identifier:
        return Identifier.parse(f"rw:{self.number}{which}")


Statement = Callable[[Paper], tuple[str, Record]]
"""What a source says: its name, and the record it hands out."""


def plain(paper: Paper) -> Publication:
    """The paper as PubMed holds it before anything happened."""
    return Publication(identifier=pubmed(paper.pmid), title=f"A trial of number {paper.number}", doi=paper.doi)


def on_pubmed(link: str, which: int = 1, *, day: str = "2026 Jun 3") -> Statement:
    """PubMed's own record of the paper links to a notice."""
    return lambda paper: (
        "pubmed",
        replace(
            plain(paper),
            links=(Link(ref_type=link, source=f"J Test. {day};1:1", pmid=paper.notice_pmid(which)),),
        ),
    )


def marked_on_pubmed(paper: Paper) -> tuple[str, Record]:
    """PubMed's record of the paper has the type, and no notice."""
    retracted = PublicationType(ui="D016441", name="Retracted Publication")
    return "pubmed", replace(plain(paper), publication_types=(retracted,))


def notice_on_pubmed(link: str, which: int = 1, *, day: str = "2026-06-03", with_doi: bool = True) -> Statement:
    """The notice's own record at PubMed names the paper."""
    return lambda paper: (
        "pubmed",
        Publication(
            identifier=pubmed(paper.notice_pmid(which)),
            title=f"Notice {which} about number {paper.number}",
            doi=paper.notice_doi(which) if with_doi else "",
            links=(Link(ref_type=link, source="", pmid=paper.pmid),),
            published_electronically=day,
        ),
    )


def at_crossref(*updates: tuple[str, int | None, str, str]) -> Statement:
    """The paper's work at Crossref: kind, number of the notice (None: in place), day, and who asserts it."""
    return lambda paper: (
        "crossref",
        Work(
            identifier=Identifier.parse(f"doi:{paper.doi}"),
            title=f"A trial of number {paper.number}",
            updated_by=tuple(
                Update(
                    doi=paper.doi if which is None else paper.notice_doi(which),
                    kind=kind,
                    day=day,
                    source=source,
                    record_id=paper.row(which or 1).value if source == "retraction-watch" else "",
                )
                for kind, which, day, source in updates
            ),
        ),
    )


def notice_at_crossref(kind: str, which: int = 1, day: str = "2026-06-03") -> Statement:
    """The notice's work at Crossref names the paper."""
    return lambda paper: (
        "crossref",
        Work(
            identifier=Identifier.parse(f"doi:{paper.notice_doi(which)}"),
            title="A notice",
            updates=(Update(doi=paper.doi, kind=kind, day=day, source="publisher"),),
        ),
    )


def row(
    nature: str,
    which: int = 1,
    *,
    day: str = "2026-06-03",
    by: str = "doi pmid",
    notice: str = "doi pmid",
    reasons: tuple[str, ...] = (),
) -> Statement:
    """A row of Retraction Watch, that gives the paper and the notice by DOI, by PMID, by both or by none."""

    def stated(paper: Paper) -> tuple[str, Record]:
        about = f"doi:{paper.doi}" if "doi" in by else f"pubmed:{paper.pmid}"
        return "retraction_watch", RetractionEntry(
            identifier=paper.row(which),
            about=Identifier.parse(about),
            matched_by=by.split()[0] if by else "title",
            title=f"A trial of number {paper.number}",
            nature=nature,
            reasons=reasons,
            noticed_on=day,
            paper_doi=paper.doi if "doi" in by else "",
            paper_pmid=paper.pmid if "pmid" in by else "",
            notice_doi=paper.notice_doi(which) if "doi" in notice else "",
            notice_pmid=paper.notice_pmid(which) if "pmid" in notice else "",
        )

    return stated


def hint(source: str, which: int) -> Statement:
    """A source that is not believed by itself says, in an entry of its own, that the paper is retracted."""
    return lambda paper: (source, row("Retraction", which, notice="")(paper)[1])


def live(stage: Stage, paper: Paper, statements: Iterable[Statement]) -> tuple[FindingView, ...]:
    """Register an article that cites the paper, let the sources say these things, and give what is open then."""
    stage.source.records[pubmed(paper.pmid)] = plain(paper)
    name = paper.article
    stage.registrar.register(name, _citing(paper), origin="test", by="test")
    stage.resolver.run(article_id=name)
    hear(stage, "pubmed", plain(paper))
    for statement in statements:
        hear(stage, *statement(paper))
    return open_findings(stage, name)


def _citing(paper: Paper) -> ParsedArticle:
    return replace(resting_on(paper.pmid), text=f"Paper {paper.number}.", last_updated=date(2025, 12, 31))


def hear(stage: Stage, source: str, record: Record) -> None:
    """Let a source hand out a record."""
    with stage.store.begin() as tx:
        stage.assessor.take_in(tx, ScriptedSource(name=source), Polled(readings=(reading_of(record),)))


def open_findings(stage: Stage, article_id: str) -> tuple[FindingView, ...]:
    """What an editor finds open in an article."""
    with stage.store.read() as reads:
        view = reads.article(article_id, stage.policy)
    assert view is not None
    return tuple(finding for finding in view.row.findings if finding.status == "open")
