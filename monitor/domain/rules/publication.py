"""What a PubMed record shows about itself, and what a notice shows about the paper it names.

NLM links both ways (https://www.nlm.nih.gov/bsd/policy/errata.html): ``…In`` stands on the affected article,
``…Of``/``…For``/``…From`` on the notice. A notice is never itself retracted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from monitor.domain.identifiers import Identifier, InvalidIdentifier, pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.records import Link, Publication
from monitor.domain.rules.errata import Extent, reach_of
from monitor.domain.signals import UNNAMED, Signal, date_in_citation

SHOWN_ON_THE_ARTICLE: dict[str, EventKind] = {
    "RetractionIn": EventKind.RETRACTED,
    "PartialRetractionIn": EventKind.PARTIALLY_RETRACTED,
    "ExpressionOfConcernIn": EventKind.CONCERN_RAISED,
    "ErratumIn": EventKind.CORRECTED,
    "CorrectedandRepublishedIn": EventKind.REPUBLISHED,
    "RetractedandRepublishedIn": EventKind.REPUBLISHED,
    "UpdateIn": EventKind.SUPERSEDED,
}
"""RefType on the cited article's own record → kind."""

SHOWN_ON_THE_NOTICE: dict[str, EventKind] = {
    "RetractionOf": EventKind.RETRACTED,
    "PartialRetractionOf": EventKind.PARTIALLY_RETRACTED,
    "ExpressionOfConcernFor": EventKind.CONCERN_RAISED,
    "ErratumFor": EventKind.CORRECTED,
    "CorrectedandRepublishedFrom": EventKind.REPUBLISHED,
    "RetractedandRepublishedFrom": EventKind.REPUBLISHED,
    "UpdateOf": EventKind.SUPERSEDED,
}
"""RefType on a notice or a newer version → kind for the record it names. It often comes before the back link."""

IN_WORDS: dict[str, str] = {
    "RetractionIn": "a retraction notice",
    "PartialRetractionIn": "a partial retraction",
    "ExpressionOfConcernIn": "an expression of concern",
    "ErratumIn": "a correction",
    "CorrectedandRepublishedIn": "a corrected version, published again",
    "RetractedandRepublishedIn": "a version published again after its retraction",
    "UpdateIn": "a newer version",
    "RetractionOf": "a retraction",
    "PartialRetractionOf": "a partial retraction",
    "ExpressionOfConcernFor": "an expression of concern",
    "ErratumFor": "a correction",
    "CorrectedandRepublishedFrom": "the corrected version",
    "RetractedandRepublishedFrom": "the version after the retraction",
    "UpdateOf": "a newer version",
}
"""RefType → what it says, for people; NLM's own word stands beside it."""

SHOWN_BY_TYPE: dict[str, EventKind] = {
    "D016441": EventKind.RETRACTED,
    "retracted publication": EventKind.RETRACTED,
}
"""Publication type by UI, or by folded name where the UI is empty (records with status Publisher) → kind."""

SHOWN_BY_TITLE: tuple[tuple[re.Pattern[str], EventKind], ...] = (
    (re.compile(r"^\W*RETRACTED(?:\s+(?:ARTICLE|CHAPTER|PAPER))?\s*[:\]]", re.I), EventKind.RETRACTED),
    (
        re.compile(r"^\W*(?:WITHDRAWN|(?:TEMPORARY\s+)?REMOVAL|REMOVED)(?:\s+ARTICLE)?\s*[:\]]"),
        EventKind.PUBLICATION_WITHDRAWN,
    ),
)
"""Title prefix → kind. "Withdrawn:" may begin a sentence, so that only capitals are a mark."""

REPLACED_IN_PLACE = re.compile(
    r"^\W*(?:NOTICE\s+OF\s+)?RETRACTION(?:\s+(?:NOTICE|NOTE))?(?:\s*:|\s+(?:OF|TO)\b|\W*$)", re.I
)
"""A paper's title may turn into that of its notice: a publisher may replace the record in place (NLM's errata page)."""

