"""The world behind the played upstreams: its folder, its dates, and what it makes of files it cannot read.

The builders and the client at the top also serve the other replay tests.
"""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.replay.pubmed_search import search
from monitor.replay.serving import Servers, serve
from monitor.replay.tokens import expand
from monitor.replay.world import World, recorded_world, sample_articles

LAST_DAY = date(2026, 3, 13)
"""A Friday, so that day-1 to day-4 are weekdays too."""


def record(
    pmid: int,
    title: str = "A record",
    *,
    types: tuple[str, ...] = ("Journal Article",),
    links: tuple[tuple[str, str], ...] = (),
    status: str = "MEDLINE",
    entrez: str = "2025-06-01",
    extra: str = "",
    article: str = "",
) -> str:
    """A PubMed record in the shape of the DTD, as small as it may be."""
    year, month, day = entrez.split("-")
    stamp = f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>"
    kinds = "".join(f'<PublicationType UI="">{kind}</PublicationType>' for kind in types)
    comments = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>Somewhere</RefSource><PMID Version="1">{other}</PMID>'
        "</CommentsCorrections>"
        for kind, other in links
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="{status}" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f"<DateRevised>{stamp}</DateRevised><Article>"
        f"<Journal><JournalIssue><Volume>7</Volume><PubDate><Year>{year}</Year><Month>Jun</Month></PubDate>"
        "</JournalIssue><Title>Journal of Knees</Title><ISOAbbreviation>J Knees</ISOAbbreviation></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>{article}<Language>eng</Language>"
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article>"
        f"<CommentsCorrectionsList>{comments}</CommentsCorrectionsList>{extra}</MedlineCitation>"
        f'<PubmedData><History><PubMedPubDate PubStatus="entrez">{stamp}</PubMedPubDate></History>'
        f'<ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>'
        f'<ArticleId IdType="doi">10.5555/rec.{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )


def record_set(*records: str, deleted: tuple[int, ...] = ()) -> str:
    """An XML file of records."""
    dead = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    end = f"<DeleteCitation>{dead}</DeleteCitation>" if deleted else ""
    return f'<?xml version="1.0"?>\n<PubmedArticleSet>{"".join(records)}{end}</PubmedArticleSet>'


def study(nct: str, status: str = "RECRUITING", *, updated: str = "2026-01-10", **more: Any) -> dict[str, Any]:
    """A registered study with the modules that matter."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct, "briefTitle": more.get("title", "Stem cells for the knee")}
            | ({"nctIdAliases": list(more["aliases"])} if "aliases" in more else {}),
            "statusModule": {"overallStatus": status, "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"}},
            "conditionsModule": {"conditions": [more.get("condition", "Knee Osteoarthritis")]},
            "designModule": {"enrollmentInfo": {"count": 40, "type": "ESTIMATED"}},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": "2000-01-01"}},
        "hasResults": False,
    }


def make_world(folder: Path, files: Mapping[str, str | bytes], *, last_day: date = LAST_DAY) -> World:
    """Write a world's files and load it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return World.load(folder, last_day=last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def ask(url: str, *, headers: Mapping[str, str] | None = None, form: str | None = None, timeout: float = 5) -> Reply:
    """Ask a server once, without following redirects."""
    request = urllib.request.Request(url, headers=dict(headers or {}), data=form.encode() if form else None)  # noqa: S310 - loopback only
    try:
        with urllib.request.build_opener(_Unredirected).open(request, timeout=timeout) as answered:
            return Reply(status=answered.status, headers=dict(answered.headers), body=answered.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return Reply(status=refused.code, headers=dict(refused.headers), body=refused.read())


@contextmanager
def served(world: World, **options: Any) -> Iterator[Servers]:
    """The servers of a world, with a key that may ask as fast as a test can."""
    with serve(world, api_keys={"test-key": 1000}, **options) as servers:
        yield servers


def standing(world: World) -> set[str]:
    """The PMIDs that can be found today."""
    return set(world.collection().standing)


def test_a_token_becomes_a_date_counted_from_the_worlds_last_day() -> None:
    text = "{{day-12}} {{day+3}} {{day-12|%Y/%m/%d}} {{day-12|%B %d, %Y}} {{day-12|%-m/%-d/%Y}} {{day-12|%s}} {{day}}"

    assert expand(text, LAST_DAY) == "2026-03-01 2026-03-16 2026/03/01 March 01, 2026 3/1/2026 1772323200 2026-03-13"


def test_what_is_no_readable_token_stays_and_is_told(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"pages/a.org/x.html": "<p>{{day minus one}}</p>"})

    page = world.page("a.org/x.html")
    assert page is not None
    assert page[0].body == b"<p>{{day minus one}}</p>"
    assert [skipped.path for skipped in world.skipped] == ["pages/a.org/x.html"]


