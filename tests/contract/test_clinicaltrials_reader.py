"""What is read from a registered study, and what is left alone."""

from __future__ import annotations

import copy
import gzip
import itertools
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.records import Trial, as_json, digest, from_json
from monitor.sources.clinicaltrials import ClinicalTrials, UnreadableStudy, read_recording, read_study

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT01234567",
            "nctIdAliases": ["NCT00000001"],
            "briefTitle": "Cells  for\nknees",
            "officialTitle": "A trial of cells for knees",
        },
        "statusModule": {
            "overallStatus": "TERMINATED",
            "whyStopped": "Slow accrual",
            "startDateStruct": {"date": "2023-01-10", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2026-06", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2026-07", "type": "ESTIMATED"},
            "lastUpdatePostDateStruct": {"date": "2026-08-03", "type": "ESTIMATED"},
            "resultsFirstPostDateStruct": {"date": "2026-08-01", "type": "ACTUAL"},
        },
        "designModule": {"enrollmentInfo": {"count": 41, "type": "ACTUAL"}},
        "conditionsModule": {"conditions": ["Osteoarthritis"]},
        "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "Cells"}]},
        "outcomesModule": {"primaryOutcomes": [{"measure": "Pain", "timeFrame": "6 months"}]},
        "referencesModule": {"references": [{"pmid": "12345678", "type": "RESULT"}, {"pmid": "2", "type": "DERIVED"}]},
    },
    "derivedSection": {"miscInfoModule": {"versionHolder": "2026-08-04"}},
    "hasResults": True,
}

UNWATCHED = (
    "derivedSection/",  # Moves with every load.
    "annotationSection/",
    "protocolSection/statusModule/dispFirst",  # Results submitted, but not posted.
    "protocolSection/statusModule/lastUpdate",
    "protocolSection/statusModule/statusVerifiedDate",  # Move for anything.
    "protocolSection/contactsLocationsModule/",  # Sites and telephone numbers.
    "protocolSection/ipdSharingStatementModule/",
    "protocolSection/descriptionModule/detailedDescription",
    "protocolSection/armsInterventionsModule/armGroups/",
    "protocolSection/referencesModule/",
)
"""Parts of a study whose change is no news for an article, as recorded in real versions."""


def test_every_field_of_a_study_is_read() -> None:
    trial, unknown = read_study(STUDY)

    assert unknown == ()
    assert (str(trial.identifier), trial.aliases) == ("nct:NCT01234567", ("NCT00000001",))
    assert (trial.title, trial.overall_status, trial.why_stopped) == ("Cells for knees", "TERMINATED", "Slow accrual")
    assert (trial.started, trial.primary_completion, trial.completion) == ("2023-01-10", "2026-06", "2026-07")
    assert (trial.enrolment, trial.has_results, trial.results_posted) == (41, True, "2026-08-01")
    assert (trial.primary_outcomes, trial.interventions) == (("Pain [6 months]",), ("Biological: Cells",))
    assert trial.result_pmids == ("12345678",)
    assert from_json(as_json(trial)) == trial


def test_the_derived_section_is_never_read() -> None:
    moved = {**STUDY, "derivedSection": {"miscInfoModule": {"versionHolder": "2027-01-01"}, "more": [1, 2]}}

    assert read_study(moved) == read_study(STUDY)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("statusModule.overallStatus", "PAUSED"),
        ("statusModule.startDateStruct", "2023-01-10"),
        ("statusModule.startDateStruct.date", "in spring"),
        ("designModule.enrollmentInfo.count", "many"),
        ("outcomesModule.primaryOutcomes", {"measure": "Pain"}),
        ("identificationModule.briefTitle", 7),
        ("referencesModule.references", [["x"]]),
        ("conditionsModule.conditions", [None]),
    ],
)
def test_a_value_no_reader_knows_is_noted_and_the_rest_is_read(path: str, value: object) -> None:
    study = copy.deepcopy(STUDY)
    *parents, last = path.split(".")
    place = study["protocolSection"]
    for name in parents:
        place = place[name]
    place[last] = value
    trial, unknown = read_study(study)

    assert str(trial.identifier) == "nct:NCT01234567"
    assert [path.rpartition(".")[2] for path, _ in unknown] == [last]


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "study",
        {},
        {"protocolSection": None},
        {"protocolSection": []},
        {"protocolSection": {"identificationModule": {"nctId": "NCT1"}}},
        {"protocolSection": {"identificationModule": {"nctId": "NCT01234567"}, "statusModule": {}}},
    ],
)
def test_what_is_no_study_is_refused(broken: object) -> None:
    with pytest.raises(UnreadableStudy):
        read_study(broken)


