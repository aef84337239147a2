"""The values PubMed's DTDs and NLM's lists name. Whatever else comes is kept and reported, never dropped.

Sources: NLM's PubMed DTDs of 2001 to 2025, and NLM's list of publication types.
"""

from __future__ import annotations

REF_TYPES = frozenset(
    {
        "AssociatedDataset",
        "AssociatedPublication",
        "Cites",
        "CommentIn",
        "CommentOn",
        "CorrectedandRepublishedFrom",
        "CorrectedandRepublishedIn",
        "ErratumFor",
        "ErratumIn",
        "ExpressionOfConcernFor",
        "ExpressionOfConcernIn",
        "OriginalReportIn",
        "PartialRetractionIn",
        "PartialRetractionOf",
        "ReprintIn",
        "ReprintOf",
        "RepublishedFrom",
        "RepublishedIn",
        "RetractedandRepublishedFrom",
        "RetractedandRepublishedIn",
        "RetractionIn",
        "RetractionOf",
        "SummaryForPatientsIn",
        "UpdateIn",
        "UpdateOf",
    }
)

STATUSES = frozenset(
    {
        "Completed",
        "In-Process",
        "PubMed-not-MEDLINE",
        "In-Data-Review",
        "Publisher",
        "MEDLINE",
        "OLDMEDLINE",
    }
)

OWNERS = frozenset({"NLM", "NASA", "PIP", "KIE", "HSR", "HMD", "NOTNLM"})

INDEXING_METHODS = frozenset({"Automated", "Curated", "Manual"})

PUB_MODELS = frozenset({"Print", "Print-Electronic", "Electronic", "Electronic-Print", "Electronic-eCollection"})

PUB_STATUSES = frozenset(
    {
        "accepted",
        "aheadofprint",
        "ecollection",
        "entrez",
        "epublish",
        "medline",
        "medliner",
        "pmc",
        "pmc-release",
        "pmcr",
        "ppublish",
        "premedline",
        "pubmed",
        "pubmedr",
        "received",
        "retracted",
        "revised",
    }
)

PUBLICATION_TYPES = frozenset(
    {
        "abstract",
        "adaptive clinical trial",
        "address",
        "autobiography",
        "bibliography",
        "biography",
        "book illustrations",
        "case reports",
        "case study",
        "chapter",
        "classical article",
        "clinical conference",
        "clinical study",
        "clinical trial",
        "clinical trial protocol",
        "clinical trial, phase i",
        "clinical trial, phase ii",
        "clinical trial, phase iii",
        "clinical trial, phase iv",
        "clinical trial, veterinary",
        "collected work",
        "comment",
        "comparative study",
        "congress",
        "consensus development conference",
        "consensus development conference, nih",
        "consensus statement",
        "controlled clinical trial",
        "corrected and republished article",
        "correction",
        "data set",
        "dataset",
        "dictionary",
        "directory",
        "duplicate publication",
        "editorial",
        "electronic supplementary materials",
        "english abstract",
        "equivalence trial",
        "erratum",
        "evaluation studies",
        "evaluation study",
        "expression of concern",
        "festschrift",
        "government publication",
        "guideline",
        "historical article",
        "interactive tutorial",
        "interview",
        "introductory journal article",
        "journal article",
        "lecture",
        "legal case",
        "legislation",
        "letter",
        "meta-analysis",
        "multicenter study",
        "network meta-analysis",
        "news",
        "newspaper article",
        "observational study",
        "observational study, veterinary",
        "overall",
        "patient education handout",
        "periodical index",
        "personal narrative",
        "portrait",
        "practice guideline",
        "pragmatic clinical trial",
        "preprint",
        "published erratum",
        "randomized controlled trial",
        "randomized controlled trial, veterinary",
        "research support, american recovery and reinvestment act",
        "research support, n.i.h., extramural",
        "research support, n.i.h., intramural",
        "research support, non-u.s. gov't",
        "research support, u.s. gov't, non-p.h.s.",
        "research support, u.s. gov't, p.h.s.",
        "research support, u.s. government",
        "retracted and republished article",
        "retracted publication",
        "retraction notice",
        "retraction of publication",
        "review",
        "scientific integrity review",
        "scoping review",
        "study guide",
        "systematic review",
        "technical report",
        "twin study",
        "validation studies",
        "validation study",
        "video-audio media",
        "webcast",
    }
)
"""Names in lower case, as far as they may come without a UI."""

# fmt: off
PUBLICATION_TYPE_UIS = frozenset(
    {
        "D002363", "D003160", "D004740", "D013485", "D013486", "D013487", "D016417", "D016419", "D016420", "D016421",
        "D016422", "D016423", "D016424", "D016425", "D016428", "D016430", "D016431", "D016433", "D016435", "D016439",
        "D016440", "D016441", "D016446", "D016447", "D016448", "D016449", "D016454", "D016456", "D017065", "D017203",
        "D017418", "D017426", "D017427", "D017428", "D018431", "D018848", "D019215", "D019477", "D019531", "D020493",
        "D023361", "D023362", "D029282", "D052060", "D052061", "D054711", "D059040", "D064888",
        "D000075742", "D000076942", "D000078182", "D000081262",
    }
)
"""Those that were met with their names: a type that is only renamed is no unknown one."""
# fmt: on
