"""What the passing from one reading of a publisher's list to the next tells, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.lists import between_lists
from monitor.domain.records import GuidelineDocument, Recommendation, guideline

LISTED = GuidelineDocument(
    identifier=guideline("nice/ng1"),
    publisher="NICE",
    title="Gout",
    published="2018-07-11",
    updated="2020-10-12",
    revision="2020-10-12T00:00:00",
)


def moved(revision: str, **changes: str) -> GuidelineDocument:
    return replace(LISTED, revision=revision, updated=revision[:10], **changes)


def told(before: GuidelineDocument, after: GuidelineDocument) -> list[tuple[EventKind, Severity | None]]:
    return [(sighting.signal.kind, sighting.signal.severity) for sighting in between(before, after).came]


def test_a_marker_that_moved_on_is_an_update() -> None:
    [sighting] = between(LISTED, moved("2022-07-14T00:00:00")).came

    assert (sighting.signal.kind, sighting.signal.severity) == (EventKind.GUIDELINE_UPDATED, None)
    assert str(sighting.signal.happened_on) == "2022-07-14"
    assert [line.field for line in sighting.diff] == ["updated", "revision"]


@pytest.mark.parametrize(
    ("revision", "state", "why"),
    [
        ("2020-10-12T00:05:06", "current", "it moved within one day"),
        ("2015-03-01T00:00:00", "current", "it moved back"),
        ("2022-07-14T00:00:00", "withdrawn", "it moved with the withdrawal"),
    ],
)
def test_a_move_that_hardly_means_a_change_is_told_as_minor_with_the_reason(
    revision: str, state: str, why: str
) -> None:
    signals = {sighting.signal.kind: sighting.signal for sighting in between(LISTED, moved(revision, state=state)).came}

    assert signals[EventKind.GUIDELINE_UPDATED].severity is Severity.MINOR
    assert signals[EventKind.GUIDELINE_UPDATED].because.endswith(why)
    assert (EventKind.GUIDELINE_WITHDRAWN in signals) == (state == "withdrawn")


def test_the_day_of_a_withdrawal_is_not_taken_from_the_marker() -> None:
    """The marker may be years old: an article updated since then would never hear of the withdrawal."""
    [sighting] = between(LISTED, replace(LISTED, state="withdrawn")).came

    assert (sighting.signal.kind, sighting.signal.happened_on) == (EventKind.GUIDELINE_WITHDRAWN, None)


def test_a_guideline_that_stands_again_is_reinstated() -> None:
    assert told(replace(LISTED, state="withdrawn"), LISTED) == [(EventKind.GUIDELINE_REINSTATED, None)]


def test_another_title_alone_is_nothing() -> None:
    assert told(LISTED, replace(LISTED, title="Gout: diagnosis and management")) == []


def test_a_marker_that_is_gone_is_nothing_and_one_that_came_is_minor() -> None:
    assert told(LISTED, replace(LISTED, revision="")) == []
    assert told(replace(LISTED, revision=""), LISTED) == [(EventKind.GUIDELINE_UPDATED, Severity.MINOR)]


def test_a_marker_that_is_no_day_is_compared_as_text() -> None:
    assert told(replace(LISTED, revision="4.2"), replace(LISTED, revision="4.1")) == [
        (EventKind.GUIDELINE_UPDATED, None)
    ]


def test_a_new_edition_is_one_event_whatever_its_marker_does() -> None:
    before, after = replace(LISTED, edition="2018"), moved("2026-01-05T00:00:00", edition="2026")

    assert told(before, after) == [(EventKind.GUIDELINE_UPDATED, None)]


def test_an_altered_recommendation_is_told_once_though_the_marker_moved_too() -> None:
    before = replace(LISTED, recommendations=(Recommendation(number="1", text="Screen adults.", strength="B"),))
    after = moved("2026-01-05", recommendations=(Recommendation(number="1", text="Screen adults.", strength="A"),))

    assert [kind for kind, _ in told(before, after)] == [EventKind.GUIDELINE_RECOMMENDATION_CHANGED]


def test_what_only_one_of_two_lists_holds_is_published_or_gone() -> None:
    other = replace(LISTED, identifier=guideline("nice/ng2"), title="Asthma")
    [gone, new] = between_lists([LISTED], [other])

    assert (gone.signal.kind, str(gone.signal.record)) == (EventKind.PAGE_GONE, "guideline:nice/ng1")
    assert (new.signal.kind, str(new.signal.record)) == (EventKind.GUIDELINE_PUBLISHED, "guideline:nice/ng2")
    assert "“Asthma”" in new.signal.because


DAYS = st.dates().map(lambda day: f"{day}T00:00:00")
DOCUMENTS = st.builds(
    replace,
    st.just(LISTED),
    identifier=st.integers(1, 9).map(lambda number: guideline(f"nice/ng{number}")),
    title=st.sampled_from(["Gout", "Asthma"]),
    state=st.sampled_from(["current", "withdrawn"]),
    revision=DAYS,
)
LISTS = st.lists(DOCUMENTS, max_size=9, unique_by=lambda document: document.identifier)


@given(LISTS)
def test_a_list_compared_with_itself_tells_nothing(documents: list[GuidelineDocument]) -> None:
    assert between_lists(documents, documents) == ()


@given(LISTS, LISTS, st.randoms(use_true_random=False))
def test_the_order_of_a_list_never_matters(
    before: list[GuidelineDocument], after: list[GuidelineDocument], random: object
) -> None:
    shuffled = sorted(after, key=lambda document: hash((document.identifier, str(random))))

    assert between_lists(before, shuffled) == between_lists(before, after)


@given(LISTS, LISTS)
def test_every_guideline_on_one_list_only_is_told_exactly_once(
    before: list[GuidelineDocument], after: list[GuidelineDocument]
) -> None:
    old, new = ({document.identifier for document in side} for side in (before, after))
    sightings = between_lists(before, after)

    assert of_kind(sightings, EventKind.GUIDELINE_PUBLISHED) == sorted(new - old)
    assert of_kind(sightings, EventKind.PAGE_GONE) == sorted(old - new)


@given(DOCUMENTS, st.sampled_from(["Gout", "Another title"]), DAYS)
def test_only_state_and_marker_decide(document: GuidelineDocument, title: str, revision: str) -> None:
    after = replace(document, title=title, revision=revision)
    kinds = [kind for kind, _ in told(document, after)]

    assert kinds == ([EventKind.GUIDELINE_UPDATED] if revision != document.revision else [])


def of_kind(sightings: object, kind: EventKind) -> list[Identifier]:
    return [sighting.signal.record for sighting in sightings if sighting.signal.kind is kind]  # type: ignore[attr-defined]
