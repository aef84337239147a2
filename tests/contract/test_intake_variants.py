"""One article told in eight ways: nested lists, names and years, footnotes, three languages, two columns, a gap."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.domain.articles import ParsedArticle, ReferenceKind
from monitor.intake import read_article

ARTICLES = Path(__file__).parent / "articles"


def article(name: str) -> ParsedArticle:
    return read_article((ARTICLES / name).read_bytes(), name=name)


def claims(name: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(claim.text, claim.markers) for claim in article(name).claims]


def listed(name: str) -> dict[int | None, str]:
    return {item.number: item.text.partition(".")[0] for item in article(name).references if item.listed}


def mentions(name: str) -> list[tuple[int, str, str, int | None]]:
    return [(item.claim_position, item.kind.value, item.organisation, item.year) for item in article(name).mentions]


def test_nested_lists_keep_their_parents_and_a_folded_list_goes_on_counting() -> None:
    read = article("nested-lists.html")

    assert claims("nested-lists.html") == [
        ("Two guidelines speak against such injections", (1, 2)),
        ("The 2019 ACR/Arthritis Foundation guideline is firm", (1,)),
        ("No two products are alike", (1,)),
        ("marrow", (3,)),
        ("fat", (3, 4)),
        ("The 2020 VA/DoD guideline is milder", (2,)),
        ("Outcome | Gain at 3–6 months", (3,)),
        ("Pain | 1.2 of 10 points (I² = 80 %)", (3,)),
        ("Function | 14.2 of 100 points, p < 0.05", ()),
        ("Knees with 10⁶ cells per m² did no better[4]; a ¹³C test was not done.", (4,)),
    ]
    assert read.claims[3].headings[-2:] == (
        "The 2019 ACR/Arthritis Foundation guideline is firm",
        "Cells are taken from:",
    )
    assert listed("nested-lists.html") == {1: "Kol A, Ner B", 2: "Dal C", 3: "Whit S, Fei T", 4: "Mo L"}
    assert mentions("nested-lists.html") == [
        (2, "guideline", "ACR/Arthritis Foundation", 2019),
        (6, "guideline", "VA/DoD", 2020),
    ]
    assert (read.last_updated, read.missing_markers, read.uncited_numbers) == (date(2025, 12, 3), (), ())


def test_names_and_years_are_markers_of_an_alphabetical_list() -> None:
    read = article("author-year.md")

    assert claims("author-year.md") == [
        ("Injected cells relieve a little pain", (6, 2)),
        ("Müller and Yildiz (2020b) saw no difference at all.", (3,)),
        ("A year later the effect was gone", (1,)),
        ("Clots were reported twice", (4, 5)),
        (
            "Whit et al. (2025) pooled 25 trials with 1,341 participants; heterogeneity was high (I² = 80 %)",
            (6,),
        ),
        ("Bleeding is rare (Ibsen et al., 2016)", ()),
        ("World bodies ask for registries", (7,)),
        ("Joint infections cannot be excluded (Whit et al., 2025; Hamsun, 2017)", (6,)),
        ("The clinics were visited in March 2019, and most offers (Berlin 2019) came without data.", ()),
    ]
    assert list(listed("author-year.md")) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert read.uncited_numbers == (8,)


def test_a_name_and_year_the_list_lacks_is_shown_and_not_dropped() -> None:
    absent = [item for item in article("author-year.md").references if not item.listed]

    assert [(item.text, item.year, item.named_in, item.number) for item in absent] == [
        ("Ibsen et al., 2016", 2016, (6,), None),
        ("Hamsun, 2017", 2017, (8,), None),
    ]


def test_footnotes_are_tied_by_their_links_whatever_they_print() -> None:
    """An explanation passes on what it cites, even where two of them point at each other."""
    assert claims("footnotes.html") == [
        ("Injections help a little[1] and for a short time.", (1, 4)),
        ("Nobody knows why.", (1,)),
        ("They are banned in some places[1,2], and the guideline of 2020 agrees", (1, 2, 3)),
        ("No trial has looked at cartilage", (1,)),
        ("Two ideas are around, see note c and the review.", (1,)),
        ("c As told in note b.", (1,)),
    ]
    assert listed("footnotes.html") == {
        1: "Whit S",
        2: "Dal C",
        3: "VA/DoD clinical practice guideline, 2020",
        4: "Kol A",
    }


def test_german_is_read_with_its_abbreviations_commas_and_ordinals() -> None:
    read = article("german.md")

    assert claims("german.md") == [
        ("Dr. med. A. Kol prüfte die Seite am 3. Dezember im Jahr darauf.", ()),
        (
            "Eine Cochrane-Übersicht von 2025 fand, d. h. bei 25 Studien mit 1.341 Teilnehmenden,"
            " 1,2 Punkte weniger Schmerz (95 %-KI 0,5–1,9; I² = 80 %)",
            (1, 2),
        ),
        ("Nach ca. 6 Monaten war davon z. B. beim Gehen nichts mehr übrig.", (3,)),
        ("Ab der 2. Spritze stieg das Risiko um 14,2 % (s. Abb. 2)", (2, 3, 4)),
        ("Die Leitlinie der VA/DoD von 2020 rät ab", (4,)),
        ("Pro Knie wurden 10⁶ Zellen/m² gespritzt, u. a. aus Fett", (1, 3)),
        ("Ein Test mit ¹³C fehlt", ()),
    ]
    assert listed("german.md") == {
        1: "Weiß S, Fuchs T",
        2: "Müller A",
        3: "Kohl B",
        4: "VA/DoD clinical practice guideline, 2020",
    }
    assert mentions("german.md") == [(2, "systematic_review", "Cochrane", 2025), (5, "guideline", "VA/DoD", 2020)]
    assert (read.last_updated, read.missing_markers) == (date(2025, 12, 3), ())


def test_chinese_is_read_with_its_stops_brackets_and_wide_digits() -> None:
    read = article("chinese.txt")

    assert read.title == "膝关节干细胞注射"
    assert claims("chinese.txt") == [
        ("2025年的一项系统评价纳入25项试验、1341名受试者，疼痛仅减轻1.2分（I² = 80%）", (1,)),
        ("注射后六个月疗效消失", (2, 3)),
        ("目前没有试验观察软骨的变化", (1, 3)),
        ("2020年VA/DoD指南不推荐此类注射", (4,)),
        ("每个膝关节注射10⁶个细胞，来源于脂肪或骨髓", (2, 3)),
    ]
    assert list(listed("chinese.txt")) == [1, 2, 3, 4]
    assert mentions("chinese.txt") == [(1, "systematic_review", "", 2025), (4, "guideline", "VA/DoD", 2020)]
    assert (read.last_updated, read.missing_markers) == (date(2025, 12, 3), ())


def test_arabic_is_read_from_right_to_left_with_its_own_digits() -> None:
    read = article("arabic.html")

    assert claims("arabic.html") == [
        ("وجدت مراجعة كوكرين لعام ٢٠٢٥ تحسنًا طفيفًا في الألم بمقدار ١٫٢ نقطة", (1,)),
        ("لا يدوم أكثر من ستة أشهر [٢، ٣]؛ وهذا قليل.", (2, 3)),
        ("سُجلت جلطات نادرة", (3,)),
        ("لا توصي إرشادات VA/DoD لعام 2020 بالحقن", (3, 4)),
    ]
    assert list(listed("arabic.html")) == [1, 2, 3, 4]
    assert mentions("arabic.html") == [(1, "systematic_review", "Cochrane", 2025), (4, "guideline", "VA/DoD", 2020)]
    assert (read.missing_markers, read.uncited_numbers) == ((), ())


def test_a_list_in_two_columns_goes_on_counting_in_the_second() -> None:
    assert claims("two-columns.html") == [
        ("Pain falls a little", (1,)),
        ("Function gains 14.2 points on a scale of 100", (1, 4)),
        ("The 2020 VA/DoD guideline is not in favour", (2,)),
        ("Cells from fat clot more easily than those from marrow (3,5), and cost more", (3, 5, 6)),
    ]
    assert listed("two-columns.html") == {
        1: "Whit S",
        2: "VA/DoD clinical practice guideline, 2020",
        3: "Mo L",
        4: "Kol A",
        5: "Ner B",
        6: "Dal C",
    }
    assert mentions("two-columns.html") == [(3, "guideline", "VA/DoD", 2020)]


def test_a_truncated_list_is_numbered_by_what_it_says_and_its_gaps_are_told() -> None:
    read = article("truncated-list.txt")

    assert [markers for _, markers in claims("truncated-list.txt")] == [(1,), (2,), (3,), (3,), (4,), (2, 5), (6,)]
    assert [(item.number, item.kind) for item in read.references] == [
        (1, ReferenceKind.IN_HOUSE_SUMMARY),
        (2, ReferenceKind.SYSTEMATIC_REVIEW),
        (3, ReferenceKind.IN_HOUSE_SUMMARY),
        (6, ReferenceKind.IN_HOUSE_SUMMARY),
    ]
    assert [(item.organisation, item.year, item.counts) for item in read.mentions] == [
        ("Cochrane", 2025, (("trials", 25), ("participants", 1341)))
    ]
    assert read.missing_markers == (4, 5)


def test_the_seed_itself_is_read_as_its_design_says(shared: Path) -> None:
    seed = read_article((shared / "seeds/stem-cell-knee-injections.txt").read_bytes(), name="seed.txt")

    assert len(seed.claims) == 35
    assert {marker for claim in seed.claims for marker in claim.markers} == {1, 2, 3, 4, 5, 6}
    assert [item.number for item in seed.references if item.listed] == [1, 2, 3, 6]
    assert (seed.missing_markers, seed.uncited_numbers) == ((4, 5), ())


@pytest.mark.parametrize("name", sorted(path.name for path in ARTICLES.iterdir()))
def test_every_claim_s_words_stand_in_the_article_s_text_in_order(name: str) -> None:
    read = article(name)

    at = 0
    for claim in read.claims:
        at = read.text.index(claim.text, at) + len(claim.text)