def test_a_study_of_a_status_alone_is_read() -> None:
    trial, unknown = read_study(
        {
            "protocolSection": {
                "identificationModule": {"nctId": "nct01234567"},
                "statusModule": {"overallStatus": "WITHHELD"},
            }
        }
    )

    assert (trial.overall_status, trial.enrolment, trial.primary_outcomes, unknown) == ("WITHHELD", None, (), ())


@pytest.mark.parametrize("body", [b"", b"[" * 200_000, b'{"protocolSection": {"ident', b"<html></html>", b"\xff\xfe"])
def test_a_recording_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableStudy):
        read_recording(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(module=st.sampled_from(sorted(STUDY["protocolSection"])), value=JSON)
def test_a_module_of_any_shape_gives_a_trial_or_is_refused(module: str, value: object) -> None:
    try:
        trial, _ = read_study({**STUDY, "protocolSection": {**STUDY["protocolSection"], module: value}})
    except UnreadableStudy:
        return

    assert from_json(json.loads(json.dumps(as_json(trial)))) == trial
    assert digest(trial)


def test_half_a_surrogate_pair_does_not_reach_the_store() -> None:
    study = json.loads(json.dumps(STUDY).replace("Slow accrual", r"Slow \ud800\u0000 accrual"))

    assert read_study(study)[0].why_stopped == "Slow ? accrual"


def test_all_recorded_studies_are_read_without_an_unknown_value(shared: Path) -> None:
    with gzip.open(shared / "data/clinicaltrials/studies_v2_latest.jsonl.gz") as lines:
        read = [read_study(json.loads(line)) for line in lines]

    assert len(read) == 1181
    assert {unknown for _, notes in read for unknown in notes} == set()
    counts = Counter(trial.overall_status for trial, _ in read)
    assert (counts["TERMINATED"], counts["WITHDRAWN"]) == (63, 30)
    assert sum(trial.has_results for trial, _ in read) == 147
    assert all(trial.title and trial.identifier for trial, _ in read)


def test_recorded_days_on_which_only_the_load_date_moved_are_no_change(shared: Path) -> None:
    chains = _versions(shared / "data/clinicaltrials/history_daily_noise_chains.tar.gz")

    assert chains
    for studies in chains.values():
        assert len({digest(read_study(study)[0]) for study in studies}) == 1


def test_of_recorded_updates_just_those_change_a_trial_that_an_editor_must_see(shared: Path) -> None:
    chains = _versions(shared / "data/clinicaltrials/history_semantic_versions.tar.gz")
    changed = 0
    for studies in chains.values():
        for before, after in itertools.pairwise(studies):
            is_change = digest(read_study(before)[0]) != digest(read_study(after)[0])
            watched = [path for path in _differing(before, after) if not path.startswith(UNWATCHED)]
            assert is_change == bool(watched), (studies[0]["protocolSection"]["identificationModule"], watched)
            changed += is_change

    assert changed == 12


def test_recorded_status_transitions_are_read_as_their_names_say(shared: Path) -> None:
    for path in (shared / "data/clinicaltrials/status_transitions").glob("*.json"):
        nct, _, status = path.stem.split("_", 2)
        trial = read_recording(path.read_bytes())
        assert (trial.identifier.value, trial.overall_status) == (nct, status)


def test_a_kept_study_is_read_again_as_the_same_trial() -> None:
    kept = json.dumps({**STUDY, "watchedAs": "NCT00000001"}).encode()
    trial = ClinicalTrials.reread(object.__new__(ClinicalTrials), kept)

    assert isinstance(trial, Trial)
    assert (str(trial.identifier), trial.aliases) == ("nct:NCT00000001", ("NCT01234567",))


def _versions(archive: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if member.isfile() and (file := tar.extractfile(member)):
                found.setdefault(member.name.split("/")[-2], []).append(json.loads(file.read()))
    return found


def _differing(before: object, after: object) -> set[str]:
    left, right = Counter(_leaves(before)), Counter(_leaves(after))
    return {path for path, _ in ((left - right) | (right - left))}


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, str(value)
