"""Which part of a report a scope leaves, and when a source's silence was too long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.domain.articles import Freshness
from monitor.domain.gaps import longest_gap
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.owners import Owner, Owners, Specialty
from monitor.domain.read_models import Report
from monitor.domain.scope import ReportScope, ScopeError, narrow
from tests.faces import views
from tests.faces.views import NOON

OWNERS = Owners(
    owners={"ada": Owner(name="ada", specialties=("joints",)), "bo": Owner(name="bo", articles=("gout",))},
    specialties={
        "joints": Specialty(name="joints", articles=("knee", "hip")),
        "ears": Specialty(name="ears", topics=("t",)),
    },
)


def part(report: Report | None = None, **asked: Any) -> list[tuple[str, list[str]]]:
    """The ids of the articles and findings that are left."""
    topics = {"vertigo": ("t",)}
    left = narrow(report or views.report(), ReportScope(**asked), owners=OWNERS, topics=topics)
    return [(row.id, [finding.id for finding in row.findings]) for row in left.articles]


def test_a_scope_that_asks_for_everything_leaves_the_very_report() -> None:
    report = views.report()

    assert narrow(report, ReportScope(), owners=OWNERS) is report


def test_articles_are_told_by_owner_specialty_and_freshness() -> None:
    assert [name for name, _ in part(owner="ada")] == ["knee", "hip"]
    assert [name for name, _ in part(owner="bo")] == ["gout"]
    assert [name for name, _ in part(specialty="ears")] == ["vertigo"]
    assert [name for name, _ in part(freshness=Freshness.FRESH)] == ["gout"]
    assert part(owner="bo", freshness=Freshness.STALE) == []


def test_findings_are_told_by_kind_and_least_severity_and_articles_without_any_are_left_out() -> None:
    assert part(severity=Severity.CRITICAL) == [("knee", ["f-retracted"])]
    assert part(kinds=(EventKind.GUIDELINE_UPDATED,)) == [("knee", ["f-guideline"]), ("hip", ["f-hip"])]


def test_an_article_that_is_left_out_was_looked_at_all_the_same() -> None:
    left = narrow(views.report(), ReportScope(severity=Severity.CRITICAL), owners=OWNERS)

    assert [row.id for row in left.looked_at] == ["knee", "hip", "vertigo", "gout"]


def only(**values: Any) -> Report:
    """A report of one article with one finding."""
    found = views.finding("f", EventKind.CORRECTED, **values)
    return views.report(views.row("a", Freshness.FRESH, findings=(found,)))


@pytest.mark.parametrize("field", ["detected_at", "decided_at", "reopened_at"])
def test_a_period_is_about_what_was_found_decided_or_opened_again_in_it(field: str) -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    values = {"detected_at": old, field: NOON}
    report = views.report(
        views.row("a", Freshness.FRESH, findings=(views.finding("f", EventKind.CORRECTED, **values),))
    )
    day = NOON.date()

    assert part(report, since=day, until=day) == [("a", ["f"])]
    assert part(report, since=day + timedelta(days=1)) == []
    assert part(report, since=date(2026, 1, 2), until=day - timedelta(days=1)) == []


@pytest.mark.parametrize(("hour", "is_in"), [(0, True), (23, True), (24, False)])
def test_both_days_of_a_period_belong_to_it_from_midnight_to_midnight_utc(hour: int, is_in: bool) -> None:
    at = datetime(2026, 11, 3, tzinfo=UTC) + timedelta(hours=hour)
    report = views.report(
        views.row("a", Freshness.FRESH, findings=(views.finding("f", EventKind.CORRECTED, detected_at=at),))
    )

    assert bool(part(report, since=date(2026, 11, 3), until=date(2026, 11, 3))) is is_in


@pytest.mark.parametrize(
    ("asked", "words"), [({"owner": "eve"}, "there are: ada, bo"), ({"specialty": "x"}, "ears, joints")]
)
def test_a_name_nobody_declared_is_refused_with_those_there_are(asked: dict[str, str], words: str) -> None:
    with pytest.raises(ScopeError, match=words):
        part(**asked)


def test_without_any_owner_it_is_said_that_none_is_declared() -> None:
    with pytest.raises(ScopeError, match="none is declared"):
        narrow(views.report(), ReportScope(owner="ada"), owners=Owners())


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ScopeError, match="before it begins"):
        ReportScope(since=date(2026, 2, 1), until=date(2026, 1, 1))


def test_a_period_ends_now_at_the_latest_and_without_a_first_day_has_no_beginning() -> None:
    assert ReportScope(since=date(2026, 11, 1)).period(NOON) == (datetime(2026, 11, 1, tzinfo=UTC), NOON)
    assert ReportScope(since=date(2026, 11, 1), until=date(2026, 11, 2)).period(NOON) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 3, tzinfo=UTC),
    )
    assert ReportScope(until=date(2026, 11, 2)).period(NOON) is None


def day(number: int) -> datetime:
    """A day of the period."""
    return datetime(2026, 11, number, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], None),
        ([1, 2, 3, 7, 8, 9], (3, 7)),
        ([1, 2], (2, None)),
        ([8, 9], ("ever", 8)),
        ([], ("ever", None)),
        ([1, 4, 9], (4, 9)),
    ],
)
def test_the_longest_gap_is_between_two_successes_and_longer_than_allowed(
    days: list[int], gap: tuple[Any, Any] | None
) -> None:
    found = longest_gap("pubmed", [(day(n), day(n)) for n in days], start=day(2), end=day(9), allowed=timedelta(days=2))
    named = found and (found.start.day if found.start else "ever", found.end.day if found.end else None)

    assert named == gap


def test_a_period_that_has_just_begun_is_no_gap() -> None:
    assert longest_gap("pubmed", [], start=day(2), end=day(3), allowed=timedelta(days=2)) is None
