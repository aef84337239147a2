"""``monitor article …``: articles come in, are listed, shown and removed."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, assert_never

import typer
from rich.table import Table

from monitor.cli.claims import print_claims
from monitor.cli.files import Given, body_of, given, is_address, joining_lines
from monitor.cli.opening import Failed, console, opened, print_json
from monitor.domain.articles import ParsedArticle
from monitor.domain.outcomes import Fetched, Gone, Throttled, Unmodified, Unreachable, Unreadable
from monitor.domain.read_models import ArticleView
from monitor.domain.revision import Revision
from monitor.intake import Joining, UnreadableArticle, read_article, read_list, read_with_references
from monitor.net import Manners
from monitor.net.stand_in import asked_at
from monitor.reports import finding_values
from monitor.reports.wording import moment
from monitor.wiring import Monitor

IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""An article's id, as it stands in addresses."""

group = typer.Typer(no_args_is_help=True, help="Articles: add, list, show, remove.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(group, name="article")


@group.command(epilog="Example: monitor article add pages/knee.md --id knee")
def add(
    paths: Annotated[list[str], typer.Argument(help="Pages, files of references, folders, https addresses.")],
    identity: Annotated[str, typer.Option("--id", help="The article's id; made from the name by default.")] = "",
    references: Annotated[str, typer.Option(help="A file with the page's references: RIS, BibTeX, …")] = "",
    title: Annotated[str, typer.Option(help="The title of a file of references; its name by default.")] = "",
    resolve: Annotated[bool, typer.Option(help="Look references up now, where a source is reachable.")] = True,
) -> None:
    """Register articles, new or changed, and look their references up.

    Pages are text, Markdown, HTML or JATS. A file of references alone (RIS, BibTeX, CSL-JSON, nbib) is an article that
    says nothing and whose evidence is watched. Of a folder every file that can be read is added.
    """
    if "" in paths:
        raise typer.BadParameter("an empty name is given; name a file, a folder or an address")
    if identity and not IDENTITY.fullmatch(identity):
        raise typer.BadParameter(f"--id {identity!r}: give letters, digits, '.', '_' and '-', 100 at most")
    for option, value in (("--id", identity), ("--references", references), ("--title", title)):
        if value and (len(paths) > 1 or Path(paths[0]).is_dir()):
            raise typer.BadParameter(f"{option} is for one article; give one path with it")
    lists = _Lists(file=references, title=title)
    monitor = opened()
    found, failed = given(paths, identity)
    failed += [line for one in found if (line := _add(monitor, one, lists, resolve=resolve))]
    if failed:
        raise Failed("\n".join(failed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """What is said beside the page: the file that holds its references, and the title of a file of references."""

    file: str = ""
    title: str = ""


@group.command("list", epilog="Example: monitor article list --json")
def list_articles(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """List all articles with their state."""
    rows = opened().desk.report().articles
    if as_json:
        print_json(
            [
                {
                    "id": row.id,
                    "title": row.title,
                    "freshness": row.freshness,
                    "review_status": row.review_status,
                    "last_updated": row.last_updated,
                }
                for row in rows
            ]
        )
        return
    table = Table("Id", "Title", "Freshness", "Review status", "Because")
    for row in rows:
        table.add_row(row.id, row.title, row.freshness, row.review_status, row.freshness_because)
    console().print(table)


@group.command(epilog="Example: monitor article show knee --json")
def show(article_id: str, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show one article: its claims, what they rest on, and what was found."""
    view = opened().desk.article(article_id)
    if view is None:
        raise Failed(f"there is no article {article_id!r}; `monitor article list` shows which there are")
    if as_json:
        print_json(article_values(view))
        return
    _print_article(view)


@group.command(epilog="Example: monitor article remove knee")
def remove(article_id: str) -> None:
    """Stop watching an article; what was recorded about it stays."""
    try:
        opened().registrar.remove(article_id, by="command line")
    except KeyError:
        raise Failed(f"there is no article {article_id!r}") from None
    console().print(f"{article_id} is no longer watched.")


def article_values(view: ArticleView) -> dict[str, Any]:
    """An article as JSON values."""
    row = view.row
    return {
        "id": row.id,
        "title": row.title,
        "question": view.question,
        "url": row.url,
        "last_updated": row.last_updated,
        "review_status": row.review_status,
        "freshness": row.freshness,
        "because": row.freshness_because,
        "stale_since": row.stale_since,
        "severity": row.severity,
        "watched": dataclasses.asdict(row.watched),
        "missing_markers": list(view.missing_markers),
        "uncited_numbers": list(view.uncited_numbers),
        "claims": [dataclasses.asdict(claim) for claim in view.claims],
        "references": [dataclasses.asdict(reference) for reference in view.references],
        "mentions": list(view.mentions),
        "topics": [dataclasses.asdict(topic) for topic in view.topics],
        "findings": [finding_values(finding) for finding in row.findings],
    }


def _add(monitor: Monitor, one: Given, lists: _Lists, *, resolve: bool) -> str | None:
    try:
        parsed, joining = _read(monitor, one.path, lists)
    except UnreadableArticle as error:
        return str(error)  # It names the file in each of its lines.
    except OSError as error:
        return f"{error.filename or one.path}: {error.strerror or error}"
    except Failed as error:
        return f"{one.path}: {error}"
    revision = monitor.registrar.register(one.identity, parsed, origin=one.origin, by="command line")
    looked = monitor.resolver.run(article_id=one.identity) if resolve else 0
    console().print(
        f"{'added' if revision.is_new else 'read again'} [b]{one.identity}[/b]: {len(parsed.claims)} claims, "
        f"{len(parsed.references)} references ({looked} looked up)"
        + (f", no entry for {', '.join(map(str, parsed.missing_markers))}" if parsed.missing_markers else "")
    )
    for line in joining_lines(joining, lists.file) if joining else ():
        console().print(f"  {line}", highlight=False, markup=False)
    if not revision.is_new:
        _print_revision(revision)
        if revision.kept == 0 and len(parsed.references) == revision.references_added > 0:
            console().print("  nothing of it is as before: give another page an id of its own with --id")
    return None


def _read(monitor: Monitor, path: str, lists: _Lists) -> tuple[ParsedArticle, Joining | None]:
    name, body, media_type = _fetch(monitor, path)
    if not lists.file:
        return read_article(body, name=name, media_type=media_type, title=lists.title), None
    file = read_list(body_of(lists.file), name=lists.file)
    return read_with_references(body, name=name, media_type=media_type, file=file)


def _print_revision(revision: Revision) -> None:
    """What the edit did, and which findings it answered."""
    out = console()
    out.print(
        f"  {revision.kept - len(revision.reworded)} claims as before, {len(revision.reworded)} reworded, "
        f"{revision.added} new, {len(revision.removed)} gone; {revision.references_added} references new, "
        f"{len(revision.references_removed)} gone"
    )
    for answered in revision.answered:
        out.print(f"  finding {answered.id} is answered: {answered.because}", highlight=False)


def _fetch(monitor: Monitor, path: str) -> tuple[str, bytes, str]:
    if not is_address(path):
        return path, body_of(path), ""
    stand_in = monitor.settings.pages_url
    outcome = monitor.client.get(asked_at(path, stand_in), manners=Manners(guarded=not stand_in, max_bytes=5_000_000))
    if not isinstance(outcome, Fetched):
        raise Failed(f"the page could not be read: {_in_words(outcome)}")
    return path, outcome.body, outcome.headers.get("content-type", "")


def _in_words(outcome: Unmodified | Gone | Throttled | Unreachable | Unreadable) -> str:
    match outcome:
        case Gone(status=status):
            return f"HTTP {status}: there is no page at this address"
        case Throttled(retry_after=seconds, reason=reason):
            return f"{reason}; try again in {seconds:.0f} seconds"
        case Unreadable(reason=reason) if reason.startswith("address refused"):
            return f"{reason}; MONITOR_ALLOW_PRIVATE_HOSTS lets hosts of your own through"
        case Unreachable(reason=reason) | Unreadable(reason=reason):
            return reason
        case Unmodified():
            return "it is said to be unchanged"
        case _:
            assert_never(outcome)


def _print_article(view: ArticleView) -> None:
    out, row = console(), view.row
    out.print(
        f"[b]{row.title}[/b]  ({row.id})\n{row.freshness}, {row.review_status}, last updated {row.last_updated}: "
        f"{row.freshness_because}"
    )
    table = Table(
        "No.", "Reference", "Kind", "Resolved to", "Last check", title="What it rests on", title_justify="left"
    )
    for item in view.references:
        known = ", ".join(item.identifiers) or f"{item.resolution}: {item.because}"
        table.add_row(str(item.number or "–"), item.text, item.kind, known, moment(item.last_check))
    out.print(table)
    if view.missing_markers:
        out.print(f"Cited, but not in the list: {', '.join(map(str, view.missing_markers))}")
    print_claims(out, view)
    if view.uncited_numbers:
        out.print(f"In the list, but cited nowhere: {', '.join(map(str, view.uncited_numbers))}")
    for finding in row.findings:
        out.print(f"[b]{finding.severity}[/b] {finding.kind} {finding.record} ({finding.status}): {finding.because}")
        for claim in finding.claims:
            out.print(f"    {claim.affected}: {claim.text} {list(claim.markers)}", highlight=False)
