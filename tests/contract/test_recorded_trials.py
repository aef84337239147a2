"""What recorded studies of ClinicalTrials.gov tell, version by version: each change its event, and no noise.

Where a test says "made", the version before was made by us from a recorded one, by taking a step back.
"""

from __future__ import annotations

import copy
import gzip
import itertools
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from monitor.domain.diff import between, standing
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.signals import Signal
from monitor.sources.clinicaltrials import UnreadableStudy, read_recording, read_study

Study: TypeAlias = dict[str, Any]

TRANSITIONS = {
    "NCT05294952": (EventKind.TRIAL_STATUS_CHANGED, Severity.MINOR, "Last known status: NOT_YET_RECRUITING"),
    "NCT06203210": (EventKind.TRIAL_STATUS_CHANGED, None, "from ACTIVE_NOT_RECRUITING to RECRUITING"),
    "NCT06754501": (EventKind.TRIAL_STATUS_CHANGED, None, "from RECRUITING to ACTIVE_NOT_RECRUITING"),
    "NCT06911827": (EventKind.TRIAL_STATUS_CHANGED, None, "from NOT_YET_RECRUITING to RECRUITING"),
    "NCT07011550": (EventKind.TRIAL_SUSPENDED, None, "the sponsor's reason: “"),
}
"""Recorded pair → the kind of its status event, its severity where the rule says one, and words of its reason."""

STEPS: dict[tuple[str, str], set[EventKind]] = {
    ("NCT04514484", "2026-02-05"): {EventKind.TRIAL_ENROLMENT_CHANGED, EventKind.TRIAL_DATES_SLIPPED},
    ("NCT05414032", "2026-02-03"): {EventKind.TRIAL_DATES_SLIPPED},
    ("NCT06203210", "2026-02-05"): {EventKind.TRIAL_STATUS_CHANGED},
    ("NCT06612645", "2026-02-05"): {EventKind.TRIAL_DATES_SLIPPED},
    ("NCT06646627", "2026-02-05"): {EventKind.TRIAL_DATES_SLIPPED},
    ("NCT06754501", "2026-02-03"): {EventKind.TRIAL_STATUS_CHANGED, EventKind.TRIAL_ENROLMENT_CHANGED},
    ("NCT06911827", "2026-02-11"): {EventKind.TRIAL_STATUS_CHANGED},
}
"""The recorded steps that tell something, by study and day of the version before."""

SITES = "only contacts, sites and days of the update moved"
SILENT: dict[tuple[str, str], str] = {
    ("NCT04457778", "2026-02-03"): "results were submitted, not posted",
    ("NCT04457778", "2026-02-11"): "results were submitted, not posted",
    ("NCT04514484", "2026-02-10"): "the end moved by two days, the primary completion to an earlier day",
    ("NCT04514484", "2026-02-11"): SITES,
    ("NCT04514484", "2026-02-12"): SITES,
    ("NCT04514484", "2026-02-16"): SITES,
    ("NCT04895709", "2026-02-11"): "another way to share its data",
    ("NCT05063149", "2026-02-05"): "a citation was spelt otherwise",
    ("NCT05280470", "2026-02-05"): "the posting of results was delayed, which posts none",
    ("NCT05568095", "2026-02-03"): SITES,
    ("NCT05574335", "2026-02-03"): SITES,
    ("NCT05775159", "2026-02-03"): SITES,
    ("NCT05805501", "2026-02-03"): "the ends moved by three months",
    ("NCT06203210", "2026-02-10"): SITES,
    ("NCT06242470", "2026-02-05"): SITES,
    ("NCT06346197", "2026-02-03"): SITES,
    ("NCT06657144", "2026-02-04"): SITES,
    ("NCT06657144", "2026-02-10"): SITES,
    ("NCT06657144", "2026-02-21"): SITES,
    ("NCT06692738", "2026-02-03"): SITES,
    ("NCT06780137", "2026-02-05"): SITES,
    ("NCT06780137", "2026-02-11"): "more people are planned, an end came forward, secondary outcomes were extended",
    ("NCT06825494", "2026-02-11"): SITES,
    ("NCT06868277", "2026-02-03"): SITES,
    ("NCT06989112", "2026-02-03"): SITES,
    ("NCT06989112", "2026-02-11"): SITES,
    ("NCT06996782", "2026-02-03"): SITES,
    ("NCT07161414", "2026-02-03"): SITES,
    ("NCT07205718", "2026-02-04"): SITES,
    ("NCT07221253", "2026-02-03"): SITES,
    ("NCT07386002", "2026-02-05"): "another title of the same study",
    ("NCT07386002", "2026-02-10"): "another title of the same study",
}
"""The other recorded steps, and why no editor is told of them."""


