"""Notices that name no PMID: told with certainty or shown to the operator, never guessed and never dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock import SystemClock
from monitor.domain.diff import standing
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Unreachable
from monitor.net import Client
from monitor.replay.serving import Servers
from monitor.replay.world import World
from monitor.sources.pubmed import Eutils, PubMed
from monitor.sources.pubmed.naming import UNKNOWN, Named, quoted_title
from monitor.sources.pubmed.reader import ReadRecord
from tests.contract.faulty_server import faulty_server
from tests.contract.played_files import PlayedFiles, packed_set, polled
from tests.contract.test_replay_world import LAST_DAY, make_world, record, record_set, served

PAPER = "Mesenchymal signalling in osteoarthritis of the knee: a randomised trial"
TWIN = "Cells for the knee after one year of follow-up"
RETRACTION, ERRATUM = ("Retraction of Publication",), ("Published Erratum",)


def cited_only(source: str, ref_type: str = "RetractionOf") -> str:
    """What a notice says that gives its paper's citation and no PMID."""
    link = f'<CommentsCorrections RefType="{ref_type}"><RefSource>{source}</RefSource></CommentsCorrections>'
    return f"<CommentsCorrectionsList>{link}</CommentsCorrectionsList>"


def text(words: str) -> str:
    return f"<Abstract><AbstractText>{words}</AbstractText></Abstract>"


def review(pmid: int, doi: str, *, entrez: str, links: tuple[tuple[str, str], ...] = ()) -> str:
    """A version of a Cochrane review."""
    made = record(pmid, "Exercise for osteoarthritis of the knee", entrez=entrez, links=links)
    return made.replace(f"10.5555/rec.{pmid}", doi).replace(">J Knees<", ">Cochrane Database Syst Rev<")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    page = "<Pagination><MedlinePgn>33-41</MedlinePgn></Pagination>"
    papers = [
        record(1, PAPER, article=page, entrez="2020-02-02"),
        *(record(number, TWIN, entrez="2021-02-02") for number in (2, 3)),
        record(4, "Something else about hips and what came of it", entrez="2021-02-02"),
        review(5, "10.1002/14651858.CD000001.pub2", entrez="2021-02-02"),
        review(6, "10.1002/14651858.CD000002", entrez="2021-02-02"),
    ]
    today = f"{LAST_DAY}"
    notices = [
        record(21, "Retraction.", types=RETRACTION, entrez=today, extra=cited_only("J Knees. 2020 Jun;7:33-41.")),
        record(22, f"Retraction: {PAPER}.", types=RETRACTION, entrez=today),
        record(23, f"Notice of retraction: {TWIN}", types=RETRACTION, entrez=today),
        record(24, "Corrigendum.", types=ERRATUM, entrez=today,
               article=text("[This corrects the article DOI: 10.5555/rec.4.].")),
        record(25, "Erratum regarding two papers.", types=ERRATUM, entrez=today,
               article=text("[This corrects the article DOI: 10.5555/rec.1.][This corrects the article PMID: 4].")),
        record(26, "Retraction.", types=RETRACTION, entrez=today),
        record(27, "Erratum: A paper that PubMed does not have at all", types=ERRATUM, entrez=today),
        record(28, "Retraction of two papers.", types=RETRACTION, entrez=today, links=(("RetractionOf", "4"),),
               extra=cited_only("J Knees. 2020 Jun;7:33-41.") + cited_only("J Hips. 1999;1:1.")),
        review(31, "10.1002/14651858.CD000001.pub3", entrez=today),
        review(32, "10.1002/14651858.CD000002.pub2", entrez=today),
        review(33, "10.1002/14651858.CD000003", entrez=today),
        review(34, "10.1002/14651858.CD000004.pub4", entrez=today),
    ]  # fmt: skip
    return make_world(tmp_path_factory.mktemp("naming"), {"pubmed/all.xml": record_set(*papers, *notices)})


@pytest.fixture
def servers(world: World) -> Iterator[Servers]:
    with served(world) as running:
        yield running


def source(url: str) -> PubMed:
    client = Client(clock=SystemClock(), contact="ops@example.org")
    return PubMed(Eutils(client, url, email="ops@example.org", api_key="test-key", pace_seconds=0.0))


def poll(pubmed_source: PubMed, *watched: int) -> PollOutcome:
    now = datetime.combine(LAST_DAY, datetime.min.time(), UTC)
    return pubmed_source.poll(
        PollRequest(
            watch="notices",
            target="",
            identifiers=tuple(pubmed(f"{number}") for number in watched),
            unread=frozenset(),
            cursor=f"{(now - timedelta(days=2)).date()}",
            data_version="",
            now=now,
        )
    )


@pytest.fixture
def outcome(servers: Servers) -> Polled:
    found = poll(source(servers.urls["MONITOR_EUTILS_URL"]), 1, 2, 3, 4, 5, 6)
    assert isinstance(found, Polled), found
    assert not servers.violations
    return found


