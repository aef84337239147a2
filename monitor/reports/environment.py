"""The template engine of reports and pages: everything is escaped, and a name that is not there is an error."""

from __future__ import annotations

from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined

from monitor.domain.figure_check import IN_WORDS
from monitor.domain.filters import ArticleSort, QueueSort
from monitor.domain.kinds import EventKind, Severity
from monitor.reports import bounds, figures, witnesses, wording
from monitor.reports.attribution import ATTRIBUTIONS, SCOPE
from monitor.reports.changes import change
from monitor.reports.links import plain, record_address, record_name, source_name, web_address

FILTERS = {
    "moment": wording.moment,
    "day": wording.day,
    "elapsed": wording.elapsed,
    "count_of": wording.count,
    "summary": wording.summary,
    "open_findings": wording.open_findings,
    "touched": wording.touched,
    "evidence_shown": wording.evidence_shown,
    "claims_in_order": wording.claims_in_order,
    "not_checked": wording.not_checked,
    "due": wording.due,
    "reason": wording.reason,
    "reference_names": wording.reference_names,
    "listed": wording.listed,
    "folded": wording.folded,
    "source_state": wording.source_state,
    "decided": bounds.decided,
    "manner": witnesses.manner,
    "stages": witnesses.stages,
    "source_name": source_name,
    "record_name": record_name,
    "record_address": record_address,
    "web_address": web_address,
    "change": change,
    "figures_comparable": figures.comparable,
    "figures_in_short": figures.in_short,
    "figures_disagree": figures.disagree,
    "figure_of_cited": figures.of_cited,
    "figure_of_newer": figures.of_newer,
    "figure_sentences": figures.sentences,
    "mention_figures": figures.of_mention,
    "figure_where": figures.where,
}
"""What templates may say ``value|name`` with; one line of meaning each stands at the function."""


def environment(loader: BaseLoader) -> Environment:
    """An engine that reads templates from ``loader``. Control and direction characters never reach a page."""
    engine = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    engine.filters.update(FILTERS)
    engine.globals.update(
        attributions=ATTRIBUTIONS,
        scope=SCOPE,
        FRESHNESS=wording.FRESHNESS,
        REVIEW_STATUS=wording.REVIEW_STATUS,
        AFFECTED=wording.AFFECTED,
        FIGURE_STATUS=IN_WORDS,
        EVENT_KINDS=tuple(EventKind),
        SEVERITIES=tuple(Severity),
        QUEUE_SORTS=tuple(QueueSort),
        ARTICLE_SORTS=tuple(ArticleSort),
        sections=wording.SECTIONS,
        in_section=wording.in_section,
        unchecked=wording.unchecked,
        scope_words=bounds.scope_words,
        nothing_found=bounds.nothing_found,
        checked_words=bounds.checked_words,
        not_checked_words=bounds.not_checked_words,
        gap_words=bounds.gap_words,
        told_findings=bounds.told_findings,
    )
    return engine


def _shown(value: Any) -> Any:
    """What is printed of an expression; markup made by our own templates passes untouched."""
    if value is None:
        return ""
    return plain(value) if type(value) is str else value
