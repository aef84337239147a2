"""``monitor reference …``: citation strings of a file, and what a person says of a reference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.app import app
from monitor.cli.citation_files import read_rows
from monitor.cli.opening import Failed
from monitor.cli.progress import progress
from monitor.clock import SystemClock
from monitor.domain.articles import Resolution
from monitor.replay.serving import Servers
from tests.contract.test_replay_world import make_world, record, record_set, served

TITLE = "Mesenchymal signalling in knee osteoarthritis"
PLACE = "<Pagination><MedlinePgn>33-99</MedlinePgn></Pagination>"
ARTICLE = """# Cells for the Knee

Last updated: 3 December 2025

Cells help no more than saline [1]. Nobody knows for how long [2].

## References

1. Smith A. A paper that nobody holds, whatever it is called. J Odd 2019;1:1.
2. An unpublished talk, London
"""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    records = [record(number, f"Paper number {number} of many") for number in range(1, 121)]
    folder = tmp_path_factory.mktemp("citations")
    world = make_world(folder, {"pubmed/all.xml": record_set(*records, record(500, TITLE, article=PLACE))})
    with served(world) as running:
        yield running


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: Servers) -> None:
    servers.clear_faults()
    for name, url in servers.urls.items():
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "monitor"))
    monkeypatch.setenv("MONITOR_NCBI_EMAIL", "ops@example.org")
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def table(folder: Path, rows: Sequence[tuple[str, str]]) -> Path:
    file = folder / "citations.tsv"
    file.write_text("key\tcitation\n" + "".join(f"{key}\t{citation}\n" for key, citation in rows), encoding="utf-8")
    return file


def rows_of(result: Result) -> list[dict[str, object]]:
    """What a program reads; under test the log comes before it on the same stream."""
    found: list[dict[str, object]] = json.loads(result.stdout[result.stdout.index("[\n") :])
    return found


def outcomes(result: Result) -> list[tuple[object, object]]:
    return [(row["key"], row["status"]) for row in rows_of(result)]


def test_every_row_ends_with_a_status_and_why(tmp_path: Path) -> None:
    unknown = "Nobody A. Nothing at all. J None 1999;1:1"
    file = table(tmp_path, [("a", f"Smith A. {TITLE}. J Knees 2025;7:33."), ("b", unknown), ("c", "")])

    found = rows_of(run("reference", "resolve", "--file", str(file), "--json"))

    assert [(row["key"], row["status"], row["identifiers"]) for row in found] == [
        ("a", "resolved", ["pubmed:500"]),
        ("b", "unresolved", []),
        ("c", "unresolved", []),
    ]
    assert all(set(row) == {"key", "status", "identifiers", "confidence", "candidates", "because"} for row in found)
    assert all(row["because"] for row in found)


def test_a_run_that_could_not_ask_goes_on_where_it_left_off(tmp_path: Path, servers: Servers) -> None:
    rows = [(f"n{number}", f"PMID: {number}") for number in range(1, 101)]
    file = table(tmp_path, [*rows, *((f"p{at}", f"J Knees 2025;7:33. Copy {at}.") for at in range(3))])
    servers.inject("pubmed", "503", times=None, path="ecitmatch")

    first = run("reference", "resolve", "--file", str(file), "--json")

    assert isinstance(first.exception, Failed)
    assert str(first.exception) == "3 of 103 could not be looked up; the same command tries them again"
    assert outcomes(first)[-1] == ("p2", "unresolved")
    servers.clear_faults()
    before = len(servers.requests)
    second = run("reference", "resolve", "--file", str(file), "--json")

    assert second.exit_code == 0
    assert len(servers.requests) - before <= 4
    assert {status for _, status in outcomes(second)} == {"resolved"}
    assert list((tmp_path / "monitor" / "citations").iterdir()) == []


def test_who_stops_a_long_run_is_told_that_it_goes_on() -> None:
    with pytest.raises(Failed, match="stopped; the same command goes on where it left off"):  # noqa: PT012, SIM117
        with progress("references", clock=SystemClock(), total=3) as advance:
            advance()
            raise KeyboardInterrupt


def test_what_was_found_out_survives_a_crash_in_the_middle_of_a_line(tmp_path: Path, servers: Servers) -> None:
    file = table(tmp_path, [("n", "PMID: 7"), ("p", "J Knees 2025;7:33.")])
    servers.inject("pubmed", "503", times=None, path="ecitmatch")
    run("reference", "resolve", "--file", str(file))
    [ledger] = (tmp_path / "monitor" / "citations").iterdir()
    with ledger.open("a", encoding="utf-8") as lines:
        lines.write('\n{"digest": "cut')
    servers.clear_faults()

    assert outcomes(run("reference", "resolve", "--file", str(file), "--json")) == [
        ("n", "resolved"),
        ("p", "resolved"),
    ]


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ('key\tcitation\na\t"Cells" for the knee. J Knees 2020\n', '"Cells" for the knee. J Knees 2020'),
        ('key\tcitation\na\t"""Cells"" for the knee"\n', '"Cells" for the knee'),
        ('key\tcitation\na\tAn unclosed "quotation\n', 'An unclosed "quotation'),
        ('citation\tyear\tkey\r\n"Two\nlines"\t2020\ta\r\n', "Two lines"),
        ("\ufeffkey\tcitation\na\tA\u202e title\x00 here\n", "A title here"),
    ],
)
def test_citations_are_read_as_they_were_written(tmp_path: Path, text: str, citation: str) -> None:
    file = tmp_path / "t.tsv"
    file.write_text(text, encoding="utf-8", newline="")

    assert [(row.key, row.citation) for row in read_rows(file)] == [("a", citation)]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", ":1: needs the columns key and citation, found none"),
        (b"name,title\nx,y\n", ":1: needs the columns key and citation, found name,title"),
        (b"key\tcitation\na\tb\n\xff\xfe\tc\n", ":3: is not UTF-8"),
        (b"key\tcitation\na\tb\nc\n", ":3: has 1 of 2 columns"),
        (b"key\tcitation\na\t" + b"x" * 20_001 + b"\n", ":2: a citation of 20001 characters"),
    ],
)
def test_a_table_that_is_none_is_refused_by_line_before_anybody_is_asked(
    tmp_path: Path, body: bytes, complaint: str, servers: Servers
) -> None:
    file = tmp_path / "t.tsv"
    file.write_bytes(body)
    before = len(servers.requests)

    result = run("reference", "resolve", "--file", str(file))

    assert isinstance(result.exception, Failed)
    assert complaint in str(result.exception)
    assert len(servers.requests) == before


