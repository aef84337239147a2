"""The reference list and the evidence named in the prose, put together: each thing once, none dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.domain.articles import Claim, Mention, Reference, ReferenceKind
from monitor.intake.prose.organisations import is_named_in, same_organisation

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_UNSPECIFIC = frozenset({ReferenceKind.RESEARCH, ReferenceKind.OTHER})


def joined(
    references: Sequence[Reference], mentions: Sequence[Mention], claims: Sequence[Claim]
) -> tuple[Reference, ...]:
    """All references: listed entries, told where the prose names them, then what only the prose names, once each."""
    markers = {claim.position: claim.markers for claim in claims}
    listed, named = list(references), list[Reference]()
    for mention in mentions:
        at = _entry_meant(mention, listed, markers.get(mention.claim_position, ()))
        if at is not None:
            listed[at] = _named(listed[at], mention)
            continue
        known = next((at for at, reference in enumerate(named) if _is_same(mention, reference)), None)
        if known is None:
            named.append(_reference(mention))
        else:
            named[known] = _named(named[known], mention)
    return (*listed, *named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """How a listed entry fits a mention; the better one sorts first."""

    shares_marker: bool
    names_body: bool
    same_year: bool

    @property
    def is_meant(self) -> bool:
        """The body must be named, or else the sentence cite the entry and the year agree."""
        return self.names_body or (self.shares_marker and self.same_year)

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        return self.shares_marker, self.names_body, self.same_year


def _entry_meant(mention: Mention, listed: Sequence[Reference], markers: Sequence[int]) -> int | None:
    """The listed entry a mention means, or None. In-house summaries are never what the prose names."""
    fits = [
        (fit.rank, -at)
        for at, entry in enumerate(listed)
        if (fit := _fit(mention, entry, markers)) is not None and fit.is_meant
    ]
    return -max(fits)[1] if fits else None


def _fit(mention: Mention, entry: Reference, markers: Sequence[int]) -> _Fit | None:
    if set(mention.identifiers) & set(entry.identifiers):
        return _Fit(shares_marker=True, names_body=True, same_year=True)
    if mention.identifiers or entry.kind is ReferenceKind.IN_HOUSE_SUMMARY:
        return None
    shares = entry.number is not None and entry.number in markers
    if entry.kind is not mention.kind and not (shares and entry.kind in _UNSPECIFIC):
        return None
    years = {int(year) for year in _YEAR.findall(entry.text)} | ({entry.year} if entry.year else set())
    if mention.year is not None and years and mention.year not in years:
        return None
    named = _names(entry, mention)
    if mention.organisation and entry.organisation and not named:
        return None
    return _Fit(shares_marker=shares, names_body=named, same_year=mention.year in years)


def _names(entry: Reference, mention: Mention) -> bool:
    """Whether an entry's words hold the body or, for a trial, the name by which the prose calls it."""
    if mention.kind is not ReferenceKind.TRIAL:
        return is_named_in(mention.organisation, f"{entry.text} {entry.source} {entry.organisation}")
    name = re.sub(r"\s+(?:trial|study)$", "", mention.text, flags=re.I)
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", entry.text, re.I) is not None


def _is_same(mention: Mention, reference: Reference) -> bool:
    if mention.identifiers or reference.identifiers:
        return mention.identifiers == reference.identifiers
    if mention.kind is not reference.kind or mention.year != reference.year:
        return False
    if mention.organisation or reference.organisation:
        return same_organisation(mention.organisation, reference.organisation)
    return mention.kind is not ReferenceKind.TRIAL or mention.text.casefold() == reference.text.casefold()


def _named(reference: Reference, mention: Mention) -> Reference:
    return replace(reference, named_in=tuple(dict.fromkeys((*reference.named_in, mention.claim_position))))


def _reference(mention: Mention) -> Reference:
    return Reference(
        text=mention.text,
        kind=mention.kind,
        year=mention.year,
        organisation=mention.organisation,
        listed=False,
        named_in=(mention.claim_position,),
        identifiers=mention.identifiers,
    )
