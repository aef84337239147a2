"""The report on a terminal: the stale articles at a glance, then what could not be known, then the sources."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from monitor.domain.articles import Freshness
from monitor.domain.kinds import Severity
from monitor.domain.read_models import ArticleRow, Coverage, FindingView, Report
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
from monitor.reports.links import plain, record_name, source_name
from monitor.reports.witnesses import seen_by, stages
from monitor.reports.wording import (
    REVIEW_STATUS,
    SECTIONS,
    claims_in_order,
    count,
    day,
    elapsed,
    folded,
    in_section,
    listed,
    moment,
    reason,
    source_state,
    summary,
    unchecked,
)

MOST_CLAIMS = 4
MOST_CHANGES = 3

SEVERITY_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.MAJOR: "bold black on yellow",
    Severity.MINOR: "black on cyan",
    Severity.INFO: "dim",
}
BORDERS = {Severity.CRITICAL: "red", Severity.MAJOR: "yellow", Severity.MINOR: "cyan", Severity.INFO: "dim"}
FRESHNESS_STYLES = {Freshness.STALE: "bold red", Freshness.UNVERIFIED: "bold yellow", Freshness.FRESH: "bold green"}
STATUS_STYLES = {"ok": ("●", "green"), "late": ("▲", "yellow"), "unreachable": ("✖", "red")}


def render_text(report: Report) -> RenderableType:
    """The report for a terminal; upstream text is shown as text, whatever markup or control codes it holds."""
    return Group(*_parts(report))


def _parts(report: Report) -> Iterator[RenderableType]:
    yield Text()
    yield _counts(report)
    for words in filter(None, (scope_words(report), nothing_found(report))):
        yield Padding(Text(_line(words), style="bold"), (0, 1))
    if gaps := unchecked(report):
        names = listed(_line(source_name(item.source)) for item in gaps)
        yield Text(f" Could not be checked in time: {names}; see the end of the report.", style="yellow")
    yield from (Padding(Text(f"{_line(words)}.", style="yellow"), (0, 1)) for words in gap_words(report))
    yield Text()
    for row in in_section(report, Freshness.STALE):
        yield _article(row, report)
    for freshness, meaning in SECTIONS[1:]:
        rows = in_section(report, freshness)
        if rows:
            yield _rule(f"{freshness.capitalize()} ({len(rows)})", FRESHNESS_STYLES[freshness])
            yield Text(f" {meaning}", style="dim")
            told = [row for row in rows if report.narrowed and told_findings(report, row)]
            yield from (_article(row, report) for row in told)
            yield _short(tuple(row for row in rows if row not in told))
    yield _rule("What was checked", "bold")
    for words in filter(None, (checked_words(report), not_checked_words(report))):
        yield Padding(Text(_line(words)), (0, 1))
    yield _coverage(report)
    yield Padding(Text(" ".join((SCOPE, *(item.text for item in ATTRIBUTIONS))), style="dim"), (1, 1, 0, 1))
    yield from (Text(f" {item.source}: {item.url}", style="dim") for item in ATTRIBUTIONS if item.url)


def _counts(report: Report) -> Text:
    line = Text(" Stale-article report ", style="bold reverse")
    line.append(f"  {moment(report.as_of)}   ")
    for freshness, _ in SECTIONS:
        line.append(f"{len(in_section(report, freshness))} {freshness}", style=FRESHNESS_STYLES[freshness])
        line.append("   ")
    return line


def _rule(title: str, style: str) -> RenderableType:
    return Padding(Rule(Text(title, style=style), align="left", style="dim"), (1, 0, 0, 0))


def _article(row: ArticleRow, report: Report) -> RenderableType:
    severity = row.severity or Severity.INFO
    title = Text.assemble((f" {severity.upper()} ", SEVERITY_STYLES[severity]), " ", (_line(row.title), "bold"), " ")
    stale = f"stale for {elapsed(row.stale_since, report.as_of)}" if row.stale_since else row.freshness
    since = Text(
        f" {stale} · review: {REVIEW_STATUS[row.review_status].lower()} · {_line(row.id)} ",
        style="dim",
    )
    return Panel(
        _body(row, report),
        title=title,
        title_align="left",
        subtitle=since,
        subtitle_align="right",
        border_style=BORDERS[severity],
        box=box.ROUNDED,
        padding=(1, 2),
    )


def _body(row: ArticleRow, report: Report) -> RenderableType:
    findings = [_finding(finding) for finding in told_findings(report, row)]
    if not findings:
        return Text(_line(row.freshness_because))
    spaced = [part for finding in findings for part in (finding, Text())]
    return Group(*spaced[:-1])


def _finding(finding: FindingView) -> RenderableType:
    head = Text.assemble((f"{finding.severity.upper()} ", BORDERS[finding.severity]), (summary(finding), "bold"))
    if finding.new_since_start:
        head.append("  new since the review was started", style="magenta")
    grid = _facts()
    for label, value in _finding_facts(finding):
        grid.add_row(label, value)
    return Group(head, grid)


def _finding_facts(finding: FindingView) -> Iterator[tuple[str, RenderableType]]:
    if words := decided(finding):
        yield "decided", Text(_line(words), style="bold")
    yield "record", Text.assemble((_line(record_name(finding.record)), "cyan"), "  ", _line(finding.title))
    yield "happened", Text(f"{day(finding.happened_on)} · detected {moment(finding.detected_at)}")
    yield "shown by", Text("\n".join(map(_line, seen_by(finding))) or "–")
    if finding.life:
        yield "so far", Text("\n".join(map(_line, stages(finding))))
    yield from _sentences(finding)
    yield from _changes(finding)
    yield "because", Text(_line(reason(finding.because, finding)))
    yield "next", Text(_line(finding.suggested_action), style="italic")


def _sentences(finding: FindingView) -> Iterator[tuple[str, RenderableType]]:
    claims, label = finding.claims, "affected"
    for claim in claims_in_order(finding)[:MOST_CLAIMS]:
        sign, style = ("▌ ", "red") if claim.affected == "yes" else ("┊ possibly: ", "yellow")
        markers = "".join(f" [{marker}]" for marker in claim.markers)
        yield label, Text.assemble((sign, style), _line(claim.text), (markers, "cyan"))
        label = ""
    if len(claims) > MOST_CLAIMS:
        yield "", Text(f"  and {count(len(claims) - MOST_CLAIMS, 'more sentence')}", style="dim")


def _changes(finding: FindingView) -> Iterator[tuple[str, RenderableType]]:
    label = "changed"
    for line in finding.diff[:MOST_CHANGES]:
        item = change(line)
        yield (
            label,
            Text.assemble(
                (f"{item.field}: ", "dim"), _side(item.before, "red strike"), (" → ", "dim"), _side(item.after, "green")
            ),
        )
        label = ""
    if len(finding.diff) > MOST_CHANGES:
        yield "", Text(f"and {count(len(finding.diff) - MOST_CHANGES, 'more field')}", style="dim")


def _side(parts: tuple[Part, ...], style: str) -> Text:
    if not parts:
        return Text("(nothing)", style="dim")
    return Text(" ").join(Text(_line(part.text), style=style if part.changed else "") for part in parts)


def _short(rows: tuple[ArticleRow, ...]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(ratio=2)
    grid.add_column(ratio=3, style="dim")
    for row in rows:
        grid.add_row(Text(_line(row.title)), Text(_line(row.freshness_because)))
    return Padding(grid, (0, 1))


def _coverage(report: Report) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for item in folded(report.coverage):
        grid.add_row(_sign(item), Text(_line(source_name(item.source))), Text(_line(source_state(item))))
    return Padding(grid, (0, 1))


def _sign(item: Coverage) -> Text:
    status = "late" if item.status == "ok" and item.last_success is None else item.status
    sign, style = STATUS_STYLES.get(status, STATUS_STYLES["late"])
    return Text(sign, style=style)


def _facts() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", width=10, justify="right")
    grid.add_column(ratio=1)
    return grid


def _line(text: str) -> str:
    return " ".join(plain(text).split())
