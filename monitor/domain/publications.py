"""A PubMed record and its parts, in the words of NLM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.domain.identifiers import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationType:
    """A publication type as PubMed gives it. ``ui`` is empty on records with status Publisher."""

    ui: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One CommentsCorrections entry: ``ref_type`` as NLM spells it, ``pmid`` None when only text was given.

    ``looked_up`` says that the record does not give the PMID: it was found by what the record says of the paper.
    """

    ref_type: str
    source: str
    pmid: str | None = None
    note: str = ""
    looked_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryDate:
    """One date of a record's publication history, by NLM's PubStatus word (received, entrez, retracted …)."""

    status: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshHeading:
    """A MeSH descriptor with the names of its qualifiers; ``major`` when any of them is a major topic.

    ``major_uis`` tells which, ``automatic`` that a machine assigned it (AutoHM).
    """

    ui: str
    name: str
    major: bool = False
    qualifiers: tuple[str, ...] = ()
    qualifier_uis: tuple[str, ...] = ()
    major_uis: tuple[str, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleId:
    """An identifier of the record itself, by NLM's IdType (mid, pmcid, sici, bookaccession …)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedWork:
    """An entry of the reference list by the identifiers that NLM found for it; by its text where it found none."""

    text: str = ""
    pmid: str | None = None
    doi: str = ""
    pmc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataBank:
    """A registry or data bank (ClinicalTrials.gov, ISRCTN, GENBANK …) with the record's numbers in it."""

    name: str
    accessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who paid, and under which number."""

    agency: str
    number: str = ""
    acronym: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAbstract:
    """An abstract beside the record's own: in another language, in plain language, or by another institution."""

    text: str
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A PubMed record (article or book), whichever transport it came by. Dates as text are ISO, maybe partial.

    ``published_in_words`` holds an issue date that no calendar has, such as "1978 Jul-Aug"; ``published`` its year.
    """

    identifier: Identifier
    version: int = 1
    version_id: str = ""
    version_date: str = ""
    status: str = ""
    owner: str = ""
    indexing_method: str = ""
    publication_model: str = ""
    publication_status: str = ""
    title: str = ""
    vernacular_title: str = ""
    abstract: str = ""
    other_abstracts: tuple[OtherAbstract, ...] = ()
    journal: str = ""
    journal_abbreviation: str = ""
    nlm_id: str = ""
    issn: str = ""
    issn_print: str = ""
    issn_electronic: str = ""
    issn_linking: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    edition: str = ""
    published: str = ""
    published_in_words: str = ""
    published_electronically: str = ""
    created: str = ""
    revised: str = ""
    completed: str = ""
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    collectives: tuple[str, ...] = ()
    publication_types: tuple[PublicationType, ...] = ()
    links: tuple[Link, ...] = ()
    doi: str = ""
    pmc: str = ""
    pii: str = ""
    other_ids: tuple[ArticleId, ...] = ()
    accessions: tuple[str, ...] = ()
    data_banks: tuple[DataBank, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    substances: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    history: tuple[HistoryDate, ...] = ()
    cited_pmids: tuple[str, ...] = ()
    references: tuple[CitedWork, ...] = ()
    grants: tuple[Grant, ...] = ()
    conflict_statement: str = ""

    @property
    def pmid(self) -> str:
        """The record's own PMID."""
        return self.identifier.value

    @property
    def year(self) -> int | None:
        """The year of the issue, or of the electronic publication where there is no issue date."""
        for text in (self.published, self.published_electronically):
            if text[:4].isdigit():
                return int(text[:4])
        return None
