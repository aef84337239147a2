"""PubMed as a source: what a poll reads, what it vouches for, and that it vouches for nothing when in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.sources.pubmed import Eutils, PubMed
from tests.contract.faulty_server import START, HandClock, Reply, faulty_server, page, raw, reset, status
from tests.contract.played_pubmed import PlayedPubMed, record

TODAY = START.date()
ONE, TWO, THREE = (pubmed(pmid) for pmid in ("1", "2", "3"))
COMPLAINT = "<ErrorList><PhraseNotFound>{}</PhraseNotFound></ErrorList>"


@pytest.fixture
def played() -> Iterator[PlayedPubMed]:
    with faulty_server() as server:
        yield PlayedPubMed(server, records={pmid: record(pmid) for pmid in ("1", "2", "3")})


def source(played: PlayedPubMed) -> PubMed:
    client = Client(clock=HandClock(), contact="ops@example.org")
    return PubMed(Eutils(client, played.server.url("/eutils"), email="ops@example.org"))


def poll(
    played: PlayedPubMed,
    watch: str = "cited_set",
    *,
    cursor: str = "",
    watched: tuple[Identifier, ...] = (ONE, TWO, THREE),
    unread: tuple[Identifier, ...] = (),
) -> PollOutcome:
    request = PollRequest(
        watch=watch,
        target="",
        identifiers=watched,
        unread=frozenset(unread),
        cursor=cursor,
        data_version="",
        now=START,
    )
    return source(played).poll(request)


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def read(outcome: PollOutcome) -> set[Identifier]:
    return {reading.record.identifier for reading in polled(outcome).readings}


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


class TestCitedSet:
    """Which records are read, and what the poll says of the others."""

    def test_the_first_poll_reads_everything_and_vouches_for_it(self, played: PlayedPubMed) -> None:
        outcome = polled(poll(played, unread=(ONE,)))

        assert read(outcome) == {ONE, TWO, THREE}
        assert (outcome.covered, outcome.missing) == ((ONE, TWO, THREE), ())
        assert (outcome.cursor, outcome.data_version) == (TODAY.isoformat(), "Build-7")

    def test_later_polls_read_what_was_modified_and_what_was_never_read(self, played: PlayedPubMed) -> None:
        played.modified = {"2"}
        outcome = polled(poll(played, cursor=days_ago(2), unread=(THREE,)))

        assert read(outcome) == {TWO, THREE}
        assert outcome.covered == (ONE, TWO, THREE)
        assert played.posted == ["1", "2"]
        assert played.asked("esearch")[0]["term"] == '#1 AND ("2025/12/31"[mdat] : "3000"[mdat])'

    def test_a_poll_without_news_vouches_for_all_without_reading_any(self, played: PlayedPubMed) -> None:
        outcome = polled(poll(played, cursor=days_ago(1)))

        assert (outcome.readings, outcome.covered) == ((), (ONE, TWO, THREE))
        assert played.asked("efetch") == []

    def test_with_nothing_to_watch_only_the_build_is_asked_for(self, played: PlayedPubMed) -> None:
        outcome = polled(poll(played, cursor=days_ago(1), watched=()))

        assert (outcome.covered, outcome.data_version, len(played.server.heard)) == ((), "Build-7", 1)

    def test_identifiers_of_other_sources_are_not_asked_about(self, played: PlayedPubMed) -> None:
        assert polled(poll(played, watched=(ONE, Identifier.parse("nct:NCT00000001")))).covered == (ONE,)

    def test_what_is_kept_reads_back_as_the_same_record(self, played: PlayedPubMed) -> None:
        for reading in polled(poll(played)).readings:
            assert source(played).reread(reading.raw) == reading.record
            assert reading.url == reading.record.identifier.url

    def test_a_record_that_pubmed_says_it_does_not_hold_is_missing(self, played: PlayedPubMed) -> None:
        del played.records["2"]
        outcome = polled(poll(played))

        assert (read(outcome), outcome.missing, outcome.covered) == ({ONE, THREE}, (TWO,), (ONE, TWO, THREE))

    def test_a_record_left_out_of_an_answer_is_asked_for_alone(self, played: PlayedPubMed) -> None:
        """One bad id has been seen to empty the answer for all."""
        played.left_out_unless_alone = {"1", "2", "3"}

        assert read(poll(played)) == {ONE, TWO, THREE}

    def test_a_record_that_is_held_and_yet_not_handed_out_is_no_clean_poll(self, played: PlayedPubMed) -> None:
        played.left_out = {"2"}

        assert isinstance(poll(played), Unreadable)

    def test_a_newer_version_in_the_same_answer_wins_whatever_its_place(self, played: PlayedPubMed) -> None:
        played.records["1"] = record("1", version=2, title="new") + record("1", title="old")
        (reading,) = polled(poll(played, watched=(ONE,))).readings

        assert "new" in reading.raw.decode()

    def test_a_count_that_moves_is_asked_for_again(self, played: PlayedPubMed) -> None:
        played.modified, played.count_shifts = {"2"}, [1, 0, 0]

        assert read(poll(played, cursor=days_ago(1))) == {TWO}

    def test_a_count_that_never_agrees_is_no_clean_poll(self, played: PlayedPubMed) -> None:
        """A result cut short must not read as "nothing else changed"."""
        played.modified, played.count_shifts = {"2"}, [1] * 9

        assert isinstance(poll(played, cursor=days_ago(1)), Unreadable)

    def test_hits_nobody_asked_about_mean_the_question_was_not_understood(self, played: PlayedPubMed) -> None:
        played.modified = {"2", "99"}

        assert isinstance(poll(played, cursor=days_ago(1)), Unreadable)

    def test_a_query_that_was_not_understood_is_no_clean_poll(self, played: PlayedPubMed) -> None:
        played.complaints = COMPLAINT.format("mdat")
        outcome = poll(played, cursor=days_ago(1))

        assert isinstance(outcome, Unreadable)
        assert "did not understand the query" in outcome.reason

    def test_no_items_found_is_no_complaint(self, played: PlayedPubMed) -> None:
        played.complaints = "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"

        assert polled(poll(played, cursor=days_ago(1))).readings == ()

    def test_ids_are_posted_in_portions_whose_results_no_search_can_cut(self, played: PlayedPubMed) -> None:
        watched = tuple(pubmed(str(pmid)) for pmid in range(1, 5_002))
        outcome = polled(poll(played, cursor=days_ago(1), watched=watched))

        assert [len(asked["id"].split(",")) for asked in played.asked("epost")] == [5_000, 1]
        assert len(outcome.covered) == 5_001

    def test_a_cursor_that_lies_ahead_or_is_no_day_loses_nothing(self, played: PlayedPubMed) -> None:
        played.modified = {"2"}

        assert read(poll(played, cursor=(TODAY + timedelta(days=90)).isoformat())) == {TWO}
        assert '"2026/01/02"[mdat]' in played.asked("esearch")[0]["term"]
        assert read(poll(played, cursor="tomorrow")) == {ONE, TWO, THREE}

    def test_values_nobody_knows_are_reported(self, played: PlayedPubMed) -> None:
        played.records["1"] = record("1", links=(("DisprovedBy", "9"),))

        assert polled(poll(played)).unknown_values == (("RefType", "DisprovedBy"),)


class TestNotices:
    """Notices come before the paper's own record changes."""

    @pytest.fixture
    def played(self, played: PlayedPubMed) -> PlayedPubMed:
        played.records |= {
            "11": record("11", links=(("RetractionOf", "1"),)),
            "12": record("12", links=(("ErratumFor", "999"),)),
            "13": record("13", links=(("RetractionOf", "2"),)),
        }
        played.created = {"11": TODAY, "12": TODAY - timedelta(days=2), "13": TODAY - timedelta(days=20)}
        return played

    def test_only_notices_that_name_a_watched_record_are_handed_out(self, played: PlayedPubMed) -> None:
        outcome = polled(poll(played, "notices"))

        assert read(outcome) == {pubmed("11"), pubmed("13")}
        assert (outcome.window_start, outcome.window_end) == (TODAY - timedelta(days=30), TODAY)
        assert (outcome.covered, outcome.cursor) == ((ONE, TWO, THREE), TODAY.isoformat())

    def test_a_window_overlaps_the_one_before_by_three_days(self, played: PlayedPubMed) -> None:
        outcome = polled(poll(played, "notices", cursor=days_ago(1)))

        assert outcome.window_start == TODAY - timedelta(days=4)
        assert read(outcome) == {pubmed("11")}

    def test_more_notices_than_a_search_reaches_are_read_in_halves(self, played: PlayedPubMed) -> None:
        played.crowded_from_days = 5
        outcome = polled(poll(played, "notices"))

        assert read(outcome) == {pubmed("11"), pubmed("13")}
        assert len(played.asked("esearch")) == 15

    def test_one_day_with_more_than_a_search_reaches_is_no_clean_poll(self, played: PlayedPubMed) -> None:
        played.crowded_from_days = 0
        outcome = poll(played, "notices", cursor=days_ago(1))

        assert isinstance(outcome, Unreadable)
        assert "2026-01-01" in outcome.reason

    def test_a_count_that_moves_is_read_once_more(self, played: PlayedPubMed) -> None:
        played.count_shifts = [1]

        assert read(poll(played, "notices")) == {pubmed("11"), pubmed("13")}

    @pytest.mark.parametrize("shift", [1, -1])
    def test_a_count_that_never_agrees_is_no_clean_poll(self, played: PlayedPubMed, shift: int) -> None:
        played.count_shifts = [shift] * 9

        assert isinstance(poll(played, "notices"), Unreadable)

    def test_a_notice_that_was_counted_and_not_handed_out_is_no_clean_poll(self, played: PlayedPubMed) -> None:
        played.left_out = {"12"}

        assert isinstance(poll(played, "notices"), Unreadable)

    def test_a_result_that_was_not_kept_is_no_clean_poll(self, played: PlayedPubMed) -> None:
        played.keeps_history = False

        assert isinstance(poll(played, "notices"), Unreadable)

    @pytest.mark.parametrize(
        "phrase", ['"Retraction Notice"[pt]', "Retraction of Publication[Publication Type]", "retraction notice"]
    )
    def test_a_type_that_nlm_renamed_may_be_unknown_under_one_of_its_names(
        self, played: PlayedPubMed, phrase: str
    ) -> None:
        played.complaints = COMPLAINT.format(phrase)

        assert read(poll(played, "notices")) == {pubmed("11"), pubmed("13")}

    @pytest.mark.parametrize("phrase", ["hasretractionof", "crdt", '"Retraction Notice"[pt] AND x'])
    def test_any_other_word_not_understood_is_no_clean_poll(self, played: PlayedPubMed, phrase: str) -> None:
        played.complaints = COMPLAINT.format(phrase)

        assert isinstance(poll(played, "notices"), Unreadable)


