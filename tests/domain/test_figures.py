"""Figures are read in every usual spelling, and nothing else is taken for one."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.figures import Figure, FigureKind, figures_in, sentence_at


def told(text: str) -> list[tuple[str, str]]:
    return [(figure.name, str(figure.value)) for figure in figures_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a review (25 trials, 1,341 participants) found", [("trials", "25"), ("participants", "1341")]),
        ("1.2 points better on 0-10 scale (heterogeneity, I² = 80%)", [("points on 0–10", "1.2"), ("I²", "80")]),
        ("14.2 points better on a scale of 0 to 100 (I2=82 %)", [("points on 0–100", "14.2"), ("I²", "82")]),
        ("2 points on a 10-point scale", [("points on 0–10", "2")]),
        ("mean difference (MD) −1.2, 95% CI −1.6 to −0.8", [("points", "1.2")]),
        ("SMD 0.4 [0.2, 0.6]; p < .001", [("SMD", "0.4"), ("p", "0.001")]),
        ("45% improved (95% CI 40% to 50%)", [("%", "45")]),
        ("25 RCTs (N = 1341)", [("trials", "25"), ("participants", "1341")]),
        ("25 Studien mit 1.341 Teilnehmern; 80 Prozent", [("studies", "25"), ("participants", "1341"), ("%", "80")]),
        ("vingt-cinq essais (1 341 participants)", [("trials", "25"), ("participants", "1341")]),
        ("25 ensayos, 1.341 pacientes", [("trials", "25"), ("participants", "1341")]),
        ("25项随机对照试验，１３４１名参与者", [("trials", "25"), ("participants", "1341")]),
        ("25 تجربة و١٬٣٤١ مشاركًا", [("trials", "25"), ("participants", "1341")]),
        ("25 تجربة شملت ١٬٣٤١ مشاركا", [("trials", "25"), ("participants", "1341")]),
        ("twenty-five trials, nine small randomised studies", [("trials", "25"), ("studies", "9")]),
        ("fünfundzwanzig Studien", [("studies", "25")]),
        ("二十五项试验", [("trials", "25")]),
        ("up to 3 larger trials were withdrawn", [("trials", "3")]),
        ("1,358 AF patients of 25 knee trials", [("participants", "1358"), ("trials", "25")]),
        ("a total of 2019 patients", [("participants", "2019")]),
    ],
)
def test_figures_are_read_in_the_usual_spellings(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(name, str(Decimal(value))) for name, value in told(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "pain fell at 3-6 months",
        "the 2019 guideline, updated in 2024",
        "after 12 weeks, 2 years or 100 patient-years",
        "the two arms were alike",
        "most trials are small, and the trials differ",
        "COX-2 trials",
        "two phase 3 trials, stage 2 patients and the 2019 ACR trials",
        "in 2019 patients were told, and after 12 weeks patients improved",
        "version 3.0 of 12 May",
    ],
)
def test_years_durations_and_names_are_no_figures(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "RR 0.85 (95 % CI 0.7–0.9)",
        "risk ratio (RR) 0,85 (95%-KI 0,7 bis 0,9)",
        "RR, 0·85; 95% CI, 0·70–0·90",
        "relative risk of 0.85 [0.7, 0.9]",
        "RR [95% CI] 0.85 [0.70; 0.90]",
        "Risk Rate (RR): 0.85 (95% Confidence Interval (CI): 0.70-0.90)",
        "risk ratio [RR]: 0.85 (confidence interval [CI] 95% 0.7-0.9)",
    ],
)
def test_an_effect_size_keeps_its_interval_however_it_is_set(text: str) -> None:
    [figure] = figures_in(text)

    assert figure == Figure(
        kind=FigureKind.EFFECT, unit="RR", value=Decimal("0.85"), low=Decimal("0.7"), high=Decimal("0.9")
    )


def test_a_figure_is_quoted_with_the_sentence_it_stands_in() -> None:
    text = "Cells were compared with sham. There were 25 trials (vs. 12 before) of 0.5 quality. Harms were rare."
    [trials] = figures_in(text)

    assert sentence_at(text, trials.at) == "There were 25 trials (vs. 12 before) of 0.5 quality."


def test_a_sentence_without_end_is_cut_around_its_figure() -> None:
    text = f"{'word ' * 500}25 trials {'word ' * 500}"
    [trials] = figures_in(text)

    assert "25 trials" in sentence_at(text, trials.at)
    assert len(sentence_at(text, trials.at)) < 500


SPACES = st.sampled_from([" ", "  ", "\n", "\u00a0", "\u2009", "\u202f", "\t "])
TEXT = (
    "A review of 25 trials with 1 341 participants and 1,520 patients found RR 0.85 (95 % CI 0.7 to 0.9), I² = 80 %, "
    "and 1.2 points on a scale of 0 to 10, p = 0.03, 45 % better, twenty five studies"
)
PIECES = TEXT.split(" ")


@settings(max_examples=30)
@given(st.lists(SPACES, min_size=len(PIECES) - 1, max_size=len(PIECES) - 1))
def test_figures_never_change_under_other_spaces(spaces: list[str]) -> None:
    text = "".join(piece + space for piece, space in zip(PIECES, [*spaces, ""], strict=True))

    assert figures_in(text) == figures_in(TEXT)
    assert len(figures_in(text)) == 9


@given(st.text(max_size=300) | st.text("0123456789.,-–%² IRCn=()[]<>pPtrials项两", max_size=300))
def test_no_text_is_refused(text: str) -> None:
    assert all(figure.written for figure in figures_in(text))


@pytest.mark.parametrize(
    "run", ["1", "1 ", "1 111 ", "1,111,", "0.1 points ", "RR 0.1 (", "95% CI ", "twenty ", "1 of of of of "]
)
def test_reading_takes_time_in_proportion_to_length(run: str) -> None:
    """Time that grew with the square would be minutes for so much text."""
    start = time.process_time()
    figures_in((run * 40_000)[:40_000])

    assert time.process_time() - start < 1
