"""What the prose cites by author and year and the list lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.domain.articles import Claim, Reference, ReferenceKind
from monitor.intake.prose.author_year import Works, boxes

_MONTHS = re.compile(
    r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\w*|since|until|version|edition|table|figure|study|trial",
    re.I,
)
_ABSENT = re.compile(
    r"(?:(?:see|e\.g\.,?|cf\.|vgl\.|siehe)\s)?(?P<words>(?P<name>[^\W\d_a-zß-ÿ][\w’'‐-]+)"
    r"(?:\s(?:et\sal\.?|u\.\s?a\.)|(?:,?\s(?:&|and|und|y|et)\s|,\s)[^\W\d_a-zß-ÿ][\w’'‐-]+){0,4}(?P<comma>,)?\s(?P<year>(?:19|20)\d\d)[a-z]?)"
)
_NARRATED = re.compile(r"(?P<words>(?P<name>[^\W\d_a-zß-ÿ][\w’'‐-]+)\set\sal\.?\s\((?P<year>(?:19|20)\d\d)[a-z]?\))")
_LONGEST = 20_000


def absent_from(claims: Iterable[Claim], works: Works) -> tuple[Reference, ...]:
    """What claims cite by author and year and the list lacks, once each: named in the prose, without a number."""
    found: dict[str, list[int]] = {}
    years: dict[str, int] = {}
    for claim in claims:
        cited = {place.end for place in works.cited_in(claim.text)}
        for match in _absent_in(claim.text):
            if not any(match.start("words") < end <= match.end() for end in cited):
                words = match["words"].replace(" (", ", ").rstrip(")")
                found.setdefault(words, []).append(claim.position)
                years[words] = int(match["year"])
    return tuple(
        Reference(
            text=words,
            kind=ReferenceKind.RESEARCH,
            year=years[words],
            listed=False,
            named_in=tuple(dict.fromkeys(positions)),
        )
        for words, positions in found.items()
    )


def _absent_in(text: str) -> Iterator[re.Match[str]]:
    yield from _NARRATED.finditer(text[:_LONGEST])
    for begin, _, inside in boxes(text):
        at = begin + 1
        for part in re.split("([;；])", inside):
            match = _ABSENT.match(text, at + len(part) - len(part.lstrip()), at + len(part))
            is_citation = match is not None and (
                match["comma"] or " " in match["words"].removesuffix(match["year"]).strip()
            )
            if match is not None and is_citation and not _MONTHS.fullmatch(match["name"]):
                yield match
            at += len(part)
