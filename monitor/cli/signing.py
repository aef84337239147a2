"""Under whose name a verb does something, and how it tells what became of each article."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from monitor.cli.opening import Failed, console
from monitor.domain.identifiers import InvalidIdentifier
from monitor.domain.review import Outcome

By = Annotated[str, typer.Option(help="Under whose name; yours on this machine by default.")]
Note = Annotated[str, typer.Option(help="Why, in words; needed for the reason `other`.")]


def who(by: str) -> str:
    """The name that was given, else the one of whoever is signed in."""
    return by or getpass.getuser()


@contextmanager
def known(article_id: str) -> Iterator[None]:
    """Say so where an article is not there."""
    try:
        yield
    except KeyError:
        raise Failed(f"there is no article {article_id!r}; `monitor article list` shows which there are") from None


@contextmanager
def spelt() -> Iterator[None]:
    """Say what to write where something is no identifier, or none that can be watched."""
    try:
        yield
    except InvalidIdentifier as error:
        raise typer.BadParameter(str(error)) from None


def tell(outcomes: Sequence[Outcome]) -> None:
    """A line for each article; raises where something was not done."""
    for outcome in outcomes:
        done = "done" if outcome.is_done else "not done"
        console().print(f"{outcome.article_id}: {done}: {outcome.message}", highlight=False)
    if failed := sum(not outcome.is_done for outcome in outcomes):
        raise Failed(f"{failed} of {len(outcomes)} were not done")
