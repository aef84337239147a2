"""When two titles, or two names of a journal, are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.titles import TitleMatch, likeness, same_journal, stands_in

TITLE = "Randomised trial of saline or cells for the painful knee in older women: twelve months"
WORDS = st.lists(st.sampled_from(TITLE.replace(":", "").split()), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("written", "known", "match"),
    [
        (TITLE, TITLE.upper() + ".", TitleMatch.SAME),
        (TITLE, TITLE.replace("Randomised", "<i>Randomised</i>"), TitleMatch.SAME),
        ("TNF-α blockers for gout of the knee", "TNF alpha blockers for gout of the knee", TitleMatch.SAME),
        (TITLE, TITLE.replace("Randomised", "Randomized"), TitleMatch.SPELT),
        (TITLE, TITLE.replace("painful", "panful"), TitleMatch.SPELT),
        (TITLE, TITLE.replace("the ", "", 1), TitleMatch.SMALL),
        (TITLE, TITLE.split(":")[0], TitleMatch.SHORTENED),
        ("Zellen fürs Knie", "[Zellen fürs Knie].", TitleMatch.SAME),
        ("Zellen fürs Knie", "Zellen fürs Knie [Cells for the painful knee].", TitleMatch.SAME),
        (TITLE, TITLE.replace("women", "men"), TitleMatch.ALIKE),
        (TITLE, TITLE.replace("twelve", "eleven"), TitleMatch.ALIKE),
        (TITLE, TITLE + ": part 2", TitleMatch.ALIKE),
        (TITLE, TITLE + ": study protocol", TitleMatch.ALIKE),
        ("Gout of the foot", "Gout in the foot of men", TitleMatch.PARTLY),
        (TITLE, "Vitamin D in primary care", TitleMatch.OTHER),
    ],
)
def test_one_word_more_or_less_may_be_another_paper(written: str, known: str, match: TitleMatch) -> None:
    found, turned = likeness(written, known), likeness(known, written)

    assert found is not None
    assert found.match == match
    assert turned is not None
    assert turned.match == match


def test_a_missing_title_is_neither_alike_nor_different() -> None:
    assert likeness("", TITLE) is None
    assert likeness(TITLE, " ") is None


@given(WORDS, WORDS)
def test_the_share_of_common_words_is_whole_for_the_same_title_only(one: list[str], other: list[str]) -> None:
    found = likeness(" ".join(one), " ".join(other))

    assert found is not None
    assert 0.0 <= found.share <= 1.0
    assert (found.match == TitleMatch.SAME) == ("".join(one).casefold() == "".join(other).casefold())


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Hofer-Lang AB and 12 others. Cells for the painful knee. J Knees 2020", True),
        ("(2020) Cells for the painful knee. J Knees", True),
        ("Comment on: Cells for the painful knee. J Knees", False),
        ("Hofer A. Cells for the painful knee of children. J Knees", False),
        ("Hofer A, Lang B 2020 Cells for the painful knee. J Knees", True),
        ("Hofer A. MSC-19 cells for the painful knee. J Knees", False),
    ],
)
def test_a_title_is_known_in_a_text_where_it_is_a_sentence_of_its_own(text: str, stands: bool) -> None:
    assert stands_in("Cells for the painful knee.", text) is stands


@pytest.mark.parametrize(
    ("written", "known", "same"),
    [
        ("PNAS", "Proc Natl Acad Sci U S A", True),
        ("NEJM", "N Engl J Med", True),
        ("Proc. Natl Acad. Sci. USA", "Proceedings of the National Academy of Sciences of the United States", False),
        ("Proc. Natl Acad. Sci.", "Proceedings of the National Academy of Sciences", True),
        ("The Lancet", "Lancet", True),
        ("Lancet", "Lancet (London, England)", True),
        ("JAMA", "J Invent Med", False),
        ("Ann Intern Med", "Annals of surgery", False),
    ],
)
def test_a_journal_is_known_by_the_starts_of_its_words_or_their_first_letters(
    written: str, known: str, same: bool
) -> None:
    assert same_journal(written, known) is same
