"""A part of the report says in every form that it is one, which, and what of it could not be checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.domain.articles import Freshness
from monitor.domain.kinds import Severity
from monitor.domain.owners import Owner, Owners
from monitor.domain.read_models import Gap, Report
from monitor.domain.review import Closing, Decision, Reason
from monitor.domain.scope import ReportScope, narrow
from monitor.reports import render_csv, render_html, render_json, render_markdown
from monitor.reports.atom import render_atom
from monitor.wiring import Monitor
from tests.faces import library, views
from tests.faces.browsing import browser
from tests.faces.made_up_desk import MadeUpDesk
from tests.faces.test_reports_for_people import squeezed, terminal
from tests.faces.views import NOON

OWNERS = Owners(owners={"ada": Owner(name="ada", articles=("knee", "gout"))})
GAPS = (Gap(source="crossref", start=NOON - timedelta(days=9), end=NOON - timedelta(days=4)),)
CALM = (views.COVERAGE[0],)


def atom(report: Report) -> str:
    """The feed of pages at an address."""
    return render_atom(report, public_url="https://monitor.test/")


FORMS: dict[str, Callable[[Report], str]] = {
    "html": render_html,
    "md": render_markdown,
    "csv": render_csv,
    "atom": atom,
    "text": lambda report: terminal(report, 500),
}
in_every_form = pytest.mark.parametrize("form", FORMS)


def told(form: str, report: Report) -> str:
    """The words of a form, whatever its markup."""
    text = FORMS[form](report).replace("&lt;", "<").replace("&gt;", ">")
    return squeezed(re.sub(r"<[^>]*>", " ", text).replace("\\", "").replace("*", ""))


def part(report: Report | None = None, *, gaps: tuple[Gap, ...] = (), **asked: Any) -> Report:
    """A part of the report of noon."""
    return narrow(report or views.report(), ReportScope(**asked), owners=OWNERS, gaps=gaps)


@in_every_form
def test_every_form_says_which_part_was_asked_for(form: str) -> None:
    words = told(form, part(since=date(2026, 11, 1), until=NOON.date(), owner="ada", severity=Severity.MAJOR))

    assert "Only a part was asked for: findings detected or decided from 1 Nov 2026 to 20 Nov 2026 (UTC)" in words
    assert "severity major or worse; articles of owner ada. 2 articles looked at, 1 listed." in words
    assert "Only a part" not in told(form, views.report())


@in_every_form
def test_every_form_says_what_was_checked_when_and_what_could_not_be(form: str) -> None:
    for report in (views.report(), part(severity=Severity.CRITICAL)):
        words = told(form, report)

        assert "Watched: 17 of 22 references of 4 articles, 5 not resolved" in words
        assert "ClinicalTrials.gov" in words
        assert "Could not check since 18 Nov 2026, 12:00 UTC (HTTP 503)" in words
        assert (
            "Vertigo in older people (2 of 5 references not resolved; not all of its evidence was checked yet)" in words
        )


@in_every_form
def test_every_form_says_when_a_source_was_not_reached_in_the_period(form: str) -> None:
    words = told(form, part(since=date(2026, 11, 1), gaps=GAPS))

    assert "Crossref: not reached from 11 Nov 2026, 12:00 UTC to 16 Nov 2026, 12:00 UTC (5 days)" in words


@in_every_form
@pytest.mark.parametrize("doubt", ["late", "gap", "unresolved", "nothing watched"])
def test_nothing_found_never_reads_as_calm_when_something_could_not_be_checked(form: str, doubt: str) -> None:
    row = views.VERTIGO if doubt == "unresolved" else views.GOUT
    coverage = {"late": views.COVERAGE, "nothing watched": ()}.get(doubt, CALM)
    report = part(views.report(row, coverage=coverage), since=date(2026, 11, 1), gaps=GAPS if doubt == "gap" else ())
    words = told(form, report)

    assert "No finding fits what was asked for. This is no all-clear" in words


@in_every_form
def test_nothing_found_where_all_was_checked_is_said_plainly(form: str) -> None:
    words = told(form, part(views.report(views.GOUT, coverage=CALM), since=date(2026, 11, 1)))

    assert "No finding fits what was asked for." in words
    assert "no all-clear" not in words


@in_every_form
def test_a_report_of_a_period_tells_what_was_decided_in_it_and_why(form: str) -> None:
    decided = replace(views.ANSWERED, decided_at=NOON)
    report = part(views.report(views.row("a", Freshness.FRESH, findings=(decided,))), since=NOON.date())
    words = told(form, report)

    assert "The correction names an affiliation." in words
    assert re.search("dismissed", words, re.IGNORECASE)


def test_json_has_the_key_scope_only_where_a_part_was_asked_for() -> None:
    whole = json.loads(render_json(views.report()))
    left = json.loads(render_json(part(severity=Severity.CRITICAL, gaps=GAPS)))

    assert "scope" not in whole
    assert list(left) == ["generated_at", "as_of", "coverage", "articles", "scope", "attribution"]
    assert left["scope"]["terms"] == [["severity", "critical"]]
    assert left["scope"]["looked_at"] == 4
    assert left["scope"]["gaps"] == [
        {"source": "crossref", "since": "2026-11-11T12:00:00Z", "until": "2026-11-16T12:00:00Z"}
    ]
    assert [item["id"] for item in left["scope"]["not_checked"]] == ["knee", "vertigo"]


@pytest.fixture
def monitor(tmp_path: Path, database_url: str) -> Iterator[Monitor]:
    with library.opened(tmp_path, database_url) as opened:
        library.fill(opened)
        yield opened


def test_the_gaps_of_a_period_are_those_of_the_polls_on_record(monitor: Monitor) -> None:
    for day in (0, 1, 2, 9, 10):
        monitor.clock.move_to(library.NOON + timedelta(days=day))
        library.poll(monitor, "pubmed", fails="" if day != 10 else "HTTP 503")
        library.poll(monitor, "crossref")
    later = library.NOON.date() + timedelta(days=3)
    gaps = monitor.desk.narrow(monitor.desk.report(), ReportScope(since=later)).narrowed.gaps  # type: ignore[union-attr]
    found = {gap.source: (gap.start and gap.start.date(), gap.end and gap.end.date()) for gap in gaps}
    silent = (library.NOON.date() + timedelta(days=2), library.NOON.date() + timedelta(days=9))

    assert found["pubmed"] == found["crossref"] == silent
    assert found["retraction_watch"] == (None, None)


def test_pages_files_and_api_take_the_same_parameters(monitor: Monitor) -> None:
    client = library.client(monitor)
    query = "severity=critical&since=2026-11-01&kind=retracted"
    api = client.get(f"/api/v1/report?{query}").json()

    assert [row["id"] for row in api["articles"]] == ["knee"]
    assert [finding["id"] for finding in api["articles"][0]["findings"]] == ["knee-retracted-1"]
    for path in ("/report", *(f"/report/stale-articles.{form}" for form in ("html", "md", "csv", "json", "atom"))):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert "Paper 1 says so." in answer.text
        assert "Paper 2 says so." not in answer.text
    assert client.get("/report/stale-articles.atom").headers["content-type"].startswith("application/atom+xml")
    assert client.get("/report/stale-articles.csv").headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31"])
def test_a_period_may_begin_whenever_calendars_reach(monitor: Monitor, since: str) -> None:
    assert library.client(monitor).get(f"/api/v1/report?since={since}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "owner=nobody",
        "specialty=nothing",
        "since=2026-02-01&until=2026-01-01",
        "severity=worst",
        "kind=x",
        "sevrity=major",
        "since=0",
        "since=2026-1-1",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/report", "/report", "/report/stale-articles.csv"])
def test_a_part_that_cannot_be_is_refused_and_never_left_out_silently(path: str, query: str) -> None:
    """P83."""

    class Desk(MadeUpDesk):
        def narrow(self, report: Report, scope: ReportScope) -> Report:
            return narrow(report, scope, owners=OWNERS)

    assert browser(Desk()).get(f"{path}?{query}").status_code == 422


def test_the_verb_takes_the_same_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library.opened(tmp_path) as monitor:
        library.fill(monitor)
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MONITOR_NOW", library.NOON.isoformat())
    runner = CliRunner()

    def ran(*options: str) -> str:
        result = runner.invoke(app, ["report", *options], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert '"finding","knee"' in ran("--format", "csv", "--severity", "critical")
    assert "Paper 2 says so." not in ran("--format", "md", "--kind", "retracted", "--since", "2026-11-01")
    assert "http://127.0.0.1:8642/articles/hip#finding-hip-corrected-2" in ran("--format", "atom")
    file = tmp_path / "report.csv"
    ran("--format", "csv", "--output", str(file))
    assert file.read_bytes().startswith(b'\xef\xbb\xbf"row"')
    with pytest.raises(Exception, match="there is no 'eve'"):
        runner.invoke(app, ["report", "--owner", "eve"], catch_exceptions=False)


def test_a_finding_that_is_opened_again_changed_then(monitor: Monitor) -> None:
    monitor.desk.start_review("hip", by="Ada", version=1)
    seen = frozenset({"hip-corrected-2"})
    closing = Closing(decision=Decision.NOT_RELEVANT, reason=Reason.COSMETIC, by="Ada", version=2, seen=seen)
    monitor.desk.close_review("hip", closing)
    monitor.clock.move_to(library.NOON + timedelta(days=5))
    with monitor.store.begin() as tx:
        event = tx.events.of(["pubmed:2"])[0]
        tx.findings.weigh(event.id, Severity.CRITICAL)
    listed = monitor.desk.finding("hip-corrected-2")

    assert listed is not None
    assert listed.finding.status == "open"
    assert listed.finding.changed_at.date() == library.NOON.date() + timedelta(days=5)
