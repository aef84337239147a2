"""``watchlists/articles/<key>.yaml``: one file, one source of articles that is followed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from monitor.domain.article_sources import ArticleSource, Way
from monitor.recipes import keys
from monitor.recipes.errors import Complaints
from monitor.recipes.nodes import Node, open_file
from monitor.recipes.values import pattern, patterns, url

KEYS = ("key", "title", *Way, "include", "exclude", "id", "interval", "reread", "pace_seconds", "terms")
ARTICLE_FILES = (r"\.(txt|text|md|markdown|html?|xhtml)$",)
"""What of a folder is read where its file does not say."""


def read_article_source(path: Path, complaints: Complaints) -> ArticleSource:
    """Read a source of articles. What is wrong is noted; the value is of use only when nothing was.

    A folder that is not written as a whole path lies beside the file.
    """
    top = open_file(path, complaints)
    if not top.names():
        return ArticleSource(key=path.stem, title="", way=Way.FOLDER, place="")
    top.only(*KEYS)
    way = _way(top)
    include = patterns(top, "include")
    return ArticleSource(
        key=_key(top, path),
        title=top.text("title"),
        way=way,
        place=_folder(top, path.parent) if way is Way.FOLDER else url(top, way, ""),
        include=include or (ARTICLE_FILES if way is Way.FOLDER else ()),
        exclude=patterns(top, "exclude"),
        id_pattern=_id(top),
        interval=top.duration("interval", timedelta(days=1)) if "interval" in top else None,
        reread=top.duration("reread", timedelta(days=7)),
        pace_seconds=_pace(top, way),
        terms_url=_terms(top, way),
    )


def _way(top: Node) -> Way:
    """The one way that is given; the others are complained of."""
    given = [way for way in Way if way in top]
    for way in given[1:]:
        top.complain(way, f"is one way too many beside {given[0]}: one file is one source of articles")
    if not given:
        top.complain("folder", "is missing: give a folder, a sitemap or a feed")
    return given[0] if given else Way.FOLDER


def _folder(top: Node, beside: Path) -> str:
    text = top.text("folder", "")
    return str((beside / Path(text).expanduser()).resolve()) if text else ""


def _key(top: Node, path: Path) -> str:
    key = top.text("key")
    if key and not re.fullmatch(keys.KEY_PATTERN, key):
        top.complain("key", "may hold lower-case letters, digits and hyphens")
    elif key and key != path.stem:
        top.complain("key", f"must be the name of the file, {path.stem!r}")
    return key


def _id(top: Node) -> str:
    found = pattern(top, "id", "")
    if found and re.compile(found).groups > 1:
        top.complain("id", "may hold one group: what of the path names the article")
        return ""
    return found


def _pace(top: Node, way: Way) -> float:
    if way is Way.FOLDER and "pace_seconds" in top:
        top.complain("pace_seconds", "is for a sitemap or a feed")
    return top.number("pace_seconds", 2.0, least=1.0)


def _terms(top: Node, way: Way) -> str:
    """A site is asked only where somebody looked up that it may be; a folder needs no permission."""
    if way is not Way.FOLDER:
        return url(top, "terms")
    if "terms" in top:
        top.complain("terms", "is for a sitemap or a feed")
    return ""
