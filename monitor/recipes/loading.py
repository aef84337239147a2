"""The whole folder of watchlists, read and checked at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from monitor.domain.policy import Policy
from monitor.domain.publishers import Publisher
from monitor.domain.topics import Topic
from monitor.recipes.errors import Complaints, Problem, RecipeErrors
from monitor.recipes.policies import read_policy
from monitor.recipes.publishers import read_publisher
from monitor.recipes.topics import read_topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlists:
    """What the operator wants watched, and how it is judged. Publishers and topics are in the order of their names."""

    publishers: tuple[Publisher, ...] = ()
    topics: tuple[Topic, ...] = ()
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
    publishers = []
    for path in sorted((folder / "publishers").glob("*.yaml")):
        complaints = Complaints(path)
        publishers.append(read_publisher(path, complaints))
        problems += complaints.problems
    topics = []
    for path in sorted((folder / "topics").glob("*.yaml")):
        complaints = Complaints(path)
        topics.append(read_topic(path, complaints))
        problems += complaints.problems
    policy = _policy(folder / "policies.yaml", publishers, problems)
    if problems:
        raise RecipeErrors(tuple(problems))
    return Watchlists(publishers=tuple(publishers), topics=tuple(topics), policy=policy)


def _policy(path: Path, publishers: list[Publisher], problems: list[Problem]) -> Policy:
    """The policy, with an interval for every publisher by its own name."""
    policy, keys = Policy(), tuple(publisher.key for publisher in publishers)
    if path.exists():
        complaints = Complaints(path)
        policy = read_policy(path, complaints, publishers=keys)
        problems += complaints.problems
    names = [f"guideline:{key}" for key in keys]
    return replace(policy, intervals={**policy.intervals, **{name: policy.interval_of(name) for name in names}})


def _strangers(folder: Path) -> list[Problem]:
    """Files that look like ours and would be passed over in silence."""
    found = [
        *folder.glob("publishers/*.yml"),
        *folder.glob("topics/*.yml"),
        *folder.glob("*.yml"),
        *(path for path in folder.glob("*.yaml") if path.name != "policies.yaml"),
    ]
    return [
        Problem(
            file=str(path),
            line=1,
            key="",
            message="is read by nobody: publishers/*.yaml, topics/*.yaml and policies.yaml are",
        )
        for path in sorted(found)
    ]
