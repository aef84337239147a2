"""Real pages, counted twice: what intake reads of them, and what an independent look into the HTML says is there."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import lxml.html
import pytest

from monitor.domain.articles import ParsedArticle
from monitor.intake import read_article

REPORTS = ["mm6827a2", "mm6848a1", "mm6911a5", "mm6916e1"]
ENCYCLOPEDIA = ["readability_wikipedia", "readability_wikipedia-2", "readability_wikipedia-4"]
HEALTH_SITES = ["readability_medicalnewstoday", "readability_webmd-1"]
"""By hand: neither lists a reference, neither prints a marker."""
SHARE = 0.99
_BEFORE = 14
_BLOCKS = frozenset({"p", "li", "tr", "div", "td", "th", "h1", "h2", "h3", "h4", "dd", "dt", "caption"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a page holds, and how much of it was read."""

    entries: int
    read: int
    numbered: int
    markers: int
    tied: int
    wrong: tuple[str, ...]

    def row(self, name: str) -> str:
        return (
            f"{name:32} {self.entries:5} {self.read:5} {self.numbered:5} {_share(self.numbered, self.entries):7.1%}"
            f" {self.markers:6} {self.tied:6} {_share(self.tied, self.markers):7.1%}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A number that stands behind these letters on the page."""

    before: str
    number: int


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


@cache
def report(shared: Path, name: str) -> Tally:
    text = (shared / "data/articles/mmwr/reports" / f"{name}.html").read_text()
    listed = text.index(">References</h2>")
    gold = _gold(shared, name) or dict(enumerate(re.findall(r"<li>(.*?)</li>", text[listed:], re.S), start=1))
    article = read_article(text.encode(), name=f"{name}.html")
    return _tally(article, gold, _italic_numbers(text[:listed]))


@cache
def encyclopedia(shared: Path, name: str) -> Tally:
    page = gzip.decompress((shared / "data/articles/web_pages" / f"{name}.html.gz").read_bytes())
    root = lxml.html.document_fromstring(page.decode())
    links = root.xpath("//sup[contains(@class, 'reference')]//a[contains(@href, '#cite_note')]")
    labels = {link.get("href").rpartition("#")[2]: link.text_content().strip(" []") for link in links}
    gold = {
        int(labels[item.get("id")]): _letters(_without_backlinks(item))
        for item in root.xpath("//li[starts-with(@id, 'cite_note')]")
        if labels.get(item.get("id"), "").isdigit()
    }
    for item in root.xpath("//li[starts-with(@id, 'cite_note')] | //*[@role='navigation'] | //style"):
        item.drop_tree()
    return _tally(read_article(page, name=f"{name}.html"), gold, _linked_numbers(root))


def _gold(shared: Path, name: str) -> dict[int, str]:
    with gzip.open(shared / "data/articles/mmwr/mmwr_reference_gold.tsv.gz", "rt") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {int(row["number"]): row["reference_text"] for row in rows if row["report"] == name}


def _italic_numbers(text: str) -> Iterator[Marker]:
    """MMWR prints its markers as italic numbers in round brackets."""
    for match in re.finditer(r"\(\s*(?:<(?:i|em)>[\d,–\s]+</(?:i|em)>[,–\s]*)+\)", text):
        before = _letters(text[max(0, match.start() - 400) : match.start()])[-_BEFORE:]
        for number in _expanded(re.sub(r"<[^>]+>|[()\s]", "", match.group())):
            yield Marker(before=before, number=number)


def _linked_numbers(root: lxml.html.HtmlElement) -> Iterator[Marker]:
    letters = ""
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        words = (element.text if event == "start" else element.tail) or ""
        if element.tag in _BLOCKS:
            letters = ""
        if event == "start" and element.tag == "a" and "#cite_note" in (element.get("href") or ""):
            label = element.text_content().strip(" []")
            if label.isdigit() and letters:
                yield Marker(before=letters[-_BEFORE:], number=int(label))
        if element.tag in ("script", "style") and event == "start":
            continue
        if not any(parent.get("class", "").startswith("reference") for parent in _line(element, event)):
            letters = (letters + _letters(words))[-200:]


def _line(element: lxml.html.HtmlElement, event: str) -> Iterable[lxml.html.HtmlElement]:
    return (*([element] if event == "start" else []), *element.iterancestors("sup"))


def _tally(article: ParsedArticle, gold: dict[int, str], markers: Iterable[Marker]) -> Tally:
    by_number = {item.number: _letters(item.text) for item in article.references if item.number is not None}
    right = [number for number, text in gold.items() if _letters(text)[:30] in by_number.get(number, "")]
    claims = [(_letters(claim.text), claim.markers) for claim in article.claims]
    found = list(markers)
    tied = [mark for mark in found if any(mark.number in cited and mark.before in text for text, cited in claims)]
    missed = [f"entry {number}: {gold[number][:60]}" for number in gold.keys() - set(right)]
    return Tally(
        entries=len(gold),
        read=sum(item.listed for item in article.references),
        numbered=len(right),
        markers=len(found),
        tied=len(tied),
        wrong=(*missed, *(f"{mark.before} [{mark.number}]" for mark in found if mark not in tied)),
    )


def _expanded(text: str) -> list[int]:
    ends = [[int(end) for end in part.split("–")] for part in text.split(",") if part]
    return [number for part in ends for number in range(part[0], part[-1] + 1)]


def _without_backlinks(item: lxml.html.HtmlElement) -> str:
    copy = lxml.html.fromstring(lxml.html.tostring(item, encoding="unicode"))
    for dropped in copy.xpath(
        "//*[contains(@class, 'mw-cite-backlink') or contains(@style, 'display:none')] | //style"
    ):
        dropped.drop_tree()
    return str(copy.text_content())


def _letters(text: str) -> str:
    plain = lxml.html.fromstring(f"<p>{text}</p>").text_content() if "<" in text or "&" in text else text
    return "".join(re.findall(r"[^\W\d_]", plain)).casefold()


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_s_references_and_markers_are_all_read(shared: Path, name: str) -> None:
    _hold(report(shared, name), name)


@pytest.mark.parametrize("name", ENCYCLOPEDIA)
def test_an_encyclopedia_s_references_and_markers_are_all_read(shared: Path, name: str) -> None:
    _hold(encyclopedia(shared, name), name)


@pytest.mark.parametrize("name", HEALTH_SITES)
def test_a_page_without_references_is_given_none(shared: Path, name: str) -> None:
    page = gzip.decompress((shared / "data/articles/web_pages" / f"{name}.html.gz").read_bytes())

    article = read_article(page, name=f"{name}.html")

    assert [item.text for item in article.references if item.listed] == []
    assert {marker for claim in article.claims for marker in claim.markers} == set()


def _hold(tally: Tally, name: str) -> None:
    print(f"{'':32} {'list':>5} {'read':>5} {'right':>5} {'share':>7} {'marks':>6} {'tied':>6} {'share':>7}")
    print(tally.row(name))

    assert _share(tally.numbered, tally.entries) >= SHARE, tally.wrong
    assert _share(tally.tied, tally.markers) >= SHARE, tally.wrong
