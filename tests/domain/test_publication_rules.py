"""What a PubMed record shows, by its links, types and title."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.diff import between, standing
from monitor.domain.identifiers import pubmed
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.records import HistoryDate, Link, MeshHeading, Publication, PublicationType, as_json, from_json
from monitor.domain.rules.publication import SHOWN_ON_THE_ARTICLE, SHOWN_ON_THE_NOTICE
from monitor.domain.signals import UNNAMED, date_in_citation

PAPER = Publication(identifier=pubmed("100"), title="A trial of something.", journal_abbreviation="J Test")
RETRACTED_TYPE = PublicationType(ui="D016441", name="Retracted Publication")
NOTICE_LINK = Link(ref_type="RetractionIn", source="J Test. 2026 Mar 30;1(2):3", pmid="200")


def kinds(before: Publication | None, after: Publication) -> list[EventKind]:
    return [sighting.signal.kind for sighting in between(before, after).came]


@pytest.mark.parametrize(("ref_type", "kind"), SHOWN_ON_THE_ARTICLE.items())
def test_each_link_on_the_article_gives_its_kind(ref_type: str, kind: EventKind) -> None:
    after = replace(PAPER, links=(Link(ref_type=ref_type, source="J Test. 2026;1:1", pmid="200"),))

    assert kinds(PAPER, after) == [kind]


@pytest.mark.parametrize(("ref_type", "kind"), SHOWN_ON_THE_NOTICE.items())
def test_each_link_on_a_notice_tells_of_the_named_record_and_never_of_the_notice(
    ref_type: str, kind: EventKind
) -> None:
    notice = Publication(identifier=pubmed("200"), links=(Link(ref_type=ref_type, source="", pmid="100"),))

    [signal] = standing(notice)

    assert (str(signal.record), signal.kind, signal.shown_by) == ("pubmed:100", kind, "pubmed:200")


def test_the_notice_and_the_back_link_show_the_same_event() -> None:
    notice = Publication(identifier=pubmed("200"), links=(Link(ref_type="RetractionOf", source="", pmid="100"),))

    assert standing(notice)[0].key == standing(replace(PAPER, links=(NOTICE_LINK,)))[0].key


def test_type_title_and_link_together_are_one_retraction_shown_by_its_notice() -> None:
    after = replace(
        PAPER, title="RETRACTED: A trial of something.", links=(NOTICE_LINK,), publication_types=(RETRACTED_TYPE,)
    )

    [sighting] = between(PAPER, after).came

    assert (sighting.signal.kind, sighting.signal.shown_by) == (EventKind.RETRACTED, "pubmed:200")
    assert {line.field for line in sighting.diff} == {"title", "links", "publication_types"}


def test_a_link_that_follows_the_type_is_no_second_retraction() -> None:
    marked = replace(PAPER, publication_types=(RETRACTED_TYPE,))

    assert kinds(marked, replace(marked, links=(NOTICE_LINK,))) == []


def test_a_raw_publisher_record_is_understood_by_the_name_of_its_type() -> None:
    after = replace(PAPER, publication_types=(PublicationType(ui="", name="RETRACTED PUBLICATION"),))

    assert kinds(PAPER, after) == [EventKind.RETRACTED]


def test_the_publishers_retraction_date_is_a_retraction() -> None:
    after = replace(PAPER, history=(HistoryDate(status="retracted", day=date(2026, 1, 5)),))

    [sighting] = between(PAPER, after).came

    assert (sighting.signal.kind, sighting.signal.happened_on) == (EventKind.RETRACTED, date(2026, 1, 5))


@pytest.mark.parametrize(
    "kind",
    [PublicationType(ui="D016440", name="Retraction of Publication"), PublicationType(ui="", name="Retraction Notice")],
)
def test_a_notice_is_never_itself_retracted(kind: PublicationType) -> None:
    notice = Publication(identifier=pubmed("200"), title="RETRACTED: A trial of something.", publication_types=(kind,))

    assert standing(notice) == ()


def test_a_withdrawn_cochrane_review_is_outdated_and_an_article_in_press_is_worse() -> None:
    cochrane = replace(
        PAPER, title="WITHDRAWN: Something for someone.", journal_abbreviation="Cochrane Database Syst Rev"
    )
    in_press = replace(cochrane, journal_abbreviation="J Test")

    assert [standing(cochrane)[0].severity, standing(in_press)[0].severity] == [Severity.MAJOR, None]
    assert standing(in_press)[0].kind is EventKind.PUBLICATION_WITHDRAWN


def test_an_update_of_a_preprint_is_its_publication() -> None:
    preprint = replace(PAPER, publication_types=(PublicationType(ui="D000076942", name="Preprint"),))

    assert kinds(preprint, replace(preprint, links=(Link(ref_type="UpdateIn", source="", pmid="9"),))) == [
        EventKind.PREPRINT_PUBLISHED
    ]


def test_an_article_that_updates_a_preprint_tells_of_its_publication_however_the_preprint_is_cited() -> None:
    for source in ("medRxiv. 2026 Feb 1", "Roe J. Res Sq. 2026 Feb 1", "bioRxiv. 2026", "ArXiv. 2026 Mar 3"):
        article = replace(PAPER, links=(Link(ref_type="UpdateOf", source=source, pmid="9"),))
        assert [signal.kind for signal in standing(article)] == [EventKind.PREPRINT_PUBLISHED]


@pytest.mark.parametrize(
    "title",
    [
        "RETRACTED: A trial of something.",
        "RETRACTED ARTICLE: A trial of something.",
        "Retracted: A trial of something.",
        "[Retracted] A trial of something.",
        "Retracted chapter: A trial of something.",
    ],
)
def test_a_title_says_in_every_spelling_that_its_paper_is_retracted(title: str) -> None:
    assert kinds(PAPER, replace(PAPER, title=title)) == [EventKind.RETRACTED]


@pytest.mark.parametrize("title", ["TEMPORARY REMOVAL: A trial.", "REMOVED: A trial.", "WITHDRAWN: A trial."])
def test_a_title_in_capitals_says_that_its_paper_was_taken_back(title: str) -> None:
    assert kinds(PAPER, replace(PAPER, title=title)) == [EventKind.PUBLICATION_WITHDRAWN]


@pytest.mark.parametrize(
    "title",
    ["Withdrawn: why patients leave trials.", "Retracted papers in orthopaedics.", "Retraction of the scapula."],
)
def test_a_paper_about_such_things_is_none_of_them(title: str) -> None:
    assert standing(replace(PAPER, title=title)) == ()


def test_a_paper_whose_title_turns_into_that_of_its_notice_was_replaced_in_place() -> None:
    replaced = replace(PAPER, title="Retraction notice to: A trial of something.")

    assert kinds(PAPER, replaced) == [EventKind.RETRACTED]
    assert standing(replaced) == (), "a notice that was always one is not itself retracted"


def test_a_version_that_follows_is_told_when_its_words_are_others() -> None:
    assert kinds(PAPER, replace(PAPER, version=2, abstract="It did not help after all.")) == [EventKind.SUPERSEDED]
    assert kinds(PAPER, replace(PAPER, version=2, revised="2026-11-01", keywords=("knee",))) == []


def test_what_was_retracted_and_published_again_weighs_as_a_retraction() -> None:
    links = [
        Link(ref_type=f"{kind}Republished{side}", source="", pmid="9")
        for kind, side in (("Retractedand", "In"), ("Retractedand", "From"), ("Correctedand", "In"))
    ]
    signals = [signal for link in links for signal in standing(replace(PAPER, links=(link,)))]

    assert [signal.kind for signal in signals] == [EventKind.REPUBLISHED] * 3
    assert [signal.severity for signal in signals] == [Severity.CRITICAL, Severity.CRITICAL, None]


@pytest.mark.parametrize(
    ("title", "abstract", "severity", "words"),
    [
        ("Correction.", "", None, "is not said"),
        ("Erratum.", "[This corrects the article DOI: 10.5555/dose.results.1].", None, "is not said"),
        (
            "Corrigendum to: Dose of X for Y.",
            "Correction for 'Dose of X and results in participants' by Roe.",
            None,
            "is not said",
        ),
        (
            "Correction.",
            "The academic degrees of two authors were listed incorrectly.",
            Severity.MINOR,
            "authors' names or degrees only",
        ),
        (
            "Erratum regarding missing Declaration of Competing Interest statements.",
            "",
            Severity.MINOR,
            "declared interests only",
        ),
        ("Correction.", "In Table 2, and in an affiliation, errors occurred.", None, "tables or figures"),
        ("Correction.", "The dose was given as 5 mg instead of 0.5 mg.", None, "a dose"),
        ("[Correction: A study]", "[This corrects the Table 4 of the article: pmid: 1].", None, "tables or figures"),
    ],
)
def test_a_correction_weighs_less_only_when_its_own_text_says_so(
    title: str, abstract: str, severity: Severity | None, words: str
) -> None:
    notice = Publication(
        identifier=pubmed("200"),
        title=title,
        abstract=abstract,
        links=(Link(ref_type="ErratumFor", source="", pmid="100"),),
    )
    [signal] = standing(notice)

    assert (signal.kind, signal.severity) == (EventKind.CORRECTED, severity)
    assert words in signal.because


CONCERN_LINK = Link(ref_type="ExpressionOfConcernIn", source="J Test. 2026;1:2", pmid="201")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((CONCERN_LINK,), (), [EventKind.CONCERN_LIFTED]),
        ((CONCERN_LINK,), (NOTICE_LINK,), [EventKind.RETRACTED, EventKind.NOTICE_VANISHED]),
        (
            (NOTICE_LINK,),
            (replace(NOTICE_LINK, ref_type="RetractedandRepublishedIn"),),
            [EventKind.REPUBLISHED, EventKind.NOTICE_VANISHED],
        ),
        ((replace(NOTICE_LINK, ref_type="ErratumIn"),), (), [EventKind.NOTICE_VANISHED]),
    ],
)
def test_what_gives_way_to_something_stronger_was_not_lifted(
    before: tuple[Link, ...], after: tuple[Link, ...], told: list[EventKind]
) -> None:
    assert kinds(replace(PAPER, links=before), replace(PAPER, links=after)) == told


def test_a_notice_that_goes_while_the_mark_stays_has_vanished_and_the_retraction_stands() -> None:
    marked = replace(PAPER, publication_types=(RETRACTED_TYPE,))
    difference = between(replace(marked, links=(NOTICE_LINK,)), marked)

    assert [sighting.signal.kind for sighting in difference.came] == [EventKind.NOTICE_VANISHED]
    assert difference.went == ()


def test_a_notice_that_names_a_paper_no_longer_lifts_nothing() -> None:
    notice = Publication(identifier=pubmed("200"), links=(Link(ref_type="RetractionOf", source="", pmid="100"),))

    assert kinds(notice, replace(notice, links=())) == [EventKind.NOTICE_VANISHED]


def test_what_we_looked_up_ourselves_cannot_vanish_upstream() -> None:
    link = Link(ref_type="RetractionOf", source="J Test. 2020;1:1", pmid="100", looked_up=True)
    notice = Publication(identifier=pubmed("200"), title="Retraction", links=(link,))

    assert kinds(None, notice) == [EventKind.RETRACTED]
    assert kinds(notice, replace(notice, links=(replace(link, pmid=None, looked_up=False),))) == []


def test_a_notice_that_is_only_cited_is_the_same_however_its_citation_is_set() -> None:
    def cited(source: str) -> Publication:
        return replace(PAPER, links=(Link(ref_type="ErratumIn", source=source),))

    assert kinds(cited("J Biol Chem 1999 May 7;274(19):13728"), cited("J Biol Chem. 1999 May 7; 274(19):13728.")) == []


def test_a_retraction_that_goes_away_is_told_and_a_second_notice_that_goes_is_a_vanished_notice() -> None:
    once = replace(PAPER, links=(NOTICE_LINK,))
    twice = replace(PAPER, links=(NOTICE_LINK, replace(NOTICE_LINK, pmid="201")))

    assert kinds(once, PAPER) == [EventKind.RETRACTION_LIFTED]
    assert kinds(twice, once) == [EventKind.NOTICE_VANISHED]


@pytest.mark.parametrize(
    "after",
    [
        replace(PAPER, mesh=(MeshHeading(ui="D1", name="Knee"),), status="MEDLINE", indexing_method="Automated"),
        replace(PAPER, revised="2026-11-01", completed="2026-11-02"),
        replace(PAPER, keywords=("knee",), authors=("Doe J",), cited_pmids=("5", "6"), conflict_statement="None."),
        replace(PAPER, title="A  trial of\nsomething."),
        replace(PAPER, links=(Link(ref_type="CommentIn", source="J Test. 2026;2:2", pmid="300"),)),
    ],
)
def test_indexing_dates_whitespace_and_letters_are_no_change(after: Publication) -> None:
    assert between(PAPER, after) == between(PAPER, PAPER)


def test_publication_types_in_another_order_are_no_change() -> None:
    types = (PublicationType(ui="D016428", name="Journal Article"), PublicationType(ui="D016454", name="Review"))

    assert not between(replace(PAPER, publication_types=types), replace(PAPER, publication_types=types[::-1])).came


@pytest.mark.parametrize(
    ("citation", "day"),
    [
        ("J Biol Chem. 2001 Mar 30;276(13):10576", date(2001, 3, 30)),
        ("Lancet. 2010 Feb;375:445", None),
        ("J Test. 2026;12(3):e5", None),
        ("J Test. 2026 Mar-Apr;12(3):e5", None),
        ("J Test. 2026 Feb 30;1:1", None),
        ("Sometime", None),
    ],
)
def test_only_a_whole_date_of_a_citation_is_a_day(citation: str, day: date | None) -> None:
    """A vague one would place a correction before an article's update, and so hide it."""
    assert date_in_citation(citation) == day


