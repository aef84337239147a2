"""New trials on a topic: what was posted for the first time since the last search."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta

from monitor.domain.outcomes import Polled, PollOutcome, PollRequest, Reading, Unreadable
from monitor.domain.topics.topic import TrialSearch
from monitor.sources.clinicaltrials.api import Registry
from monitor.sources.clinicaltrials.reader import UnreadableStudy, read_study, to_raw

OVERLAP = timedelta(days=7)
"""Studies are posted with a day before the one on which they appear, over weekends and holidays too."""
FIRST_LOOK_BACK = timedelta(days=365)


def poll_topic(registry: Registry, request: PollRequest, searches: Mapping[str, TrialSearch]) -> PollOutcome:
    """Read the studies that answer a topic and were posted since its last search.

    A search that asks otherwise than the one before begins from the start. A study that cannot be read is told, and the
    cursor stays until it can be; when none of them can, the answer is ``Unreadable``.
    """
    search = searches.get(request.target)
    if search is None:
        return Unreadable(reason=f"there is no search of trials named {request.target!r} any more")
    version = registry.data_version()
    if not isinstance(version, str):
        return version
    mark, last = _recall(request.cursor)
    digest = hashlib.blake2b(repr(search).encode(), digest_size=8).hexdigest()
    if mark == digest and last is not None:
        first = last - OVERLAP
    else:
        first = request.since or request.now.date() - FIRST_LOOK_BACK
    studies = registry.first_posted(_asked(search), since=first)
    if not isinstance(studies, tuple):
        return studies
    readings: list[Reading] = []
    troubles: list[str] = []
    unknown: dict[tuple[str, str], None] = {}
    for study in studies:
        try:
            trial, strange = read_study(study)
        except UnreadableStudy as error:
            troubles.append(str(error))
            unknown["study that cannot be read", str(error)[:80]] = None
            continue
        unknown.update(dict.fromkeys(strange))
        url = registry.url_of(trial.identifier)
        readings.append(Reading(record=trial, raw=to_raw(study, trial.identifier), url=url, topics=(request.target,)))
    if troubles and not readings:
        return Unreadable(reason=troubles[0])
    after = registry.data_version()
    if after != version:
        return after if not isinstance(after, str) else Unreadable(reason="the registry loaded new data meanwhile")
    return Polled(
        readings=tuple(readings),
        troubles=tuple(troubles),
        cursor=request.cursor if troubles else f"{digest} {version[:10]}",
        data_version=version,
        window_start=first,
        unknown_values=tuple(unknown),
    )


def _asked(search: TrialSearch) -> dict[str, str]:
    asked = {
        "query.cond": search.condition,
        "query.intr": search.intervention,
        "query.term": search.terms,
        "filter.overallStatus": "|".join(search.statuses),
    }
    return {name: text for name, text in asked.items() if text}


def _recall(cursor: str) -> tuple[str, date | None]:
    mark, _, day = cursor.partition(" ")
    try:
        return mark, date.fromisoformat(day)
    except ValueError:
        return "", None
