"""Feeds and sitemaps as the index of a publisher: what is read from them, and what is never read as a change."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.channels import FieldRule, IndexForm, PageChannel
from monitor.domain.identifiers import Identifier
from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Unreadable
from monitor.domain.publishers import Publisher
from monitor.net import Client
from monitor.reading import UnreadablePage
from monitor.sources.guideline import GuidelinePublisher
from monitor.sources.guideline.indexes import LARGEST_FEED, MOST_TAGS, Index, read_index
from monitor.sources.guideline.kept import Kept
from tests.contract.faulty_server import START, FaultyServer, HandClock, Reply, faulty_server, page, status

HOST = "college.example.org"
GOUT, OLD = (Identifier.parse(f"guideline:college/{name}") for name in ("gout", "old"))


def channel(form: IndexForm, *, newest_within: timedelta | None = None) -> PageChannel:
    return PageChannel(
        index_url=f"https://{HOST}/index.xml",
        form=form,
        link_pattern="^/advice/",
        fields={"title": FieldRule(xpath="//h1")},
        newest_within=newest_within,
    )


def publisher(form: IndexForm) -> Publisher:
    return Publisher(key="college", name="College", channel=channel(form))


def feed(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'.encode()


def item(link: str, day: str = "Mon, 05 Jan 2026 10:00:00 GMT", title: str = "Advice") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{day}</pubDate></item>"


def sitemap(*links: str, kind: str = "urlset", entry: str = "url", day: str = "2026-01-05") -> bytes:
    entries = "".join(f"<{entry}><loc>{link}</loc><lastmod>{day}</lastmod></{entry}>" for link in links)
    return (
        f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'.encode()
    )


def read(body: bytes, form: IndexForm, *, newest_within: timedelta | None = None, charset: str = "") -> Index:
    kept = Kept(body=body, url=f"https://{HOST}/index.xml", charset=charset)
    return read_index(kept, channel(form, newest_within=newest_within), now=START)


def test_the_items_of_a_feed_that_are_guidelines_are_its_links() -> None:
    body = feed(item("https://college.example.org/advice/gout#top"), item("/advice/asthma"), item("/news/party"))

    assert read(body, IndexForm.FEED).links == (
        "https://college.example.org/advice/gout",
        "https://college.example.org/advice/asthma",
    )


def test_an_atom_feed_is_read_too() -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>Gout</title>'
        b'<link href="https://college.example.org/advice/gout"/><updated>2026-01-05T10:00:00Z</updated></entry></feed>'
    )

    assert read(body, IndexForm.FEED).links == ("https://college.example.org/advice/gout",)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)//advice/",
        "data:text/html,/advice/",
        "https://elsewhere.example.org/advice/gout",
        "file:///advice/gout",
        "https://[bad/advice/",
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(link: str) -> None:
    body = feed(item(link), item("/advice/gout"))

    assert read(body, IndexForm.FEED).links == ("https://college.example.org/advice/gout",)


@pytest.mark.parametrize("title", ["&lt;img src=x onerror=alert(1)&gt;", "<![CDATA[<script>x</script>]]>", "a & b"])
def test_what_stands_in_a_title_of_a_feed_does_not_matter(title: str) -> None:
    assert read(feed(item("/advice/gout", title=title)), IndexForm.FEED).links


@pytest.mark.parametrize(
    "body",
    [
        feed(item("/advice/gout"))[:-20],
        feed(item("/advice/gout"), head='<?xml version="1.0" encoding="utf-16"?>'),
        feed(item("/advice/gout", title="5 &nbsp; caf\xe9")).decode().encode("latin-1"),
        b"\n\n" + feed(item("/advice/gout")),
    ],
    ids=["cut", "wrong encoding named", "entity and bytes of another encoding", "begins late"],
)
def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes(body: bytes) -> None:
    assert read(body, IndexForm.FEED).links == ("https://college.example.org/advice/gout",)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"https://college.example.org/index.xml",
        b"<html><body><h1>Welcome</h1><a href='/advice/gout'>x</a></body></html>",
        feed(),
        feed(item("/news/party")),
        feed(item("")),
        b"%PDF-1.7",
        b"\x00\xff" * 50,
    ],
    ids=range(8),
)
def test_what_is_no_feed_of_guidelines_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read(body, IndexForm.FEED)


def test_bytes_that_name_a_file_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(feed(item("/advice/gout")))
    with pytest.raises(UnreadablePage):
        read(str(path).encode(), IndexForm.FEED)


@pytest.mark.parametrize("body", [b"<" * 2_000_000, b"<a>" * MOST_TAGS + b"<b>", b" " * (LARGEST_FEED + 1)])
def test_a_feed_made_to_be_slow_is_refused_at_once(body: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(UnreadablePage, match="a feed of more than"):
        read(body, IndexForm.FEED)

    assert time.monotonic() - begun < 1


def test_a_feed_that_is_no_longer_fed_is_an_alarm() -> None:
    """The feed of MMWR answers to this day, and ends in June 2018."""
    old = feed(item("/advice/gout", day="Thu, 28 Jun 2018 17:00:00 GMT"))
    undated = feed("<item><link>/advice/gout</link></item>")

    assert read(old, IndexForm.FEED).links
    with pytest.raises(UnreadablePage, match=r"newest item of the feed is of 2018-06-28: it is no longer fed"):
        read(old, IndexForm.FEED, newest_within=timedelta(days=90))
    with pytest.raises(UnreadablePage, match="states its day"):
        read(undated, IndexForm.FEED, newest_within=timedelta(days=90))
    assert read(feed(item("/advice/gout")), IndexForm.FEED, newest_within=timedelta(days=90)).links


def test_the_addresses_of_a_sitemap_are_links_whenever_they_changed() -> None:
    links = (f"https://{HOST}/advice/gout", f"https://{HOST}/advice/asthma")
    before = read(sitemap(*links, f"https://{HOST}/about"), IndexForm.SITEMAP)
    after = read(sitemap(*links, f"https://{HOST}/about", day="2026-03-03"), IndexForm.SITEMAP)

    assert before == after == Index(links=links)
    assert read(gzip.compress(sitemap(*links)), IndexForm.SITEMAP).links == links


def test_an_index_of_sitemaps_names_those_of_its_own_host() -> None:
    body = sitemap(f"https://{HOST}/a.xml", "https://else.example.org/b.xml", kind="sitemapindex", entry="sitemap")

    assert read(body, IndexForm.SITEMAP) == Index(further=(f"https://{HOST}/a.xml",))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body></body></html>",
        sitemap(f"https://{HOST}/advice/gout")[:-10],
        sitemap(kind="sitemapindex", entry="sitemap"),
        sitemap(*[f"https://{HOST}/{n}.xml" for n in range(11)], kind="sitemapindex", entry="sitemap"),
        gzip.compress(sitemap(f"https://{HOST}/advice/gout"))[:-30],
        b"\x1f\x8b\x08 not packed",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
        + b"x" * 9999
        + b'">]><urlset>'
        + b"&a;" * 99999
        + b"</urlset",
        gzip.compress(b"<" * 60_000_000),
    ],
    ids=range(9),
)
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read(body, IndexForm.SITEMAP)


def test_no_entity_of_a_sitemap_reads_a_file(tmp_path: Path) -> None:
    """P48: nothing outside the answer is opened."""
    secret = tmp_path / "secret"
    secret.write_text(f"https://{HOST}/advice/secret")
    entity = f'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
    body = sitemap("&x;", f"https://{HOST}/advice/gout").replace(b'<?xml version="1.0"?>', entity)

    assert read(body, IndexForm.SITEMAP).links == (f"https://{HOST}/advice/gout",)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as pages:
        for name in ("gout", "old"):
            pages.on(f"/{HOST}/advice/{name}", page(name.title(), f"<h1>{name.title()}</h1>"))
        yield pages


def xml(body: bytes) -> Reply:
    return status(200, body, Content_Type="application/xml; charset=utf-8")


def poll(server: FaultyServer, form: IndexForm, *ids: Identifier, cursor: str = "") -> PollOutcome:
    client = Client(clock=HandClock(), contact="tests@example.org")
    source = GuidelinePublisher(client, publisher(form), pages_url=server.url("").rstrip("/"))
    return source.poll(
        PollRequest(
            watch="list",
            target="",
            identifiers=ids,
            unread=frozenset(),
            cursor=cursor,
            data_version="",
            now=START,
        )
    )


def test_a_guideline_that_left_the_feed_is_still_asked_for_where_it_was(server: FaultyServer) -> None:
    server.on(f"/{HOST}/index.xml", xml(feed(item("/advice/gout"), item("/advice/old"))))
    first = poll(server, IndexForm.FEED, GOUT, OLD)
    assert isinstance(first, Polled)
    server.on(f"/{HOST}/index.xml", xml(feed(item("/advice/gout"))))
    second = poll(server, IndexForm.FEED, GOUT, OLD, cursor=first.cursor)

    assert isinstance(second, Polled)
    assert (second.missing, second.covered) == ((), (GOUT, OLD))


def test_a_guideline_that_no_feed_ever_showed_us_is_not_taken_for_gone(server: FaultyServer) -> None:
    server.on(f"/{HOST}/index.xml", xml(feed(item("/advice/gout"))))
    outcome = poll(server, IndexForm.FEED, GOUT, OLD)

    assert isinstance(outcome, Polled)
    assert (outcome.missing, outcome.covered) == ((), (GOUT,))
    assert "the recipe does not name its page" in outcome.troubles[0]


def test_all_sitemaps_of_an_index_are_read_or_none_is_believed(server: FaultyServer) -> None:
    parts = [f"https://{HOST}/{name}.xml" for name in ("a", "b")]
    server.on(f"/{HOST}/index.xml", xml(sitemap(*parts, kind="sitemapindex", entry="sitemap")))
    server.on(f"/{HOST}/a.xml", xml(sitemap(f"https://{HOST}/advice/gout")))
    broken = poll(server, IndexForm.SITEMAP, GOUT)
    server.on(f"/{HOST}/b.xml", xml(sitemap(f"https://{HOST}/about")))
    whole = poll(server, IndexForm.SITEMAP, GOUT)

    assert isinstance(broken, Unreadable)
    assert f"the publisher's list is not at https://{HOST}/b.xml" in broken.reason
    assert isinstance(whole, Polled)
    assert len(whole.readings) == 1


@pytest.mark.parametrize("form", [IndexForm.FEED, IndexForm.SITEMAP])
def test_an_index_without_guidelines_is_never_the_end_of_all_guidelines(form: IndexForm, server: FaultyServer) -> None:
    body = feed(item("/about")) if form is IndexForm.FEED else sitemap(f"https://{HOST}/about")
    server.on(f"/{HOST}/index.xml", xml(body))

    assert isinstance(poll(server, form, GOUT), Unreadable)
