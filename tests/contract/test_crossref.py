"""Which works are read from Crossref, and what the answers say of those that are watched."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from monitor.domain.diff import standing
from monitor.domain.identifiers import pubmed
from monitor.domain.outcomes import Gone, Unreadable
from monitor.domain.works import Work
from tests.contract.asking_crossref import (
    CONTACT,
    NOTICE,
    ONE,
    THREE,
    TWO,
    YESTERDAY,
    poll,
    polled,
    read,
    source,
)
from tests.contract.faulty_server import (
    FaultyServer,
    faulty_server,
    sequence,
    status,
)
from tests.contract.played_crossref import (
    PlayedCrossref,
    answer,
    doi,
    listing,
    path_of,
    update,
    work,
)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as crossref:
        yield crossref


@pytest.fixture
def played(server: FaultyServer) -> PlayedCrossref:
    return PlayedCrossref(server, works=[work(ONE.value), work(TWO.value)])


def test_a_first_poll_reads_every_watched_work_in_one_question(server: FaultyServer, played: PlayedCrossref) -> None:
    outcome = polled(poll(server, unread=(ONE, TWO)))

    assert read(outcome) == [ONE.value, TWO.value]
    assert (outcome.covered, outcome.missing, outcome.troubles) == ((ONE, TWO), (), ())
    assert (outcome.cursor, outcome.data_version) == ("2026-01-05", "2026-01-04T05:06:07Z")
    assert [asked["filter"] for asked in played.asked()] == [f"doi:{ONE.value},doi:{TWO.value}"]


def test_what_is_kept_of_a_work_is_read_again_as_the_same_work(server: FaultyServer, played: PlayedCrossref) -> None:
    played.works[0]["updated-by"] = [update(NOTICE)]
    [reading] = polled(poll(server, ONE)).readings

    assert b" " not in reading.raw.replace(b"A paper", b"")
    assert json.loads(reading.raw) == played.works[0]
    assert source(server).reread(reading.raw) == reading.record
    assert reading.url == server.url(path_of(ONE.value))


def test_only_what_has_an_update_indexed_since_the_cursor_is_read_again(
    server: FaultyServer, played: PlayedCrossref
) -> None:
    played.changed = [work("10.1000/TWO", updated_by=[update(NOTICE)]), work("10.9999/unwatched")]
    outcome = polled(poll(server, cursor=YESTERDAY))

    assert read(outcome) == [TWO.value]
    assert outcome.covered == (ONE, TWO)
    assert played.asked("has-update")[0] == {
        "filter": "has-update:1,from-index-date:2026-01-02",
        "select": "DOI,updated-by,indexed",
        "rows": "1000",
        "cursor": "*",
        "mailto": CONTACT,
    }


@pytest.mark.usefixtures("played")
def test_what_was_never_read_is_read_whatever_the_cursor_says(server: FaultyServer) -> None:
    outcome = polled(poll(server, cursor=YESTERDAY, unread=(ONE,)))

    assert read(outcome) == [ONE.value]


@pytest.mark.usefixtures("played")
def test_a_quiet_day_costs_one_question(server: FaultyServer) -> None:
    outcome = polled(poll(server, cursor=YESTERDAY))

    assert (outcome.readings, outcome.covered, outcome.data_version) == ((), (ONE, TWO), "2026-01-05")
    assert len(server.heard) == 1


@pytest.mark.parametrize(("cursor", "first"), [("2026-01-05", "2026-01-03"), ("2027-01-01", "2026-01-03")])
def test_a_window_overlaps_the_one_before_also_when_a_clock_was_set_back(
    server: FaultyServer, played: PlayedCrossref, cursor: str, first: str
) -> None:
    poll(server, cursor=cursor)
    poll(server, cursor=cursor, watch="notices")

    assert [asked["filter"].partition(":")[2] for asked in played.asked("index-date")] == [
        f"1,from-index-date:{first}"
    ] * 2


@pytest.mark.usefixtures("played")
def test_a_cursor_that_is_no_day_counts_as_none(server: FaultyServer) -> None:
    assert read(poll(server, cursor="Build-7")) == [ONE.value, TWO.value]


def test_a_flood_of_reindexed_works_is_not_read_where_the_watched_ones_cost_less(
    server: FaultyServer, played: PlayedCrossref
) -> None:
    items = [work(f"10.5555/{number}") for number in range(1000)]
    server.on("/works", sequence(listing(*items, total=250_000, cursor="next"), listing(*played.works)))
    outcome = polled(poll(server, cursor=YESTERDAY))

    assert read(outcome) == [ONE.value, TWO.value]
    assert len(server.heard) == 2


def test_at_most_forty_dois_go_into_one_question(server: FaultyServer) -> None:
    ids = [doi(f"10.1000/{number:03}") for number in range(95)]
    played = PlayedCrossref(server, works=[work(one.value) for one in ids])
    outcome = polled(poll(server, *ids))

    assert [asked["rows"] for asked in played.asked()] == ["40", "40", "15"]
    assert read(outcome) == [one.value for one in ids]


def test_long_dois_are_parted_before_an_address_becomes_too_long(server: FaultyServer) -> None:
    ids = [doi(f"10.1000/{number:03}-{'<>' * 60}") for number in range(40)]
    PlayedCrossref(server, works=[work(one.value) for one in ids])

    assert len(read(poll(server, *ids))) == 40
    assert max(map(len, server.targets)) < 5_000


@pytest.mark.usefixtures("played")
def test_identifiers_of_other_schemes_are_left_to_other_sources(server: FaultyServer) -> None:
    assert polled(poll(server, ONE, pubmed("1"))).covered == (ONE,)


ODD = (
    "10.1002/(sici)1097-0142(19960101)77:1<1::aid-cncr1>3.0.co;2-#",
    "10.1000/what?is=this&that",
    "10.1000/100%sure",
    "10.1000/a[b]+c",
    "10.1000/über/das\u2013ding",
    "10.1000/two words",
    "10.1000/../dots",
    "10.1000/a,b",
)


@pytest.mark.parametrize("name", ODD)
def test_a_doi_of_odd_characters_is_asked_for_as_it_is_written(server: FaultyServer, name: str) -> None:
    played = PlayedCrossref(server, works=[work(name, title=["Odd"])])
    alone = source(server).look_up(doi(name))

    if " " in name:  # Our identifiers hold no white space; what comes back cannot be told to be the same.
        assert isinstance(alone, Unreadable)
    else:
        assert isinstance(alone, Work), alone
        assert read(poll(server, doi(name))) == [name]
    assert server.targets[0].startswith(path_of(name))
    assert [one["filter"] for one in played.asked("doi:")] == ([] if "," in name or " " in name else [f"doi:{name}"])


def test_a_doi_the_list_left_out_is_asked_for_alone(server: FaultyServer, played: PlayedCrossref) -> None:
    played.left_out = {TWO.value}
    outcome = polled(poll(server))

    assert (read(outcome), outcome.missing) == ([ONE.value, TWO.value], ())


@pytest.mark.usefixtures("played")
def test_a_doi_that_leads_to_another_is_recorded_under_both(server: FaultyServer) -> None:
    server.on(path_of(THREE.value), status(301, Location=path_of(ONE.value)))
    outcome = polled(poll(server, THREE))
    [reading] = outcome.readings

    assert isinstance(reading.record, Work)
    assert (reading.record.identifier, reading.record.aliases) == (THREE, (ONE.value,))
    assert source(server).reread(reading.raw) == reading.record
    assert outcome.covered == (THREE,)


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("total", [0, 1, 7])
def test_a_list_of_watched_works_that_disagrees_with_its_own_count_is_no_answer(
    server: FaultyServer, total: int
) -> None:
    """Though each of the works can be had alone: who knows what else is wrong with such an answer."""
    server.on("/works", listing(work(ONE.value), work(TWO.value), total=total))

    assert isinstance(poll(server), Unreadable)


@pytest.mark.parametrize(
    ("moments", "version"),
    [
        (("2026-01-04T05:06:07Z", "2026-01-03T05:06:07Z"), "2026-01-04T05:06:07Z"),
        (("2026-01-04T01:00:00+02:00", "2026-01-03T23:30:00Z"), "2026-01-03T23:30:00Z"),
        (("2026-01-04T05:06:07Z", "soon"), "2026-01-04T05:06:07Z"),
        ((None, 7), "2026-01-05"),
    ],
)
def test_the_latest_time_of_indexing_is_the_version_of_the_data(
    server: FaultyServer, played: PlayedCrossref, moments: tuple[object, object], version: str
) -> None:
    for item, moment in zip(played.works, moments, strict=True):
        item["indexed"] = {"date-time": moment}

    assert polled(poll(server)).data_version == version


@pytest.mark.usefixtures("played")
def test_another_work_than_the_one_asked_for_is_no_answer(server: FaultyServer) -> None:
    server.on(path_of(THREE.value), answer("work", work(ONE.value)))

    assert isinstance(poll(server, THREE), Unreadable)


def test_a_work_of_another_agency_is_neither_covered_nor_missing_and_makes_no_noise(
    server: FaultyServer, played: PlayedCrossref
) -> None:
    played.unheld(THREE.value, agency="datacite")
    outcome = polled(poll(server, ONE, THREE, unread=(ONE, THREE)))

    assert (outcome.covered, outcome.missing, outcome.troubles, outcome.unknown_values) == ((ONE,), (), (), ())
    assert isinstance(source(server).look_up(THREE), Gone)


def test_a_doi_that_nobody_registered_is_not_covered(server: FaultyServer, played: PlayedCrossref) -> None:
    played.unheld(THREE.value)

    assert polled(poll(server, ONE, THREE, unread=(THREE,))).covered == (ONE,)


def test_a_doi_that_crossref_registered_and_does_not_hold_is_told_to_the_operator(
    server: FaultyServer, played: PlayedCrossref
) -> None:
    played.unheld(THREE.value, agency="Crossref")
    [(field, value)] = polled(poll(server, ONE, THREE, unread=(THREE,))).unknown_values

    assert field == "doi"
    assert THREE.value in value


def test_a_work_read_before_that_is_no_longer_held_is_missing(server: FaultyServer, played: PlayedCrossref) -> None:
    played.unheld(THREE.value)
    outcome = polled(poll(server, ONE, THREE))

    assert (outcome.missing, outcome.covered) == ((THREE,), (ONE, THREE))
    assert not any("/agency" in target for target in server.targets)


def test_values_no_reader_knows_come_with_the_poll(server: FaultyServer, played: PlayedCrossref) -> None:
    played.works[0]["updated-by"] = [update(NOTICE, "banishment")]

    assert polled(poll(server, ONE)).unknown_values == (("updated-by.type", "banishment"),)


def test_a_watch_of_another_kind_is_refused(server: FaultyServer) -> None:
    assert isinstance(poll(server, watch="topic"), Unreadable)
    assert server.heard == []


def test_only_notices_that_name_a_watched_work_are_read_in_full(server: FaultyServer, played: PlayedCrossref) -> None:
    ours = work(NOTICE, update_to=[update("10.1000/ONE")], publisher="A publisher")
    played.works.append(ours)
    played.notices = [ours, work("10.9999/other", update_to=[update("10.9999/unwatched")])]
    outcome = polled(poll(server, watch="notices", cursor=YESTERDAY))
    [reading] = outcome.readings

    assert json.loads(reading.raw) == ours
    assert [(str(signal.record), signal.kind, signal.shown_by) for signal in standing(reading.record)] == [
        (str(ONE), "retracted", f"doi:{NOTICE}")
    ]
    assert (str(outcome.window_start), str(outcome.window_end)) == ("2026-01-02", "2026-01-05")
    assert (outcome.covered, outcome.cursor) == ((ONE, TWO), "2026-01-05")


def test_the_first_poll_for_notices_looks_back_a_month(server: FaultyServer, played: PlayedCrossref) -> None:
    outcome = polled(poll(server, watch="notices"))

    assert str(outcome.window_start) == "2025-12-06"
    assert [asked["filter"] for asked in played.asked()] == ["is-update:1,from-index-date:2025-12-06"]


def test_an_unknown_type_of_update_surfaces_from_any_notice(server: FaultyServer, played: PlayedCrossref) -> None:
    played.notices = [
        work("10.9999/a", update_to=[update("10.9999/b", "banishment")]),
        work("10.9999/c", update_to="10.9999/d"),
        work("10.9999/e", update_to=[7]),
    ]

    assert polled(poll(server, watch="notices")).unknown_values == (
        ("update-to.type", "banishment"),
        ("update-to", "10.9999/d"),
        ("update-to", "int 7"),
    )


def test_a_notice_that_cannot_be_asked_for_leaves_what_it_names_unchecked(
    server: FaultyServer, played: PlayedCrossref
) -> None:
    played.notices = [
        work(name, update_to=[update(ONE.value)]) for name in ("10.1000/two words", "10.1000/half\ud800x")
    ]
    played.unheld("10.1000/half?x")
    outcome = polled(poll(server, watch="notices"))

    assert (outcome.covered, len(outcome.troubles)) == ((TWO,), 2)


def test_a_notice_that_is_listed_and_not_held_leaves_what_it_names_unchecked(
    server: FaultyServer, played: PlayedCrossref
) -> None:
    played.notices = [work(NOTICE, update_to=[update(TWO.value)])]
    played.unheld(NOTICE)
    outcome = polled(poll(server, watch="notices"))

    assert (outcome.covered, outcome.readings) == ((ONE,), ())
    assert NOTICE in outcome.troubles[0]
