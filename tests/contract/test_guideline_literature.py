"""A publisher followed through PubMed: one guideline, its editions and its articles; all of it, or nothing is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.channels import LiteratureChannel
from monitor.domain.diff import between
from monitor.domain.identifiers import Identifier, Scheme, pubmed
from monitor.domain.kinds import EventKind
from monitor.domain.outcomes import Failure, Polled, PollOutcome, PollRequest, Throttled, Unreachable, Unreadable
from monitor.domain.publications import Publication, PublicationType
from monitor.domain.publishers import KnownGuideline, Publisher
from monitor.domain.records import GuidelineDocument
from monitor.recipes import load_watchlists
from monitor.sources.guideline import LiteraturePublisher, read_example
from monitor.sources.guideline.editions import edition_of, identity_in, is_guideline
from monitor.sources.guideline.shelf import Shelf, with_records

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KNEES = Identifier.of(Scheme.GUIDELINE, "college/knees")
COLLEGE = Publisher(
    key="college",
    name="The College",
    organisations=("College of Joints", "COJ"),
    channel=LiteratureChannel(query='"J Joints"[ta]', titles=(r"\bguidelines?\b", r"\brecommendations\b")),
    guidelines=(KnownGuideline(identity=KNEES, title="Knees", match=(("knee", "osteoarthritis"),)),),
)
TITLE = "2019 College of Joints Guideline for the Management of Osteoarthritis of the Hip and Knee."


def article(
    pmid: str, title: str = TITLE, published: str = "2020-02", *types: str, electronic: str = ""
) -> Publication:
    return Publication(
        identifier=pubmed(pmid),
        title=title,
        published=published,
        published_electronically=electronic,
        publication_types=tuple(PublicationType(ui="", name=name) for name in ("Journal Article", *types)),
    )


@dataclass
class Shelves:
    """PubMed as a test wants it."""

    found: tuple[Publication, ...] | Failure = ()
    held: dict[str, Publication] = field(default_factory=dict)
    asked: list[tuple[date, date]] = field(default_factory=list)

    def published(self, query: str, *, first: date, last: date) -> tuple[Publication, ...] | Failure:
        """What the test put here."""
        assert query == '"J Joints"[ta]'
        self.asked.append((first, last))
        return self.found

    def read(self, pmids: Sequence[str]) -> tuple[Publication, ...] | Failure:
        """The records of that number."""
        return tuple(self.held[pmid] for pmid in pmids if pmid in self.held)


def ask(shelves: Shelves, cursor: str = "", *, unread: bool = True, now: datetime = NOW) -> PollOutcome:
    return LiteraturePublisher(shelves, COLLEGE).poll(
        PollRequest(
            watch="list",
            target="",
            identifiers=(KNEES,),
            unread=frozenset({KNEES} if unread else ()),
            cursor=cursor,
            data_version="",
            now=now,
        )
    )


def polled(shelves: Shelves, cursor: str = "", **more: bool) -> Polled:
    outcome = ask(shelves, cursor, **more)
    assert isinstance(outcome, Polled), outcome
    return outcome


def only(outcome: Polled) -> GuidelineDocument:
    [reading] = outcome.readings
    assert isinstance(reading.record, GuidelineDocument)
    return reading.record


def test_one_guideline_in_two_journals_is_one_edition_with_two_records() -> None:
    document = only(polled(Shelves((article("2"), article("1", published="2020-01-06")))))

    assert (document.identifier, document.edition, document.state) == (KNEES, "2019", "current")
    assert document.records == ("pubmed:1", "pubmed:2")
    assert document.url == "https://pubmed.ncbi.nlm.nih.gov/1/"


def test_the_second_journal_is_no_second_event() -> None:
    first = polled(Shelves((article("1"),)))
    second = polled(Shelves((article("2", published="2020-03"),)), first.cursor, unread=False)

    assert only(second).records == ("pubmed:1", "pubmed:2")
    assert between(only(first), only(second)).came == ()


def test_a_later_edition_is_told_as_the_newer_one() -> None:
    first = polled(Shelves((article("1"),)))
    newer = article("9", "2026 Update of the College of Joints Guideline: Knee Osteoarthritis", "2026-05-20")
    second = polled(Shelves((newer,)), first.cursor, unread=False)

    [sighting] = between(only(first), only(second)).came
    assert only(second).records == ("pubmed:9",)
    assert (sighting.signal.kind, sighting.signal.edition_year) == (EventKind.GUIDELINE_UPDATED, 2026)


def test_an_older_edition_found_later_never_goes_backwards() -> None:
    first = polled(Shelves((article("5"),)))
    second = polled(
        Shelves((article("3", "College of Joints guideline: knee osteoarthritis", "2012-04"),)),
        first.cursor,
        unread=False,
    )

    assert (second.readings, second.confirmed) == ((), (KNEES,))


@given(order=st.sampled_from(list(permutations(range(4)))))
def test_the_order_in_which_records_are_found_does_not_matter(order: tuple[int, ...]) -> None:
    records = [
        article("4", "College of Joints guideline: knee osteoarthritis", "2012-04"),
        article("5"),
        article("6", published="2020-04"),
        article("7", "Guideline for gout", "2016"),
    ]
    together = with_records(Shelf(), COLLEGE, records)
    one_by_one = Shelf()
    for number in order:
        one_by_one = with_records(one_by_one, COLLEGE, [records[number]])

    assert {name: set(found) for name, found in one_by_one.editions.items()} == {
        name: set(found) for name, found in together.editions.items()
    }
    assert with_records(together, COLLEGE, records) == together


def test_an_issue_date_that_comes_a_year_after_the_electronic_one_is_no_new_edition() -> None:
    title = "College of Joints guideline: knee osteoarthritis"
    first = polled(Shelves((article("1", title, "2024-12-20"),)))
    issued = article("1", title, "2025-02", electronic="2024-12-20")
    without_its_first_date = article("1", title, "2025-02")

    for record in (issued, without_its_first_date):
        assert polled(Shelves((record,)), first.cursor, unread=False).readings == ()
    assert only(polled(Shelves((issued,)))).edition == "2024"


def test_a_retracted_guideline_is_withdrawn_once_none_of_its_articles_stands() -> None:
    first = polled(Shelves((article("1"), article("2"))))
    fallen = [article(pmid, TITLE, "2020-02", "Retracted Publication") for pmid in "12"]
    half = polled(Shelves((fallen[0],)), first.cursor, unread=False)
    whole = polled(Shelves(tuple(fallen)), half.cursor, unread=False)

    assert (half.readings, only(half).state) == (half.readings, "current")
    assert only(whole).state == "withdrawn"
    assert {s.signal.kind for s in between(only(half), only(whole)).came} == {EventKind.GUIDELINE_WITHDRAWN}


def test_the_first_search_reaches_years_back_and_the_next_from_the_last_day() -> None:
    shelves = Shelves((article("1"),))
    first = polled(shelves)
    polled(shelves, first.cursor)

    assert shelves.asked[0][0] < date(2014, 6, 2)
    assert shelves.asked[1] == (NOW.date(), NOW.date())


def test_a_clock_that_was_set_back_does_not_leave_a_gap() -> None:
    shelves = Shelves((article("1"),))
    later = ask(shelves, now=NOW + timedelta(days=40))
    assert isinstance(later, Polled)
    polled(shelves, later.cursor)

    assert shelves.asked[1] == (NOW.date(), NOW.date())


def test_a_search_that_finds_nothing_at_all_is_a_broken_query_never_calm() -> None:
    for found in ((), (article("1", "Knees in the age of sail"),)):
        outcome = ask(Shelves(found))
        assert isinstance(outcome, Unreadable)
        assert outcome.reason.startswith("the query finds nothing")


def test_a_quiet_day_confirms_what_is_known() -> None:
    first = polled(Shelves((article("1"),)))
    quiet = polled(Shelves(), first.cursor, unread=False)

    assert (quiet.readings, quiet.confirmed, quiet.covered) == ((), (KNEES,), (KNEES,))


def test_a_guideline_to_be_read_again_is_read_by_the_numbers_of_its_articles() -> None:
    first = polled(Shelves((article("1"),)))
    fallen = article("1", TITLE, "2020-02", "Retracted Publication")
    again = polled(Shelves(held={"1": fallen}), first.cursor)

    assert only(again).state == "withdrawn"


def test_a_watched_guideline_without_an_article_is_not_vouched_for_and_not_gone() -> None:
    outcome = polled(Shelves((article("7", "Guideline for gout", "2016"),)))

    assert (outcome.covered, outcome.missing) == ((), ())
    assert outcome.troubles == ("no article is known of guideline:college/knees",)


def test_an_article_that_pubmed_no_longer_holds_vouches_for_nothing() -> None:
    first = polled(Shelves((article("1"), article("7", "Guideline for gout", "2016"))))
    gone = polled(Shelves(), first.cursor)

    assert (gone.covered, len(gone.troubles)) == ((), 1)


@pytest.mark.parametrize(
    "failure", [Throttled(retry_after=3), Unreachable(reason="no answer"), Unreadable(reason="not understood")]
)
def test_what_pubmed_does_not_answer_is_the_outcome(failure: Failure) -> None:
    assert ask(Shelves(failure)) == failure


def test_another_recipe_searches_all_again_and_reads_the_kept_anew() -> None:
    first = polled(Shelves((article("1"),)))
    edited = replace(COLLEGE, name="College of Joints")
    source = LiteraturePublisher(Shelves(), edited)

    assert source.reader != LiteraturePublisher(Shelves(), COLLEGE).reader
    assert source.reread(first.readings[0].raw) == replace(only(first), publisher="College of Joints")


def test_a_guideline_that_a_recipe_names_later_is_found_among_what_was_found_before() -> None:
    unnamed = replace(COLLEGE, guidelines=())
    shelves = Shelves((article("1"),))
    request = PollRequest(
        watch="list", target="", identifiers=(KNEES,), unread=frozenset(), cursor="", data_version="", now=NOW
    )
    first = LiteraturePublisher(shelves, unnamed).poll(request)
    assert isinstance(first, Polled)
    assert (first.covered, len(first.readings)) == ((), 1)

    assert polled(shelves, first.cursor).covered == (KNEES,)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"identity": "x", "articles": []}', b"\xff"])
def test_what_was_never_kept_is_refused_without_a_crash(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        LiteraturePublisher(Shelves(), COLLEGE).reread(raw)


OF_ANOTHER_DAY = json.dumps(
    {"rules": LiteraturePublisher(Shelves(), COLLEGE).reader, "day": "next Tuesday", "editions": {}}
)


@pytest.mark.parametrize("cursor", ["2026-01-01", "{}", "[]", '{"rules": 1}', "\x00", OF_ANOTHER_DAY])
def test_a_cursor_of_another_kind_is_a_first_search(cursor: str) -> None:
    shelves = Shelves((article("1"),))

    assert polled(shelves, cursor).readings
    assert shelves.asked[0][0] < date(2015, 1, 1)


@pytest.mark.parametrize(
    ("title", "published", "label"),
    [
        (TITLE, "2020-02", "2019"),
        ("Guideline on gout", "2017-03-01", "2017"),
        ("Recommendations for gout: 2022 update", "2023-01", "2022"),
        ("Recommendations for gout, Update 2021", "2022", "2021"),
        ("Therapy for lung cancer: living guideline, version 2024.1", "2024-05", "2024.1"),
        ("Breast Cancer, Version 3.2024, Guidelines", "2024-07", "3.2024"),
        ("2017 Focused Update of the 2013 Guideline for heart failure", "2017-08", "2017 focused update"),
        ("An update of the 2013 guideline for heart failure", "2022-05", "2022"),
        ("Guideline on sepsis: targets for 2030", "2021", "2021"),
        ("Standards of Care-2025", "2024-12", "2025"),
        ("Guideline without any date", "", ""),
    ],
)
def test_the_edition_is_the_one_the_title_names(title: str, published: str, label: str) -> None:
    assert edition_of(title, published).label == label


def test_editions_are_ordered_by_time() -> None:
    labels = ["2013", "2017", "2017 focused update", "2024.1", "2024.2"]
    made = [edition_of(f"Guideline, version {label}" if "." in label else f"{label} guideline", "") for label in labels]

    assert made == sorted(made)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2012 College of Joints Guideline for Gout", "Gout: 2020 update of the COJ guidelines"),
        ("Guideline for the Treatment of Gouts, Part 1", "College of Joints Guideline: Management of Gout"),
        ("RETRACTED: COJ guideline on gout", "COJ guideline on gout (2025): executive summary"),
    ],
)
def test_a_later_edition_has_the_identity_of_the_earlier(earlier: str, later: str) -> None:
    assert identity_in(earlier, COLLEGE) == identity_in(later, COLLEGE) == Identifier.parse("guideline:college/gout")


def test_a_guideline_on_one_aspect_of_a_subject_is_no_new_edition_of_the_one_on_all_of_it() -> None:
    aspect = (
        "2023 College of Joints Guideline for the Optimal Timing of Elective Arthroplasty in Symptomatic Moderate to "
        "Severe Osteoarthritis or Advanced Osteonecrosis of a Knee"
    )

    assert identity_in(aspect, COLLEGE) != KNEES
    assert identity_in("College of Joints: nonpharmacologic therapies in osteoarthritis of the knee", COLLEGE) == KNEES


def test_a_title_without_a_subject_still_has_an_identity() -> None:
    assert str(identity_in("指南", COLLEGE)) == "guideline:college/general"


@given(title=st.text(max_size=200), published=st.text(max_size=12))
def test_no_title_is_too_strange(title: str, published: str) -> None:
    edition_of(title, published)
    identity_in(title, COLLEGE)


BESIDE = [
    ("Comment on: 2019 College of Joints guideline", ()),
    ("Erratum: 2019 College of Joints guideline", ()),
    ("2019 College of Joints guideline", ("Comment",)),
    ("2019 College of Joints guideline", ("Published Erratum",)),
    ("Adherence to the College of Joints guidelines in practice", ()),
    ("Impact of the new guidelines on care", ()),
    ("Summary for Patients: the College of Joints guideline", ()),
    ("Reply to: guideline of the College", ()),
    ("Protocol for a guideline on gout", ()),
    ("Guideline-concordant care of gout and what guidelines say", ()),
]


@pytest.mark.parametrize(("title", "types"), BESIDE)
def test_what_is_printed_beside_a_guideline_is_none(title: str, types: tuple[str, ...]) -> None:
    assert not is_guideline(article("1", title, "2020", *types), COLLEGE)


@pytest.mark.parametrize(
    "title",
    [
        "Guideline for the Evaluation of Chest Pain: Report of a Committee on Guidelines",
        "Quality of life in gout: guideline of the College",
        "Recommendations on response to treatment of gout",
    ],
)
def test_a_guideline_is_not_taken_for_what_is_written_about_one(title: str) -> None:
    assert is_guideline(article("1", title), COLLEGE)


def test_every_recipe_reads_the_records_of_its_examples(repository: Path) -> None:
    wrong = []
    for publisher in load_watchlists(repository / "watchlists").publishers:
        for example in publisher.examples if isinstance(publisher.channel, LiteratureChannel) else ():
            read = read_example(example, publisher)
            told = {"identity": read.identifier.value, "edition": read.edition} if read else {"identity": "none"}
            if {name: told.get(name) for name in example.expect} != dict(example.expect):
                wrong.append((publisher.key, example.record["title"], told))

    assert wrong == []
