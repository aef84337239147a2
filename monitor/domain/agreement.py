"""What of a citation agrees with a record, field by field, and how much each agreement speaks for or against it.

The weights are those of Fellegi and Sunter (A theory for record linkage, J Am Stat Assoc 1969;64:1183-1210): the
logarithm of how much more often a field comes out so for the record that is meant than for one that only resembles it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.citations import Citation
from monitor.domain.records import Publication
from monitor.domain.titles import Likeness, TitleMatch, likeness, same_journal, stands_in, title_words


class Outcome(StrEnum):
    """How one field of a citation compares with that of a record."""

    AGREES = "agrees"
    NEARLY = "nearly agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The outcomes by field, in the order of the table; fields that one side lacks are left out. ``weight`` is their
    sum: how much they speak for the record, as a natural logarithm of odds."""

    outcomes: tuple[tuple[str, str], ...]
    weight: float
    share_of_title: float | None = None

    @property
    def because(self) -> str:
        """The outcomes in words."""
        return ", ".join(self._words(field, outcome) for field, outcome in self.outcomes) or "nothing agrees"

    def _words(self, field: str, outcome: str) -> str:
        if field == "title" and self.share_of_title is not None:
            kind = "" if outcome in (TitleMatch.SAME, TitleMatch.ALIKE, TitleMatch.PARTLY) else f" ({outcome})"
            return f"title agrees to {self.share_of_title:.0%}{kind}"
        return f"{field} {outcome}"


WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "title": {
        TitleMatch.SAME: 5.5,
        TitleMatch.SPELT: 1.5,
        TitleMatch.SHORTENED: 1.0,
        TitleMatch.SMALL: -1.5,
        TitleMatch.ALIKE: -2.0,
        TitleMatch.PARTLY: -4.5,
        TitleMatch.OTHER: -7.5,
    },
    "year": {Outcome.AGREES: 1.0, Outcome.NEARLY: -1.5, Outcome.DIFFERS: -4.0},
    "journal": {Outcome.AGREES: 1.5, Outcome.DIFFERS: -6.0},
    "volume": {Outcome.AGREES: 2.0, Outcome.DIFFERS: -4.5},
    "issue": {Outcome.AGREES: 0.5, Outcome.DIFFERS: -1.0},
    "first page": {Outcome.AGREES: 4.5, Outcome.NEARLY: 0.0, Outcome.DIFFERS: -4.5},
    "last page": {Outcome.AGREES: 0.5, Outcome.DIFFERS: -0.5},
    "first author": {Outcome.AGREES: 1.5, Outcome.DIFFERS: -3.0},
}
"""Field and outcome → weight."""
ANOTHER_IN_THE_VOLUME = -4.0
"""Added where journal, year and volume agree and the first page does not: that is another paper of the volume."""
WORDS_OF_A_TITLE = 6
"""A title of fewer words speaks for a record the less, the shorter it is."""
FEWEST_IN_THE_TEXT = 4
"""A shorter title is not looked for in the words of a citation."""


def agreement(citation: Citation, record: Publication) -> Agreement:
    """Compare a citation with a record."""
    alike = _title(citation, record)
    found: dict[str, str | None] = {
        "title": alike.match if alike else None,
        "year": _year(citation, record),
        "journal": _journal(citation, record),
        "volume": _number(citation.volume, record.volume),
        "issue": _number(citation.issue, record.issue),
        **_pages(citation, record),
        "first author": _author(citation, record),
    }
    return Agreement(
        outcomes=tuple((field, outcome) for field, outcome in found.items() if outcome is not None),
        weight=_weight(found, words=len(title_words(record.title))),
        share_of_title=alike.share if alike else None,
    )


def _weight(found: Mapping[str, str | None], *, words: int) -> float:
    """The sum of the table, corrected for what is not independent.

    A citation without a title means the very year: versions of a Cochrane review share journal and page number.
    """
    weights = {field: WEIGHTS[field][outcome] for field, outcome in found.items() if outcome is not None}
    if weights.get("title", 0.0) > 0:
        weights["title"] *= min(1.0, words / WORDS_OF_A_TITLE)
    elif found["title"] is None and found["year"] == Outcome.NEARLY:
        weights["year"] = WEIGHTS["year"][Outcome.DIFFERS]
    same_volume = all(found[field] == Outcome.AGREES for field in ("journal", "year", "volume"))
    is_another = same_volume and found["first page"] == Outcome.DIFFERS
    return sum(weights.values()) + (ANOTHER_IN_THE_VOLUME if is_another else 0.0)


