"""From a study of the API v2 to a trial. ``derivedSection`` is never read: it moves with every load of the registry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.records import PrimaryOutcome, RetractedReference, Trial
from monitor.sources.clinicaltrials.sections import Section

READER = "clinicaltrials-2"

WATCHED_AS = "watchedAs"
"""Key that we add to a kept study which the registry holds under another number than the one that is watched."""

STATUSES = frozenset(
    {
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING",
        "RECRUITING",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "AVAILABLE",
        "NO_LONGER_AVAILABLE",
        "TEMPORARILY_NOT_AVAILABLE",
        "APPROVED_FOR_MARKETING",
        "WITHHELD",
        "UNKNOWN",
    }
)
DATE_TYPES = frozenset({"ACTUAL", "ESTIMATED"})
REFERENCE_TYPES = frozenset({"BACKGROUND", "RESULT", "DERIVED"})
"""The values of the registry's OpenAPI description, version 2.0.5."""

MISSING = "missing"
"""The value noted for what should be there and is not."""

_DATE = re.compile(r"\d{4}(-\d\d){0,2}")


DESIGN = "designModule"
"""A module that every study has, unless the registry withholds it: one without is noted, as it may be a new shape."""


class UnreadableStudy(ValueError):
    """This is no study: no object, no NCT number or no status. Nothing may be concluded from it.

    ``unknown`` is the (path, value) that no reader knows.
    """

    def __init__(self, message: str, *unknown: tuple[str, str]) -> None:
        super().__init__(message)
        self.unknown = unknown


def read_study(study: object) -> tuple[Trial, tuple[tuple[str, str], ...]]:
    """Read a study; also the (path, value) pairs it holds that this reader does not know.

    Missing modules leave fields empty. Raises :class:`UnreadableStudy` without an NCT number or an overall status.
    """
    if not isinstance(study, dict):
        raise UnreadableStudy(f"a study is an object, not {type(study).__name__}")
    root = Section(study, notes=[])
    protocol = root.section("protocolSection")
    trial = _identified(protocol.section("identificationModule"))
    trial = _with_status(trial, protocol.section("statusModule"))
    if trial.overall_status != "WITHHELD":
        protocol.expect(DESIGN, MISSING)
    trial = _with_design(trial, protocol)
    trial = replace(trial, has_results=root.holds("hasResults") or bool(study.get("resultsSection")))
    return _as_kept(trial, study.get(WATCHED_AS)), tuple(dict.fromkeys(root.notes))


def read_recording(body: bytes) -> Trial:
    """Read one kept or recorded study. Raises :class:`UnreadableStudy`."""
    try:
        study = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableStudy(f"this is no JSON: {error}") from None
    return read_study(study)[0]


def to_raw(study: dict[str, Any], watched: Identifier) -> bytes:
    """The bytes to keep of a study, from which :func:`read_recording` reads the trial under the watched number."""
    own = read_study(study)[0].identifier
    kept = study if own == watched else {**study, WATCHED_AS: watched.value}
    return json.dumps(kept, separators=(",", ":")).encode("ascii")


def _identified(section: Section) -> Trial:
    written = section.text("nctId")
    try:
        identifier = Identifier.of(Scheme.NCT, written)
    except InvalidIdentifier:
        raise UnreadableStudy(
            f"a study needs its NCT number, not {written!r}", (f"{section.path}.nctId", written or MISSING)
        ) from None
    return Trial(
        identifier=identifier,
        aliases=section.texts("nctIdAliases"),
        title=section.text("briefTitle"),
        official_title=section.text("officialTitle"),
    )


def _with_status(trial: Trial, section: Section) -> Trial:
    status = section.word("overallStatus", STATUSES)
    if not status:
        raise UnreadableStudy(
            f"{trial.identifier} comes without its overall status", (f"{section.path}.overallStatus", MISSING)
        )
    return replace(
        trial,
        overall_status=status,
        last_known_status=section.word("lastKnownStatus", STATUSES),
        why_stopped=section.text("whyStopped"),
        started=_date(section, "startDateStruct"),
        start_type=_type(section, "startDateStruct"),
        primary_completion=_date(section, "primaryCompletionDateStruct"),
        primary_completion_type=_type(section, "primaryCompletionDateStruct"),
        completion=_date(section, "completionDateStruct"),
        completion_type=_type(section, "completionDateStruct"),
        first_posted=_date(section, "studyFirstPostDateStruct"),
        results_posted=_date(section, "resultsFirstPostDateStruct"),
        last_update_posted=_date(section, "lastUpdatePostDateStruct"),
    )


def _with_design(trial: Trial, protocol: Section) -> Trial:
    enrolment = protocol.section(DESIGN).section("enrollmentInfo")
    outcomes = protocol.section("outcomesModule").sections("primaryOutcomes")
    references = tuple(protocol.section("referencesModule").sections("references"))
    results = [item.text("pmid") for item in references if item.word("type", REFERENCE_TYPES) == "RESULT"]
    return replace(
        trial,
        enrolment=enrolment.number("count"),
        enrolment_type=enrolment.word("type", DATE_TYPES),
        conditions=protocol.section("conditionsModule").texts("conditions"),
        interventions=tuple(
            filter(None, map(_intervention, protocol.section("armsInterventionsModule").sections("interventions")))
        ),
        outcomes=tuple(outcome for outcome in map(_outcome, outcomes) if outcome.measure),
        result_pmids=tuple(dict.fromkeys(pmid for pmid in results if pmid)),
        retractions=tuple(dict.fromkeys(retracted for item in references for retracted in _retractions(item))),
    )


def _date(section: Section, name: str) -> str:
    """A registry date: a year, a month or a day, as ISO text."""
    struct = section.section(name)
    text = struct.text("date")
    if text and not _DATE.fullmatch(text):
        struct.notes.append((f"statusModule.{name}.date", text[:80]))
        return ""
    return text


def _type(section: Section, name: str) -> str:
    """Whether a date has come or is only expected."""
    return section.section(name).word("type", DATE_TYPES)


def _outcome(section: Section) -> PrimaryOutcome:
    return PrimaryOutcome(measure=section.text("measure"), time_frame=section.text("timeFrame"))


def _retractions(reference: Section) -> Iterator[RetractedReference]:
    """The notices that retract a reference; one without PMID names nothing that could be watched."""
    if not (pmid := reference.text("pmid")):
        return
    for notice in reference.sections("retractions"):
        yield RetractedReference(
            pmid=pmid, relation=reference.text("type"), notice=notice.text("pmid"), source=notice.text("source")
        )


def _intervention(section: Section) -> str:
    kind, name = section.text("type").replace("_", " ").capitalize(), section.text("name")
    return f"{kind}: {name}" if kind and name else name


def _as_kept(trial: Trial, watched_as: object) -> Trial:
    if not isinstance(watched_as, str) or watched_as == trial.identifier.value:
        return trial
    try:
        return as_watched(trial, Identifier.of(Scheme.NCT, watched_as))
    except InvalidIdentifier:
        return trial


def as_watched(trial: Trial, watched: Identifier) -> Trial:
    """The trial under the number by which it is watched; the registry's own number joins the aliases."""
    if trial.identifier == watched:
        return trial
    others = (trial.identifier.value, *trial.aliases)
    return replace(
        trial, identifier=watched, aliases=tuple(dict.fromkeys(number for number in others if number != watched.value))
    )
