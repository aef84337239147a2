"""Evidence named in the prose: who issued it, when, what kind it is, and the figures given of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.domain.articles import Claim, Mention, ReferenceKind
from monitor.domain.figures import FigureKind, figures_in
from monitor.domain.identifiers import Identifier, Scheme, find_identifiers
from monitor.intake.prose.mentions_abroad import mentions_abroad
from monitor.intake.prose.organisations import NAME, trimmed

_KINDS = (
    (
        ReferenceKind.SYSTEMATIC_REVIEW,
        r"(?:(?:network|umbrella|living|updated|published|recent|large|individual participant data)\s+){0,2}"
        r"(?:systematic\s+(?:literature\s+)?reviews?(?:\s+and\s+(?:network\s+)?meta-?analys[ie]s)?|meta-?analys[ie]s|reviews?(?<=Cochrane\sreview)"
        r"|reviews?(?<=Cochrane\sreviews))",
    ),
    (
        ReferenceKind.GUIDELINE,
        r"(?:(?:clinical|practice|evidence-based|joint|updated|treatment|management|consensus|interim)\s+){0,3}"
        r"(?:guidelines?|guidance|recommendation\s+statements?|(?:consensus|position|policy|scientific)\s+statements?"
        r"|practice\s+(?:parameters?|advisory)|standards\s+of\s+care)",
    ),
    (
        ReferenceKind.TRIAL,
        r"(?:(?:pivotal|landmark|phase\s+(?:\d|I{1,3}|IV)[ab]?|multicent(?:er|re)|double-blind|placebo-controlled|open-label)\s+){0,3}"
        r"(?:randomi[sz]ed\s+(?:controlled\s+|clinical\s+)?(?:trial|study)|trial|study|RCT)\b",
    ),
)
_YEAR = r"(?:19|20)\d\d"
_BEFORE = tuple(
    (
        kind,
        re.compile(
            rf"(?P<lead>(?<![\w/])(?P<year>{_YEAR})\s+)?(?P<name>{NAME}(?:\s\d{{1,2}}(?!\d))?\s+)?(?:\([A-Z][\w/-]{{1,14}}\)\s+)?"
            rf"(?P<mid>(?<![\w/])(?P<midyear>{_YEAR})\s+)?(?P<kind>(?i:{words}))(?:\s*(?:\(|,\s|from\s|of\s|in\s)(?P<late>{_YEAR})\b\)?)?"
        ),
    )
    for kind, words in _KINDS
)
_AFTER = tuple(
    (
        kind,
        re.compile(
            rf"(?:(?<![\w/])(?P<year>{_YEAR})\s+)?(?P<kind>(?i:{words}))\s+(?:(?:issued|published|released|developed)\s+)?(?:from|by)\s+"
            rf"(?:the\s+)?(?P<name>{NAME})(?:(?:\s*\(|,\s|\sin\s|\s)(?P<late>{_YEAR})\b\)?)?"
        ),
    )
    for kind, words in _KINDS[:2]
)
_TRIAL_NAME = re.compile(r"[A-Z][A-Z0-9]{2,}(?:[- ]?[A-Z0-9]+)*")
_NO_TRIAL = frozenset({"RCT", "RCTS", "FDA", "MRI", "DNA", "RNA", "NSAID", "GRADE", "THE", "USA", "COVID"})
_LONGEST = 3000  # No sentence is longer; the rest of a run of names is not worth the time.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    start: int
    end: int
    mention: Mention


def mentions_in(claims: Iterable[Claim], linked: Mapping[int, Sequence[str]] | None = None) -> tuple[Mention, ...]:
    """Everything the claims name as evidence: by body or year, by a trial's name, by an identifier, or by a link.

    "The guidelines" without a body or a year names nothing that could be looked up, and is no mention. ``linked`` are
    the addresses that a claim's words lead to, by its position.
    """
    addresses = linked or {}
    mentions: list[Mention] = []
    for claim in claims:
        named = [found.mention for found in _with_figures(_distinct(claim), claim.text)]
        mentions.extend((*named, *_linked(claim, addresses.get(claim.position, ()), named)))
    return tuple(mentions)


def _linked(claim: Claim, addresses: Sequence[str], named: Sequence[Mention]) -> Iterable[Mention]:
    """What a claim's links lead to and its words do not name."""
    known = {identifier for mention in named for identifier in mention.identifiers}
    for identifier in dict.fromkeys(found for address in addresses for found in find_identifiers(address)):
        if identifier not in known:
            yield Mention(
                claim_position=claim.position,
                text=identifier.value,
                kind=_kind(identifier),
                identifiers=(identifier,),
            )


