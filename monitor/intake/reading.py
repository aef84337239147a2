"""A page, put together: decode, read into blocks, find head and list, then claims, references and mentions."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.articles import ParsedArticle, Reference
from monitor.intake.absent_works import absent_from
from monitor.intake.alignment import aligned
from monitor.intake.author_year import numbered, works_of
from monitor.intake.claims import claims_of
from monitor.intake.decoding import Format, address_of, decoded, format_of
from monitor.intake.errors import UnreadableArticle
from monitor.intake.evidence import joined
from monitor.intake.header import last_updated, read_header, review_status
from monitor.intake.html_page import read_html
from monitor.intake.lines import MARK, Block, BlockKind, Page, readable
from monitor.intake.markdown import read_markdown
from monitor.intake.markers import Style, marking_of
from monitor.intake.mentions import mentions_in
from monitor.intake.plain_text import read_plain_text
from monitor.intake.references import read_references, told_apart
from monitor.intake.sections import split

MAX_BLOCKS = 20_000
"""Paragraphs, items and rows of the longest page; the longest encyclopedia articles have a tenth of it."""
MAX_ENTRIES = 5_000


def read_article(body: bytes, *, name: str, media_type: str = "") -> ParsedArticle:
    """Read an article page: plain text, Markdown or HTML, by media type, name or looks.

    ``name`` is the file's name or the page's address; it stands in every complaint. Raises
    :class:`UnreadableArticle`, and nothing else, for whatever cannot be read as an article.
    """
    text = decoded(body, name=name, media_type=media_type)
    page = _page(text, name=name, media_type=media_type)
    if len(page.blocks) > MAX_BLOCKS:
        raise _too_long(name)
    header = read_header(page, name=name)
    sections = split(page.blocks[header.body_from :])
    if len(sections.references) > MAX_ENTRIES:
        raise UnreadableArticle(name, f"its list has more than {MAX_ENTRIES:,} references; give one article only")
    entries = read_references(sections.references)
    marking = marking_of(
        (block.text for block in sections.body if block.kind is not BlockKind.HEADING or MARK.search(block.text)),
        listed={entry.number for entry in entries if entry.number is not None},
        entries=len(entries),
        works=works_of(numbered(entries)),
    )
    entries = numbered(entries) if marking.style is Style.AUTHOR_YEAR else entries
    told = claims_of(sections.body, marking, title=header.title)
    claims = told.claims
    if not claims:
        raise UnreadableArticle(name, "no text was found under the title; give the whole article")
    mentions = mentions_in(claims, told.linked)
    listed = told_apart(aligned(entries, claims))
    absent = absent_from(claims, marking.works) if marking.style is Style.AUTHOR_YEAR else ()
    cited = {marker for claim in claims for marker in claim.markers}
    return ParsedArticle(
        title=header.title,
        question=header.question,
        text=body_text(sections.body),
        url=page.url or address_of(name),
        last_updated=last_updated(page),
        review_status=review_status(page, header),
        claims=claims,
        mentions=mentions,
        references=told_apart((*joined(listed, mentions, claims), *absent)),
        missing_markers=tuple(sorted(cited - _numbers(listed))),
        uncited_numbers=tuple(sorted(_numbers(listed) - cited)),
    )


def body_text(blocks: Sequence[Block]) -> str:
    """The body as a person reads it, a line for each block; every claim's words are found in it, in order."""
    return "\n".join(_line(block) for block in blocks)


def _line(block: Block) -> str:
    text = readable(block.text)
    indent = "  " * (block.level - 1)
    if block.kind is BlockKind.BULLET:
        return f"{indent}• {text}"
    return f"{indent}{block.number}. {text}" if block.kind is BlockKind.NUMBERED else text


def _too_long(name: str) -> UnreadableArticle:
    return UnreadableArticle(name, f"the page has more than {MAX_BLOCKS:,} lines; give one article only")


def _page(text: str, *, name: str, media_type: str) -> Page:
    written = format_of(text, name=name, media_type=media_type)
    if written is not Format.HTML and text.count("\n") > 2 * MAX_BLOCKS:
        raise _too_long(name)
    match written:
        case Format.HTML:
            return read_html(text, name=name)
        case Format.MARKDOWN:
            return read_markdown(text)
        case Format.TEXT:
            return read_plain_text(text)


def _numbers(references: Sequence[Reference]) -> set[int]:
    return {reference.number for reference in references if reference.number is not None}
