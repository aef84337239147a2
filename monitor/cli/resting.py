"""``monitor rests-on``: every article and sentence that rests on a record, and one decision for all of them."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer
from rich.console import Console

from monitor.cli.opening import console, opened, print_json
from monitor.cli.signing import By, Note, spelt, tell, who
from monitor.domain.resting import RestingArticle, RestsOn
from monitor.domain.review import Decision, Reason, Ruling


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command("rests-on", epilog="Example: monitor rests-on pubmed:40169165")(rests_on)


def rests_on(
    identifier: Annotated[
        str, typer.Argument(help="A PMID, DOI, NCT or PMC number, a guideline, or the address of it.")
    ],
    decide: Annotated[Decision | None, typer.Option(help="Decide its open findings in all these articles.")] = None,
    reason: Annotated[Reason | None, typer.Option(help="Why, from the short list.")] = None,
    note: Note = "",
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Every article and sentence that rests on a record, known under any of its names."""
    hands = opened().hands
    with spelt():
        hands.identify(identifier)
    if decide is not None:
        if reason is None:
            raise typer.BadParameter("a decision needs its --reason")
        tell(hands.decide_everywhere(identifier, Ruling(decision=decide, reason=reason, note=note, by=who(by))))
        return
    found = hands.rests_on(identifier)
    if as_json:
        print_json(dataclasses.asdict(found))
        return
    _show(found, console())


def _show(found: RestsOn, out: Console) -> None:
    line = f"{found.title or found.asked} ({', '.join(found.names)}): {found.state or _silence(found)}"
    out.print(line, highlight=False, markup=False)
    for source in found.unheard:
        why = f": {source.reason}" if source.reason else ""
        out.print(f"{source.source} is {source.status}{why}", highlight=False, markup=False)
    for article in found.articles:
        _show_article(article, out)
    for review in found.included_in:
        cited = ", ".join(review.articles) or "no article"
        line = f"listed by {review.record} {review.title}: on which rests {cited}"
        out.print(line, highlight=False, markup=False)
    if not found.articles:
        out.print(f"no article rests on {found.asked}", highlight=False, markup=False)


def _silence(found: RestsOn) -> str:
    """What it is worth that nothing is known against it."""
    if found.last_read is None:
        return "it was never read"
    read = f"{found.last_read:%Y-%m-%d %H:%M} UTC"
    if found.is_clean:
        return f"nothing stands against it, as read on {read}"
    return f"nothing was seen against it when it was last read, on {read}"


def _show_article(article: RestingArticle, out: Console) -> None:
    out.print(f"{article.id}  {article.title} ({article.freshness})", highlight=False, markup=False)
    for reference in article.references:
        out.print(f"  reference {reference.number or '–'}: {reference.text}", highlight=False, markup=False)
    for claim in article.claims:
        sure = "affected" if claim.affected == "yes" else "possibly affected"
        out.print(f"  {sure}: {claim.text}", highlight=False, markup=False)
    for finding in article.findings:
        words = finding.kind.replace("_", " ")
        decided = f", {finding.decided_by}: {finding.reason}" if finding.decided_by else ""
        line = f"  finding {finding.id}: {words}, {finding.severity}, {finding.status}{decided}"
        out.print(line, highlight=False, markup=False)
