"""A new editor in a real browser, without JavaScript: from the queue to a closed review, and never the same twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.domain.records import Link
from tests.pipeline.scene import NOTICE, PAPER, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.acceptance


def close_review(page: Page, address: str, decision: str, reason: str) -> None:
    """Take the first review of the queue and close it."""
    page.goto(address)
    page.get_by_role("link", name="Something for someone").click()
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("radio", name=decision).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Close the review").click()


def test_a_retraction_is_read_decided_and_closed(page: Page, address: str) -> None:
    page.goto(address)
    assert "A retraction notice names reference 1" in page.locator(".entry").inner_text()
    page.get_by_role("link", name="Something for someone").click()
    assert page.locator("mark").all_inner_texts()[:2] == ["affected", "Something helps."]
    page.get_by_role("link", name="All about this finding").click()
    assert "Retraction: A trial of something" in page.locator("blockquote").first.inner_text()
    close_review(page, address, "Updated", "The sentence was taken out.")

    assert "The review is closed." in page.get_by_role("status").inner_text()
    page.goto(address)
    assert "No review is waiting." in page.locator(".empty").inner_text()


def test_a_review_is_closed_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    tab_to(page, "Something for someone")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/a")
    tab_to(page, "Start the review")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=start")
    tab_to(page, "updated")
    page.keyboard.press("ArrowDown")
    assert page.locator("input:checked").get_attribute("value") == "still_valid"
    tab_to(page, "reason")
    page.keyboard.type("The conclusion does not rest on it.")
    tab_to(page, "Close the review")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=close")

    assert "The review is closed." in page.get_by_role("status").inner_text()


def test_a_dismissal_stays_dismissed_and_a_stronger_notice_reopens(page: Page, address: str, stage: Stage) -> None:
    close_review(page, address, "Not relevant", "It was a notice about another outcome.")
    stage.later(days=1)
    stage.source.records[PAPER.identifier] = replace(corrected(), title="A trial of something.", status="MEDLINE")
    stage.poll()
    page.goto(address)
    before = page.locator(".entry").count()
    stage.later(days=1)
    stage.poll()
    page.goto(address)

    assert page.locator(".entry").count() == before


def corrected() -> object:
    """The paper with a link to a correction."""
    return replace(PAPER, links=(Link(ref_type="ErratumIn", source="J Test. 2026 Jun 9;1:2", pmid="201"),))


def tab_to(page: Page, name: str, *, within: int = 120) -> None:
    """Press Tab until the thing of this name has the focus."""
    for _ in range(within):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in (
            focused.text_content(),
            focused.get_attribute("value"),
            focused.get_attribute("name"),
        ):
            return
    pytest.fail(f"{name!r} cannot be reached with the Tab key")


assert NOTICE.identifier
