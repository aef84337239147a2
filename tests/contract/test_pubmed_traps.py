"""The traps of the E-utilities that need a whole poll, or a whole exchange, to be fallen into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from Bio.Entrez.Parser import DataHandler

from monitor.clock import SystemClock
from monitor.domain.articles import Resolution
from monitor.domain.citations import Citation
from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.domain.resolution import judge
from monitor.net import Client
from monitor.sources.pubmed import Eutils, PubMed
from monitor.sources.pubmed.answers import Found, HistoryKey, read_build, read_found
from tests.contract import test_replay_world as replayed
from tests.contract.faulty_server import START, FaultyServer, HandClock, faulty_server, sequence, status
from tests.contract.played_files import Matching, PlayedFiles, packed_set, polled
from tests.contract.played_pubmed import PlayedPubMed, parameters, record
from tests.contract.test_pubmed_eutils import CALLS, FOUND, INFO_TYPE, NOTHING, SEARCH_TYPE, XML, eutils, xml

FAILURES = (Throttled, Unreachable, Unreadable)
TODAY = START.date()
WATCHES = ("cited_set", "notices", "included", "topic")
NO_ITEMS = "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
COMPLAINTS = {
    "an unknown phrase": "<ErrorList><PhraseNotFound>fleegle</PhraseNotFound></ErrorList>",
    "a misspelt tag": "<ErrorList><FieldNotFound>titel</FieldNotFound></ErrorList>",
    "an unknown quoted phrase": '<WarningList><QuotedPhraseNotFound>"a b"</QuotedPhraseNotFound></WarningList>',
    "a word left out": "<WarningList><PhraseIgnored>the</PhraseIgnored></WarningList>",
    "a truncation cut short": "<WarningList><OutputMessage>Wildcard search used only the first 600 variations."
    "</OutputMessage></WarningList>",
    "a list cut short": "<WarningList><OutputMessage>Restrictions achieved. start and count adjusted to 0, 9999"
    "</OutputMessage></WarningList>",
    "a complaint behind the usual words": "<WarningList><OutputMessage>No items found.</OutputMessage>"
    "<OutputMessage>Something was left out.</OutputMessage></WarningList>",
    "a list of a kind not seen before": "<WarningList><TermTooCommon>knee</TermTooCommon></WarningList>",
}
"""What PubMed says beside a count when it searched for something else than it was asked."""


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as ncbi:
        yield ncbi


@pytest.fixture
def played(server: FaultyServer) -> PlayedPubMed:
    return PlayedPubMed(server, records={pmid: record(pmid) for pmid in ("1", "2", "3")})


def source(url: str) -> PubMed:
    client = Client(clock=HandClock(), contact="ops@example.org")
    return PubMed(Eutils(client, url, email="ops@example.org"), queries={"knees": "knee[ti]"})


def poll(server: FaultyServer, watch: str, *, unread: tuple[str, ...] = ()) -> PollOutcome:
    return source(server.url("/eutils")).poll(
        PollRequest(
            watch=watch,
            target="knees",
            identifiers=tuple(map(pubmed, ("1", "2", "3"))),
            unread=frozenset(map(pubmed, unread)),
            cursor=(TODAY - timedelta(days=1)).isoformat(),
            data_version="",
            now=START,
        )
    )


def searched(*pmids: str, said: str = "") -> str:
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in pmids)
    return (
        f"{XML}{SEARCH_TYPE}<eSearchResult><Count>{len(pmids)}</Count><RetMax>{len(pmids)}</RetMax>"
        f"<RetStart>0</RetStart><QueryKey>2</QueryKey><WebEnv>M</WebEnv><IdList>{ids}</IdList><TranslationSet/>"
        f"<QueryTranslation/>{said}</eSearchResult>"
    )


class TestComplaints:
    """2.2: the status is 200 and only two lists tell; an empty answer with one of them is no "nothing new"."""

    @pytest.mark.parametrize("watch", WATCHES)
    @pytest.mark.parametrize("said", COMPLAINTS)
    @pytest.mark.parametrize("pmids", [(), ("1",)], ids=["nothing found", "something found"])
    def test_a_poll_that_was_not_understood_is_never_nothing_new(
        self, played: PlayedPubMed, watch: str, said: str, pmids: tuple[str, ...]
    ) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched(*pmids, said=COMPLAINTS[said])))
        outcome = poll(played.server, watch)

        assert isinstance(outcome, Unreadable), outcome
        assert "did not understand the query" in outcome.reason

    @pytest.mark.parametrize("said", COMPLAINTS)
    def test_a_query_that_was_not_understood_is_not_counted_or_tried_on_records(
        self, played: PlayedPubMed, said: str
    ) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched(said=COMPLAINTS[said])))
        asked = source(played.server.url("/eutils"))

        assert isinstance(asked.count("knee[ti]", first=TODAY, last=TODAY), Unreadable)
        assert isinstance(asked.answering("knee[ti]", ("1",)), Unreadable)

    @pytest.mark.parametrize("watch", WATCHES)
    @pytest.mark.parametrize("said", ["", NO_ITEMS], ids=["silently", "with the usual words"])
    def test_a_quiet_day_is_told_by_a_count_of_none_and_no_other_words(
        self, played: PlayedPubMed, watch: str, said: str
    ) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched(said=said)))
        outcome = poll(played.server, watch)

        assert isinstance(outcome, Polled), outcome
        assert outcome.readings == ()

    def test_every_complaint_is_told_and_not_the_first_of_its_kind_alone(self) -> None:
        said = "<ErrorList><PhraseNotFound>one</PhraseNotFound><PhraseNotFound>two</PhraseNotFound></ErrorList>"
        found = read_found(searched(said=said).encode())

        assert isinstance(found, Found)
        assert found.complaints == ("PhraseNotFound one", "PhraseNotFound two")


class TestLeftOut:
    """2.4: PMIDs that EFetch leaves out are simply absent, and one bad id has been seen to empty the answer for all."""

    @pytest.mark.parametrize("watch", ["included", "topic"])
    def test_a_record_that_was_found_and_not_handed_out_is_no_clean_poll(
        self, played: PlayedPubMed, watch: str
    ) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched("1", "2")))
        played.left_out = {"2"}

        assert isinstance(poll(played.server, watch), Unreadable)

    @pytest.mark.parametrize("watch", ["included", "topic"])
    def test_a_record_left_out_among_others_is_asked_for_alone(self, played: PlayedPubMed, watch: str) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched("1", "2")))
        played.left_out_unless_alone = {"1", "2"}

        assert {reading.record.identifier.value for reading in polled(poll(played.server, watch)).readings} == {
            "1",
            "2",
        }

    @pytest.mark.parametrize("watch", ["included", "topic"])
    def test_a_record_deleted_between_search_and_fetch_is_no_failure(self, played: PlayedPubMed, watch: str) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched("1", "2")))
        del played.records["2"]

        assert {reading.record.identifier.value for reading in polled(poll(played.server, watch)).readings} == {"1"}

    def test_a_cited_paper_that_was_found_and_not_handed_out_is_not_called_unknown(self, played: PlayedPubMed) -> None:
        played.server.on("/eutils/esearch.fcgi", xml(searched("1")))
        played.left_out = {"1", "2"}
        asked = source(played.server.url("/eutils"))

        assert isinstance(asked.candidates(Citation(key="a", text="x", title="Cells for the knee")), Unreadable)
        assert isinstance(asked.candidates(Citation(key="b", text="x", identifiers=(pubmed("2"),))), Unreadable)


class TestHistory:
    """2.4: a history lives for hours, and is lost without notice."""

    def test_a_search_within_posted_ids_names_their_history(self, played: PlayedPubMed) -> None:
        poll(played.server, "cited_set")
        [asked] = played.asked("esearch")

        assert (asked["WebEnv"], asked["usehistory"], asked["term"].split(" ")[0]) == ("M", "y", "#1")

    @pytest.mark.parametrize("verb", ["esearch", "efetch"])
    def test_a_lost_history_is_no_clean_poll_and_the_next_one_begins_anew(
        self, played: PlayedPubMed, verb: str
    ) -> None:
        played.modified, played.created = {"2"}, {"3": TODAY}
        watch = {"esearch": "cited_set", "efetch": "notices"}[verb]
        lost = xml(f"{XML}<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", code=400)
        played.server.on(f"/eutils/{verb}.fcgi", lost)

        assert isinstance(poll(played.server, watch), FAILURES)
        again = PlayedPubMed(played.server, records=played.records, modified={"2"}, created={"3": TODAY})
        assert isinstance(poll(again.server, watch), Polled)
        assert len(again.asked("epost" if verb == "esearch" else "einfo")) == 2


class TestAsking:
    """2.1 and 7.1: what is sent, how long it may be, and at which pace."""

    def test_a_long_query_goes_by_post_and_a_short_one_by_get(self, server: FaultyServer) -> None:
        server.on("/eutils/esearch.fcgi", xml(f"{XML}{SEARCH_TYPE}{FOUND}"))
        long = " OR ".join(["osteoarthritis[tiab]"] * 60)
        for term in (long, "knee[ti]"):
            eutils(server).search(term)

        assert [heard.method for heard in server.heard] == ["POST", "GET"]
        assert parameters(server.heard[0])["term"] == long

    def test_all_utilities_share_one_pace(self, server: FaultyServer) -> None:
        """NCBI counts the requests of an address together, whatever they ask for."""
        clock = HandClock()
        ncbi = Eutils(Client(clock=clock, contact="o@example.org"), server.url("/eutils"), email="o@example.org")
        for call in CALLS.values():
            call(ncbi)

        assert clock.monotonic() >= 0.36 * (len(CALLS) - 1) - 0.05

    def test_no_search_asks_for_more_than_can_be_reached(self, played: PlayedPubMed) -> None:
        for watch in WATCHES:
            poll(played.server, watch)
        asked = played.asked("esearch")

        assert asked
        assert all(int(one["retstart"]) + int(one["retmax"]) <= 9_999 for one in asked)

    def test_records_are_fetched_some_hundred_at_a_time(self, played: PlayedPubMed) -> None:
        """NLM's own advice; the documents would allow ten thousand."""
        pmids = [str(number) for number in range(1, 451)]
        played.records = {pmid: record(pmid) for pmid in pmids}
        played.server.on("/eutils/esearch.fcgi", xml(searched(*pmids)))

        assert len(polled(poll(played.server, "topic")).readings) == 450
        assert [len(one["id"].split(",")) for one in played.asked("efetch")] == [200, 200, 50]

    def test_a_rate_limit_passes_and_the_next_poll_is_clean(self, played: PlayedPubMed) -> None:
        limit = status(429, b'{"error":"API rate limit exceeded","api-key":"1.2.3.4","count":"4","limit":"3"}')
        played.server.on("/eutils/einfo.fcgi", sequence(limit))

        throttled = poll(played.server, "cited_set")
        assert isinstance(throttled, Throttled)
        assert throttled.retry_after >= 1
        PlayedPubMed(played.server, records=played.records)
        assert isinstance(poll(played.server, "cited_set"), Polled)


