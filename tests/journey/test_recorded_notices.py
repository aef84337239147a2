"""1,621 recorded retraction notices: each makes the article of its paper stale before the paper's record changes."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from Bio import Medline

from monitor.domain.articles import Freshness, Resolution
from monitor.domain.citations import Resolved
from monitor.domain.diff import standing
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.records import Publication
from monitor.domain.rules.publication import SHOWN_ON_THE_NOTICE, is_notice
from monitor.pipeline.watching import watch
from monitor.sources.pubmed import read_articles
from monitor.sources.pubmed.naming import UNKNOWN, is_unnamed, quoted_title
from tests.contract.test_replay_world import make_world
from tests.journey.living import Life, life

LAST_DAY = date(2026, 3, 13)
FIRST_DAY = LAST_DAY - timedelta(days=8)
PAPERS_AN_ARTICLE = 60
LINK_BY_TAG = {"ROF": "RetractionOf", "PROF": "PartialRetractionOf"}
_PMID = re.compile(r"\s*PMID:\s*(\d+)")
_FOLD = re.compile(r"\n {6}")


@dataclass(frozen=True, slots=True)
class Notice:
    """One recorded notice: its PMID, its title, and how it links to what papers, each with the PMID if it gives one."""

    pmid: str
    title: str
    journal: str
    kinds: tuple[str, ...]
    links: tuple[tuple[str, str, str], ...]

    @property
    def named(self) -> frozenset[str]:
        """The PMIDs of the papers it names."""
        return frozenset(pmid for *_, pmid in self.links if pmid)

    @property
    def signals(self) -> frozenset[tuple[str, EventKind]]:
        """What it says of the papers it names."""
        return frozenset((pmid, SHOWN_ON_THE_NOTICE[ref_type]) for ref_type, _, pmid in self.links if pmid)

    def as_xml(self, day: date) -> str:
        """The notice as PubMed would hand it out, created on a day."""
        links = "".join(
            f'<CommentsCorrections RefType="{ref_type}"><RefSource>{escape(source)}</RefSource>'
            + (f'<PMID Version="1">{pmid}</PMID>' if pmid else "")
            + "</CommentsCorrections>"
            for ref_type, source, pmid in self.links
        )
        return as_record(self.pmid, self.title, day, journal=self.journal, links=links, kinds=self.kinds)


def as_record(
    pmid: str,
    title: str,
    day: date,
    *,
    journal: str = "",
    links: str = "",
    kinds: tuple[str, ...] = ("Journal Article",),
) -> str:
    """A record in the shape of the DTD, in our own words but for its facts."""
    stamp = f"<Year>{day.year}</Year><Month>{day.month:02d}</Month><Day>{day.day:02d}</Day>"
    types = "".join(f'<PublicationType UI="">{escape(kind)}</PublicationType>' for kind in kinds)
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f"<DateRevised>{stamp}</DateRevised><Article><Journal><JournalIssue><PubDate><Year>{day.year}</Year></PubDate>"
        f"</JournalIssue><ISOAbbreviation>{escape(journal)}</ISOAbbreviation></Journal><ArticleTitle>{escape(title)}</ArticleTitle><Language>eng</Language>"
        f"<PublicationTypeList>{types}</PublicationTypeList></Article>"
        f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList></MedlineCitation><PubmedData><History>"
        f'<PubMedPubDate PubStatus="entrez">{stamp}</PubMedPubDate></History><ArticleIdList>'
        f'<ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )


def as_set(*records: str) -> str:
    return f'<?xml version="1.0"?>\n<PubmedArticleSet>{"".join(records)}</PubmedArticleSet>'


pytestmark = pytest.mark.timeout(300)
"""Two thousand papers are imported before the first test."""


@pytest.fixture(scope="module")
def notices(shared: Path) -> tuple[Notice, ...]:
    """The recorded notices, out of MEDLINE's tagged text."""
    recording = shared / "data/pubmed/medline_format/neilfws_retraction_notices_2011.medline.gz"
    unfolded = _FOLD.sub(" ", gzip.decompress(recording.read_bytes()).decode("utf-8", "replace"))
    entries = Medline.parse(io.StringIO(unfolded))  # type: ignore[no-untyped-call]  # Untyped library.
    parsed: Iterator[Mapping[str, Any]] = entries
    found = {entry["PMID"]: as_notice(entry) for entry in parsed if "PMID" in entry}
    return tuple(found.values())


def as_notice(entry: Mapping[str, Any]) -> Notice:
    links = []
    for tag, ref_type in LINK_BY_TAG.items():
        sources = entry.get(tag, [])
        for source in [sources] if isinstance(sources, str) else sources:
            pmid = _PMID.search(source)
            links.append((ref_type, _PMID.sub("", source).strip(), pmid.group(1) if pmid else ""))
    return Notice(entry["PMID"], entry["TI"], entry["TA"], tuple(entry.get("PT", ())), tuple(links))


def read(notice: Notice) -> Publication:
    [record] = read_articles(as_set(notice.as_xml(LAST_DAY)).encode())
    return record


