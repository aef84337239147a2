"""Markers against figures: a number at the end of a sentence is a citation only where the page makes that plausible."""

from __future__ import annotations

import pytest

from monitor.domain.articles import Claim, Reference, ReferenceKind
from monitor.intake.lists.alignment import aligned
from monitor.intake.prose.author_year import works_of
from monitor.intake.prose.claims import statement_of
from monitor.intake.prose.markers import Marking, Style, bare_mark, expand, marking_of
from monitor.intake.prose.sentences import sentences

CERTAIN = Marking(style=Style.CERTAIN, listed=frozenset(range(1, 13)))


@pytest.mark.parametrize(
    ("text", "words", "numbers"),
    [
        ("Pain fell by half [3].", "Pain fell by half", (3,)),
        ("Pain fell by half.[3–5]", "Pain fell by half.", (3, 4, 5)),
        ("Pain fell by half [1, 4-6]", "Pain fell by half", (1, 4, 5, 6)),
        ("Pain fell by half¹²", "Pain fell by half", (12,)),
        ("Pain fell by half.¹,³", "Pain fell by half.", (1, 3)),
        ("Pain fell by half^1", "Pain fell by half", (1,)),
        ("Some [1] and others [2] agree.", "Some [1] and others [2] agree.", (1, 2)),
        ("The spread was wide (I² = 80%) [2]", "The spread was wide (I² = 80%)", (2,)),
        ("Doses of 10⁹ cells per m² were used", "Doses of 10⁹ cells per m² were used", ()),
        ("A gain of 4 points (95% CI [1, 7]) was seen", "A gain of 4 points (95% CI [1, 7]) was seen", ()),
        ("Levels of Ca²⁺ rose", "Levels of Ca²⁺ rose", ()),
        ("Pain fell by half [1‑3; 5].", "Pain fell by half", (1, 2, 3, 5)),
        ("Pain fell by half [1—3, 5 and 7]", "Pain fell by half", (1, 2, 3, 5, 7)),
        ("Pain fell by half [2−4]", "Pain fell by half", (2, 3, 4)),
        ("疼痛减轻一半【1】。", "疼痛减轻一半", (1,)),
        ("疼痛减轻一半［2、４～６］。", "疼痛减轻一半", (2, 4, 5, 6)),
        ("疼痛减轻一半〔7〕", "疼痛减轻一半", (7,)),
        ("انخفض الألم إلى النصف [٣، ٥–٧].", "انخفض الألم إلى النصف", (3, 5, 6, 7)),
        ("दर्द आधा हुआ [२]।", "दर्द आधा हुआ", (2,)),
        ("Schmerz sank um 1,2 Punkte (p < 0,05) [2]", "Schmerz sank um 1,2 Punkte (p < 0,05)", (2,)),
        ("The gain was real (95 % CI 1.2–3.4; p < 0.05).²", "The gain was real (95 % CI 1.2–3.4; p < 0.05).", (2,)),
        ("H₂O and 10³ cells/mL, kg/m² and min⁻¹", "H₂O and 10³ cells/mL, kg/m² and min⁻¹", ()),
        ("A ¹³C breath test and ¹⁸F-FDG were used²", "A ¹³C breath test and ¹⁸F-FDG were used", (2,)),
    ],
)
def test_markers_that_show_themselves_leave_the_sentence_and_figures_stay(
    text: str, words: str, numbers: tuple[int, ...]
) -> None:
    said = statement_of(text, CERTAIN)

    assert (said.text, said.markers) == (words, numbers)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Sleep got better 2", (2,)),
        ("Sleep got better after 12 weeks 2, 5", (2, 5)),
        ("Sleep got better. 3", (3,)),
        ("Most slept well 4-6", (4, 5, 6)),
        ("It was better on the 0-10 scale (low certainty, I² = 80%) 2", (2,)),
    ],
)
def test_a_bare_number_at_the_end_is_a_marker(text: str, numbers: tuple[int, ...]) -> None:
    mark = bare_mark(text)

    assert mark is not None
    assert mark.numbers == numbers


@pytest.mark.parametrize(
    "text",
    [
        "The score fell by 2",
        "They had cancer of stage 3",
        "The trial enrolled 1,341",
        "It was stopped at week 6",
        "The ratio was = 2",
        "The scale goes from 0 to 5",
        "See table 2",
        "It was published in May 4",
    ],
)
def test_a_number_its_sentence_calls_for_is_no_marker(text: str) -> None:
    assert bare_mark(text) is None


def test_a_number_far_beyond_the_list_is_a_figure() -> None:
    marking = marking_of(
        ["Rest helps 1", "Walking helps 2", "Rooms were kept dark, temperature 19"], listed=frozenset(), entries=2
    )

    assert marking.believed == {1, 2}


def test_cited_numbers_may_run_on_past_a_list_that_lacks_entries() -> None:
    marking = marking_of(["Rest helps 1", "Walking helps 2, 4", "Diet helps 5"], listed=frozenset(), entries=2)

    assert marking.believed == {1, 2, 4, 5}


def test_raised_digits_run_together_are_read_by_the_list() -> None:
    two = Marking(style=Style.CERTAIN, listed=frozenset({1, 2}))

    assert statement_of("Both agree¹²", two).markers == (1, 2)
    assert statement_of("Both agree¹²", CERTAIN).markers == (12,)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1", (1,)), ("1, 3-5", (1, 3, 4, 5)), ("5-3", ()), ("0", ()), ("1-900", ()), ("2 and 4", (2, 4)), ("3, 3", (3,))],
)
def test_a_list_of_numbers_is_expanded_or_refused(text: str, numbers: tuple[int, ...]) -> None:
    assert expand(text) == numbers


