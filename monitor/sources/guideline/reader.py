"""A publisher's page, read as its recipe says, to a guideline document. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.domain.channels import FieldRule, NoteRule, PageChannel, RecommendationRule
from monitor.domain.identifiers import Identifier
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, Recommendation, UpdateNote
from monitor.reading import EXTRACTOR, Content, Page, UnreadablePage, content_of, open_page, passages_in
from monitor.reading.dates import as_iso
from monitor.reading.pdf import PDF_EXTRACTOR, is_pdf, read_pdf
from monitor.sources.guideline.kept import Kept

LONGEST_TITLE = 200

MAIN = "main"
"""The word of a recipe for: whatever is the main content."""

READER = f"guideline-2+{EXTRACTOR}+{PDF_EXTRACTOR}"
WITHDRAWN = "withdrawn"


def read_document(kept: Kept, publisher: Publisher, identity: Identifier) -> GuidelineDocument:
    """Read a page. Raises :class:`UnreadablePage` for what is not the whole page of a guideline.

    A withdrawn guideline need show no more than its title; of any other the recipe's required fields must be there.
    """
    channel = publisher.pages
    if is_pdf(kept.body):
        return _pdf_document(kept, publisher, identity)
    if channel.page_end.lower().encode() not in kept.body.lower():
        raise UnreadablePage(f"the page ends before {channel.page_end!r}")
    page = open_page(kept.body, url=kept.url, charset=kept.charset)
    content = _content(page, channel)
    found = {name: _field(page, rule) for name, rule in channel.fields.items()}
    document = GuidelineDocument(
        identifier=identity,
        publisher=publisher.name,
        url=kept.url,
        state=_state(page, channel),
        title=found["title"],
        edition=found.get("edition", ""),
        published=as_iso(found.get("published", "")),
        updated=as_iso(found.get("updated", "")),
        replaced_by=found.get("replaced_by", ""),
        recommendations=_recommendations(page, channel.recommendations),
        passages=content.passages,
        notes=content.notes,
    )
    _check(document, channel)
    return document


def read_links(body: bytes, channel: PageChannel, *, url: str, charset: str = "") -> list[str]:
    """The addresses of guidelines on the publisher's list. Raises :class:`UnreadablePage` when there is none.

    A list without entries is a reader that broke or a page that changed, never the end of all guidelines.
    """
    if channel.page_end.lower().encode() not in body.lower():
        raise UnreadablePage(f"the list ends before {channel.page_end!r}")
    links = open_page(body, url=url, charset=charset).links(channel.link_xpath)
    if not (kept := [link for link in links if channel.links_to_document(link)]):
        raise UnreadablePage(
            f"no guideline among the {len(links)} links of the list: the reader is broken or the page changed"
        )
    return kept


def _field(page: Page, rule: FieldRule | None) -> str:
    return rule.keep(page.texts(rule.xpath)) if rule else ""


def _state(page: Page, channel: PageChannel) -> str:
    texts = page.texts(channel.state_xpath)
    is_withdrawn = any(re.search(pattern, text, re.I) for pattern in channel.withdrawn for text in texts)
    return WITHDRAWN if is_withdrawn else "current"


def _recommendations(page: Page, rule: RecommendationRule | None) -> tuple[Recommendation, ...]:
    if rule is None:
        return ()
    read = (_recommendation(part, rule) for part in page.parts(rule.xpath))
    return tuple(recommendation for recommendation in read if recommendation.text)


def _recommendation(part: Page, rule: RecommendationRule) -> Recommendation:
    beside = [one.xpath for one in (rule.number, rule.strength, rule.population) if one]
    return Recommendation(
        number=_field(part, rule.number),
        text=_field(part, rule.text) if rule.text else part.without(beside).text.lstrip(" .:–-"),
        strength=_field(part, rule.strength),
        population=_field(part, rule.population),
    )


def _pdf_document(kept: Kept, publisher: Publisher, identity: Identifier) -> GuidelineDocument:
    """A document has no elements to select: its paragraphs are searched for the patterns of the fields."""
    title, passages = read_pdf(kept.body)
    texts = [passage.text for passage in passages]
    rules = publisher.pages.fields
    found = {name: rule.keep(texts) for name, rule in rules.items() if rule.pattern and name != "title"}
    known = publisher.known(identity)
    return GuidelineDocument(
        identifier=identity,
        publisher=publisher.name,
        url=kept.url,
        title=title or (known.title if known else "") or texts[0][:LONGEST_TITLE],
        edition=found.get("edition", ""),
        published=as_iso(found.get("published", "")),
        updated=as_iso(found.get("updated", "")),
        passages=passages,
    )


def _content(page: Page, channel: PageChannel) -> Content:
    """The words that matter and the page's own list of updates, as far as the recipe asks for them."""
    if channel.text == MAIN:
        content = content_of(page)
    else:
        content = Content(passages=passages_in(page, channel.text) if channel.text else ())
    return replace(content, notes=_notes(page, channel.notes)) if channel.notes else content


def _notes(page: Page, rule: NoteRule) -> tuple[UpdateNote, ...]:
    read = (
        UpdateNote(text=_field(part, rule.text) if rule.text else part.text, day=as_iso(_field(part, rule.day)))
        for part in page.parts(rule.xpath)
    )
    return tuple(note for note in read if note.text)


def _check(document: GuidelineDocument, channel: PageChannel) -> None:
    needed = {"title"} if document.state == WITHDRAWN else channel.required
    if lacking := sorted(name for name in needed if not getattr(document, name)):
        raise UnreadablePage(
            f"the page shows no {' and no '.join(lacking)}: it is not the guideline's page, "
            "or the recipe no longer fits"
        )
