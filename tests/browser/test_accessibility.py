"""WCAG 2.2 AA as far as a machine can tell: axe-core finds nothing on any page, light or dark, on desk or phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.faces.house import PASSWORD, House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("stage")]

PAGES = (
    "/",
    "/?severity=critical&sort=deadline&overdue=1",
    "/articles",
    "/articles/a",
    "/references",
    "/rests-on?identifier=pubmed:100",
    "/sources",
    "/watchlists",
    "/watchlists/policies.yaml",
    "/audit",
    "/report",
    "/report?severity=major",
    "/nowhere",
)
ACCOUNTS = ("/account", "/users", "/users/ada", "/tokens")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=["light", "dark"])
def judged(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in which axe-core may run; our own pages have no scripts."""
    context = chromium.new_context(color_scheme=request.param, viewport=DESKTOP, bypass_csp=True)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.fixture
def signing_in(tmp_path: Path, served: Callable[[Any], str]) -> Iterator[str]:
    """Where people sign in."""
    house = House(f"sqlite:///{tmp_path / 'house.db'}")
    yield served(house.application())
    house.store.close()


def violations(page: Page) -> list[str]:
    """What axe-core complains of, a line each, on desk and phone."""
    from axe_playwright_python.sync_playwright import Axe

    complaints = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
        complaints += [f"{size['width']} {item['id']}: {one['html'][:160]}" for item in found for one in item["nodes"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        complaints += [f"{size['width']}: the page is {wide} wide"] if wide > size["width"] else []
    return complaints


def test_no_page_has_a_violation_or_is_wider_than_the_screen(judged: Page, address: str) -> None:
    complaints = {}
    for path in PAGES:
        judged.goto(f"{address}{path}")
        complaints[path] = violations(judged)

    assert {where: what for where, what in complaints.items() if what} == {}


def test_no_page_has_a_violation_while_everything_is_unfolded(judged: Page, address: str) -> None:
    for path in ("/articles/a", "/", "/report"):
        judged.goto(f"{address}{path}")
        judged.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert violations(judged) == [], path


def test_the_page_of_a_finding_has_no_violation(judged: Page, address: str) -> None:
    judged.goto(f"{address}/articles/a")
    judged.get_by_role("link", name="All about this finding").click()
    judged.wait_for_url("**/findings/*")

    assert violations(judged) == []


def test_a_review_that_is_open_has_no_violation(judged: Page, address: str) -> None:
    judged.goto(f"{address}/articles/a")
    judged.get_by_role("button", name="Start the review").click()
    judged.wait_for_url("**done=start")

    assert violations(judged) == []


def test_no_page_of_accounts_has_a_violation(judged: Page, signing_in: str) -> None:
    judged.goto(f"{signing_in}/sign-in")
    assert violations(judged) == []
    judged.get_by_label("Name").fill("ada")
    judged.get_by_label("Password").fill(PASSWORD)
    judged.get_by_role("button", name="Sign in").click()
    judged.wait_for_url(f"{signing_in}/")
    for path in ACCOUNTS:
        judged.goto(f"{signing_in}{path}")
        assert violations(judged) == [], path
