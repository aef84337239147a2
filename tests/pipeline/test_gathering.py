"""A source of articles is followed: pages become articles, edits answer findings, and nothing is lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from monitor.domain.articles import Freshness
from monitor.domain.kinds import EventKind
from tests.pipeline.gathering import CLAIM, OTHER, SOURCE, GatheringStage, page
from tests.pipeline.test_crashes import expire_leases


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "pages"
    place.mkdir()
    for name in ("knee", "socks", "tea", "rest"):
        (place / f"{name}.md").write_text(page(name.title()), encoding="utf-8")
    return place


@pytest.fixture
def stage(database_url: str, folder: Path) -> GatheringStage:
    found = GatheringStage(database_url, folder).start()
    found.gather()
    return found


def audit(url: str) -> list[tuple[str, str, str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT action, subject, actor FROM audit ORDER BY id")).all()
    engine.dispose()
    return [(action, subject, actor) for action, subject, actor in rows if action.startswith("article.re")]


def test_the_articles_of_a_folder_are_watched_and_their_evidence_judged(
    stage: GatheringStage, database_url: str
) -> None:
    assert {name: row.freshness for name, row in stage.articles().items()} == dict.fromkeys(
        ("knee", "socks", "tea", "rest"), Freshness.STALE
    )
    assert audit(database_url) == [("article.registered", name, SOURCE) for name in ("knee", "rest", "socks", "tea")], (
        "three in the first poll, and the fourth in the one after it, each once"
    )


def test_an_edit_answers_what_its_page_no_longer_says_and_nothing_else(stage: GatheringStage, folder: Path) -> None:
    other = page("Tea", "Rest is best for most.", "Milk goes in first, as always.", entry="Another trial. PMID: 300")
    (folder / "tea.md").write_text(other, encoding="utf-8")
    [report] = stage.gather()
    told = {
        name: [one.status for one in row.findings if one.kind == EventKind.RETRACTED]
        for name, row in stage.articles().items()
    }

    assert report.articles == ("tea",)
    assert told == {"knee": ["open"], "rest": ["open"], "socks": ["open"], "tea": ["answered"]}


def test_a_page_that_did_not_change_writes_nothing_nor_does_a_source_whose_file_was_taken_away(
    stage: GatheringStage, folder: Path, database_url: str
) -> None:
    before = audit(database_url)
    (folder / "tea.md").write_text(page("Tea") + "\n\n", encoding="utf-8")
    [report] = stage.poller.run(source=SOURCE, even_if_not_due=True)
    stage.registrar.ensure_watches([])
    without = stage.poller.run(source=SOURCE, even_if_not_due=True)
    stage.start()
    [back] = stage.poller.run(source=SOURCE, even_if_not_due=True)

    assert (report.outcome, report.articles, report.is_done) == ("polled", (), True)
    assert (without, back.is_done, back.articles) == ((), True, ())
    assert audit(database_url) == before


def test_a_file_that_is_gone_takes_its_article_out_and_back_it_has_its_findings(
    stage: GatheringStage, folder: Path, database_url: str
) -> None:
    before = [one.id for one in stage.articles()["tea"].findings]
    body = (folder / "tea.md").read_text(encoding="utf-8")
    (folder / "tea.md").unlink()
    stage.gather()
    without = set(stage.articles())
    (folder / "tea.md").write_text(body, encoding="utf-8")
    stage.gather()

    assert without == {"knee", "socks", "rest"}
    assert [one.id for one in stage.articles()["tea"].findings] == before
    assert audit(database_url)[-2:] == [("article.removed", "tea", SOURCE), ("article.read_again", "tea", SOURCE)]


def test_an_article_that_an_editor_removed_stays_removed(stage: GatheringStage, folder: Path) -> None:
    stage.registrar.remove("tea", by="an editor")
    (folder / "tea.md").write_text(page("Tea", CLAIM, OTHER, "Milk goes in first."), encoding="utf-8")
    stage.gather()

    assert set(stage.articles()) == {"knee", "socks", "rest"}


def test_what_could_not_be_read_is_told_and_changes_no_article(stage: GatheringStage, folder: Path) -> None:
    (folder / "tea.md").write_bytes(b"\x00")
    stage.gather()
    with stage.store.read() as reads:
        line = next(line for line in reads.checks(50) if line.source == SOURCE)
    for path in folder.glob("*.md"):
        path.unlink()
    [report] = stage.gather()
    [coverage] = [one for one in stage.report().coverage if one.source == SOURCE]

    assert (line.watch, line.outcome, line.members) == ("articles", "polled", 3)
    assert line.data_version.startswith("4 articles, ")
    assert "tea.md" in line.reason
    assert (report.outcome, coverage.status) == ("unreadable", "unreachable")
    assert "no article is listed" in coverage.reason
    assert len(stage.articles()) == 4


class Killed(BaseException):
    """The process ends here: nothing catches it."""


def changed(folder: Path) -> None:
    """An article goes, one comes and one changes."""
    (folder / "tea.md").unlink()
    (folder / "milk.md").write_text(page("Milk"), encoding="utf-8")
    (folder / "knee.md").write_text(page("Knee", CLAIM, "Nothing harms anyone."), encoding="utf-8")


def taken_up_again(url: str, folder: Path) -> list[tuple[str, str, str]]:
    """A new process goes on; what the audit log holds then."""
    expire_leases(url)
    again = GatheringStage(url, folder)
    for _ in range(2):
        again.poller.run(source=SOURCE, even_if_not_due=True)

    assert set(again.articles()) == {"knee", "milk", "rest", "socks"}
    return audit(url)


ONCE_EACH = [
    ("article.read_again", "knee", SOURCE),
    ("article.registered", "milk", SOURCE),
    ("article.removed", "tea", SOURCE),
]


@pytest.mark.parametrize("point", ["poll.after_fetch", "gather.after_article", "poll.after_commit"])
def test_an_end_at_any_point_loses_nothing_and_doubles_nothing(database_url: str, folder: Path, point: str) -> None:
    """What a poll visited and what came of it are one commit."""

    def die(passed: str) -> None:
        if passed == point:
            raise Killed

    GatheringStage(database_url, folder).start().poller.run(source=SOURCE)
    changed(folder)
    before = len(audit(database_url))
    with pytest.raises(Killed):
        GatheringStage(database_url, folder, probe=die).poller.run(source=SOURCE, even_if_not_due=True)

    assert len(audit(database_url)) - before == (3 if point == "poll.after_commit" else 0), "committed in part"
    assert sorted(taken_up_again(database_url, folder)[before:]) == ONCE_EACH


def test_a_kill_between_two_articles_loses_nothing_and_doubles_nothing(database_url: str, folder: Path) -> None:
    GatheringStage(database_url, folder).start().poller.run(source=SOURCE)
    changed(folder)
    before = len(audit(database_url))
    died = subprocess.run(
        [sys.executable, "-m", "tests.pipeline.gathering", database_url, "gather.after_article", str(folder)],
        check=False,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=60,
    ).returncode

    assert died == -signal.SIGKILL
    assert sorted(taken_up_again(database_url, folder)[before:]) == ONCE_EACH


def test_a_file_whose_name_is_no_text_fails_alone(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "knee.md").write_text(page("Knee"))
    (tmp_path / os.fsdecode(b"so\xffcks.md")).write_text(page("Socks"))
    stage = GatheringStage(database_url, tmp_path).start()
    [report] = stage.gather()

    assert "knee" in stage.articles()
    assert "name" in report.reason
