"""Works, lists and errors that others recorded from Crossref: what is news among them, and what never reads as calm."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.diff import between, standing
from monitor.domain.outcomes import Gone, Polled, Throttled, Unreachable, Unreadable
from monitor.domain.signals import UNNAMED
from monitor.net import Client
from monitor.sources.crossref import Crossref, read_recording, read_work
from monitor.sources.crossref.answers import Page, page_of
from tests.contract.asking_crossref import ONE, YESTERDAY, request
from tests.contract.faulty_server import FaultyServer, HandClock, faulty_server, status
from tests.contract.played_crossref import listing, path_of
from tests.contract.test_crossref_reader import shuffled

MARKS = ("<i", "<b", "<sub", "<sup", "<scp", "<emph", "mml:", "&amp;", "&lt;")
FAILURES = (Throttled, Unreachable, Unreadable)

NEWS = {
    ("10.1371/journal.pbio.0050002", "Tue, 16 Jun 2026 13:17:45 GMT"): {
        ("corrected", "doi:10.1371/journal.pbio.0060304")
    },
}
"""Version of a work → what came with it: ``updated-by``, a correction of 2008 that older answers did not show.

In all other recorded pairs of versions nothing came. In one of them, of the preprint 10.1101/014852, the relation
``is-preprint-of`` went, while the paper goes on to say ``has-preprint``: no news.
"""

IN_WORDS = {"correction": "corrected", "erratum": "corrected", "retraction": "retracted"}
"""Type of a recorded update → kind, spelled here again."""


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path) as file:
        yield from map(json.loads, file)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "crossref"


@pytest.fixture(scope="module")
def versions(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every recorded work by its DOI, its versions in the order in which they were recorded."""
    found: dict[str, list[dict[str, Any]]] = {}
    recorded = list(lines(folder / "works_from_cassettes.jsonl.gz"))
    for line in sorted(recorded, key=lambda line: parsedate_to_datetime(line["_recorded"])):
        found.setdefault(line["message"]["DOI"].lower(), []).append(line)
    return found


@pytest.fixture(scope="module")
def updating(folder: Path) -> list[dict[str, Any]]:
    """The recorded works that update others or are updated."""
    return [line["message"] for line in lines(folder / "works_with_update-to_or_updated-by.jsonl.gz")]


@pytest.fixture(scope="module")
def errors(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "error_responses.json").read_text(encoding="utf-8")))


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as crossref:
        yield crossref


def test_every_recorded_work_is_read_without_an_unknown_value(versions: dict[str, list[dict[str, Any]]]) -> None:
    read = [read_work(line["message"]) for recorded in versions.values() for line in recorded]

    assert (len(read), len(versions)) == (4638, 3205)
    assert {unknown for _, notes in read for unknown in notes} == set()
    assert Counter(bool(work.title) for work, _ in read)[True] == 4536
    assert not any(
        tag in work.title for work, _ in read for tag in ("<i", "<b", "<sub", "<scp", "<emph", "mml:", "&amp;")
    )
    assert all(len(work.published) in {0, 4, 7, 10} for work, _ in read)


def test_of_recorded_versions_just_those_bring_news_that_an_editor_must_see(
    versions: dict[str, list[dict[str, Any]]],
) -> None:
    several = {name: recorded for name, recorded in versions.items() if len(recorded) > 1}
    pairs = [(name, *pair) for name, recorded in several.items() for pair in itertools.pairwise(recorded)]
    news: dict[tuple[str, str], set[tuple[str, str]]] = {}
    differing = 0
    for name, before, after in pairs:
        differing += before["message"] != after["message"]
        difference = between(read_work(before["message"])[0], read_work(after["message"])[0])
        if difference.came:
            told = {(one.signal.kind.value, one.signal.shown_by.partition(" gone")[0]) for one in difference.came}
            news[name, after["_recorded"]] = told

    assert (len(several), len(pairs)) == (425, 1433)
    assert differing > 1000
    assert news == NEWS


def test_every_recorded_update_is_shown_in_the_right_direction(updating: list[dict[str, Any]]) -> None:
    kinds: Counter[str] = Counter()
    for message in updating:
        own = f"doi:{message['DOI'].lower()}"
        entries = [(f"doi:{one['DOI'].lower()}", own, one["type"]) for one in message.get("update-to", ())]
        entries += [(own, f"doi:{one['DOI'].lower()}", one["type"]) for one in message.get("updated-by", ())]
        expected = {
            (about, UNNAMED if about == notice else notice, IN_WORDS[kind])
            for about, notice, kind in entries
            if (kind, about) != ("new_version", notice)
        }
        kinds.update({kind for *_, kind in expected} or {"silent"})

        shown = {(str(one.record), one.shown_by, one.kind.value) for one in standing(read_work(message)[0])}

        assert entries
        assert shown == expected, message["DOI"]
    assert (len(updating), kinds) == (84, {"corrected": 60, "retracted": 3, "silent": 21})


