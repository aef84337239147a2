"""What kind of evidence a new record is, by its publication types and, before indexing, by its title."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.domain.records import Publication


class Design(StrEnum):
    """The designs that an editor tells apart."""

    GUIDELINE = "guideline"
    SYSTEMATIC_REVIEW = "systematic_review"
    META_ANALYSIS = "meta_analysis"
    RCT = "rct"
    OBSERVATIONAL = "observational"
    OTHER = "other"

    @property
    def words(self) -> str:
        """As prose says it."""
        return _WORDS[self]


_WORDS = {
    Design.GUIDELINE: "guideline",
    Design.SYSTEMATIC_REVIEW: "systematic review",
    Design.META_ANALYSIS: "meta-analysis",
    Design.RCT: "randomised trial",
    Design.OBSERVATIONAL: "observational study",
    Design.OTHER: "publication",
}

BY_TYPE: tuple[tuple[Design, frozenset[str]], ...] = (
    (Design.GUIDELINE, frozenset({"D017065", "practice guideline", "guideline", "consensus statement"})),
    (Design.SYSTEMATIC_REVIEW, frozenset({"D000078182", "systematic review"})),
    (Design.META_ANALYSIS, frozenset({"D017418", "meta-analysis", "network meta-analysis"})),
    (
        Design.RCT,
        frozenset({"D016449", "randomized controlled trial", "pragmatic clinical trial", "equivalence trial"}),
    ),
    (Design.OBSERVATIONAL, frozenset({"D064888", "observational study"})),
)
"""Design → publication types by UI or folded name; the first line that fits counts."""

BY_TITLE: tuple[tuple[Design, re.Pattern[str]], ...] = (
    (Design.OTHER, re.compile(r"\bprotocol\b|\brationale and design\b", re.I)),
    (Design.SYSTEMATIC_REVIEW, re.compile(r"\bsystematic(?:ally)? review|\b(?:scoping|umbrella) review\b", re.I)),
    (Design.META_ANALYSIS, re.compile(r"\bmeta-?\s?analys[ei]s\b", re.I)),
    (Design.GUIDELINE, re.compile(r"\bguidelines? (?:for|on)\b|\bpractice guideline\b|\bconsensus statement\b", re.I)),
    (Design.RCT, re.compile(r"\brandomi[sz]ed\b.*\btrial\b|\brandomi[sz]ed (?:controlled|clinical) study\b", re.I)),
    (Design.OBSERVATIONAL, re.compile(r"\b(?:cohort|case-control|cross-sectional|observational)\b.*\bstudy\b", re.I)),
)
"""Design → words of a title, for records that nobody has indexed yet; the first line that fits counts."""

NO_EVIDENCE = frozenset(
    {
        "D016420",
        "comment",
        "D016422",
        "letter",
        "D016421",
        "editorial",
        "D016433",
        "news",
        "D016425",
        "published erratum",
        "correction",
        "D016440",
        "retraction of publication",
        "retraction notice",
        "D016441",
        "retracted publication",
        "D000075742",
        "expression of concern",
        "clinical trial protocol",
        "biography",
        "portrait",
        "interview",
        "address",
    }
)
"""Publication types, by UI or folded name, of records that bring no evidence of their own."""


def is_evidence(record: Publication) -> bool:
    """Whether a record may be new evidence at all: notices, letters and the like speak of other records."""
    return not _types(record) & NO_EVIDENCE and not any(link.ref_type == "RetractionIn" for link in record.links)


def design_of(record: Publication) -> Design:
    """The design of a record; ``other`` where neither its types nor its title tell."""
    types = _types(record)
    by_type = (design for design, known in BY_TYPE if types & known)
    by_title = (design for design, pattern in BY_TITLE if pattern.search(record.title))
    return next(by_type, None) or next(by_title, Design.OTHER)


def _types(record: Publication) -> set[str]:
    return {word for kind in record.publication_types for word in (kind.ui, kind.name.casefold()) if word}