def test_a_person_says_what_a_reference_means_and_it_is_shown(tmp_path: Path) -> None:
    page = tmp_path / "cells.md"
    page.write_text(ARTICLE, encoding="utf-8")
    assert run("article", "add", str(page), "--no-resolve").exit_code == 0

    address = "https://pubmed.ncbi.nlm.nih.gov/500/"
    said = run("reference", "confirm", "cells", "1", address, "--reason", "same trial", "--by", "ada")
    accepted = run("reference", "confirm", "cells", "2", "--unwatchable", "--by", "ada")

    assert "resolved: confirmed by ada on " in said.output
    assert "holds for cells" in said.output
    assert "unwatchable: ada accepted on " in accepted.output
    listed = run("reference", "list", "cells").output
    assert "pubmed:500" in listed
    assert Resolution.UNWATCHABLE.value in listed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("1",), "give what the reference means, or --unwatchable, and not both"),
        (("1", "pubmed:500", "--unwatchable"), "and not both"),
        (("1", "the trial of Smith"), "is no identifier"),
        (("1", "guideline:nobody/knees"), "there is no publisher 'nobody' in the watchlists"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_what_to_write(arguments: tuple[str, ...], complaint: str) -> None:
    result = run("reference", "confirm", "cells", *arguments)

    assert result.exit_code == 2
    assert complaint in " ".join(result.output.replace("│", " ").split())


def test_quotation_marks_that_pair_up_across_rows_swallow_no_row(tmp_path: Path) -> None:
    file = table(tmp_path, [("a", '"Rest of knees'), ("b", 'Motion of knees"'), ("c", "Sleep")])

    assert [row.key for row in read_rows(file)] == ["a", "b", "c"]


def test_a_ledger_that_cannot_be_written_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "monitor").mkdir()
    (tmp_path / "monitor" / "citations").write_text("a file where a folder belongs")
    result = run("reference", "resolve", "--file", str(table(tmp_path, [("a", "Smith A. Rest. 2019")])))

    assert isinstance(result.exception, Failed)
    assert "cannot be written" in str(result.exception)
