"""The first real article: a plain-text page whose reference list is incomplete and whose evidence is in the prose."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.domain.articles import Claim, ParsedArticle, Reference, ReferenceKind, ReviewStatus
from monitor.intake import citation_of, read_article


@pytest.fixture(scope="module")
def article(shared: Path) -> ParsedArticle:
    path = shared / "seeds" / "stem-cell-knee-injections.txt"
    return read_article(path.read_bytes(), name=path.name)


def numbered(article: ParsedArticle, number: int) -> Reference:
    return next(reference for reference in article.references if reference.number == number)


def starting(article: ParsedArticle, words: str) -> Claim:
    return next(claim for claim in article.claims if claim.text.startswith(words))


def test_the_title_is_the_articles_own_and_the_question_is_kept_beside_it(article: ParsedArticle) -> None:
    assert article.title == "Stem Cell Therapy for Knee Osteoarthritis"
    assert article.question.startswith("Are stem cell therapy knee injections")
    assert article.question.endswith("?")


def test_the_date_is_read_though_the_next_link_is_glued_to_it(article: ParsedArticle) -> None:
    assert article.last_updated == date(2025, 12, 3)


def test_the_banner_decides_the_status_where_all_three_are_printed(article: ParsedArticle) -> None:
    assert article.review_status is ReviewStatus.SUBMITTED


def test_eleven_claims_rest_on_the_second_entry(article: ParsedArticle) -> None:
    assert sum(2 in claim.markers for claim in article.claims) == 11
    assert {marker for claim in article.claims for marker in claim.markers} == {1, 2, 3, 4, 5, 6}


def test_every_marked_line_of_the_page_is_a_claim_under_headings(article: ParsedArticle) -> None:
    assert len(article.claims) == 35
    assert all(claim.markers and claim.headings[0] == article.title for claim in article.claims)
    assert [claim.position for claim in article.claims] == list(range(1, 36))


def test_figures_stay_in_the_sentence_and_only_the_last_number_is_a_marker(article: ParsedArticle) -> None:
    pain = starting(article, "Pain improvement")

    assert pain.markers == (2,)
    assert pain.text.endswith("I² = 80%)")
    assert starting(article, "The 2017 systematic review").markers == (4,)
    assert starting(article, "There is no standardized").markers == (1, 2)
    assert starting(article, "Stem cell therapy is increasingly").markers == (2, 5)


def test_a_nested_item_knows_the_line_that_leads_to_it(article: ParsedArticle) -> None:
    nested = starting(article, "Heterogeneity and lack")

    assert nested.headings[1:3] == ("Guideline-Based Recommendations", "Strong Recommendation Against Use")
    assert nested.headings[-1].endswith("recommendation include:")
    assert starting(article, "Opioids or tramadol").headings[-1] == "Avoid:"
    assert starting(article, "Topical NSAIDs").headings[-1] == "First-line interventions (all have strong evidence):"


def test_unnumbered_entries_get_their_numbers_by_order_and_content(article: ParsedArticle) -> None:
    listed = [reference for reference in article.references if reference.listed]

    assert [reference.number for reference in listed] == [1, 2, 3, 6]
    assert article.missing_markers == (4, 5)
    assert article.uncited_numbers == ()


def test_the_sites_own_summaries_are_told_from_research(article: ParsedArticle) -> None:
    assert [numbered(article, number).kind for number in (1, 3, 6)] == [ReferenceKind.IN_HOUSE_SUMMARY] * 3
    assert numbered(article, 3).title.startswith("间充质干细胞")

    review = numbered(article, 2)
    assert review.kind is ReferenceKind.SYSTEMATIC_REVIEW
    assert review.title == "Stem cell injections for osteoarthritis of the knee."
    assert (review.source, review.year) == ("The Cochrane database of systematic reviews", 2025)


def test_the_listed_review_can_be_looked_up_by_title_journal_and_year(article: ParsedArticle) -> None:
    citation = citation_of(numbered(article, 2))

    assert citation.key == numbered(article, 2).key
    assert (citation.title, citation.year) == ("Stem cell injections for osteoarthritis of the knee.", 2025)
    assert "Cochrane" in citation.journal


def test_evidence_named_in_the_prose_is_found_with_its_figures(article: ParsedArticle) -> None:
    named = {(mention.kind, mention.organisation, mention.year): mention for mention in article.mentions}

    assert set(named) == {
        (ReferenceKind.GUIDELINE, "American College of Rheumatology/Arthritis Foundation", 2019),
        (ReferenceKind.GUIDELINE, "VA/DoD", 2020),
        (ReferenceKind.SYSTEMATIC_REVIEW, "Cochrane", 2025),
        (ReferenceKind.SYSTEMATIC_REVIEW, "", 2017),
    }
    assert dict(named[ReferenceKind.SYSTEMATIC_REVIEW, "Cochrane", 2025].counts) == {"trials": 25, "participants": 1341}


def test_what_only_the_prose_names_is_watched_too_and_the_listed_review_is_not_doubled(article: ParsedArticle) -> None:
    unlisted = [reference for reference in article.references if not reference.listed]

    assert [(reference.organisation, reference.year) for reference in unlisted] == [
        ("American College of Rheumatology/Arthritis Foundation", 2019),
        ("VA/DoD", 2020),
        ("", 2017),
    ]
    assert all(reference.number is None and reference.named_in for reference in unlisted)
    assert numbered(article, 2).named_in == (starting(article, "A 2025 Cochrane").position,)


def test_the_frame_of_the_page_is_no_part_of_the_article(article: ParsedArticle) -> None:
    chrome = ("Advisory Board", "Personalize", "Help us", "follow-up question", "Disclaimer", "pending human review")

    assert not any(words in article.text for words in chrome)
    assert not any(words in claim.text for words in chrome for claim in article.claims)


def test_every_claim_is_found_in_the_text_in_order(article: ParsedArticle) -> None:
    at = 0
    for claim in article.claims:
        at = article.text.index(claim.text, at) + len(claim.text)