def test_recorded_works_in_another_order_are_no_news(updating: list[dict[str, Any]]) -> None:
    for seed, message in enumerate(updating):
        other = json.dumps(shuffled(message, random.Random(seed)), indent=1)  # noqa: S311 - a seed to repeat
        difference = between(read_work(message)[0], read_recording(other.encode()))

        assert (difference.came, difference.went) == ((), ()), message["DOI"]


def source(server: FaultyServer) -> Crossref:
    return Crossref(Client(clock=HandClock(), contact="ops@example.org"), server.url("/"), contact="ops@example.org")


def test_no_recorded_error_of_a_list_reads_as_a_clean_answer(
    errors: list[dict[str, Any]], server: FaultyServer
) -> None:
    """P22, P25."""
    polls = (request(ONE), request(ONE, cursor=YESTERDAY), request(ONE, cursor=YESTERDAY, watch="notices"))
    for error in errors:
        server.on("/works", status(error["status"], error["body_start"].encode()))
        for asked in polls:
            outcome = source(server).poll(asked)

            assert isinstance(outcome, FAILURES), (error, outcome)
    assert len(errors) == 438


def test_of_recorded_errors_just_crossrefs_own_words_say_that_a_work_is_not_held(
    errors: list[dict[str, Any]], server: FaultyServer
) -> None:
    """And then it is neither covered nor news."""
    server.on("/works", listing())
    not_held = 0
    for error in errors:
        reply = status(error["status"], error["body_start"].encode())
        server.on(path_of(ONE.value), reply)
        server.on(f"{path_of(ONE.value)}/agency", reply)
        outcome = source(server).poll(request(ONE, unread=(ONE,)))
        alone = source(server).look_up(ONE)

        if (error["status"], error["body_start"]) == (404, "Resource not found."):
            not_held += 1
            assert isinstance(alone, Gone)
            assert isinstance(outcome, Polled)
            assert (outcome.covered, outcome.missing, outcome.readings) == ((), (), ())
        else:
            assert isinstance(outcome, FAILURES), (error, outcome)
            assert isinstance(alone, FAILURES), (error, alone)
    assert not_held == 242


def test_recorded_refusals_are_told_in_crossrefs_words(errors: list[dict[str, Any]], server: FaultyServer) -> None:
    """Recorded bodies are cut, as our evidence is; the first complaint is read all the same."""
    refusals = [error for error in errors if error["status"] == 400]
    for body in {error["body_start"] for error in refusals}:
        server.on("/works", status(400, body.encode()))
        outcome = source(server).poll(request(ONE))

        assert isinstance(outcome, Unreadable)
        assert json.loads(
            f'"{body.partition(chr(34) + "type" + chr(34) + ":" + chr(34))[2].partition(chr(34))[0]}"'
        ) in (outcome.reason)
    assert len(refusals) == 147


def test_recorded_lists_of_works_are_read_and_lists_of_other_things_are_not(folder: Path) -> None:
    kinds: Counter[str] = Counter()
    for path in sorted((folder / "list_responses").iterdir()):
        envelope = json.loads(path.read_text(encoding="utf-8"))["_body"]
        page = page_of(json.dumps(envelope).encode())
        kinds[envelope["message-type"]] += 1

        if envelope["message-type"] != "work-list":
            assert isinstance(page, Unreadable), path.name
            continue
        assert isinstance(page, Page), path.name
        assert len(page.items) == len(envelope["message"]["items"]) > 0
        assert bool(page.next_cursor) == path.name.endswith("_cursor.json")
        assert [read_work(item)[1] for item in page.items] == [()] * len(page.items)
    assert kinds["work-list"] == 11


def test_recorded_works_of_other_shapes_are_read(folder: Path) -> None:
    """Exports of a database, a list, and a work with a thousand authors."""
    sample = (folder / "fatcat_crossref-works.2018-01-21.badsample.jsonl").read_bytes().splitlines()
    huge = gzip.decompress((folder / "fatcat_huge_crossref_doi.json.gz").read_bytes())
    listed = page_of((folder / "fatcat_crossref_api_works.json").read_bytes())
    single = (folder / "fatcat_crossref-works.single.json").read_bytes()

    assert isinstance(listed, Page)
    read = [read_work(json.loads(body)) for body in (*sample, huge, single)] + [
        read_work(item) for item in listed.items
    ]
    assert [notes for _, notes in read] == [()] * len(read)
    assert all(work.title and work.published and work.authors for work, _ in read[:14])
    assert len(read_recording(huge).authors) > 1000


def test_every_selected_work_is_read_from_its_own_file(folder: Path) -> None:
    selected = sorted((folder / "works_selected").iterdir())
    read = [read_recording(path.read_bytes()) for path in selected]

    assert len({work.identifier for work in read}) == len(selected) == 20
    assert all(work.updates or work.updated_by for work in read)
