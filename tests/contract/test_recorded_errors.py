"""What NCBI was recorded to send in place of an answer: each is a failure here or says its complaint, never a calm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Failure, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.sources.pubmed import Eutils, PubMed, UnreadableXml, read_set
from monitor.sources.pubmed.answers import Found, read_build, read_found, read_posted
from tests.contract.faulty_server import START, FaultyServer, HandClock, faulty_server, status
from tests.contract.played_pubmed import PlayedPubMed, record
from tests.contract.recorded_answers import Answer, recorded_answers
from tests.contract.test_pubmed_eutils import CALLS, eutils

FAILURES = (Throttled, Unreachable, Unreadable)
WATCHES = ("cited_set", "notices", "included", "topic")
CASSETTES = "eutils/hawc_cassettes/test_pubmed_search__"
OPENTRIALS = "eutils/opentrials/pubmed.test_parser.TestPubmedParser.test_bug_"
CUT_SHORT = "used only the first 600 variations"

TROUBLES: tuple[tuple[str, str, str], ...] = (
    ("eutils/biopython/einfo4.xml", "einfo.fcgi", "Premature end of data"),
    ("eutils/biopython/epost2.xml", "epost.fcgi", "Invalid db name specified: nothing"),
    ("eutils/biopython/epost3.xml", "epost.fcgi", "Some IDs have invalid value and were omitted"),
    ("eutils/biopython/esearch8.xml", "esearch.fcgi", "PhraseNotFound abcXYZ"),
    ("eutils/biopython/esummary8.xml", "esummary.fcgi", "Neither query_key nor id specified"),
    ("eutils/biopython/pubmed3.html", "efetch.fcgi", "PmFetch response"),
    (f"{CASSETTES}2020-04-01_abe928.yaml.gz#1", "esearch.fcgi", CUT_SHORT),
    (f"{CASSETTES}2021-12-21_3c5a62.yaml.gz#1", "esearch.fcgi", CUT_SHORT),
    (f"{CASSETTES}2021-12-22_abe928.yaml.gz#1", "esearch.fcgi", CUT_SHORT),
    ("eutils/klortho/einfo.error.xml", "einfo.fcgi", "Can not retrieve DbInfo for db=fleegle"),
    ("eutils/klortho/esearch.baderror.xml", "esearch.fcgi", "Invalid db name specified: fleegle"),
    ("eutils/klortho/esearch.error.xml", "esearch.fcgi", "unlike its document type"),
    ("eutils/klortho/esummary.error.xml", "esummary.fcgi", "Invalid db name specified: fleegle"),
    ("eutils/klortho/esummary.pmcerror.xml", "esummary.fcgi", "not JSON"),
    (f"{OPENTRIALS}abstracttext_without_text.json#0", "efetch.fcgi", "301"),
    (f"{OPENTRIALS}article_with_multiple_languages_pick_first_one.json#0", "efetch.fcgi", "301"),
    (f"{OPENTRIALS}article_without_vernacular_title.json#0", "efetch.fcgi", "301"),
)
"""Every recorded answer that tells of trouble, the utility that gave it, and words of it that reach the operator."""

READERS: dict[str, Callable[[bytes], object]] = {
    "eSearchResult": read_found,
    "ePostResult": read_posted,
    "eInfoResult": read_build,
}
"""Document element → who reads it. Sets of records have a reader of their own."""


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[str, Answer]:
    """Every recorded answer by its name."""
    return {answer.name: answer for answer in recorded_answers(shared / "data" / "pubmed")}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as ncbi:
        yield ncbi


@pytest.fixture(scope="module")
def answers(recorded: dict[str, Answer]) -> tuple[Answer, ...]:
    """Each recorded answer once, however often it was recorded."""
    return tuple({answer.body: answer for answer in recorded.values()}.values())


def test_no_recorded_trouble_is_left_out(recorded: dict[str, Answer]) -> None:
    told = [answer.name for answer in recorded.values() if answer.tells_of_trouble]

    assert told == [name for name, _, _ in TROUBLES]


@pytest.mark.parametrize(("name", "verb", "words"), TROUBLES, ids=[name for name, _, _ in TROUBLES])
def test_recorded_trouble_is_a_failure_or_carries_the_complaint(
    recorded: dict[str, Answer], server: FaultyServer, name: str, verb: str, words: str
) -> None:
    """P22, P25."""
    play(server, verb, recorded[name])

    outcome = CALLS[verb](eutils(server))

    assert isinstance(outcome, FAILURES) or complaints(outcome), outcome
    assert words in str(outcome)


@pytest.mark.parametrize("verb", CALLS)
def test_recorded_trouble_is_no_answer_whichever_question_it_follows(
    recorded: dict[str, Answer], server: FaultyServer, verb: str
) -> None:
    """A proxy or a cache may hand out what was meant for another question."""
    for name, _, _ in TROUBLES:
        play(server, verb, recorded[name])
        outcome = CALLS[verb](eutils(server))

        assert isinstance(outcome, FAILURES) or complaints(outcome), (name, outcome)


@pytest.mark.parametrize("watch", WATCHES)
def test_no_poll_is_clean_when_its_search_was_not_understood_or_not_listed(
    answers: tuple[Answer, ...], server: FaultyServer, watch: str
) -> None:
    """P25: words that were dropped, and counts without their ids, are not "nothing new"."""
    bad = [answer for answer in answers if answer.root == "eSearchResult" and not is_calm(answer)]
    for answer in bad:
        outcome = poll_with_search(server, watch, answer.body)

        assert isinstance(outcome, FAILURES), (answer.name, outcome)
    assert len(bad) > 10


def test_searches_that_were_understood_are_read_without_complaint(answers: tuple[Answer, ...]) -> None:
    """Else the tests above would pass for a reader that refuses everything."""
    read = [read_found(answer.body) for answer in answers if not answer.tells_of_trouble and is_current_search(answer)]

    assert len(read) > 20
    assert [found for found in read if not isinstance(found, Found) or found.complaints or not found.count] == []


def test_the_answer_to_another_question_is_never_read(answers: tuple[Answer, ...]) -> None:
    roots = {answer.root for answer in answers}
    for answer in answers:
        for root, read in READERS.items():
            if answer.root != root:
                assert isinstance(read(answer.body), FAILURES), (answer.name, root)
        if not answer.root.startswith(("Pubmed", "Medline")):
            with pytest.raises(UnreadableXml):
                read_set(answer.body)
    assert set(READERS) < roots


def play(server: FaultyServer, verb: str, answer: Answer) -> None:
    """Send it as it was recorded, but for where a redirect leads."""
    server.on(f"/eutils/{verb}", status(answer.status, answer.body))


def complaints(outcome: object) -> tuple[str, ...]:
    return outcome.complaints if isinstance(outcome, Found) else ()


def is_current_search(answer: Answer) -> bool:
    return answer.root == "eSearchResult" and b"eSearch_020511.dtd" not in answer.body


def is_calm(answer: Answer) -> bool:
    """Whether a search was understood and listed whole."""
    found = read_found(answer.body)
    return isinstance(found, Found) and not found.complaints and found.count == len(found.pmids) > 0


def poll_with_search(server: FaultyServer, watch: str, body: bytes) -> PollOutcome | Failure:
    """Poll a PubMed that is well but for what it answers to every search."""
    PlayedPubMed(server, records={"1": record("1")})
    server.on("/eutils/esearch.fcgi", status(200, body))
    ncbi = Eutils(Client(clock=HandClock(), contact="ops@example.org"), server.url("/eutils"), email="ops@example.org")
    return PubMed(ncbi, queries={"knees": "knee[ti]"}).poll(
        PollRequest(
            watch=watch,
            target="knees",
            identifiers=(pubmed("1"),),
            unread=frozenset(),
            cursor=START.date().isoformat(),
            data_version="",
            now=START,
        )
    )
