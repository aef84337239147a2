"""The report as Markdown: for a ticket, a mail or a file under version control."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.domain.articles import Freshness
from monitor.domain.read_models import ArticleRow, FindingView, Report
from monitor.reports.attribution import ATTRIBUTIONS, SCOPE
from monitor.reports.bounds import (
    checked_words,
    decided,
    gap_words,
    not_checked_words,
    nothing_found,
    scope_words,
    told_findings,
)
from monitor.reports.changes import Part, change
from monitor.reports.links import plain, record_name, source_name, web_address
from monitor.reports.witnesses import seen_by, stages
from monitor.reports.wording import (
    AFFECTED,
    REVIEW_STATUS,
    SECTIONS,
    count,
    day,
    elapsed,
    folded,
    in_section,
    moment,
    reason,
    source_state,
    summary,
    unchecked,
)

_MEANT_AS_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!])")


def render_markdown(report: Report) -> str:
    """The report as Markdown text. Upstream text is escaped, so that it stays text."""
    return "\n".join((*_head(report), *_sections(report), *_sources(report), *_foot())) + "\n"


def text(value: str) -> str:
    """Upstream text as Markdown that shows it letter by letter, on one line."""
    one_line = " ".join(plain(value).split())
    return _MEANT_AS_MARKUP.sub(r"\\\1", one_line.replace("&", "&amp;"))


def link(name: str, address: str | None) -> str:
    """A link when the address is one to follow, else the bare name."""
    safe = web_address(address)
    if safe is None:
        return text(name)
    return f"[{text(name)}](<{safe.replace('<', '%3C').replace('>', '%3E')}>)"


def _head(report: Report) -> Iterator[str]:
    yield "# Stale-article report"
    yield ""
    counts = " · ".join(f"**{len(in_section(report, freshness))} {freshness}**" for freshness, _ in SECTIONS)
    yield f"As of {moment(report.as_of)} (made {moment(report.generated_at)}): {counts}"
    for words in filter(None, (scope_words(report), nothing_found(report))):
        yield ""
        yield f"**{text(words)}**"
    for words in gap_words(report):
        yield ""
        yield f"> {text(words)}."
    for item in unchecked(report):
        yield ""
        yield f"> **{text(source_name(item.source))}**: {text(source_state(item))}."


def _sections(report: Report) -> Iterator[str]:
    for freshness, meaning in SECTIONS:
        rows = in_section(report, freshness)
        yield ""
        yield f"## {freshness.capitalize()} ({len(rows)}): {meaning}"
        yield ""
        for row in rows:
            if freshness is Freshness.STALE or (report.narrowed and told_findings(report, row)):
                yield from _article(row, report)
            else:
                yield _short(row)
        if not rows:
            yield "None."


def _short(row: ArticleRow) -> str:
    return f"- {link(row.title, row.url)} (`{row.id}`): {text(row.freshness_because)}"


def _article(row: ArticleRow, report: Report) -> Iterator[str]:
    severity = f"{row.severity}, " if row.severity else ""
    since = f"stale since {moment(row.stale_since)} ({elapsed(row.stale_since, report.as_of)})"
    yield f"### {text(row.title)}"
    yield ""
    yield (
        f"{severity}{since if row.stale_since else row.freshness} · "
        f"review: {REVIEW_STATUS[row.review_status].lower()} · last updated {day(row.last_updated)} · "
        f"{link(row.id, row.url)}"
    )
    yield ""
    yield (
        f"Watched: {row.watched.resolved} of {count(row.watched.references, 'reference')}, "
        f"{row.watched.unresolved} not resolved; oldest check {moment(row.watched.oldest_check)}."
    )
    for number, finding in enumerate(told_findings(report, row), start=1):
        yield from _finding(number, finding)
    yield ""


def _finding(number: int, finding: FindingView) -> Iterator[str]:
    yield ""
    yield f"#### {number}. {text(summary(finding))} ({finding.severity})"
    yield ""
    if words := decided(finding):
        yield f"- {text(words)}"
    yield f"- Record: {link(record_name(finding.record), finding.url)}, {text(finding.title)}"
    yield f"- Happened {day(finding.happened_on)}, detected {moment(finding.detected_at)}"
    yield from (f"- Shown by {text(witness)}" for witness in seen_by(finding))
    yield from (f"- So far, {text(stage)}" for stage in stages(finding))
    yield f"- Because {text(reason(finding.because, finding))}"
    yield f"- Suggested: {text(finding.suggested_action)}"
    for claim in finding.claims:
        markers = "".join(f" \\[{marker}\\]" for marker in claim.markers)
        fragile = " (fragile)" if claim.fragile and finding.answers_absence else ""
        yield f"- {AFFECTED.get(claim.affected, claim.affected).capitalize()}: “{text(claim.text)}”{markers}{fragile}"
    yield from _changes(finding)


def _changes(finding: FindingView) -> Iterator[str]:
    if not finding.diff:
        return
    yield ""
    yield "| Changed | Before | After |"
    yield "|---|---|---|"
    for line in finding.diff:
        item = change(line)
        yield f"| {text(item.field)} | {_side(item.before)} | {_side(item.after)} |"


def _side(parts: tuple[Part, ...]) -> str:
    return " ".join(f"**{text(part.text)}**" if part.changed else text(part.text) for part in parts) or "(nothing)"


def _sources(report: Report) -> Iterator[str]:
    yield ""
    yield "## What was checked"
    for words in filter(None, (checked_words(report), not_checked_words(report))):
        yield ""
        yield text(words)
    yield ""
    yield "| Source | State | Data version |"
    yield "|---|---|---|"
    for item in folded(report.coverage):
        yield f"| {text(source_name(item.source))} | {text(source_state(item))} | {text(item.data_version)} |"


def _foot() -> Iterator[str]:
    yield ""
    yield "---"
    yield ""
    yield SCOPE
    for item in ATTRIBUTIONS:
        yield ""
        yield f"{item.text} {link('Terms', item.url)}" if item.url else item.text
