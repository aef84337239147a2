"""Markdown, HTML and plain text say the same thing, each in its own way."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.domain.articles import ParsedArticle, ReferenceKind, ReviewStatus
from monitor.intake import read_article

MARKDOWN = """---
title: Vitamin D for Falls
question: Does vitamin D keep older people from falling?
last_updated: 2025-03-09
review_status: under_review
---

# Vitamin D for Falls

Vitamin D alone does not prevent falls in older people who live at home.[^1] It is safe at *usual* doses.

## What trials show

- Daily supplements made no difference over 5 years [2]
- High monthly doses raised the number of falls [2, 3]
  - mostly in people above 70 [3]

| Dose | Effect |
|------|--------|
| 800 IU a day | none [2] |

<!-- a note to the editors -->

```
print("no prose")
```

## References

[^1]: Moe A, Lund B. Vitamin D at home. Bone Rep. 2021;14(2):101-109. doi:10.1000/made.up.1

1. Is taken by the footnote above.
2. Berg C, Dahl D. Daily vitamin D and falls: a randomized trial. Age Home. 2019;48(1):12-20. PMID: 31000002
3. [Falls after monthly doses](https://doi.org/10.1000/made.up.3). J Steps, 2018
"""

HTML = """<!doctype html><html><head><title>Statins after Eighty | A Site</title>
<meta property="article:modified_time" content="2024-11-02T08:00:00Z">
<link rel="canonical" href="https://site.test/statins"></head>
<body><nav><ul><li>Home of the site [9]</li></ul></nav>
<article><header><h1>Statins after Eighty</h1><p>Content is pending human review</p></header>
<p>Statins lower LDL in the very old.<sup><a href="#ref-1">1</a></sup> Fewer die, by little (I<sup>2</sup> = 12%)
<sup>1,&nbsp;2</sup>. A third sentence carries none.</p>
<h2>Harms</h2>
<ul><li>Muscle pain is rare<sup>2</sup><ul><li>It is dose-related<sup>[2–3]</sup></li></ul></li></ul>
<table><tr><th>Age</th><th>Benefit</th></tr><tr><td>80 to 84</td><td>some<sup>1</sup></td></tr></table>
<script>var hidden = "[7]";</script>
<h2>References</h2>
<ol><li>Holm E, Ek F. LDL in the very old. Heart Pages. 2020;7(3):33-41.
<a href="https://pubmed.ncbi.nlm.nih.gov/32000001/">PubMed</a></li>
<li>Ask G. Statin harms: a systematic review and meta-analysis. Drug Notes. 2022;3:1-9.
<a href="https://doi.org/10.1000/ask.2">Link</a></li>
<li>Rein H. Dose and muscle. Old Age. 2017;2:5-6.</li></ol>
<h2>About the author</h2><p>She writes.</p>
</article><footer>Last updated: 1 January 1999</footer></body></html>
"""

TEXT = """Zinc for the Common Cold

Last updated: 3 Feb 2024
Review status: Approved

Zinc lozenges shorten a cold by about a day [1]. They must be started early [1,2]. No trial was longer than 14 days.

What To Tell Patients

- Bad taste is common [2]

References

[1] Aas I, Bo J. Zinc lozenges and colds. Cold J. 2015;1(1):1-8. PMID 25000001
[2] Cox K. Zinc in practice. Fam Notes. 2019;9:90-4. doi: 10.1000/cox.9
"""


def markers(article: ParsedArticle) -> list[tuple[int, ...]]:
    return [claim.markers for claim in article.claims]


def test_markdown_footnotes_brackets_and_links_are_all_markers() -> None:
    article = read_article(MARKDOWN.encode(), name="falls.md")

    assert [claim.text for claim in article.claims] == [
        "Vitamin D alone does not prevent falls in older people who live at home.",
        "It is safe at usual doses.",
        "Daily supplements made no difference over 5 years",
        "High monthly doses raised the number of falls",
        "mostly in people above 70",
        "800 IU a day | none",
    ]
    assert markers(article) == [(1,), (), (2,), (2, 3), (3,), (2,)]
    assert article.claims[4].headings == (
        "Vitamin D for Falls",
        "What trials show",
        "High monthly doses raised the number of falls",
    )


def test_markdown_front_matter_says_what_the_page_does_not_print() -> None:
    article = read_article(MARKDOWN.encode(), name="falls.md")

    assert (article.title, article.last_updated) == ("Vitamin D for Falls", date(2025, 3, 9))
    assert article.question == "Does vitamin D keep older people from falling?"
    assert article.review_status is ReviewStatus.UNDER_REVIEW


def test_markdown_references_keep_numbers_identifiers_and_links() -> None:
    article = read_article(MARKDOWN.encode(), name="falls.md")
    by_number = {reference.number: reference for reference in article.references if reference.number}

    assert article.missing_markers == ()
    assert [str(item) for item in by_number[2].identifiers] == ["pubmed:31000002"]
    assert [str(item) for item in by_number[3].identifiers] == ["doi:10.1000/made.up.3"]
    assert by_number[2].kind is ReferenceKind.TRIAL
    assert (by_number[2].title, by_number[2].source, by_number[2].year) == (
        "Daily vitamin D and falls: a randomized trial",
        "Age Home",
        2019,
    )


def test_named_footnotes_are_numbered_in_order_of_appearance() -> None:
    text = (
        "# Iron\n\nIron helps.[^who] It constipates.[^berg]\n\n"
        "[^berg]: Berg A. Gut. 2011.\n[^who]: World Iron Group, 2012.\n"
    )

    article = read_article(text.encode(), name="iron.md")

    assert markers(article) == [(1,), (2,)]
    assert {reference.number: reference.year for reference in article.references} == {2: 2011, 1: 2012}


def test_code_and_comments_of_markdown_are_no_claims() -> None:
    text = read_article(MARKDOWN.encode(), name="falls.md").text

    assert "print" not in text
    assert "note to the editors" not in text


def test_raised_numbers_of_html_are_markers_and_exponents_are_not() -> None:
    article = read_article(HTML.encode(), name="statins.html")

    assert [claim.text for claim in article.claims] == [
        "Statins lower LDL in the very old.",
        "Fewer die, by little (I² = 12%)",
        "A third sentence carries none.",
        "Muscle pain is rare",
        "It is dose-related",
        "80 to 84 | some",
    ]
    assert markers(article) == [(1,), (1, 2), (), (2,), (2, 3), (1,)]


def test_the_frame_of_an_html_page_is_left_out_and_its_head_is_heard() -> None:
    article = read_article(HTML.encode(), name="statins.html")

    assert (article.title, article.url) == ("Statins after Eighty", "https://site.test/statins")
    assert (article.last_updated, article.review_status) == (date(2024, 11, 2), ReviewStatus.SUBMITTED)
    assert not any(words in article.text for words in ("Home of the site", "hidden", "She writes", "1999"))


def test_links_of_an_html_reference_list_give_identifiers() -> None:
    article = read_article(HTML.encode(), name="statins.html")

    assert [(item.number, [str(i) for i in item.identifiers]) for item in article.references] == [
        (1, ["pubmed:32000001"]),
        (2, ["doi:10.1000/ask.2"]),
        (3, []),
    ]
    assert article.references[1].kind is ReferenceKind.SYSTEMATIC_REVIEW


def test_plain_text_with_a_numbered_list_reads_like_the_others() -> None:
    article = read_article(TEXT.encode(), name="zinc.txt")

    assert (article.title, article.last_updated) == ("Zinc for the Common Cold", date(2024, 2, 3))
    assert article.review_status is ReviewStatus.APPROVED
    assert markers(article) == [(1,), (1, 2), (), (2,)]
    assert article.claims[3].headings == ("Zinc for the Common Cold", "What To Tell Patients")
    assert [(item.number, [str(i) for i in item.identifiers]) for item in article.references] == [
        (1, ["pubmed:25000001"]),
        (2, ["doi:10.1000/cox.9"]),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "Sleep and Pain\n\nPeople who sleep badly report more pain on the day that follows, and\n"
        "the other way round [1]. Treating one may help the other.\n\nReferences\n\n"
        "1. Eng L. Sleep and pain: a long\n   look at both. Night. 2016;4:4-8.\n2. Foss M. Rest. 2017.\n"
    )

    article = read_article(text.encode(), name="sleep.txt")

    assert article.claims[0].text.endswith("the other way round")
    assert article.references[0].title == "Sleep and pain: a long look at both"
    assert article.uncited_numbers == (2,)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("page", "text/html; charset=utf-8"), ("page.HTM", ""), ("https://site.test/page.html?id=1", ""), ("page", "")],
)
def test_html_is_known_by_media_type_name_or_looks(name: str, media_type: str) -> None:
    assert read_article(HTML.encode(), name=name, media_type=media_type).title == "Statins after Eighty"


def test_a_declared_character_set_is_honoured() -> None:
    page = "<html><body><h1>Café au lait spots</h1><p>They are harmless alone.</p></body></html>".encode("latin-1")

    assert read_article(page, name="spots", media_type="text/html; charset=iso-8859-1").title == "Café au lait spots"


def test_a_list_put_between_the_items_of_another_is_read_as_nested() -> None:
    page = (
        "<h1>Backs</h1><ul><li>For most people:</li><ul><li>Walking helps [1]</li></ul><li>Rest does not [2]</li></ul>"
    )

    article = read_article(page.encode(), name="backs.html")

    assert [(claim.text, claim.headings[1:]) for claim in article.claims] == [
        ("Walking helps", ("For most people:",)),
        ("Rest does not", ()),
    ]


def test_a_page_by_address_keeps_its_address() -> None:
    assert read_article(TEXT.encode(), name="https://site.test/zinc.txt").url == "https://site.test/zinc.txt"


def test_numbers_in_round_brackets_are_markers_where_the_list_has_them() -> None:
    page = """<html><body><h1>Handwashing</h1><p>Ada Bo, MD<sup>1</sup></p>
    <p>Soap removes most germs (<i>1</i>,<i>2</i>). In wards (n = 3) infections fell (<i>2</i>).
    One ward (12) was closed.</p><h2>References</h2>
    <ol><li>Dunn A. Soap. Hands. 2001;1:1.</li><li>Eide B. Wards. Hands. 2002;2:2.</li></ol></body></html>"""

    article = read_article(page.encode(), name="hands.html")

    assert [claim.markers for claim in article.claims[1:]] == [(1, 2), (2,), ()]


def test_the_same_sentence_twice_under_one_heading_is_one_claim_with_both_markers() -> None:
    text = (
        "# Tea\n\n- Tea is warm [1]\n- Tea is wet [1]\n- Tea is warm [2]\n\n## References\n\n1. A. 2001\n2. B. 2002\n"
    )

    article = read_article(text.encode(), name="tea.md")

    assert [(claim.text, claim.markers) for claim in article.claims] == [("Tea is warm", (1, 2)), ("Tea is wet", (1,))]


def test_entries_with_the_same_words_stay_two_references() -> None:
    text = (
        "# Tea\n\nTea is warm [1]. Tea is wet [2].\n\n"
        "## References\n\n1. Topic overview, 2025\n2. Topic overview, 2025\n"
    )

    references = read_article(text.encode(), name="tea.md").references

    assert [reference.number for reference in references] == [1, 2]
    assert len({reference.key for reference in references}) == 2


def test_a_lettered_footnote_takes_no_number_that_the_list_has() -> None:
    text = (
        "# Iron\n\nIron helps.[^a] It constipates [1]. Few mind.[^b]\n\n[^a]: Berg A. Gut. 2011.\n\n"
        "    It goes on here.\n\n[^b]: Dahl D. Gut. 2012.\n\n"
        "## References\n\n1. Ek E. Iron. 2010.\n2. Holm H. Zinc. 2009.\n"
    )

    article = read_article(text.encode(), name="iron.md")

    assert markers(article) == [(3,), (1,), (4,)]
    assert {item.number: item.text for item in article.references} == {
        1: "Ek E. Iron. 2010.",
        2: "Holm H. Zinc. 2009.",
        3: "Berg A. Gut. 2011. It goes on here.",
        4: "Dahl D. Gut. 2012.",
    }


def test_a_number_that_is_a_link_to_its_study_names_it() -> None:
    text = "# Iron\n\nIron helps.[1](https://pubmed.ncbi.nlm.nih.gov/31000002/) It [constipates](https://site.test).\n"

    article = read_article(text.encode(), name="iron.md")

    assert [claim.text for claim in article.claims] == ["Iron helps.", "It constipates."]
    assert [str(one) for item in article.references for one in item.identifiers] == ["pubmed:31000002"]
