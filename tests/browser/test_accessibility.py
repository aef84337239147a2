"""WCAG 2.2 AA as far as a machine can tell: axe-core finds nothing on any page, light or dark, on desk or phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import DESKTOP, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.acceptance

PAGES = (
    "/",
    "/?severity=critical&sort=deadline&overdue=1",
    "/articles",
    "/articles/a",
    "/sources",
    "/watchlists",
    "/watchlists/policies.yaml",
    "/report",
    "/nowhere",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=["light", "dark"])
def judged(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in which axe-core may run; our own pages have no scripts."""
    context = chromium.new_context(color_scheme=request.param, viewport=DESKTOP, bypass_csp=True)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """What axe-core complains of, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


def test_no_page_has_a_violation(judged: Page, address: str) -> None:
    complaints = {}
    for path in PAGES:
        judged.goto(f"{address}{path}")
        for size in (DESKTOP, PHONE):
            judged.set_viewport_size(size)  # type: ignore[arg-type]
            complaints[path, size["width"]] = violations(judged)

    assert {where: what for where, what in complaints.items() if what} == {}


def test_the_page_of_a_finding_has_no_violation(judged: Page, address: str) -> None:
    judged.goto(f"{address}/articles/a")
    judged.get_by_role("link", name="All about this finding").click()

    assert violations(judged) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(chromium: Browser, address: str, path: str) -> None:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}{path}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert wide <= PHONE["width"]
