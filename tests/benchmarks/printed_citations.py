"""The recorded citation strings, and records made from them by rules of their own.

Nothing here uses the program's reader of citations: what it misreads must not be misread here in the same way. A string
whose style is not one of these makes no record and is counted as such.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SETS = (
    ("nlm", "citation_gold/nlm_style_systematic_reviews_12000.tsv.gz", "citation_without_ids"),
    ("jats", "citation_gold/jats_references.tsv.gz", "citation_text"),
    ("mmwr", "mmwr/mmwr_reference_gold.tsv.gz", "reference_text"),
    ("publishers", "citation_gold/pubmed_reference_lists_20000.tsv.gz", "citation"),
)
"""Name of the set, its file, and the column of the string without what gives it away."""

_MONTH = r"(?:\s[A-Z][a-z]{2,8}(?:\s?[-/]\s?[A-Z][a-z]{2,8})?(?:\s\d{1,2}(?:-\d{1,2})?)?)?"
_YEAR = r"(?P<year>(?:18|19|20)\d\d)[a-z]?"
_PAGES = r"(?P<first>[A-Za-z]{0,8}\.?\d[\w.]*)(?:\s?[-–‐]\s?(?P<last>[\w.]+))?"
_ISSUE = r"(?:\s?(?P<part>Suppl\s?\w*))?(?:\s?\((?P<issue>[^()]{1,40})\))?(?:\s?Pt\s?\w{1,3})?"
_VOLUME = r"(?P<volume>[A-Za-z]{0,3}\d[\w-]*)"
_TAILS = (
    ("vancouver", re.compile(rf"[.\s]{_YEAR}{_MONTH}\s?;\s?{_VOLUME}?{_ISSUE}(?:\s?:\s?(?:{_PAGES})?)?$")),
    ("ahead of print", re.compile(rf"\.\s{_YEAR}{_MONTH}(?::(?P<first>\S{{3,40}}))?$")),
    ("nature", re.compile(rf"[\s,]{_VOLUME}{_ISSUE},\s(?:pp?\.\s?)?{_PAGES}\s\({_YEAR}\)$")),
    ("author-year, colon", re.compile(rf"[\s,]{_VOLUME}{_ISSUE}\s?:\s?{_PAGES}$")),
    ("author-year, comma", re.compile(rf",\s?{_VOLUME}{_ISSUE},\s?(?:pp?\.\s?)?{_PAGES}$")),
)
_AUTHORS_AND_YEAR = re.compile(rf"^(?P<authors>.{{3,4000}}?)[.,]?\s\(?{_YEAR}\)[.,:]?\s")
_DOTTED_AUTHORS = re.compile(
    r"^(?P<authors>(?:[^.]{2,40}?,\s(?:[^\W\d_]\.[\s-]?)+(?:,\s|&\s|and\s|et al\.?\s?)*)+)\s?(?P<rest>\S.*)$"
)
_GIVEN_AWAY = re.compile(
    r"\s(?:https?://|doi:|PMID:?\s?\d|CrossRef|PubMed(?:external)?|\[Epub|\[published|Erratum (?:in|for)|Epub \d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A citation string, the PMID or DOI that its origin gives for it, and what its style says of the record."""

    origin: str
    style: str
    text: str
    pmid: str
    doi: str
    authors: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    first_page: str = ""
    last_page: str = ""

    @property
    def is_terse(self) -> bool:
        """Whether the string gives the place only: journal, year, volume, page."""
        return self.style == "terse"


