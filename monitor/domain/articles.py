"""An article page as intake reads it: claims with their markers, references, and evidence named in the prose."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.domain.identifiers import Identifier


class ReviewStatus(StrEnum):
    """Where an article stands in the editorial workflow."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"


class Freshness(StrEnum):
    """``fresh`` is earned: every watched reference was checked in time and nothing is open."""

    FRESH = "fresh"
    STALE = "stale"
    UNVERIFIED = "unverified"


class ReferenceKind(StrEnum):
    """What sort of evidence a reference is, as far as the page tells."""

    GUIDELINE = "guideline"
    SYSTEMATIC_REVIEW = "systematic_review"
    TRIAL = "trial"
    RESEARCH = "research"
    IN_HOUSE_SUMMARY = "in_house_summary"
    OTHER = "other"


class Resolution(StrEnum):
    """How far a reference is understood. Only ``resolved`` references are watched."""

    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    UNRESOLVED = "unresolved"
    UNWATCHABLE = "unwatchable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence or bullet with the headings above it, as written; ``markers`` are its citation numbers in order."""

    position: int
    text: str
    headings: tuple[str, ...] = ()
    markers: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Content identity: the same words under the same heading are the same claim, wherever they stand."""
        words = " ".join((*self.headings[-1:], self.text)).casefold().split()
        return hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Evidence named in the prose of one claim. ``counts`` are figures by unit, e.g. ``{"trials": 25}``.

    ``figures`` are its effect sizes, heterogeneity and the like: what each is of, and how it is written.
    """

    claim_position: int
    text: str
    kind: ReferenceKind
    organisation: str = ""
    year: int | None = None
    counts: tuple[tuple[str, int], ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing the article rests on: a reference-list entry (``number`` set when aligned to a marker), or evidence
    named in the prose (``number`` None, ``named_in`` the positions of the claims naming it)."""

    text: str
    kind: ReferenceKind = ReferenceKind.OTHER
    number: int | None = None
    title: str = ""
    source: str = ""
    year: int | None = None
    organisation: str = ""
    listed: bool = True
    named_in: tuple[int, ...] = ()
    identifiers: tuple[Identifier, ...] = ()

    @property
    def key(self) -> str:
        """Content identity: the words of the entry, whatever its number."""
        words = self.text.casefold().split()
        return hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedArticle:
    """What intake reads from one page. ``missing_markers`` are cited numbers for which the list has no entry."""

    title: str
    text: str
    question: str = ""
    url: str | None = None
    last_updated: date | None = None
    review_status: ReviewStatus | None = None
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
    mentions: tuple[Mention, ...] = ()
    missing_markers: tuple[int, ...] = ()
    uncited_numbers: tuple[int, ...] = ()