def _distinct(claim: Claim) -> list[_Found]:
    """The mentions of one claim in order of appearance; of overlapping ones the longer."""
    abroad = (_Found(start=start, end=end, mention=mention) for start, end, mention in mentions_abroad(claim))
    found = [*_patterns(claim), *_identified(claim), *abroad]
    kept: list[_Found] = []
    for one in sorted(found, key=lambda item: (item.start - item.end, item.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda item: item.start)


def _patterns(claim: Claim) -> Iterable[_Found]:
    for kind, pattern in (*_BEFORE, *_AFTER):
        for match in pattern.finditer(claim.text[:_LONGEST]):
            if found := _mention(claim, kind, match):
                yield found


def _mention(claim: Claim, kind: ReferenceKind, match: re.Match[str]) -> _Found | None:
    groups = match.groupdict()
    written = groups.get("year") or groups.get("midyear") or groups.get("late")
    name = trimmed(groups["name"] or "", dated=written is not None)
    if kind is ReferenceKind.TRIAL:
        name = _trial_name(groups["name"] or "")
        if not name and (written is None or "random" not in groups["kind"].lower()):
            return None
    elif kind is ReferenceKind.SYSTEMATIC_REVIEW and "Cochrane" in name:
        name = "Cochrane"
    if not name and written is None:
        return None
    start = _start(match, name)
    text = claim.text[start : match.end()].strip(" ,(")
    return _Found(
        start=start,
        end=match.end(),
        mention=Mention(
            claim_position=claim.position,
            text=text,
            kind=kind,
            organisation="" if kind is ReferenceKind.TRIAL else name,
            year=int(written) if written else None,
        ),
    )


def _start(match: re.Match[str], name: str) -> int:
    """Where the mention's own words begin: at a leading year, else at the name, without the sentence's words before."""
    if match.groupdict().get("year"):
        return match.start("year")
    if name and match.start("name") < match.start("kind"):
        return match.string.index(name, match.start("name")) if name in match.group("name") else match.start("name")
    return match.start("midyear") if match.groupdict().get("midyear") else match.start("kind")


def _trial_name(name: str) -> str:
    """A trial's short name in capitals, such as ``STEP 9``; names of bodies and methods are none."""
    found = [match.group() for match in _TRIAL_NAME.finditer(name) if match.group().split()[0] not in _NO_TRIAL]
    return found[-1] if found and name.strip().endswith(found[-1]) else ""


def _identified(claim: Claim) -> Iterable[_Found]:
    """Identifiers written in the prose."""
    for identifier in find_identifiers(claim.text[:_LONGEST]):
        at = claim.text.casefold().find(identifier.value.casefold())
        if at >= 0:
            yield _Found(
                start=at,
                end=at + len(identifier.value),
                mention=Mention(
                    claim_position=claim.position,
                    text=claim.text[at : at + len(identifier.value)],
                    kind=_kind(identifier),
                    identifiers=(identifier,),
                ),
            )


def _kind(identifier: Identifier) -> ReferenceKind:
    return ReferenceKind.TRIAL if identifier.scheme is Scheme.NCT else ReferenceKind.RESEARCH


def _with_figures(found: list[_Found], text: str) -> list[_Found]:
    """Figures belong to the mention before them in the sentence."""
    told = []
    for at, one in enumerate(found):
        until = found[at + 1].start if at + 1 < len(found) else len(text)
        figures = figures_in(text[one.end : until])
        counts: dict[str, int] = {}
        for figure in figures:
            if figure.kind is FigureKind.COUNT:
                counts.setdefault(figure.unit, int(figure.value))
        others = tuple((item.name, item.written) for item in figures if item.kind is not FigureKind.COUNT)
        counted = tuple(counts.items()) or one.mention.counts
        told.append(replace(one, mention=replace(one.mention, counts=counted, figures=others)))
    return told
