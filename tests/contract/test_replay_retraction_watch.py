"""The played Retraction Watch table: one test for each way of the real one that upstreams.md tells (9.4, 13.4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from http.client import IncompleteRead
from itertools import groupby
from pathlib import Path

import pytest

from monitor.replay.retraction_table import COLUMNS, default_table
from monitor.replay.serving import Servers
from monitor.replay.world import recorded_world
from tests.contract.test_replay_world import LAST_DAY, Reply, ask, make_world, served

HEADER = f"{','.join(COLUMNS)},"


def row(number: int, nature: str = "Retraction", **more: str) -> str:
    """A row in the native columns."""
    told = {"Record ID": str(number), "Title": "A title", "RetractionNature": nature, **more}
    return ",".join([*(told.get(name, "") for name in COLUMNS), ""])


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows, ""))


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    files = {
        "retraction_watch/a.csv": table(row(1, "Expression of concern"), row(2, RetractionDate="{{day-9|%-m/%-d/%Y}}")),
        "day-4/retraction_watch/a.csv": table(row(1, "Retraction")),
        "day-2/retraction_watch/a.csv": table(row(3)),
        "day-2/retraction_watch/b.csv": table(row(4)),
    }
    with served(make_world(tmp_path, files)) as running:
        running.world.move_to(date(2026, 3, 1))
        yield running


def get(servers: Servers, **headers: str) -> Reply:
    return ask(servers.urls["MONITOR_RETRACTION_WATCH_URL"], headers=headers)


def natures(reply: Reply) -> dict[str, str]:
    return {told["Record ID"]: told["RetractionNature"] for told in csv.DictReader(io.StringIO(reply.text))}


def test_the_setting_is_the_address_of_the_file_itself(servers: Servers) -> None:
    address = servers.urls["MONITOR_RETRACTION_WATCH_URL"]

    assert address.endswith("/crossref/retraction-watch-data/-/raw/main/retraction_watch.csv")
    assert get(servers).headers["Content-Type"].startswith("text/plain")
    assert get(servers).text.startswith("Record ID,Title,Subject,")


def test_a_row_can_change_its_nature_and_another_vanish(servers: Servers) -> None:
    before = natures(get(servers))
    servers.world.move_to(date(2026, 3, 9))

    assert before == {"1": "Expression of concern", "2": "Retraction"}
    assert natures(get(servers)) == {"1": "Retraction"}


def test_the_files_of_a_day_are_one_table_that_replaces_the_earlier_one(servers: Servers) -> None:
    servers.world.move_to(LAST_DAY)

    assert natures(get(servers)) == {"3": "Retraction", "4": "Retraction"}
    assert get(servers).text.count("Record ID") == 1
    assert servers.world.days() == (date(2026, 3, 9), date(2026, 3, 11))


def test_dates_are_written_as_the_table_does(servers: Servers) -> None:
    [_, second] = csv.DictReader(io.StringIO(get(servers).text))

    assert second["RetractionDate"] == "3/4/2026"


def test_a_client_that_has_the_table_is_told_so_until_it_changes(servers: Servers) -> None:
    tag = get(servers).headers["ETag"]
    same = get(servers, **{"If-None-Match": tag})
    servers.world.move_to(date(2026, 3, 8))
    next_day = get(servers, **{"If-None-Match": tag})
    servers.world.move_to(date(2026, 3, 9))
    changed = get(servers, **{"If-None-Match": tag})

    assert (same.status, same.body, next_day.status, changed.status) == (304, b"", 304, 200)


def test_other_addresses_are_a_page_for_people(servers: Servers) -> None:
    reply = ask(f"{servers.urls['MONITOR_RETRACTION_WATCH_URL']}.gz")

    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")


def test_a_world_that_says_nothing_of_it_has_a_few_control_rows(tmp_path: Path) -> None:
    """They are about DOIs kept for examples and PMIDs that exist nowhere, and of every nature."""
    with served(make_world(tmp_path, {})) as servers:
        rows = list(csv.DictReader(io.StringIO(get(servers).text)))

    assert len(rows) >= 5
    assert {told["OriginalPaperDOI"].partition("/")[0] for told in rows} == {"10.5555"}
    assert min(int(told["OriginalPaperPubMedID"]) for told in rows) > 900_000_000
    assert {"Retraction", "Expression of concern", "Correction", "Reinstatement"} == {
        told["RetractionNature"] for told in rows
    }
    assert len({told["Record ID"] for told in rows}) == len(rows)
    assert {len(line) for line in csv.reader(io.StringIO(default_table(LAST_DAY).decode()))} == {len(COLUMNS) + 1}


def test_the_control_rows_are_another_table_on_every_working_day(tmp_path: Path) -> None:
    """A Friday, a Saturday, a Sunday and a Monday: a table that stood still would be an alarm of its own."""
    with served(make_world(tmp_path, {})) as servers:
        tags = []
        for number in range(4):
            servers.world.move_to(LAST_DAY + timedelta(days=number))
            tags.append(get(servers).headers["ETag"])

    assert tags[0] == tags[1] == tags[2] != tags[3]


def test_the_demos_table_is_never_the_same_for_a_week() -> None:
    world = recorded_world(LAST_DAY)
    tables = []
    for number in range(-30, 1):
        world.move_to(LAST_DAY + timedelta(days=number))
        tables.append(world.retraction_table())
    still = max(len(list(run)) for _, run in groupby(tables))
    rows = [table.count(b"\n") for table in tables]

    assert still <= 5
    assert rows == sorted(rows)


def test_a_lone_file_is_served_byte_by_byte(tmp_path: Path) -> None:
    """So a world can play columns in another order, old Latin letters, and a file that ends in the middle."""
    shuffled = "\r\n".join((",".join(reversed(COLUMNS)), '"No notes","half a ro')).encode() + "é".encode("latin-1")
    with served(make_world(tmp_path, {"retraction_watch/x.csv": shuffled})) as servers:
        assert get(servers).body == shuffled


def test_columns_in_another_order_are_put_in_that_of_the_first_file(tmp_path: Path) -> None:
    files = {
        "retraction_watch/a.csv": "Record ID,Title\n1,One\n",
        "retraction_watch/b.csv": 'Title,Record ID\n"Two, and\nmore",2\n',
        "retraction_watch/c.csv": "Title\nThree\n",
    }
    world = make_world(tmp_path, files)

    assert world.retraction_table() == b'Record ID,Title\n1,One\n2,"Two, and\nmore"\n'
    assert [skipped.path for skipped in world.skipped] == ["retraction_watch/c.csv"]


def test_its_faults_look_like_its_own(servers: Servers) -> None:
    whole, replies = get(servers), {}
    for fault in ("429", "error", "prolog", "html", "503", "cut"):
        servers.inject("retraction_watch", fault)
        replies[fault] = get(servers)
    servers.inject("retraction_watch", "short")

    assert (replies["429"].status, replies["429"].headers["Retry-After"]) == (429, "2")
    assert (replies["error"].status, b"," in replies["error"].body) == (200, False)
    assert (replies["prolog"].status, replies["prolog"].text) == (200, f"{HEADER}\n")
    assert (replies["html"].status, replies["html"].body[:15]) == (200, b"<!DOCTYPE html>")
    assert replies["503"].status == 503
    assert replies["cut"].body == whole.body[: len(whole.body) // 2]
    with pytest.raises(IncompleteRead):
        get(servers)


def test_a_real_slice_is_served_as_it_was_recorded(shared: Path, tmp_path: Path) -> None:
    recording = shared / "data" / "crossref" / "retraction_watch" / "rw_gold_61rows_native_columns.csv"
    (tmp_path / "retraction_watch").mkdir()
    (tmp_path / "retraction_watch" / "slice.csv").symlink_to(recording)
    with served(make_world(tmp_path, {})) as servers:
        assert get(servers).body == recording.read_bytes()
        assert servers.world.skipped == ()


def test_the_table_of_the_demo_has_rows_for_its_papers_among_many_invented_ones() -> None:
    told = recorded_world(LAST_DAY).retraction_table().decode()
    rows = list(csv.DictReader(io.StringIO(told)))
    real = {row["OriginalPaperPubMedID"]: row["RetractionNature"] for row in rows if int(row["Record ID"]) < 990_200}
    invented = [row for row in rows if int(row["Record ID"]) >= 990_200]

    assert real == {
        "32743968": "Retraction",
        "32090497": "Expression of concern",
        "34023008": "Correction",
        "31031480": "Retraction",
        "24699518": "Retraction",
    }
    assert len(invented) == 35
    prefixes = {row["OriginalPaperDOI"].partition("/")[0] for row in invented}
    assert prefixes <= {"10.5555", "", "unavailable", "Unavailable"}
