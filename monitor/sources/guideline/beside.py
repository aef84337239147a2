"""What is printed beside guidelines and about them: comments, corrections, summaries, studies of their use."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.domain.publications import PublicationType

NEVER = frozenset(
    {
        "biography",
        "clinical conference",
        "clinical trial protocol",
        "comment",
        "congress",
        "editorial",
        "expression of concern",
        "interview",
        "letter",
        "news",
        "newspaper article",
        "patient education handout",
        "personal narrative",
        "published erratum",
        "retraction notice",
        "retraction of publication",
        "webcast",
    }
)
"""Publication types of what is printed beside guidelines, in lower case."""

_ABOUT = (
    r"^\W*(?:erratum|errata|corrections?|corrigendum|addendum|expression of concern|notice of retraction|retraction)\b",
    r"^\W*(?:comments?|commentary|reply|re|response|in reply|letter|editorial|author'?s'? repl(?:y|ies))\b"
    r"\s*(?:to|on|of|from|by|regarding|for)?\b[\s:]",
    r"\b(?:commentary|commentaries|comments?|reply|letter|critique) (?:on|to)\b",
    r"\b(?:non-?adherence|adherence|concordance|compliance|conformity|agreement) (?:to|with)\b",
    r"^\W*(?:\S+ ){0,3}?(?:impact|effects?|influence|implications|uptake|quality|appraisal|awareness|knowledge"
    r"|validation|comparison|implementation|evaluation|applicability|performance|critical review|survey) of\b[^:]*"
    r"\b(?:guidelines?|recommendations?)\b",
    r"\b(?:summary|information|guide|version) for (?:patients|the public|consumers)\b",
    r"\bpatient (?:summary|version|page)\b|\bplain[- ]language summary\b|\bat-a-glance\b",
    r"\bsynopsis of\b|\bkey points from\b|\bhighlights (?:of|from)\b|\bwhat(?:'s| is) new\b",
    r"\bprotocol (?:for|of)\b|\bstudy protocol\b|\bprocedures for (?:developing|the development)\b",
    r"\b(?:methods|methodology|process|manual|standards) (?:for|of|used in) (?:the )?(?:guideline|develop)",
    r"\b(?:chinese|japanese|spanish|german|french) (?:translation|version)\b|\btranslation of\b",
    r"\b(?:before and after|in the era of|according to|based on|following|since|under) the\b[^:]*\bguidelines?\b",
    r"\bguidelines?[- ](?:concordant|adherent|directed|recommended|discordant)\b",
    r"\b(?:perspectives?|reflections?|viewpoint) on\b",
)
"""Titles of what is written about guidelines. Case does not matter."""


def is_beside(types: Iterable[PublicationType], title: str) -> bool:
    """Whether an article of these types and this title is no guideline, whoever published it."""
    if {kind.name.casefold() for kind in types} & NEVER:
        return True
    return any(re.search(pattern, title, re.I) for pattern in _ABOUT)
