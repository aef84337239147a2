"""What a site lists: sitemaps, indexes of them and feeds; whose pages are followed, and under which ids."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.domain.article_sources import HeldArticle, Way
from monitor.domain.outcomes import Polled, Throttled, Unreachable, Unreadable
from monitor.net import Client
from monitor.sources.articles import Site
from monitor.sources.articles.seen import Seen
from tests.contract.article_sites import (
    HOST,
    KNEE,
    SITEMAP,
    SOCKS,
    TEA,
    Following,
    article,
    article_page,
    ids,
    sitemap,
    source,
    xml,
)
from tests.contract.faulty_server import FaultyServer, HandClock, faulty_server, status


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as site:
        site.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA)))
        for path, title in ((KNEE, "Knees"), (SOCKS, "Socks"), (TEA, "Tea")):
            site.on(path, article(title))
        yield site


def test_what_a_sitemap_lists_on_other_hosts_is_not_followed(server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, "/10.0.0.1/answers/secret", "/elsewhere.example.org/answers/tea")))
    site = Following(server, source())

    assert (ids(site.poll()), site.visits()) == (["knee"], [SITEMAP, KNEE])


def test_private_addresses_are_refused() -> None:
    clock = HandClock()
    private = source(place="https://127.0.0.1/sitemap.xml")
    site = Site(Client(clock=clock, contact="x@example.org"), private, clock=clock)
    outcome = site.listing(Seen())

    assert isinstance(outcome, Unreachable | Unreadable)
    assert "refused" in outcome.reason


def test_what_the_robots_file_forbids_is_not_asked_for(server: FaultyServer) -> None:
    server.on("/robots.txt", status(200, b"User-agent: *\nDisallow: /answers/secret"))
    clock = HandClock()
    client = Client(clock=clock, contact="x@example.org", allow_private_hosts=frozenset({"127.0.0.1"}))
    site = Site(client, source(place=server.url("/sitemap.xml")), clock=clock)
    refused = site.ask(server.url("/answers/secret"), validators={})

    assert isinstance(refused, Unreadable)
    assert "robots.txt does not allow this address" in refused.reason
    assert server.targets == ["/robots.txt"]


def test_a_site_that_wants_to_be_asked_slowly_is_read_one_page_after_the_other(server: FaultyServer) -> None:
    """Its pace is longer than anybody waits: what came so far is remembered, and the next poll goes on."""
    site = Following(server, source(pace_seconds=60))
    found: list[str] = []
    while len(found) < 3:
        outcome = site.ask()
        if isinstance(outcome, Throttled):
            site.clock.move(outcome.retry_after)
            continue
        assert isinstance(outcome, Polled)
        found += ids(outcome)
        site.cursor = outcome.cursor
        site.held |= {name: HeldArticle(origin="") for name in ids(outcome)}

    assert found == ["knee", "socks", "tea"]
    assert site.visits() == [SITEMAP, KNEE, SOCKS, TEA]


def test_an_index_of_packed_sitemaps_is_believed_as_a_whole(server: FaultyServer) -> None:
    parts = [f"/{HOST}/part-{number}.xml.gz" for number in (1, 2)]
    index = sitemap(*parts).replace(b"urlset", b"sitemapindex").replace(b"<url>", b"<sitemap>")
    server.on(SITEMAP, xml(index.replace(b"</url>", b"</sitemap>")))
    server.on(parts[0], status(200, gzip.compress(sitemap(KNEE, SOCKS)), Content_Type="application/gzip", ETag='"1"'))
    server.on(parts[1], status(200, gzip.compress(sitemap(TEA)), Content_Type="application/gzip"))
    site = Following(server, source())
    first = ids(site.poll())
    server.on(parts[0], status(304))
    server.on(parts[1], status(503))
    broken = site.ask()
    server.on(parts[1], status(200, gzip.compress(sitemap(TEA, tea="2026-02-02")), Content_Type="application/gzip"))
    site.visits()
    site.poll()

    assert first == ["knee", "socks", "tea"]
    assert isinstance(broken, Unreachable)
    assert site.visits() == [SITEMAP, *parts, TEA]


def test_two_pages_of_one_name_get_two_ids_and_an_article_from_elsewhere_keeps_its_own(server: FaultyServer) -> None:
    other = f"/{HOST}/answers/legs/knee"
    server.on(SITEMAP, xml(sitemap(KNEE, other, TEA)))
    server.on(other, article("Knees of others"))
    site = Following(server, source(), held={"tea": HeldArticle(origin="pages/tea-of-ours.md")})
    outcome = site.poll()

    assert ids(outcome) == ["knee", "answers-legs-knee"]
    assert "there is another article 'tea', from pages/tea-of-ours.md" in outcome.troubles[0]


def test_an_article_that_was_added_by_its_address_is_followed_under_its_id(server: FaultyServer) -> None:
    site = Following(server, source(), held={"tea": HeldArticle(origin=f"https:/{TEA}")})

    assert "tea" in ids(site.poll())


def test_the_id_is_what_the_pattern_takes_of_the_path(server: FaultyServer) -> None:
    site = Following(server, source(id_pattern="^/(.+)$"))

    assert ids(site.poll()) == ["answers-knee", "answers-socks", "answers-tea"]


def feed(*paths: str, **days: str) -> bytes:
    items = "".join(
        f"<entry><id>{path}</id><link href='https:/{path}'/>"
        f"<updated>{days.get(path.rpartition('/')[2], '2026-01-01')}T00:00:00Z</updated></entry>"
        for path in paths
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>New</title>{items}</feed>'.encode()


def test_a_feed_brings_articles_and_what_leaves_it_is_read_on(server: FaultyServer) -> None:
    server.on(f"/{HOST}/feed", xml(feed(KNEE, SOCKS)))
    site = Following(server, source(Way.FEED, f"https://{HOST}/feed", reread=timedelta(days=4)))
    first = ids(site.poll())
    server.on(f"/{HOST}/feed", xml(feed(TEA)))
    second = site.poll()
    site.visits()
    for _ in range(10):
        last = site.poll()

    assert (first, ids(second), second.troubles) == (["knee", "socks"], ["tea"], ())
    assert {KNEE, SOCKS} <= set(site.visits())
    assert (len(last.covered), last.troubles) == (3, ())


def test_an_article_that_left_the_feed_is_removed_when_its_page_is_gone(server: FaultyServer) -> None:
    server.on(f"/{HOST}/feed", xml(feed(KNEE, SOCKS)))
    site = Following(server, source(Way.FEED, f"https://{HOST}/feed", reread=timedelta(days=1)))
    site.poll()
    server.on(f"/{HOST}/feed", xml(feed(SOCKS)))
    server.on(KNEE, status(410))
    removed = [gone.article_id for _ in range(3) for gone in site.poll().gathered.removed]

    assert removed == ["knee"]


def test_what_counts_readers_is_no_part_of_an_address_and_another_form_of_a_page_no_article(
    server: FaultyServer,
) -> None:
    paper = f"{TEA}/for-paper"
    proper = f'<link rel="canonical" href="https:/{TEA}">'.encode()
    server.on(f"/{HOST}/feed", xml(feed(f"{KNEE}?utm_source=rss&amp;utm_medium=feed", TEA, paper)))
    server.on(
        paper, status(200, article_page("Tea").replace(b"<title>", proper + b"<title>"), Content_Type="text/html")
    )
    site = Following(server, source(Way.FEED, f"https://{HOST}/feed"))
    outcome = site.poll()

    assert (ids(outcome), outcome.troubles) == (["knee", "tea"], ())
    assert site.visits() == [f"/{HOST}/feed", KNEE, TEA, paper]


def test_an_empty_feed_is_an_alarm(server: FaultyServer) -> None:
    server.on(f"/{HOST}/feed", xml(feed()))

    assert isinstance(Following(server, source(Way.FEED, f"https://{HOST}/feed")).ask(), Unreadable)
