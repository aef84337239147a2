"""Where a citation's figures stand, by style: year, volume, issue and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*|Spring|Summer|Autumn|Fall|Winter"
_DAYS = rf"\s+\d{{1,2}}(?:\s?[-–]\s?(?:(?:{_MONTH})\s)?\d{{1,2}})?"
_DAY = rf"(?:[\s,]+(?:{_MONTH})\.?(?:\s?[-–/]\s?(?:{_MONTH}))?(?:{_DAYS})?)?"
_YEAR = r"(?P<year>(?:18|19|20)\d\d)[a-z]?"
_ISSUE = (
    r"(?:\s*(?P<part>Suppl(?:ement)?\.?(?:\s?[\w-]{1,5})?))?"
    r"(?:\s*\((?P<issue>[^()]{1,40})\)|,?\s*(?:no\.?|issue|iss\.)\s*(?P<iss>\w{1,8}))?(?:\s*Pt\.?\s?\w{1,3})?"
)
_NUMBER = r"(?:[A-Za-z]{0,3}\d[\w-]{0,12}|[IVXLC]{1,7})"
_VOLUME = rf"(?:vol(?:ume)?\.?\s*)?(?P<volume>(?!(?:19|20)\d\d\b){_NUMBER})"
_ANY_VOLUME = rf"(?:vol(?:ume)?\.?\s*)?(?P<volume>{_NUMBER})"
_PAGE = (
    r"(?:pp?(?:\.\s*|\s+)(?=[A-Za-z]?\d)|Article\s(?:no\.?\s|number\s)?|art\.\s)?(?P<page>[A-Za-z]{0,8}[.-]?\d[\w.]*)"
)
_LAST = r"(?:\s?[-–‐—]\s?(?P<last>[\w.]+))?"
_END = r"[\s.,;]*$"

_STYLES = (
    re.compile(rf"{_YEAR}{_DAY}\s*;\s*(?P<page>e\d{{4,}}){_END}"),
    re.compile(rf"{_YEAR}{_DAY}\s*;\s*(?:{_ANY_VOLUME}(?![\w(]))?{_ISSUE}(?:\s*[:,]\s*(?:{_PAGE}{_LAST})?)?{_END}"),
    re.compile(rf"{_YEAR}{_DAY}\s*;\s*(?:{_ANY_VOLUME})?{_ISSUE}(?:\s*[:,]\s*(?:{_PAGE}{_LAST})?)?"),
    re.compile(
        rf"(?<=[.?!\]])\s+{_YEAR}{_DAY}\s*:\s*(?P<page>\d+(?=[-–.]|$)|\S*?[A-Za-z/]\S*?)(?:[-–](?P<last>\d+))?{_END}"
    ),
    re.compile(rf"{_YEAR}\s*[,;:]\s*{_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}{_LAST}", re.I),
    re.compile(rf"(?:[,.]\s*|\s){_ANY_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}{_LAST}[,.]?\s*\({_YEAR}\)", re.I),
    re.compile(rf"(?:[,.]\s*|\s){_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}{_LAST}(?:[,.]\s*(?:{_YEAR}))?{_END}", re.I),
    re.compile(rf"\s{_YEAR}\s+{_VOLUME}\s+(?P<issue>\d{{1,3}})\s+{_PAGE}\s+(?P<last>[\w.]+){_END}"),
    re.compile(rf"\s{_YEAR}\s+{_VOLUME}\s+{_PAGE}(?:\s+(?P<last>[\w.]+))?{_END}"),
    re.compile(rf"[,.]\s+{_YEAR}(?:{_DAY}|\s+[A-Z][a-z]{{2}}\b[^.;]{{0,60}})?{_END}"),
)
"""A number in place of pages, NLM and Vancouver, ahead of print, ``year, volume, page``, Nature, APA, Springer, figures
in a row, a year alone."""

_AFTER_A_YEAR = re.compile(rf"(?:[,.]\s*|\s){_ANY_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}{_LAST}{_END}", re.I)
"""Figures at the end where the year stands behind the authors: then a volume may look like a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the figures say; ``start`` is where they begin."""

    start: int
    year: int | None = None
    volume: str = ""
    issue: str = ""
    first_page: str = ""
    last_page: str = ""


def figures_in(words: str, *, has_year: bool) -> Figures | None:
    """The figures of the first style that fits; of several places the last, for titles hold figures too.

    ``has_year`` says that the year stands elsewhere, behind the authors.
    """
    styles = (_AFTER_A_YEAR, *_STYLES) if has_year else _STYLES
    for pattern in styles:
        found = None
        for match in pattern.finditer(words):
            found = match if match.group().strip() else found
        if found is not None:
            return _figures(found)
    return None


def only_year(words: str) -> int | None:
    """The one year that stands in a text; None where there is none, or more than one."""
    years = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", words)}
    return years.pop() if len(years) == 1 else None


def _figures(match: re.Match[str]) -> Figures:
    found = {name: (value or "").strip() for name, value in match.groupdict().items()}
    return Figures(
        start=match.start(),
        year=int(found["year"]) if found.get("year") else None,
        volume=found.get("volume", "").rstrip(".-"),
        issue=found.get("issue", "") or found.get("iss", "") or found.get("part", ""),
        first_page=found.get("page", "").rstrip("."),
        last_page=found.get("last", "").rstrip("."),
    )
