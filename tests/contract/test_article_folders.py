"""A folder of article files that is followed: what comes, changes and goes, and when its emptiness is an alarm."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from monitor.domain.article_sources import Way
from monitor.domain.outcomes import Unreachable, Unreadable
from tests.contract.article_sites import Following, ids, source

NAMES = ("knee", "socks", "tea")


def text(title: str, sentence: str = "Rest helps most people with pain.") -> str:
    return f"# {title}\n\n{sentence} [1]\n\n## References\n\n1. Smith J. A trial of rest. Lancet. 2020;1:1-9.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "articles"
    place.mkdir()
    for name in NAMES:
        (place / f"{name}.md").write_text(text(name.title()), encoding="utf-8")
    return place


@pytest.fixture
def following(folder: Path) -> Following:
    """The folder after its first poll."""
    found = Following(None, source(Way.FOLDER, str(folder), include=(r"\.md$",)))
    assert ids(found.poll()) == list(NAMES)
    return found


def test_a_file_that_comes_changes_or_goes_is_noticed(following: Following, folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "rest.md").write_text(text("Rest"), encoding="utf-8")
    (folder / "socks.md").write_text(text("Socks", "Wool helps most people with cold feet."), encoding="utf-8")
    (folder / "tea.md").unlink()
    outcome = following.poll()

    assert sorted(ids(outcome)) == ["rest", "socks"]
    assert [(gone.article_id, gone.because) for gone in outcome.gathered.removed] == [
        ("tea", f"the file {folder / 'tea.md'} is not in the folder any more")
    ]
    assert (len(outcome.covered), outcome.troubles) == (3, ())


def test_a_file_that_was_only_touched_or_marked_up_otherwise_is_no_edit(following: Following, folder: Path) -> None:
    (folder / "tea.md").write_text(text("Tea") + "\n\n\n", encoding="utf-8")
    os.utime(folder / "knee.md", (1, 1))

    assert ids(following.poll()) == []


def test_a_file_that_moved_inside_the_folder_is_the_same_article(following: Following, folder: Path) -> None:
    (folder / "drinks").mkdir()
    (folder / "tea.md").rename(folder / "drinks" / "tea.md")
    outcome = following.poll()

    assert ([page.article_id for page in outcome.gathered.pages], outcome.gathered.removed) == (["tea"], ())
    assert (len(following.poll().covered), following.poll().troubles) == (3, ())


def test_an_article_that_comes_back_has_the_id_it_had(following: Following, folder: Path) -> None:
    (folder / "tea.md").unlink()
    following.poll()
    (folder / "tea.md").write_text(text("Tea"), encoding="utf-8")

    assert ids(following.poll()) == ["tea"]


def test_a_folder_that_is_suddenly_empty_or_halved_is_an_alarm(following: Following, folder: Path) -> None:
    for name in ("knee", "socks"):
        (folder / f"{name}.md").unlink()
    halved = following.ask()
    (folder / "tea.md").unlink()
    empty = following.ask()

    assert isinstance(halved, Unreadable)
    assert "shrank from 3 articles to 1" in halved.reason
    assert isinstance(empty, Unreadable)
    assert "no article is listed" in empty.reason


def test_a_folder_that_is_not_there_removes_nothing(following: Following, folder: Path) -> None:
    shutil.move(folder, folder.with_name("elsewhere"))

    assert isinstance(following.ask(), Unreachable)


def test_a_file_that_was_cut_on_its_way_waits_for_the_next_look(following: Following, folder: Path) -> None:
    (folder / "tea.md").write_text("# Tea\n\nRest he", encoding="utf-8")
    cut = following.poll()
    (folder / "tea.md").write_text(text("Tea", "Rest helps nobody in this case."), encoding="utf-8")

    assert (ids(cut), len(cut.covered)) == ([], 2)
    assert ids(following.poll()) == ["tea"]


def test_hidden_files_and_links_that_lead_out_are_passed_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(text("Secret"), encoding="utf-8")
    (folder / "way-out.md").symlink_to(tmp_path / "secret.md")
    (folder / ".draft.md").write_text(text("Draft"), encoding="utf-8")
    found = Following(None, source(Way.FOLDER, str(folder), include=(r"\.md$",), exclude=("^socks",)))

    assert ids(found.poll()) == ["knee", "tea"]


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"%PDF-1.7", b"x" * 5_000_001], ids=["empty", "NUL", "PDF", "huge"])
def test_a_file_that_is_no_article_is_told_and_the_others_are_read(body: bytes, folder: Path) -> None:
    (folder / "bad.md").write_bytes(body)
    outcome = Following(None, source(Way.FOLDER, str(folder))).poll()

    assert ids(outcome) == list(NAMES)
    assert len(outcome.troubles) == 1


def test_an_article_that_the_patterns_leave_out_now_stays_and_is_told(following: Following, folder: Path) -> None:
    following.source = source(Way.FOLDER, str(folder), include=(r"\.md$",), exclude=("^tea",))
    outcome = following.poll()

    assert (outcome.gathered.removed, len(outcome.covered)) == ((), 2)
    assert "is left out by the patterns now" in outcome.troubles[0]
