"""How a publisher's list is asked for and read, and that nothing it does is ever read as a change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.channels import ListChannel
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, as_json, digest
from monitor.net import Client
from monitor.recipes import load_publisher, load_watchlists
from monitor.sources.guideline import ListedPublisher, UnreadableList, nice, read_list, uspstf
from monitor.sources.guideline.items import Item, read_item
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, faulty_server, page, reset, status

WATCHLISTS = Path(__file__).parents[2] / "watchlists"
PATH = "/services/feeds/products-lite"
NG1, NG2, LOST = (Identifier.parse(f"guideline:nice/{name}") for name in ("ng1", "ng2", "ng999"))
KEY = "a-secret-key"


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return load_publisher(WATCHLISTS / "publishers" / "nice.yaml")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as upstream:
        upstream.on(PATH, answer(products(30)))
        yield upstream


def product(number: int, **changes: str) -> dict[str, str]:
    return {
        "Id": f"NG{number}",
        "Title": f"Guideline {number}",
        "ProductStatus": "Published",
        "PublishedDate": "2018-07-11T00:00:00",
        "LastMajorModificationDate": "2020-10-12T00:00:00",
        "LastModified": "2024-01-09T08:15:10.1234567Z",
        **changes,
    }


def products(count: int) -> list[dict[str, str]]:
    return [product(number) for number in range(1, count + 1)]


def body(items: object) -> bytes:
    lite = {"_embedded": {"nice.publications:product-lite": items}}
    return json.dumps({"_embedded": {"nice.publications:product-list-lite": lite}}).encode()


def answer(items: object, **headers: str) -> Reply:
    return status(200, body(items), Content_Type="application/json", **headers)


def poll(
    server: FaultyServer, publisher: Publisher, *ids: Identifier, cursor: str = "", unread: bool = False, key: str = KEY
) -> PollOutcome:
    client = Client(clock=HandClock(), contact="tests@example.org")
    source = ListedPublisher(client, publisher, access=nice(server.url("/services"), key))
    return source.poll(
        PollRequest(
            watch="list",
            target="",
            identifiers=ids,
            unread=frozenset(ids) if unread else frozenset(),
            cursor=cursor,
            data_version="30 guidelines",
            now=START,
        )
    )


def polled(outcome: PollOutcome) -> Polled:
    assert isinstance(outcome, Polled), outcome
    return outcome


def test_one_request_with_the_key_reads_every_guideline(server: FaultyServer, publisher: Publisher) -> None:
    outcome = polled(poll(server, publisher, NG1, LOST))
    [heard] = server.heard
    first = outcome.readings[0].record

    assert (heard.target, heard.headers["api-key"]) == (PATH, KEY)
    assert len(outcome.readings) == 30
    assert (outcome.covered, outcome.missing) == ((NG1, LOST), (LOST,))
    assert outcome.data_version.startswith("30 guidelines, ")
    assert isinstance(first, GuidelineDocument)
    assert (first.identifier, first.url) == (NG1, "https://www.nice.org.uk/guidance/ng1")
    assert (first.published, first.updated, first.revision) == ("2018-07-11", "2020-10-12", "2020-10-12T00:00:00")


def test_without_the_key_nobody_is_asked_and_the_source_is_not_calm(server: FaultyServer, publisher: Publisher) -> None:
    outcome = poll(server, publisher, NG1, key="")

    assert isinstance(outcome, Unreadable)
    assert outcome.reason == "not configured: NICE is asked only with MONITOR_NICE_API_KEY"
    assert server.heard == []


def test_the_key_of_the_task_force_goes_into_the_address_and_into_no_reason(server: FaultyServer) -> None:
    server.on("/api/json", status(202, b"requires an API key", Content_Type="text/plain"))
    client = Client(clock=HandClock(), contact="tests@example.org")
    recipe = load_publisher(WATCHLISTS / "publishers" / "uspstf.yaml")
    source = ListedPublisher(client, recipe, access=uspstf(server.url("/api/json"), KEY))
    outcome = source.poll(
        PollRequest(watch="list", target="", identifiers=(), unread=frozenset(), cursor="", data_version="", now=START)
    )

    assert server.targets == [f"/api/json?key={KEY}"]
    assert isinstance(outcome, Unreadable)
    assert KEY not in f"{outcome.reason}{outcome.evidence}"


def test_a_list_that_did_not_change_is_asked_for_conditionally(server: FaultyServer, publisher: Publisher) -> None:
    server.on(PATH, answer(products(30), ETag='"v1"', Last_Modified="Mon, 05 Jan 2026 10:00:00 GMT"))
    cursor = polled(poll(server, publisher, NG1)).cursor
    server.on(PATH, status(304, b""))
    outcome = polled(poll(server, publisher, NG1, LOST, cursor=cursor))
    sent = server.heard[-1].headers

    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"v1"', "Mon, 05 Jan 2026 10:00:00 GMT")
    assert (outcome.readings, outcome.confirmed, outcome.missing) == ((), (NG1,), (LOST,))
    assert (outcome.covered, outcome.cursor) == ((NG1, LOST), cursor)


def test_what_must_be_read_again_is_asked_for_in_full(server: FaultyServer, publisher: Publisher) -> None:
    server.on(PATH, answer(products(30), ETag='"v1"'))
    cursor = polled(poll(server, publisher, NG1)).cursor
    outcome = polled(poll(server, publisher, NG1, cursor=cursor, unread=True))

    assert "if-none-match" not in server.heard[-1].headers
    assert len(outcome.readings) == 30


def test_a_kept_item_is_read_again_as_the_same_document(server: FaultyServer, publisher: Publisher) -> None:
    reading = polled(poll(server, publisher)).readings[0]
    client = Client(clock=HandClock(), contact="tests@example.org")

    assert ListedPublisher(client, publisher, access=nice("https://x.org", KEY)).reread(reading.raw) == reading.record


def test_an_item_that_was_only_saved_again_is_the_same_guideline(publisher: Publisher) -> None:
    [(before, _)] = read_list(body([product(1)]), publisher).documents
    [(after, _)] = read_list(body([product(1, LastModified="2026-01-01T00:00:00Z", NewKey="x")]), publisher).documents

    assert digest(before) == digest(after)


FAULTS = [
    (status(429, b"slow down", Retry_After="30"), Throttled),
    (status(503, b"later"), Unreachable),
    (reset, Unreachable),
    (status(401, b"no"), Unreadable),
    (status(403, b"no"), Unreadable),
    (status(404), Unreadable),
    (page("Just a moment..."), Unreadable),
    (page("Sign in"), Unreadable),
    (status(200, b"", Content_Type="application/json"), Unreadable),
    (status(200, b"null", Content_Type="application/json"), Unreadable),
    (status(200, b"[]", Content_Type="application/json"), Unreadable),
    (status(200, body([])[:-20], Content_Type="application/json"), Unreadable),
    (status(200, b"[" * 100_000, Content_Type="application/json"), Unreadable),
    (answer([]), Unreadable),
    (answer(None), Unreadable),
    (answer("none"), Unreadable),
    (answer([1, None, "x", {}]), Unreadable),
    (answer([{"Id": "NG1"}]), Unreadable),
    (answer([{"Title": "Gout"}]), Unreadable),
    (answer([{"Id": {"a": 1}, "Title": ["Gout"]}]), Unreadable),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=range(len(FAULTS)))
def test_no_fault_of_a_list_is_read_as_a_change(
    fault: Reply, kind: type, server: FaultyServer, publisher: Publisher
) -> None:
    """P25: a wall, an error page or an empty list makes the source suspect; no guideline changes."""
    cursor = polled(poll(server, publisher)).cursor
    server.on(PATH, fault)
    outcome = poll(server, publisher, NG1, cursor=cursor)

    assert isinstance(outcome, kind)
    if not isinstance(outcome, Throttled):
        assert "MONITOR_NICE_URL/feeds/products-lite" in outcome.reason  # type: ignore[union-attr] # Not Polled.


def test_a_list_that_lost_most_of_its_items_is_not_believed(server: FaultyServer, publisher: Publisher) -> None:
    cursor = polled(poll(server, publisher)).cursor
    server.on(PATH, answer(products(14)))
    shrunk = poll(server, publisher, cursor=cursor)
    server.on(PATH, answer(products(15)))

    assert isinstance(shrunk, Unreadable)
    assert "shrank from 30 guidelines to 14" in shrunk.reason
    assert isinstance(poll(server, publisher, cursor=cursor), Polled), "half of them may go"


@pytest.mark.parametrize(
    "change",
    [{"ProductStatus": "Withdrawn"}, {"LastMajorModificationDate": "2026-01-01T00:00:00"}],
    ids=["state", "marker"],
)
def test_a_list_of_which_a_third_changed_at_once_is_not_believed(
    change: dict[str, str], server: FaultyServer, publisher: Publisher
) -> None:
    cursor = polled(poll(server, publisher)).cursor
    server.on(PATH, answer([product(number, **(change if number <= 11 else {})) for number in range(1, 31)]))
    many = poll(server, publisher, cursor=cursor)
    server.on(PATH, answer([product(number, **(change if number <= 10 else {})) for number in range(1, 31)]))

    assert isinstance(many, Unreadable)
    assert "11 of 30 guidelines changed at once" in many.reason
    assert isinstance(poll(server, publisher, cursor=cursor), Polled), "a third may change"


def test_an_edit_of_the_recipe_takes_the_list_as_it_is(server: FaultyServer, publisher: Publisher) -> None:
    cursor = polled(poll(server, publisher)).cursor
    server.on(PATH, answer(products(5)))
    edited = replace(publisher, channel=replace(publisher.listing, page_url=""))

    assert isinstance(poll(server, edited, cursor=cursor), Polled)


@pytest.mark.parametrize("cursor", ["", "x", "[]", "{}", '{"rules": 1}', "null", '{"rules": "", "items": []}'])
def test_any_cursor_can_be_started_from(cursor: str, server: FaultyServer, publisher: Publisher) -> None:
    assert isinstance(poll(server, publisher, cursor=cursor), Polled)


def test_what_no_reader_knows_is_told_and_the_rest_is_read(publisher: Publisher) -> None:
    odd = [product(1, ProductStatus="Paused"), {"Id": "NG7"}, product(2), product(2), {"Id": "!", "Title": "x"}]
    listed = read_list(body(odd), publisher)

    assert [str(document.identifier) for document, _ in listed.documents] == [str(NG1), str(NG2)]
    assert listed.unknown_values == (
        ("state", "Paused"),
        ("item", "an item without title: NG7"),
        ("item", "guideline:nice/ng2 stands twice"),
        ("item", "'nice/' is no guideline identifier"),
    )


def test_grades_of_a_list_beside_the_list_become_recommendations() -> None:
    recipe = load_publisher(WATCHLISTS / "publishers" / "uspstf.yaml")
    general = {"12": {"uspstfAlias": "Aspirin-Use", "topicYear": 2022, "title": "Aspirin", "pubDate": "2022-04-26"}}
    parts = [
        {
            "id": 31,
            "general": "12",
            "title": "Aspirin -- Adults 60 or older",
            "grade": "D",
            "text": "Do not&nbsp;start<br>it.",
        },
        {"id": 4, "general": 12, "title": "Aspirin -- Adults 40 to 59", "grade": "C", "text": "Decide."},
        {"id": 5, "general": "13", "title": "Other", "grade": "A", "text": "Other."},
    ]
    whole = json.dumps({"generalRecommendations": general, "specificRecommendations": parts}).encode()
    [(document, _)] = read_list(whole, recipe).documents

    assert (document.identifier.value, document.edition, document.updated) == (
        "uspstf/aspirin-use",
        "2022",
        "2022-04-26",
    )
    assert [(one.number, one.strength, one.population, one.text) for one in document.recommendations] == [
        ("4", "C", "Adults 40 to 59", "Decide."),
        ("31", "D", "Adults 60 or older", "Do not start it."),
    ]


def test_the_recorded_grades_of_the_task_force_are_read(shared: Path) -> None:
    """The recording is hand-edited and lacks the general recommendations: it shows the form of the grades only."""
    path = shared / "data" / "guidelines" / "uspstf" / "working-guidelines_2021-03_hand-edited.json"
    specific = json.loads(path.read_text(encoding="utf-8"))["specificRecommendations"]
    general = {str(part["general"]): {"uspstfAlias": f"t-{part['general']}", "title": "T"} for part in specific}
    recipe = load_publisher(WATCHLISTS / "publishers" / "uspstf.yaml")
    whole = json.dumps({"generalRecommendations": general, "specificRecommendations": specific}).encode()
    read = [one for document, _ in read_list(whole, recipe).documents for one in document.recommendations]

    assert len(read) == len(specific) == 137
    assert {one.strength for one in read} == set("ABCDI")
    assert all(one.population and "<" not in one.text for one in read)


def test_every_recipe_for_a_list_reads_its_examples() -> None:
    recipes = [one for one in load_watchlists(WATCHLISTS).publishers if isinstance(one.channel, ListChannel)]
    for recipe in recipes:
        for example in recipe.examples:
            document = read_item(Item(values=example.item, parts=example.parts), recipe)
            shown = {"identity": document.identifier.value, **as_json(document)}
            assert {name: shown[name] for name in example.expect} == example.expect
            assert example.recommendations in {None, len(document.recommendations)}

    assert {"nice", "uspstf"} <= {recipe.key for recipe in recipes}


def test_bytes_that_are_no_list_are_refused(publisher: Publisher) -> None:
    for raw in (b"", b"\xff\xfe\x00", b"{}", b'{"item": 1}'):
        with pytest.raises(UnreadableList):
            read_list(raw, publisher)
