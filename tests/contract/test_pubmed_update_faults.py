"""What may go wrong with PubMed's update files: listings, checksums and files that are not what they should be."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.domain.outcomes import Throttled, Unreachable, Unreadable
from monitor.sources.pubmed.updates.listing import Listing, read_listing, read_sum
from tests.contract.faulty_server import Reply, faulty_server, page, raw, reset, status
from tests.contract.played_files import UPDATES, PlayedFiles, packed_set
from tests.contract.played_pubmed import record

N1, N2 = "pubmed26n1335.xml.gz", "pubmed26n1336.xml.gz"


@pytest.fixture
def files() -> Iterator[PlayedFiles]:
    with faulty_server() as server:
        played = PlayedFiles(server)
        played.put(N1, packed_set(record("1"), record("9")), days=2)
        yield played


FILE, SUM = f"{UPDATES}{N1}", f"{UPDATES}{N1}.md5"
WHOLE = packed_set(record("1"), record("2"))
CUT_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def spoilt(body: bytes) -> tuple[bytes, bytes]:
    """A file with the right checksum, which is nevertheless no update file."""
    return body, f"MD5({N1})= {hashlib.md5(body, usedforsecurity=False).hexdigest()}".encode()


@pytest.mark.parametrize("path", [UPDATES, SUM, FILE])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (status(429, b"slow down", Retry_After="7"), Throttled),
        (status(503, b"later"), Unreachable),
        (status(500, b"oh"), Unreachable),
        (reset, Unreachable),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nabc"), Unreachable),
        (status(404), Unreadable),
        (status(200, b""), Unreadable),
        (page("Just a moment..."), Unreadable),
        (page("Welcome", "There are no files here"), Unreadable),
        (raw(CUT_HEAD + b"<html><title>Index of /pubmed</title><a hr"), Unreadable),
        (status(200, b"MD5(something else)= d41d8cd98f00b204e9800998ecf8427e"), Unreadable),
        (status(200, b"\x00" * 100), Unreadable),
    ],
    ids=["429", "503", "500", "reset", "short", "404", "empty", "challenge", "page", "cut", "foreign", "zeros"],
)
def test_whatever_goes_wrong_on_the_way_is_the_outcome(files: PlayedFiles, path: str, reply: Reply, kind: type) -> None:
    files.answer(path, reply)

    assert isinstance(files.poll(), kind)


@pytest.mark.parametrize(
    "body",
    [
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-4],
        b"no gzip at all",
        b"",
        gzip.compress(b"<PubmedArticleSet>" + record("1").encode()),
        gzip.compress(b"<html><body>Sorry</body></html>"),
        gzip.compress(b"<PubmedArticleSet><ERROR>down</ERROR></PubmedArticleSet>"),
        packed_set(record("1"), record("no number")),
        packed_set("<PubmedArticle></PubmedArticle>"),
    ],
    ids=["half", "end", "text", "nothing", "open", "html", "error", "no pmid", "no citation"],
)
def test_a_file_that_is_not_whole_yields_nothing_even_under_the_right_checksum(files: PlayedFiles, body: bytes) -> None:
    stored, told = spoilt(body)
    files.answer(FILE, status(200, stored))
    files.answer(SUM, status(200, told))

    assert isinstance(files.poll(), Unreadable)


def test_a_cut_anywhere_yields_nothing(files: PlayedFiles) -> None:
    for at in range(1, len(WHOLE), 17):
        stored, told = spoilt(WHOLE[:at])
        files.answer(FILE, status(200, stored))
        files.answer(SUM, status(200, told))

        assert isinstance(files.poll(), Unreadable)


def test_a_wrong_checksum_is_believed_more_than_the_file(files: PlayedFiles) -> None:
    files.sums[N1] = "0" * 32
    files.put(N1, WHOLE)

    outcome = files.poll()

    assert isinstance(outcome, Unreadable)
    assert outcome.reason.endswith(f"but {'0' * 32} is stated")


def test_a_listing_that_lost_what_was_read_is_no_calm(files: PlayedFiles) -> None:
    files.put(N2, packed_set(record("2")))
    cursor = files.poll_all()[-1].cursor
    files.take_away(UPDATES + N2)

    assert files.poll(cursor) == Unreadable(reason=f"the listing no longer names {N2}")
    files.take_away(UPDATES)
    assert isinstance(files.poll(cursor), Unreadable)


def test_an_empty_directory_is_no_calm_from_the_beginning(files: PlayedFiles) -> None:
    files.take_away(UPDATES)

    assert files.poll() == Unreadable(reason="the listing of update files is empty")


@pytest.mark.parametrize(
    "row",
    [
        '<a href="{0}">{0}</a>   2026-01-03 14:05   37M',
        "<a href='{0}'>{0}</a>   03-Jan-2026 14:05   38797312",
        '<tr><td><a href="/pubmed/updatefiles/{0}">{0}</a></td><td align="right">2026-01-03 14:05  </td></tr>',
        '<tr><td class="n"><a href="{0}">{0}</a></td><td class="m">2026-Jan-03 14:05:31</td></tr>',
        '<td><a href={0}><img src="i.gif"></a></td><td><a href={0}>pubmed26..&gt;</a></td><td>2026-01-03 14:05</td>',
        '<a href="{0}?x=1">file</a> <time>2026-01-03T14:05:00Z</time>',
        '<A HREF="https://ftp.example/pubmed/updatefiles/{0}">{0}</A> 2026/01/03 14:05',
    ],
)
def test_every_server_writes_its_own_kind_of_listing(row: str) -> None:
    rows = "\n".join(row.format(name) for name in (N1, f"{N1}.md5", "README.txt", "pubmed26n1335_stats.html"))
    body = f"<html><head><title>Index of /</title></head><body>{rows}</body></HTML>".encode()

    listing = read_listing(body, url="https://ftp.example/pubmed/updatefiles/")

    assert isinstance(listing, Listing), listing
    [file] = listing.files
    assert (file.name, file.has_sum) == (N1, True)
    assert file.published == datetime(2026, 1, 3, 14, 5, tzinfo=UTC)
    assert file.url.startswith(f"https://ftp.example/pubmed/updatefiles/{N1}")


def test_a_listing_without_times_cannot_tell_what_is_new() -> None:
    body = f'<html><a href="{N1}">{N1}</a></html>'.encode()

    assert read_listing(body, url="https://x.example/") == Unreadable(
        reason=f"a listing that does not tell the time of {N1}"
    )


@pytest.mark.parametrize(
    "text",
    [f"MD5({N1})= {'A1' * 16}\n", f"MD5 ({N1}) = {'a1' * 16}", f"{'a1' * 16}  {N1}\n", f"{'a1' * 16} *./{N1}"],
)
def test_a_checksum_has_more_than_one_spelling(text: str) -> None:
    assert read_sum(text.encode(), N1) == "a1" * 16


@pytest.mark.parametrize("text", ["", "a1" * 16, f"MD5({N2})= {'a1' * 16}", f"MD5({N1})= a1a1", f"<html>{N1}</html>"])
def test_what_is_no_checksum_of_the_file_is_refused(text: str) -> None:
    assert isinstance(read_sum(text.encode(), N1), Unreadable)
