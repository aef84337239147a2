"""A site that is followed by its sitemap: what is new, changed, moved and removed, and what is never taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from monitor.domain.article_sources import HeldArticle
from monitor.domain.outcomes import Failure, Unreachable
from tests.contract.article_sites import (
    HOST,
    KNEE,
    SENTENCE,
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
from tests.contract.faulty_server import (
    START,
    FaultyServer,
    Reply,
    faulty_server,
    page,
    reset,
    sequence,
    status,
)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as site:
        site.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA)))
        for path, title in ((KNEE, "Knees"), (SOCKS, "Socks"), (TEA, "Tea")):
            site.on(path, article(title))
        yield site


@pytest.fixture
def site(server: FaultyServer) -> Following:
    """The site after its first poll."""
    following = Following(server, source())
    first = following.poll()
    assert (ids(first), len(first.covered)) == (["knee", "socks", "tea"], 3)
    following.visits()
    return following


def test_only_pages_that_the_sitemap_says_have_changed_are_asked_for(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, socks="2026-01-05")))
    server.on(SOCKS, article("Socks", "Wool helps most people with cold feet."))
    outcome = site.poll()

    assert ids(outcome) == ["socks"]
    assert site.visits() == [SITEMAP, SOCKS, SOCKS], "a change is asked for once more before it is believed"
    assert len(outcome.covered) == 3
    assert not outcome.troubles


def test_a_new_page_is_a_new_article(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, f"/{HOST}/answers/rest")))
    server.on(f"/{HOST}/answers/rest", article("Rest"))

    assert ids(site.poll()) == ["rest"]
    assert ids(site.poll()) == []


def test_another_frame_around_the_article_is_no_edit(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, day="2026-01-05")))
    server.on(KNEE, article("Knees", frame="<a href='/'>Five new offers, 1234 views today</a>"))

    assert ids(site.poll()) == []


def test_a_page_is_read_again_though_its_lastmod_and_its_etag_stand_still(server: FaultyServer) -> None:
    server.on(KNEE, article("Knees", ETag='"1"'))
    site = Following(server, source(reread=timedelta(days=2)))
    site.poll()
    server.on(KNEE, article("Knees", "Nothing helps at all in this case.", ETag='"1"'))
    changed = [ids(site.poll()) for _ in range(6)]

    assert changed.count(["knee"]) == 1


def test_a_lastmod_of_today_may_be_that_of_a_later_edit(site: Following, server: FaultyServer) -> None:
    """The listing says the day only; of two edits on one day it shows the first."""
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, socks="2026-01-06")))
    server.on(SOCKS, article("Socks", "Wool helps most people with cold feet."))
    site.now = START + timedelta(days=1)
    first = ids(site.poll())
    server.on(SOCKS, article("Socks", "Cotton helps most people with cold feet."))
    second = ids(site.poll())
    later = [site.visits() for _ in range(8) if site.poll()]

    assert (first, second) == (["socks"], ["socks"])
    assert SOCKS not in later[-1]


def test_pages_without_lastmod_are_asked_for_each_time_but_only_if_they_changed(server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, day="")))
    server.on(KNEE, sequence(article("Knees", ETag='W/"a"'), status(304)))
    site = Following(server, source())
    site.poll()
    outcome = site.poll()

    assert server.heard[-1].headers["if-none-match"] == 'W/"a"'
    assert (ids(outcome), len(outcome.covered), outcome.troubles) == ([], 1, ())


def test_a_sitemap_that_did_not_change_lists_what_it_listed(server: FaultyServer) -> None:
    server.on(SITEMAP, sequence(xml(sitemap(KNEE, SOCKS, TEA), ETag='"s"'), status(304)))
    site = Following(server, source())
    site.poll()
    site.visits()
    outcome = site.poll()

    assert site.visits() == [SITEMAP]
    assert (len(outcome.covered), outcome.troubles) == (3, ())


def test_one_page_that_fails_fails_alone_and_is_told_until_it_is_read(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, day="2026-01-05")))
    server.on(KNEE, status(500))
    server.on(SOCKS, article("Socks", "Wool helps most people with cold feet."))
    failed = site.poll()
    server.on(KNEE, article("Knees", "Rest helps nobody with this."))
    repaired = site.poll()

    assert (ids(failed), len(failed.covered), len(failed.troubles)) == (["socks"], 2, 1)
    assert (ids(repaired), len(repaired.covered), repaired.troubles) == (["knee"], 3, ())


def test_a_site_of_which_no_page_can_be_reached_is_unreachable(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, day="2026-01-05")))
    for path in (KNEE, SOCKS, TEA):
        server.on(path, reset)

    assert isinstance(site.ask(), Unreachable)


@pytest.mark.parametrize(
    "reply",
    [
        xml(sitemap()),
        xml(sitemap(KNEE)),
        xml(sitemap(f"/{HOST}/shop/hats", f"/{HOST}/shop/gloves")),
        xml(sitemap(KNEE, SOCKS, TEA)[:-30]),
        page("Just a moment..."),
        status(404),
        status(410),
        status(500),
        status(304),
        reset,
    ],
    ids=["empty", "halved", "no article", "cut", "a challenge", "404", "410", "500", "304", "reset"],
)
def test_a_listing_that_is_not_whole_is_an_alarm_and_removes_nothing(
    reply: Reply, site: Following, server: FaultyServer
) -> None:
    server.on(SITEMAP, reply)
    outcome = site.ask()

    assert isinstance(outcome, Failure.__args__), outcome  # type: ignore[attr-defined]


def test_a_listing_that_shrank_for_good_is_believed_after_an_edit_of_its_file(
    site: Following, server: FaultyServer
) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE)))
    site.source = source(title="The site")
    outcome = site.poll()

    assert not outcome.gathered.removed
    assert len([line for line in outcome.troubles if "not listed any more, but still there" in line]) == 2


def test_an_article_is_removed_once_it_is_not_listed_and_its_page_is_gone(
    site: Following, server: FaultyServer
) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS)))
    server.on(TEA, status(410))
    [gone] = site.poll().gathered.removed

    assert (gone.article_id, gone.because) == (
        "tea",
        f"https:/{TEA} is not listed any more, and answers 410",
    )
    assert (site.poll().gathered.removed, site.poll().troubles) == ((), ())


def test_a_404_counts_after_three_polls_running(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS)))
    server.on(TEA, sequence(status(404), status(404), article("Tea"), status(404)))
    polls = [site.poll() for _ in range(6)]

    assert [len(outcome.gathered.removed) for outcome in polls] == [0, 0, 0, 0, 0, 1]
    assert "answers 404, for 2 of 3 polls" in polls[1].troubles[0]
    assert "still there" in polls[2].troubles[0]


def test_a_page_that_is_listed_is_never_removed(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, tea="2026-01-05")))
    server.on(TEA, status(410))
    polls = [site.poll() for _ in range(4)]

    assert all(not outcome.gathered.removed for outcome in polls)
    assert f"https:/{TEA} is listed, but answers 410" in polls[3].troubles


def test_an_article_that_comes_back_has_the_id_it_had(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS)))
    server.on(TEA, status(410))
    site.poll()
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA)))
    server.on(TEA, article("Tea"))
    [page] = site.poll().gathered.pages

    assert (page.article_id, page.is_known) == ("tea", False)


def test_an_article_that_somebody_removed_is_left_alone(site: Following, server: FaultyServer) -> None:
    site.held["tea"] = HeldArticle(origin="", is_removed=True)
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, tea="2026-01-05")))
    server.on(TEA, status(500))
    outcome = site.poll()

    assert TEA not in site.visits()
    assert (len(outcome.covered), outcome.troubles) == (2, ())


def test_an_article_that_was_removed_before_its_site_was_followed_stays_removed(server: FaultyServer) -> None:
    site = Following(server, source(), held={"tea": HeldArticle(origin=f"https:/{TEA}", is_removed=True)})
    first, second = site.poll(), site.poll()

    assert (ids(first), first.troubles, ids(second)) == (["knee", "socks"], (), [])
    site.held["tea"] = HeldArticle(origin=f"https:/{TEA}")
    server.on(TEA, article("Tea", "Milk goes in last of all."))
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, tea="2026-01-05")))
    assert ids(site.poll()) == ["tea"], "somebody added it again"


def test_a_page_that_moved_for_good_keeps_its_article(site: Following, server: FaultyServer) -> None:
    """The new address is listed at once; it is no new article."""
    new = f"/{HOST}/answers/black-tea"
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, new)))
    server.on(TEA, status(301, Location=server.url(new)))
    server.on(new, article("Tea"))
    moving = [ids(site.poll()) for _ in range(3)]
    server.on(TEA, status(404))
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, new, day="2026-01-05")))
    server.on(new, article("Tea", "Green tea is as good as black tea."))
    [page] = site.poll().gathered.pages

    assert moving == [[], [], []]
    assert (page.article_id, page.address) == ("tea", f"https:/{new}")
    assert not site.poll().troubles


def test_a_redirect_for_today_or_to_the_front_page_is_no_edit(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, day="2026-01-05")))
    server.on(f"/{HOST}/", article("Welcome", "We answer every question that you have."))
    server.on(KNEE, status(301, Location=server.url(f"/{HOST}/")))
    server.on(SOCKS, status(302, Location=server.url("/shop.example.com/here")))
    server.on("/shop.example.com/here", article("Offers", "We have the best socks of all."))
    outcome = site.poll()

    assert ids(outcome) == []
    assert sorted(line.partition(" leads to ")[2] for line in outcome.troubles) == [
        "shop.example.com for today",
        f"the front page of {HOST}",
    ]


def test_a_page_that_shows_two_things_in_one_minute_is_not_believed(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, tea="2026-01-05")))
    server.on(TEA, sequence(article("Tea", "Milk goes in first."), article("Tea", "Milk goes in last.")))

    assert ids(site.poll()) == []
    assert ids(site.poll()) == ["tea"]


def test_a_change_is_confirmed_at_the_next_look_where_the_pace_forbids_to_ask_twice(server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE)))
    site = Following(server, source(pace_seconds=60))
    site.poll()
    site.now -= timedelta(hours=12)
    site.poll()
    server.on(SITEMAP, xml(sitemap(KNEE, day="2026-01-05")))
    server.on(KNEE, article("Knees", "Rest helps nobody with this."))
    site.poll()
    site.now -= timedelta(hours=12)
    first = site.poll()
    site.now -= timedelta(hours=12)
    second = site.poll()

    assert (ids(first), first.more, ids(second)) == ([], True, ["knee"])


def test_a_page_that_lost_its_references_waits_for_the_next_look(site: Following, server: FaultyServer) -> None:
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, tea="2026-01-05")))
    server.on(TEA, page("Tea", f"<main><h1>Tea</h1><p>{SENTENCE} Milk goes in first, and sugar later.</p></main>"))
    waiting, believed = site.poll(), site.poll()

    assert (ids(waiting), ids(believed)) == ([], ["tea"])
    assert "none of its 2 references; waiting for the next look" in waiting.troubles[0]


def test_a_page_for_what_was_not_found_is_never_an_edit(site: Following, server: FaultyServer) -> None:
    """It comes with status 200. Somebody who knows that the article is so short now edits the file."""
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, tea="2026-01-05")))
    server.on(TEA, page("Tea", "<main><h1>Sorry</h1><p>We found nothing here.</p></main>"))
    waiting = [site.poll() for _ in range(4)]
    site.source = source(title="The site")
    believed = site.poll()

    assert [ids(outcome) for outcome in waiting] == [[], [], [], []]
    assert "4 of 14 words and none of its 2 references" in waiting[3].troubles[0]
    assert (ids(believed), believed.troubles) == (["tea"], ())


def test_a_date_that_is_always_todays_is_no_edit_and_one_that_stays_is_a_review(server: FaultyServer) -> None:
    def dated(day: date) -> Reply:
        body = article_page("Tea").replace(b"<h1>Tea</h1>", f"<h1>Tea</h1><p>Last updated: {day}</p>".encode())
        return status(200, body, Content_Type="text/html")

    server.on(SITEMAP, xml(sitemap(TEA, day="")))
    site = Following(server, source())
    rendered, reviewed = [], []
    for _ in range(8):
        server.on(TEA, dated(site.now.date()))
        rendered.append(ids(site.poll()))
    for _ in range(8):
        reviewed.append(ids(site.poll()))

    assert rendered == [["tea"], [], [], [], [], [], [], []]
    assert [found for found in reviewed if found] == [["tea"]]


def test_a_return_to_a_former_state_waits_for_the_next_look(site: Following, server: FaultyServer) -> None:
    """Some servers hand out old and new copies by turns."""
    server.on(SITEMAP, xml(sitemap(KNEE, SOCKS, TEA, day="")))
    old, new = article("Tea"), article("Tea", "Milk goes in last of all.")
    seen = []
    for reply in (new, old, new, old, old):
        server.on(TEA, reply)
        seen.append(ids(site.poll()))

    assert seen == [["tea"], [], [], [], ["tea"]]


def test_a_page_that_is_no_article_is_told_and_the_others_are_read(server: FaultyServer) -> None:
    server.on(TEA, status(200, b"%PDF-1.7", Content_Type="application/pdf"))
    outcome = Following(server, source()).poll()

    assert ids(outcome) == ["knee", "socks"]
    assert "this is a PDF" in outcome.troubles[0]


def test_many_pages_are_read_some_at_a_time_and_nothing_twice(server: FaultyServer) -> None:
    site = Following(server, source(), at_a_time=2)
    first, second = site.poll(), None
    site.now -= timedelta(hours=12)
    second = site.poll()

    assert (ids(first), first.more) == (["knee", "socks"], True)
    assert (ids(second), second.more) == (["tea"], False)
    assert site.visits() == [SITEMAP, KNEE, SOCKS, TEA]
