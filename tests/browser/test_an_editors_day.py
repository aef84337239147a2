"""A new editor in a real browser, without JavaScript: from the queue to a closed review, and never the same twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.domain.identifiers import pubmed
from monitor.domain.publications import MeshHeading
from monitor.domain.records import Link, Publication
from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.acceptance

CORRECTED = replace(PAPER, links=(Link(ref_type="ErratumIn", source="J Test. 2026 Jun 9;1:2", pmid="201"),))
ERRATUM = Publication(
    identifier=pubmed("201"),
    title="Erratum: A trial of something",
    links=(Link(ref_type="ErratumFor", source="", pmid="100"),),
    published="2026-06-02",
)


def open_review(page: Page, address: str) -> None:
    """Take the one review of the queue to work on."""
    page.goto(address)
    page.get_by_role("link", name="Something for someone").click()
    page.get_by_role("button", name="Start the review").click()


def close_review(page: Page, ruling: str, note: str) -> None:
    """Close the review that is open on the page."""
    box = page.locator("section.review")
    box.get_by_label("Decision").select_option(ruling)
    box.get_by_label("In your own words").fill(note)
    box.get_by_role("button", name="Close the review").click()


@pytest.mark.usefixtures("stage")
def test_a_retraction_is_read_decided_and_closed(page: Page, address: str) -> None:
    page.goto(address)
    assert "A retraction notice names reference 1" in page.locator(".entry").inner_text()
    page.get_by_role("link", name="Something for someone").click()
    assert page.locator(".text mark").all_inner_texts()[1:] == ["Something helps.", "Nothing harms."]
    page.get_by_role("link", name="All about this finding").click()
    assert "Retraction: A trial of something" in page.locator("blockquote").first.inner_text()
    open_review(page, address)
    close_review(page, "updated.text_changed", "The sentence was taken out.")

    assert "The review is closed." in page.get_by_role("status").inner_text()
    page.goto(address)
    assert "No review is waiting." in page.locator(".empty").inner_text()


@pytest.mark.usefixtures("stage")
def test_a_review_is_closed_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    tab_to(page, "Something for someone")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/a")
    tab_to(page, "Start the review")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=start")
    tab_to(page, "ruling")
    while page.locator("[name=ruling]").input_value() != "still_valid.conclusion_holds":
        page.keyboard.press("ArrowDown")
    tab_to(page, "note")
    page.keyboard.type("The conclusion does not rest on it.")
    tab_to(page, "Close the review")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=close")

    assert "The review is closed." in page.get_by_role("status").inner_text()


def test_a_dismissal_stays_dismissed_and_a_stronger_notice_reopens(page: Page, address: str, quiet: Stage) -> None:
    publish(quiet, CORRECTED, ERRATUM)
    open_review(page, address)
    close_review(page, "not_relevant.other_outcome", "The table of another outcome was corrected.")
    page.goto(address)
    assert "No review is waiting." in page.locator(".empty").inner_text()

    publish(quiet, replace(CORRECTED, status="MEDLINE", mesh=(MeshHeading(ui="D1", name="Knee"),)), ERRATUM)
    page.goto(address)
    assert "No review is waiting." in page.locator(".empty").inner_text()

    links = (*CORRECTED.links, *RETRACTED.links)
    publish(quiet, replace(CORRECTED, links=links), ERRATUM, NOTICE)
    page.goto(address)
    assert "A retraction notice names reference 1" in page.locator(".entry").inner_text()
    page.get_by_role("link", name="Something for someone").click()
    told = page.locator("section", has_text="What changed").first.inner_text()
    assert "decided before" in told
    assert "another outcome" in told


def test_of_two_editors_one_wins_and_the_other_sees_why(page: Page, address: str, stage: Stage) -> None:
    open_review(page, address)
    stage.editors.release("a", by="Eve")
    close_review(page, "still_valid.conclusion_holds", "It holds.")

    alert = page.get_by_role("alert").inner_text()
    assert "Not done." in alert
    assert "Eve" in alert


def publish(stage: Stage, *records: Publication) -> None:
    """A day later the source holds these records, and is asked."""
    stage.later(days=1)
    stage.source.records = {record.identifier: record for record in records}
    stage.source.notices = tuple(record for record in records if record.identifier != PAPER.identifier)
    stage.poll()


def tab_to(page: Page, name: str, *, within: int = 120) -> None:
    """Press Tab until the thing of this name has the focus."""
    for _ in range(within):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in {focused.text_content(), focused.get_attribute("name")}:
            return
    pytest.fail(f"{name!r} cannot be reached with the Tab key")
