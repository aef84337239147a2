"""From a row of the table to an entry in our normal form."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.works import RetractionEntry
from monitor.sources.retraction_watch.table import Row

FEWEST_WORDS = 5
"""A title of fewer words is no proof that it is the same paper."""

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_PREFIX = re.compile(r"^\W*(?:retract\w*|withdrawn|removed)(?:\s+(?:article|paper|chapter))?\s*[:\]]", re.I)
_MARKUP = re.compile(r"<[^>]{1,40}>")


def read_row(row: Row, *, about: Identifier, matched_by: str, state: str = "listed") -> RetractionEntry:
    """An entry about a publication, found by what the row gives of it."""
    return RetractionEntry(
        identifier=Identifier.of(Scheme.RETRACTION_WATCH, row["Record ID"].lstrip("0")),
        about=about,
        matched_by=matched_by,
        title=" ".join(row["Title"].split()),
        journal=row["Journal"],
        nature=row["RetractionNature"],
        reasons=tuple(filter(None, (reason.strip().lstrip("+").strip() for reason in row["Reason"].split(";")))),
        noticed_on=_day(row["RetractionDate"]),
        notice_doi=doi_in(row["RetractionDOI"]),
        notice_pmid=pmid_in(row["RetractionPubMedID"]),
        published_on=_day(row["OriginalPaperDate"]),
        paper_doi=doi_in(row["OriginalPaperDOI"]),
        paper_pmid=pmid_in(row["OriginalPaperPubMedID"]),
        state=state,
    )


def doi_in(cell: str) -> str:
    """The DOI of a cell in its canonical spelling; nothing where it is unavailable or none."""
    written = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", cell.strip(), flags=re.I)
    try:
        return Identifier.of(Scheme.DOI, written).value
    except InvalidIdentifier:
        return ""


def pmid_in(cell: str) -> str:
    """The PMID of a cell; nothing for 0 and for none."""
    try:
        return Identifier.of(Scheme.PUBMED, cell.strip().lstrip("0")).value
    except InvalidIdentifier:
        return ""


def title_key(title: str) -> str:
    """By what titles are compared: words without case, accents, punctuation, mark-up and a mark of retraction.

    Nothing for a title that is too short to be a proof.
    """
    folded = unicodedata.normalize("NFKD", _MARKUP.sub("", _PREFIX.sub("", title))).casefold()
    words = re.findall(r"\w+", "".join(char for char in folded if not unicodedata.combining(char)))
    return " ".join(words) if len(words) >= FEWEST_WORDS else ""


def _day(cell: str) -> str:
    """An American date as ISO text."""
    match = _DAY.match(cell.strip())
    if match is None:
        return ""
    month, day, year = map(int, match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
