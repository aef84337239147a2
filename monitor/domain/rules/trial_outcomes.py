"""Whether a trial's primary outcomes were switched after it had begun. Pure.

What counts is what is measured. Time frames, order, case, punctuation, misspellings, abbreviations in brackets and the
words that only say how something is counted are nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from monitor.domain.kinds import EventKind
from monitor.domain.rules.wording import likeness, tokens
from monitor.domain.signals import Signal
from monitor.domain.trials import ACTUAL, PrimaryOutcome, Trial, full_date

BEGUN = frozenset({"ACTIVE_NOT_RECRUITING", "COMPLETED", "TERMINATED"})
"""Statuses of trials that have begun, whatever their dates say."""

SAYS_NO_SUBSTANCE = frozenset(
    {
        *("a", "an", "the", "of", "in", "to", "at", "on", "by", "for", "from", "with", "and", "or", "as", "is", "will"),
        *("be", "was", "were", "are", "their", "its", "this", "that", "who", "which", "using", "measured", "assessed"),
        *("evaluated", "determined", "defined", "based", "number", "percentage", "percent", "%", "proportion", "rate"),
        *("incidence", "mean", "median", "average", "participants", "participant", "subjects", "subject", "patients"),
        *(
            "patient",
            "people",
            "individuals",
            "primary",
            "outcome",
            "outcomes",
            "measure",
            "endpoint",
            "level",
            "levels",
        ),
    }
)
"""Grammar, and words that say how a measure is counted or that it is one."""

SHORTEST_MISSPELT = 5
"""Shorter words are too near to each other: “pain” and “gain” are not one word misspelt."""

NEARLY_THE_SAME = 0.9
"""A long description to which a few words were added, or from which they were taken, measures the same."""

LONGEST_QUOTE = 200
_IN_BRACKETS = re.compile(r"\(\s*([A-Za-z][A-Za-z0-9-]{1,9})\s*\)")


def switched(before: Trial, after: Trial) -> Iterator[Signal]:
    """A primary outcome came, went or was replaced after the trial had begun.

    Nothing is concluded where one of the versions states no primary outcome: very old records do not.
    """
    if not before.outcomes or not after.outcomes or not _has_begun(before, after):
        return
    gone, come = differing(before.outcomes, after.outcomes)
    if not gone and not come:
        return
    told = [f"no longer {_quoted(gone)}"] if gone else []
    told += [f"now {_quoted(come)}"] if come else []
    yield Signal(
        record=after.identifier,
        kind=EventKind.TRIAL_OUTCOME_SWITCHED,
        standing=False,
        shown_by=f"primary outcomes posted {after.last_update_posted}",
        because=f"after the trial had begun ({_begun(after)}), its primary outcome is {', '.join(told)}",
        happened_on=full_date(after.last_update_posted),
    )


def differing(
    before: Iterable[PrimaryOutcome], after: Iterable[PrimaryOutcome]
) -> tuple[list[PrimaryOutcome], list[PrimaryOutcome]]:
    """The outcomes that are in one of two lists only; each is paired off with one of the same substance, if any."""
    gone, left = [], sorted(after, key=str)
    for outcome in sorted(before, key=str):
        same = next((other for other in left if tokens(other.measure) == tokens(outcome.measure)), None)
        same = same or next((other for other in left if is_same(outcome, other)), None)
        if same is None:
            gone.append(outcome)
        else:
            left.remove(same)
    return gone, left


def is_same(left: PrimaryOutcome, right: PrimaryOutcome) -> bool:
    """Whether two wordings mean the same measure."""
    here, there = Counter(_substance(left.measure)), Counter(_substance(right.measure))
    gone, come = list((here - there).elements()), list((there - here).elements())
    for word in sorted(gone):
        if near := next((other for other in sorted(come) if _is_misspelt(word, other)), None):
            gone.remove(word)
            come.remove(near)
    gone, come = _without(gone, right.time_frame), _without(come, left.time_frame)
    if gone and come:
        return False
    rest = gone or come
    if not rest:
        return True
    has_figures = any(word[0].isdigit() for word in rest)
    return not has_figures and likeness(_substance(left.measure), _substance(right.measure)) >= NEARLY_THE_SAME


def _has_begun(before: Trial, after: Trial) -> bool:
    """Whether the change was posted after the start: people take part, or the day has come."""
    if ACTUAL in {before.start_type, after.start_type, before.primary_completion_type}:
        return True
    if {before.overall_status, before.last_known_status} & BEGUN:
        return True
    is_past = bool(before.started) and before.started < after.last_update_posted[: len(before.started)]
    return not before.start_type and is_past


def _begun(trial: Trial) -> str:
    return f"start {trial.started}" if trial.started else f"status {trial.overall_status}"


def _substance(measure: str) -> list[str]:
    return [word for word in tokens(_IN_BRACKETS.sub(_unless_it_abbreviates, measure)) if word not in SAYS_NO_SUBSTANCE]


def _unless_it_abbreviates(match: re.Match[str]) -> str:
    """Nothing for “(OS)” after “overall survival”: it repeats the initials of the words before it."""
    initials = "".join(word[0] for word in tokens(match.string[: match.start()]))
    return " " if initials.endswith(match.group(1).replace("-", "").casefold()) else match.group()


def _without(words: list[str], time_frame: str) -> list[str]:
    """The words that the other outcome does not have in its time frame either."""
    framed = set(tokens(time_frame))
    return [word for word in words if word not in framed]


def _is_misspelt(left: str, right: str) -> bool:
    """Whether two words differ by one letter: a misspelling, a plural, a British or American spelling."""
    short, long = sorted((left, right), key=len)
    if len(short) < SHORTEST_MISSPELT or len(long) - len(short) > 1 or not (left + right).isalpha():
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return swapped or short[start + 1 :] == long[start + 1 :]


def _quoted(outcomes: Iterable[PrimaryOutcome]) -> str:
    measures = (outcome.measure for outcome in outcomes)
    return " and ".join(f"“{text if len(text) <= LONGEST_QUOTE else f'{text[:LONGEST_QUOTE]}…'}”" for text in measures)
