"""The queue and the list of articles, narrowed, searched and ordered by the address alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.filters import PER_PAGE, QueueFilter, QueueSort
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.listings import QueuePage
from tests.faces import views
from tests.faces.browsing import browser, page
from tests.faces.listing import ALL_REVIEWS
from tests.faces.made_up_desk import MadeUpDesk


class AskedDesk(MadeUpDesk):
    """A desk that notes what was asked of the queue."""

    wanted: QueueFilter | None = None

    def queue(
        self, wanted: QueueFilter = ALL_REVIEWS, page: int = 1, *, after: str = "", limit: int = PER_PAGE
    ) -> QueuePage:
        """The queue, with the wish noted."""
        self.wanted = self.wanted or wanted
        return super().queue(wanted, page, after=after, limit=limit)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({}, QueueFilter()),
        ({"severity": "", "kind": "", "text": " "}, QueueFilter()),
        ({"severity": "critical", "overdue": "1"}, QueueFilter(severity=Severity.CRITICAL, overdue=True)),
        ({"kind": "retracted", "sort": "title"}, QueueFilter(kind=EventKind.RETRACTED, sort=QueueSort.TITLE)),
        ({"text": "knee % _ ' \\", "snoozed": "1"}, QueueFilter(text="knee % _ ' \\", snoozed=True)),
    ],
)
def test_the_queue_is_narrowed_by_its_address(query: dict[str, str], asked: QueueFilter) -> None:
    desk = AskedDesk()
    response = browser(desk).get("/", params=query)

    assert response.status_code == 200
    assert desk.wanted == asked


@pytest.mark.parametrize("path", ["/", "/articles"])
@pytest.mark.parametrize(
    "query",
    [{"sort": "id; DROP TABLE article"}, {"severity": "worse"}, {"page": "0"}, {"page": "x"}, {"text": "x" * 201}],
)
def test_what_nobody_offers_cannot_be_asked_for(path: str, query: dict[str, str]) -> None:
    """P83: orders and filters are from a list."""
    assert browser().get(path, params=query).status_code == 422


def test_a_chip_narrows_and_takes_back_and_keeps_what_else_was_asked() -> None:
    desk = MadeUpDesk(shown=views.report(*two_severities()))
    [chip] = page(browser(desk), "/?text=a&page=2").xpath(
        "//a[contains(@class, 'chip')][contains(., 'critical')]/@href"
    )
    assert chip == "?text=a&severity=critical"

    [back] = page(browser(desk), f"/{chip}").xpath("//a[contains(@class, 'chip on')]/@href")
    assert back == "?text=a"


def test_a_search_keeps_the_filters_and_can_be_given_up() -> None:
    found = page(browser(), "/articles?freshness=stale&text=gout")

    assert found.xpath("//form[@role='search']//input[@name='freshness']/@value") == ["stale"]
    assert found.xpath("//form[@role='search']//input[@name='text']/@value") == ["gout"]
    assert found.xpath("//form[@role='search']/a/@href") == ["/articles"]


def test_an_empty_choice_is_not_said_to_be_good_news() -> None:
    text = browser().get("/?severity=info").text

    assert "No open review is of this kind." in text
    assert "No review is waiting" not in text


def test_an_entry_quotes_the_first_sentence_that_is_to_be_read_again() -> None:
    first = page(browser(), "/").xpath("//ol[@class='queue']/li")[0]

    assert first.xpath(".//q/text()") == ["Pain was lower by about one point after six months."]


def test_the_pages_of_a_list_keep_what_was_asked() -> None:
    many = tuple(views.row(f"a{number}", Freshness.FRESH, title=f"Gout {number}") for number in range(120))
    found = page(browser(MadeUpDesk(shown=views.report(*many))), "/articles?text=gout&page=2")

    assert found.xpath("//nav[@class='paging']/a/@href") == ["?text=gout&page=1", "?text=gout&page=3"]


def two_severities() -> tuple[Any, ...]:
    """Two stale articles of different weight."""
    return views.KNEE, replace(views.KNEE, id="other", severity=Severity.MAJOR)
