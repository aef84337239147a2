"""Recorded studies: what changed in them is told, and what only moves with each load of the registry is not.

Transitions into WITHDRAWN, TERMINATED and results posted are *made* from recorded end states by stepping them back.
"""

from __future__ import annotations

import copy
import gzip
import json
import tarfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import Sighting, between
from monitor.domain.kinds import EventKind, Severity
from monitor.sources.clinicaltrials import UnreadableStudy, read_study

Study = dict[str, Any]

STATUS, WITHDRAWN, TERMINATED = (
    EventKind.TRIAL_STATUS_CHANGED,
    EventKind.TRIAL_WITHDRAWN,
    EventKind.TRIAL_TERMINATED,
)
SUSPENDED, RESULTS = EventKind.TRIAL_SUSPENDED, EventKind.TRIAL_RESULTS_POSTED
FEWER, LATER = EventKind.TRIAL_ENROLMENT_CHANGED, EventKind.TRIAL_DATES_SLIPPED

TOLD: dict[tuple[str, str], set[EventKind]] = {
    ("NCT04514484", "2026-02-10"): {FEWER, LATER},
    ("NCT05414032", "2026-02-26"): {FEWER, LATER},
    ("NCT06203210", "2026-02-10"): {STATUS},
    ("NCT06612645", "2026-03-10"): {LATER},
    ("NCT06646627", "2026-02-10"): {LATER},
    ("NCT06754501", "2026-02-19"): {STATUS, FEWER},
    ("NCT06911827", "2026-02-26"): {STATUS},
}
"""Every step between two recorded versions that an editor is told of: 18 → 8, 200 → 102 and 35 → 4 participants; ends
that move by seven months and more; statuses. All other recorded steps change contacts, sites, wording of arms or
eligibility, verification dates, citations, ends by some days or three months (NCT05805501, 31 July to 31 October), or
raise the number of participants (NCT06780137)."""


def sightings(before: Study, after: Study) -> tuple[Sighting, ...]:
    return between(read_study(before)[0], read_study(after)[0]).came


def kinds(before: Study, after: Study) -> set[EventKind]:
    return {sighting.signal.kind for sighting in sightings(before, after)}


def chains(archive: Path) -> Iterator[tuple[str, list[tuple[str, Study]]]]:
    """The versions of each study in the order of their days."""
    versions: dict[str, list[tuple[str, Study]]] = {}
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            if member.isfile():
                nct, name = member.name.split("/")[-2:]
                body = opened.extractfile(member)
                assert body is not None
                versions.setdefault(nct, []).append((name[:10], json.load(body)))
    for nct, listed in sorted(versions.items()):
        yield nct, sorted(listed, key=lambda version: version[0])


@pytest.fixture(scope="module")
def trials(shared: Path) -> Path:
    return shared / "data/clinicaltrials"


@pytest.fixture(scope="module")
def studies(trials: Path) -> list[Study]:
    lines = gzip.decompress((trials / "studies_v2_latest.jsonl.gz").read_bytes()).decode().splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("nct", "kind", "words"),
    [
        ("NCT05294952", STATUS, "the registry's own act"),
        ("NCT06203210", STATUS, "from ACTIVE_NOT_RECRUITING to RECRUITING"),
        ("NCT06754501", STATUS, "from RECRUITING to ACTIVE_NOT_RECRUITING"),
        ("NCT06911827", STATUS, "from NOT_YET_RECRUITING to RECRUITING"),
        ("NCT07011550", SUSPENDED, "the sponsor's reason: “"),
    ],
)
def test_each_recorded_transition_yields_its_event(trials: Path, nct: str, kind: EventKind, words: str) -> None:
    before, after = (
        json.loads(path.read_bytes()) for path in sorted((trials / "status_transitions").glob(f"{nct}_*.json"))
    )

    [told] = [sighting for sighting in sightings(before, after) if sighting.signal.kind is kind]

    assert words in told.signal.because


def test_a_status_set_by_the_registry_is_minor(trials: Path) -> None:
    before, after = (
        json.loads(path.read_bytes()) for path in sorted((trials / "status_transitions").glob("NCT05294952_*.json"))
    )

    [told] = sightings(before, after)

    assert told.signal.severity is Severity.MINOR


def test_each_semantic_version_yields_what_it_says_and_no_other_does(trials: Path) -> None:
    told = {
        (nct, day): found
        for nct, versions in chains(trials / "history_semantic_versions.tar.gz")
        for (_, before), (day, after) in pairwise(versions)
        if (found := kinds(before, after))
    }

    assert told == TOLD


