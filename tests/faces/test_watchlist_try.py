"""``monitor watchlist try``: somebody who writes a recipe sees at once what it reads, and what it would miss."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from tests.contract.faulty_server import faulty_server, status

RECIPE = Path(__file__).parents[2] / "watchlists" / "publishers" / "va-dod.yaml"
URL = "https://www.healthquality.va.gov/guidelines/Rehab/oa/"
PAGE = b"""<!DOCTYPE html><html lang="en"><body><main><h1>Management of Knee Osteoarthritis</h1>
<p>Version 2.0 - 2020</p>
<ol><li class="recommendation" id="rec-1"><b class="strength">Weak for</b> Offer exercise.</li></ol>
</main></body></html>"""


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["watchlist", "try", *arguments])


def test_a_saved_page_shows_its_fields_its_advice_and_what_a_change_would_tell(tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_bytes(PAGE)
    shown = run(str(saved), "--recipe", str(RECIPE)).output

    for words in ("Management of Knee Osteoarthritis", "2.0 (2020)", "Offer exercise.", "Weak for", "1 removed"):
        assert words in shown
    assert "guideline_updated: VA/DoD shows edition 2.0 (2021)" in shown


def test_a_saved_page_of_which_no_recipe_speaks_is_read_as_pages_usually_are(tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_bytes(PAGE)
    shown = run(str(saved)).output

    assert "Management of Knee Osteoarthritis" in shown
    assert "its last paragraph removed" in shown


def test_a_saved_list_shows_its_guidelines() -> None:
    recipe = RECIPE.with_name("uspstf.yaml")
    listed = RECIPE.parents[2] / "monitor" / "replay" / "world" / "lists" / "uspstf.json"
    shown = run(str(listed), "--recipe", str(recipe)).output

    assert "guidelines" in shown
    assert "uspstf/" in shown


def test_a_page_is_asked_for_now_with_the_recipe_of_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server() as pages:
        pages.on("/www.healthquality.va.gov/guidelines/Rehab/oa/", status(200, PAGE, Content_Type="text/html"))
        monkeypatch.setenv("MONITOR_PAGES_URL", pages.url("").rstrip("/"))
        shown = run(URL).output

    assert "guideline:va-dod/hip-knee-oa" in shown
    assert URL in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.html", "--recipe", str(RECIPE)], "No such file"),
        (["missing.html"], "No such file"),
        (["https://nobody.example.org/"], "no recipe reads pages of nobody.example.org"),
    ],
)
def test_what_cannot_be_tried_is_told(arguments: list[str], said: str) -> None:
    outcome = run(*arguments)

    assert outcome.exit_code == 1
    assert said in str(outcome.exception)


def test_a_page_that_is_no_guideline_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server() as pages:
        pages.on(
            "/www.healthquality.va.gov/guidelines/Rehab/oa/",
            status(200, b"<html><body><h1>Welcome</h1><p>To us.</p></body></html>", Content_Type="text/html"),
        )
        monkeypatch.setenv("MONITOR_PAGES_URL", pages.url("").rstrip("/"))
        outcome = run(URL)

    assert outcome.exit_code == 1
    assert "no edition" in str(outcome.exception)
