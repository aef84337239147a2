"""The editors' pages: in ten seconds an editor knows why an article is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml.html import HtmlElement

from monitor.domain.articles import Freshness, ReviewStatus
from monitor.domain.kinds import EventKind
from monitor.domain.read_models import FlipLine, Report, TopicLine
from monitor.web.pages.reading_order import blocks
from tests.faces import views
from tests.faces.browsing import browser, page
from tests.faces.figures import figure
from tests.faces.made_up_desk import MadeUpDesk

PAGES = ("/", "/articles", "/articles/knee", "/sources", "/report")


def words(element: HtmlElement) -> str:
    """The text of an element, with single spaces."""
    return " ".join(" ".join(map(str, element.itertext())).split())


def test_the_queue_says_of_each_article_why_since_when_and_by_when() -> None:
    first, second = page(browser(), "/").xpath("//ol[@class='queue']/li")

    for text in (
        "Stem Cell Therapy for Knee Osteoarthritis",
        "critical",
        "A retraction notice names reference 2",
        "2 more findings",
        "2 sentences affected, 1 possibly",
        "stale for 24 hours",
        "due in",
        "under review by Ada",
        "1 new since the start",
    ):
        assert text in words(first)
    assert "The guideline has a newer edition or update (reference 1)" in words(second)


def test_the_queue_counts_all_articles_and_shows_the_sources_health() -> None:
    queue = page(browser(), "/")

    assert words(queue.xpath("//ul[@class='tiles']")[0]) == "2 stale 1 unverified 1 fresh"
    assert "ClinicalTrials.gov could not check since 18 Nov 2026, 12:00 UTC" in words(queue)


def test_an_empty_queue_is_not_good_news_while_a_source_cannot_be_checked() -> None:
    text = words(page(browser(MadeUpDesk(shown=views.report(views.GOUT))), "/"))

    assert "No review is waiting. But not every source could be checked" in text
    assert "Could not check since 18 Nov 2026, 12:00 UTC (HTTP 503)" in text


def test_an_overdue_review_is_marked() -> None:
    desk = MadeUpDesk()
    late = replace(views.REVIEW, deadline=views.YESTERDAY)
    desk.views["knee"] = views.article(review=late)

    assert page(browser(desk), "/articles/knee").xpath("//*[@class='overdue'][contains(., 'overdue by')]")


def test_affected_sentences_are_marked_in_place_with_the_reason_beside() -> None:
    article = page(browser(), "/articles/knee")
    sure, possible = article.get_element_by_id("claim-3"), article.get_element_by_id("claim-4")

    assert sure.xpath(".//mark/text()") == ["Pain was lower by about one point after six months."]
    assert sure.xpath(".//a[@href='#finding-f-retracted']/text()") == ["A retraction notice names reference 2"]
    assert possible.xpath(".//span[@class='possibly']")
    assert "Possibly: A retraction notice names reference 2" in words(possible)
    assert not article.get_element_by_id("claim-1").xpath(".//mark")


def test_sentences_stand_in_reading_order_under_their_headings() -> None:
    found = blocks(reversed(views.CLAIMS))

    assert [[heading.text for heading in block.headings] for block in found] == [
        [],
        ["Recommendations", "Why"],
        ["Research evidence"],
        ["Safety"],
    ]
    assert [claim.position for block in found for claim in block.claims] == [1, 2, 3, 4, 5, 6]


def test_a_finding_shows_its_record_witnesses_reason_and_what_to_do() -> None:
    card = page(browser(), "/articles/knee").get_element_by_id("finding-f-retracted")

    assert card.xpath(".//dl//a/@href")[-2:] == [
        "https://pubmed.ncbi.nlm.nih.gov/999999001/",
        "https://pubmed.ncbi.nlm.nih.gov/999999002/",
    ]
    for text in ("seen 19 Nov 2026, 12:00 UTC", "RetractionIn", "remove or replace the reference"):
        assert text in words(card)


def test_a_change_is_shown_before_and_after_with_the_words_that_differ() -> None:
    card = page(browser(), "/articles/knee").get_element_by_id("finding-f-guideline")

    assert [words(item) for item in card.xpath(".//del")] == ["2020", "Weak", "suggest", "in routine care."]
    assert [words(item) for item in card.xpath(".//ins")] == ["2026", "Strong", "recommend", "outside of a trial."]


def test_what_could_not_be_resolved_is_shown_never_dropped() -> None:
    article = page(browser(), "/articles/knee")
    rows = [words(row) for row in article.xpath("//table[@class='evidence']/tbody/tr")]

    assert "unresolved no published record was found" in rows[2]
    assert rows[2].endswith("never")
    assert "named in the text only, sentence 5" in rows[3]
    assert "Could be:" in rows[3]
    assert "Stem cell injections (2025) 93 %" in rows[3]
    assert "Cited in the text, but not in its reference list: 4, 5." in words(article)


def test_a_late_check_is_said_to_be_late() -> None:
    (first, *_rest) = page(browser(), "/articles/knee").xpath("//table[@class='evidence']/tbody/tr")

    assert words(first).endswith("20 Nov 2026, 06:00 UTC late")


def test_decided_findings_stay_readable_with_their_reason() -> None:
    decided = page(browser(), "/articles/knee").xpath("//ul[@class='decided']")[0]

    assert "not relevant: The correction names an affiliation." in words(decided)


def test_the_history_is_told_newest_first() -> None:
    desk = MadeUpDesk()
    flips = (
        FlipLine(at=views.YESTERDAY, field="freshness", before="", after="fresh", because="all checked"),
        FlipLine(at=views.NOON, field="review_status", before="approved", after="submitted", because="a retraction"),
    )
    desk.views["knee"] = views.article(flips=flips)
    newest, oldest = page(browser(desk), "/articles/knee").xpath("//ol[@class='history']/li")

    assert words(newest) == "20 Nov 2026, 12:00 UTC review status: approved → submitted a retraction"
    assert "nothing → fresh" in words(oldest)


def test_an_unverified_article_never_shows_as_fresh() -> None:
    desk = MadeUpDesk()
    desk.views["vertigo"] = views.article(views.VERTIGO, review=None)
    client = browser(desk)

    assert page(client, "/articles/vertigo").xpath("//span[@class='state']/text()") == ["Unverified"]
    row = page(client, "/articles").xpath("//tbody/tr[contains(., 'Vertigo')]")[0]
    assert "Unverified 2 of 5 references not resolved" in words(row)
    assert "Fresh" not in words(row)


def test_articles_can_be_narrowed_to_one_freshness() -> None:
    rows = page(browser(), "/articles?freshness=unverified").xpath("//tbody/tr")

    assert [words(row)[:7] for row in rows] == ["Vertigo"]


def test_ten_thousand_articles_come_a_page_at_a_time() -> None:
    many = tuple(views.row(f"a{number}", Freshness.FRESH, title=f"Article {number}") for number in range(250))
    client = browser(MadeUpDesk(shown=views.report(*many)))

    assert len(page(client, "/articles").xpath("//tbody/tr")) == 50
    last = page(client, "/articles?page=5")
    assert len(last.xpath("//tbody/tr")) == 50
    assert "page 5 of 5, 250 articles" in words(last)


def test_the_sources_page_says_since_when_one_fails_and_what_the_last_polls_brought() -> None:
    text = words(page(browser(), "/sources"))

    assert "Could not check since 18 Nov 2026, 12:00 UTC (HTTP 503)" in text
    assert "fetched Build-2026.11.20" in text
    assert "unreachable: HTTP 503" in text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_attribution_and_disclaimer(path: str) -> None:
    footer = page(browser(), path).xpath("//footer")[0]

    assert "NCBI and NLM neither warrant nor endorse" in words(footer)
    assert "https://www.ncbi.nlm.nih.gov/home/about/policies/" in footer.xpath(".//a/@href")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_walked_by_keyboard_and_screen_reader(path: str) -> None:
    found = page(browser(), path)

    assert found.get("lang") == "en"
    assert found.xpath("//a[@class='skip']/@href") == ["#main"]
    once = ("main", "nav[@aria-label='Main']", "footer", "h1")
    assert [len(found.xpath(f"//{name}")) for name in once] == [1] * 4
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = found.xpath("//label/@for")
    fields = found.xpath(
        "//*[self::input or self::textarea or self::select][not(@type='hidden')][not(ancestor::label)]"
    )
    told = [one for one in fields if one.xpath("ancestor::label") or one.get("aria-label") or one.get("id") in named]
    assert told == fields


@pytest.mark.parametrize("path", PAGES)
def test_pages_work_without_scripts_and_inline_styles(path: str) -> None:
    """P80: the content policy allows neither."""
    assert page(browser(), path).xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize("path", [*PAGES, "/articles/hostile"])
def test_hostile_upstream_text_is_inert_on_every_page(path: str) -> None:
    """P51, P52: whatever a title holds, nothing of it becomes an element, a link or a control character."""
    desk = hostile_desk()
    response = browser(desk).get(path.replace("knee", "hostile"))
    found = page(browser(desk), path.replace("knee", "hostile"))

    assert found.xpath("//script | //img[@src='x'] | //@onerror") == []
    assert not [address for address in found.xpath("//a/@href") if "javascript:" in address]
    assert not set(response.text) & {"\x1b", "\u202e"}
    assert "49" not in found.xpath("//title/text()")[0]


@pytest.mark.parametrize(
    ("form", "media_type"), [("html", "text/html"), ("md", "text/markdown"), ("json", "application/json")]
)
def test_the_report_can_be_taken_away_as_a_file(form: str, media_type: str) -> None:
    response = browser().get(f"/report/stale-articles.{form}")

    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["content-disposition"] == f'attachment; filename="stale-articles.{form}"'
    assert views.KNEE.title in response.text


def test_the_topics_of_an_article_are_shown_with_their_last_search_and_why_one_failed() -> None:
    desk = MadeUpDesk()
    searched = TopicLine(name="knees", title="Cells for knees", query="knee[tiab]", last_searched=views.YESTERDAY)
    failed = replace(searched, title="Braces", last_searched=None, reason="PubMed did not understand the query")
    desk.views["gout"] = views.article(views.GOUT, topics=(searched, failed))

    text = words(page(browser(desk), "/articles/gout"))
    assert "Cells for knees: last searched" in text
    assert "Braces: never searched not searched PubMed did not understand the query" in text
    assert "knee[tiab]" in text


def test_entries_that_no_sentence_cites_are_told_on_the_article_s_page() -> None:
    desk = MadeUpDesk()
    desk.views["gout"] = views.article(views.GOUT, claims=())

    numbers = ", ".join(str(item.number) for item in views.REFERENCES if item.number is not None)
    assert f"In the reference list, but cited by no sentence: {numbers}." in words(
        page(browser(desk), "/articles/gout")
    )


def test_an_article_without_anything_is_still_a_page() -> None:
    desk = MadeUpDesk()
    desk.views["gout"] = views.article(
        views.GOUT, review=None, claims=(), references=(), mentions=(), flips=(), missing_markers=(), question=""
    )

    text = words(page(browser(desk), "/articles/gout"))
    assert "There is no open review." in text
    assert "No reference was found in this article." in text


def test_an_unknown_article_is_said_to_be_unknown() -> None:
    response = browser().get("/articles/nowhere")

    assert response.status_code == 404
    assert "There is no such article." in response.text


def hostile_desk() -> MadeUpDesk:
    """A desk whose upstream texts are all attacks."""
    text = views.HOSTILE
    found = replace(
        views.finding("f-x", EventKind.RETRACTED),
        title=text,
        because=text,
        url="javascript:alert(1)",
        record=text,
        witnesses=(replace(views.RETRACTED.witnesses[0], notice=text),),
    )
    row = views.row(
        "hostile",
        Freshness.STALE,
        title=text,
        url="javascript:alert(1)",
        findings=(found,),
        freshness_because=text,
        stale_since=views.YESTERDAY,
        review_status=ReviewStatus.UNDER_REVIEW,
    )
    view = views.article(
        row,
        question=text,
        claims=(views.claim(3, text, headings=(text,), affected_by=("f-x",), figures=(figure(text),)),),
        references=(views.reference(2, text, because=text, record_title=text, identifiers=(text,)),),
        mentions=({"text": text, "claim_position": 3},),
        topics=(TopicLine(name=text, title=text, query=text, last_searched=None, reason=text),),
    )
    coverage = (replace(views.COVERAGE[1], reason=text, data_version=text),)
    shown = Report(generated_at=views.NOON, as_of=views.NOON, coverage=coverage, articles=(row,))
    return MadeUpDesk(shown=shown, views={"hostile": view})


def test_a_review_of_which_nothing_is_open_any_more_says_so_in_the_queue() -> None:
    """An edit of the page may answer every finding; that it did is for a person to confirm."""
    edited = replace(views.KNEE, findings=(views.ANSWERED,), freshness_because="all references were checked")
    [entry] = page(browser(MadeUpDesk(shown=views.report(edited))), "/").xpath("//ol[@class='queue']/li")

    assert "Nothing is open any more" in words(entry)
    assert "all references were checked" not in words(entry)
