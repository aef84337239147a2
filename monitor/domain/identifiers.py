"""Identifiers of upstream things, parsed once at the edge of the program."""

from __future__ import annotations

import re
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
}

_DISGUISES = (
    (Scheme.PUBMED, re.compile(r"https?://(?:www\.)?pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,9})\b", re.I)),
    (Scheme.PUBMED, re.compile(r"https?://(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/(\d{1,9})\b", re.I)),
    (Scheme.PUBMED, re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.I)),
    (Scheme.DOI, re.compile(r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*)(10\.\d{4,9}/[^\s\"<>]+)", re.I)),
    (Scheme.DOI, re.compile(r"(?<![\w./])(10\.\d{4,9}/[^\s\"<>]+)", re.I)),
    (Scheme.NCT, re.compile(r"\b(NCT\d{8})\b", re.I)),
)


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
            case Scheme.GUIDELINE | Scheme.RETRACTION_WATCH:
                return None


def pubmed(pmid: str) -> Identifier:
    """The identifier of a PMID."""
    return Identifier.of(Scheme.PUBMED, pmid)


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """Every identifier written in a text, bare or as an address, in order of appearance and once each."""
    hits: list[tuple[int, Identifier]] = []
    for scheme, pattern in _DISGUISES:
        for match in pattern.finditer(text):
            value = match.group(1).lstrip("0") if scheme is Scheme.PUBMED else match.group(1)
            try:
                hits.append((match.start(1), Identifier.of(scheme, value)))
            except InvalidIdentifier:
                continue
    return tuple(dict.fromkeys(identifier for _, identifier in sorted(hits)))


def _canonical(scheme: Scheme, value: str) -> str:
    match scheme:
        case Scheme.DOI:
            return _trim_doi(unquote(value).lower())
        case Scheme.NCT | Scheme.EUROPE_PMC:
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