CRITICAL_LINKS = frozenset({"RetractedandRepublishedIn", "RetractedandRepublishedFrom"})
"""The version that is cited was retracted, although there is another."""

PREPRINT_SERVERS = re.compile(
    r"(?:^|\.\s)(?:medRxiv|bioRxiv|arXiv|Res(?:earch)? Sq(?:uare)?|ChemRxiv|PsyArXiv|SSRN)\b", re.I
)
"""Where a preprint is cited from: a link says nothing else of what it leads to."""

NAMED_AFTER_ANOTHER = frozenset({"D016420", "comment", "D016422", "letter", "D000078325", "clinical trial protocol"})
"""Publication types, by UI or folded name, of records that often bear the very title of another one."""

LEADS_TO_NAMESAKES = frozenset(
    {*SHOWN_ON_THE_NOTICE, "UpdateIn", "CommentOn", "RepublishedIn", "RepublishedFrom", "ReprintIn", "ReprintOf"}
    | {"CorrectedandRepublishedIn", "RetractedandRepublishedIn", "OriginalReportIn", "SummaryForPatientsIn"}
)
"""RefTypes of links between records that often bear the same title."""

NOTICE_TYPES = frozenset(
    {
        "D016440",
        "retraction of publication",
        "retraction notice",
        "D016425",
        "published erratum",
        "D000075742",
        "expression of concern",
    }
)
"""Publication types of notices, by UI or folded name: they tell of another record."""

PREPRINT_TYPES = frozenset({"D000076942", "preprint"})
COCHRANE = "Cochrane Database Syst Rev"


def standing(record: Publication) -> Iterator[Signal]:
    """Everything a record shows about itself and about the records it names."""
    for link in record.links:
        if link.ref_type in SHOWN_ON_THE_ARTICLE:
            yield _on_article(record, link)
        elif link.ref_type in SHOWN_ON_THE_NOTICE and link.pmid:
            yield from _on_notice(record, link)
    if not is_notice(record):
        yield from _marks(record)


def passing(before: Publication, after: Publication) -> Iterator[Signal]:
    """What only the step from one version to the next shows."""
    if after.version > before.version and (before.title, before.abstract) != (after.title, after.abstract):
        yield Signal(
            record=after.identifier,
            kind=EventKind.SUPERSEDED,
            shown_by=f"version {after.version}",
            standing=False,
            because=f"PubMed holds version {after.version} of it, with other words than version {before.version}",
        )
    if is_notice(after) or REPLACED_IN_PLACE.match(before.title) or not REPLACED_IN_PLACE.match(after.title):
        return
    yield Signal(
        record=after.identifier,
        kind=EventKind.RETRACTED,
        shown_by=UNNAMED,
        standing=False,
        because=f"its title was “{before.title}” and now is “{after.title}”: the record was replaced in place",
    )


def is_notice(record: Publication) -> bool:
    """Whether the record tells of another one; then a word like "retracted" in it is not about itself."""
    return bool(_types(record) & NOTICE_TYPES) or any(link.ref_type == "RetractionOf" for link in record.links)


def _on_article(record: Publication, link: Link) -> Signal:
    kind = SHOWN_ON_THE_ARTICLE[link.ref_type]
    if kind is EventKind.SUPERSEDED and is_preprint(record):
        kind = EventKind.PREPRINT_PUBLISHED
    return Signal(
        record=record.identifier,
        kind=kind,
        shown_by=_shown_by(link),
        severity=Severity.CRITICAL if link.ref_type in CRITICAL_LINKS else None,
        because=_said_on_article(link),
        happened_on=date_in_citation(link.source),
        citation=" ".join(link.source.split()),
    )


def _said_on_article(link: Link) -> str:
    what = IN_WORDS.get(link.ref_type, "another record")
    return f"PubMed links it to {what} ({link.ref_type}): {link.source.strip(' :;') or f'PMID {link.pmid}'}"


