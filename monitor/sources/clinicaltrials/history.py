"""What a study planned when it began, by the registry's record history.

The history is not documented and may vanish (upstreams.md §8.3): it is asked only where the operator wishes it, and
whatever goes wrong with it is no failure of a poll.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog

from monitor.domain.records import Trial
from monitor.sources.clinicaltrials.api import Registry
from monitor.sources.clinicaltrials.reader import UnreadableStudy, read_study

log = structlog.get_logger()


class History:
    """Asks the registry for earlier versions of a study."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def outcomes_at_start(self, trial: Trial) -> tuple[str, ...]:
        """The primary outcomes in the version that stood when the trial began; nothing where that is not known."""
        if not trial.started:
            return ()
        answer = self._registry.history(trial.identifier)
        if not isinstance(answer, dict):
            log.info("clinicaltrials.no_history", trial=str(trial.identifier), reason=type(answer).__name__)
            return ()
        number = _version_on(trial.started, list(_versions(answer)))
        version = self._registry.version_of(trial.identifier, number) if number is not None else None
        try:
            return read_study(version.get("study"))[0].primary_outcomes if isinstance(version, dict) else ()
        except UnreadableStudy as error:
            log.info("clinicaltrials.no_history", trial=str(trial.identifier), reason=str(error))
            return ()


def _versions(answer: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """(date, number) of each version that says both."""
    history = answer.get("history")
    changes = history.get("changes") if isinstance(history, dict) else None
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, dict):
            day, number = change.get("date"), change.get("version")
            if isinstance(day, str) and isinstance(number, int):
                yield day, number


def _version_on(started: str, versions: list[tuple[str, int]]) -> int | None:
    """The last version from before the start, else the first there is; a month counts from its first day."""
    before = [version for version in versions if version[0][: len(started)] <= started]
    if before:
        return max(before)[1]
    return min(versions)[1] if versions else None
