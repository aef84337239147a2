"""CSV for spreadsheets and Atom for feed readers: whatever text upstream sends, they stay what they are."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import fragment_fromstring

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.owners import Owners
from monitor.domain.read_models import ClaimLine, Coverage, DiffLine, ReferenceLine, Report, Witness
from monitor.domain.scope import ReportScope, narrow
from monitor.reports import render_csv, render_html, render_json, render_markdown
from monitor.reports.atom import MOST_ENTRIES, NAMESPACE, render_atom
from monitor.reports.csv import COLUMNS, cell
from tests.faces import views
from tests.faces.browsing import browser
from tests.faces.made_up_desk import MadeUpDesk
from tests.faces.test_reports_for_people import terminal
from tests.faces.views import NOON

HOME = "https://monitor.test"
ATOM = {"a": NAMESPACE}
TRIGGERS = (
    *("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", '"=', "\uff1d", "\uff0b", "\uff0d", "\uff20"),
    *("=cmd|' /C calc'!A0", "a;=1+1", "a\n=1+1", 'a;"=1', "=1+1", "+1+1", "-1+1", "@SUM(1;1)", "\t=1+1", "\r=1+1"),
)
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
"""Every character there is: control characters, halves of characters, and what is none."""


def rows_of(report: Report) -> list[dict[str, str]]:
    """The rows as Python's own reader gives them."""
    text = render_csv(report).encode().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def feed_of(report: Report) -> etree._Element:
    """The feed as an XML parser reads it."""
    return etree.fromstring(render_atom(report, public_url=HOME).encode())


def written(text: str) -> Report:
    """A report in which a text stands wherever upstream or an editor writes."""
    found = views.finding(
        "f",
        EventKind.GUIDELINE_UPDATED,
        record=text,
        title=text,
        because=text,
        url=text,
        witnesses=(Witness(source=text, seen_at=NOON, notice=text),),
        references=(ReferenceLine(number=1, text=text), ReferenceLine(number=None, text=text)),
        claims=(ClaimLine(position=1, text=text, markers=(1,), affected="yes"),),
        diff=(DiffLine(field=text, before=text, after=[text, {"a": text}]),),
        status="dismissed",
        decision=text,
        reason=text,
        decided_at=NOON,
    )
    row = views.row(
        "a", Freshness.STALE, title=text, url=text, stale_since=NOON, freshness_because=text, findings=(found,)
    )
    coverage = Coverage(source=text, last_success=NOON, data_version=text, status="late", reason=text)
    report = views.report(row, replace(row, id="b", findings=()), coverage=(coverage,))
    return narrow(report, ReportScope(since=NOON.date()), owners=Owners())


def test_there_is_a_row_for_each_finding_and_for_each_article_without_any() -> None:
    rows = rows_of(views.report())
    named = [(row["row"], row["article"], row["finding"]) for row in rows]

    assert list(rows[0]) == list(COLUMNS)
    assert named == [
        ("report", "", ""),
        ("finding", "knee", "f-retracted"),
        ("finding", "knee", "f-superseded"),
        ("finding", "knee", "f-guideline"),
        ("finding", "knee", "f-old"),
        ("finding", "hip", "f-hip"),
        ("article", "vertigo", ""),
        ("article", "gout", ""),
        ("source", "", ""),
        ("source", "", ""),
        ("source", "", ""),
    ]
    assert rows[1]["sentences_affected"] == "Pain was lower by about one point after six months."
    assert rows[1]["detected_at"] == "2026-11-19T12:00:00Z"
    assert (rows[6]["unresolved"], rows[6]["oldest_check"]) == ("2", "")


def test_the_file_begins_with_a_mark_and_its_lines_end_as_rfc_4180_says() -> None:
    text = render_csv(views.report()).encode()

    assert text.startswith(b"\xef\xbb\xbf")
    assert text.endswith(b"\r\n")
    assert text.count(b"\n") == text.count(b"\r\n") == 12


@pytest.mark.parametrize("text", TRIGGERS)
def test_no_cell_begins_a_formula_whichever_separator_a_spreadsheet_expects(text: str) -> None:
    """P54."""
    begins = re.compile(r"[\s\"]*[=+\-@＝＋－＠]")
    for separator in (",", ";", "\t"):
        file = render_csv(written(text)).removeprefix("\ufeff")
        for row in csv.reader(io.StringIO(file, newline=""), delimiter=separator):
            assert [field for field in row if begins.match(field)] == []


def test_an_apostrophe_goes_before_what_would_be_a_formula_and_nowhere_else() -> None:
    assert cell("=1+1") == "'=1+1"
    assert cell("a;=1+1") == "a;'=1+1"
    assert cell("95% CI 0.1 to 0.3; P=0.02, e-mail a@b.test, 1+1") == "95% CI 0.1 to 0.3; P=0.02, e-mail a@b.test, 1+1"
    assert cell(None) == ""
    assert "too large to show: 40000 characters" in cell("x" * 40_000)


