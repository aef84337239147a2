"""Europe PMC shows what others hold: read with care, weighed as a hint."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.domain.diff import between, standing
from monitor.domain.identifiers import Identifier, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.sources.europepmc import EuropePmc, UnreadableResult, read_recording
from monitor.sources.europepmc.reader import names_of, read_result
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, faulty_server, page, raw, reset, status

PAPER, DOI = pubmed("100"), Identifier.parse("doi:10.5555/paper.100")
RESULT: dict[str, Any] = {
    "id": "100",
    "source": "MED",
    "pmid": "100",
    "doi": "10.5555/paper.100",
    "title": "A trial of something.",
    "pubTypeList": {"pubType": ["Journal Article", "Randomized Controlled Trial"]},
}
RETRACTED = {
    **RESULT,
    "commentCorrectionList": {
        "commentCorrection": [
            {"id": "200", "source": "MED", "reference": "J Test. 2026 Jun 3;1:1", "type": "Retraction in"},
            {"id": "300", "source": "MED", "reference": "J Test. 2026 Jun 4;1:2", "type": "Comment in"},
        ]
    },
}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as played:
        played.on("/search", found(RESULT))
        yield played


def found(*results: object, count: int | None = None) -> Reply:
    body = {"version": "6.9", "hitCount": len(results) if count is None else count, "resultList": {"result": results}}
    return status(200, json.dumps(body).encode(), Content_Type="application/json")


def poll(server: FaultyServer, *identifiers: Identifier) -> PollOutcome:
    source = EuropePmc(Client(clock=HandClock(), contact="tests@example.org"), server.url("/"))
    return source.poll(
        PollRequest(
            watch="cited_set",
            target="",
            identifiers=identifiers or (PAPER,),
            unread=frozenset(),
            cursor="",
            data_version="",
            now=START,
        )
    )


def test_a_publication_is_read_under_the_identifier_by_which_it_is_watched(server: FaultyServer) -> None:
    outcome = poll(server, DOI)

    assert isinstance(outcome, Polled)
    [reading] = outcome.readings
    assert (str(reading.record.identifier), reading.record.about) == ("europepmc:MED/100", DOI)
    assert read_recording(reading.raw) == reading.record


def test_it_is_asked_by_pmid_and_doi_some_at_a_time(server: FaultyServer) -> None:
    server.on("/search", found())

    poll(server, *(pubmed(str(number)) for number in range(1, 31)), DOI)

    queries = [parse_qs(urlsplit(heard.target).query)["query"][0] for heard in server.heard]
    assert [query.count(" OR ") + 1 for query in queries] == [25, 6]
    assert "(EXT_ID:1 AND SRC:MED)" in queries[0]
    assert 'DOI:"10.5555/paper.100"' in queries[1]


def test_what_it_does_not_hold_is_no_news(server: FaultyServer) -> None:
    server.on("/search", found())

    outcome = poll(server)

    assert isinstance(outcome, Polled)
    assert (outcome.readings, outcome.missing, outcome.covered) == ((), (), (PAPER,))


def test_a_retraction_that_it_links_is_shown_by_the_notice_and_a_comment_is_nothing() -> None:
    [signal] = standing(read_result(RETRACTED, PAPER)[0])

    assert (signal.kind, signal.record, signal.shown_by) == (EventKind.RETRACTED, PAPER, "pubmed:200")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"pubTypeList": {"pubType": ["Retracted Publication"]}}, EventKind.RETRACTED),
        ({"title": "RETRACTED: A trial of something."}, EventKind.RETRACTED),
        (
            {"commentCorrectionList": {"commentCorrection": [{"id": "9", "source": "MED", "type": "Preprint of"}]}},
            EventKind.PREPRINT_PUBLISHED,
        ),
    ],
)
def test_marks_and_preprints_are_seen(changes: dict[str, Any], kind: EventKind) -> None:
    came = between(read_result(RESULT, PAPER)[0], read_result({**RESULT, **changes}, PAPER)[0]).came

    assert [sighting.signal.kind for sighting in came] == [kind]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (status(503), Unreachable),
        (status(429), Throttled),
        (status(404), Unreadable),
        (reset, Unreachable),
        (page("<html>Just a moment...</html>"), Unreadable),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), Unreachable),
        (status(200, b'{"hitCount": 1'), Unreadable),
        (status(200, b'{"hitCount": 1, "resultList": {"result": "x"}}'), Unreadable),
        (found(count=3), Unreadable),
        (found({**RESULT, "id": 7, "source": None}), Unreadable),
    ],
)
def test_no_fault_reads_as_a_check(server: FaultyServer, reply: Reply, outcome: type) -> None:
    server.on("/search", reply)

    assert isinstance(poll(server), outcome)


def test_recorded_answers_are_read_and_tell_of_nothing_but_what_they_link(shared: Path) -> None:
    body = (shared / "data/openalex_europepmc/europepmc/search_cancer_core.json.gz").read_bytes()
    results = json.loads(gzip.decompress(body))["resultList"]["result"]

    for result in results:
        name = sorted(names_of(result))[0]
        record, unknown = read_result(result, name)
        assert (unknown, standing(record)) == ((), ())
    assert len(results) == 25


def test_what_is_no_kept_result_is_refused() -> None:
    with pytest.raises(UnreadableResult):
        read_recording(b"[]")
