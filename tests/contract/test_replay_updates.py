"""The played file server: recorded update files as they are, or files written from what changed in a world."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.replay.serving import Servers
from tests.contract.test_replay_world import LAST_DAY, Reply, ask, make_world, record, record_set, served

FILES = re.compile(r'<a href="(pubmed\d\dn\d+\.xml\.gz)">[^<]*</a>\s+(\d{4}-\d\d-\d\d \d\d:\d\d)')
WORLD = {
    "pubmed/a.xml": record_set(record(1, "First"), record(2, "Second")),
    "day-5/pubmed/a.xml": record_set(record(1, "First, changed"), record(3, "Third")),
    "day-2/gone.txt": "pubmed:2\n",
    "day-1/pubmed/a.xml": record_set(record(3, "Third, changed")),
}


@contextmanager
def playing(folder: Path, files: dict[str, str | bytes]) -> Iterator[Servers]:
    with served(make_world(folder, files)) as servers:
        yield servers


def get(servers: Servers, path: str) -> Reply:
    root = servers.urls["MONITOR_PUBMED_UPDATES_URL"].removesuffix("updatefiles/")
    return ask(f"{root}{path}")


def listed(servers: Servers, folder: str = "updatefiles") -> dict[str, str]:
    return dict(FILES.findall(get(servers, f"{folder}/").text))


def text(servers: Servers, path: str) -> str:
    return gzip.decompress(get(servers, path).body).decode()


def titles(servers: Servers, path: str) -> list[str]:
    return re.findall(r"<ArticleTitle>(.*?)</ArticleTitle>", text(servers, path))


def days_back(days: int) -> date:
    return LAST_DAY - timedelta(days=days)


class TestWritten:
    """A world without recorded files."""

    @pytest.fixture
    def servers(self, tmp_path: Path) -> Iterator[Servers]:
        with playing(tmp_path, dict(WORLD)) as running:
            yield running

    def test_a_baseline_and_a_file_for_each_day_of_change_are_numbered_in_sequence(self, servers: Servers) -> None:
        assert listed(servers, "baseline") == {"pubmed26n0001.xml.gz": "2026-03-07 05:45"}
        assert listed(servers) == {
            "pubmed26n0002.xml.gz": "2026-03-08 05:45",
            "pubmed26n0003.xml.gz": "2026-03-11 05:45",
            "pubmed26n0004.xml.gz": "2026-03-12 05:45",
        }

    def test_a_file_holds_what_changed_that_day_complete_and_deletions_last(self, servers: Servers) -> None:
        assert titles(servers, "baseline/pubmed26n0001.xml.gz") == ["First", "Second"]
        assert titles(servers, "updatefiles/pubmed26n0002.xml.gz") == ["First, changed", "Third"]
        assert re.search(
            r'<DeleteCitation>\s*<PMID Version="1">2</PMID>\s*</DeleteCitation>\s*</PubmedArticleSet>\s*$',
            text(servers, "updatefiles/pubmed26n0003.xml.gz"),
        )

    def test_tomorrows_files_are_not_there_yet(self, servers: Servers) -> None:
        servers.world.move_to(days_back(3))

        assert list(listed(servers)) == ["pubmed26n0002.xml.gz"]
        assert get(servers, "updatefiles/pubmed26n0003.xml.gz").status == 404

    def test_a_file_states_its_time_and_the_checksum_beside_it_is_right(self, servers: Servers) -> None:
        file, told = (get(servers, f"updatefiles/pubmed26n0002.xml.gz{end}") for end in ("", ".md5"))

        assert file.headers["Last-Modified"] == "Sun, 08 Mar 2026 05:45:00 GMT"
        found = hashlib.md5(file.body, usedforsecurity=False).hexdigest()
        assert told.text == f"MD5(pubmed26n0002.xml.gz)= {found}\n"

    def test_addresses_that_do_not_exist_are_not_found_and_a_folder_has_a_slash(self, servers: Servers) -> None:
        assert [get(servers, path).status for path in ("other/", "updatefiles/x.gz", "updatefiles")] == [404, 404, 301]

    def test_a_file_can_be_asked_for_by_its_head(self, servers: Servers) -> None:
        address = servers.urls["MONITOR_PUBMED_UPDATES_URL"].removeprefix("http://").partition("/")[0]
        connection = http.client.HTTPConnection(address, timeout=5)
        connection.request("HEAD", "/pubmed/updatefiles/pubmed26n0002.xml.gz")
        answered = connection.getresponse()

        assert (answered.status, answered.read()) == (200, b"")
        connection.close()

    def test_a_missing_file_leaves_a_gap(self, servers: Servers) -> None:
        servers.inject("pubmed_updates", "missing", times=None)

        assert list(listed(servers)) == ["pubmed26n0002.xml.gz", "pubmed26n0004.xml.gz"]
        assert get(servers, "updatefiles/pubmed26n0003.xml.gz").status == 404
        servers.clear_faults()
        assert len(listed(servers)) == 3

    def test_a_file_published_anew_has_another_time_sum_and_body_and_the_same_records(self, servers: Servers) -> None:
        before = get(servers, "updatefiles/pubmed26n0004.xml.gz").body
        servers.inject("pubmed_updates", "republished", times=None)
        after, told = (get(servers, f"updatefiles/pubmed26n0004.xml.gz{end}") for end in ("", ".md5"))

        assert listed(servers)["pubmed26n0004.xml.gz"] == "2026-03-12 06:45"
        assert before != after.body
        assert hashlib.md5(after.body, usedforsecurity=False).hexdigest() in told.text
        assert titles(servers, "updatefiles/pubmed26n0004.xml.gz") == ["Third, changed"]

    def test_a_wrong_sum_is_stated_for_the_right_name(self, servers: Servers) -> None:
        servers.inject("pubmed_updates", "wrong-sum")

        assert get(servers, "updatefiles/pubmed26n0004.xml.gz.md5").text == f"MD5(pubmed26n0004.xml.gz)= {'0' * 32}\n"

    def test_the_faults_of_other_upstreams_strike_here_too(self, servers: Servers) -> None:
        for fault, status in (("503", 503), ("429", 429), ("html", 200), ("error", 200), ("prolog", 200)):
            servers.inject("pubmed_updates", fault)
            answered = get(servers, "updatefiles/pubmed26n0004.xml.gz")
            assert answered.status == status
            with pytest.raises((OSError, EOFError)):
                gzip.decompress(answered.body)

    def test_a_fault_of_files_leaves_other_upstreams_alone(self, servers: Servers) -> None:
        servers.inject("pages", "missing")

        assert ask(f"{servers.urls['MONITOR_PAGES_URL']}/x.example/").status == 404


def test_a_new_season_begins_with_a_baseline_after_a_pause(tmp_path: Path) -> None:
    world = {**WORLD, "world.json": json.dumps({"updates": {"turns_on": "day-2", "pause": 2, "records_per_file": 1}})}
    with playing(tmp_path, world) as servers:
        servers.world.move_to(days_back(3))
        assert (list(listed(servers, "baseline")), list(listed(servers))) == (
            ["pubmed25n0001.xml.gz", "pubmed25n0002.xml.gz"],
            ["pubmed25n0003.xml.gz"],
        )
        servers.world.move_to(days_back(2))
        assert (list(listed(servers, "baseline")), listed(servers)) == (
            ["pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"],
            {},
        )
        servers.world.move_to(LAST_DAY)
        assert list(listed(servers)) == ["pubmed26n0003.xml.gz"]
        assert titles(servers, "baseline/pubmed26n0001.xml.gz") == ["First, changed"]


def test_what_would_come_in_the_pause_comes_with_the_baseline_only(tmp_path: Path) -> None:
    world = {**WORLD, "world.json": json.dumps({"updates": {"turns_on": "day-0", "pause": 4}})}
    with playing(tmp_path, world) as servers:
        servers.world.move_to(days_back(1))
        assert list(listed(servers)) == ["pubmed25n0002.xml.gz"]
        servers.world.move_to(LAST_DAY)
        assert titles(servers, "baseline/pubmed26n0001.xml.gz") == ["First, changed", "Third, changed"]


def test_a_season_that_begins_on_no_day_is_told(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"world.json": json.dumps({"updates": {"turns_on": "in December"}})})

    assert [skipped.path for skipped in world.skipped] == ["world.json"]


def test_records_are_rendered_as_files_have_them(tmp_path: Path) -> None:
    seasonal = record(1).replace("<Month>Jun</Month></PubDate>", "<Season>Jul-Aug</Season></PubDate>")
    with playing(tmp_path, {"pubmed/a.xml": record_set(seasonal)}) as servers:
        assert "<MedlineDate>2025 Jul-Aug</MedlineDate>" in text(servers, "baseline/pubmed26n0001.xml.gz")


def test_recorded_files_are_served_as_they_are_from_the_day_of_their_folder(tmp_path: Path) -> None:
    old, new = (gzip.compress(record_set(record(7, title)).encode()) for title in ("Old", "New"))
    files: dict[str, str | bytes] = {
        "pubmed/a.xml": record_set(record(1)),
        "pubmed_updates/pubmed26n1335.xml.gz": old,
        "pubmed_updates/baseline/pubmed26n1334.xml.gz": old,
        "day-3/pubmed_updates/pubmed26n1336.xml.gz": old,
        "day-3/pubmed_updates/pubmed26n1336.xml.gz.md5": "MD5(pubmed26n1336.xml.gz)= abc",
        "day-2/pubmed_updates/pubmed26n1337.xml": record_set(record(8, "On {{day-2}}")),
        "day-1/pubmed_updates/pubmed26n1335.xml.gz": new,
    }
    with playing(tmp_path, files) as servers:
        assert servers.world.days() == (days_back(3), days_back(2), days_back(1))
        assert list(listed(servers, "baseline")) == ["pubmed26n1334.xml.gz"]
        assert listed(servers) == {
            "pubmed26n1335.xml.gz": "2026-03-12 05:45",
            "pubmed26n1336.xml.gz": "2026-03-10 05:45",
            "pubmed26n1337.xml.gz": "2026-03-11 05:45",
        }
        assert get(servers, "updatefiles/pubmed26n1335.xml.gz").body == new
        assert get(servers, "updatefiles/pubmed26n1336.xml.gz.md5").text == "MD5(pubmed26n1336.xml.gz)= abc"
        assert titles(servers, "updatefiles/pubmed26n1337.xml.gz") == ["On 2026-03-11"]
        servers.world.move_to(days_back(3))
        assert listed(servers) == {
            "pubmed26n1335.xml.gz": "2026-03-09 05:45",
            "pubmed26n1336.xml.gz": "2026-03-10 05:45",
        }
        assert get(servers, "updatefiles/pubmed26n1335.xml.gz").body == old