def test_sentences_end_at_full_stops_and_not_at_abbreviations() -> None:
    text = "Dr. Lie et al. found 1.5 points, e.g. in pain.[1] Was it enough? No vs. placebo. “Yes,” said others."

    assert list(sentences(text, CERTAIN.closing)) == [
        "Dr. Lie et al. found 1.5 points, e.g. in pain.[1]",
        "Was it enough?",
        "No vs. placebo.",
        "“Yes,” said others.",
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Es half z. B. beim Gehen, d. h. wenig. Mehr nicht.",
            ["Es half z. B. beim Gehen, d. h. wenig.", "Mehr nicht."],
        ),
        ("Siehe Abb. 2 und Tab. 3. Am 3. Mai endete es.", ["Siehe Abb. 2 und Tab. 3.", "Am 3. Mai endete es."]),
        ("Ab der 2. Woche bzw. Gabe half es. Später nicht.", ["Ab der 2. Woche bzw. Gabe half es.", "Später nicht."]),
        ("See Lie et al., Moe and others. It is so.", ["See Lie et al., Moe and others.", "It is so."]),
        ("It ended in 2019. The rest is known.", ["It ended in 2019.", "The rest is known."]),
        ("疼痛减轻。[1]功能改善！“真的？”是的。", ["疼痛减轻。[1]", "功能改善！", "“真的？”", "是的。"]),
        ("هل يفيد؟ نعم. لا يضر۔ انتهى", ["هل يفيد؟", "نعم.", "لا يضر۔", "انتهى"]),
        ("दर्द घटा। नींद बढ़ी।", ["दर्द घटा।", "नींद बढ़ी।"]),
        ("El efecto, p. ej. el dolor, cedió. ¿Duró? No.", ["El efecto, p. ej. el dolor, cedió.", "¿Duró?", "No."]),
        ("Dose: 2.5 mg i.v. daily. Élan returned.", ["Dose: 2.5 mg i.v. daily.", "Élan returned."]),
    ],
)
def test_sentences_end_where_their_language_ends_them(text: str, parts: list[str]) -> None:
    assert list(sentences(text, CERTAIN.closing)) == parts


LISTED = (
    "Smith A, Jones B. One. J. 2018;1:1.",
    "Smith A, Moe C. Two. J. 2018;2:2.",
    "Müller, K., & Yıldız, Ö. (2020a). Three. J, 3, 3.",
    "Müller, K. (2020b). Four. J, 4, 4.",
    "van den Berg T. Five. J. 2021;5:5.",
    "World Health Organization (WHO). (2019). Six. Geneva.",
    "National Institute for Health and Care Excellence. Seven. 2022.",
    "王伟, 李强. 八. 杂志, 2017.",
    "O’Brien-Kelly M. Nine. J. 2016;9:9.",
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Rest helps (Smith & Jones 2018).", (1,)),
        ("Rest helps (Smith and Moe, 2018).", (2,)),
        ("Rest helps (Smith et al., 2018).", (1, 2)),
        ("As Smith and Jones (2018) found, rest helps.", (1,)),
        ("Rest helps (Muller 2020a, b; van den Berg, 2021, p. 4).", (3, 4, 5)),
        ("Rest helps [Müller & Yıldız 2020a].", (3,)),
        ("Müller’s (2020b) trial was small.", (4,)),
        ("Rest helps (see WHO 2019; NICE, 2022).", (6, 7)),
        ("Rest helps (World Health Organization, 2019).", (6,)),
        ("休息有效（王伟等，2017）。", (8,)),
        ("Rest helped O’Brien-Kelly (2016) most.", (9,)),
        ("In 2018 Smith was in Rome (2021) with 2020 people.", ()),
        ("Smith followed them until 2018.", ()),
    ],
)
def test_a_name_and_a_year_cite_the_entry_that_has_both(text: str, numbers: tuple[int, ...]) -> None:
    works = works_of(Reference(text=entry, number=at) for at, entry in enumerate(LISTED, start=1))
    marking = Marking(style=Style.AUTHOR_YEAR, listed=frozenset(range(1, 10)), works=works)

    assert statement_of(text, marking).markers == numbers


def _claim(position: int, text: str, *markers: int) -> Claim:
    return Claim(position=position, text=text, markers=markers)


def _entry(text: str, kind: ReferenceKind = ReferenceKind.RESEARCH) -> Reference:
    return Reference(text=text, kind=kind)


def test_a_complete_list_is_numbered_by_its_order() -> None:
    claims = [_claim(1, "Ginger calms the stomach", 2), _claim(2, "Mint too", 1)]

    listed = aligned([_entry("Ginger and the stomach"), _entry("Mint in practice"), _entry("Never cited")], claims)

    assert [entry.number for entry in listed] == [1, 2, 3]


def test_a_short_list_is_numbered_by_order_and_content() -> None:
    claims = [
        _claim(1, "Rest helps backs", 1),
        _claim(2, "Heat relaxes muscles", 2),
        _claim(3, "Yoga stretches hamstrings", 3),
        _claim(4, "Opioids cause dependence", 4),
    ]

    listed = aligned([_entry("Heat and muscles"), _entry("Dependence on opioids")], claims)

    assert [entry.number for entry in listed] == [2, 4]


def test_entries_that_tell_nothing_take_the_earliest_number_in_order() -> None:
    claims = [_claim(1, "Statement one", 1), _claim(2, "Statement two", 2), _claim(3, "Statement three", 3)]

    assert [entry.number for entry in aligned([_entry("无关"), _entry("其他")], claims)] == [1, 2]


def test_a_list_with_numbers_of_its_own_is_left_alone() -> None:
    claims = [_claim(1, "Heat relaxes muscles", 7)]
    entry = Reference(text="Heat", number=3)

    assert aligned([entry], claims) == (entry,)
