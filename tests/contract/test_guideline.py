"""How a guideline publisher is asked, and that nothing it does is ever read as a change."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.net import Client
from monitor.recipes import load_publisher, load_watchlists
from monitor.sources.guideline import GuidelinePublisher
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, faulty_server, page, raw, reset, status

HOST = "/www.healthquality.va.gov/guidelines"
OA, BACK, GOUT = (Identifier.parse(f"guideline:va-dod/{name}") for name in ("hip-knee-oa", "low-back-pain", "gout"))


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as pages:
        pages.on(f"{HOST}/", index("Rehab/oa", "Pain/lbp", "CD/Gout"))
        pages.on(f"{HOST}/Rehab/oa/", document("Osteoarthritis"))
        pages.on(f"{HOST}/Pain/lbp/", document("Low Back Pain"))
        pages.on(f"{HOST}/CD/Gout/", document("Gout"))
        yield pages


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return load_publisher(Path(__file__).parents[2] / "watchlists" / "publishers" / "va-dod.yaml")


def index(*paths: str) -> Reply:
    links = "".join(f'<li><a href="/guidelines/{path}/">A guideline</a></li>' for path in paths)
    return page("Guidelines", f'<a href="/guidelines/about/">About</a><ul>{links}</ul>')


def document(title: str, *, edition: str = "2.0 – 2020", recommendations: int = 4) -> Reply:
    items = "".join(f'<li class="recommendation">Advice {number}.</li>' for number in range(recommendations))
    return page(title, f"<main><h1>{title}</h1><p>Version {edition}</p><ol>{items}</ol></main>")


def poll(server: FaultyServer, publisher: Publisher, *ids: Identifier, cursor: str = "") -> PollOutcome:
    source = GuidelinePublisher(
        Client(clock=HandClock(), contact="tests@example.org"), publisher, pages_url=server.url("").rstrip("/")
    )
    return source.poll(
        PollRequest(
            watch="list",
            target="",
            identifiers=ids or (OA, BACK),
            unread=frozenset(),
            cursor=cursor,
            data_version="",
            now=START,
        )
    )


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def test_the_list_and_the_watched_guidelines_are_read_and_nothing_else(
    server: FaultyServer, publisher: Publisher
) -> None:
    outcome = polled(poll(server, publisher))

    assert server.targets == [f"{HOST}/", f"{HOST}/Rehab/oa/", f"{HOST}/Pain/lbp/"]
    assert [str(reading.record.identifier) for reading in outcome.readings] == [str(OA), str(BACK)]
    assert [reading.url for reading in outcome.readings] == [
        "https://www.healthquality.va.gov/guidelines/Rehab/oa/",
        "https://www.healthquality.va.gov/guidelines/Pain/lbp/",
    ]
    assert (outcome.covered, outcome.missing) == ((OA, BACK), ())
    assert outcome.data_version.startswith("3 guidelines, ")


def test_a_kept_page_is_read_again_as_the_same_document(server: FaultyServer, publisher: Publisher) -> None:
    reading = polled(poll(server, publisher, OA)).readings[0]
    source = GuidelinePublisher(Client(clock=HandClock(), contact="tests@example.org"), publisher)

    assert source.reread(reading.raw) == reading.record


def test_a_guideline_the_recipe_does_not_name_is_found_on_the_list(server: FaultyServer, publisher: Publisher) -> None:
    [reading] = polled(poll(server, publisher, GOUT)).readings

    assert (reading.record.identifier, reading.record.title) == (GOUT, "Gout")


def test_the_list_says_where_a_page_is_today(server: FaultyServer, publisher: Publisher) -> None:
    server.on(f"{HOST}/", index("Rehab/OA"))
    server.on(f"{HOST}/Rehab/OA/", document("Osteoarthritis"))
    poll(server, publisher, OA)

    assert server.targets[1:] == [f"{HOST}/Rehab/OA/"]


def test_a_guideline_that_left_the_list_is_still_asked_for_at_its_page(
    server: FaultyServer, publisher: Publisher
) -> None:
    server.on(f"{HOST}/", index("Pain/lbp"))

    assert len(polled(poll(server, publisher)).readings) == 2


@pytest.mark.parametrize("code", [404, 410])
def test_a_page_that_is_gone_is_missing_and_the_others_are_read(
    code: int, server: FaultyServer, publisher: Publisher
) -> None:
    server.on(f"{HOST}/Rehab/oa/", status(code, b"<html>gone</html>"))
    outcome = polled(poll(server, publisher))

    assert (outcome.missing, [reading.record.identifier for reading in outcome.readings]) == ((OA,), [BACK])


def test_a_guideline_nobody_knows_is_missing(server: FaultyServer, publisher: Publisher) -> None:
    unknown = Identifier.parse("guideline:va-dod/no-such-thing")

    assert polled(poll(server, publisher, unknown)).missing == (unknown,)


FAULTS = [
    (status(429, b"slow down", Retry_After="30"), Throttled),
    (status(503, b"later"), Unreachable),
    (status(503, b"later", Retry_After="60"), Throttled),
    (status(500), Unreachable),
    (status(403, b"no"), Unreadable),
    (page("Just a moment..."), Unreadable),
    (page("Scheduled maintenance"), Unreadable),
    (page("Sign in"), Unreadable),
    (page("Welcome", "<h1>Welcome</h1><p>Nothing to see.</p>"), Unreadable),
    (status(200, b""), Unreadable),
    (status(200, b"%PDF-1.7", Content_Type="application/pdf"), Unreadable),
    (reset, Unreachable),
    (
        status(
            200, b'<html><h1>T</h1><p>Version 2.0 - 2020</p><a href="/guidelines/Rehab/oa/">x', Content_Type="text/html"
        ),
        Unreadable,
    ),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<html><body>"), Unreachable),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_of_a_list_is_read_as_a_change(
    fault: Reply, kind: type, server: FaultyServer, publisher: Publisher
) -> None:
    """P25: a wall, a maintenance page or an empty list makes the source suspect; no guideline changes."""
    server.on(f"{HOST}/", fault)
    outcome = poll(server, publisher)

    assert isinstance(outcome, kind)
    if not isinstance(outcome, Throttled):
        assert "healthquality.va.gov" in outcome.reason  # type: ignore[union-attr] # Unreachable or Unreadable here.


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_of_a_page_is_read_as_a_change_and_it_fails_alone(
    fault: Reply, kind: type, server: FaultyServer, publisher: Publisher
) -> None:
    """P25: the guideline is not covered by this poll, the reason is told, and the others are read."""
    server.on(f"{HOST}/Pain/lbp/", fault)
    outcome = poll(server, publisher)

    if kind is Throttled:
        assert isinstance(outcome, Throttled)
        return
    kept = polled(outcome)
    assert ([reading.record.identifier for reading in kept.readings], kept.covered) == ([OA], (OA,))
    assert "healthquality.va.gov" in kept.troubles[0]
    assert isinstance(poll(server, publisher, BACK), kind), "nothing at all could be read"


@pytest.mark.parametrize("answer", [status(404), status(410), index(), page("Guidelines", '<a href="/x/">x</a>')])
def test_a_list_that_is_gone_or_empty_is_never_the_end_of_all_guidelines(
    answer: Reply, server: FaultyServer, publisher: Publisher
) -> None:
    server.on(f"{HOST}/", answer)

    assert isinstance(poll(server, publisher), Unreadable)


def test_a_list_that_lost_most_of_its_entries_is_not_believed(server: FaultyServer, publisher: Publisher) -> None:
    cursor = polled(poll(server, publisher)).cursor
    server.on(f"{HOST}/", index("Rehab/oa"))
    edited = replace(publisher, channel=replace(publisher.pages, state_xpath="//h1"))

    assert isinstance(poll(server, publisher, cursor=cursor), Unreadable)
    assert isinstance(poll(server, edited, cursor=cursor), Polled), "an edited recipe"


def test_a_page_gutted_under_the_same_edition_is_not_believed(server: FaultyServer, publisher: Publisher) -> None:
    cursor = polled(poll(server, publisher)).cursor
    server.on(f"{HOST}/Rehab/oa/", document("Osteoarthritis", recommendations=0))
    gutted = poll(server, publisher, OA, cursor=cursor)
    server.on(f"{HOST}/Rehab/oa/", document("Osteoarthritis", edition="3.0 – 2025", recommendations=1))
    renewed = polled(poll(server, publisher, cursor=cursor)).readings[0].record

    assert isinstance(gutted, Unreadable)
    assert "0 of 4 recommendations" in gutted.reason
    assert isinstance(renewed, GuidelineDocument)
    assert renewed.edition == "3.0 (2025)"


@pytest.mark.parametrize("cursor", ["", "x", "[]", "{}", '{"rules": 1}', "null", '{"documents": []}'])
def test_any_cursor_can_be_started_from(cursor: str, server: FaultyServer, publisher: Publisher) -> None:
    assert isinstance(poll(server, publisher, cursor=cursor), Polled)


def test_a_page_that_leads_to_the_list_is_no_guideline(server: FaultyServer, publisher: Publisher) -> None:
    server.on(f"{HOST}/Rehab/oa/", status(302, Location=server.url(f"{HOST}/")))

    assert isinstance(poll(server, publisher, OA), Unreadable)


def test_without_a_stand_in_a_publisher_on_a_private_address_is_refused(publisher: Publisher) -> None:
    client = Client(
        clock=HandClock(),
        contact="tests@example.org",
        resolve=lambda host, _port: ("10.0.0.7",) if "va.gov" in host else (),
    )
    outcome = GuidelinePublisher(client, publisher).poll(
        PollRequest(
            watch="list", target="", identifiers=(OA,), unread=frozenset(), cursor="", data_version="", now=START
        )
    )

    assert isinstance(outcome, Unreachable | Unreadable)


def test_a_second_publisher_is_one_file_more(server: FaultyServer, tmp_path: Path) -> None:
    (tmp_path / "publishers").mkdir()
    (tmp_path / "publishers" / "made-up.yaml").write_text(
        textwrap.dedent("""\
        key: made-up
        name: Made-up College
        organisations: [Made-up College, MUC]
        terms: https://college.example.org/terms
        index:
          url: https://college.example.org/list
          pattern: ^/advice/\\d+$
        document:
          fields:
            title: {xpath: //h1}
            edition: {xpath: //h2, pattern: 'Revised (\\d{4})'}
        examples:
          - url: https://college.example.org/advice/7
            html: <html><h1>Gout</h1><h2>Revised 2022</h2></html>
            expect: {identity: made-up/7, edition: '2022'}
        """)
    )
    server.on("/college.example.org/list", page("List", '<h1>L</h1><a href="advice/7">Gout</a>'))
    server.on("/college.example.org/advice/7", page("Gout", "<h1>Gout</h1><h2>Revised 2024</h2>"))
    [publisher] = load_watchlists(tmp_path).publishers
    [reading] = polled(poll(server, publisher, Identifier.parse("guideline:made-up/7"))).readings

    assert isinstance(reading.record, GuidelineDocument)
    assert (reading.record.publisher, reading.record.edition) == ("Made-up College", "2024")
