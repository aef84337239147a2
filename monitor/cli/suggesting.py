"""``monitor watchlist suggest``: a topic file drafted from what an article cites, with what it finds."""

from __future__ import annotations

import textwrap

import typer

from monitor.cli.checking import watchlist
from monitor.cli.opening import Failed, opened
from monitor.domain.topics.draft import NothingShared
from monitor.pipeline.suggest import NotMeasured, Suggestion

WIDTH = 120


def register(_app: typer.Typer) -> None:
    """Add the verb beside the others of the watchlists."""
    watchlist.command(epilog="Example: monitor watchlist suggest knee > watchlists/topics/knee.yaml")(suggest)


def suggest(article_id: str) -> None:
    """Draft a topic from what an article cites, and say what it finds. The file goes to standard output."""
    try:
        found = opened().suggester.suggest(article_id)
    except KeyError:
        raise Failed(f"there is no article {article_id!r}; `monitor article list` names them") from None
    except (NothingShared, NotMeasured) as reason:
        raise Failed(str(reason)) from None
    typer.echo(as_topic_file(article_id, found), nl=False)


def as_topic_file(article_id: str, found: Suggestion) -> str:
    """A topic file with the measurements as comments."""
    draft = found.draft
    told = [f"Drafted from {draft.drafted_from} references; {draft.covered} of them have {_all_of(draft.concepts)}."]
    if found.newer:
        told.append(
            f"{found.newer_found} of the {found.newer} newest references, which it was not drafted from, answer."
        )
    else:
        told.append("There are too few references to try it on newer ones.")
    told += [f"Not found: PMID {pmid}" for pmid in found.not_found]
    told.append(f"Some {found.records_a_month:.1f} new records a month answer. Read the query before you keep it.")
    query = textwrap.fill(draft.query, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in told) + (
        f"title: {article_id}\narticles: [{article_id}]\nquery: >-\n{textwrap.indent(query, '  ')}\n"
    )


def _all_of(concepts: tuple[str, ...]) -> str:
    return " and ".join(f"“{concept}”" for concept in concepts)
