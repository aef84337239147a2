"""The report as an Atom feed (RFC 4287): an entry for each finding, and one for each source that could not be checked.

An entry keeps its id as long as the pages have their public address; whenever its finding is decided or opened again it
gets a new ``updated``. Its content is escaped HTML without anything active in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from itertools import chain
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader
from lxml import etree

from monitor.domain.read_models import ArticleRow, Coverage, FindingView, Gap, Report
from monitor.reports.attribution import ATTRIBUTIONS, SCOPE
from monitor.reports.bounds import (
    checked_words,
    decided,
    gap_words,
    not_checked_words,
    nothing_found,
    scope_words,
    title_words,
)
from monitor.reports.environment import environment
from monitor.reports.links import plain, source_name
from monitor.reports.values import utc
from monitor.reports.wording import folded, moment, source_state, summary, unchecked

NAMESPACE = "http://www.w3.org/2005/Atom"
AUTHOR = "Freshness Monitor"
MOST_ENTRIES = 300
"""Findings in the feed, those that changed last; readers ask often, and keep what they have seen."""
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]")


def render_atom(report: Report, *, public_url: str) -> str:
    """The feed as XML text; links lead to the pages at ``public_url``."""
    home = public_url.rstrip("/")
    feed = etree.Element(_name("feed"), nsmap={None: NAMESPACE})
    findings = _newest(report)
    doubts = tuple(_doubts(report))
    updated = max(chain((finding.changed_at for _, finding in findings), (at for _, at, _, _ in doubts)), default=None)
    _add(feed, "id", f"{_tag(home)}report{_part(report)}")
    _add(feed, "title", title_words(report))
    _add(feed, "subtitle", " ".join(_subtitle(report, len(findings))))
    _add(feed, "updated", utc(updated or report.as_of))
    _add(etree.SubElement(feed, _name("author")), "name", AUTHOR)
    _add(feed, "generator", AUTHOR)
    _add(feed, "rights", " ".join(item.text for item in ATTRIBUTIONS))
    etree.SubElement(feed, _name("link"), rel="self", type="application/atom+xml", href=_here(home, report))
    etree.SubElement(feed, _name("link"), rel="alternate", type="text/html", href=f"{home}/report")
    for name, at, title, told in doubts:
        _entry(feed, id=f"{_tag(home)}{name}", title=title, updated=at, href=f"{home}/sources", told=told)
    engine = environment(PackageLoader("monitor.reports"))
    for row, finding in findings[:MOST_ENTRIES]:
        _finding(feed, home, row, finding, engine)
    text: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text.decode()


def _newest(report: Report) -> list[tuple[ArticleRow, FindingView]]:
    """Every finding that is told by itself, the one that changed last first."""
    told = [(row, finding) for row in report.articles for finding in row.findings if finding.status != "joined"]
    return sorted(told, key=lambda pair: (pair[1].changed_at, pair[1].id), reverse=True)


def _subtitle(report: Report, findings: int) -> Iterator[str]:
    yield f"As of {moment(report.as_of)}."
    yield from filter(None, (scope_words(report), nothing_found(report), checked_words(report)))
    yield from filter(None, (not_checked_words(report),))
    for item in folded(report.coverage):
        yield f"{source_name(item.source)}: {source_state(item)}."
    yield from (f"{words}." for words in gap_words(report))
    if findings > MOST_ENTRIES:
        yield f"These are the {MOST_ENTRIES} findings that changed last, of {findings}."
    yield SCOPE


def _doubts(report: Report) -> Iterator[tuple[str, datetime, str, str]]:
    """(id, since when, title, words) for what could not be checked: a feed without entries would read as calm."""
    for item in unchecked(report):
        since = _since(item, report)
        title = f"{source_name(item.source)} could not be checked"
        yield (
            f"source/{_quoted(item.source)}/{since:%Y-%m-%d}",
            since,
            title,
            f"{source_state(item)}.",
        )
    for gap, words in zip(report.narrowed.gaps if report.narrowed else (), gap_words(report), strict=True):
        at = gap.end or gap.start or _midnight(report)
        yield f"gap/{_name_of(gap)}", at, f"{source_name(gap.source)} was not reached for a time", f"{words}."


def _since(item: Coverage, report: Report) -> datetime:
    """Since when a source is in doubt; one that was never asked is told once a day."""
    return item.failing_since or item.last_success or _midnight(report)


def _midnight(report: Report) -> datetime:
    return datetime.combine(report.as_of.date(), time.min, report.as_of.tzinfo)


def _name_of(gap: Gap) -> str:
    return f"{_quoted(gap.source)}/{gap.start.date() if gap.start else 'ever'}"


def _finding(feed: etree._Element, home: str, row: ArticleRow, finding: FindingView, engine: Environment) -> None:
    state = decided(finding)
    told = engine.get_template("atom_entry.html").render(finding=finding, row=row, decided=state)
    title = f"{finding.severity.capitalize()}: {summary(finding)} – {row.title}"
    entry = _entry(
        feed,
        id=f"{_tag(home)}finding/{_quoted(finding.id)}",
        title=f"{finding.status.capitalize()}: {title}" if state else title,
        updated=finding.changed_at,
        href=f"{home}/articles/{_quoted(row.id)}#finding-{_quoted(finding.id)}",
        told=told,
    )
    _add(entry, "published", utc(finding.detected_at))
    for term in (finding.kind.value, finding.severity.value, finding.status):
        etree.SubElement(entry, _name("category"), term=_xml(term))


def _entry(feed: etree._Element, *, id: str, title: str, updated: datetime, href: str, told: str) -> etree._Element:
    entry = etree.SubElement(feed, _name("entry"))
    _add(entry, "id", id)
    _add(entry, "title", title)
    _add(entry, "updated", utc(updated))
    etree.SubElement(entry, _name("link"), rel="alternate", type="text/html", href=_xml(href))
    content = etree.SubElement(entry, _name("content"), type="html")
    content.text = _xml(told)
    return entry


def _add(parent: etree._Element, name: str, text: str | None) -> None:
    etree.SubElement(parent, _name(name)).text = _xml(text or "")


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _tag(home: str) -> str:
    """The beginning of a tag URI (RFC 4151) under the host of the pages."""
    host = _NOT_IN_NAMES.sub("-", (urlsplit(home).hostname or "localhost").lower())
    return f"tag:{host},2026:"


def _part(report: Report) -> str:
    terms = report.narrowed.terms if report.narrowed else ()
    return "".join(f"/{name}/{_quoted(value)}" for name, value in terms)


def _here(home: str, report: Report) -> str:
    """Where the pages hand out this very feed."""
    asked = urlencode(report.narrowed.terms, errors="replace") if report.narrowed else ""
    return f"{home}/report/stale-articles.atom" + (f"?{asked}" if asked else "")


def _xml(text: str) -> str:
    """Text without what XML 1.0 cannot hold; other control characters are not shown to people, either."""
    return plain(text)


def _quoted(text: str) -> str:
    """A text as a part of an address; half characters, which no address can hold, become question marks."""
    return quote(text, safe="", errors="replace")
