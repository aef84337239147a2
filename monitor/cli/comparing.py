"""``monitor diff``: two recorded versions of one upstream thing, and what an editor would be told."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.opening import Failed, console, print_json
from monitor.domain.diff import Sighting, between
from monitor.domain.records import Record
from monitor.recipes import Publisher, load_publisher, load_watchlists
from monitor.settings import load_settings
from monitor.sources.clinicaltrials import read_recording as read_trial
from monitor.sources.guideline import read_recording as read_page
from monitor.sources.pubmed import read_recording as read_publication


class Recorded(StrEnum):
    """The upstreams whose recordings can be compared."""

    PUBMED = "pubmed"
    CLINICALTRIALS = "clinicaltrials"
    PAGE = "page"


READERS: dict[Recorded, Callable[[bytes], Record]] = {
    Recorded.PUBMED: read_publication,
    Recorded.CLINICALTRIALS: read_trial,
}


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog="Example: monitor diff --source pubmed before.xml after.xml --json")(diff)


def diff(
    before: Path,
    after: Path,
    source: Annotated[Recorded, typer.Option(help="Which upstream.")],
    recipe: Annotated[Path | None, typer.Option(help="The publisher's recipe, for --source page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what changed between two recordings, by the same rules the service uses. Empty when nothing did."""
    reader = READERS.get(source) or _page_reader(recipe)
    difference = between(_read(reader, before), _read(reader, after))
    rows = [_values(sighting) for sighting in difference.came]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console().print(f"[b]{row['severity']}[/b] {row['kind']} {row['record']}: {row['because']}")
    if not rows:
        console().print("nothing an editor needs to know changed")


def _read(reader: Callable[[bytes], Record], path: Path) -> Record:
    try:
        body = path.read_bytes()
        return reader(gzip.decompress(body) if path.suffix == ".gz" else body)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise Failed(f"{path}: {error}") from None


def _page_reader(recipe: Path | None) -> Callable[[bytes], Record]:
    if recipe is None:
        raise typer.BadParameter("--source page needs --recipe FILE, the publisher's YAML file")
    publisher: Publisher = load_publisher(recipe)
    return lambda body: read_page(body, publisher)


def _values(sighting: Sighting) -> dict[str, Any]:
    signal = sighting.signal
    policy = load_watchlists(load_settings().watchlists).policy
    return {
        "kind": signal.kind,
        "severity": signal.severity or policy.severity_of(signal.kind),
        "because": signal.because,
        "record": str(signal.record),
        "diff": [dataclasses.asdict(line) for line in sighting.diff],
    }
