"""The search fields of PubMed: their tags, their long names, and how each is matched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """How a search field compares a term with a record."""

    WORDS = "words"
    """Words of running text; a quoted phrase must stand together."""
    LOOSE = "loose"
    """Parts of an article identifier standing together, so that a shorter identifier finds the longer ones too."""
    WHOLE = "whole"
    """The whole heading, name or code."""
    NAME = "name"
    """An author name; without quotes the last word may be the beginning of the initials."""
    DATE = "date"
    """A day, a month, a year, or a range of them."""
    PMID = "pmid"
    """A record number."""
    FILTER = "filter"
    """A named subset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One search field: ``name`` as EInfo lists it, ``title`` as query translations spell it."""

    name: str
    title: str
    match: Match
    tags: tuple[str, ...]


def _field(name: str, title: str, match: Match, *tags: str) -> Field:
    return Field(name=name, title=title, match=match, tags=(name.lower(), title.lower(), *tags))


ALL = _field("ALL", "All Fields", Match.WORDS, "all")
FILTER = _field("FILT", "Filter", Match.FILTER, "filter", "sb", "subset")
PMID = _field("UID", "UID", Match.PMID, "pmid")
CREATED = _field("CRDT", "Date - Create", Match.DATE, "crdt", "create date")
ENTERED = _field("EDAT", "Date - Entry", Match.DATE, "edat", "entrez date")
MODIFIED = _field("MDAT", "Date - Modification", Match.DATE, "mdat", "lr", "modification date")
PUBLISHED = _field("PDAT", "Date - Publication", Match.DATE, "dp", "pdat", "publication date")

FIELDS: tuple[Field, ...] = (
    ALL,
    FILTER,
    PMID,
    CREATED,
    ENTERED,
    MODIFIED,
    PUBLISHED,
    _field("TITL", "Title", Match.WORDS, "ti"),
    _field("ABST", "Abstract", Match.WORDS, "ab"),
    _field("TIAB", "Title/Abstract", Match.WORDS, "tiab"),
    _field("WORD", "Text Word", Match.WORDS, "tw", "text words"),
    _field("MESH", "MeSH Terms", Match.WHOLE, "mh", "mesh"),
    _field("MHNX", "MeSH Terms:noexp", Match.WHOLE, "mh:noexp"),
    _field("MAJR", "MeSH Major Topic", Match.WHOLE, "majr"),
    _field("SUBH", "MeSH Subheading", Match.WHOLE, "sh"),
    _field("SUBS", "Supplementary Concept", Match.WHOLE, "nm"),
    _field("PTYP", "Publication Type", Match.WHOLE, "pt"),
    _field("JOUR", "Journal", Match.WHOLE, "ta", "jour", "journal", "is", "jid"),
    _field("VOL", "Volume", Match.WHOLE, "vi"),
    _field("ISS", "Issue", Match.WHOLE, "ip"),
    _field("PAGE", "Pagination", Match.WHOLE, "pg"),
    _field("AUTH", "Author", Match.NAME, "au"),
    _field("FAUT", "Author - First", Match.NAME, "1au", "first author name"),
    _field("LAUT", "Author - Last", Match.NAME, "lastau", "last author name"),
    _field("COLN", "Author - Corporate", Match.WORDS, "cn", "corporate author"),
    _field("AFFL", "Affiliation", Match.WORDS, "ad"),
    _field("LANG", "Language", Match.WHOLE, "la"),
    _field("GRNT", "Grants and Funding", Match.WORDS, "gr", "grant number"),
    _field("SI", "Secondary Source ID", Match.LOOSE, "secondary source id"),
    _field("AID", "Article Identifier", Match.LOOSE, "aid", "doi"),
    _field("LID", "Location ID", Match.LOOSE, "location id"),
    _field("OTRM", "Other Term", Match.WORDS, "ot"),
    _field("MHDA", "Date - MeSH", Match.DATE, "mesh date"),
    _field("CDAT", "Date - Completion", Match.DATE, "dcom", "completion date"),
    _field("PPDT", "Print Publication Date", Match.DATE, "ppdt"),
    _field("EPDT", "Electronic Publication Date", Match.DATE, "epdt"),
)

_BY_TAG = {tag: field for field in FIELDS for tag in field.tags}


def find_field(tag: str) -> Field | None:
    """The field of a tag in any spelling and case, without its brackets; None for a tag PubMed does not know."""
    return _BY_TAG.get(" ".join(tag.lower().split()))


COMMENT_FILTERS: dict[str, str] = {
    f"has{name.lower()}": name
    for name in (
        "RetractionIn",
        "RetractionOf",
        "RetractedandRepublishedIn",
        "RetractedandRepublishedFrom",
        "ErratumIn",
        "ErratumFor",
        "ExpressionOfConcernIn",
        "ExpressionOfConcernFor",
        "UpdateIn",
        "UpdateOf",
        "CorrectedandRepublishedIn",
        "CorrectedandRepublishedFrom",
        "RepublishedIn",
        "RepublishedFrom",
        "CommentIn",
        "CommentOn",
        "OriginalReportIn",
        "SummaryForPatientsIn",
        "AssociatedDataset",
        "AssociatedPublication",
    )
}
"""Filters used as bare words, and the RefType of CommentsCorrections that each selects."""

STATUS_FILTERS: dict[str, frozenset[str]] = {
    "medline": frozenset({"MEDLINE"}),
    "inprocess": frozenset({"In-Process", "In-Data-Review"}),
    "publisher": frozenset({"Publisher"}),
    "pubmednotmedline": frozenset({"PubMed-not-MEDLINE"}),
    "oldmedline": frozenset({"OLDMEDLINE"}),
}
"""Subsets that are a status of the citation."""

OTHER_FILTERS = frozenset({"systematic", "hasabstract", "all", "english", "humans"})
"""Subsets that :mod:`monitor.replay.pubmed_search` works out from the record."""

BARE_FILTERS = frozenset(COMMENT_FILTERS) | {"hasabstract"}
"""Filters that also work without a tag."""

NARROWER_TYPES: dict[str, tuple[str, ...]] = {
    "clinical trial": (
        "adaptive clinical trial",
        "clinical trial, phase i",
        "clinical trial, phase ii",
        "clinical trial, phase iii",
        "clinical trial, phase iv",
        "controlled clinical trial",
        "randomized controlled trial",
        "pragmatic clinical trial",
        "equivalence trial",
    ),
    "controlled clinical trial": ("randomized controlled trial", "pragmatic clinical trial", "equivalence trial"),
    "randomized controlled trial": ("pragmatic clinical trial", "equivalence trial"),
    "guideline": ("practice guideline",),
}
"""Publication types are searched with the narrower ones below them."""

PUBLICATION_TYPES = (
    frozenset(
        {
            "case reports",
            "clinical study",
            "clinical trial",
            "clinical trial protocol",
            "comment",
            "comparative study",
            "consensus development conference",
            "controlled clinical trial",
            "corrected and republished article",
            "editorial",
            "expression of concern",
            "guideline",
            "journal article",
            "letter",
            "meta-analysis",
            "multicenter study",
            "news",
            "observational study",
            "practice guideline",
            "preprint",
            "published erratum",
            "randomized controlled trial",
            "retracted publication",
            "retraction of publication",
            "retraction notice",
            "review",
            "systematic review",
            "scoping review",
            "evaluation study",
            "validation study",
            "technical report",
            "twin study",
            "video-audio media",
            "network meta-analysis",
            "duplicate publication",
            "historical article",
            "dataset",
            "lecture",
            "address",
            "retracted and republished article",
            "research support, non-u.s. gov't",
            "english abstract",
        }
    )
    | frozenset(NARROWER_TYPES)
    | frozenset(narrow for types in NARROWER_TYPES.values() for narrow in types)
)
"""Types known besides those of the records; another word behind [pt] is a phrase not found."""
