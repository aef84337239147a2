"""``monitor checks``, ``watchlist``, ``doctor``: is all well?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from monitor.cli.opening import Failed, console, opened
from monitor.cli.outbox import delivery_problems
from monitor.recipes import load_watchlists
from monitor.recipes.schema import publisher_schema_text
from monitor.settings import load_settings
from monitor.sources.guideline import mistakes

watchlist = typer.Typer(no_args_is_help=True, help="Watchlists: check, list, schema, suggest, try.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.command(epilog="Example: monitor checks --last 20")(checks)
    app.command(epilog="Example: monitor doctor")(doctor)
    app.add_typer(watchlist, name="watchlist")


def checks(last: Annotated[int, typer.Option(help="How many.")] = 20) -> None:
    """The newest polls: what was asked, what came, and which data version answered."""
    table = Table("At", "Source", "Watch", "Outcome", "Data version", "Window", "Members", "Reason")
    for line in opened().desk.checks(last):
        table.add_row(
            f"{line.at:%Y-%m-%d %H:%M}",
            line.source,
            line.watch,
            line.outcome,
            line.data_version,
            line.window,
            str(line.members),
            line.reason,
        )
    console().print(table)


def doctor() -> None:
    """Look for what an operator should know: sources, unknown values, the audit log. Exit 1 when there is any."""
    monitor, out = opened(), console()
    problems = [
        f"{line.source} is {line.status}"
        + (
            f" since {line.failing_since:%Y-%m-%d %H:%M}: {line.reason}"
            if line.failing_since
            else f", last success {line.last_success or 'never'}"
        )
        for line in monitor.desk.coverage()
        if line.status != "ok"
    ]
    problems += [
        f"{source} sent {count} times a {field} no reader knows: {value!r}"
        for source, field, value, count in monitor.desk.unknown_values()
    ]
    with monitor.store.read() as reads:
        problems += reads.audit.check().problems
    problems += [*monitor.channels_lack().values(), *delivery_problems(monitor)]
    for key, setting in monitor.not_followed.items():
        out.print(f"guideline:{key} is not followed: give {setting} to have it asked", highlight=False)
    for line in problems or ["all is well"]:
        out.print(line, highlight=False)
    if problems:
        raise Failed(f"{len(problems)} thing(s) need a look")


@watchlist.command(epilog="Example: monitor watchlist check watchlists/")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of watchlists; the configured one by default.")
    ] = None,
) -> None:
    """Check every watchlist file, and that recipes read their own examples; errors name file, line and key."""
    folder = folder or load_settings().watchlists
    found = load_watchlists(folder)
    wrong = [
        f"{folder / 'publishers' / publisher.key}.yaml: {key}: {message}"
        for publisher in found.publishers
        for key, message in mistakes(publisher)
    ]
    if wrong:
        raise Failed("\n".join(wrong))
    sources = f", {len(found.article_sources)} sources of articles" if found.article_sources else ""
    told = f"{len(found.publishers)} publishers, {len(found.topics)} topics{sources} and the policies are in order"
    console().print(told)


@watchlist.command(epilog="Example: monitor watchlist schema > watchlists/publisher.schema.json")
def schema() -> None:
    """The JSON Schema of a publisher's file, for editors that check YAML while it is written."""
    sys.stdout.write(publisher_schema_text())


@watchlist.command("list", epilog="Example: monitor watchlist list")
def list_watchlists() -> None:
    """The guideline publishers, the topics and the sources of articles that are followed."""
    found = load_watchlists(load_settings().watchlists)
    table = Table("Key", "Publisher", "Index", "Guidelines", "Status")
    for publisher in found.publishers:
        table.add_row(
            publisher.key,
            publisher.name,
            escape(publisher.followed_at),
            ", ".join(str(known.identity) for known in publisher.guidelines),
            publisher.status,
        )
    console().print(table)
    topics = Table("Topic", "Title", "Articles", "With the daily files", "Query")
    for topic in found.topics:
        matched = "matched by our engine" if topic.tree() else "searched by PubMed"
        topics.add_row(topic.name, topic.title, ", ".join(topic.articles), matched, escape(topic.query))
    if found.topics:
        console().print(topics)
    articles = Table("Source of articles", "Title", "Way", "Where", "Asked every")
    for source in found.article_sources:
        every = str(found.policy.interval_of(source.name))
        articles.add_row(source.name, source.title, source.way, escape(source.place), every)
    if found.article_sources:
        console().print(articles)
