"""Identifiers of upstream things, parsed once at the edge of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote


class Scheme(StrEnum):
    """The name spaces in which something can be watched."""

    PUBMED = "pubmed"
    DOI = "doi"
    NCT = "nct"
    GUIDELINE = "guideline"
    PAGE = "page"
    RETRACTION_WATCH = "rw"
    EUROPE_PMC = "europepmc"
    PMC = "pmc"


class InvalidIdentifier(ValueError):
    """The text is no identifier we know. Show it to whoever typed it."""


_PATTERNS = {
    Scheme.PUBMED: re.compile(r"[1-9]\d{0,8}"),
    Scheme.DOI: re.compile(r"10\.\d{4,9}/\S+"),
    Scheme.NCT: re.compile(r"NCT\d{8}"),
    Scheme.GUIDELINE: re.compile(r"[a-z0-9-]+/[a-z0-9._-]+"),
    Scheme.PAGE: re.compile(r"https?://\S+"),
    Scheme.RETRACTION_WATCH: re.compile(r"[1-9]\d{0,8}"),
    Scheme.EUROPE_PMC: re.compile(r"[A-Z]{3}/[A-Z]{0,3}\d+"),
    Scheme.PMC: re.compile(r"PMC[1-9]\d{0,9}"),
}

_DOI = r"(10\.\d{4,9}(?:/|%2F)(?:\(sici\)[^\s\"]+?;\d-[\w#]|[^\s\"<>]+))"
_DISGUISES = (
    (
        Scheme.PUBMED,
        re.compile(r"https?://(?:www\.|m\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|pubmed\.gov)/(\d{1,9})\b", re.I),
    ),
    (Scheme.PUBMED, re.compile(r"https?://(?:www\.)?ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?(\d{1,9})\b", re.I)),
    (Scheme.PUBMED, re.compile(r"https?://(?:www\.)?ncbi\.nlm\.nih\.gov/\S{0,300}?[?&;]list_uids=(\d{1,9})\b", re.I)),
    (Scheme.PUBMED, re.compile(r"https?://(?:www\.)?europepmc\.org/(?:abstract|article)/med/(\d{1,9})\b", re.I)),
    (Scheme.PUBMED, re.compile(r"\bPMID[:\s=]*(\d{1,9})\b", re.I)),
    (Scheme.PMC, re.compile(r"(?<![A-Za-z])(PMC\d{1,10})\b", re.I)),
    (Scheme.DOI, re.compile(rf"https?://(?:www\.|dx\.)?doi\.org/(?:doi:)?{_DOI}", re.I)),
    (Scheme.DOI, re.compile(rf"\bdoi[:\s]*{_DOI}", re.I)),
    (Scheme.DOI, re.compile(rf"(?<![\w./=]){_DOI}", re.I)),
    (Scheme.DOI, re.compile(r"(?<==)(10\.\d{4,9}(?:/|%2F)[^\s\"<>&]+)", re.I)),
    (Scheme.NCT, re.compile(r"(?<![A-Za-z])(NCT[\s-]?\d{8})(?!\d)", re.I)),
)
"""Scheme and how its values are written, bare or in the address of a page."""

_AT_PUBLISHERS = (
    (re.compile(rf"https?://(?!(?:www\.|dx\.)?doi\.org/)[^\s\"<>]{{1,300}}?/{_DOI}", re.I), "{}"),
    (
        re.compile(
            r"https?://(?:www\.)?nature\.com/articles/((?:s\d{5}|nature|ncomms|nm\.|srep)[\w.-]*\d[\w-]*)", re.I
        ),
        "10.1038/{}",
    ),
    (re.compile(r"https?://(?:www\.)?bmj\.com/content/\d+/(bmj\.[a-z]?\d+)\b", re.I), "10.1136/{}"),
    (
        re.compile(r"https?://(?:www\.)?thelancet\.com/\S{1,200}?/PII(S\d{4}-\d{3}[\dX]\(\d\d\)\d{5}-[\dX])", re.I),
        "10.1016/{}",
    ),
)
"""Addresses of articles at their publishers, and the DOI that the publisher makes from the part in brackets."""
_PAGES_OF_AN_ARTICLE = re.compile(
    r"(?:[/.](?:full|fulltext|full\.pdf|abstract|abs|summary|pdf|epdf|epub|html?|xml|references|figures|meta|tables|asset"
    r"|suppl(?:_file)?|supplementary-material|full-text|pdfft|information|related|cited-?by|metrics|comments))+(?:/.*)?$"
)
"""What an address adds to the DOI of an article: the page of it that is shown."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One upstream thing, in its canonical spelling: DOIs in lower case, NCT numbers in upper case."""

    scheme: Scheme
    value: str

    @classmethod
    def parse(cls, text: str) -> Identifier:
        """Read ``scheme:value``. Raises :class:`InvalidIdentifier` naming the text."""
        scheme_name, _, value = text.strip().partition(":")
        try:
            scheme = Scheme(scheme_name.lower())
        except ValueError:
            known = ", ".join(f"{scheme}:" for scheme in Scheme)
            raise InvalidIdentifier(f"{text!r} does not start with one of {known}") from None
        return cls.of(scheme, value)

    @classmethod
    def of(cls, scheme: Scheme, value: str) -> Identifier:
        """Make an identifier from a bare value, or raise :class:`InvalidIdentifier`."""
        canonical = _canonical(scheme, value.strip())
        if not _PATTERNS[scheme].fullmatch(canonical):
            raise InvalidIdentifier(f"{value!r} is no {scheme} identifier")
        return cls(scheme, canonical)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def url(self) -> str | None:
        """Where a person can look at the thing; None for what has no address of its own."""
        match self.scheme:
            case Scheme.PUBMED:
                return f"https://pubmed.ncbi.nlm.nih.gov/{self.value}/"
            case Scheme.DOI:
                return f"https://doi.org/{self.value}"
            case Scheme.NCT:
                return f"https://clinicaltrials.gov/study/{self.value}"
            case Scheme.PAGE:
                return self.value
            case Scheme.EUROPE_PMC:
                return f"https://europepmc.org/article/{self.value}"
            case Scheme.PMC:
                return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.value}/"
            case Scheme.GUIDELINE | Scheme.RETRACTION_WATCH:
                return None