def printed_citations(shared: Path) -> Iterator[Printed]:
    """Every recorded string, known to somebody by an identifier or not; the style is empty where it is none of ours."""
    for origin, file, column in SETS:
        with gzip.open(shared / "data" / "articles" / file, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                text = _given_away(row[column])
                parts = _taken_apart(text)
                yield Printed(origin=origin, text=text, pmid=row["pmid"] or "", doi=row["doi"] or "", **parts)


def _given_away(text: str) -> str:
    """The string as printed, without the identifiers and links at its end."""
    cut = _GIVEN_AWAY.search(text)
    return (text[: cut.start()] if cut else text).strip()


def _taken_apart(text: str) -> dict[str, str | tuple[str, ...]]:
    plain = re.sub(r"\s+([.,:;)])", r"\1", " ".join(re.sub(r"</?[a-z]+>", "", text).split())).rstrip(" .;")
    plain = re.sub(r"(\d)\s*–\s*(\d)", r"\1–\2", re.sub(r"\(\s+", "(", plain))
    for style, tail in _TAILS:
        found = tail.search(plain)
        if found is None:
            continue
        head = plain[: found.start()].rstrip(" .,")
        said = _by_style(style, head)
        if said is None:
            return {"style": ""}
        figures = {name: value or "" for name, value in found.groupdict().items()}
        return {
            "style": said.pop("style", style),
            "year": said.pop("year", "") or figures.get("year", ""),
            "volume": figures.get("volume", ""),
            "issue": figures.get("issue", "") or figures.get("part", ""),
            "first_page": figures.get("first", "").rstrip("."),
            "last_page": figures.get("last", "").rstrip("."),
            "authors": _names(said.pop("authors", "")),
            **said,
        }
    return {"style": ""}


def _by_style(style: str, head: str) -> dict[str, str] | None:
    if style.startswith("author-year"):
        return _author_year(head)
    return _nature(head) if style == "nature" else _vancouver(head)


def _author_year(head: str) -> dict[str, str] | None:
    found = _AUTHORS_AND_YEAR.match(head)
    if found is None:
        return None
    rest = head[found.end() :]
    cut = max(rest.rfind(stop) for stop in (". ", "? ", "! "))
    if cut < 15:
        return None
    return {
        "authors": found["authors"],
        "year": found["year"],
        "title": rest[: cut + 1].rstrip("."),
        "journal": rest[cut + 2 :],
    }


def _nature(head: str) -> dict[str, str] | None:
    found = _DOTTED_AUTHORS.match(head)
    if found is None:
        return None
    rest = found["rest"]
    at = re.search(r"[.?!]\s(?P<journal>(?:[A-Z][\w&’-]*\.?\s?)+)$", rest) or re.search(
        r"[^.]{9,}[.?!]\s(?P<journal>[A-Z].*)$", rest
    )
    if at is None or at.start("journal") < 15:
        return None
    title = rest[: at.start("journal")].rstrip(" .")
    return {"authors": found["authors"], "title": title, "journal": at["journal"]}


def _vancouver(head: str) -> dict[str, str] | None:
    pieces = re.split(r"(?<=[.?!])\s", head)
    if len(pieces) < 3:
        is_place = len(head) < 120 if len(pieces) == 1 else len(head) < 60 and not re.search(r" [A-Z]{1,3}[,.]", head)
        return {"style": "terse", "journal": head} if is_place else None
    if len(pieces[-1]) > 110:
        return None
    return {
        "authors": pieces[0].rstrip("."),
        "title": " ".join(pieces[1:-1]).rstrip("."),
        "journal": pieces[-1],
    }


def _names(authors: str) -> tuple[str, ...]:
    """Names as PubMed prints them, surname and initials. Bodies and the words for "and others" are left out."""
    plain = re.sub(r",?\s*(?:et al\.?|…|\.\.\.)", "", authors.split(";")[0])
    if re.search(r",\s[^\W\d_]\.", plain):
        found = re.findall(r"([^,.&…]{2,40}),\s((?:[^\W\d_]\.[\s-]?)+)", plain)
        return tuple(f"{name.strip(' &').removeprefix('and ')} {re.sub(r'[^A-Z]', '', given)}" for name, given in found)
    return tuple(name.strip() for name in re.split(r",\s(?:and\s)?|\s&\s|\sand\s", plain) if name.strip())
