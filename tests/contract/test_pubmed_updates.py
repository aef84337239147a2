"""PubMed's update files: what a poll hands out, what it vouches for, and that no file is ever passed over."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Unreadable
from monitor.domain.records import Publication
from monitor.sources.pubmed import read_recording
from tests.contract.faulty_server import START, faulty_server, status
from tests.contract.played_files import (
    BASELINE,
    UPDATES,
    Matching,
    PlayedFiles,
    days_ago,
    packed_set,
    polled,
    read,
    titles,
)
from tests.contract.played_pubmed import record

ONE, TWO, THREE = (pubmed(pmid) for pmid in ("1", "2", "3"))
WATCHED = (ONE, TWO, THREE)
N1, N2, N3 = (f"pubmed26n{number}.xml.gz" for number in (1335, 1336, 1337))


@pytest.fixture
def files() -> Iterator[PlayedFiles]:
    with faulty_server() as server:
        played = PlayedFiles(server)
        played.put(N1, packed_set(record("1"), record("9")), days=2)
        yield played


def created(pmid: str, day: str, title: str = "A record") -> str:
    """A record with the day PubMed took it in."""
    year, month, number = day.split("-")
    stamp = f"<Year>{year}</Year><Month>{month}</Month><Day>{number}</Day>"
    history = f'<PubmedData><History><PubMedPubDate PubStatus="entrez">{stamp}</PubMedPubDate></History></PubmedData>'
    return record(pmid, title=title).replace("</PubmedArticle>", f"{history}</PubmedArticle>")


class TestWhatIsHandedOut:
    """Watched records, notices about them, answers to topics; the last state of each."""

    def test_a_watched_record_comes_with_the_date_of_its_file_and_can_be_read_again(self, files: PlayedFiles) -> None:
        outcome = polled(files.poll())
        [reading] = outcome.readings

        assert reading.record.identifier == ONE
        assert reading.as_of == days_ago(2)
        assert read_recording(reading.raw) == reading.record
        assert (outcome.data_version, outcome.covered, outcome.more) == (N1, WATCHED, False)

    @pytest.mark.parametrize("kind", ["RetractionOf", "ErratumFor", "ExpressionOfConcernFor", "UpdateOf"])
    def test_a_notice_about_a_watched_record_is_handed_out(self, files: PlayedFiles, kind: str) -> None:
        files.put(N1, packed_set(record("50", links=((kind, "2"),)), record("51", links=((kind, "77"),))))

        assert read(files.poll()) == {pubmed("50")}

    def test_a_record_that_merely_cites_or_discusses_a_watched_one_is_not(self, files: PlayedFiles) -> None:
        files.put(N1, packed_set(record("50", links=(("Cites", "2"), ("CommentOn", "1")))))

        assert read(files.poll()) == set()

    def test_a_notice_is_known_by_its_type_too(self, files: PlayedFiles) -> None:
        kind = '<PublicationType UI="">RETRACTION OF PUBLICATION</PublicationType>'
        types = f"<PublicationTypeList>{kind}</PublicationTypeList>"
        notice = record("50", links=(("CommentOn", "2"),)).replace("</Article>", f"{types}</Article>")
        files.put(N1, packed_set(notice))

        assert read(files.poll()) == {pubmed("50")}

    def test_of_two_states_in_one_file_the_later_wins_and_of_two_versions_the_newer(self, files: PlayedFiles) -> None:
        first, second = record("1", title="First"), record("1", title="Second")
        newer, older = record("2", title="New", version=2), record("2", title="Old", version=1)
        files.put(N1, packed_set(first, newer, second, older))

        assert titles(files.poll()) == {"1": "Second", "2": "New"}

    def test_a_notice_that_is_none_any_more_in_the_same_file_is_not_handed_out(self, files: PlayedFiles) -> None:
        files.put(N1, packed_set(record("50", links=(("RetractionOf", "2"),)), record("50")))

        assert read(files.poll()) == set()

    def test_deletions_come_last_wherever_they_stand(self, files: PlayedFiles) -> None:
        files.put(N1, packed_set(record("1"), record("2", version=2), deleted=("1", "2", "3", "88")))

        outcome = polled(files.poll())

        assert read(outcome) == {TWO}, "its version 1 was deleted, not its version 2"
        assert outcome.missing == (ONE, THREE)

    def test_a_book_and_a_record_of_the_old_kind_are_read(self, files: PlayedFiles) -> None:
        inside = '<PMID Version="1">2</PMID><ArticleTitle>B</ArticleTitle>'
        book = f"<BookDocument>{inside}</BookDocument>"
        files.put(N1, packed_set(f"<PubmedBookArticle>{book}</PubmedBookArticle>"))
        old = record("3").removeprefix("<PubmedArticle>").removesuffix("</PubmedArticle>")
        files.put(N2, gzip.compress(f"<MedlineCitationSet>{old}</MedlineCitationSet>".encode()))

        first, second = files.poll_all()

        assert (read(first), read(second)) == ({TWO}, {THREE})

    def test_answers_to_topics_are_named_and_matched_in_portions(self, files: PlayedFiles) -> None:
        portions: list[int] = []

        def matcher(records: Sequence[Publication]) -> list[tuple[str, ...]]:
            portions.append(len(records))
            return [("knees",) if "knee" in found.title else () for found in records]

        files.matcher = Matching(matcher)
        many = (record(str(number), title="A knee" if number == 4999 else "x") for number in range(1, 7601))
        files.put(N1, packed_set(*many))

        found = {(r.record.identifier.value, r.topics) for r in polled(files.poll()).readings}

        assert found == {("1", ()), ("2", ()), ("3", ()), ("4999", ("knees",))}
        assert portions == [7500, 100]

    def test_only_records_that_could_be_an_answer_are_matched_and_the_others_are_handed_out_all_the_same(
        self, files: PlayedFiles
    ) -> None:
        files.matcher = Matching(lambda records: [("knees",)] * len(records), wanted="knee")
        files.put(N1, packed_set(record("70", title="A knee"), record("71", title="A hip"), record("1", title="A hip")))

        found = {(r.record.identifier.value, r.topics) for r in polled(files.poll()).readings}

        assert found == {("70", ("knees",)), ("1", ())}

    def test_a_record_that_answers_no_longer_in_a_later_state_is_no_answer(self, files: PlayedFiles) -> None:
        files.matcher = Matching(lambda records: [("knees",) if "knee" in found.title else () for found in records])
        files.put(N1, packed_set(record("70", title="A knee"), record("70", title="A hip")))

        assert read(files.poll()) == set()

    def test_an_unknown_value_is_told(self, files: PlayedFiles) -> None:
        files.put(N1, packed_set(record("1", links=(("Astonishment", "5"),))))

        assert polled(files.poll()).unknown_values == (("RefType", "Astonishment"),)


class TestTheSequence:
    """One file a poll, in order, each exactly once; a calm only when none waits."""

    def test_files_are_read_in_order_and_only_the_last_poll_vouches(self, files: PlayedFiles) -> None:
        files.put(N3, packed_set(record("1", title="Newest")), days=0.5)
        files.put(N2, packed_set(record("1", title="Newer")), days=1)

        polls = files.poll_all()

        assert [titles(one)["1"] for one in polls] == ["A record", "Newer", "Newest"]
        assert [(one.data_version, one.covered, one.more) for one in polls] == [
            (N1, (), True),
            (N2, (), True),
            (N3, WATCHED, False),
        ]

    def test_a_quiet_poll_costs_one_request_and_vouches(self, files: PlayedFiles) -> None:
        cursor = polled(files.poll()).cursor
        files.server.heard.clear()

        outcome = polled(files.poll(cursor))

        assert files.server.targets == [UPDATES]
        assert (outcome.readings, outcome.covered, outcome.cursor) == ((), WATCHED, cursor)

    def test_a_new_file_costs_three_requests(self, files: PlayedFiles) -> None:
        files.poll()

        assert files.server.targets == [UPDATES, f"{UPDATES}{N1}.md5", f"{UPDATES}{N1}"]

    def test_the_first_poll_begins_thirty_days_back(self, files: PlayedFiles) -> None:
        files.put(N1, packed_set(record("1")), days=31)
        files.put(N2, packed_set(record("2")), days=29)

        assert [read(one) for one in files.poll_all()] == [{TWO}]

    def test_a_first_poll_that_finds_old_files_only_reads_none(self, files: PlayedFiles) -> None:
        files.put(N1, packed_set(record("1")), days=40)

        [outcome] = files.poll_all()

        assert (outcome.readings, outcome.covered) == ((), WATCHED)

    def test_a_missing_file_is_waited_for_and_named(self, files: PlayedFiles) -> None:
        files.put(N2, packed_set(record("2")))
        files.put(N3, packed_set(record("3")))
        files.hidden = {N2}
        files.list_all()
        first = polled(files.poll())

        outcome = files.poll(first.cursor)

        assert (first.covered, first.more) == ((), True)
        assert outcome == Unreadable(reason=f"{N2} is missing, though {N3} is there")
        files.hidden = set()
        files.list_all()
        assert [read(one) for one in files.poll_all(first.cursor)] == [{TWO}, {THREE}]

    def test_a_file_without_its_checksum_is_still_being_copied(self, files: PlayedFiles) -> None:
        files.without_sum = {N1}
        files.list_all()

        assert files.poll() == Unreadable(reason=f"{N1} has no checksum yet")

    def test_a_file_published_anew_is_read_again_as_of_its_first_day(self, files: PlayedFiles) -> None:
        files.put(N2, packed_set(record("1", title="Newer")), days=1)
        cursor = files.poll_all()[-1].cursor
        files.put(N1, packed_set(record("1", title="Mended"), record("2")), days=0.1)

        [outcome] = files.poll_all(cursor)

        assert titles(outcome) == {"1": "Mended", "2": "A record"}
        assert {reading.as_of for reading in outcome.readings} == {days_ago(2)}, "what came since is newer"
        assert files.poll_all(outcome.cursor)[0].readings == ()

    def test_a_file_that_is_listed_anew_but_is_the_same_is_not_read_again(self, files: PlayedFiles) -> None:
        cursor = polled(files.poll()).cursor
        files.put(N1, packed_set(record("1"), record("9")), days=0.1)
        files.server.heard.clear()

        outcome = polled(files.poll(cursor))

        assert files.server.targets == [UPDATES, f"{UPDATES}{N1}.md5"]
        assert (outcome.readings, outcome.covered) == ((), WATCHED)
        assert polled(files.poll(outcome.cursor)).cursor == outcome.cursor

    def test_hundreds_of_files_listed_anew_are_looked_at_in_portions(self, files: PlayedFiles) -> None:
        bodies = {f"pubmed26n{number}.xml.gz": packed_set(record(str(number))) for number in range(1336, 1360)}
        for name, body in bodies.items():
            files.put(name, body, days=1)
        cursor = files.poll_all()[-1].cursor
        for name, body in bodies.items():
            files.put(name, body, days=0.1)
        files.server.heard.clear()

        polls = files.poll_all(cursor)

        assert [one.more for one in polls] == [True, True, False]
        assert [one.covered for one in polls] == [(), (), WATCHED]
        assert not [target for target in files.server.targets if target.endswith(".gz")]

    def test_a_cursor_of_the_other_transport_begins_anew(self, files: PlayedFiles) -> None:
        for cursor in ("2026-01-01", "[]", "{}", '{"season":1,"through":"x","known_until":null,"done":{}}'):
            assert read(files.poll(cursor)) == {ONE}

    def test_the_cursor_stays_short(self, files: PlayedFiles) -> None:
        cursor = json.loads(polled(files.poll()).cursor)
        done = {str(number): cursor["done"]["1335"] for number in range(400)}

        assert len(json.dumps({**cursor, "done": done})) < 20_000


class TestANewSeason:
    """A new prefix: first the rest of the old files, then the whole baseline, then the new files."""

    @pytest.fixture
    def cursor(self, files: PlayedFiles) -> str:
        return polled(files.poll()).cursor

    def turn(self, files: PlayedFiles, *, baseline: int = 3, update: int = 4) -> None:
        for number in range(1, baseline + 1):
            files.put(f"pubmed27n{number:04d}.xml.gz", packed_set(record(str(number))), days=1, folder=BASELINE)
        files.put(f"pubmed27n{update:04d}.xml.gz", packed_set(record("1", title="New")), days=0.5)

    def test_baseline_and_updates_are_read_in_order_and_only_the_end_vouches(
        self, files: PlayedFiles, cursor: str
    ) -> None:
        files.put(N2, packed_set(record("3", title="The last of the old")))
        self.turn(files)

        polls = files.poll_all(cursor)

        assert [titles(one) for one in polls] == [
            {"3": "The last of the old"},
            {"1": "A record"},
            {"2": "A record"},
            {"3": "A record"},
            {"1": "New"},
        ]
        assert [one.covered for one in polls] == [(), (), (), (), WATCHED]
        assert polls[-1].data_version == "pubmed27n0004.xml.gz"

    def test_old_files_that_vanished_unread_are_covered_by_the_baseline(self, files: PlayedFiles, cursor: str) -> None:
        files.put(N2, packed_set(record("2")))
        files.take_away(UPDATES)
        self.turn(files)

        polls = files.poll_all(cursor)

        assert [one.data_version[6:13] for one in polls] == ["27n0001", "27n0002", "27n0003", "27n0004"]

    def test_a_baseline_that_is_half_there_is_waited_for(self, files: PlayedFiles, cursor: str) -> None:
        self.turn(files, baseline=2)

        polls = [polled(files.poll(cursor))]
        polls.append(polled(files.poll(polls[-1].cursor)))
        outcome = files.poll(polls[-1].cursor)

        assert [one.covered for one in polls] == [(), ()]
        assert outcome == Unreadable(reason="pubmed27n0003.xml.gz is missing, though pubmed27n0004.xml.gz is there")

    def test_a_baseline_file_without_checksum_is_waited_for(self, files: PlayedFiles, cursor: str) -> None:
        self.turn(files)
        files.without_sum = {"pubmed27n0001.xml.gz"}
        files.list_all()

        assert files.poll(cursor) == Unreadable(reason="pubmed27n0001.xml.gz has no checksum yet")

    def test_between_the_seasons_a_growing_baseline_vouches_for_nothing(self, files: PlayedFiles, cursor: str) -> None:
        self.turn(files, baseline=2)
        files.take_away(UPDATES)

        polls = files.poll_all(cursor)

        assert [one.covered for one in polls] == [(), ()]
        later = polled(files.poll(polls[-1].cursor, now=START + timedelta(days=2)))
        assert (later.readings, later.covered) == ((), WATCHED), "nothing was added for days"
        self.turn(files)
        assert [one.data_version[6:13] for one in files.poll_all(later.cursor)] == ["27n0003", "27n0004"]

    def test_the_baseline_is_not_asked_for_once_it_was_read(self, files: PlayedFiles, cursor: str) -> None:
        self.turn(files)
        done = files.poll_all(cursor)[-1].cursor
        files.server.heard.clear()

        files.poll(done)

        assert files.server.targets == [UPDATES]

    def test_of_a_baseline_only_what_came_in_the_pause_answers_topics(self, files: PlayedFiles, cursor: str) -> None:
        files.matcher = Matching(lambda records: [("knees",)] * len(records))
        ancient, recent = created("80", "2019-02-03"), created("81", START.date().isoformat())
        self.turn(files, baseline=1, update=2)
        files.put("pubmed27n0001.xml.gz", packed_set(ancient, recent), folder=BASELINE)

        assert read(files.poll(cursor)) == {pubmed("81")}

    def test_who_starts_between_two_seasons_begins_after_the_baseline(self, files: PlayedFiles) -> None:
        self.turn(files)
        files.take_away(UPDATES)

        [first] = files.poll_all()
        self.turn(files)

        assert first.readings == ()
        assert [one.data_version for one in files.poll_all(first.cursor)] == ["pubmed27n0004.xml.gz"]

    def test_who_starts_in_a_new_season_needs_no_baseline(self, files: PlayedFiles) -> None:
        self.turn(files)

        assert [one.data_version for one in files.poll_all()] == ["pubmed27n0004.xml.gz"]


FILE = f"{UPDATES}{N1}"


def test_the_time_in_the_listing_counts_where_the_server_states_none(files: PlayedFiles) -> None:
    files.answer(FILE, status(200, packed_set(record("1"), record("9"))))

    [reading] = polled(files.poll()).readings

    assert reading.as_of == days_ago(2)


def test_a_stated_time_of_another_zone_is_kept_in_utc(files: PlayedFiles) -> None:
    body = packed_set(record("1"), record("9"))
    files.answer(FILE, status(200, body, Last_Modified="Sat, 03 Jan 2026 07:30:59 -0500"))

    [reading] = polled(files.poll()).readings

    assert reading.as_of == datetime(2026, 1, 3, 12, 30, tzinfo=UTC)


def test_memory_stays_flat_however_many_records_a_file_holds(files: PlayedFiles) -> None:
    filler = "x" * 2_000
    files.put(N1, packed_set(*(record(str(number), title=filler) for number in range(1, 20_001))))
    tracemalloc.start()
    try:
        outcome = files.poll()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert read(outcome) == {ONE, TWO, THREE}
    assert peak < 8_000_000
