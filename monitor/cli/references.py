"""``monitor reference …``: what articles rest on, and what a person says of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from monitor.cli.citation_files import resolve_file
from monitor.cli.opening import Failed, console, opened, print_json
from monitor.cli.progress import progress
from monitor.cli.signing import By, known, spelt, who
from monitor.domain.resting import ReferenceToConfirm
from monitor.wiring import Monitor
from monitor.wiring.hands import Hands
from monitor.wiring.identifying import watchable

ENTRIES_AT_A_TIME = 1000

group = typer.Typer(
    no_args_is_help=True, help="References: list, resolve, to-confirm, confirm, unwatchable, add, remove."
)


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="reference")


@group.command("list", epilog="Example: monitor reference list knee")
def list_references(article_id: str) -> None:
    """List what an article rests on, how far each is understood, and what else may be meant."""
    view = opened().desk.article(article_id)
    if view is None:
        raise Failed(f"there is no article {article_id!r}")
    table = Table("No.", "Reference", "Status", "Identifiers", "Why")
    for item in view.references:
        candidates = () if item.identifiers else item.candidates
        added = (f"added by {item.added_by}",) if item.added_by else ()
        why = "\n".join((item.because, *added, *(f"may be {one}" for one in candidates)))
        table.add_row(item.place, item.text, item.resolution, ", ".join(item.identifiers), why)
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
    by: By = "",
) -> None:
    """Say what a reference means, once and for all: here and wherever the very same entry stands, now and later."""
    monitor = opened()
    with spelt():
        publishers = monitor.watchlists.publishers
        meant = tuple(dict.fromkeys(item for text in identifiers or () for item in watchable(text, publishers)))
    if unwatchable == bool(meant):
        raise typer.BadParameter("give what the reference means, or --unwatchable, and not both")
    correction, articles = monitor.corrector.correct(article_id, number, meant, by=who(by), reason=reason)
    console().print(f"{correction.resolved.status}: {correction.resolved.because}", highlight=False)
    console().print(f"holds for {', '.join(articles)}", highlight=False)


@group.command(epilog="Example: monitor reference unwatchable knee 4 --reason 'a talk, never printed'")
def unwatchable(
    article_id: str,
    number: Annotated[str, typer.Argument(help="The reference's number, or its place as `reference list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why it cannot be watched.")] = "",
    undo: Annotated[bool, typer.Option(help="Take back what was said of it; it is looked up again.")] = False,
    by: By = "",
) -> None:
    """Accept that nothing upstream stands for a reference, or take back what somebody said of it."""
    hands = opened().hands
    if not undo:
        correction, articles = hands.mark_unwatchable(article_id, number, by=who(by), reason=reason)
        console().print(f"{correction.resolved.because}; holds for {', '.join(articles)}", highlight=False)
        return
    articles = hands.take_back(article_id, number, by=who(by), reason=reason)
    told = f"looked up again for {', '.join(articles)}" if articles else "nobody had said anything of it"
    console().print(told, highlight=False)


@group.command(
    epilog='Example: monitor reference add knee "Smith A. Cells for knees. J Knee 2024" --identifier 40169165'
)
def add(
    article_id: str,
    text: Annotated[str, typer.Argument(help="The entry as a list of references gives it.")] = "",
    identifier: Annotated[
        list[str] | None, typer.Option(help="PMID, DOI, NCT number or guideline it is; addresses will do.")
    ] = None,
    page: Annotated[str, typer.Option(help="An https address, for a page or what it stands for.")] = "",
    number: Annotated[int | None, typer.Option(help="The number by which the text cites it.")] = None,
    by: By = "",
) -> None:
    """Let an article rest on what its page does not list: it is watched, and no new import drops it."""
    hands = opened().hands
    with known(article_id), spelt():
        if page:
            _, is_new = hands.add_page(article_id, page, title=text, by=who(by))
        else:
            _, is_new = hands.add_reference(article_id, text, identifiers=identifier or (), number=number, by=who(by))
    console().print("added" if is_new else "the article rested on it already")


@group.command(epilog="Example: monitor reference remove knee '#7' --reason 'superseded by another'")
def remove(
    article_id: str,
    number: Annotated[str, typer.Argument(help="The reference's number, or its place as `reference list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why, for those who read it later.")] = "",
    by: By = "",
) -> None:
    """Take out a reference that was added by hand."""
    with known(article_id):
        text = opened().hands.remove_reference(article_id, number, by=who(by), reason=reason)
    console().print(f"taken out: {text}", highlight=False)


@group.command("to-confirm", epilog="Example: monitor reference to-confirm --json")
def to_confirm(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """List what is not understood over all articles, with what it may mean."""
    entries = _all_to_confirm(opened().hands)
    if as_json:
        print_json([dataclasses.asdict(entry) for entry in entries])
        return
    table = Table("Where", "Reference", "Status", "May be")
    for entry in entries:
        where = "\n".join(f"{place.article_id} {place.number}" for place in entry.places)
        candidates = "\n".join(map(str, entry.candidates))
        table.add_row(where, escape(entry.text), entry.resolution, escape(candidates or entry.because))
    console().print(table)


def _all_to_confirm(hands: Hands) -> tuple[ReferenceToConfirm, ...]:
    """Every page of them."""
    first = hands.references_to_confirm(limit=ENTRIES_AT_A_TIME)
    further = (hands.references_to_confirm(at, ENTRIES_AT_A_TIME) for at in range(2, first.pages + 1))
    return (*first.entries, *(entry for page in further for entry in page.entries))


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
