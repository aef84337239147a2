"""P95: the report of any past moment is printed again as it was printed then, from a month that was lived through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.as_of import moment_meant
from monitor.domain.read_models import Report
from monitor.domain.review import Closing, Decision, Reason
from monitor.replay.world import recorded_world, sample_articles
from monitor.reports import render_json
from tests.journey.living import LAST_DAY, Life, life
from tests.journey.test_the_story import KEYS


@dataclass
class Chronicle:
    """A life, and what its report said along the way."""

    lived: Life
    printed: list[Report] = field(default_factory=list)

    def print_now(self) -> None:
        """Print the report as it stands."""
        self.printed.append(self.lived.monitor.desk.report())

    def again(self, report: Report) -> Report:
        """The same report, printed now from the past, with the moment of printing left alone."""
        past = self.lived.monitor.desk.report(as_of=report.as_of)
        return replace(past, generated_at=report.generated_at)


@pytest.fixture(scope="module")
def chronicle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chronicle]:
    """A month in which articles are edited, removed and reviewed, and a report after each day."""
    first_day = LAST_DAY - timedelta(days=30)
    with life(recorded_world(LAST_DAY), tmp_path_factory.mktemp("past"), first_day, **KEYS) as lived:
        articles = {Path(name).stem: (name, body) for name, body in sample_articles(LAST_DAY)}
        for article_id, (name, body) in articles.items():
            lived.add(article_id, name, body)
        chronicle = Chronicle(lived)
        chronicle.print_now()
        for days_left in range(30, -1, -2):
            lived.live(LAST_DAY - timedelta(days=days_left))
            chronicle.print_now()
            _interfere(lived, days_left, articles)
            chronicle.print_now()
        yield chronicle


def _interfere(lived: Life, days_left: int, articles: dict[str, tuple[str, bytes]]) -> None:
    """What people do between the polls."""
    first, second = sorted(articles)[:2]
    if days_left == 20:
        name, body = articles[first]
        lived.add(first, name, body.replace(b"the", b"this", 3))
    if days_left == 16:
        lived.monitor.registrar.remove(second, by="test")
    if days_left == 12:
        lived.add(second, *articles[second])
    if days_left % 6 == 0:
        _close_the_first(lived)
    if days_left % 8 == 4:
        _put_off_the_last(lived)


def _close_the_first(lived: Life) -> None:
    desk = lived.monitor.desk
    for entry in desk.queue().entries[:1]:
        started = desk.start_review(entry.article.id, by="Ada", version=entry.review.version)
        seen = frozenset(item.id for item in entry.article.findings if item.status == "open")
        desk.close_review(
            entry.article.id,
            Closing(
                decision=Decision.STILL_VALID,
                reason=Reason.CONCLUSION_HOLDS,
                by="Ada",
                version=started.version,
                seen=seen,
            ),
        )


def _put_off_the_last(lived: Life) -> None:
    desk, until = lived.monitor.desk, lived.clock.today() + timedelta(days=3)
    for entry in desk.queue().entries[-1:]:
        desk.snooze_review(entry.article.id, by="Ada", version=entry.review.version, until=until)


def test_the_report_of_each_moment_is_the_one_that_was_printed_then(chronicle: Chronicle) -> None:
    assert len({render_json(replace(one, generated_at=one.as_of)) for one in chronicle.printed}) > 16
    for report in chronicle.printed:
        assert chronicle.again(report) == report, report.as_of


def test_the_report_of_a_day_is_the_last_that_was_printed_on_it(chronicle: Chronicle) -> None:
    last_of_day = {report.as_of.date(): report for report in chronicle.printed}
    now = chronicle.lived.clock.today()

    for day in sorted(last_of_day)[::5]:
        report = last_of_day[day]
        past = chronicle.lived.monitor.desk.report(as_of=moment_meant(day.isoformat(), now=now))
        assert replace(past, as_of=report.as_of, generated_at=report.generated_at) == report, day