FAULTS: dict[str, Reply] = {
    "429": status(429, b'{"error":"API rate limit exceeded"}'),
    "503": status(503, b"later"),
    "html": page("NCBI/eutils202 - WWW Error 500 Diagnostic"),
    "error": status(200, b"<?xml version='1.0'?><eFetchResult><ERROR>Search Backend failed</ERROR></eFetchResult>"),
    "cut": status(200, b"<?xml version='1.0'?><PubmedArticleSet><PubmedArticle>"),
    "prolog": status(200, b"<?xml version='1.0'?><!DOCTYPE PubmedArticleSet>"),
    "json": status(200, b'{"esearchresult":{"ERROR":"no"}}'),
    "empty": status(200),
    "short": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<PubmedArticleSet>"),
    "reset": reset,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("watch", "verb"),
    [
        ("cited_set", "einfo"),
        ("cited_set", "epost"),
        ("cited_set", "esearch"),
        ("cited_set", "efetch"),
        ("cited_set", "esummary"),
        ("notices", "einfo"),
        ("notices", "esearch"),
        ("notices", "efetch"),
    ],
)
def test_a_fault_in_any_question_is_the_outcome_of_the_whole_poll(
    played: PlayedPubMed, watch: str, verb: str, fault: str
) -> None:
    """P22, P25: unreachable never reads as clean."""
    played.modified, played.created = {"2"}, {"3": TODAY}
    del played.records["1"]
    played.server.on(f"/eutils/{verb}.fcgi", FAULTS[fault])

    outcome = poll(played, watch, cursor=days_ago(1), unread=(ONE,))

    assert isinstance(outcome, Throttled | Unreachable | Unreadable), outcome


def test_a_watch_pubmed_does_not_have_is_refused(played: PlayedPubMed) -> None:
    assert isinstance(poll(played, "page"), Unreadable)