@given(ANY_TEXT)
@settings(max_examples=40, deadline=None)
def test_whatever_text_there_is_the_csv_has_the_same_rows_and_columns(text: str) -> None:
    rows = rows_of(written(text))

    assert [row["row"] for row in rows] == ["report", "finding", "source"]
    assert all(None not in row and None not in row.values() for row in rows)


@given(ANY_TEXT)
@example("\ud800")
@settings(max_examples=40, deadline=None)
def test_whatever_text_there_is_the_feed_is_xml_with_the_same_entries(text: str) -> None:
    feed = feed_of(written(text))

    assert len(feed.findall("a:entry", ATOM)) == 2
    assert all(_is_quiet(content.text or "") for content in feed.findall("a:entry/a:content", ATOM))


@given(ANY_TEXT)
@example("\ud800")
@settings(max_examples=20, deadline=None)
def test_whatever_text_there_is_every_form_can_be_written_down(text: str) -> None:
    report = written(text)

    for form in (render_html, render_markdown, render_json, terminal):
        assert form(report).encode()
    assert _is_quiet(render_html(report).partition("<body>")[2])


def _is_quiet(html: str) -> bool:
    """Whether nothing in it runs, loads or leads anywhere but to the web."""
    root = fragment_fromstring(html.replace("\0", ""), create_parent="div")
    attributes = {name for element in root.iter() for name in element.attrib}
    links = {element.get("href", "") for element in root.iter() if element.get("href")}
    tags = {element.tag for element in root.iter()}
    active = {"script", "style", "iframe", "img", "object", "embed", "form", "svg", "link", "meta"}
    return (
        not tags & active
        and not any(name.startswith("on") or name in {"src", "style"} for name in attributes)
        and all(link.startswith(("http://", "https://")) for link in links)
    )


def test_the_feed_has_all_that_rfc_4287_asks_for() -> None:
    """Sections 4.1.1 and 4.1.2: id, title, updated and an author; each entry with a link or a content."""
    feed = feed_of(views.report())

    assert feed.tag == f"{{{NAMESPACE}}}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(f"a:{name}", ATOM)) == 1
    assert feed.findtext("a:author/a:name", namespaces=ATOM)
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 7
    for entry in entries:
        for name in ("id", "title", "updated", "content"):
            assert len(entry.findall(f"a:{name}", ATOM)) == 1
        assert re.fullmatch(r"tag:monitor\.test,2026:[^\s]+", entry.findtext("a:id", namespaces=ATOM) or "")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.findtext("a:updated", namespaces=ATOM) or "")
        [link] = entry.findall("a:link", ATOM)
        assert (link.get("rel"), link.get("type")) == ("alternate", "text/html")
        assert (link.get("href") or "").startswith(f"{HOME}/")
        [content] = entry.findall("a:content", ATOM)
        assert (content.get("type"), len(content)) == ("html", 0)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert len(set(ids)) == len(ids)


def test_the_feed_says_where_it_is_kept_up_to_date() -> None:
    part = narrow(views.report(), ReportScope(severity=Severity.MAJOR, since=NOON.date()), owners=Owners())

    for report, query in ((views.report(), ""), (part, "?since=2026-11-20&severity=major")):
        [here] = [link.get("href") for link in feed_of(report).findall("a:link", ATOM) if link.get("rel") == "self"]
        assert here == f"{HOME}/report/stale-articles.atom{query}"


def test_a_feed_reader_reads_it() -> None:
    parsed = feedparser.parse(render_atom(views.report(), public_url=HOME).encode())
    entry = next(item for item in parsed.entries if item.id == "tag:monitor.test,2026:finding/f-retracted")

    assert (parsed.bozo, parsed.version) == (False, "atom10")
    assert entry.title.startswith("Critical: A retraction notice names reference 2")
    assert entry.link == f"{HOME}/articles/knee#finding-f-retracted"
    assert "Pain was lower by about one point" in entry.content[0].value


def test_a_finding_keeps_its_id_and_gets_a_new_date_whenever_its_state_changes() -> None:
    found = views.RETRACTED
    decided = replace(found, status="dismissed", decided_at=NOON, decision="not_relevant")
    reopened = replace(found, reopened_at=NOON + timedelta(hours=1))
    told = [_entry(replace(views.KNEE, findings=(item,))) for item in (found, decided, reopened)]

    assert len({item["id"] for item in told}) == 1
    assert [item["updated"] for item in told] == [
        "2026-11-19T12:00:00Z",
        "2026-11-20T12:00:00Z",
        "2026-11-20T13:00:00Z",
    ]
    assert told[1]["title"].startswith("Dismissed: ")
    assert {item["published"] for item in told} == {"2026-11-19T12:00:00Z"}


def _entry(row: Any) -> dict[str, str]:
    feed = feed_of(views.report(row, coverage=(views.COVERAGE[0],)))
    [entry] = feed.findall("a:entry", ATOM)
    return {
        name: entry.findtext(f"a:{name}", namespaces=ATOM) or "" for name in ("id", "updated", "published", "title")
    }


