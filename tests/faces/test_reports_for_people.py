"""The report as people read it: HTML to file and print, Markdown for a ticket, text on a terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml.html import document_fromstring
from rich.console import Console

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind
from monitor.domain.read_models import ArticleRow, Coverage, DiffLine, Report, Stage, Witness
from monitor.reports import render_html, render_markdown, render_text
from monitor.reports.changes import LONGEST, as_text, change, marked
from monitor.reports.links import plain, web_address
from monitor.reports.wording import due, elapsed, folded, reason, source_state, summary, touched
from tests.faces import views
from tests.faces.views import NOON, YESTERDAY


def terminal(report: Report, width: int = 100) -> str:
    """What a terminal of this width shows."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False).print(render_text(report))
    return out.getvalue()


everywhere = pytest.mark.parametrize("render", [render_html, render_markdown, terminal], ids=["html", "md", "text"])
Render = Callable[[Report], str]


def squeezed(text: str) -> str:
    """The words alone, whatever frame or line break stands between them."""
    return " ".join(text.replace("│", " ").split())


@everywhere
def test_stale_articles_come_first_then_unverified_then_fresh(render: Render) -> None:
    text = render(views.report(views.GOUT, views.VERTIGO, views.KNEE))

    assert text.index(views.KNEE.title) < text.index(views.VERTIGO.title) < text.index(views.GOUT.title)


@everywhere
def test_a_reader_learns_what_changed_where_and_what_to_do(render: Render) -> None:
    text = squeezed(render(views.report(views.KNEE)))

    for words in (
        "A retraction notice names reference 2",
        "PubMed 999999001",
        "18 Nov 2026",
        "seen 19 Nov 2026, 12:00 UTC",
        "Pain was lower by about one point after six months.",
        "remove or replace the reference",
    ):
        assert words in text


@everywhere
def test_witnesses_that_disagree_or_fell_silent_are_told_as_such_and_so_is_what_became_of_the_paper(
    render: Render,
) -> None:
    concern = Stage(
        kind=EventKind.CONCERN_RAISED,
        happened_on=date(2026, 3, 2),
        detected_at=YESTERDAY,
        sources=("pubmed",),
        ended_at=YESTERDAY,
    )
    retraction = replace(
        concern, kind=EventKind.RETRACTED, happened_on=date(2026, 11, 18), sources=("crossref",), ended_at=None
    )
    witnesses = (
        Witness(source="crossref", seen_at=NOON, notice="doi:10.1000/n", says=EventKind.RETRACTED),
        Witness(source="pubmed", seen_at=NOON, notice="pubmed:5", says=EventKind.CORRECTED, gone_at=YESTERDAY),
    )
    found = views.finding("f", EventKind.RETRACTED, witnesses=witnesses, life=(concern, retraction))

    text = squeezed(re.sub(r"<[^>]+>", "", render(views.report(replace(views.KNEE, findings=(found,))))))

    assert "PubMed 5), which calls it a correction, no longer shown there since 19 Nov 2026" in text
    assert "10.1000/n), which calls it" not in text
    first, second = "an expression of concern (PubMed; no longer shown since", "a retraction (Crossref)"
    assert 0 < text.index(first) < text.index(second)


@everywhere
def test_a_source_that_could_not_be_asked_is_said_since_when_and_never_unchanged(render: Render) -> None:
    text = squeezed(render(views.report()))

    assert "Could not check since 18 Nov 2026, 12:00 UTC (HTTP 503); last success 17 Nov 2026, 12:00 UTC" in text
    assert "unchanged;" not in text


@everywhere
def test_every_form_credits_the_sources_and_links_the_disclaimer(render: Render) -> None:
    text = squeezed(render(views.report()))

    assert "neither warrant nor endorse" in text
    assert "https://www.ncbi.nlm.nih.gov/home/about/policies/" in text
    assert "ClinicalTrials.gov, a service of the US National Library of Medicine" in text


@everywhere
def test_decided_findings_are_not_told_again(render: Render) -> None:
    assert "A correction of" not in render(views.report(views.KNEE))


@everywhere
def test_a_report_without_articles_is_still_a_report(render: Render) -> None:
    empty = Report(generated_at=NOON, as_of=NOON, coverage=(), articles=())

    assert "0 stale" in render(empty).replace("*", "").replace('<strong class="fresh-stale">', "")


def test_the_html_report_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    page = document_fromstring(render_html(views.report()).encode())

    assert page.xpath("//script | //link | //img | //iframe | //@onclick | //@src") == []
    assert all(address.startswith("https://") for address in page.xpath("//a/@href"))


def test_hostile_upstream_text_is_inert_in_the_html_report() -> None:
    """P51, P52: titles, sentences and differences from upstream are text, whatever they hold."""
    page = document_fromstring(render_html(views.report(hostile_article())).encode())

    assert page.xpath("//script | //img | //@onerror") == []
    assert not [address for address in page.xpath("//a/@href") if not address.startswith("https://")]
    assert "<script>alert(1)</script>" in page.text_content()


def test_hostile_upstream_text_is_inert_in_markdown() -> None:
    text = render_markdown(views.report(hostile_article()))

    assert "<script" not in text.replace("\\<", "")
    assert set(re.findall(r"(?<!\\)\]\(<(\w+:)", text)) == {"https:"}
    assert not re.search(r"(?<!\\)\]\((?!<https)", text)
    assert "\x1b" not in text


def test_control_and_direction_characters_never_reach_a_terminal() -> None:
    text = terminal(views.report(hostile_article()))

    assert not set(text) & {"\x1b", "\u202e", "\x07"}
    assert "<script>alert(1)</script>" in text