def test_days_on_which_only_the_registrys_own_section_moves_tell_nothing(trials: Path) -> None:
    steps = [
        (before, after)
        for _, versions in chains(trials / "history_daily_noise_chains.tar.gz")
        for (_, before), (_, after) in pairwise(versions)
    ]

    assert [kinds(before, after) for before, after in steps if kinds(before, after)] == []
    assert len(steps) == 88


def test_a_change_that_is_hidden_on_such_a_day_is_told(trials: Path) -> None:
    for _, versions in chains(trials / "history_daily_noise_chains.tar.gz"):
        for (_, before), (_, after) in pairwise(versions):
            hidden = copy.deepcopy(after)
            hidden["protocolSection"]["statusModule"]["overallStatus"] = "SUSPENDED"
            assert kinds(before, hidden) == {SUSPENDED}


def stepped_back(study: Study) -> Study:
    """A made earlier state of a recorded study: under way, with no word on why it stopped and no results."""
    earlier = copy.deepcopy(study)
    status = earlier["protocolSection"]["statusModule"]
    status["overallStatus"] = "RECRUITING"
    for name in ("whyStopped", "lastKnownStatus", "resultsFirstPostDateStruct", "resultsFirstSubmitDate"):
        status.pop(name, None)
    earlier.pop("resultsSection", None)
    earlier["hasResults"] = False
    return earlier


@pytest.mark.parametrize(("status", "kind", "count"), [("WITHDRAWN", WITHDRAWN, 30), ("TERMINATED", TERMINATED, 63)])
def test_made_transitions_into_an_end_yield_their_event_and_quote_the_reason(
    studies: list[Study], status: str, kind: EventKind, count: int
) -> None:
    ended = [study for study in studies if study["protocolSection"]["statusModule"]["overallStatus"] == status]
    assert len(ended) == count

    for study in ended:
        told = sightings(stepped_back(study), study)
        by_kind = {sighting.signal.kind: sighting.signal for sighting in told}
        assert by_kind.keys() - {RESULTS} == {kind}
        why = " ".join(study["protocolSection"]["statusModule"].get("whyStopped", "").split())
        assert why in by_kind[kind].because


def test_made_transitions_to_posted_results_yield_their_event(studies: list[Study]) -> None:
    posted = [study for study in studies if study.get("hasResults")]
    assert len(posted) == 147

    for study in posted:
        earlier = stepped_back(study)
        earlier["protocolSection"]["statusModule"]["overallStatus"] = study["protocolSection"]["statusModule"][
            "overallStatus"
        ]
        assert kinds(earlier, study) == {RESULTS}


def test_recorded_studies_are_read_without_an_unknown_value(studies: list[Study]) -> None:
    unknown = {pair for study in studies for pair in read_study(study)[1]}

    assert unknown == set()
    assert len(studies) == 1181


@given(data=st.data())
def test_any_part_that_is_missing_or_of_another_type_is_survived_and_what_is_wrong_is_counted(
    studies: list[Study], data: st.DataObject
) -> None:
    study = copy.deepcopy(studies[data.draw(st.integers(min_value=0, max_value=len(studies) - 1))])
    protocol = study["protocolSection"]
    module = data.draw(st.sampled_from(sorted(protocol)))
    value = data.draw(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.integers(), max_size=2)))
    if data.draw(st.booleans()):
        del protocol[module]
        wrong = False
    else:
        protocol[module] = value
        wrong = value is not None
    try:
        _, unknown = read_study(study)
    except UnreadableStudy:
        assert module in {"identificationModule", "statusModule"}
        return
    if wrong and module in {"designModule", "outcomesModule", "referencesModule", "conditionsModule"}:
        assert any(name.startswith(f"protocolSection.{module}") for name, _ in unknown)


def test_an_unknown_status_is_counted_and_told(studies: list[Study]) -> None:
    study = copy.deepcopy(studies[0])
    study["protocolSection"]["statusModule"]["overallStatus"] = "A_STATUS_OF_TOMORROW"

    assert ("protocolSection.statusModule.overallStatus", "A_STATUS_OF_TOMORROW") in read_study(study)[1]
    assert kinds(studies[0], study) == {STATUS}


@given(data=st.data())
def test_nothing_changed_is_nothing_told_whatever_the_order_and_the_white_space(
    studies: list[Study], data: st.DataObject
) -> None:
    study = studies[data.draw(st.integers(min_value=0, max_value=len(studies) - 1))]
    again = copy.deepcopy(study)
    protocol = again["protocolSection"]
    for module, name in (("outcomesModule", "primaryOutcomes"), ("referencesModule", "references")):
        if name in protocol.get(module, {}):
            protocol[module][name] = data.draw(st.permutations(protocol[module][name]))
    title = protocol["identificationModule"].get("briefTitle", "")
    protocol["identificationModule"]["briefTitle"] = f"  {title.replace(' ', '  ')}\n"

    assert kinds(study, again) == set()