def _said_on_notice(notice: Publication, link: Link) -> str:
    what = IN_WORDS.get(link.ref_type, "another record")
    return f"PubMed calls PMID {notice.pmid} {what} of it ({link.ref_type}): “{notice.title}”"


def _on_notice(notice: Publication, link: Link) -> Iterator[Signal]:
    try:
        named = pubmed(link.pmid or "")
    except InvalidIdentifier:
        return
    if named == notice.identifier:
        return
    kind = SHOWN_ON_THE_NOTICE[link.ref_type]
    if kind is EventKind.SUPERSEDED and PREPRINT_SERVERS.search(link.source):
        kind = EventKind.PREPRINT_PUBLISHED
    severity, because = None, _said_on_notice(notice, link)
    if link.looked_up:
        because += f" ({link.note or 'without its PMID: it was found by the citation or title that is given'})"
    if kind is EventKind.CORRECTED:
        reach = reach_of(notice)
        severity = Severity.MINOR if reach.extent is Extent.FORMAL else None
        because += f"; {reach.words}"
    if link.ref_type in CRITICAL_LINKS:
        severity = Severity.CRITICAL
    yield Signal(
        record=named,
        kind=kind,
        shown_by=str(notice.identifier),
        because=because,
        happened_on=_published_on(notice),
        severity=severity,
        standing=not link.looked_up,
    )


def _marks(record: Publication) -> Iterator[Signal]:
    for kind in {SHOWN_BY_TYPE[word] for word in _types(record) if word in SHOWN_BY_TYPE}:
        yield _mark(record, kind, "PubMed gives it the publication type Retracted Publication")
    for pattern, kind in SHOWN_BY_TITLE:
        if pattern.match(record.title):
            yield _mark(record, kind, f"its title now begins “{record.title.partition(':')[0]}:”")
    for entry in record.history:
        if entry.status == "retracted":
            yield _mark(record, EventKind.RETRACTED, "the publisher gave PubMed a retraction date", entry.day)


def _mark(record: Publication, kind: EventKind, because: str, happened_on: date | None = None) -> Signal:
    outdated = kind is EventKind.PUBLICATION_WITHDRAWN and record.journal_abbreviation == COCHRANE
    return Signal(
        record=record.identifier,
        kind=kind,
        shown_by=UNNAMED,
        because=because,
        happened_on=happened_on,
        severity=Severity.MAJOR if outdated else None,
    )


def has_namesakes(record: Publication) -> bool:
    """Whether another record may bear its title: the paper beside its preprint, notice, comment or other version."""
    kinds = NOTICE_TYPES | PREPRINT_TYPES | NAMED_AFTER_ANOTHER
    return (
        is_preprint(record)
        or bool(_types(record) & kinds)
        or any(link.ref_type in LEADS_TO_NAMESAKES for link in record.links)
    )


def is_preprint(record: Publication) -> bool:
    """Whether the record is a preprint by its publication type or by where it stands."""
    return bool(_types(record) & PREPRINT_TYPES) or bool(PREPRINT_SERVERS.match(record.journal_abbreviation))


def _types(record: Publication) -> set[str]:
    return {word for kind in record.publication_types for word in (kind.ui, kind.name.casefold()) if word}


def _shown_by(link: Link) -> str:
    if link.pmid:
        return str(Identifier.parse(f"pubmed:{link.pmid}"))
    return " ".join(link.source.split()) or UNNAMED


def _published_on(notice: Publication) -> date | None:
    """The earliest full date the notice states for itself; a bare year would say more than is known."""
    known = [entry.day for entry in notice.history if entry.status in {"entrez", "pubmed", "epublish"}]
    for text in (notice.published_electronically, notice.published):
        try:
            known.append(date.fromisoformat(text))
        except ValueError:
            continue
    return min(known, default=None)