def test_markup_of_the_terminal_library_in_a_title_is_shown_not_obeyed() -> None:
    assert "[bold red]Gout[/]" in terminal(views.report(replace(views.GOUT, title="[bold red]Gout[/]")))


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_terminal_report_fits_its_width(width: int) -> None:
    assert max(map(len, terminal(views.report(), width).splitlines())) <= width


def test_what_differs_between_two_texts_is_marked_word_by_word() -> None:
    before, after = marked("We suggest against it.", "We recommend against it.")

    assert [part.text for part in before if part.changed] == ["suggest"]
    assert [part.text for part in after if part.changed] == ["recommend"]


def test_equal_texts_have_no_marks() -> None:
    assert not any(part.changed for side in marked("the same words", "the same words") for part in side)


def test_of_two_lists_only_what_came_and_went_is_shown() -> None:
    shown = change(DiffLine(field="x", before=["stays", "goes"], after=["stays", "comes"]))

    assert " ".join(part.text for part in shown.before) == "goes\n(and 1 unchanged)"


def test_a_huge_difference_is_cut_and_says_so() -> None:
    """P53."""
    shown = change(DiffLine(field="body", before="a" * 5_000_000, after="b " * 200_000))

    assert len(shown.before[0].text) < LONGEST + 100
    assert "too large to show: 5000000 characters" in shown.before[0].text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ([], ""),
        (True, "yes"),
        (7, "7"),
        ({"a": 1, "b": None}, "a: 1"),
        (["x", {"y": "z", "n": 1}], "x\nz · 1"),
    ],
)
def test_any_json_value_is_shown_in_plain_words(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://",
        "https://exa mple.org",
        "https://a\u202eb.org",
        "https://[",
        "",
        None,
    ],
)
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert web_address(address) is None


def test_plain_text_keeps_letters_of_every_script() -> None:
    assert plain("Überprüfung، 検証\n\tα≤0.05") == "Überprüfung، 検証\n\tα≤0.05"


def test_ages_and_deadlines_are_said_as_people_do() -> None:
    assert elapsed(YESTERDAY, NOON) == "24 hours"
    assert elapsed(NOON, YESTERDAY) == "less than an hour"
    assert due(NOON, YESTERDAY) == "review due in 24 hours"
    assert due(YESTERDAY, NOON) == "review overdue by 24 hours"
    assert due(None, NOON) == "no deadline"


def test_a_source_that_never_answered_is_not_said_to_be_checked_in_time() -> None:
    never = replace(views.COVERAGE[0], last_success=None)

    assert source_state(never).startswith("Overdue for a check; no success yet")


def test_touched_sentences_are_counted_once_and_the_sure_ones_first() -> None:
    assert touched(views.KNEE) == "2 sentences affected, 1 possibly"
    assert touched(views.GOUT) == "no sentence affected"


def test_a_reason_does_not_repeat_the_headline_above_it() -> None:
    told = "A retraction notice names this reference: the journal says so"

    assert reason(told, views.RETRACTED) == "the journal says so"
    assert reason("the journal says so", views.RETRACTED) == "the journal says so"


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_has_a_summary_that_attributes_and_does_not_accuse(kind: EventKind) -> None:
    words = summary(views.finding("f", kind)).casefold()

    assert words
    assert not {"fraud", "misconduct", "fake", "wrong", "bad"} & set(words.split())


def hostile_article() -> ArticleRow:
    """An article all of whose texts are attacks."""
    found = replace(
        views.GUIDELINE,
        title=views.HOSTILE,
        because=views.HOSTILE,
        url="javascript:alert(1)",
        record=views.HOSTILE,
        diff=(DiffLine(field=views.HOSTILE, before=views.HOSTILE, after=[views.HOSTILE]),),
        claims=(replace(views.RETRACTED.claims[0], text=views.HOSTILE),),
        witnesses=(replace(views.RETRACTED.witnesses[0], notice=views.HOSTILE, source=views.HOSTILE),),
        references=(replace(views.RETRACTED.references[0], text=views.HOSTILE),),
    )
    return views.row(
        "hostile",
        Freshness.STALE,
        title=views.HOSTILE,
        url="javascript:alert(1)",
        findings=(found,),
        stale_since=YESTERDAY,
        freshness_because=views.HOSTILE,
    )


def test_many_publishers_that_were_never_asked_share_a_line() -> None:
    """As on the first day, when all sources are late."""
    never = [
        Coverage(source=f"guideline:p{number}", last_success=None, data_version="", status="late")
        for number in range(44)
    ]
    failing = replace(never[0], status="unreachable", reason="HTTP 500")

    assert [item.source for item in folded([*never, failing])] == ["guideline:p0", "guideline:44 publishers"]
    assert "no success yet" in source_state(folded(never)[0])


def test_many_publishers_that_are_well_share_a_line_and_none_that_is_not() -> None:
    def publisher(number: int, status: str = "ok", reason: str = "") -> Coverage:
        at = NOON - timedelta(hours=number)
        return Coverage(source=f"guideline:p{number}", last_success=at, data_version="v", status=status, reason=reason)

    well = [publisher(number) for number in range(12)]
    late, partly = publisher(20, "late"), publisher(21, reason="no edition")
    shown = folded([*well, late, partly])

    assert [item.source for item in shown] == ["guideline:p20", "guideline:p21", "guideline:12 publishers"]
    assert shown[-1].last_success == well[-1].last_success
    assert folded(well[:8]) == tuple(well[:8])
    assert "no edition" in source_state(partly)
