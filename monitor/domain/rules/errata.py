"""How far a correction reaches, as far as its own text tells. Most say nothing, which is never taken for little."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.records import Publication


class Extent(StrEnum):
    """What a correction touches: ``formal`` leaves methods, results and conclusions as they were."""

    UNKNOWN = "unknown"
    FORMAL = "formal"
    SUBSTANTIAL = "substantial"


SUBSTANTIAL: tuple[tuple[str, str], ...] = (
    ("results", r"results?|findings?|outcomes?|estimates?|percent\w*|proportions?|[\d.]+ ?%"),
    ("tables or figures", r"tables?|figures?|figs?\b|panels?|images?|plots?|legends?|captions?"),
    ("numbers", r"values?|numbers? of|units?|decimals?|calculat\w+|miscalculat\w+|statistic\w*|confidence intervals?"),
    ("numbers", r"(?:odds|hazard|risk|rate) ratios?|p ?[<=>]"),
    ("a dose", r"dos(?:e|es|age|ages|ing)|\d ?(?:mg|mcg|µg|ug|g|ml|mmol|iu)\b"),
    ("methods", r"methods?|analys[ei]s|reanaly\w+|protocols?|criteri(?:a|on)|randomi[sz]\w+|follow-up|participants?"),
    ("data", r"data|dataset\w*|supplement\w*|equations?|formulas?|formulae"),
    ("conclusions", r"conclusions?|conclud\w+|recommendations?|interpretations?|abstract"),
)
"""What is touched → words for it. One of them is enough."""

FORMAL: tuple[tuple[str, str], ...] = (
    ("authors' names or degrees", r"(?:author|investigator|collaborator)\w*(?: list)?|byline|academic degrees?"),
    ("affiliations", r"affiliations?|e-?mail address\w*|corresponding author\w*|ORCID\w*"),
    ("funding or thanks", r"fund(?:ing|er|ers)|grants?|acknowledge?ments?|sponsor\w*"),
    (
        "declared interests",
        r"(?:competing|conflicts? of|declarations? of|declaration of competing) interests?|disclosures?",
    ),
    ("the licence", r"copyright\w*|licen[cs]\w+|open access"),
    ("where it was published", r"volume number|issue number|page numbers?|publication date|special issue|running head"),
)
"""What is touched → words for it. They count when no word for something substantial is there."""

_ANNOUNCED = re.compile(r"^\W*(?:author |publisher )?(?:erratum|corrigendum|correction|errata)\b", re.I)
_WHICH = re.compile(
    r"\[this corrects the (?:article|review)\b[^\]]*\]\.?"
    r"|\b10\.\d{4,9}/\S+|\bpublished (?:online )?(?:in|on)\b[^.;)]*|\([^)]*\d{4}[^)]*\)"
    r"|[“\"‘'][^”\"’']{20,}[”\"’']",
    re.I,
)
"""Which article is corrected, in words: the title of an article about doses is no word about a dose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The extent of a correction, and what its text says is touched."""

    extent: Extent
    touched: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reach as part of a reason."""
        match self.extent:
            case Extent.UNKNOWN:
                return "how far it reaches is not said in its record"
            case Extent.FORMAL:
                return f"its text speaks of {', '.join(self.touched)} only"
            case Extent.SUBSTANTIAL:
                return f"its text speaks of {', '.join(self.touched)}"


def reach_of(notice: Publication) -> Reach:
    """Read the abstract of a notice, and its title where that says more than which article is meant."""
    text = " ".join((_own_words(notice.title), _WHICH.sub(" ", notice.abstract)))
    if touched := _touched(text, SUBSTANTIAL):
        return Reach(extent=Extent.SUBSTANTIAL, touched=touched)
    if touched := _touched(text, FORMAL):
        return Reach(extent=Extent.FORMAL, touched=touched)
    return Reach(extent=Extent.UNKNOWN)


def _own_words(title: str) -> str:
    """A title such as "Erratum regarding …"; what follows a colon or "to" is the title of the article."""
    announced = _ANNOUNCED.match(title)
    rest = title[announced.end() :].lstrip() if announced else ""
    return rest if rest.startswith(("regarding", "concerning", "about")) else ""


def _touched(text: str, table: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    found = (name for name, words in table if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.I))
    return tuple(dict.fromkeys(found))
