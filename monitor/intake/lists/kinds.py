"""What sort of evidence an entry is, by visible tables of words."""

from __future__ import annotations

import re

from monitor.domain.articles import ReferenceKind

KIND_LINES = {
    "guideline": ReferenceKind.GUIDELINE,
    "guidelines": ReferenceKind.GUIDELINE,
    "clinical guideline": ReferenceKind.GUIDELINE,
    "practice guideline": ReferenceKind.GUIDELINE,
    "research": ReferenceKind.RESEARCH,
    "study": ReferenceKind.RESEARCH,
    "article": ReferenceKind.RESEARCH,
    "systematic review": ReferenceKind.SYSTEMATIC_REVIEW,
    "meta-analysis": ReferenceKind.SYSTEMATIC_REVIEW,
    "trial": ReferenceKind.TRIAL,
    "clinical trial": ReferenceKind.TRIAL,
    "randomized controlled trial": ReferenceKind.TRIAL,
    "review": ReferenceKind.OTHER,
    "book": ReferenceKind.OTHER,
    "website": ReferenceKind.OTHER,
    "drug label": ReferenceKind.OTHER,
    "fda drug label": ReferenceKind.OTHER,
    "praxis": ReferenceKind.IN_HOUSE_SUMMARY,
}
"""Lines that stand above an entry and say what it is."""

IN_HOUSE = (
    re.compile(r"\bmedical advisory board\b", re.I),
    re.compile(r"\bpraxis medical insights\b", re.I),
    re.compile(r"\bpractical summaries of clinical guidelines\b", re.I),
    re.compile(r"\bdr\.?\s?oracle\b", re.I),
    re.compile(r"\b(?:our|in-house) (?:editors|editorial (?:team|staff|summary)|summary)\b", re.I),
)
"""Sources that are the site's own summaries: they have sources of their own, which the page does not list."""

_BY_WORDS = (
    (
        re.compile(
            r"\bcochrane (?:database|systematic review|review)|\bsystematic (?:literature )?review"
            r"|\bmeta-?analys[ie]s|\bumbrella review\b",
            re.I,
        ),
        ReferenceKind.SYSTEMATIC_REVIEW,
    ),
    (
        re.compile(
            r"\bguidelines?\b|\brecommendation statement\b|\b(?:consensus|position) statement\b"
            r"|\bpractice parameter\b|\brecommendations? (?:for|on|from|of)\b|\bstandards of (?:medical )?care\b",
            re.I,
        ),
        ReferenceKind.GUIDELINE,
    ),
    (
        re.compile(
            r"\brandomi[sz]ed\b.*\btrial\b|\b(?:clinical|controlled|multicent(?:er|re)) trial\b|\bNCT\d{8}\b", re.I
        ),
        ReferenceKind.TRIAL,
    ),
)


def kind_of_line(text: str) -> ReferenceKind | None:
    """The kind a line announces for the entry below it; None when it is no such line."""
    return KIND_LINES.get(text.strip().rstrip(":").casefold())


def kind_of(text: str, *, announced: ReferenceKind | None = None, has_source: bool = True) -> ReferenceKind:
    """The kind of an entry. In-house sources win over what is announced, the entry's words over a mere ``research``."""
    if any(pattern.search(text) for pattern in IN_HOUSE):
        return ReferenceKind.IN_HOUSE_SUMMARY
    if announced not in (None, ReferenceKind.RESEARCH, ReferenceKind.OTHER):
        return announced or ReferenceKind.OTHER
    by_words = next((kind for pattern, kind in _BY_WORDS if pattern.search(text)), None)
    return by_words or announced or (ReferenceKind.RESEARCH if has_source else ReferenceKind.OTHER)
