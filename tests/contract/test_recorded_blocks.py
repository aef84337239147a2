"""Recorded answers that are not the page, and some that are: the recorder's score stands in the name of their folder.

Hardly any body was recorded: where one is missing, words of the recorded length under the recorded title stand in.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.outcomes import Fetched, FetchOutcome, Gone, Throttled, Unreachable, Unreadable
from monitor.net.answers import Answer, outcome_of
from monitor.net.blocks import from_the_edge
from tests.contract.faulty_server import START

RECORDED = "data/guidelines/blocked_or_error_pages/edgi_snapshot_quality.tar.xz"


def recorded(shared: Path) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """Folder, what was recorded, and the body."""
    with tarfile.open(fileobj=io.BytesIO((shared / RECORDED).read_bytes()), mode="r:xz") as files:
        held = {name: file.read() for name in files.getnames() if (file := _opened(files, name)) is not None}
    for name, content in held.items():
        if name.endswith(".json"):
            data = json.loads(content)["data"]
            yield Path(name).parent.name, data, held.get(name.replace(".json", ".body")) or _stand_in(data)


def _opened(files: tarfile.TarFile, name: str) -> Any:
    return files.extractfile(name) if files.getmember(name).isfile() else None


def _stand_in(data: dict[str, Any]) -> bytes:
    length = data["content_length"] or 0
    page = f"<html><head><title>{data['title'] or ''}</title></head><body>{'word ' * (length // 5)}".encode()
    return page[:length]


def outcome(data: dict[str, Any], body: bytes) -> FetchOutcome:
    headers = {name.lower(): str(value) for name, value in data["headers"].items()}
    url = data["source_metadata"].get("redirected_url") or data["url"]
    answer = Answer(url=url, status=data["status"], headers=headers, body=body, conditional=False, secrets=())
    return outcome_of(answer, expects_body=True, now=START)


def test_what_scored_below_1_is_not_the_page_and_what_scored_1_is_what_its_status_says(shared: Path) -> None:
    """P25. A block is never content, and never says that a page is gone."""
    count = 0
    for folder, data, body in recorded(shared):
        score, found = float(folder.rpartition("-")[2]), outcome(data, body)
        count += 1
        if 0 <= score < 1:
            assert isinstance(found, Unreadable | Unreachable | Throttled), (folder, found)
        else:
            assert isinstance(found, Fetched if data["status"] == 200 else Gone), (folder, found)
    assert count == 18


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (404, {"server": "AkamaiGHost"}, b"<h1>Not found</h1>", Unreadable),
        (404, {"server": "AkamaiGHost"}, b"<h1>Not found</h1>" + b"word " * 400, Gone),
        (404, {"server-timing": 'ak_p; desc="1", edge; dur=2'}, b"none", Unreadable),
        (404, {"server-timing": 'ak_p; desc="1", edge; dur=2, origin; dur=9'}, b"none", Gone),
        (404, {"server": "CloudFront", "x-cache": "Error from cloudfront"}, b"none", Gone),
        (410, {"server": "CloudFront", "x-cache": "Error from cloudfront"}, b"none", Unreadable),
        (404, {"cf-mitigated": "challenge", "server": "cloudflare"}, b"none", Unreadable),
        (404, {"server": "nginx"}, b"none", Gone),
        (202, {"content-type": "text/html"}, b"<p>Please wait</p>", Unreadable),
    ],
)
def test_an_error_of_the_network_in_front_of_a_server_says_nothing_of_the_page(
    status: int, headers: dict[str, str], body: bytes, kind: type
) -> None:
    answer = Answer(
        url="https://example.org/a", status=status, headers=headers, body=body, conditional=False, secrets=()
    )

    assert isinstance(outcome_of(answer, expects_body=True, now=START), kind)


@pytest.mark.parametrize(
    "html",
    [
        "<title>Corporate web filter</title><p>This category is blocked.</p>",
        "<title>Blocked by DNS Filter</title>",
        '<title>A page</title><meta http-equiv="refresh" content="0; url=https://elsewhere.example.org/">',
        '<title>A page</title><meta content="3;URL=/en/" http-equiv=refresh>',
    ],
)
def test_a_page_that_stands_in_the_way_is_known_by_its_words(html: str) -> None:
    body = f"<!doctype html><html><head>{html}</head><body><p>Words.</p></body></html>".encode()
    answer = Answer(
        url="https://example.org/a",
        status=200,
        headers={"content-type": "text/html"},
        body=body,
        conditional=False,
        secrets=(),
    )

    assert isinstance(outcome_of(answer, expects_body=True, now=START), Unreadable)


def test_a_page_about_filters_or_that_reloads_itself_by_and_by_is_a_page() -> None:
    assert from_the_edge(200, {"server": "AkamaiGHost"}, 10) is None
    html = '<html><head><title>Inferior vena cava filters</title><meta http-equiv="refresh" content="600"></head>'
    answer = Answer(
        url="https://example.org/a", status=200, headers={}, body=html.encode(), conditional=False, secrets=()
    )

    assert isinstance(outcome_of(answer, expects_body=True, now=START), Fetched)
