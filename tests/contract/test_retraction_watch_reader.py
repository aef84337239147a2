"""Bytes give rows or a refusal in words; nothing that is cut, shuffled or foreign gives a row to use."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.identifiers import Identifier
from monitor.domain.works import RetractionEntry
from monitor.sources.retraction_watch import UnreadableTable, cells, read_recording
from monitor.sources.retraction_watch.entries import Found, as_gone, to_entry, to_raw
from monitor.sources.retraction_watch.reader import COLUMNS, Census, read_rows
from monitor.sources.retraction_watch.snapshot import Seen, shrunk
from tests.contract.retraction_tables import Row, row, rows, table

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
PAPER = Identifier.parse("doi:10.1000/paper.1")


def read(body: bytes) -> tuple[list[Row], Census]:
    census = Census()
    return list(read_rows(io.BytesIO(body), census)), census


def refusal(body: bytes) -> str:
    with pytest.raises(UnreadableTable) as refused:
        read(body)
    return str(refused.value)


def entry(**given_cells: str) -> RetractionEntry:
    return to_entry(row(1, **given_cells), Found(about=PAPER, matched_by="doi"))


def test_rows_are_read_as_they_stand() -> None:
    given_rows = [row(1, Notes='Two lines,\r\nand a "quotation"', Title="Über β-blockers"), row(2)]
    found, census = read(b"\xef\xbb\xbf" + table(given_rows))

    assert found == given_rows
    assert (census.rows, census.strange, census.notes) == (2, 0, {})


@pytest.mark.parametrize("header", [COLUMNS, (*COLUMNS, ""), (*COLUMNS, "", "")], ids=["20", "21", "22"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_empty_columns_at_the_end_and_either_end_of_line_are_the_same_table(header: tuple[str, ...], end: str) -> None:
    assert read(table(rows(3), header=header, end=end))[0] == rows(3)


def test_a_new_column_at_the_end_is_told_and_its_cells_are_kept() -> None:
    found, census = read(table([row(1, Severity="high")], header=(*COLUMNS, "Severity")))

    assert found[0]["Severity"] == "high"
    assert list(census.notes) == [("column", "Severity")]


def test_a_new_column_with_the_name_of_a_known_one_does_not_replace_it() -> None:
    [found] = read(table([row(1, Reason="Paper Mill;")], header=(*COLUMNS, "", "Reason")))[0]

    assert (found["Reason"], found["column 22"]) == ("Paper Mill;", "Paper Mill;")


@pytest.mark.parametrize("place", range(len(COLUMNS)))
def test_a_column_that_is_renamed_missing_or_elsewhere_is_named_in_the_refusal(place: int) -> None:
    known = COLUMNS[place]
    renamed = (*COLUMNS[:place], "Renamed", *COLUMNS[place + 1 :])
    missing = (*COLUMNS[:place], *COLUMNS[place + 1 :])
    shifted = (*COLUMNS[:place], "New", *COLUMNS[place:])

    for header in (renamed, missing, shifted):
        assert f"column {place + 1} of the header" in refusal(table(rows(3), header=header))
        assert repr(known) in refusal(table(rows(3), header=header))


def test_no_order_of_the_columns_but_the_known_one_is_read() -> None:
    for seed in range(50):
        header = random.Random(seed).sample(COLUMNS, len(COLUMNS))  # noqa: S311 - no secret.
        first = next(place for place, name in enumerate(header) if name != COLUMNS[place])

        assert f"column {first + 1} of the header is {header[first]!r}" in refusal(table(rows(3), header=header))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the table is empty"),
        (b"\r\n\r\n", "the table is empty"),
        (b"<!DOCTYPE html><html><title>Sign in</title>\n</html>\n", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 65000000\n", "Git LFS"),
        (b'{"message": "404 Project Not Found"}\n', "JSON"),
        (table([]), "no row"),
        (table(rows(3)).rstrip(b"\r\n"), "last line has no end"),
        (table([row(1, Title="x" * 1_200_000)]), "a line has 1000000 bytes"),
        (table(rows(2)) + b'3,"A title that is never closed\r\n', "not closed"),
        (table(rows(2)) + b"3,A title,and no more\r\n", "its last row has fewer cells"),
    ],
    ids=range(10),
)
def test_what_is_not_the_table_or_not_all_of_it_is_refused_in_words(body: bytes, words: str) -> None:
    assert words in refusal(body)


def test_wherever_the_table_is_cut_it_is_refused() -> None:
    """At the end of a row nothing shows it but the number of rows."""
    body = table([row(1, Notes='one\r\ntwo "three"\r\n'), row(2, Notes="a\nb"), row(3), row(4), row(5)], header=COLUMNS)
    before = Seen(rows=5, digest="", since=date(2026, 1, 5))
    passed = []
    for end in range(len(body)):
        try:
            found, _ = read(body[:end])
        except UnreadableTable:
            continue
        assert found == read(body)[0][: len(found)]
        passed.append(len(found))
        assert shrunk(before, len(found))

    assert passed == [1, 2, 3, 4]


def test_a_few_damaged_rows_are_counted_and_more_of_them_refuse_the_table() -> None:
    damaged = [row(number, ID="none") for number in range(5)]
    found, census = read(table(rows(995) + damaged + rows(1, first=2000)))

    assert (len(found), census.strange) == (996, 5)
    assert "of 511 rows are no rows" in refusal(table(rows(505) + damaged + rows(1, first=2000)))


def test_a_row_with_too_many_or_too_few_cells_is_none() -> None:
    for spoilt in (b"Research Article;,One more,", b""):
        body = table(rows(1000)).replace(b"Research Article;,", spoilt, 1)

        assert (read(body)[1].rows, read(body)[1].strange) == (999, 1)


def test_values_shifted_against_the_header_refuse_the_table() -> None:
    values = [[list(cells.values())[-1], *list(cells.values())[:-1]] for cells in rows(30)]
    for shifted in values:
        shifted[0] = shifted[1]  # The number stays, the rest is one column further.
    moved = [dict(zip(COLUMNS, shifted, strict=True)) for shifted in values]

    assert "no rows of this table" in refusal(table(moved))


@pytest.mark.parametrize(
    ("cells_changed", "words"),
    [
        ({"RetractionNature": ""}, "only 0 of 30 rows have a RetractionNature"),
        ({"RetractionNature": "RT"}, "only 0 of 30 rows have a RetractionNature"),
        ({"RetractionDate": "2025-02-06"}, "only 0 of 30 rows have a RetractionDate"),
    ],
    ids=["blank natures", "new words", "other dates"],
)
def test_a_column_that_nearly_nowhere_holds_what_it_should_refuses_the_table(
    cells_changed: dict[str, str], words: str
) -> None:
    assert words in refusal(table([row(number, **cells_changed) for number in range(1, 31)]))


def test_a_new_nature_and_a_number_met_twice_are_told() -> None:
    found, census = read(table([*rows(3), row(3), row(4, RetractionNature="Hijacked")]))

    assert len(found) == 5
    assert list(census.notes) == [("Record ID of two rows", "3"), ("RetractionNature", "Hijacked")]
    assert entry(RetractionNature="Hijacked").nature == "Hijacked"


def test_a_wrong_column_of_thousands_of_values_is_told_by_a_few() -> None:
    body = table([row(number, RetractionNature=f"New {number}") for number in range(1, 40)] + rows(200, first=100))

    assert len(read(body)[1].notes) == 5


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    [found] = read(table([row(1, Author="M?ller;")]).replace(b"M?ller", b"M\xfcller"))[0]

    assert found["Author"] == "M\ufffdller;"


def test_a_nul_is_left_out() -> None:
    [found] = read(table([row(1, Author="A?uthor;")]).replace(b"A?uthor", b"A\0uthor"))[0]

    assert found["Author"] == "Author;"


def test_a_line_break_of_old_does_not_cost_the_table() -> None:
    """A bare carriage return outside of quotation marks ends a row: two halves are two lines that are no rows."""
    body = table(rows(1000)).replace(b"Research Article;", b"Research\rArticle;", 1)

    assert (read(body)[1].rows, read(body)[1].strange) == (999, 2)


def test_the_limit_of_cells_is_put_back_whatever_happens() -> None:
    limit = csv.field_size_limit()
    long = table([row(1, Author="A Author;" * 20_000)])
    for body in (long, b'"' + b"x\n" * 600_000, b"<html>"):
        reading = read_rows(io.BytesIO(body), Census())
        with contextlib.suppress(UnreadableTable):
            next(reading)
        assert csv.field_size_limit() == limit

    assert len(read(long)[0][0]["Author"]) == 180_000


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2/6/2025 0:00", "2025-02-06"),
        ("12/31/1999", "1999-12-31"),
        (" 02/06/2025 00:00:00 ", "2025-02-06"),
        ("2/30/2025 0:00", ""),
        ("13/1/2025 0:00", ""),
        ("2025-02-06", ""),
        ("", ""),
        ("٢/٦/2025", ""),
    ],
)
def test_days_are_read_as_months_days_and_years(text: str, iso: str) -> None:
    assert cells.day(text) == iso


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1000/Paper.1", "10.1000/paper.1"),
        ("https://doi.org/10.1000/PAPER.1 ", "10.1000/paper.1"),
        ("http://dx.doi.org/10.1000/paper.1", "10.1000/paper.1"),
        ("doi: 10.1000/paper.1", "10.1000/paper.1"),
        ("10.1002/(SICI)1097-0215(19990517)81:4%3c669::AID-IJC26%3e3.0.CO;2-F", None),
        ("unavailable", ""),
        ("Unavailable", ""),
        ("", ""),
        ("0", ""),
        ("xx10.1007/978-3-030-00524-5_9", ""),
        ("10.1000/a 10.1000/b", ""),
    ],
)
def test_dois_are_taken_out_of_their_disguises(text: str, doi: str | None) -> None:
    expected = "10.1002/(sici)1097-0215(19990517)81:4<669::aid-ijc26>3.0.co;2-f" if doi is None else doi

    assert cells.doi(text) == expected


@pytest.mark.parametrize(
    ("text", "pmid"),
    [("12345678", "12345678"), (" 0123 ", "123"), ("0", ""), ("", ""), ("12.0", ""), ("PMC12", ""), ("١٢", "")],
)
def test_pmids_are_numbers_and_zero_is_none(text: str, pmid: str) -> None:
    assert cells.pmid(text) == pmid


def test_an_entry_holds_what_the_row_says() -> None:
    read_entry = entry(
        RetractionNature="Expression of Concern",
        Reason="+Paper Mill;Retract and Replace; ;",
        RetractionPubMedID="39000001",
        OriginalPaperPubMedID="31000001",
        Title="  A title\r\n of two lines ",
    )

    assert read_entry == RetractionEntry(
        identifier=Identifier.parse("rw:1"),
        about=PAPER,
        matched_by="doi",
        title="A title of two lines",
        journal="Journal of Synthesised Rows",
        nature="Expression of concern",
        reasons=("Paper Mill", "Retract and Replace"),
        noticed_on="2025-02-06",
        notice_doi="10.1000/notice.1",
        notice_pmid="39000001",
        published_on="2020-02-28",
        paper_doi="10.1000/paper.1",
        paper_pmid="31000001",
    )


def test_a_kept_row_and_a_kept_end_are_read_again_the_same() -> None:
    found = Found(about=Identifier.parse("pubmed:31000001"), matched_by="title")
    read_entry = to_entry(row(1), found)
    gone, raw = as_gone(read_entry)

    assert read_recording(to_raw(row(1), found)) == read_entry
    assert read_recording(raw) == gone
    assert (gone.state, gone.about) == ("gone", read_entry.about)


@pytest.mark.parametrize(
    ("given_cells", "about"),
    [
        ({}, "doi:10.1000/paper.1"),
        ({"OriginalPaperDOI": "unavailable", "OriginalPaperPubMedID": "31000001"}, "pubmed:31000001"),
        ({"OriginalPaperDOI": "unavailable"}, "rw:1"),
    ],
    ids=["doi", "pmid", "neither"],
)
def test_a_table_of_one_row_is_a_recording(given_cells: dict[str, str], about: str) -> None:
    assert str(read_recording(table([row(1, **given_cells)])).about) == about


RECORDED = to_raw(row(1), Found(about=PAPER, matched_by="doi"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b'{"gone": {}}',
        b'{"gone": {"type": "trial", "identifier": "nct:NCT00000001"}}',
        b'{"gone": 5}',
        RECORDED.replace(b'"Record ID":"1"', b'"Record ID":"x"'),
        RECORDED.replace(b'"Title"', b'"Titel"'),
        RECORDED.replace(b"doi:10.1000", b"doi:nowhere"),
        table(rows(2)),
    ],
    ids=range(11),
)
def test_what_is_no_recording_of_one_row_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableTable):
        read_recording(body)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["Title", "Journal", "Author", "Notes"]), ANY_TEXT), max_size=5))
def test_rows_of_any_text_are_read_as_they_were_written(texts: list[dict[str, str]]) -> None:
    written = [row(number, **texts_of_row) for number, texts_of_row in enumerate(texts, start=1)]

    assert not written or read(table(written))[0] == written


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_refusal(noise: bytes) -> None:
    for body in (noise, table(rows(2)) + noise, noise + table(rows(2)), b"{" + noise):
        for reading in (read, read_recording):
            try:
                reading(body)
            except UnreadableTable:
                continue


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_table_with_a_hole_or_foreign_bytes_in_it_is_rows_or_a_refusal(data: st.DataObject) -> None:
    body = table(rows(4))
    start, end = sorted(data.draw(st.integers(0, len(body))) for _ in range(2))
    spoilt = body[:start] + data.draw(st.binary(max_size=30)) + body[end:]
    try:
        found, _ = read(spoilt)
    except UnreadableTable:
        return

    assert all(set(COLUMNS) <= cells.keys() for cells in found)


def test_a_kept_row_is_plain_json_under_the_names_of_the_header() -> None:
    values = json.loads(RECORDED)

    assert {name: values[name] for name in COLUMNS} == row(1)
    assert values["readAs"] == {"about": str(PAPER), "matchedBy": "doi"}
