"""From a study of the API v2 to a trial. ``derivedSection`` is never read: it moves with every load of the registry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.records import Trial
from monitor.domain.topics.topic import OVERALL_STATUSES
from monitor.reading.sections import Section

READER = "clinicaltrials-2"

OUTCOMES_AT_START = "outcomesAtStart"
"""Key that we add to a kept study: its primary outcomes in the version that stood when it began."""

WATCHED_AS = "watchedAs"
"""Key that we add to a kept study which the registry holds under another number than the one that is watched."""

DATE_TYPES = frozenset({"ACTUAL", "ESTIMATED"})
REFERENCE_TYPES = frozenset({"BACKGROUND", "RESULT", "DERIVED"})
"""The values of the registry's OpenAPI description, version 2.0.5; its overall statuses are words of the domain."""

_DATE = re.compile(r"\d{4}(-\d\d){0,2}")


class UnreadableStudy(ValueError):
    """This is no study: no object, no NCT number or no status. Nothing may be concluded from it."""


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
    trial = _with_design(trial, protocol)
    trial = replace(trial, has_results=root.holds("hasResults") or bool(study.get("resultsSection")))
    trial = replace(trial, outcomes_at_start=_kept_texts(study.get(OUTCOMES_AT_START)))
    return _as_kept(trial, study.get(WATCHED_AS)), tuple(dict.fromkeys(root.notes))


def names_of(study: object) -> frozenset[str]:
    """The numbers of a study, its own and its aliases; none where it has no number that can be read."""
    root = Section(study if isinstance(study, dict) else {}, notes=[])
    section = root.section("protocolSection").section("identificationModule")
    return frozenset(number.upper() for number in (section.text("nctId"), *section.texts("nctIdAliases")) if number)


def is_marked(study: object) -> bool:
    """Whether the registry says something by itself, without an update of the sponsor's: a status, or a retraction."""
    protocol = Section(study if isinstance(study, dict) else {}, notes=[]).section("protocolSection")
    references = protocol.section("referencesModule").sections("references")
    by_itself = protocol.section("statusModule").text("overallStatus") == "UNKNOWN"
    return by_itself or any(True for item in references for _ in item.sections("retractions"))


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
        raise UnreadableStudy(f"a study needs its NCT number, not {written!r}") from None
    return Trial(
        identifier=identifier,
        aliases=section.texts("nctIdAliases"),
        title=section.text("briefTitle"),
        official_title=section.text("officialTitle"),
    )


def _with_status(trial: Trial, section: Section) -> Trial:
    status = section.word("overallStatus", OVERALL_STATUSES)
    if not status:
        raise UnreadableStudy(f"{trial.identifier} comes without its overall status")
    return replace(
        trial,
        overall_status=status,
        last_known_status=section.word("lastKnownStatus", OVERALL_STATUSES),
        why_stopped=section.text("whyStopped"),
        started=_date(section, "startDateStruct"),
        primary_completion=_date(section, "primaryCompletionDateStruct"),
        completion=_date(section, "completionDateStruct"),
        results_posted=_date(section, "resultsFirstPostDateStruct"),
        first_posted=_date(section, "studyFirstPostDateStruct"),
        last_update_posted=_date(section, "lastUpdatePostDateStruct"),
    )


def _with_design(trial: Trial, protocol: Section) -> Trial:
    enrolment = protocol.section("designModule").section("enrollmentInfo")
    outcomes = protocol.section("outcomesModule").sections("primaryOutcomes")
    references = list(protocol.section("referencesModule").sections("references"))
    results = [item.text("pmid") for item in references if item.word("type", REFERENCE_TYPES) == "RESULT"]
    return replace(
        trial,
        enrolment=enrolment.number("count"),
        enrolment_type=enrolment.word("type", DATE_TYPES),
        conditions=protocol.section("conditionsModule").texts("conditions"),
        interventions=tuple(
            filter(None, map(_intervention, protocol.section("armsInterventionsModule").sections("interventions")))
        ),
        primary_outcomes=tuple(filter(None, map(_outcome, outcomes))),
        result_pmids=tuple(dict.fromkeys(pmid for pmid in results if pmid)),
        retracted_references=tuple(sorted({pair for item in references for pair in _retractions(item)})),
    )


def _date(section: Section, name: str) -> str:
    """A registry date: a year, a month or a day, as ISO text. Whether it is actual or estimated is no news."""
    struct = section.section(name)
    struct.word("type", DATE_TYPES)
    text = struct.text("date")
    if text and not _DATE.fullmatch(text):
        struct.notes.append((f"statusModule.{name}.date", text[:80]))
        return ""
    return text


def _outcome(section: Section) -> str:
    measure, frame = section.text("measure"), section.text("timeFrame")
    return f"{measure} [{frame}]" if frame else measure


def _retractions(reference: Section) -> Iterator[tuple[str, str]]:
    """The registry's marks on a reference: each names the notice, as far as it is known."""
    pmid = reference.text("pmid")
    for mark in reference.sections("retractions"):
        if pmid:
            yield pmid, mark.text("pmid")


def _intervention(section: Section) -> str:
    kind, name = section.text("type").replace("_", " ").capitalize(), section.text("name")
    return f"{kind}: {name}" if kind and name else name


def _kept_texts(kept: object) -> tuple[str, ...]:
    return tuple(text for text in kept if isinstance(text, str)) if isinstance(kept, list) else ()


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
