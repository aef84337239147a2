"""The coded values of NLM's DTD of 2025; a new one is counted and shown, never dropped."""

STATUSES = frozenset({"Completed", "In-Process", "PubMed-not-MEDLINE", "In-Data-Review", "Publisher", "MEDLINE", "OLDMEDLINE"})
REF_TYPES = frozenset({
    "AssociatedDataset", "AssociatedPublication", "CommentIn", "CommentOn", "CorrectedandRepublishedIn",
    "CorrectedandRepublishedFrom", "ErratumIn", "ErratumFor", "ExpressionOfConcernIn", "ExpressionOfConcernFor",
    "RepublishedIn", "RepublishedFrom", "RetractedandRepublishedIn", "RetractedandRepublishedFrom", "RetractionIn",
    "RetractionOf", "UpdateIn", "UpdateOf", "SummaryForPatientsIn", "OriginalReportIn", "ReprintIn", "ReprintOf", "Cites",
    "PartialRetractionIn", "PartialRetractionOf"})
PUB_STATUSES = frozenset({
    "received", "accepted", "epublish", "ppublish", "revised", "aheadofprint", "retracted", "ecollection", "pmc", "pmcr",
    "pubmed", "pubmedr", "premedline", "medline", "medliner", "entrez", "pmc-release"})