def test_a_dated_folder_holds_from_its_day_on(tmp_path: Path) -> None:
    world = make_world(
        tmp_path,
        {
            "pubmed/a.xml": record_set(record(1)),
            "day-12/pubmed/b.xml": record_set(record(2)),
            "2026-03-10/pubmed/c.xml": record_set(record(3)),
        },
    )

    world.move_to(date(2026, 2, 28))
    assert standing(world) == {"1"}
    world.move_to(date(2026, 3, 1))
    assert standing(world) == {"1", "2"}
    world.move_to(LAST_DAY)
    assert standing(world) == {"1", "2", "3"}
    assert world.days() == (date(2026, 3, 1), date(2026, 3, 10))


def test_a_world_starts_on_its_last_day(tmp_path: Path) -> None:
    assert make_world(tmp_path, {}).today == LAST_DAY


def test_a_later_version_replaces_the_earlier_and_the_past_stays(tmp_path: Path) -> None:
    world = make_world(
        tmp_path,
        {
            "pubmed/a.xml": record_set(record(1, "Before")),
            "day-2/pubmed/a.xml": record_set(record(1, "After")),
        },
    )

    assert "After" in world.collection().standing["1"].article.xml
    world.move_to(date(2026, 3, 10))
    assert "Before" in world.collection().standing["1"].article.xml


def test_of_two_versions_on_one_day_the_last_file_name_wins(tmp_path: Path) -> None:
    world = make_world(
        tmp_path, {"pubmed/b.xml": record_set(record(1, "B")), "pubmed/a.xml": record_set(record(1, "A"))}
    )

    assert "<ArticleTitle>B<" in world.collection().standing["1"].article.xml


def test_creation_is_the_day_of_first_appearance_and_modification_that_of_the_newest_version(tmp_path: Path) -> None:
    world = make_world(
        tmp_path,
        {
            "pubmed/a.xml": record_set(record(1, entrez="2024-02-03")),
            "day-9/pubmed/b.xml": record_set(record(2, entrez="2019-01-01")),
            "day-2/pubmed/b.xml": record_set(record(2, "Changed", entrez="2019-01-01")),
        },
    )

    undated, dated = world.collection().standing["1"], world.collection().standing["2"]
    assert (undated.created, undated.modified) == (date(2024, 2, 3), date(2024, 2, 3))
    assert (dated.created, dated.modified) == (date(2026, 3, 4), date(2026, 3, 11))
    assert dated.days("EDAT") == (date(2019, 1, 1),)


def test_what_is_gone_vanishes_from_its_day_and_may_come_back(tmp_path: Path) -> None:
    gone = "pubmed:1\nnct:NCT00000001  # merged\npage:https://a.org/x.html\n"
    world = make_world(
        tmp_path,
        {
            "pubmed/a.xml": record_set(record(1)),
            "clinicaltrials/a.json": json.dumps(study("NCT00000001")),
            "pages/a.org/x.html": "x",
            "day-5/gone.txt": gone,
            "day-1/pubmed/a.xml": record_set(record(1, "Back")),
        },
    )

    world.move_to(date(2026, 3, 8))
    assert standing(world) == set()
    assert world.study("NCT00000001", world.today) is None
    assert world.page("a.org/x.html") is None
    world.move_to(date(2026, 3, 7))
    assert standing(world) == {"1"}
    assert world.page("a.org/x.html") is not None
    world.move_to(LAST_DAY)
    assert standing(world) == {"1"}