class TestDocumentTypes:
    """7.2: Biopython follows document types, and keeps those that it downloaded in the user's folder."""

    def test_a_spoilt_document_type_in_the_folder_of_the_user_is_not_read(self, tmp_path: Path) -> None:
        DataHandler.directory = str(tmp_path)
        (tmp_path / "Bio/Entrez/DTDs/esearch.dtd").write_text("<html>NCBI - WWW Error Blocked Diagnostic</html>")

        assert isinstance(read_found(f"{XML}{SEARCH_TYPE}{FOUND}".encode()), Found)

    def test_an_element_that_the_document_type_does_not_name_hides_nothing(self) -> None:
        newer = FOUND.replace("<Count>", "<Mood>calm</Mood><Count>").replace("<TranslationSet/>", "<News/>")
        found = read_found(f"{XML}{SEARCH_TYPE}{newer}".encode())

        assert isinstance(found, Found)
        assert (found.count, found.pmids, found.history) == (
            2,
            ("20", "10"),
            HistoryKey(webenv="MCID_1", query_key="1"),
        )

    def test_a_list_of_databases_tells_no_build(self) -> None:
        listed = f"{XML}{INFO_TYPE}<eInfoResult><DbList><DbName>pubmed</DbName></DbList></eInfoResult>"

        assert isinstance(read_build(listed.encode()), Unreadable)

    def test_where_no_build_is_named_the_day_of_the_update_stands_for_it(self) -> None:
        inside = "<DbInfo><DbName>pubmed</DbName><LastUpdate>2026/01/05 06:33</LastUpdate></DbInfo>"

        assert read_build(f"{XML}{INFO_TYPE}<eInfoResult>{inside}</eInfoResult>".encode()) == "2026/01/05 06:33"

    def test_words_that_were_not_found_do_not_make_a_count_of_none_calm(self) -> None:
        found = read_found(f"{XML}{SEARCH_TYPE}{NOTHING}".encode())

        assert isinstance(found, Found)
        assert found.complaints