@pytest.fixture(scope="module")
def recorded_pairs(shared: Path) -> dict[str, set[str]]:
    """What the recording's own table says: PMID of a notice → PMIDs it names."""
    pairs: dict[str, set[str]] = defaultdict(set)
    with (shared / "data/pubmed/medline_format/retraction_notice_to_retracted_pmid.tsv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            pairs[row["notice_pmid"]] |= {row["retracted_pmid"]} - {""}
    return pairs


def test_all_are_read_as_notices_and_those_that_name_a_pmid_find_their_paper(
    notices: tuple[Notice, ...], recorded_pairs: dict[str, set[str]]
) -> None:
    assert {notice.pmid for notice in notices} == recorded_pairs.keys()
    assert len(notices) == 1_621
    assert sum(bool(named) for named in recorded_pairs.values()) == 1_410
    for notice in notices:
        record = read(notice)
        shown = {(signal.record.value, signal.kind) for signal in standing(record)}
        assert is_notice(record), notice
        assert recorded_pairs[notice.pmid] <= notice.named, notice
        assert {signal for signal in notice.signals if signal[0] != notice.pmid} <= shown, notice
        assert notice.pmid not in {pmid for pmid, _ in shown}, "a notice is never itself retracted"
        assert is_unnamed(record) is not (bool(notice.links) and all(pmid for *_, pmid in notice.links)), notice


@pytest.fixture(
    scope="module", params=[pytest.param(6, id="each sixth"), pytest.param(1, id="all", marks=pytest.mark.chaos)]
)
def coming(request: pytest.FixtureRequest, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """The notices that come in while articles are watched."""
    return notices[:: request.param]


@pytest.fixture(scope="module")
def quoting(coming: tuple[Notice, ...]) -> dict[str, Notice]:
    """Papers we make for the notices that name no PMID but quote a title: made-up PMID → notice."""
    quoted = [notice for notice in coming if not notice.named and quoted_title(notice.title)]
    return {str(90_000_000 + number): notice for number, notice in enumerate(quoted)}


@pytest.fixture(scope="module")
def lived(
    coming: tuple[Notice, ...], quoting: dict[str, Notice], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Life]:
    """Articles that cite every paper, watched while the notices come in over a week."""
    long_ago = date(2009, 1, 1)
    named = sorted(set().union(*(notice.named for notice in coming)) - {notice.pmid for notice in coming})
    papers = [as_record(pmid, f"A paper with the number {pmid}", long_ago) for pmid in named]
    papers += [
        as_record(pmid, quoted_title(notice.title), long_ago, journal=notice.journal)
        for pmid, notice in quoting.items()
    ]
    files = {"pubmed/papers.xml": as_set(*papers)}
    by_day: dict[int, list[str]] = defaultdict(list)
    for number, notice in enumerate(coming):
        back = number % 7
        by_day[back].append(notice.as_xml(LAST_DAY - timedelta(days=back)))
    files |= {f"day-{back}/pubmed/notices.xml": as_set(*records) for back, records in by_day.items()}
    world = make_world(tmp_path_factory.mktemp("notices"), files, last_day=LAST_DAY)
    with life(world, tmp_path_factory.mktemp("data"), FIRST_DAY) as program:
        cited = [*named, *quoting]
        for start in range(0, len(cited), PAPERS_AN_ARTICLE):
            add(program, f"article-{start}", cited[start : start + PAPERS_AN_ARTICLE])
        program.live(FIRST_DAY)
        assert [row.findings for row in program.monitor.desk.report().articles if row.findings] == []
        program.live_until(LAST_DAY)
        yield program


def add(program: Life, name: str, pmids: list[str]) -> None:
    """An article that cites papers by their PMIDs, which are taken as they are written."""
    entries = "\n".join(f"{number}. Paper {pmid}. PMID: {pmid}" for number, pmid in enumerate(pmids, 1))
    claims = "\n".join(f"- Sentence {number} [{number}]." for number in range(1, len(pmids) + 1))
    program.add(name, f"{name}.md", f"# {name}\n\n## Known\n\n{claims}\n\n## References\n\n{entries}\n".encode())
    with program.monitor.store.begin() as tx:
        for pending in tx.meanings.pending(article_id=name, limit=len(pmids)):
            settled = Resolved(status=Resolution.RESOLVED, identifiers=pending.reference.identifiers, because="written")
            tx.meanings.settle(pending.id, replace(settled, confidence=1.0), look_again=None)
        watch(tx, map(pubmed, pmids))


def told(program: Life) -> set[str]:
    return {
        finding.record.removeprefix("pubmed:")
        for row in program.monitor.desk.report().articles
        for finding in row.findings
        if finding.kind in (EventKind.RETRACTED, EventKind.PARTIALLY_RETRACTED)
    }


def test_each_papers_article_is_stale_before_the_papers_own_record_changed(
    lived: Life, coming: tuple[Notice, ...]
) -> None:
    named = set().union(*(notice.named for notice in coming)) - {notice.pmid for notice in coming}

    assert named <= told(lived)
    assert all(row.freshness is Freshness.STALE for row in lived.monitor.desk.report().articles)
    with lived.monitor.store.begin() as tx:
        for pmid in sorted(named)[::50]:
            last = tx.evidence.last_snapshot(pubmed(pmid))
            assert last is not None
            assert standing(last.record) == (), "its own record says nothing yet"


def test_the_rest_is_found_by_the_title_it_quotes_or_shown_to_the_operator(
    lived: Life, coming: tuple[Notice, ...], quoting: dict[str, Notice]
) -> None:
    unnamed = {notice.pmid for notice in coming if not notice.named}
    found = {quoting[pmid].pmid for pmid in told(lived) & quoting.keys()}
    with lived.monitor.store.read() as reads:
        shown = {
            value.partition(" ")[0].removeprefix("pubmed:")
            for _, field, value, _ in reads.unknown_values()
            if field == UNKNOWN
        }

    assert found | shown >= unnamed
    assert len(found) >= 0.9 * len(quoting)
    assert shown >= {notice.pmid for notice in coming if not notice.named and not quoted_title(notice.title)} - found
    assert not lived.servers.violations
