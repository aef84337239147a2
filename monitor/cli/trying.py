"""``monitor watchlist try``: read a page now with a recipe, and show what is read and what a change would look like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

from monitor.cli.checking import watchlist
from monitor.cli.opening import Failed, console
from monitor.domain.channels import ListChannel, PageChannel
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument
from monitor.domain.rehearsal import rehearse
from monitor.reading.pdf import is_pdf
from monitor.recipes import load_publisher, load_watchlists
from monitor.settings import load_settings
from monitor.sources.guideline import read_any_page, read_any_pdf, read_list, read_recording
from monitor.wiring import try_page

LONGEST = 160
MOST = 12


def register(_app: typer.Typer) -> None:
    """Add the verb beside the others of the watchlists."""
    watchlist.command(
        "try", epilog="Example: monitor watchlist try https://www.healthquality.va.gov/guidelines/Rehab/oa/"
    )(try_)


def try_(
    target: Annotated[str, typer.Argument(help="A page's address, or the file of a saved one.", metavar="FILE|URL")],
    recipe: Annotated[Path | None, typer.Option(help="The recipe; by default that of the page's host.")] = None,
) -> None:
    """Read a guideline's page now: its fields, its recommendations, and what an editor would be told of a change.

    Nothing is stored.
    """
    publisher = load_publisher(recipe) if recipe else None
    if target.startswith(("http://", "https://")):
        _show(try_page(load_settings(), publisher or _publisher_of(target), target))
        return
    documents = _saved(Path(target), publisher)
    if len(documents) > 1:
        _show_list(documents)
    _show(documents[0])


def _publisher_of(url: str) -> Publisher:
    host = urlsplit(url).netloc.lower()
    for publisher in load_watchlists(load_settings().watchlists).publishers:
        if isinstance(publisher.channel, PageChannel) and urlsplit(publisher.channel.index_url).netloc == host:
            return publisher
    raise Failed(f"no recipe reads pages of {host}; name one with --recipe watchlists/publishers/<key>.yaml")


def _saved(path: Path, publisher: Publisher | None) -> list[GuidelineDocument]:
    """The guidelines of a list, or the one of a page; without a recipe a page is read as pages usually are."""
    try:
        body = path.read_bytes()
        if publisher is None:
            return [read_any_pdf(body) if is_pdf(body) else read_any_page(body)]
        if isinstance(publisher.channel, ListChannel):
            return [document for document, _ in read_list(body, publisher).documents]
        if isinstance(publisher.channel, PageChannel):
            return [read_recording(body, publisher)]
    except OSError as error:
        raise Failed(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise Failed(f"{path}: {error}") from None
    raise Failed(f"{publisher.key} is followed through PubMed: it has no pages to try")


def _show_list(documents: list[GuidelineDocument]) -> None:
    table = Table("Guideline", "State", "Published", "Marker", "Title", title=f"{len(documents)} guidelines")
    for document in documents[:MOST]:
        table.add_row(
            document.identifier.value, document.state, document.published, document.revision, _cut(document.title)
        )
    console().print(table)


def _show(document: GuidelineDocument) -> None:
    screen = console()
    fields = Table("Field", "Read", title=str(document.identifier), title_justify="left")
    for name in (
        "title",
        "state",
        "edition",
        "published",
        "updated",
        "revision",
        "reaffirmed",
        "replaced_by",
        "update_announced",
        "url",
    ):
        fields.add_row(name, str(getattr(document, name)) or "[dim]nothing[/dim]")
    fields.add_row("passages", str(len(document.passages)))
    fields.add_row("notes of updates", "\n".join(f"{note.day} {_cut(note.text)}" for note in document.notes[:3]) or "0")
    screen.print(fields)
    advice = Table(
        "No.",
        "Strength",
        "Recommendation",
        title=f"{len(document.recommendations)} recommendations",
        title_justify="left",
    )
    for item in document.recommendations[:MOST]:
        advice.add_row(item.number, item.strength, _cut(item.text))
    if document.recommendations:
        screen.print(advice)
    changes = Table(
        "If this changed", "an editor would be told", title="What a change would look like", title_justify="left"
    )
    for one in rehearse(document):
        told = [f"{sighting.signal.kind}: {_cut(sighting.signal.because)}" for sighting in one.told]
        changes.add_row(one.change, "\n".join(told) or "[yellow]nothing[/yellow]")
    screen.print(changes)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
