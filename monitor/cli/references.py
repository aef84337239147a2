"""``monitor reference …`` and ``rests-on``: what articles rest on."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from monitor.cli.opening import Failed, console, opened, print_json
from monitor.domain.articles import Reference
from monitor.domain.citations import Resolved
from monitor.domain.identifiers import Identifier, find_identifiers
from monitor.domain.outcomes import Failure
from monitor.domain.state import PendingReference
from monitor.intake import citation_of, reference_from

group = typer.Typer(no_args_is_help=True, help="References: list, resolve.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="reference")
    app.command("rests-on", epilog="Example: monitor rests-on pubmed:40169165")(rests_on)


@group.command("list", epilog="Example: monitor reference list knee")
def list_references(article_id: str) -> None:
    """List what an article rests on, and how far each is understood."""
    view = opened().desk.article(article_id)
    if view is None:
        raise Failed(f"there is no article {article_id!r}")
    table = Table("No.", "Reference", "Status", "Identifiers", "Why")
    for item in view.references:
        table.add_row(str(item.number or "–"), item.text, item.resolution, ", ".join(item.identifiers), item.because)
    console().print(table)


@group.command(epilog="Example: monitor reference resolve --file citations.tsv --json")
def resolve(
    file: Annotated[Path | None, typer.Option(help="Tab-separated, columns key and citation.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look up references that are due, or the citation strings of a file."""
    monitor = opened()
    if file is None:
        console().print(f"{monitor.resolver.run()} references looked up")
        return
    rows = [
        {"key": key, **_values(monitor.resolver.lookup.look_up(_pending(citation)))}
        for key, citation in _citations(file)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console().print(f"{row['key']}: {row['status']} {', '.join(row['identifiers'])}")


def rests_on(identifier: str, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Every article and sentence that rests on a PMID, DOI, NCT number or guideline."""
    wanted = Identifier.parse(identifier)
    with opened().store.begin() as tx:
        links = tx.references.resting_on([str(wanted)])
        rows = [
            {"article": link.article_id, "number": link.reference.number, "reference": link.reference.text}
            for link in links
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console().print(f"{row['article']}  {row['number'] or '–'}  {row['reference']}")
    if not rows:
        console().print(f"no article rests on {wanted}")


def _citations(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t")
        if not {"key", "citation"} <= set(reader.fieldnames or ()):
            raise Failed(
                f"{file}:1: needs the columns key and citation, found {', '.join(reader.fieldnames or ()) or 'none'}"
            )
        return [(row["key"] or "", row["citation"] or "") for row in reader]


def _pending(citation: str) -> PendingReference:
    reference: Reference = reference_from(citation, identifiers=find_identifiers(citation))
    assert citation_of(reference).key == reference.key  # noqa: S101 - both names mean one thing.
    return PendingReference(id=0, article_id="", article_title="", reference=reference, context="")


def _values(resolved: Resolved | Failure) -> dict[str, Any]:
    if not isinstance(resolved, Resolved):
        return {
            "status": "unresolved",
            "identifiers": [],
            "confidence": None,
            "candidates": [],
            "because": f"could not be looked up: {resolved.reason}",
        }
    return {
        "status": resolved.status,
        "identifiers": [str(item) for item in resolved.identifiers],
        "confidence": resolved.confidence,
        "because": resolved.because,
        "candidates": [
            {"identifier": str(item.identifier), "title": item.title, "confidence": item.confidence}
            for item in resolved.candidates
        ],
    }