def shown(outcome: Polled, pmid: int) -> set[tuple[str, EventKind]]:
    """What a notice shows of which records; nothing where it was not handed out."""
    for reading in outcome.readings:
        if reading.record.identifier == pubmed(f"{pmid}"):
            return {(signal.record.value, signal.kind) for signal in standing(reading.record)}
    return set()


def unresolved(outcome: Polled) -> set[str]:
    return {value.split(" ")[0].removeprefix("pubmed:") for field, value in outcome.unknown_values if field == UNKNOWN}


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (21, {("1", EventKind.RETRACTED)}),
        (22, {("1", EventKind.RETRACTED)}),
        (24, {("4", EventKind.CORRECTED)}),
        (25, {("1", EventKind.CORRECTED), ("4", EventKind.CORRECTED)}),
    ],
    ids=["by its citation", "by the title it quotes", "by a DOI in its text", "two papers by their numbers"],
)
def test_the_paper_is_found(outcome: Polled, notice: int, told: set[tuple[str, EventKind]]) -> None:
    assert shown(outcome, notice) == told


@pytest.mark.parametrize("notice", [23, 26, 27], ids=["two papers of that title", "no word of it", "not in PubMed"])
def test_what_cannot_be_told_is_shown_and_not_guessed(outcome: Polled, notice: int) -> None:
    assert shown(outcome, notice) == set()
    assert f"{notice}" in unresolved(outcome)


def test_each_paper_of_a_notice_is_looked_up_for_itself(outcome: Polled) -> None:
    """One is named, one is found by its place, and one is not in PubMed."""
    assert shown(outcome, 28) == {("4", EventKind.RETRACTED), ("1", EventKind.RETRACTED)}
    assert "28" in unresolved(outcome)


def test_a_new_version_of_a_cochrane_review_replaces_the_one_before_it_by_its_doi(outcome: Polled) -> None:
    assert shown(outcome, 31) == {("5", EventKind.SUPERSEDED)}
    assert shown(outcome, 32) == {("6", EventKind.SUPERSEDED)}


def test_a_first_version_replaces_nothing_and_one_whose_former_is_not_there_is_shown(outcome: Polled) -> None:
    assert not {"31", "32", "33"} & unresolved(outcome)
    assert "34" in unresolved(outcome)


def test_a_notice_about_a_paper_nobody_cites_is_not_handed_out(servers: Servers) -> None:
    found = poll(source(servers.urls["MONITOR_EUTILS_URL"]), 4)

    assert isinstance(found, Polled)
    assert {reading.record.identifier.value for reading in found.readings} == {"24", "25", "28"}


def test_a_look_up_that_fails_is_the_failure_of_the_poll(world: World) -> None:
    with served(world) as servers:
        servers.inject("pubmed", "error", times=None, path="ecitmatch")
        assert not isinstance(poll(source(servers.urls["MONITOR_EUTILS_URL"]), 1), Polled)


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("Retraction: Cells for the bad knee.", "Cells for the bad knee"),
        ("RETRACTED ARTICLE: Cells for the bad knee", "Cells for the bad knee"),
        ('Retraction notice to "Cells for the bad knee" [J Knees 7 (2020) 33-41]', "Cells for the bad knee"),
        ("Expression of Concern: Cells for the bad knee", "Cells for the bad knee"),
        ("Erratum to: Cells for the bad knee", "Cells for the bad knee"),
        ("Cells for the bad knee: retraction", "Cells for the bad knee"),
        ("Retraction.", ""),
        ("Correction to a paper", ""),
    ],
)
def test_the_title_of_the_paper_is_taken_out_of_that_of_its_notice(title: str, quoted: str) -> None:
    assert quoted_title(title) == quoted


def test_the_notices_of_a_daily_file_are_looked_up_too() -> None:
    asked: list[str] = []

    def name(records: object) -> Named | Unreachable:
        assert hasattr(records, "__iter__")
        found = [one for one in records if isinstance(one, ReadRecord)]
        asked.extend(one.publication.pmid for one in found)
        if failing:
            return Unreachable(reason="down")
        [named] = [one for one in found if one.publication.pmid == "21"]
        return Named(records=(named,), unknown=((UNKNOWN, "pubmed:31 …"),))

    body = packed_set(
        record(9, "Hips"),
        record(21, "Retraction.", types=RETRACTION),
        review(31, "10.1002/14651858.CD000001.pub3", entrez="2026-03-01"),
        review(33, "10.1002/14651858.CD000003", entrez="2026-03-01"),
        record(22, "Retraction.", types=RETRACTION),
        deleted=("22",),
    )
    failing = True
    with faulty_server() as server:
        files = PlayedFiles(server, name=name)
        files.put("pubmed26n1335.xml.gz", body)
        failed = files.poll()
        failing = False
        done = polled(files.poll())

    assert isinstance(failed, Unreachable)
    assert asked == ["21", "31"] * 2, "a deleted one is not asked for"
    assert (UNKNOWN, "pubmed:31 …") in done.unknown_values
