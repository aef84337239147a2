"""Citation strings → their parts. What is not recognised stays empty; nothing is guessed from half a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.domain.articles import Reference
from monitor.domain.citations import Citation

_IDS = re.compile(
    r"\b(?:PMID|PMCID|PMC|doi|NCT|ISBN|ISSN|CrossRef|PubMed|Google Scholar|Epub|Available (?:from|at)|Accessed"
    r"|Retrieved)\b"
    r"[:.]?.*$|https?://\S+|\b10\.\d{4,9}/\S+",
    re.I | re.S,
)
_LEADING_NUMBER = re.compile(r"^\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)])\s+")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*|Spring|Summer|Autumn|Fall|Winter"
_DAY = rf"(?:[\s,]+(?:{_MONTH})\.?(?:\s?[-–/]\s?(?:{_MONTH}))?(?:\s+\d{{1,2}}(?:[-–]\d{{1,2}})?)?)?"
_ISSUE = r"(?:\s*Suppl\.?(?:\s?\w{1,3})?)?(?:\s*\((?P<issue>[^()]{1,30})\))?"
_VOLUME = r"(?:vol\.?\s*)?(?P<volume>(?!(?:19|20)\d\d\b)\d{1,4})"
_PAGE = r"(?:pp?\.?\s*)?(?P<page>[A-Za-z]{0,4}\d[\w.]*)"
_NUMERATIONS = (
    re.compile(
        rf"(?P<year>(?:19|20)\d\d)[a-z]?{_DAY}\s*;\s*(?P<volume>[A-Za-z]{{0,6}}\s?\d[\w-]*|Suppl\w*)?{_ISSUE}"
        rf"(?:\s*[:,]\s*{_PAGE})?"
    ),
    re.compile(rf"(?P<year>(?:19|20)\d\d)[a-z]?\s*[,;:]\s*{_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}", re.I),
    re.compile(
        rf"(?:,\s*|\s){_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}(?:\s?[-–]\s?\w+)?[,.]?\s*"
        rf"\((?P<year>(?:19|20)\d\d)[a-z]?\)",
        re.I,
    ),
    re.compile(
        rf"(?:,\s*|\s){_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGE}(?:\s?[-–]\s?\w+)?"
        rf"(?:[,.]\s*(?P<year>(?:19|20)\d\d))?\s*\.?\s*$",
        re.I,
    ),
    re.compile(r"[,.]\s+(?P<year>(?:19|20)\d\d)(?:\s+[A-Z][a-z]{2}\b[^.;]{0,60})?\s*\.?\s*$"),
)
"""Where a citation's figures stand, by style: NLM and Vancouver, ``year, volume, page``, Nature, APA, a year alone."""

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_SURNAME = (
    r"(?:(?:van|von|de|del|della|der|den|di|da|du|la|le|el|al|ten|ter|dos)\s){0,3}"
    rf"{_UPPER}[\w’'-]*(?:\s{_UPPER}[\w’'-]+){{0,2}}"
)
_INITIALS = rf"{_UPPER}{{1,4}}(?:-{_UPPER})?"
_DOTTED = rf"{_UPPER}\.(?:[\s-]?{_UPPER}\.){{0,3}}"
_AUTHOR = re.compile(
    rf"(?P<name>{_SURNAME},\s*{_DOTTED}|{_SURNAME}\s{_DOTTED}|{_SURNAME}\s{_INITIALS}(?![\w’'-])|{_DOTTED}\s?{_SURNAME})"
    r"(?:\s(?:Jr|Sr|2nd|3rd|II|III)\b)?"
)
_ET_AL = re.compile(r"(?:et al\b\.?|…|\.\.\.)")
_BETWEEN = re.compile(r"\s*(?:[,;]\s*(?:and\s|&\s*)?|&\s*|and\s)\s*")
_AFTER_AUTHORS = re.compile(
    r"\s*(?:[,.]?\s*\((?P<year>(?:19|20)\d\d)[a-z]?(?:,\s*\w+)?\)[.:,]?\s*|[.:]\s+"
    r"|,?\s+(?=[\"“])|(?<=\.)\s*)"
)
_GROUP_NAME = re.compile(rf"{_UPPER}[^.,;()]{{3,80}}")
_GROUP_AUTHOR = re.compile(
    r"(?P<first>[^.]{3,160}?(?:Group|Committee|Organi[sz]ation|Association|Society|College|Academy|Force|Collaboration"
    r"|Collaborators|Investigators|Network|Institute|Department|Ministry|Prevention|Services|CDC|WHO|NICE)"
    r"(?:\s\([A-Z]+\))?)\.\s+"
)
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<![\s(.][A-Z]\.)\s+(?=[^\W_a-z]|[\"“(])")
_SOURCE_LINE = re.compile(r"(?P<source>.{2,200}?)[,.]\s+(?P<year>(?:19|20)\d\d)\.?")
_ABBREVIATED = re.compile(rf"(?:{_UPPER}\w{{0,9}}\.\s?){{1,6}}")
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one citation string."""

    title: str = ""
    journal: str = ""
    year: int | None = None
    volume: str = ""
    first_page: str = ""
    first_author: str = ""


def citation_of(reference: Reference) -> Citation:
    """A reference as something to look up: what was read of it on the page, completed from its words."""
    parts = parts_of(reference.text)
    return Citation(
        key=reference.key,
        text=reference.text,
        title=reference.title or parts.title,
        journal=reference.source or parts.journal,
        year=reference.year if reference.year is not None else parts.year,
        volume=parts.volume,
        first_page=parts.first_page,
        first_author=parts.first_author,
        identifiers=reference.identifiers,
    )


def parts_of(text: str) -> Parts:
    """Take a citation string apart; identifiers, addresses and a leading number do not matter."""
    words = _IDS.sub(" ", _LEADING_NUMBER.sub("", text[:_LONGEST]))
    words = " ".join(words.split()).strip()
    figures = _numeration(words)
    if figures is None:
        return _from_head(words, Parts(year=_only_year(words)), has_journal=False)
    found = {name: (value or "").strip() for name, value in figures.groupdict().items()}
    parts = Parts(
        year=int(found["year"]) if found.get("year") else _only_year(words),
        volume=found.get("volume", ""),
        first_page=found.get("page", "").rstrip("."),
    )
    return _from_head(words[: figures.start()].rstrip(" ,;("), parts, has_journal=True)


def source_line(text: str) -> tuple[str, int] | None:
    """A line that is nothing but a source and its year, as under an entry's title: ``Some Journal, 2025``."""
    match = _SOURCE_LINE.fullmatch(text.strip())
    if match is None or len(text) > 160 or _SENTENCE_END.search(match["source"]):
        return None
    return match["source"].strip(), int(match["year"])


def _numeration(words: str) -> re.Match[str] | None:
    """The figures, of the first style that fits; of several places the last, for titles hold figures too."""
    for pattern in _NUMERATIONS:
        found = [match for match in pattern.finditer(words) if match.group()]
        if found:
            return found[-1]
    return None


def _from_head(head: str, parts: Parts, *, has_journal: bool) -> Parts:
    author, rest, year = _authors(head)
    parts = replace(parts, first_author=author, year=year if year is not None else parts.year)
    pieces = [piece.strip() for piece in _SENTENCE_END.split(rest) if piece.strip(" .,")]
    while len(pieces) > 2 and has_journal and _ABBREVIATED.fullmatch(pieces[-2]):
        pieces[-2:] = [f"{pieces[-2]} {pieces[-1]}"]
    if not pieces:
        return parts
    if not has_journal:
        journal = _bare(pieces[1]) if year is not None and len(pieces) == 2 and len(pieces[1]) < 80 else ""
        return replace(parts, title=_bare(pieces[0]), journal=journal)
    if len(pieces) == 1:
        return _title_before_comma(parts, pieces[0], author)
    return replace(parts, title=_bare(" ".join(pieces[:-1])), journal=_bare(pieces[-1]))


def _title_before_comma(parts: Parts, piece: str, author: str) -> Parts:
    """One piece before the figures: a journal alone where there are figures but no authors, else title and journal."""
    title, comma, journal = piece.rpartition(", ")
    if comma and len(title) > 30 and journal[:1].isupper():
        return replace(parts, title=_bare(title), journal=_bare(journal))
    if not author and parts.volume:
        return replace(parts, journal=_bare(piece))
    return replace(parts, title=_bare(piece))


def _authors(head: str) -> tuple[str, str, int | None]:
    """The first author as written, the words after all authors, and a year in brackets between them."""
    at, first = 0, ""
    while match := (
        _AUTHOR.match(head, at) or _ET_AL.match(head, at) or (_GROUP_NAME.match(head, at) if first else None)
    ):
        first = first or match.groupdict().get("name") or ""
        at = match.end()
        if (between := _BETWEEN.match(head, at)) is None:
            break
        at = between.end()
    if et_al := re.compile(r",?\s*et al\b").match(head, at):
        at = et_al.end()
    if first and (after := _AFTER_AUTHORS.match(head, at)) and after.end() > 0:
        return first.strip(" .,"), head[after.end() :], int(after["year"]) if after["year"] else None
    if match := _GROUP_AUTHOR.match(head):
        return match["first"].strip(" .,"), head[match.end() :], None
    return "", head, None


def _only_year(words: str) -> int | None:
    years = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", words)}
    return years.pop() if len(years) == 1 else None


def _bare(text: str) -> str:
    return text.strip().strip('"“”').rstrip(" .,;:").strip()
