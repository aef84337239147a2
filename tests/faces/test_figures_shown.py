"""Figures beside the abstracts, and what is fragile, on the article's page, in its JSON and on the command line."""

from __future__ import annotations

import io
from dataclasses import replace

from lxml.html import HtmlElement
from rich.console import Console

from monitor.cli.claims import print_claims
from monitor.domain.figure_check import FigureStatus
from monitor.domain.figure_table import NOTHING_CITED
from monitor.domain.kinds import EventKind
from monitor.domain.read_models import ArticleView, ClaimLine
from monitor.reports import render_html, render_markdown, render_text
from monitor.web.api import schemas
from tests.faces import views
from tests.faces.browsing import browser, page
from tests.faces.figures import figure
from tests.faces.made_up_desk import MadeUpDesk

FRAGILE = views.claim(
    7, "No trials have assessed progression.", markers=(2,), fragile=True, absence="No trials have assessed"
)
FIGURES = views.claim(8, "A review of 25 trials was pooled.", markers=(2,), figures=(figure(),))
UNREAD = views.claim(
    9,
    "Half of them, 9 trials, were small.",
    figures=(
        figure(
            written="9 trials", status=FigureStatus.NOT_CHECKED, newer=None, because="it was not read yet", stated=()
        ),
    ),
)


def desk() -> MadeUpDesk:
    """A desk with one article that has all of it."""
    made = MadeUpDesk()
    made.views["knee"] = shown()
    return made


def shown() -> ArticleView:
    return views.article(claims=(*views.CLAIMS, FRAGILE, FIGURES, UNREAD))


def words(element: HtmlElement) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())


def test_a_figure_stands_beside_that_of_the_abstract_and_of_the_newer_version() -> None:
    block = page(browser(desk()), "/articles/knee").get_element_by_id("claim-8")
    [row] = block.xpath(".//details[@open]//tbody/tr")

    assert "1 found; newer version: 1 differs" in words(block)
    assert words(row.xpath("./th")[0]) == "25 trials"
    assert words(row.xpath("./td")[0]) == "found 25 trials reference 2 We included 25 trials."
    assert words(row.xpath("./td")[1]) == "differs 28 trials PubMed 99913342 We included 28 trials."


def test_what_was_not_read_says_so_and_stays_folded() -> None:
    block = page(browser(desk()), "/articles/knee").get_element_by_id("claim-9")

    assert block.xpath(".//details[not(@open)]")
    assert "not checked yet it was not read yet" in words(block)


def test_figures_of_a_sentence_that_cites_nothing_are_left_out_of_the_page() -> None:
    made = desk()
    alone = figure(status=FigureStatus.NOT_CHECKED, newer=None, because=NOTHING_CITED, stated=())
    made.views["knee"] = views.article(claims=(views.claim(1, "Some 25 trials were seen.", figures=(alone,)),))

    assert not page(browser(made), "/articles/knee").get_element_by_id("claim-1").xpath(".//details")


def test_a_fragile_sentence_is_marked_and_the_mark_explained() -> None:
    article = page(browser(desk()), "/articles/knee")

    assert article.get_element_by_id("claim-7").xpath(".//span[contains(@class, 'fragile')]")
    assert not article.get_element_by_id("claim-8").xpath(".//span[contains(@class, 'fragile')]")
    assert "says that something is not known" in words(article)


def test_the_json_of_an_article_has_fragile_and_figures() -> None:
    values = browser(desk()).get("/api/v1/articles/knee").json()
    schemas.ArticleInFull.model_validate(values)
    fragile, figures = values["claims"][6], values["claims"][7]["figures"]

    assert (fragile["fragile"], fragile["absence"]) == (True, "No trials have assessed")
    assert [(row["version"], row["status"]) for row in figures[0]["stated"]] == [
        ("cited", "found"),
        ("newer", "differs"),
    ]


def test_the_command_line_says_the_same() -> None:
    out = Console(file=io.StringIO(), width=120)
    print_claims(out, shown())

    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert "7  No trials have assessed progression." in text
    assert "25 trials: found" in text
    assert "newer version, PubMed 99913342: differs 28 trials: “We included 28 trials.”" in text
    assert "9 trials: not checked yet (it was not read yet)" in text


def test_of_new_evidence_the_report_names_the_fragile_sentence_first() -> None:
    lines = (
        ClaimLine(position=1, text="Cells are used.", markers=(), affected="yes"),
        ClaimLine(position=7, text=FRAGILE.text, markers=(2,), affected="possibly", fragile=True),
    )
    found = views.finding("f-new", EventKind.TRIAL_RESULTS_POSTED, claims=lines)
    report = views.report(replace(views.KNEE, findings=(found,)))
    out = Console(file=io.StringIO(), width=120)
    out.print(render_text(report))

    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert text.index(FRAGILE.text) < text.index("Cells are used.")
    assert "(fragile)" in render_markdown(report)
    assert ">fragile</span>" in render_html(report)
