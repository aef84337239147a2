"""Records made from printed citations, and at least ten near misses beside each: what a loose search brings up too."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from monitor.domain.identifiers import Identifier, Scheme
from monitor.domain.publications import Publication
from tests.benchmarks.printed_citations import Printed

INVENTED_FROM = 500_000_000
"""PMIDs of records that are nobody's begin here: far above any that was given out."""
NEAR_MISSES = 12
_SUBJECTS = ("children", "adults", "older women", "mice", "primary care", "China", "Brazil", "a rural district")
_FIRST = ("Effect", "Safety", "Prevalence", "Cost", "Validity", "Time course", "Predictors", "Long-term outcome")
_SECOND = (
    "screening",
    "early surgery",
    "vitamin D",
    "a home programme",
    "low-dose aspirin",
    "sleep loss",
    "telehealth",
)
_SURNAMES = ("Okafor", "Lindqvist", "Marchetti", "Tanaka", "Novak", "Da Silva", "O'Brien", "Haddad", "Kowalska", "Ng")
_OTHER_JOURNALS = ("J Invent Med", "Acta Ficta Scand", "Ann Imagin Surg", "Fict Rep")


class _Chance(random.Random):
    """The same draws in every run, with words to put into titles."""

    def __init__(self, seed: str, words: Sequence[str]) -> None:
        super().__init__(seed)
        self.words = words


def records_of(citations: Iterable[Printed]) -> dict[Identifier, Publication]:
    """The record of each citation that has an identifier and a style, as its fullest string says.

    Of what is cited by its place only, authors and title are invented.
    """
    found: dict[Identifier, Publication] = {}
    for citation in sorted(citations, key=lambda citation: citation.is_terse):
        identifier = identity_of(citation)
        if identifier is not None and citation.style:
            found.setdefault(identifier, _record(citation, identifier))
    return found


def identity_of(citation: Printed) -> Identifier | None:
    """What a citation's origin says that it is; None where it says nothing."""
    if citation.pmid:
        return Identifier.of(Scheme.PUBMED, citation.pmid)
    return Identifier.of(Scheme.DOI, citation.doi) if citation.doi else None


def near_misses(record: Publication, first_pmid: int, words: Sequence[str]) -> tuple[Publication, ...]:
    """Twelve records that resemble one: the same authors, words of the title, journal and year, but another paper."""
    chance = _Chance(f"near {record.identifier}", words)
    made = [make(record, chance) for make in _NEAR]
    return tuple(
        replace(miss, identifier=Identifier.of(Scheme.PUBMED, str(first_pmid + at)), doi="")
        for at, miss in enumerate(made)
    )


def _record(citation: Printed, identifier: Identifier) -> Publication:
    chance = random.Random(f"record {identifier}")  # noqa: S311 - the same record in every run.
    return Publication(
        identifier=identifier,
        title=f"{citation.title or _invented_title(chance)}.",
        journal=citation.journal,
        journal_abbreviation=citation.journal.replace(".", ""),
        published=citation.year,
        volume=citation.volume,
        issue=citation.issue,
        pages="-".join(filter(None, (citation.first_page, citation.last_page))),
        authors=citation.authors or _invented_authors(chance),
        doi=citation.doi.lower(),
    )


def _invented_title(chance: random.Random) -> str:
    about = f"{chance.choice(_FIRST)} of {chance.choice(_SECOND)} in {chance.choice(_SUBJECTS)}"
    return f"{about}: {chance.randint(2, 90)} cases"


def _invented_authors(chance: random.Random) -> tuple[str, ...]:
    return tuple(f"{name} {chance.choice('ABCDEFGHJKLM')}" for name in chance.sample(_SURNAMES, chance.randint(1, 5)))


def _elsewhere(record: Publication, chance: _Chance) -> Publication:
    """Other pages of the same volume."""
    page = re.sub(r"\D", "", record.pages.split("-")[0]) or "100"
    first = int(page[-6:]) + chance.choice((8, 13, 41, 56, 131))
    return replace(record, pages=f"{first}-{first + 8}")


