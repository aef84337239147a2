"""Two transports of PubMed: the same record by either is the same, and from one to the other nothing is lost."""

from __future__ import annotations

import gzip
import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import Difference, between
from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Polled, PollRequest, Unreadable
from monitor.domain.policy import PubMedTransport, Transport
from monitor.domain.records import digest
from monitor.net import Client
from monitor.replay.serving import serve
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed, UpdateFiles, read_recording
from monitor.sources.pubmed.naming import Named
from monitor.sources.pubmed.updates import poll_updates
from tests.contract import test_replay_world as replayed
from tests.contract.faulty_server import START, HandClock, faulty_server
from tests.contract.played_files import PlayedFiles, packed_set, polled, read
from tests.contract.played_pubmed import PlayedPubMed, record

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
MONTHS = st.sampled_from(["Jul-Aug", "Winter", "Jan", "Sep"])
EFETCH = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2026//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n'
)


@given(title=TEXT, abstract=TEXT, season=MONTHS, kind=TEXT, indent=st.sampled_from(["", "\n", "\n      ", "\r\n\t"]))
def test_a_record_is_the_same_whichever_way_it_came(
    title: str, abstract: str, season: str, kind: str, indent: str
) -> None:
    """EFetch and the files differ in document type, indentation, references to characters, and how a season is said."""

    def rendered(published: str, gap: str, spell: object) -> str:
        assert callable(spell)
        parts = (
            '<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">7</PMID>',
            f"<Article><Journal><JournalIssue><PubDate>{published}</PubDate></JournalIssue></Journal>",
            f"<ArticleTitle>{spell(title)}</ArticleTitle>",
            f"<Abstract><AbstractText>{spell(abstract)}</AbstractText></Abstract><PublicationTypeList>",
            f'<PublicationType UI="">{spell(kind)}</PublicationType></PublicationTypeList></Article>',
            '<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><RefSource>J. 2026;1:1</RefSource>',
            '<PMID Version="1">8</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>',
            "</PubmedArticle>",
        )
        return gap.join(parts)

    def numbered(text: str) -> str:
        return "".join(f"&#{ord(letter)};" for letter in text)

    by_fetch = rendered(f"<Year>1978</Year><Season>{season}</Season>", "", escape)
    by_file = rendered(f"<MedlineDate>1978 {season}</MedlineDate>", indent, numbered)
    live = read_recording(f"{EFETCH}<PubmedArticleSet>{by_fetch}</PubmedArticleSet>".encode())
    with faulty_server() as server:
        files = PlayedFiles(server)
        files.put("pubmed26n1335.xml.gz", packed_set(by_file))
        [reading] = polled(files.poll(watched=("7",))).readings

    assert digest(reading.record) == digest(live)
    assert between(live, reading.record) == Difference()
    assert digest(read_recording(reading.raw)) == digest(live)


class Both:
    """One source in front of a played E-utilities and a played file server."""

    def __init__(self, eutils: PlayedPubMed, files: PlayedFiles) -> None:
        self.eutils, self.files = eutils, files
        client = Client(clock=HandClock(), contact="ops@example.org")
        self.source = PubMed(Eutils(client, eutils.server.url("/eutils"), email="ops@example.org"))

    def poll(self, watch: str, *, cursor: str = "", days: int = 0, unread: tuple[str, ...] = ()) -> Polled:
        request = PollRequest(
            watch=watch,
            target="",
            identifiers=(pubmed("1"), pubmed("2"), pubmed("3")),
            unread=frozenset(map(pubmed, unread)),
            cursor=cursor,
            data_version="",
            now=START + timedelta(days=days),
        )
        self.eutils.server.heard.clear()
        return polled(self.source.poll(request))

    @property
    def requests(self) -> int:
        return len(self.eutils.server.heard)


@pytest.fixture
def both() -> Iterator[Both]:
    with faulty_server() as one, faulty_server() as other:
        played = PlayedPubMed(one, records={pmid: record(pmid) for pmid in ("1", "2", "3")})
        files = PlayedFiles(other)
        files.put("pubmed26n1335.xml.gz", packed_set(record("1")))
        yield Both(played, files)


def test_without_files_there_is_no_such_watch(both: Both) -> None:
    request = PollRequest(
        watch="updates", target="", identifiers=(), unread=frozenset(), cursor="", data_version="", now=START
    )

    assert both.source.poll(request) == Unreadable(reason="PubMed has no watch of kind 'updates'")


def test_with_files_the_watch_is_theirs(both: Both) -> None:
    both.source.follow(both.files.source)

    assert read(both.poll("updates")) == {pubmed("1")}


def test_the_cited_set_is_handed_over_by_one_last_full_poll(both: Both) -> None:
    cursor = both.poll("cited_set").cursor
    both.source.follow(both.files.source)
    both.eutils.modified = {"2"}

    handed_over = both.poll("cited_set", cursor=cursor, days=40)

    assert read(handed_over) == {pubmed("2")}, "it was modified before the first file that will be read"
    assert len(handed_over.covered) == 3


