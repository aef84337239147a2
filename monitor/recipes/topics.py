"""``watchlists/topics/<name>.yaml``: one file, one standing query."""

from __future__ import annotations

import re
from pathlib import Path

from monitor.domain.topics import Run, Topic, UnsupportedQuery, parse
from monitor.domain.topics.topic import OVERALL_STATUSES, TrialSearch
from monitor.recipes.errors import Complaints
from monitor.recipes.nodes import Node, open_file

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def read_topic(path: Path, complaints: Complaints) -> Topic:
    """Read a topic. What is wrong is noted; the value is of use only when nothing was.

    A query that is to be matched with the daily files must be one that our engine runs exactly.
    """
    top = open_file(path, complaints)
    if not top.names():
        return Topic(name=path.stem, title="", query="")
    top.only("title", "query", "articles", "run", "subject", "trials")
    if not _NAME.fullmatch(path.stem):
        top.complain("title", f"the file's name {path.stem!r} must be lower-case letters, digits and hyphens")
    run = _run(top)
    return Topic(
        name=path.stem,
        title=top.text("title"),
        query=_query(top, run),
        articles=top.texts("articles", required=True),
        run=run,
        subject=top.word_sets("subject"),
        trials=_trials(top.node("trials")) if "trials" in top else None,
    )


def _trials(node: Node) -> TrialSearch:
    """What the trial registry is asked: at least one of condition, intervention and terms."""
    node.only("condition", "intervention", "terms", "statuses")
    search = TrialSearch(
        condition=node.text("condition", ""),
        intervention=node.text("intervention", ""),
        terms=node.text("terms", ""),
        statuses=node.texts("statuses"),
    )
    if not (search.condition or search.intervention or search.terms):
        node.complain("condition", "give at least one of condition, intervention and terms: all trials are too many")
    for status in search.statuses:
        if status not in OVERALL_STATUSES:
            node.complain("statuses", f"{status!r} is no overall status; one of {', '.join(sorted(OVERALL_STATUSES))}")
    return search


def _query(top: Node, run: Run) -> str:
    text = " ".join(top.text("query").split())
    if text and run is Run.STREAM:
        try:
            parse(text)
        except UnsupportedQuery as refusal:
            top.complain("query", f"cannot be matched with the daily files: {refusal}")
    return text


def _run(top: Node) -> Run:
    text = top.text("run", Run.AUTO)
    if text in set(Run):
        return Run(text)
    top.complain("run", f"must be one of {', '.join(Run)}")
    return Run.AUTO