def pubmed(pmid: str) -> Identifier:
    """The identifier of a PMID."""
    return Identifier.of(Scheme.PUBMED, pmid)


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """Every identifier written in a text, bare or as an address, in order of appearance and once each."""
    hits: list[tuple[int, Identifier]] = []
    for scheme, pattern in _DISGUISES:
        hits += _parsed((match.start(1), scheme, match.group(1)) for match in pattern.finditer(text))
    for pattern, doi in _AT_PUBLISHERS:
        hits += _parsed(
            (match.start(1), Scheme.DOI, _of_the_article(doi.format(match.group(1))))
            for match in pattern.finditer(text)
        )
    return tuple(dict.fromkeys(identifier for _, identifier in sorted(hits)))


def _parsed(written: Iterable[tuple[int, Scheme, str]]) -> Iterator[tuple[int, Identifier]]:
    for at, scheme, value in written:
        try:
            yield at, Identifier.of(scheme, value.lstrip("0") if scheme is Scheme.PUBMED else value)
        except InvalidIdentifier:
            continue


def _of_the_article(value: str) -> str:
    """The DOI in an address, without the query behind it, the page of the article, and a preprint's version."""
    bare = _PAGES_OF_AN_ARTICLE.sub("", re.split(r"[?#&]", _trim_doi(value), maxsplit=1)[0])
    return re.sub(r"^(10\.1101/[\d.]+)v\d+$", r"\1", bare)


def _canonical(scheme: Scheme, value: str) -> str:
    match scheme:
        case Scheme.DOI:
            return _trim_doi(unquote(value).lower())
        case Scheme.NCT:
            return re.sub(r"[\s-]", "", value.upper())
        case Scheme.EUROPE_PMC | Scheme.PMC:
            return value.upper()
        case Scheme.GUIDELINE:
            return value.lower()
        case Scheme.PUBMED | Scheme.PAGE | Scheme.RETRACTION_WATCH:
            return value


def _trim_doi(value: str) -> str:
    """Cut the punctuation of the sentence a DOI stands in; brackets stay when they are paired."""
    unpaired = value.count(")") - value.count("(")
    end = len(value)
    while end and (value[end - 1] in ".,;:!?'\"" or (value[end - 1] == ")" and unpaired > 0)):
        end -= 1
        unpaired -= value[end] == ")"
    return value[:end]
