"""``watchlists/articles``: one file is one source of articles, and every mistake in it is told with line and key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.domain.article_sources import ArticleSource, HeldArticle, Way
from monitor.recipes import RecipeErrors, load_watchlists

SITE = """\
key: answers
title: The answer pages
sitemap: https://answers.example.org/sitemap.xml
include: [^/answers/]
exclude: ['\\?print=']
id: ^/answers/(.+?)(\\.html)?$
interval: 6h
reread: 3d
pace_seconds: 5
terms: https://answers.example.org/terms
"""
ADDRESS = "sitemap: https://answers.example.org/sitemap.xml"


def problems_of(folder: Path, text: str) -> list[str]:
    path = folder / "articles" / "answers.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    try:
        load_watchlists(folder)
    except RecipeErrors as errors:
        return [line.removeprefix(f"{path}:") for line in str(errors).splitlines()]
    return []


def test_a_source_of_articles_in_order_is_read(tmp_path: Path) -> None:
    assert problems_of(tmp_path, SITE.replace("(\\.html)?", "")) == []
    found = load_watchlists(tmp_path)

    assert found.article_sources == (
        ArticleSource(
            key="answers",
            title="The answer pages",
            way=Way.SITEMAP,
            place="https://answers.example.org/sitemap.xml",
            include=("^/answers/",),
            exclude=(r"\?print=",),
            id_pattern="^/answers/(.+?)$",
            interval=timedelta(hours=6),
            reread=timedelta(days=3),
            pace_seconds=5.0,
            terms_url="https://answers.example.org/terms",
        ),
    )
    assert found.policy.interval_of("articles:answers") == timedelta(hours=6)


def test_a_folder_lies_beside_its_file_and_is_asked_as_the_policy_says(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text("intervals: {articles: 2h}\n", encoding="utf-8")
    assert problems_of(tmp_path, "key: answers\ntitle: Ours\nfolder: ../pages\n") == []
    found = load_watchlists(tmp_path)
    [source] = found.article_sources

    assert (source.way, source.place) == (Way.FOLDER, str((tmp_path / "pages").resolve()))
    assert (source.admits("a/knee.html"), source.admits("knee.docx")) == (True, False)
    assert found.policy.interval_of("articles:answers") == timedelta(hours=2)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("key: answers", "key: other", "1: key: must be the name of the file, 'answers'"),
        ("title: The answer pages\n", "", "1: title: is missing"),
        ("sitemap: https", "sitemap: http", "3: sitemap: must be a full https:// address without port or password"),
        ("sitemap: ", "sitemaps: ", "3: sitemaps: unknown key; did you mean 'sitemap'?"),
        (
            "include:",
            "feed: https://answers.example.org/feed\ninclude:",
            "4: feed: is one way too many beside sitemap: one file is one source of articles",
        ),
        ("[^/answers/]", "['(']", "4: include: is no regular expression"),
        ("[^/answers/]", "^/answers/", "4: include: must be a list of texts, not a text"),
        ("['\\?print=']", "[7]", "5: exclude: must be a list of texts"),
        ("(\\.html)?", "(\\.html)?", "6: id: may hold one group: what of the path names the article"),
        ("interval: 6h", "interval: often", "7: interval: must be a number with s, m, h, d or w, such as 12h"),
        ("reread: 3d", "reread: 3", "8: reread: must be a number with s, m, h, d or w"),
        ("pace_seconds: 5", "pace_seconds: 0.1", "9: pace_seconds: must be 1 to"),
        ("terms: https://answers.example.org/terms\n", "", "1: terms: is missing"),
        (ADDRESS, "folder: pages", "9: pace_seconds: is for a sitemap or a feed"),
        (ADDRESS, "folder: pages", "10: terms: is for a sitemap or a feed"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    told = problems_of(tmp_path, SITE.replace(right, wrong))

    assert any(line.startswith(message) for line in told), told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = problems_of(tmp_path, "key: x\nfolder: a\nfeed: b\n")

    assert [line.split(": ")[1] for line in told] == ["key", "title", "feed"]


def test_the_sources_of_articles_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problems_of(tmp_path, SITE.replace("(\\.html)?", ""))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("MONITOR_WATCHLISTS", str(tmp_path))
    listed = CliRunner().invoke(app, ["watchlist", "list"])
    checked = CliRunner().invoke(app, ["watchlist", "check"])

    assert "articles:answers" in listed.output
    assert "https://answers.example.org/sitemap.xml" in listed.output
    assert "1 sources of articles" in checked.output


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/answers/Knee_Pain.html", "knee-pain"),
        ("/answers/knee/", "knee"),
        ("/answers/knee/index.html", "knee"),
        ("/answers/%C3%BCber/knie.php", "knie"),
        ("/答案/膝", "answers-"),
        ("/", "answers-"),
    ],
)
def test_an_article_is_named_by_the_last_part_of_its_path(path: str, first: str) -> None:
    source = ArticleSource(key="answers", title="", way=Way.SITEMAP, place="")
    names = source.names(path)

    assert names[0].startswith(first)
    assert len(set(names)) == len(names)


def test_an_article_came_from_an_address_or_from_the_file_of_a_path() -> None:
    assert HeldArticle(origin="pages/knee.md").came_from("/home/us/pages/knee.md")
    assert HeldArticle(origin="x", url="https://a.example.org/knee").came_from("https://a.example.org/knee")
    assert not HeldArticle(origin="").came_from("https://a.example.org/")
    assert not HeldArticle(origin="nee.md").came_from("/home/us/pages/knee.md")
