"""Real JATS articles: every reference of the gold list is read, and every citation is tied to its sentence."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from monitor.domain.articles import ParsedArticle, Reference
from monitor.domain.citations import Citation
from monitor.intake import citation_of, read_article

LEAST = 0.99
FILES = (
    "1472-6831-8-11.nxml",
    "6605965a.nxml",
    "mds526.nxml",
    "pntd.0002065.nxml",
    "pone.0000217.nxml",
    "pone.0046493.nxml",
)
BEHIND = 24
"""So many letters before a citation say in which sentence it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table: of how many things how many were read."""

    file: str
    gold: int
    numbered: int
    identified: int
    fields: int
    taggings: int
    tied: int

    def __str__(self) -> str:
        return (
            f"{self.file:22} {self.gold:4} {self.numbered:8} {self.identified:10} {self.fields:6}"
            f" {self.taggings:9} {self.tied:4}"
        )


def table(lines: list[Line]) -> str:
    head = f"{'file':22} {'gold':>4} {'numbered':>8} {'identified':>10} {'fields':>6} {'citations':>9} {'tied':>4}"
    return "\n".join([head, *map(str, lines)])


@pytest.fixture(scope="module")
def lines(shared: Path) -> list[Line]:
    gold = list(gold_rows(shared / "data/articles/citation_gold/jats_references.tsv.gz"))
    return [
        line_of(shared / "data/articles/jats" / file, [row for row in gold if row["file"] == file]) for file in FILES
    ]


def gold_rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows, delimiter="\t")


def line_of(file: Path, gold: list[dict[str, str]]) -> Line:
    article = read_article(file.read_bytes(), name=file.name)
    by_number = {item.number: item for item in article.references if item.number is not None}
    pairs = [(row, by_number[at]) for at, row in enumerate(gold, start=1) if at in by_number]
    cited = list(taggings(file))
    return Line(
        file=file.name,
        gold=len(gold),
        numbered=sum(same_words(row, item) for row, item in pairs),
        identified=sum(same_identifiers(row, item) for row, item in pairs),
        fields=sum(same_fields(row, citation_of(item)) for row, item in pairs),
        taggings=len(cited),
        tied=sum(is_tied(article, number, before) for number, before in cited),
    )


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def same_words(row: dict[str, str], item: Reference) -> bool:
    """The entry has the title that stands in the gold's words, or all of these words."""
    return letters(item.title)[:60] in letters(row["citation_text"]) if item.title else False


def same_identifiers(row: dict[str, str], item: Reference) -> bool:
    wanted = {f"pubmed:{row['pmid']}"} if row["pmid"] else set()
    wanted |= {f"doi:{row['doi'].lower()}"} if row["doi"] else set()
    return wanted <= {str(identifier) for identifier in item.identifiers}


def same_fields(row: dict[str, str], known: Citation) -> bool:
    """What is looked up stands in the gold's words; a journal article of the gold has all of it."""
    figures = (known.volume, known.issue, known.first_page, known.last_page, str(known.year or ""))
    found = all(figure in row["citation_text"] for figure in figures)
    is_complete = bool(known.first_author and known.journal and known.year and known.first_page)
    return found and (is_complete or not (row["pmid"] or row["doi"]))


def taggings(file: Path) -> Iterator[tuple[int, str]]:
    """Every citation of the body, found in a way of its own: the entry's place in the list, and the words before it.

    Where a page prints [3-5] and tags 3 and 5, the citation of 4 is one as well.
    """
    root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)).getroot()
    place = {ref.get("id"): at for at, ref in enumerate(root.iter("ref"), start=1)}
    for block in root.iterfind(".//body//*"):
        if block.tag in ("p", "td", "th") and not any(parent.tag in ("p", "td") for parent in block.iterancestors()):
            yield from in_block(block, place)


def in_block(block: etree._Element, place: dict[str | None, int]) -> Iterator[tuple[int, str]]:
    words, last, since = "", 0, 0
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if event == "end":
            words += "" if element is block else element.tail or ""
            continue
        if element.tag == "xref" and element.get("ref-type") == "bibr":
            number = place[element.get("rid")]
            is_range = re.fullmatch(r"\W*[-–]\W*", words[since:]) and re.search(r"\d", "".join(element.itertext()))
            for cited in (*(range(last + 1, number) if is_range else ()), number):
                yield cited, before(words)
            last, since = number, len(words) + len("".join(element.itertext()))
        words += element.text or ""


def before(words: str) -> str:
    """The last letters of the sentence that the words end in."""
    sentence = re.split(r"(?<=[a-z)\]][.!?])[\s\d,–\[\]-]+(?=[A-Z])", re.sub(r"[\W\d_]+$", "", words))[-1]
    return letters(sentence)[-BEHIND:]


def is_tied(article: ParsedArticle, number: int, words: str) -> bool:
    """Whether a claim holds the words before the citation and cites the entry."""
    return any(number in claim.markers and words in letters(claim.text) for claim in article.claims)


def test_every_reference_of_the_gold_list_is_read_with_its_number(lines: list[Line]) -> None:
    print(table(lines))

    for line in lines:
        assert line.numbered >= LEAST * line.gold, line.file
        assert line.identified >= LEAST * line.gold, line.file
        assert line.fields >= LEAST * line.gold, line.file


def test_every_citation_is_tied_to_the_sentence_it_stands_in(lines: list[Line]) -> None:
    print(table(lines))

    for line in lines:
        assert line.taggings > 40
        assert line.tied >= LEAST * line.taggings, line.file


@pytest.mark.parametrize("file", FILES)
def test_no_marker_is_without_entry_and_no_entry_without_marker(shared: Path, file: str) -> None:
    article = read_article((shared / "data/articles/jats" / file).read_bytes(), name=file)

    assert (article.missing_markers, article.uncited_numbers) == ((), ())


def test_a_set_that_holds_one_article_without_references_is_read(shared: Path) -> None:
    file = shared / "data/articles/jats/biopython_efetch_pmc.xml"

    article = read_article(file.read_bytes(), name=file.name)

    assert article.claims
    assert article.references == ()