def signals(before: Study, after: Study) -> list[Signal]:
    return [sighting.signal for sighting in between(read_study(before)[0], read_study(after)[0]).came]


def kinds(before: Study, after: Study) -> list[EventKind]:
    return sorted(signal.kind for signal in signals(before, after))


@pytest.fixture(scope="module")
def latest(shared: Path) -> list[Study]:
    with gzip.open(shared / "data/clinicaltrials/studies_v2_latest.jsonl.gz") as lines:
        return [json.loads(line) for line in lines]


def chains(archive: Path) -> dict[str, list[tuple[str, Study]]]:
    """The versions of each study with their days, the oldest first."""
    found: dict[str, list[tuple[str, Study]]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if member.isfile() and (file := tar.extractfile(member)):
                *_, nct, name = member.name.split("/")
                found.setdefault(nct, []).append((name.partition("_")[0], json.loads(file.read())))
    return found


def steps(archive: Path) -> Iterator[tuple[str, str, Study, Study]]:
    for nct, versions in chains(archive).items():
        for (day, before), (_, after) in itertools.pairwise(versions):
            yield nct, day, before, after


def _without_sites(study: Study) -> Study:
    """The protocol as the sponsor wrote it, but for contacts, sites and the days of its updates."""
    protocol: Study = copy.deepcopy(study["protocolSection"])
    protocol.pop("contactsLocationsModule", None)
    for name in ("lastUpdatePostDateStruct", "lastUpdateSubmitDate", "statusVerifiedDate"):
        protocol["statusModule"].pop(name, None)
    return protocol


def status_of(study: Study) -> Study:
    module: Study = study["protocolSection"]["statusModule"]
    return module


@pytest.mark.parametrize("nct", sorted(TRANSITIONS))
def test_each_recorded_status_transition_is_its_event(shared: Path, nct: str) -> None:
    before, after = sorted((shared / "data/clinicaltrials/status_transitions").glob(f"{nct}_*.json"))
    difference = between(read_recording(before.read_bytes()), read_recording(after.read_bytes()))
    kind, severity, words = TRANSITIONS[nct]

    [signal] = [one.signal for one in difference.came if one.signal.kind in {kind}]
    assert (str(signal.record), signal.severity) == (f"nct:{nct}", severity)
    assert words in signal.because


def test_the_reason_of_a_recorded_suspension_is_quoted_word_for_word(shared: Path) -> None:
    [path] = (shared / "data/clinicaltrials/status_transitions").glob("NCT07011550_*_SUSPENDED.json")
    why = " ".join(status_of(json.loads(path.read_bytes()))["whyStopped"].split())

    assert why
    assert f"“{why}”" in standing(read_recording(path.read_bytes()))[0].because


def test_every_recorded_step_tells_what_it_changed_and_no_more(shared: Path) -> None:
    told = {
        (nct, day): set(kinds(before, after))
        for nct, day, before, after in steps(shared / "data/clinicaltrials/history_semantic_versions.tar.gz")
    }

    assert told.keys() == STEPS.keys() | SILENT.keys()
    assert {step: what for step, what in told.items() if what} == STEPS


def test_the_recorded_steps_that_are_said_to_move_only_sites_move_nothing_else(shared: Path) -> None:
    for nct, day, before, after in steps(shared / "data/clinicaltrials/history_semantic_versions.tar.gz"):
        if SILENT.get((nct, day)) == SITES:
            assert _without_sites(before) == _without_sites(after), (nct, day)


@pytest.mark.parametrize(
    ("status", "kind", "count"),
    [("WITHDRAWN", EventKind.TRIAL_WITHDRAWN, 30), ("TERMINATED", EventKind.TRIAL_TERMINATED, 63)],
)
def test_a_stop_made_from_every_recorded_end_is_one_event_that_quotes_its_reason(
    latest: list[Study], status: str, kind: EventKind, count: int
) -> None:
    ends = [study for study in latest if status_of(study)["overallStatus"] == status]

    assert len(ends) == count
    for after in ends:
        before = copy.deepcopy(after)
        status_of(before)["overallStatus"] = "RECRUITING"
        status_of(before).pop("whyStopped", None)
        [signal] = signals(before, after)
        assert signal.kind is kind
        assert " ".join(status_of(after).get("whyStopped", "").split()) in signal.because


def test_posted_results_made_from_every_recorded_study_that_has_them_are_one_event(latest: list[Study]) -> None:
    posted = [study for study in latest if study["hasResults"]]

    assert len(posted) == 147
    for after in posted:
        before = {**copy.deepcopy(after), "hasResults": False}
        before.pop("resultsSection", None)
        status_of(before).pop("resultsFirstPostDateStruct", None)
        assert kinds(before, after) == [EventKind.TRIAL_RESULTS_POSTED]


def _retitle(study: Study) -> None:
    study["protocolSection"]["outcomesModule"]["primaryOutcomes"][0]["measure"] = "Something else altogether"
    status_of(study)["startDateStruct"] = {"date": "2020-01-01", "type": "ACTUAL"}


def _halve(study: Study) -> None:
    study["protocolSection"]["designModule"]["enrollmentInfo"]["count"] //= 2


def _suspend(study: Study) -> None:
    status_of(study)["overallStatus"] = "SUSPENDED"


PLANTED: dict[EventKind, Callable[[Study], None]] = {
    EventKind.TRIAL_OUTCOME_SWITCHED: _retitle,
    EventKind.TRIAL_ENROLMENT_CHANGED: _halve,
    EventKind.TRIAL_SUSPENDED: _suspend,
}


def test_recorded_days_on_which_only_the_load_moved_tell_nothing(shared: Path) -> None:
    days = list(steps(shared / "data/clinicaltrials/history_daily_noise_chains.tar.gz"))

    assert len(days) == 88
    assert [(nct, day) for nct, day, before, after in days if kinds(before, after)] == []


@pytest.mark.parametrize("kind", sorted(PLANTED))
def test_a_change_planted_on_such_a_day_is_its_event(shared: Path, kind: EventKind) -> None:
    for _, _, before, after in steps(shared / "data/clinicaltrials/history_daily_noise_chains.tar.gz"):
        changed = copy.deepcopy(after)
        PLANTED[kind](changed)
        assert kinds(before, changed) == [kind]


def test_the_one_recorded_retracted_reference_is_told_of_the_paper(latest: list[Study]) -> None:
    told = [
        (signal.shown_by, str(signal.record), str(signal.happened_on))
        for study in latest
        for signal in standing(read_study(study)[0])
        if signal.kind is EventKind.RETRACTED
    ]

    assert told == [("pubmed:30087149", "pubmed:17255299", "2018-08-01")]


def _unknown_status(study: Study) -> None:
    status_of(study)["overallStatus"] = "PAUSED_BY_TOMORROW"


def _no_design(study: Study) -> None:
    del study["protocolSection"]["designModule"]


def _outcomes_as_text(study: Study) -> None:
    study["protocolSection"]["outcomesModule"] = {"primaryOutcomes": "Pain"}


def _count_as_text(study: Study) -> None:
    study["protocolSection"]["designModule"]["enrollmentInfo"] = {"count": "forty", "type": "ACTUAL"}


def _date_as_list(study: Study) -> None:
    status_of(study)["completionDateStruct"] = ["2026-01-01"]


def _titles_as_number(study: Study) -> None:
    study["protocolSection"]["identificationModule"]["briefTitle"] = 7


DRIFTS: dict[str, Callable[[Study], None]] = {
    "protocolSection.statusModule.overallStatus": _unknown_status,
    "protocolSection.designModule": _no_design,
    "protocolSection.outcomesModule.primaryOutcomes": _outcomes_as_text,
    "protocolSection.designModule.enrollmentInfo.count": _count_as_text,
    "protocolSection.statusModule.completionDateStruct": _date_as_list,
    "protocolSection.identificationModule.briefTitle": _titles_as_number,
}
"""Path of what drifts → how it does."""


@pytest.mark.parametrize("path", sorted(DRIFTS))
def test_every_recorded_study_survives_a_shape_that_drifts_and_it_is_counted(latest: list[Study], path: str) -> None:
    """What drifted is noted by its path; nothing is concluded from what is missing but a status that changed."""
    expected = [EventKind.TRIAL_STATUS_CHANGED] if path.endswith("overallStatus") else []
    for study in latest[::10]:
        drifted = copy.deepcopy(study)
        DRIFTS[path](drifted)
        trial, unknown = read_study(drifted)
        assert {name for name, _ in unknown} == {path}
        assert str(trial.identifier) == f"nct:{study['protocolSection']['identificationModule']['nctId']}"
        assert kinds(study, drifted) == expected


@pytest.mark.parametrize("module", ["identificationModule", "statusModule"])
def test_a_recorded_study_without_number_or_status_is_refused_and_counted(latest: list[Study], module: str) -> None:
    drifted = copy.deepcopy(latest[0])
    del drifted["protocolSection"][module]
    with pytest.raises(UnreadableStudy) as refused:
        read_study(drifted)

    assert [name.split(".")[1] for name, _ in refused.value.unknown] == [module]