def test_a_citation_deleted_by_an_update_file_is_gone(tmp_path: Path) -> None:
    world = make_world(
        tmp_path, {"pubmed/a.xml": record_set(record(1)), "day-1/pubmed/b.xml": record_set(deleted=(1, 77))}
    )

    assert standing(world) == set()


def test_packed_files_and_every_shape_of_studies_are_read(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(study(nct)) for nct in ("NCT00000001", "NCT00000002"))
    world = make_world(
        tmp_path,
        {
            "pubmed/a.xml.gz": gzip.compress(record_set(record(1, "On {{day-1}}")).encode()),
            "clinicaltrials/a.jsonl.gz": gzip.compress(lines.encode()),
            "clinicaltrials/b.json": json.dumps({"studies": [study("NCT00000003")]}),
            "clinicaltrials/c.json": json.dumps(study("NCT00000004")),
        },
    )

    assert "On 2026-03-12" in world.collection().standing["1"].article.xml
    assert sorted(world.studies(LAST_DAY)) == [f"NCT0000000{number}" for number in (1, 2, 3, 4)]


def test_one_bad_file_never_hides_the_rest(tmp_path: Path) -> None:
    """What cannot be read is listed with its reason, so that nobody takes silence for an empty recording."""
    world = make_world(
        tmp_path,
        {
            "pubmed/cut.xml": "<PubmedArticleSet><Pubmed",
            "pubmed/other.xml": "<eSearchResult/>",
            "pubmed/notgz.xml.gz": b"plain",
            "pubmed/good.xml": record_set(record(1)),
            "clinicaltrials/a.json": "{}",
            "faults.json": '[{"upstream": "mars", "fault": "503"}]',
            "gone.txt": "guideline:acr/gout\n",
            "crossref/empty.json": "{}",
            "crossref/half.jsonl": '{"DOI": "10.5555/1"}\n{"DOI": \n',
            "retraction_watch/other.csv": "a,b\n1,2\n",
        },
    )

    assert standing(world) == {"1"}
    assert list(world.works(LAST_DAY)) == ["10.5555/1"]
    assert {skipped.path for skipped in world.skipped} == {
        "pubmed/cut.xml",
        "pubmed/other.xml",
        "pubmed/notgz.xml.gz",
        "clinicaltrials/a.json",
        "faults.json",
        "gone.txt",
        "crossref/empty.json",
        "crossref/half.jsonl",
        "retraction_watch/other.csv",
    }
    assert all(skipped.reason for skipped in world.skipped)


def test_a_missing_folder_is_an_error_and_no_empty_world(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        World.load(tmp_path / "nowhere", last_day=LAST_DAY)


def test_the_world_that_comes_with_the_program_is_readable_throughout() -> None:
    assert recorded_world(LAST_DAY).skipped == ()


def test_sample_articles_come_with_their_dates_filled_in() -> None:
    articles = sample_articles(LAST_DAY)

    assert not [name for name, content in articles if b"{{day" in content]


def test_real_recordings_make_a_world(shared: Path, tmp_path: Path) -> None:
    """Recorded records and studies are served as they are; a retraction pair is found from both of its ends."""
    (tmp_path / "pubmed").symlink_to(shared / "data" / "pubmed" / "eutils" / "retractobot")
    (tmp_path / "clinicaltrials").symlink_to(shared / "data" / "clinicaltrials" / "studies_selected")

    world = World.load(tmp_path, last_day=LAST_DAY)

    assert world.skipped == ()
    assert {"10066780", "27508352"} <= standing(world)
    assert search("hasretractionin", world.collection(), {}).pmids == ("10066780",)
    assert "NCT00189228" in world.studies(LAST_DAY)
