"""What an editor calls a change of a page's text, and what is noise."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between
from monitor.domain.records import GuidelineDocument, Passage, UpdateNote, guideline
from monitor.domain.rules.page_text import is_only_figures
from monitor.domain.rules.wording import is_update_of_figures

ADVICE = (
    Passage(text="Care of the knee"),
    Passage(text="Exercise", heading=""),
    Passage(text="Offer supervised exercise to every adult. Two sessions a week are enough.", heading="Exercise"),
    Passage(text="Injections", heading=""),
    Passage(text="Do not inject stem cells. As of 3 March 2026, 120 people took part in trials.", heading="Injections"),
    Passage(text="North region | 12 | 40", heading="Injections"),
)
FIRST = UpdateNote(day="2026-01-05", text="First published.")
PAGE = GuidelineDocument(
    identifier=guideline("college/knee"), publisher="The College", passages=ADVICE, notes=(FIRST,), updated="2026-03-03"
)

WORDS = ("knee", "hip", "exercise", "offer", "avoid", "injection", "weekly", "older", "adults", "weight", "pain")
sentences = st.lists(st.sampled_from(WORDS), min_size=4, max_size=9).map(
    lambda words: " ".join(words).capitalize() + "."
)
pages = st.lists(sentences, min_size=1, max_size=8, unique=True)


def told(after: GuidelineDocument, before: GuidelineDocument = PAGE) -> list[str]:
    return [sighting.signal.because for sighting in between(before, after).came]


def with_text(old: str, new: str) -> GuidelineDocument:
    changed = tuple(
        replace(one, text=one.text.replace(old, new), heading=one.heading.replace(old, new)) for one in ADVICE
    )
    assert changed != ADVICE
    return replace(PAGE, passages=changed)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Do not inject stem cells. ", "", "removed: “Do not inject stem cells.”"),
        ("Two sessions", "Three sessions", "reworded: “Two sessions a week are enough.” is now “Three sessions"),
        ("every adult.", "every adult. Refer those who fall.", "added: “Refer those who fall.”"),
    ],
)
def test_changed_words_are_quoted(old: str, new: str, said: str) -> None:
    [because] = told(with_text(old, new))

    assert said in because


def test_a_removed_section_is_named() -> None:
    [because] = told(replace(PAGE, passages=ADVICE[:3]))

    assert "the section “Injections” was removed" in because


@pytest.mark.parametrize(
    "after",
    [
        replace(PAGE, passages=tuple(reversed(ADVICE))),
        replace(PAGE, passages=tuple(replace(one, text=one.text.upper()) for one in ADVICE)),
        replace(PAGE, passages=tuple(replace(one, text=one.text.replace(".", " .")) for one in ADVICE)),
        replace(
            PAGE,
            passages=(
                *ADVICE[:2],
                *(replace(ADVICE[2], text=text + ".") for text in ADVICE[2].text[:-1].split(". ")),
                *ADVICE[3:],
            ),
        ),
        replace(PAGE, updated="2026-03-04"),
        with_text("As of 3 March 2026, 120 people", "As of 4 March 2026, 131 people"),
        with_text("North region | 12 | 40", "North region | 13 | 44"),
        replace(PAGE, passages=(*ADVICE, Passage(text="Number of views (4099)"))),
        replace(PAGE, passages=(*ADVICE, Passage(text="93,873"))),
    ],
    ids=["order", "case", "punctuation", "paragraphs", "stamp", "figures of the day", "row", "counter", "number"],
)
def test_what_looks_counts_or_dates_differently_is_nothing(after: GuidelineDocument) -> None:
    """P26."""
    if "views" in after.passages[-1].text:
        before = replace(PAGE, passages=(*ADVICE, Passage(text="Number of views (3000)")))
        assert told(after, before) == []
    else:
        assert told(after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Give 2.5 mg once a day.", "Give 25 mg once a day."),
        ("As of 1 May 2025 give 50 mg.", "As of 1 May 2026 give 100 mg."),
        ("Amoxicillin | 500 mg", "Amoxicillin | 250 mg"),
        ("Screen adults over 50 years.", "Screen adults over 45 years."),
        ("From 3 May 2025 treat when LDL is above 3 mmol.", "From 3 May 2026 treat when LDL is above 2 mmol."),
        ("Repeat 3 times.", "Repeat 5 times."),
        ("A score of 4 or more means high risk.", "A score of 6 or more means high risk."),
        ("An INR of 2.0 to 3.0 is the target.", "An INR of 2.5 to 3.5 is the target."),
    ],
)
def test_a_dose_an_age_or_a_threshold_is_never_a_mere_figure(before: str, after: str) -> None:
    assert not is_update_of_figures(before, after)
    old, new = (replace(PAGE, passages=(*ADVICE, Passage(text=text))) for text in (before, after))
    assert told(new, old) != []


@pytest.mark.parametrize(
    "note",
    [
        "Updated figures.",
        "updated daily figures",
        "Daily figures added.",
        "Figures have been updated.",
        "Added the latest numbers",
        "Updated statistics on vaccination.",
        "Updated test result figures and time",
    ],
)
def test_an_entry_that_says_only_that_figures_were_updated_makes_all_else_silent(note: str) -> None:
    """The publisher's own word: around the figures the words may move."""
    assert is_only_figures(note)
    after = replace(
        with_text("Two sessions a week", "In this week two sessions"),
        notes=(UpdateNote(day="2026-03-04", text=note), FIRST),
    )
    assert told(after) == []


@pytest.mark.parametrize(
    "note",
    [
        "Updated figures and removed the section on risk.",
        "Updated figures. From today deaths are counted as of 5pm.",
        "Updated guidance on injections.",
        "Changed the number of sessions.",
        "Corrected the figures of the first table.",
        "Updated figures and added a table.",
        "Advice for people over 65 was added.",
        "Updated figures to include people at home",
        "",
    ],
)
def test_an_entry_that_says_more_is_told_in_its_own_words(note: str) -> None:
    assert not is_only_figures(note)
    if note:
        [because] = told(replace(PAGE, notes=(UpdateNote(day="2026-03-04", text=note), FIRST)))
        assert note[:60] in because


def test_words_that_change_without_an_entry_are_told() -> None:
    assert told(with_text("Do not inject", "Consider injecting")) != []


def test_a_list_of_updates_that_appears_or_goes_is_no_news() -> None:
    bare = replace(PAGE, notes=())

    assert told(PAGE, bare) == told(bare, PAGE) == []


@given(pages, st.randoms())
def test_any_order_case_and_division_into_paragraphs_is_nothing(texts: list[str], chance: random.Random) -> None:
    one_paragraph = [Passage(text=" ".join(chance.sample(texts, len(texts))).upper())]
    before = replace(PAGE, passages=tuple(Passage(text=text) for text in texts))

    assert told(replace(PAGE, passages=tuple(one_paragraph)), before) == []


@given(pages, pages)
def test_a_sentence_more_or_less_is_always_told(texts: list[str], others: list[str]) -> None:
    before, after = (replace(PAGE, passages=tuple(Passage(text=text) for text in some)) for some in (texts, others))

    assert (told(after, before) == []) == (sorted(texts) == sorted(others))