def _reordered(record: Publication, chance: _Chance) -> Publication:
    """The same words in another order, the same authors, journal and year."""
    title = record.title.rstrip(".").split()
    cut = len(title) // 2
    return replace(_elsewhere(record, chance), title=" ".join((*title[cut:], *title[:cut])) + ".")


def _one_word(record: Publication, chance: _Chance) -> Publication:
    """One word of the title is another, as in children for adults."""
    title = record.title.split()
    title[chance.randrange(len(title))] = chance.choice(chance.words)
    return replace(_elsewhere(record, chance), title=" ".join(title))


def _one_word_next_page(record: Publication, chance: _Chance) -> Publication:
    """A companion paper: one word differs, and it follows in the same issue."""
    return _one_word(record, chance)


def _second_part(record: Publication, chance: _Chance) -> Publication:
    return replace(_elsewhere(record, chance), title=f"{record.title.rstrip('.')}: part {chance.choice(('2', 'II'))}.")


def _without_a_word(record: Publication, chance: _Chance) -> Publication:
    """A dash that is gone makes no other title, so a word goes."""
    title = record.title.split()
    del title[chance.choice([at for at, word in enumerate(title) if any(map(str.isalnum, word))])]
    return replace(_elsewhere(record, chance), title=" ".join(title) or record.title)


def _comment(record: Publication, chance: _Chance) -> Publication:
    """A letter about the paper, which quotes its title."""
    return replace(
        _elsewhere(record, chance), title=f"Comment on: {record.title}", authors=_invented_authors(chance), issue=""
    )


def _reply(record: Publication, chance: _Chance) -> Publication:
    return replace(_elsewhere(record, chance), title=f"{record.title.rstrip('.')}: authors' reply.", issue="")


def _half(record: Publication, chance: _Chance) -> Publication:
    """The same authors, half of the title's words, the same journal and year."""
    title = record.title.split()
    kept = [word if at % 2 else chance.choice(chance.words) for at, word in enumerate(title)]
    return replace(_elsewhere(record, chance), title=" ".join(kept))


def _next_page(record: Publication, chance: _Chance) -> Publication:
    """What begins where the paper ends: the same volume and issue, other authors, another title."""
    last = re.sub(r"\D", "", record.pages.split("-")[-1]) or "10"
    return replace(
        record,
        title=f"{_invented_title(chance)}.",
        authors=_invented_authors(chance),
        pages=f"{int(last[-6:]) + 1}-{int(last[-6:]) + 8}",
    )


def _same_place_other_year(record: Publication, chance: _Chance) -> Publication:
    """The same first page a year before, in the volume of that year."""
    year = int(record.published[:4] or "2000") - 1
    volume = re.sub(r"\d+", lambda number: str(int(number.group()) + 1), record.volume)
    return replace(
        record,
        title=f"{_invented_title(chance)}.",
        authors=_invented_authors(chance),
        published=str(year),
        volume=volume,
    )


def _abstract_elsewhere(record: Publication, chance: _Chance) -> Publication:
    """The same work under the same title by the same authors, as an abstract of another journal."""
    journal = chance.choice(_OTHER_JOURNALS)
    return replace(
        _elsewhere(record, chance),
        journal=journal,
        journal_abbreviation=journal,
        volume=str(chance.randint(3, 60)),
        issue="",
    )


def _protocol(record: Publication, chance: _Chance) -> Publication:
    """The protocol that came two years before, in another journal."""
    year = int(record.published[:4] or "2000") - 2
    return replace(
        _abstract_elsewhere(record, chance),
        title=f"{record.title.rstrip('.')}: study protocol.",
        published=str(year),
    )


_NEAR: tuple[Callable[[Publication, _Chance], Publication], ...] = (
    _reordered,
    _one_word,
    _one_word_next_page,
    _second_part,
    _without_a_word,
    _comment,
    _reply,
    _half,
    _next_page,
    _same_place_other_year,
    _abstract_elsewhere,
    _protocol,
)
