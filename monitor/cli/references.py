"""``monitor reference …`` and ``rests-on``: what articles rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from monitor.cli.citation_files import resolve_file
from monitor.cli.opening import Failed, console, opened, print_json
from monitor.cli.progress import progress
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme, find_identifiers
from monitor.wiring import Monitor

group = typer.Typer(no_args_is_help=True, help="References: list, resolve, confirm.")

CONFIRMABLE = (Scheme.PUBMED, Scheme.DOI, Scheme.NCT, Scheme.GUIDELINE)
"""What a reference can be watched by."""


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="reference")
    app.command("rests-on", epilog="Example: monitor rests-on pubmed:40169165")(rests_on)


@group.command("list", epilog="Example: monitor reference list knee")
def list_references(article_id: str) -> None:
    """List what an article rests on, how far each is understood, and what else may be meant."""
    view = opened().desk.article(article_id)
    if view is None:
        raise Failed(f"there is no article {article_id!r}")
    table = Table("No.", "Reference", "Status", "Identifiers", "Why")
    for at, item in enumerate(view.references, start=1):
        number = str(item.number) if item.number is not None else f"#{at}"
        candidates = () if item.identifiers else item.candidates
        why = "\n".join((item.because, *(f"may be {one}" for one in candidates)))
        table.add_row(number, item.text, item.resolution, ", ".join(item.identifiers), why)
    console().print(table)


@group.command(epilog="Example: monitor reference resolve --file citations.tsv --json")
def resolve(
    file: Annotated[Path | None, typer.Option(help="Tab-separated, columns key and citation.")] = None,
    again: Annotated[bool, typer.Option(help="Also what is not understood and was looked up before.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look up references that are due, or the citation strings of a file.

    A run that was stopped goes on where it left off.
    """
    monitor = opened()
    if file is None:
        _resolve_due(monitor, again=again)
        return
    rows, failed = resolve_file(monitor, file)
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            console().print(f"{row['key']}: {row['status']} {', '.join(row['identifiers'])}", highlight=False)
    if failed:
        raise Failed(f"{failed} of {len(rows)} could not be looked up; the same command tries them again")


@group.command(epilog="Example: monitor reference confirm knee 3 pubmed:40169165 --reason 'same title and pages'")
def confirm(
    article_id: str,
    number: Annotated[str, typer.Argument(help="The reference's number, or its place as `reference list` shows it.")],
    identifiers: Annotated[
        list[str] | None, typer.Argument(help="PMID, DOI, NCT number or guideline it means; addresses will do.")
    ] = None,
    unwatchable: Annotated[bool, typer.Option(help="Accept that nothing upstream stands for it.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for those who read it later.")] = "",
) -> None:
    """Say what a reference means, once and for all: here and wherever the very same entry stands, now and later."""
    monitor = opened()
    meant = tuple(dict.fromkeys(item for text in identifiers or () for item in _meant(monitor, text)))
    if unwatchable == bool(meant):
        raise typer.BadParameter("give what the reference means, or --unwatchable, and not both")
    correction, articles = monitor.corrector.correct(article_id, number, meant, by="command line", reason=reason)
    console().print(f"{correction.resolved.status}: {correction.resolved.because}", highlight=False)
    console().print(f"holds for {', '.join(articles)}", highlight=False)


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


def _resolve_due(monitor: Monitor, *, again: bool) -> None:
    """All that is due, in portions; what could not be asked is due again later, and ends no run."""
    with monitor.store.begin() as tx:
        if again:
            tx.meanings.look_again()
        total = tx.meanings.count_due()
    done = 0
    with progress("references", clock=monitor.clock, total=total) as advance:
        while looked := monitor.resolver.run(each=advance):
            done += looked
    console().print(f"{done} references looked up")


def _meant(monitor: Monitor, text: str) -> tuple[Identifier, ...]:
    """What somebody wrote for an identifier: in our form, bare, or in the address of a page."""
    try:
        found: tuple[Identifier, ...] = (Identifier.parse(text),)
    except InvalidIdentifier:
        found = find_identifiers(text)
    known = {publisher.key for publisher in monitor.watchlists.publishers}
    for item in found:
        if item.scheme not in CONFIRMABLE:
            raise typer.BadParameter(f"{item} cannot be watched: give a PMID, DOI, NCT number or guideline")
        if item.scheme is Scheme.GUIDELINE and item.value.split("/")[0] not in known:
            raise typer.BadParameter(f"{item}: there is no publisher {item.value.split('/')[0]!r} in the watchlists")
    if not found:
        raise typer.BadParameter(f"{text!r} is no identifier: write pubmed:40169165, doi:10.…, nct:NCT… or guideline:…")
    return found
