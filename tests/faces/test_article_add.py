"""``monitor article add``: pages, folders and files of references come in, and what was wrong is told file by file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.cli.files import body_of
from monitor.cli.opening import Failed, opened
from monitor.intake import UnreadableArticle
from monitor.replay.serving import serve
from monitor.replay.world import World

PAGE = "# Knees\n\nRest helps [1]. Motion helps more [2].\n\n## References\n\n1. Moe A. Rest. J Made Up. 2019;1:2.\n"
RIS = "TY  - JOUR\nAU  - Lund, C\nTI  - Knees in motion\nJO  - J Made Up\nPY  - 2020\nDO  - 10.1000/move\nER  - \n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database for all, as its schema takes a second to make; every test adds articles of its own."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(data))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)


def add(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["article", "add", "--no-resolve", *arguments])


def shown(article_id: str) -> dict[str, object]:
    output = CliRunner().invoke(app, ["article", "show", article_id, "--json"]).output
    values: dict[str, object] = json.loads(output[output.index("{\n") :])
    return values


def test_a_folder_is_added_file_by_file_and_a_bad_file_stops_no_other(tmp_path: Path) -> None:
    """P55: exit 1, as part of the work failed."""
    folder = tmp_path / "pages"
    (folder / "heart" / ".git").mkdir(parents=True)
    (folder / "knees.md").write_text(PAGE)
    (folder / "heart" / "failure.txt").write_text("Heart Failure\n\nRest helps many hearts.\n")
    (folder / "heart" / ".git" / "old.md").write_text(PAGE)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "broken.ris").write_text("TY  - JOUR\nTI  - Open\n")
    with (folder / "large.html").open("wb") as large:
        large.truncate(50_000_000)
    (folder / "knees.html").write_text("<h1>Knees</h1><p>Rest helps.</p>")

    result = add("pages")

    assert "heart-failure: 1 claims" in result.output
    assert "knees: 1 claims" in result.output
    assert isinstance(result.exception, Failed)
    assert sorted(str(result.exception).split("\n")) == [
        "pages/broken.ris:1: record 1 has no end; close it with a line ER  -",
        "pages/knees.md: has the id knees as pages/knees.html has; add it with --id",
        "pages/large.html:1: the file has more than 5 MB; give it in parts",
    ]


def test_a_file_of_references_is_an_article_whose_evidence_is_watched(tmp_path: Path) -> None:
    (tmp_path / "library.ris").write_text(RIS)

    assert "added library: 0 claims, 1 references" in add("library.ris", "--title", "My knee papers").output
    again = add("library.ris", "--title", "My knee papers").output

    assert "0 references new, 0 gone" in again
    article = shown("library")
    assert (article["title"], article["claims"]) == ("My knee papers", [])


def test_the_references_of_a_page_can_come_from_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "knees.md").write_text(PAGE)
    (tmp_path / "knees.ris").write_text(RIS)

    output = add("knees.md", "--references", "knees.ris", "--id", "knees-by-file").output

    assert "0 entries joined by identifier or title, 0 by place alone, 1 added, 1 are on the page only" in output
    assert "added: Lund C. Knees in motion." in output


@pytest.mark.parametrize("option", ["--id", "--references", "--title"])
def test_an_option_for_one_article_is_refused_for_several(option: str) -> None:
    result = add("a.md", "b.md", option, "x")

    assert result.exit_code == 2
    assert f"{option} is for one article" in result.output


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = str(add("none.md", "empty").exception).split("\n")

    assert told[0].startswith("empty: no file in this folder can be read; files end in .txt, ")
    assert told[1] == "none.md: No such file or directory"


def test_a_device_is_not_read_to_its_end() -> None:
    with pytest.raises(UnreadableArticle, match="/dev/zero:1: this is no file"):
        body_of("/dev/zero")


def test_two_files_of_one_name_do_not_become_one_article(tmp_path: Path) -> None:
    """The second would replace what the first says, and close what was found about it."""
    for folder in ("heart", "knee"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rest.md").write_text(PAGE.replace("Knees", folder.title()))

    result = add("heart/rest.md", "knee/rest.md")

    assert "knee/rest.md: has the id rest as heart/rest.md has" in str(result.exception)
    assert shown("rest")["title"] == "Heart"


def test_a_file_given_twice_is_added_once(tmp_path: Path) -> None:
    (tmp_path / "twice.md").write_text(PAGE)

    assert add("twice.md", "./twice.md").exception is None


def test_a_followed_folder_takes_over_the_very_file_that_was_added_and_no_other_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "followed-once.md").write_text(PAGE)
    add("./followed-once.md")
    with opened().store.begin() as tx:
        held = tx.articles.held()["followed-once"]

    assert held.came_from(str(tmp_path / "followed-once.md"))
    assert not held.came_from("/elsewhere/followed-once.md")


@pytest.mark.parametrize("identity", ["two words", "a/b", "-x", "x" * 101])
def test_an_id_that_no_address_could_name_is_refused(tmp_path: Path, identity: str) -> None:
    (tmp_path / "odd.md").write_text(PAGE)

    result = add("odd.md", f"--id={identity}")

    assert (result.exit_code, "letters, digits" in result.output) == (2, True)


def test_an_empty_name_is_no_folder() -> None:
    """A variable of a script that is not set."""
    result = add("")

    assert (result.exit_code, "an empty name" in result.output) == (2, True)


def test_an_address_that_cannot_be_read_is_told_in_words() -> None:
    result = add("http://127.0.0.1:1/page")

    assert isinstance(result.exception, Failed)
    assert "could not be read: address refused" in str(result.exception)
    assert "Unreadable(" not in str(result.exception)
    assert "MONITOR_ALLOW_PRIVATE_HOSTS" in str(result.exception)


def test_a_page_is_asked_for_at_the_stand_in_for_all_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "world" / "pages" / "answers.example.org"
    folder.mkdir(parents=True)
    (folder / "hips.html").write_text("<h1>Hips</h1><p>Rest helps.</p>")
    with serve(World.load(tmp_path / "world", last_day=date(2026, 1, 5))) as servers:
        monkeypatch.setenv("MONITOR_PAGES_URL", servers.urls["MONITOR_PAGES_URL"])
        add("https://answers.example.org/hips.html")

    assert shown("hips")["url"] == "https://answers.example.org/hips.html"


def test_a_jats_file_that_declares_no_type_is_read_as_jats(tmp_path: Path) -> None:
    (tmp_path / "plain.xml").write_text(
        "<?xml version='1.0'?>\n<article><front><article-meta><title-group><article-title>Bare Knees</article-title>"
        "</title-group></article-meta></front><body><p>Rest helps.</p></body>"
        "<back><ref-list><ref><mixed-citation>Moe A. J Made Up. 2019;1:2.</mixed-citation></ref></ref-list></back>"
        "</article>"
    )
    add("plain.xml")
    article = shown("plain")

    assert (article["title"], str(article["references"]).count("Moe A.")) == ("Bare Knees", 1)


def test_a_page_that_takes_the_place_of_a_wholly_different_one_is_told(tmp_path: Path) -> None:
    """Two files of one name in different folders get one id."""
    (tmp_path / "lungs.md").write_text(PAGE)
    add("lungs.md")
    (tmp_path / "lungs.ris").write_text(RIS)

    assert "nothing of it is as before" in add("lungs.ris").output
    assert "nothing of it is as before" not in add("lungs.ris").output
