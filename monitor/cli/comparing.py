"""``monitor diff``: two recorded versions of one upstream thing, and what an editor would be told."""

from __future__ import annotations

import dataclasses
import gzip
import zlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from monitor.cli.opening import Failed, console, print_json
from monitor.domain.channels import ListChannel, PageChannel
from monitor.domain.diff import Sighting, between
from monitor.domain.lists import between_lists
from monitor.domain.policy import Policy
from monitor.domain.publishers import Channel
from monitor.domain.records import GuidelineDocument, Record
from monitor.recipes import Publisher, load_publisher, load_watchlists
from monitor.settings import load_settings
from monitor.sources.clinicaltrials import read_recording as read_trial
from monitor.sources.crossref import read_recording as read_work
from monitor.sources.guideline import read_any_page, read_any_pdf, read_list
from monitor.sources.guideline import read_recording as read_page
from monitor.sources.pubmed import read_recording as read_publication
from monitor.sources.retraction_watch import read_recording as read_row


class Recorded(StrEnum):
    """The upstreams whose recordings can be compared."""

    PUBMED = "pubmed"
    CLINICALTRIALS = "clinicaltrials"
    CROSSREF = "crossref"
    RETRACTION_WATCH = "retraction_watch"
    LIST = "list"
    PAGE = "page"
    PDF = "pdf"


READERS: dict[Recorded, Callable[[bytes], Record]] = {
    Recorded.PUBMED: read_publication,
    Recorded.CLINICALTRIALS: read_trial,
    Recorded.CROSSREF: read_work,
    Recorded.RETRACTION_WATCH: read_row,
    Recorded.PDF: read_any_pdf,
}

CHANNELS: dict[Recorded, type[Channel]] = {Recorded.PAGE: PageChannel, Recorded.LIST: ListChannel}
"""What a recipe has to describe for its publisher's recordings to be compared."""

_Read = TypeVar("_Read")


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog="Example: monitor diff --source pubmed before.xml after.xml --json")(diff)


def diff(
    before: Path,
    after: Path,
    source: Annotated[Recorded, typer.Option(help="Which upstream.")],
    recipe: Annotated[
        Path | None, typer.Option(help="The publisher's recipe: for lists, and for pages that have one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what changed between two recordings, by the same rules the service uses. Empty when nothing did."""
    policy = load_watchlists(load_settings().watchlists).policy
    rows = [_values(sighting, policy) for sighting in _compared(source, recipe, before, after)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console().print(f"[b]{row['severity']}[/b] {row['kind']} {row['record']}: {row['because']}")
    if not rows:
        console().print("nothing an editor needs to know changed")


def _compared(source: Recorded, recipe: Path | None, before: Path, after: Path) -> tuple[Sighting, ...]:
    if source is Recorded.LIST:
        of_list = _list_reader(_publisher(source, recipe))
        return between_lists(_read(of_list, before), _read(of_list, after))
    if source is Recorded.PAGE:
        reader = _page_reader(_publisher(source, recipe)) if recipe else read_any_page
    else:
        reader = READERS[source]
    return between(_read(reader, before), _read(reader, after)).came


def _read(reader: Callable[[bytes], _Read], path: Path) -> _Read:
    try:
        body = path.read_bytes()
        return reader(gzip.decompress(body) if path.suffix == ".gz" else body)
    except (OSError, EOFError, zlib.error) as error:
        raise Failed(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    except ValueError as error:
        raise Failed(f"{path}: {error}") from None


def _publisher(source: Recorded, recipe: Path | None) -> Publisher:
    if recipe is None:
        raise typer.BadParameter(f"--source {source} needs --recipe FILE, the publisher's YAML file")
    publisher = load_publisher(recipe)
    if isinstance(publisher.channel, CHANNELS[source]):
        return publisher
    raise typer.BadParameter(f"{recipe} does not describe a {source}")


def _page_reader(publisher: Publisher) -> Callable[[bytes], Record]:
    return lambda body: read_page(body, publisher)


def _list_reader(publisher: Publisher) -> Callable[[bytes], list[GuidelineDocument]]:
    return lambda body: [document for document, _ in read_list(body, publisher).documents]


def _values(sighting: Sighting, policy: Policy) -> dict[str, Any]:
    signal = sighting.signal
    return {
        "kind": signal.kind,
        "severity": signal.severity or policy.severity_of(signal.kind),
        "because": signal.because,
        "record": str(signal.record),
        "diff": [dataclasses.asdict(line) for line in sighting.diff],
    }