def _title(citation: Citation, record: Publication) -> Likeness | None:
    """By the title that was read of the citation; where that is not it, the record's may stand in the words."""
    found = likeness(citation.title, record.title)
    if found is not None and found.match in (TitleMatch.SAME, TitleMatch.SPELT, TitleMatch.SMALL):
        return found
    words = title_words(record.title)
    if len(words) >= FEWEST_IN_THE_TEXT and stands_in(record.title, citation.text):
        return Likeness(match=TitleMatch.SAME, share=1.0)
    return found


def _year(citation: Citation, record: Publication) -> Outcome | None:
    """A year agrees with that of the issue or of the electronic publication.

    Versions of a Cochrane review share their title and journal: the year alone tells them apart.
    """
    known = {int(text[:4]) for text in (record.published, record.published_electronically) if text[:4].isdigit()}
    if citation.year is None or not known:
        return None
    distance = min(abs(citation.year - year) for year in known)
    if distance > 1:
        return Outcome.DIFFERS
    return Outcome.NEARLY if distance else Outcome.AGREES


def _journal(citation: Citation, record: Publication) -> Outcome | None:
    names = [name for name in (record.journal, record.journal_abbreviation) if name]
    if not citation.journal or not names:
        return None
    return Outcome.AGREES if same_journal(citation.journal, *names) else Outcome.DIFFERS


def _number(written: str, known: str) -> Outcome | None:
    """Volumes and issues: by their first number, as ``13 Suppl 1`` is volume 13."""
    one, other = _leading(written), _leading(known)
    if not one or not other:
        return None
    return Outcome.AGREES if one == other else Outcome.DIFFERS


def _leading(text: str) -> str:
    found = re.search(r"[a-z]*\d+(?:-\d+)?|\S+", text.casefold())
    return re.sub(r"(?<!\d)0+(?=\d)", "", found.group()) if found else ""


def _pages(citation: Citation, record: Publication) -> dict[str, Outcome | None]:
    if citation.first_page and _bare_page(citation.first_page + citation.last_page) == _bare_page(record.pages):
        return {"first page": Outcome.AGREES, "last page": Outcome.AGREES if citation.last_page else None}
    first, _, last = record.pages.partition(",")[0].partition("-")
    outcome = _page(citation.first_page, first)
    return {"first page": outcome, "last page": _last_page(citation, first, last) if outcome else None}


def _page(written: str, known: str) -> Outcome | None:
    """A page whose letters are missing, as in 158 for S158, nearly agrees."""
    one, other = _bare_page(written), _bare_page(known)
    if not one or not other:
        return None
    if one == other:
        return Outcome.AGREES
    figures = [re.sub(r"\D", "", page) for page in (one, other)]
    has_letters = [not page.isdigit() for page in (one, other)]
    is_nearly = figures[0] == figures[1] != "" and has_letters[0] != has_letters[1]
    return Outcome.NEARLY if is_nearly else Outcome.DIFFERS


def _last_page(citation: Citation, first: str, last: str) -> Outcome | None:
    """Last pages are printed in full or by the figures that change: 1069-77 is 1069-1077."""
    one, other = (_bare_page(page) for page in (citation.last_page, last))
    if not one or not other:
        return None
    start = _bare_page(first)
    full = {page if len(page) >= len(start) else start[: len(start) - len(page)] + page for page in (one, other)}
    return Outcome.AGREES if len(full) == 1 else Outcome.DIFFERS


def _bare_page(text: str) -> str:
    return re.sub(r"(?<![^a-z])0+(?=\d)", "", re.sub(r"[^a-z0-9]", "", text.casefold()))


def _author(citation: Citation, record: Publication) -> Outcome | None:
    """By the first author's surname, in whichever order the names are printed; a group is known by its name."""
    if not citation.first_author or not record.authors:
        return None
    written, known = surname(citation.first_author), surname(record.authors[0])
    if not written or not known:
        return None
    if written <= known or known <= written:
        return Outcome.AGREES
    return Outcome.DIFFERS


def surname(name: str) -> frozenset[str]:
    """The words of a surname; initials, which are short and in capitals, and ``Jr`` are none."""
    words = re.findall(r"[^\W\d_]+", name)
    long = [word for word in words if not (len(word) <= 3 and word.isupper()) and word not in {"Jr", "Sr"}]
    return frozenset(title_words(" ".join(long or words[:1])))
