"""Answers that look like success and are none: challenges, blocks, error pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.clock import SystemClock
from monitor.domain.outcomes import Fetched, Throttled, Unreadable
from monitor.net import Client, Manners
from monitor.net.blocks import blocked
from tests.contract.faulty_server import FaultyServer, Reply, faulty_server, page, status

QUICK = Manners(pace_seconds=0, deadline_seconds=5)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as running:
        yield running


@pytest.fixture
def client() -> Client:
    return Client(clock=SystemClock(), contact="editors@example.org")


@pytest.mark.parametrize(
    "reply",
    [
        status(200),
        status(200, b" \n"),
        status(200, b"wait", cf_mitigated="challenge", server="cloudflare"),
        status(200, b"wait", x_amzn_waf_action="captcha"),
        page("Just a moment..."),
        page("Access Denied"),
        page("NCBI - WWW Error Blocked Diagnostic"),
        page("Guideline", "<p>Please enable JavaScript and cookies to continue</p>"),
        page("Sign in"),
    ],
    ids=["empty", "blank", "cloudflare", "aws", "moment", "denied", "ncbi", "javascript", "login"],
)
def test_a_block_sent_as_success_is_unreadable(server: FaultyServer, client: Client, reply: Reply) -> None:
    assert isinstance(client.get(server.on("/", reply), manners=QUICK), Unreadable)


def test_a_challenge_sent_as_404_is_not_taken_for_a_page_that_is_gone(server: FaultyServer, client: Client) -> None:
    outcome = client.get(server.on("/", status(404, b"wait", cf_mitigated="challenge")), manners=QUICK)

    assert outcome == Unreadable(reason="HTTP 404, Cloudflare challenge", evidence="wait")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/xml", b"<PubmedArticle><ArticleTitle>Access denied: a survey</ArticleTitle></PubmedArticle>"),
        ("text/html", b"<html><title>Hip and knee OA</title><p>Access denied is a phrase here.</p></html>"),
        ("text/html", b"<html><title>Maintenance therapy in ulcerative colitis</title></html>"),
        ("application/json", b'{"error": null}'),
    ],
)
def test_a_page_that_only_speaks_of_blocks_is_read(content_type: str, body: bytes) -> None:
    assert blocked(Fetched(url="https://a.example/", body=body, headers={"content-type": content_type})) is None


def test_a_rate_limit_sent_as_success_is_throttling(server: FaultyServer, client: Client) -> None:
    server.on("/", status(200, b'{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}'))

    assert isinstance(client.get(server.url("/"), manners=QUICK), Throttled)
