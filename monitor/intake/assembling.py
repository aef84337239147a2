"""A page, put together: from its blocks to head and list, then claims, references and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.domain.articles import ParsedArticle, Reference
from monitor.intake.decoding import address_of
from monitor.intake.errors import UnreadableArticle
from monitor.intake.header import Header, last_updated, read_header, review_status
from monitor.intake.lines import MARK, Block, BlockKind, Page, readable
from monitor.intake.lists.alignment import aligned
from monitor.intake.lists.cited_in_head import in_order, with_head
from monitor.intake.lists.joining import Joining, with_file
from monitor.intake.lists.references import read_references, told_apart
from monitor.intake.prose.absent_works import absent_from
from monitor.intake.prose.author_year import numbered, works_of
from monitor.intake.prose.claims import claims_of
from monitor.intake.prose.evidence import joined
from monitor.intake.prose.markers import Marking, Style, marking_of
from monitor.intake.prose.mentions import mentions_in
from monitor.intake.sections import Sections, split

MAX_BLOCKS = 20_000
"""Paragraphs, items and rows of the longest page; the longest encyclopedia articles have a tenth of it."""
MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a page is made of before its claims are read. Lists may be printed, tagged, in a file, or in the head."""

    sections: Sections
    entries: tuple[Reference, ...]
    joining: Joining
    is_tagged: bool
    is_in_head: bool


def assembled(page: Page, *, name: str, file: Sequence[Reference]) -> tuple[ParsedArticle, Joining]:
    """The article that a page's blocks make, and how its own list and that of a file were joined.

    Raises :class:`UnreadableArticle` for a page that is too long, or without text.
    """
    if len(page.blocks) > MAX_BLOCKS:
        raise too_long(name)
    header = read_header(page, name=name)
    parts = _parts(page, header, name=name, file=file)
    marking = _marking(parts)
    if marking.style is Style.AUTHOR_YEAR:
        parts = replace(parts, entries=numbered(parts.entries))
    return _article(page, header, parts, marking, name=name), parts.joining


def body_text(blocks: Sequence[Block]) -> str:
    """The body as a person reads it, a line for each block; every claim's words are found in it, in order."""
    return "\n".join(_line(block) for block in blocks)


def too_long(name: str) -> UnreadableArticle:
    """What to say of a page that is no single article."""
    return UnreadableArticle(name, f"the page has more than {MAX_BLOCKS:,} lines; give one article only")


def _parts(page: Page, header: Header, *, name: str, file: Sequence[Reference]) -> _Parts:
    rest = page.blocks[header.body_from :]
    if page.references is None:
        sections = split(rest)
        if len(sections.references) > MAX_ENTRIES:
            raise UnreadableArticle(name, f"its list has more than {MAX_ENTRIES:,} references; give one article only")
        printed = read_references(sections.references)
        listed = with_head(printed, page.cited)
    else:
        sections, printed = Sections(body=rest, references=()), page.references
        listed = printed
    entries, joining = with_file(listed, file)
    return _Parts(
        sections=sections,
        entries=entries,
        joining=joining,
        is_tagged=bool(page.references),
        is_in_head=not printed and not file,
    )


def _marking(parts: _Parts) -> Marking:
    """How the page cites; a format that tags its citations leaves nothing to find out."""
    listed = {entry.number for entry in parts.entries if entry.number is not None}
    if parts.is_tagged:
        return Marking(style=Style.CERTAIN, listed=frozenset(listed))
    body = parts.sections.body
    return marking_of(
        (block.text for block in body if block.kind is not BlockKind.HEADING or MARK.search(block.text)),
        listed=listed,
        entries=len(parts.entries),
        works=works_of(numbered(parts.entries)),
    )


def _article(page: Page, header: Header, parts: _Parts, marking: Marking, *, name: str) -> ParsedArticle:
    body = parts.sections.body
    told = claims_of(body, marking, title=header.title)
    claims = told.claims
    if not claims:
        raise UnreadableArticle(name, "no text was found under the title; give the whole article")
    mentions = mentions_in(claims, told.linked)
    listed = told_apart((in_order if parts.is_in_head else aligned)(parts.entries, claims))
    absent = absent_from(claims, marking.works) if marking.style is Style.AUTHOR_YEAR else ()
    cited = {marker for claim in claims for marker in claim.markers}
    return ParsedArticle(
        title=header.title,
        question=header.question,
        text=body_text(body),
        url=page.url or address_of(name),
        last_updated=last_updated(page),
        review_status=review_status(page, header),
        claims=claims,
        mentions=mentions,
        references=told_apart((*joined(listed, mentions, claims), *absent)),
        missing_markers=tuple(sorted(cited - _numbers(listed))),
        uncited_numbers=tuple(sorted(_numbers(listed) - cited)),
    )


def _line(block: Block) -> str:
    text = readable(block.text)
    indent = "  " * (block.level - 1)
    if block.kind is BlockKind.BULLET:
        return f"{indent}• {text}"
    return f"{indent}{block.number}. {text}" if block.kind is BlockKind.NUMBERED else text


def _numbers(references: Sequence[Reference]) -> set[int]:
    return {reference.number for reference in references if reference.number is not None}
