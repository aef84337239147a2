"""What became of a guideline's recommendations between two readings of its page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between
from monitor.domain.kinds import EventKind
from monitor.domain.records import GuidelineDocument, Recommendation, guideline
from monitor.domain.rules.recommendations import alterations, direction

EXERCISE = Recommendation(number="1", text="Offer supervised exercise to everyone.", strength="Strong for")
CELLS = Recommendation(number="2", text="Do not inject stem cells into the knee.", strength="Weak against")
DRUGS = Recommendation(number="3", text="Topical ibuprofen may be tried for six weeks.", strength="Weak for")
ALL = (EXERCISE, CELLS, DRUGS)
DOCUMENT = GuidelineDocument(
    identifier=guideline("college/knee"), publisher="The College", edition="2.0 (2020)", recommendations=ALL
)

WORDS = ("knee", "hip", "exercise", "offer", "avoid", "injection", "weekly", "older", "adults", "weight", "pain", "6")
texts = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9).map(" ".join)
recommendations = st.lists(
    st.builds(
        Recommendation,
        number=st.integers(1, 99).map(str),
        text=texts,
        strength=st.sampled_from(["", "Strong for", "Weak for", "Weak against"]),
        population=st.sampled_from(["", "adults", "children"]),
    ),
    max_size=8,
    unique_by=(lambda item: item.number, lambda item: item.text),
)


def told(*after: Recommendation) -> list[str]:
    return [f"{one.label} {one.what}" for one in alterations(ALL, after)]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ((EXERCISE, DRUGS), ["2 removed"]),
        ((*ALL, Recommendation(number="4", text="Advise people to lose weight.")), ["4 added"]),
        (
            (EXERCISE, replace(CELLS, strength="Strong against"), DRUGS),
            ["2 strength changed from “Weak against” to “Strong against”"],
        ),
        (
            (EXERCISE, replace(CELLS, text="Stem cells may be injected into the knee.", strength="Weak for"), DRUGS),
            ["2 turned from against to for, strength changed from “Weak against” to “Weak for”, reworded"],
        ),
        (
            (EXERCISE, CELLS, replace(DRUGS, text="Topical ibuprofen may be tried for two weeks.")),
            ["3 reworded"],
        ),
        (
            (replace(EXERCISE, population="people over 65"), CELLS, DRUGS),
            ["1 population changed from “none” to “people over 65”"],
        ),
        (
            (
                replace(EXERCISE, number="1.1"),
                Recommendation(number="2", text="Fit a brace."),
                replace(CELLS, number="3"),
            ),
            ["2 added", "3 removed"],
        ),
    ],
    ids=["removed", "added", "strength", "direction", "reworded", "population", "renumbered"],
)
def test_each_alteration_is_named(after: tuple[Recommendation, ...], said: list[str]) -> None:
    assert told(*after) == said


def test_a_dose_is_a_word_like_any_other() -> None:
    before = Recommendation(number="1", text="Give 2.5 mg once a day.")

    assert [one.what for one in alterations([before], [replace(before, text="Give 25 mg once a day.")])] == ["reworded"]


@pytest.mark.parametrize(
    ("text", "strength", "which"),
    [
        ("We suggest against it.", "", "against"),
        ("We recommend it.", "Strong against", "against"),
        ("It should not be offered.", "", "against"),
        ("Offer it.", "", "for"),
        ("There is insufficient evidence.", "Neither", ""),
    ],
)
def test_the_direction_is_read_from_the_grade_else_from_the_words(text: str, strength: str, which: str) -> None:
    assert direction(Recommendation(number="", text=text, strength=strength)) == which


def test_a_changed_recommendation_is_one_event_that_names_it() -> None:
    after = replace(DOCUMENT, recommendations=(EXERCISE, replace(CELLS, strength="Strong against"), DRUGS))
    [sighting] = between(DOCUMENT, after).came

    assert sighting.signal.kind is EventKind.GUIDELINE_RECOMMENDATION_CHANGED
    assert "2 strength changed" in sighting.signal.because
    assert [line.field for line in sighting.diff] == ["recommendations"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"updated": "2026-01-05"}, EventKind.GUIDELINE_UPDATED),
        ({"published": "2021-03"}, EventKind.GUIDELINE_UPDATED),
        ({"reaffirmed": "2026"}, EventKind.GUIDELINE_REAFFIRMED),
        ({"update_announced": "Update in progress"}, EventKind.GUIDELINE_UPDATE_ANNOUNCED),
        ({"replaced_by": "NG226"}, EventKind.SUPERSEDED),
        ({"state": "withdrawn"}, EventKind.GUIDELINE_WITHDRAWN),
        ({"state": "withdrawn", "replaced_by": "NG226"}, EventKind.GUIDELINE_WITHDRAWN),
        ({"url": "https://college.example.org/new/"}, EventKind.PAGE_MOVED),
    ],
)
def test_each_marker_of_a_guideline_has_its_kind(change: dict[str, str], kind: EventKind) -> None:
    before = replace(DOCUMENT, url="https://college.example.org/old/", published="2020-07", updated="2021")

    assert [sighting.signal.kind for sighting in between(before, replace(before, **change)).came] == [kind]  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["published", "updated"])
def test_a_date_that_is_told_more_exactly_or_no_longer_is_no_news(field: str) -> None:
    month = replace(DOCUMENT, **{field: "2020-07"})  # type: ignore[arg-type]
    day = replace(DOCUMENT, **{field: "2020-07-15"})  # type: ignore[arg-type]

    assert between(month, day).came == between(day, month).came == between(day, replace(day, **{field: ""})).came == ()  # type: ignore[arg-type]


def test_the_end_of_an_announcement_tells_nothing() -> None:
    announced = replace(DOCUMENT, update_announced="Update in progress")

    assert between(announced, DOCUMENT).came == ()


def test_another_spelling_of_the_address_is_no_move() -> None:
    before = replace(DOCUMENT, url="https://college.example.org/knee/")

    assert between(before, replace(before, url="https://College.example.org/knee/index.html?utm_source=x")).came == ()


@given(recommendations, st.randoms())
def test_order_numbers_case_and_punctuation_are_nothing(items: list[Recommendation], random: object) -> None:
    shuffled = [replace(item, text=f"  {item.text.upper()} . ", number=f"{item.number}") for item in items]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert alterations(items, shuffled) == ()
    assert alterations(items, [replace(item, number=str(place)) for place, item in enumerate(items)]) == ()


@given(recommendations, recommendations)
def test_everything_that_differs_is_told_and_nothing_else(
    before: list[Recommendation], after: list[Recommendation]
) -> None:
    def content(items: list[Recommendation]) -> list[tuple[str, str, str]]:
        return sorted((item.text, item.strength, item.population) for item in items)

    assert (alterations(before, after) == ()) == (content(before) == content(after))


@given(recommendations, st.data())
def test_what_is_added_and_taken_back_is_told_both_times(items: list[Recommendation], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(items)))
    new = Recommendation(number="100", text="Refer to a surgeon without delay.")
    more = [*items[:place], new, *items[place:]]

    assert [one.what for one in alterations(items, more)] == ["added"]
    assert [one.what for one in alterations(more, items)] == ["removed"]
