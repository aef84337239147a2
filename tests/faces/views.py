"""Made-up read models: what a desk might hand to the faces on a given noon, and a desk that remembers its moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.clock import MovedClock
from monitor.domain.articles import Freshness, ReferenceKind, Resolution, ReviewStatus
from monitor.domain.kinds import KIND_RULES, EventKind, Severity
from monitor.domain.read_models import (
    ArticleRow,
    ArticleView,
    CandidateLine,
    ClaimLine,
    ClaimView,
    Coverage,
    DiffLine,
    FindingView,
    FlipLine,
    ReferenceLine,
    ReferenceView,
    Report,
    ReviewView,
    Watched,
    Witness,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
YESTERDAY = NOON - timedelta(days=1)
CANDIDATE = CandidateLine(
    identifier="pubmed:40169165", title="Stem cell injections", year=2025, confidence=0.93, because="title", url=None
)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> [click](javascript:alert(3)) \x1b[31m\u202e{{ 7*7 }}"


def finding(identity: str, kind: EventKind, **changes: Any) -> FindingView:
    """An open finding of a kind, with one witness and one sentence."""
    values: dict[str, Any] = {
        "id": identity,
        "kind": kind,
        "severity": KIND_RULES[kind].severity,
        "record": "pubmed:999999001",
        "title": "Injected cells against sham in osteoarthritis of the knee: a made-up trial",
        "witnesses": (Witness(source="pubmed", seen_at=YESTERDAY, notice="pubmed:999999002"),),
        "references": (ReferenceLine(number=2, text="Made-up trial of injected cells. Journal of Examples, 2024."),),
        "claims": (
            ClaimLine(
                position=3, text="Pain was lower by about one point after six months.", markers=(2,), affected="yes"
            ),
        ),
        "because": "PubMed links this record by RetractionIn to J Examples. 2026 Nov 18;4(1):9",
        "suggested_action": KIND_RULES[kind].suggested_action,
        "relevance": 1.0,
        "happened_on": date(2026, 11, 18),
        "detected_at": YESTERDAY,
        "url": "https://pubmed.ncbi.nlm.nih.gov/999999001/",
        "diff": (),
        "status": "open",
    }
    return FindingView(**{**values, **changes})


RETRACTED = finding(
    "f-retracted",
    EventKind.RETRACTED,
    claims=(
        ClaimLine(position=3, text="Pain was lower by about one point after six months.", markers=(2,), affected="yes"),
        ClaimLine(
            position=4,
            text="Function improved in the same trials, with wide differences between them.",
            markers=(1, 2),
            affected="possibly",
        ),
    ),
)
SUPERSEDED = finding(
    "f-superseded",
    EventKind.SUPERSEDED,
    record="pubmed:40169165",
    happened_on=date(2025, 4, 2),
    title="Stem cell injections for osteoarthritis of the knee",
    url="https://pubmed.ncbi.nlm.nih.gov/40169165/",
    references=(ReferenceLine(number=None, text="a Cochrane review named in the text"),),
    claims=(
        ClaimLine(
            position=5, text="A Cochrane review found low certainty for pain and function.", markers=(), affected="yes"
        ),
    ),
    because="already so at import: PubMed links this record by UpdateIn to a newer version",
    new_since_start=True,
)
GUIDELINE = finding(
    "f-guideline",
    EventKind.GUIDELINE_UPDATED,
    record="guideline:va-dod/hip-knee-oa",
    url="https://example.org/oa",
    title="Non-surgical management of hip and knee osteoarthritis",
    happened_on=date(2026, 11, 12),
    witnesses=(Witness(source="guideline:va-dod", seen_at=YESTERDAY, notice="edition 2026"),),
    because="VA/DoD shows edition 2026",
    diff=(
        DiffLine(field="edition", before="2020", after="2026"),
        DiffLine(
            field="recommendations",
            before=["Weak against: injected stem cells for the knee", "Strong for: exercise"],
            after=["Strong against: injected stem cells for the knee", "Strong for: exercise"],
        ),
        DiffLine(
            field="statement",
            before="We suggest against injections in routine care.",
            after="We recommend against injections outside of a trial.",
        ),
    ),
)
ANSWERED = finding(
    "f-old",
    EventKind.CORRECTED,
    status="dismissed",
    decision="not_relevant",
    reason="The correction names an affiliation.",
)


def row(identity: str, freshness: Freshness, **changes: Any) -> ArticleRow:
    """An article of a freshness with its usual reason."""
    values: dict[str, Any] = {
        "id": identity,
        "title": "Stem Cell Therapy for Knee Osteoarthritis",
        "url": "https://example.org/knee",
        "last_updated": date(2025, 12, 3),
        "review_status": ReviewStatus.APPROVED,
        "freshness": freshness,
        "freshness_because": "all 4 references were checked in time and nothing is open",
        "stale_since": None,
        "severity": None,
        "findings": (),
        "watched": Watched(references=4, resolved=4, unresolved=0, oldest_check=NOON - timedelta(hours=6)),
    }
    return ArticleRow(**{**values, **changes})


KNEE = row(
    "knee",
    Freshness.STALE,
    review_status=ReviewStatus.UNDER_REVIEW,
    stale_since=YESTERDAY,
    severity=Severity.CRITICAL,
    freshness_because=RETRACTED.because,
    findings=(RETRACTED, SUPERSEDED, GUIDELINE, ANSWERED),
    watched=Watched(references=9, resolved=6, unresolved=3, oldest_check=NOON - timedelta(hours=6)),
)
HIP = row(
    "hip",
    Freshness.STALE,
    title="Exercise for hip pain",
    stale_since=NOON - timedelta(days=9),
    review_status=ReviewStatus.SUBMITTED,
    severity=Severity.MAJOR,
    freshness_because=GUIDELINE.because,
    findings=(
        finding(
            "f-hip",
            EventKind.GUIDELINE_UPDATED,
            record="guideline:va-dod/hip-knee-oa",
            url=None,
            references=(ReferenceLine(number=1, text="VA/DoD guideline, 2020"),),
        ),
    ),
)
VERTIGO = row(
    "vertigo",
    Freshness.UNVERIFIED,
    title="Vertigo in older people",
    url=None,
    last_updated=None,
    freshness_because="2 of 5 references not resolved; 1 references overdue for a check",
    watched=Watched(references=5, resolved=3, unresolved=2, oldest_check=None),
)
GOUT = row("gout", Freshness.FRESH, title="Gout flares")
COVERAGE = (
    Coverage(source="pubmed", last_success=NOON - timedelta(hours=6), data_version="Build-2026.11.20", status="ok"),
    Coverage(
        source="clinicaltrials",
        last_success=NOON - timedelta(days=3),
        data_version="2026-11-17",
        status="unreachable",
        failing_since=NOON - timedelta(days=2),
        reason="HTTP 503",
    ),
    Coverage(source="guideline:va-dod", last_success=None, data_version="", status="late"),
)
REVIEW = ReviewView(
    id=1,
    article_id="knee",
    status=ReviewStatus.UNDER_REVIEW,
    opened_at=YESTERDAY,
    deadline=NOON + timedelta(hours=9),
    severity=Severity.CRITICAL,
    started_at=NOON,
    started_by="Ada",
    snoozed_until=None,
    version=2,
    unseen=1,
)


def report(*rows: ArticleRow, coverage: tuple[Coverage, ...] = COVERAGE) -> Report:
    """The report of noon."""
    return Report(generated_at=NOON, as_of=NOON, coverage=coverage, articles=rows or (KNEE, HIP, VERTIGO, GOUT))


def reference(number: int | None, text: str, **changes: Any) -> ReferenceView:
    """A resolved and checked reference, unless told otherwise."""
    values: dict[str, Any] = {
        "number": number,
        "text": text,
        "kind": ReferenceKind.RESEARCH,
        "resolution": Resolution.RESOLVED,
        "because": "title and year agree",
        "confidence": 0.98,
        "identifiers": ("pubmed:999999001",),
        "candidates": (),
        "record_title": "Injected cells against sham",
        "last_check": NOON - timedelta(hours=6),
        "is_late": False,
        "listed": True,
        "named_in": (),
    }
    return ReferenceView(**{**values, **changes})


def claim(position: int, text: str, **changes: Any) -> ClaimView:
    """A sentence of the knee article."""
    return ClaimView(position=position, text=text, **{"headings": ("Research evidence",), "markers": (), **changes})


CLAIMS = (
    claim(1, "Stem cell injections are advised against by major guidelines.", headings=(), markers=(1,)),
    claim(2, "Preparations differ between providers.", headings=("Recommendations", "Why"), markers=(1,)),
    claim(3, "Pain was lower by about one point after six months.", markers=(2,), affected_by=("f-retracted",)),
    claim(
        4,
        "Function improved in the same trials, with wide differences between them.",
        markers=(1, 2),
        possibly_affected_by=("f-retracted",),
    ),
    claim(5, "A Cochrane review found low certainty for pain and function.", affected_by=("f-superseded",)),
    claim(6, "Serious harms are uncertain.", headings=("Safety",), markers=(2, 4)),
)
REFERENCES = (
    reference(
        1,
        "ACR guideline for osteoarthritis, 2019",
        kind=ReferenceKind.GUIDELINE,
        identifiers=("guideline:acr/oa-hand-hip-knee", "pubmed:31908163"),
        is_late=True,
    ),
    reference(2, "Made-up trial of injected cells. Journal of Examples, 2024."),
    reference(
        3,
        "In-house summary",
        kind=ReferenceKind.IN_HOUSE_SUMMARY,
        resolution=Resolution.UNRESOLVED,
        because="no published record was found",
        confidence=None,
        identifiers=(),
        record_title="",
        last_check=None,
    ),
    reference(
        None,
        "a Cochrane review named in the text",
        kind=ReferenceKind.SYSTEMATIC_REVIEW,
        listed=False,
        resolution=Resolution.AMBIGUOUS,
        identifiers=(),
        named_in=(5,),
        last_check=None,
        candidates=(CANDIDATE,),
    ),
)


def article(of: ArticleRow = KNEE, **changes: Any) -> ArticleView:
    """An article in full; the knee article unless another is given."""
    values: dict[str, Any] = {
        "row": of,
        "question": "Do stem cell injections help a painful knee?",
        "claims": CLAIMS,
        "references": REFERENCES,
        "missing_markers": (4, 5),
        "review": replace(REVIEW, article_id=of.id),
        "mentions": (
            {
                "claim_position": 5,
                "text": "a Cochrane review",
                "kind": "systematic_review",
                "organisation": "Cochrane",
                "year": 2025,
                "counts": {"trials": 25},
                "identifiers": ["pubmed:40169165"],
            },
        ),
        "flips": (
            FlipLine(at=YESTERDAY, field="freshness", before="fresh", after="stale", because=of.freshness_because),
        ),
    }
    return ArticleView(**{**values, **changes})


def clock() -> MovedClock:
    """A clock on that noon."""
    return MovedClock(NOON)