LINKS = st.builds(
    Link,
    ref_type=st.sampled_from(sorted({*SHOWN_ON_THE_ARTICLE, *SHOWN_ON_THE_NOTICE, "CommentIn", "New"})),
    source=st.sampled_from(["", "J Test. 2026 Mar 3;1:1", "Other. 2025;2:2"]),
    pmid=st.sampled_from([None, "7", "8", "100"]),
)
RECORDS = st.builds(
    Publication,
    identifier=st.just(pubmed("100")),
    links=st.lists(LINKS, max_size=4).map(tuple),
    title=st.sampled_from(["A trial.", "RETRACTED: A trial.", "WITHDRAWN: A review."]),
    publication_types=st.sampled_from([(), (RETRACTED_TYPE,), (PublicationType(ui="D016440", name=""),)]),
)


@given(RECORDS)
def test_a_record_compared_with_itself_shows_nothing(record: Publication) -> None:
    assert not between(record, record).came
    assert not between(record, record).went


@given(RECORDS, st.randoms())
def test_the_order_of_links_and_types_never_matters(record: Publication, random: Random) -> None:
    links = list(record.links)
    random.shuffle(links)

    assert standing(replace(record, links=tuple(links))) == standing(record)


@given(RECORDS)
def test_each_event_is_shown_once_and_marks_yield_to_notices(record: Publication) -> None:
    signals = standing(record)

    assert len({signal.key for signal in signals}) == len(signals)
    assert sum(signal.kind is EventKind.RETRACTED and signal.shown_by == UNNAMED for signal in signals) <= 1


@given(RECORDS)
def test_a_record_survives_its_json_spelling(record: Publication) -> None:
    assert from_json(as_json(record)) == record