def test_beside_the_files_only_the_unread_are_asked_for_and_nothing_is_vouched_for(both: Both) -> None:
    both.source.follow(both.files.source)
    cursor = both.poll("cited_set").cursor

    quiet = both.poll("cited_set", cursor=cursor, days=1)
    assert (quiet, both.requests) == (Polled(cursor=cursor), 0)
    both.eutils.records.pop("3")
    some = both.poll("cited_set", cursor=cursor, days=1, unread=("2", "3"))
    assert (read(some), some.missing, some.covered, some.cursor) == ({pubmed("2")}, (pubmed("3"),), (), cursor)
    assert both.requests <= 5


def test_back_again_e_utilities_begin_where_they_ended(both: Both) -> None:
    both.source.follow(both.files.source)
    cursor = both.poll("cited_set").cursor
    both.source.follow(None)
    both.eutils.modified = {"3"}

    outcome = both.poll("cited_set", cursor=cursor, days=200)

    assert read(outcome) == {pubmed("3")}
    [asked] = both.eutils.asked("esearch")
    assert f'"{START - timedelta(days=3):%Y/%m/%d}"[mdat]' in asked["term"]
    assert outcome.cursor == (START + timedelta(days=200)).date().isoformat()


def test_notices_are_looked_back_for_when_something_new_is_watched_and_else_left_to_the_files(both: Both) -> None:
    both.source.follow(both.files.source)
    both.eutils.records["50"] = record("50", links=(("RetractionOf", "2"),))
    both.eutils.created["50"] = date(2026, 1, 2)

    begun = both.poll("notices")
    quiet = both.poll("notices", cursor=begun.cursor, days=1)

    assert (read(begun), quiet, both.requests) == ({pubmed("50")}, Polled(cursor=begun.cursor), 0)
    both.source.follow(None)
    assert read(both.poll("notices", cursor=begun.cursor, days=100)) == {pubmed("50")}, "three days of overlap"


def test_listed_studies_are_looked_at_again_when_others_are_listed(both: Both, tmp_path: Path) -> None:
    fallen = replayed.record(2, links=(("RetractionIn", "90"),))
    world = replayed.make_world(tmp_path, {"pubmed/a.xml": replayed.record_set(replayed.record(1), fallen)})
    with replayed.served(world) as servers:
        source = PubMed(
            Eutils(both.files.client, servers.urls["MONITOR_EUTILS_URL"], email="a@example.org", api_key="test-key"),
            updates=both.files.source,
        )
        request = PollRequest(
            watch="included",
            target="",
            identifiers=(pubmed("1"),),
            unread=frozenset(),
            cursor="",
            data_version="",
            now=START,
        )
        first = polled(source.poll(request))
        asked = len(servers.requests)
        same = polled(source.poll(replace(request, cursor=first.cursor)))
        quiet = len(servers.requests) - asked
        more = replace(request, cursor=first.cursor, identifiers=(pubmed("1"), pubmed("2")))

        assert (same, quiet) == (Polled(cursor=first.cursor), 0)
        assert read(source.poll(more)) == {pubmed("2")}


@pytest.mark.parametrize(
    ("transport", "ids", "topics", "streams"),
    [
        (Transport.AUTO, 99_999, 1_999, False),
        (Transport.AUTO, 100_000, 0, True),
        (Transport.AUTO, 0, 2_000, True),
        (Transport.EUTILS, 1_000_000, 9_000, False),
        (Transport.UPDATES, 0, 0, True),
    ],
)
def test_the_size_chooses_unless_the_operator_did(transport: Transport, ids: int, topics: int, streams: bool) -> None:
    assert PubMedTransport(transport=transport).streams(ids=ids, topics=topics) is streams


def test_a_recorded_file_of_a_whole_day_is_read_in_little_memory(shared: Path, tmp_path: Path) -> None:
    """20,788 records of 2021-06-08; its own first, middle and deleted records are watched."""
    day = tmp_path / "2021-06-08/pubmed_updates"
    day.mkdir(parents=True)
    (day / "pubmed21n1298.xml.gz").symlink_to(shared / "data/pubmed/nlm_bulk/pubmed21n1298.xml.gz")
    with gzip.open(day / "pubmed21n1298.xml.gz") as unpacked:
        beginning = unpacked.read(2_000_000).decode("utf-8", "replace")
    first = beginning.partition('<PMID Version="1">')[2].partition("<")[0]
    watched = tuple(map(pubmed, (first, "34059851", "34096142", "1")))
    request = PollRequest(
        watch="updates",
        target="",
        identifiers=watched,
        unread=frozenset(),
        cursor="",
        data_version="",
        now=START.replace(year=2021, month=6, day=9),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serve(World.load(tmp_path, last_day=date(2021, 6, 9))) as servers:
        client = Client(clock=HandClock(), contact="ops@example.org")
        outcome = poll_updates(
            UpdateFiles(client, servers.urls["MONITOR_PUBMED_UPDATES_URL"]), request, name=lambda _records: Named()
        )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    polled_once = polled(outcome)
    assert pubmed(first) in read(outcome)
    assert set(polled_once.missing) == {pubmed("34059851"), pubmed("34096142")}
    assert {reading.as_of for reading in polled_once.readings} == {
        START.replace(year=2021, month=6, day=8, hour=5, minute=45)
    }
    assert (polled_once.covered, polled_once.more) == (watched, False)
    assert grown < 250_000, "kilobytes, of which the played server holds the packed file twice"
