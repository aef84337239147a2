"""Played pages, and what goes wrong: every fault as a client meets it, planned or injected."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import urllib.error
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from monitor.replay import serving
from monitor.replay.faults import FaultKind
from monitor.replay.retraction_watch_server import PATH
from monitor.replay.serving import Servers
from tests.contract.test_replay_world import LAST_DAY, Reply, ask, make_world, record, record_set, served, study

CONTACT = "db=pubmed&tool=monitor&email=ops@example.org&api_key=test-key"
GUIDE = "https://guides.example/knee/new"


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    files: dict[str, str | bytes] = {
        "pubmed/a.xml": record_set(record(10, "Knee trial")),
        "clinicaltrials/a.json": json.dumps(study("NCT00000001")),
        "retraction_watch/a.csv": "Record ID,Title\n1,A title\n",
        "pages/guides.example/knee/index.html": "<h1>Knee guideline</h1>",
        "pages/guides.example/old.html": "old",
        "pages/guides.example/list?page=2": "second page",
        "pages/guides.example/list": "first page",
        "pages/guides.example/guide.pdf": b"%PDF-1.7 {{day-1}}",
        "pages/guides.example/feed.rss": "<rss><pubDate>{{day-1|%d %b %Y}}</pubDate></rss>",
        "pages/guides.example/moved.headers.json": json.dumps({"status": 301, "headers": {"Location": "/knee/"}}),
        "pages/guides.example/away.headers.json": json.dumps({"status": 302, "headers": {"Location": GUIDE}}),
        "day-3/pages/guides.example/knee/index.html": "<h1>Knee guideline, revised</h1>",
        "day-2/pages/guides.example/old.html.headers.json": json.dumps({"status": 410, "body": False}),
        "day-1/pages/guides.example/knee/index.html.headers.json": json.dumps({"headers": {"ETag": 'W/"other"'}}),
        "day-6/faults.json": json.dumps(
            [
                {"upstream": "pages", "fault": "503", "days": 2, "path": "knee"},
                {"upstream": "all", "fault": "html"} | {"path": "robots.txt"},
            ]
        ),
    }
    with served(make_world(tmp_path, files), patience=1000) as running:
        yield running


def page(servers: Servers, path: str, **headers: str) -> Reply:
    return ask(f"{servers.urls['MONITOR_PAGES_URL']}/guides.example{path}", headers=headers)


def einfo(servers: Servers, timeout: float = 5) -> Reply:
    return ask(f"{servers.urls['MONITOR_EUTILS_URL']}einfo.fcgi?{CONTACT}", timeout=timeout)


def test_a_page_follows_the_day(servers: Servers) -> None:
    now = page(servers, "/knee/")
    servers.world.move_to(date(2026, 3, 9))
    then = page(servers, "/knee/")

    assert now.text == "<h1>Knee guideline, revised</h1>"
    assert then.text == "<h1>Knee guideline</h1>"
    assert now.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_client_that_has_the_page_is_told_so(servers: Servers) -> None:
    servers.world.move_to(date(2026, 3, 11))
    first = page(servers, "/knee/")

    by_tag = page(servers, "/knee/", **{"If-None-Match": first.headers["ETag"]})
    by_date = page(servers, "/knee/", **{"If-Modified-Since": first.headers["Last-Modified"]})
    both = page(servers, "/knee/", **{"If-None-Match": '"x"', "If-Modified-Since": first.headers["Last-Modified"]})

    assert first.headers["Last-Modified"] == "Tue, 10 Mar 2026 06:00:00 GMT"
    assert (by_tag.status, by_tag.body, by_date.status, both.status) == (304, b"", 304, 200)


def test_a_tag_can_change_while_the_content_stays(servers: Servers) -> None:
    reply = page(servers, "/knee/")

    assert reply.headers["ETag"] == 'W/"other"'
    assert reply.text == "<h1>Knee guideline, revised</h1>"
    assert page(servers, "/knee/", **{"If-None-Match": '"other"'}).status == 304


def test_a_sidecar_redirects_or_says_gone(servers: Servers) -> None:
    assert (page(servers, "/moved").status, page(servers, "/moved").headers["Location"]) == (
        301,
        "/guides.example/knee/",
    )
    assert (page(servers, "/away").status, page(servers, "/away").headers["Location"]) == (302, GUIDE)
    assert page(servers, "/old.html").status == 410


def test_a_query_may_have_a_page_of_its_own(servers: Servers) -> None:
    assert page(servers, "/list?page=2").text == "second page"
    assert page(servers, "/list?page=3").text == "first page"


def test_unknown_pages_and_robots_are_not_found(servers: Servers) -> None:
    assert (page(servers, "/robots.txt").status, page(servers, "/none").status) == (404, 404)


def test_bytes_stay_as_they_are_and_feeds_get_their_dates(servers: Servers) -> None:
    pdf, feed = page(servers, "/guide.pdf"), page(servers, "/feed.rss")

    assert (pdf.body, pdf.headers["Content-Type"]) == (b"%PDF-1.7 {{day-1}}", "application/pdf")
    assert feed.text == "<rss><pubDate>12 Mar 2026</pubDate></rss>"
    assert feed.headers["Content-Type"].startswith("application/rss+xml")


def test_a_head_request_has_no_body(servers: Servers) -> None:
    address = servers.urls["MONITOR_PAGES_URL"].removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.request("HEAD", "/guides.example/knee/")
    answered = connection.getresponse()

    assert (answered.status, answered.read(), answered.headers["Content-Length"]) == (200, b"", "32")
    connection.close()


def test_a_planned_fault_holds_for_its_days_and_its_path(servers: Servers) -> None:
    """P20: one source can be ill for days while the others answer."""
    statuses = {}
    for day in (6, 7, 8, 9):
        servers.world.move_to(date(2026, 3, day))
        statuses[day] = (page(servers, "/knee/").status, page(servers, "/list").status)

    assert statuses == {6: (200, 200), 7: (503, 200), 8: (503, 200), 9: (200, 200)}
    assert date(2026, 3, 9) in servers.world.days()


def test_an_injected_fault_strikes_as_often_as_told(servers: Servers) -> None:
    servers.inject("pubmed", "503", times=2)

    assert [einfo(servers).status for _ in range(3)] == [503, 503, 200]


def test_an_injected_fault_can_last_until_cleared(servers: Servers) -> None:
    servers.inject("all", "503", times=None)
    struck = (einfo(servers).status, page(servers, "/knee/").status)
    servers.clear_faults()

    assert struck == (503, 503)
    assert einfo(servers).status == 200


def test_an_injected_fault_strikes_only_its_path(servers: Servers) -> None:
    servers.inject("pages", "503", path="knee")

    assert (page(servers, "/list").status, page(servers, "/knee/").status) == (200, 503)


def test_an_unknown_fault_or_upstream_is_refused(servers: Servers) -> None:
    with pytest.raises(ValueError, match="gremlins"):
        servers.inject("pubmed", "gremlins")
    with pytest.raises(ValueError, match="mars"):
        servers.inject("mars", "503")


def test_a_throttled_client_is_told_when_to_come_back(servers: Servers) -> None:
    """P21: the time is in Retry-After."""
    servers.inject("all", "429")

    reply, other = einfo(servers), page(servers, "/knee/")
    assert (reply.status, reply.headers["Retry-After"], reply.json["error"]) == (429, "2", "API rate limit exceeded")
    assert (other.status, other.headers["Retry-After"]) == (429, "2")


def test_html_and_errors_come_with_http_200(servers: Servers) -> None:
    """P25: the status is no proof of an answer."""
    servers.inject("pubmed", "error")
    servers.inject("pubmed", "html")
    in_html, in_xml = einfo(servers), einfo(servers)

    assert (in_html.status, in_html.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert (in_xml.status, b"<ERROR>Search Backend failed" in in_xml.body) == (200, True)


def test_an_error_of_a_json_search_is_json(servers: Servers) -> None:
    servers.inject("pubmed", "error")
    reply = ask(f"{servers.urls['MONITOR_EUTILS_URL']}esearch.fcgi?{CONTACT}&term=x&retmode=json")

    assert list(reply.json["esearchresult"]) == ["ERROR"]


def test_a_prolog_has_no_root(servers: Servers) -> None:
    servers.inject("pubmed", "prolog")
    reply = einfo(servers)

    assert reply.body.startswith(b"<?xml")
    assert b"<eInfoResult>" not in reply.body


def test_a_cut_answer_ends_without_a_sign_and_a_short_one_breaks_its_promise(servers: Servers) -> None:
    """P22: both must be noticed, and only the second shows in the transfer."""
    whole = einfo(servers).body
    servers.inject("pubmed", "cut")
    cut = einfo(servers)
    servers.inject("pubmed", "short")

    assert cut.status == 200
    assert cut.body == whole[: len(whole) // 2]
    with pytest.raises(http.client.IncompleteRead):
        einfo(servers)


def test_a_reset_connection_gives_no_answer(servers: Servers) -> None:
    servers.inject("pubmed", "reset")

    with pytest.raises((ConnectionError, urllib.error.URLError)):
        einfo(servers)
    assert einfo(servers).status == 200


def test_a_hanging_server_outlasts_the_client(servers: Servers) -> None:
    servers.inject("pubmed", "hang")

    with pytest.raises((TimeoutError, urllib.error.URLError)):
        einfo(servers, timeout=0.2)
    assert einfo(servers).status == 200


def test_a_dripping_answer_arrives_in_small_pieces(servers: Servers) -> None:
    """P23: a time limit per read is not enough: every piece comes in time, and the answer as a whole does not."""
    servers.inject("pages", "drip")
    host, _, port = servers.urls["MONITOR_PAGES_URL"].removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /guides.example/knee/ HTTP/1.1\r\nHost: x\r\n\r\n")
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)

    assert len(pieces) >= len("<h1>Knee guideline, revised</h1>") // 8
    assert b"".join(pieces).endswith(b"<h1>Knee guideline, revised</h1>")


@pytest.mark.parametrize("url", ["MONITOR_CROSSREF_URL", "MONITOR_RETRACTION_WATCH_URL"])
@pytest.mark.parametrize("fault", list(FaultKind))
def test_every_fault_strikes_crossref_and_retraction_watch_and_is_over(
    servers: Servers, url: str, fault: FaultKind
) -> None:
    """Those of the update files alone leave the answer as it is; so does a drip, as it is waited for."""
    upstream = url.removeprefix("MONITOR_").removesuffix("_URL").lower()
    address = servers.urls[url] + ("/works/10.5555/none" if upstream == "crossref" else "")
    whole = ask(address)
    servers.inject(upstream, fault)
    try:
        struck = ask(address, timeout=5 if fault is not FaultKind.HANG else 0.2)
    except (OSError, http.client.HTTPException):
        struck = None
    same = {FaultKind.MISSING, FaultKind.REPUBLISHED, FaultKind.WRONG_SUM, FaultKind.NO_HEADERS, FaultKind.DRIP}

    assert (struck is None) == (fault in {FaultKind.HANG, FaultKind.RESET, FaultKind.SHORT})
    assert struck is None or ((struck.status, struck.body) == (whole.status, whole.body)) == (fault in same)
    assert ask(address).body == whole.body


def test_the_log_tells_what_was_asked_and_what_struck(servers: Servers) -> None:
    servers.inject("pages", "503")
    page(servers, "/list?page=2")
    einfo(servers)

    first, second = servers.requests
    assert (first.upstream, first.method, first.target, first.fault) == (
        "pages", "GET", "/guides.example/list?page=2", "503",
    )  # fmt: skip
    assert (second.upstream, second.fault) == ("pubmed", None)
    assert first.at <= second.at


def test_connections_are_kept_open_between_requests(servers: Servers) -> None:
    connection = http.client.HTTPConnection(servers.urls["MONITOR_PAGES_URL"].removeprefix("http://"), timeout=5)
    bodies = []
    for _ in range(3):
        connection.request("GET", "/guides.example/list")
        bodies.append(connection.getresponse().read())
    connection.close()

    assert bodies == [b"first page"] * 3


def test_servers_end_although_a_client_keeps_its_connection(tmp_path: Path) -> None:
    with served(make_world(tmp_path, {})) as servers:
        connection = http.client.HTTPConnection(servers.urls["MONITOR_PAGES_URL"].removeprefix("http://"), timeout=5)
        connection.request("GET", "/a.org/")
        connection.getresponse().read()
    connection.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("replay-")]


def eight_are_free(port: int) -> bool:
    try:
        for number in range(port, port + 8):
            with socket.create_server(("127.0.0.1", number)):
                continue
    except OSError:
        return False
    return True


def test_the_servers_take_the_ports_they_are_given(tmp_path: Path) -> None:
    world = make_world(tmp_path, {})
    port = next(filter(eight_are_free, range(20_000, 30_000, 8)))

    with serving.serve(world, port=port) as servers:
        assert servers.urls == {
            "MONITOR_EUTILS_URL": f"http://127.0.0.1:{port}/entrez/eutils/",
            "MONITOR_CLINICALTRIALS_URL": f"http://127.0.0.1:{port + 1}/api/v2",
            "MONITOR_PAGES_URL": f"http://127.0.0.1:{port + 2}",
            "MONITOR_PUBMED_UPDATES_URL": f"http://127.0.0.1:{port + 3}/pubmed/updatefiles/",
            "MONITOR_NICE_URL": f"http://127.0.0.1:{port + 4}/nice",
            "MONITOR_USPSTF_URL": f"http://127.0.0.1:{port + 5}/uspstf",
            "MONITOR_CROSSREF_URL": f"http://127.0.0.1:{port + 6}",
            "MONITOR_RETRACTION_WATCH_URL": f"http://127.0.0.1:{port + 7}{PATH}",
        }
    assert world.today == LAST_DAY
