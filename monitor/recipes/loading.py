"""The whole folder of watchlists, read and checked at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from monitor.domain.article_sources import ArticleSource
from monitor.domain.policy import Policy
from monitor.domain.publishers import Publisher
from monitor.domain.topics import Topic
from monitor.recipes.articles import read_article_source
from monitor.recipes.errors import Complaints, Problem, RecipeErrors
from monitor.recipes.policies import read_policy
from monitor.recipes.publishers import read_publisher
from monitor.recipes.topics import read_topic

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlists:
    """What the operator wants watched, and how it is judged. Everything is in the order of its names."""

    publishers: tuple[Publisher, ...] = ()
    topics: tuple[Topic, ...] = ()
    article_sources: tuple[ArticleSource, ...] = ()
    policy: Policy


def load_publisher(path: Path) -> Publisher:
    """Read one publisher's file. Raises :class:`RecipeErrors` with every mistake in it."""
    complaints = Complaints(path)
    publisher = read_publisher(path, complaints)
    if complaints.problems:
        raise RecipeErrors(complaints.problems)
    return publisher


def load_watchlists(folder: Path) -> Watchlists:
    """Read every file of a watchlists folder. Raises :class:`RecipeErrors` with every mistake in all of them.

    A folder without ``policies.yaml`` follows the built-in policy.
    """
    if not folder.is_dir():
        raise RecipeErrors((Problem(file=str(folder), line=1, key="", message="is no folder of watchlists"),))
    problems: list[Problem] = list(_strangers(folder))
    publishers = _read_all(folder / "publishers", read_publisher, problems)
    topics = _read_all(folder / "topics", read_topic, problems)
    article_sources = _read_all(folder / "articles", read_article_source, problems)
    own = {
        **{f"guideline:{publisher.key}": None for publisher in publishers},
        **{source.name: source.interval for source in article_sources},
    }
    policy = _policy(folder / "policies.yaml", own, [topic.name for topic in topics], problems)
    if problems:
        raise RecipeErrors(tuple(problems))
    return Watchlists(publishers=publishers, topics=topics, article_sources=article_sources, policy=policy)


def _read_all(folder: Path, read: Callable[[Path, Complaints], _Value], problems: list[Problem]) -> tuple[_Value, ...]:
    """Every file of a folder, in the order of the names; what is wrong with them is added to the problems."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        complaints = Complaints(path)
        found.append(read(path, complaints))
        problems += complaints.problems
    return tuple(found)


def _policy(
    path: Path, own: Mapping[str, timedelta | None], topics: Collection[str], problems: list[Problem]
) -> Policy:
    """The policy, with an interval for every source that has a file: the file's own, else by its name or its kind."""
    policy = Policy()
    if path.exists():
        complaints = Complaints(path)
        policy = read_policy(path, complaints, followed=tuple(own), topics=topics)
        problems += complaints.problems
    intervals = {name: given or policy.interval_of(name) for name, given in own.items()}
    return replace(policy, intervals={**policy.intervals, **intervals})


def _strangers(folder: Path) -> list[Problem]:
    """Files that look like ours and would be passed over in silence."""
    found = [
        *folder.glob("publishers/*.yml"),
        *folder.glob("topics/*.yml"),
        *folder.glob("articles/*.yml"),
        *folder.glob("*.yml"),
        *(path for path in folder.glob("*.yaml") if path.name != "policies.yaml"),
    ]
    return [
        Problem(
            file=str(path),
            line=1,
            key="",
            message="is read by nobody: publishers/*.yaml, topics/*.yaml, articles/*.yaml and policies.yaml are",
        )
        for path in sorted(found)
    ]