def test_a_feed_without_findings_still_says_that_a_source_could_not_be_checked() -> None:
    titles = [
        entry.findtext("a:title", namespaces=ATOM)
        for entry in feed_of(views.report(views.GOUT)).iterfind("a:entry", ATOM)
    ]

    assert titles == ["ClinicalTrials.gov could not be checked", "Guidelines of va-dod could not be checked"]


def test_a_long_feed_holds_what_changed_last_and_says_so() -> None:
    many = tuple(
        replace(views.RETRACTED, id=f"f{number}", detected_at=NOON - timedelta(hours=number))
        for number in range(MOST_ENTRIES + 5)
    )
    feed = feed_of(views.report(replace(views.KNEE, findings=many), coverage=(views.COVERAGE[0],)))
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in feed.iterfind("a:entry", ATOM)]

    assert ids == [f"tag:monitor.test,2026:finding/f{number}" for number in range(MOST_ENTRIES)]
    assert f"the {MOST_ENTRIES} findings that changed last, of {MOST_ENTRIES + 5}" in (
        feed.findtext("a:subtitle", namespaces=ATOM) or ""
    )


def test_the_file_to_print_loads_nothing_prints_where_links_lead_and_breaks_between_sections() -> None:
    html = render_html(views.report())
    style = html.partition("<style>")[2].partition("</style>")[0]
    printed = style.partition("@media print")[2]

    assert not re.search(r"url\(|@import|<script|<link|<img|\ssrc=", html)
    assert 'content: " (" attr(href) ")"' in printed
    assert "break-before: page" in printed
    assert "break-inside: avoid" in printed
    assert "color-scheme: light" in printed


LINES = "\n".join(f"line {number}" for number in range(200_000))
BIG = {
    "one line": ("x" * 5_000_000, "y" * 5_000_000),
    "many lines": (LINES, LINES.replace("line 7", "line seven")),
    "long lists": (LINES.split("\n"), LINES.replace("line 7", "line seven").split("\n")),
    "rows": ([{"n": n} for n in range(200_000)], [{"n": n} for n in range(1, 200_001)]),
}


@pytest.mark.parametrize("big", BIG)
def test_a_change_of_megabytes_is_answered_within_seconds_cut_and_marked(big: str) -> None:
    """P53: in every form, on the article's page and in the API."""
    before, after = BIG[big]
    changed = replace(views.GUIDELINE, diff=(DiffLine(field="text", before=before, after=after),))
    row = replace(views.KNEE, findings=(changed,))
    report = views.report(row)
    began = time.perf_counter()
    client = browser(MadeUpDesk(shown=report, views={"knee": views.article(row)}))
    told = [
        client.get("/api/v1/report").text,
        client.get("/api/v1/articles/knee").text,
        client.get("/articles/knee").text,
        *(render(report) for render in (render_html, render_markdown, render_csv, terminal)),
        render_atom(report, public_url=HOME),
    ]

    assert time.perf_counter() - began < 5 * len(told)  # Each of them; here all of them in a few.
    assert all(len(text) < 200_000 for text in told)
    assert "too large to show" in told[0]
    if big in {"one line", "many lines"}:
        assert all("too large to" in text for text in told)


TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
UTF_8 = "--infilter=CSV:44,34,76,1"
"""Commas, quotes, UTF-8, from the first line on: what a person picks in the dialog."""
SOFFICE = os.environ.get("SOFFICE") or shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.acceptance
@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
@pytest.mark.timeout(300)
def test_libreoffice_shows_every_cell_as_text(tmp_path: Path) -> None:
    """P54: what it makes of the file is read back from its own format; the control shows what a formula is there.

    Without a word about letters it reads any file in an old code page when nobody can be asked: no formula then, too.
    """
    rows = [views.row(f"a{number}", Freshness.FRESH, title=text) for number, text in enumerate(TRIGGERS)]
    report = render_csv(views.report(*rows))
    shown, formulas = _as_a_sheet(tmp_path, report, UTF_8)

    assert _as_a_sheet(tmp_path, '"a","=1+1"\r\n', UTF_8)[1] == ["of:=1+1"]
    assert formulas == _as_a_sheet(tmp_path, report)[1] == []
    assert shown[0] == "row"
    assert {"'=cmd|' /C calc'!A0", "'\uff1d", "'@SUM(1;1)"} <= set(shown)


def _as_a_sheet(folder: Path, text: str, *options: str) -> tuple[list[str], list[str]]:
    """What the cells of a file show, and the formulas among them."""
    file = folder / "report.csv"
    file.write_text(text, encoding="utf-8", newline="")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ("--headless", profile, *options, "--convert-to", "fods", "--outdir", str(folder), str(file))
    subprocess.run([str(SOFFICE), *convert], check=True, capture_output=True, timeout=90)
    cells = list(etree.parse(folder / "report.fods").iter(f"{{{TABLE}}}table-cell"))
    formulas = [cell.get(f"{{{TABLE}}}formula") for cell in cells]
    return ["".join(cell.itertext()).strip() for cell in cells], [item for item in formulas if item]
