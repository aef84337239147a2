"""What PubMed's DTDs of 2001 to 2025 let an element hold. Whatever else comes is reported, and no reason to stop."""

from __future__ import annotations

import re

from monitor.sources.pubmed.elements import PARTS, SETS, Element

# fmt: off
MEDLINE_CITATION = frozenset(
    {
        "Article", "ChemicalList", "CitationSubset", "CoiStatement", "CommentsCorrectionsList", "DateCompleted",
        "DateCreated", "DateRevised", "GeneSymbolList", "GeneralNote", "InvestigatorList", "KeywordList", "MedlineID",
        "MedlineJournalInfo", "MeshHeadingList", "NumberOfReferences", "OtherAbstract", "OtherID", "PMID",
        "PersonalNameSubjectList", "SpaceFlightMission", "SupplMeshList",
    }
)

ARTICLE = frozenset(
    {
        "Abstract", "Affiliation", "ArticleDate", "ArticleTitle", "AuthorList", "Book", "DataBankList", "ELocationID",
        "GrantList", "Journal", "Language", "Pagination", "PublicationTypeList", "VernacularTitle",
    }
)

PUBMED_DATA = frozenset(
    {
        "AdditionalInformation", "ArticleIdList", "History", "ObjectList", "ProviderId", "PublicationStatus",
        "ReferenceList", "URL",
    }
)

BOOK_DOCUMENT = frozenset(
    {
        "Abstract", "ArticleIdList", "ArticleTitle", "AuthorList", "Book", "CitationString", "ContributionDate",
        "DateRevised", "GrantList", "GroupList", "InvestigatorList", "ItemList", "KeywordList", "Language",
        "LocationLabel", "PMID", "Pagination", "PublicationType", "ReferenceList", "Sections", "VernacularTitle",
    }
)

BOOK = frozenset(
    {
        "AuthorList", "BeginningDate", "BookTitle", "CollectionTitle", "ELocationID", "Edition", "EndingDate",
        "InvestigatorList", "Isbn", "Medium", "PubDate", "Publisher", "ReportNumber", "Volume", "VolumeTitle",
    }
)
# fmt: on

_DOCUMENT_TYPE = re.compile(r"(?:pubmed|nlmmedline|nlmmedlinecitation|nlmmedlinecitationset|bookdoc)_(\d\d)\d{4}\.dtd")
_NEWEST_YEAR = 26


def is_document_type(name: str) -> bool:
    """Whether a DTD is one of those that we know how to read, by the year in its name."""
    named = _DOCUMENT_TYPE.fullmatch(name)
    return named is not None and int(named[1]) <= _NEWEST_YEAR


def unknown_of_document(part: Element) -> tuple[tuple[str, str], ...]:
    """What is new about the document that a part stands in: its document element, or its document type."""
    tree = part.getroottree()
    element, named = str(tree.getroot().tag), (tree.docinfo.system_url or "").rpartition("/")[2]
    unknown = []
    if element not in SETS | PARTS:
        unknown.append(("document element", element))
    if named and not is_document_type(named):
        unknown.append(("document type", named))
    return tuple(unknown)