class TestLateRecords:
    """4.1: a record that is added a year after its publication has the entry date of its publication."""

    LATE = replayed.record(60, "A late addition on knees", entrez="2019-05-05")

    def test_a_topic_finds_it_by_the_day_on_which_it_was_created(self, tmp_path: Path) -> None:
        world = replayed.make_world(
            tmp_path,
            {
                "pubmed/a.xml": replayed.record_set(replayed.record(10, "Hips")),
                "day-2/pubmed/b.xml": replayed.record_set(self.LATE),
            },
        )
        now = START.replace(year=replayed.LAST_DAY.year, month=replayed.LAST_DAY.month, day=replayed.LAST_DAY.day)
        with replayed.served(world) as servers:
            client = Client(clock=SystemClock(), contact="ops@example.org")
            ncbi = Eutils(
                client, servers.urls["MONITOR_EUTILS_URL"], email="o@example.org", api_key="test-key", pace_seconds=0.0
            )
            request = PollRequest(
                watch="topic",
                target="knees",
                identifiers=(),
                unread=frozenset(),
                cursor=(replayed.LAST_DAY - timedelta(days=1)).isoformat(),
                data_version="",
                now=now,
            )
            outcome = polled(PubMed(ncbi, queries={"knees": "knees[ti]"}).poll(request))

        assert [reading.record.identifier for reading in outcome.readings] == [pubmed("60")]

    def test_a_topic_finds_it_in_the_daily_file(self, server: FaultyServer) -> None:
        files = PlayedFiles(server)
        files.matcher = Matching(lambda records: [("knees",) if "knees" in found.title else () for found in records])
        files.put("pubmed26n1335.xml.gz", packed_set(self.LATE))

        assert [reading.topics for reading in polled(files.poll()).readings] == [("knees",)]


def test_a_hit_of_the_citation_matcher_by_another_author_in_another_year_is_not_the_paper(
    played: PlayedPubMed,
) -> None:
    """2.6: it weighs journal, volume and page, and tolerates the rest."""
    hit = b"j knees|1901|7|33|nobody x|ref1|1\n"
    played.server.on("/eutils/ecitmatch.cgi", status(200, hit))
    played.server.on("/eutils/esearch.fcgi", xml(searched(said=NO_ITEMS)))
    played.records["1"] = replayed.record(
        1,
        "Cells for the knee",
        article="<Pagination><MedlinePgn>33-41</MedlinePgn></Pagination>"
        "<AuthorList><Author><LastName>Smith</LastName><Initials>A</Initials></Author></AuthorList>",
    )
    cited = Citation(
        key="a", text="x", title="Pain in miners", journal="J Knees", year=1901, volume="7", first_page="33",
        first_author="Nobody",
    )  # fmt: skip
    found = source(played.server.url("/eutils")).candidates(cited)

    assert isinstance(found, tuple)
    assert [paper.pmid for paper in found] == ["1"]
    assert judge(cited, found).status is not Resolution.RESOLVED
