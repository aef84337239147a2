"""A page, put together: decode, read into blocks, find head and list, then claims, references and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.articles import ParsedArticle, Reference
from monitor.intake.alignment import aligned
from monitor.intake.cited_in_head import in_order, with_head
from monitor.intake.claims import claims_of
from monitor.intake.decoding import Format, address_of, decoded, format_of
from monitor.intake.errors import UnreadableArticle
from monitor.intake.evidence import joined
from monitor.intake.header import Header, last_updated, read_header, review_status
from monitor.intake.html_page import read_html
from monitor.intake.jats import read_jats
from monitor.intake.joining import Joining, with_file
from monitor.intake.library import library
from monitor.intake.lines import Block, BlockKind, Page, readable
from monitor.intake.markdown import read_markdown
from monitor.intake.markers import Marking, Style, marking_of
from monitor.intake.mentions import mentions_in
from monitor.intake.plain_text import read_plain_text
from monitor.intake.reference_files import READERS, read_references_file
from monitor.intake.references import read_references, told_apart
from monitor.intake.sections import Sections, split


def read_article(
    body: bytes, *, name: str, media_type: str = "", form: Format | None = None, title: str = ""
) -> ParsedArticle:
    """Read an article, in the given format or the one that media type, name or looks say.

    ``name`` is the file's name or the page's address; it stands in every complaint. A file of references alone is an
    article without claims; ``title`` is its title, else its name is. Raises :class:`UnreadableArticle`, and nothing
    else, for whatever cannot be read as an article.
    """
    text = decoded(body, name=name, media_type=media_type)
    form = form or format_of(text, name=name, media_type=media_type)
    if form in READERS:
        return library(read_references_file(text, name=name, form=form), name=name, title=title)
    return _article(_page(text, name=name, form=form), name=name, file=())[0]


def read_with_references(
    body: bytes, *, name: str, media_type: str = "", file: Sequence[Reference]
) -> tuple[ParsedArticle, Joining]:
    """Read an article whose list of references is in a file of its own; tells how the page's list and it were joined.

    Raises :class:`UnreadableArticle` as :func:`read_article` does, and where the page is a list of references itself.
    """
    text = decoded(body, name=name, media_type=media_type)
    form = format_of(text, name=name, media_type=media_type)
    if form in READERS:
        raise UnreadableArticle(name, f"this is a list of references ({form}) and no page; give the page with its text")
    return _article(_page(text, name=name, form=form), name=name, file=file)


def read_list(body: bytes, *, name: str) -> tuple[Reference, ...]:
    """The references of a file: one of a reference manager, or the list of a JATS article.

    Raises :class:`UnreadableArticle`, and nothing else.
    """
    text = decoded(body, name=name)
    form = format_of(text, name=name)
    if form in READERS:
        return read_references_file(text, name=name, form=form)
    if form is Format.JATS and (listed := read_jats(text, name=name).references):
        return listed
    raise UnreadableArticle(name, "this is no list of references; give RIS, BibTeX, CSL-JSON, nbib or JATS")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a page is made of before its claims are read."""

    header: Header
    sections: Sections
    entries: tuple[Reference, ...]
    joining: Joining
    is_tagged: bool
    is_printed: bool

    @property
    def marking(self) -> Marking:
        """How the page cites; a format that tags its citations leaves nothing to find out."""
        listed = {entry.number for entry in self.entries if entry.number is not None}
        if self.is_tagged:
            return Marking(style=Style.CERTAIN, listed=frozenset(listed))
        return marking_of(
            (block.text for block in self.sections.body if block.kind is not BlockKind.HEADING),
            listed=listed,
            entries=len(self.entries),
        )


def _parts(page: Page, *, name: str, file: Sequence[Reference]) -> _Parts:
    header = read_header(page, name=name)
    rest = page.blocks[header.body_from :]
    if page.references is None:
        sections = split(rest)
        printed = read_references(sections.references)
        listed = with_head(printed, page.cited)
    else:
        sections, printed = Sections(body=rest, references=()), page.references
        listed = printed
    entries, joining = with_file(listed, file)
    return _Parts(
        header=header,
        sections=sections,
        entries=entries,
        joining=joining,
        is_tagged=bool(page.references),
        is_printed=bool(printed or file),
    )


def _article(page: Page, *, name: str, file: Sequence[Reference]) -> tuple[ParsedArticle, Joining]:
    parts = _parts(page, name=name, file=file)
    body = parts.sections.body
    claims = claims_of(body, parts.marking, title=parts.header.title)
    if not claims:
        raise UnreadableArticle(name, "no text was found under the title; give the whole article")
    mentions = mentions_in(claims)
    listed = told_apart((aligned if parts.is_printed else in_order)(parts.entries, claims))
    cited = {marker for claim in claims for marker in claim.markers}
    article = ParsedArticle(
        title=parts.header.title,
        question=parts.header.question,
        text=body_text(body),
        url=page.url or address_of(name),
        last_updated=last_updated(page),
        review_status=review_status(page, parts.header),
        claims=claims,
        mentions=mentions,
        references=told_apart(joined(listed, mentions, claims)),
        missing_markers=tuple(sorted(cited - _numbers(listed))),
        uncited_numbers=tuple(sorted(_numbers(listed) - cited)),
    )
    return article, parts.joining


def body_text(blocks: Sequence[Block]) -> str:
    """The body as a person reads it, a line for each block; every claim's words are found in it, in order."""
    return "\n".join(_line(block) for block in blocks)


def _line(block: Block) -> str:
    text = readable(block.text)
    indent = "  " * (block.level - 1)
    if block.kind is BlockKind.BULLET:
        return f"{indent}• {text}"
    return f"{indent}{block.number}. {text}" if block.kind is BlockKind.NUMBERED else text


def _page(text: str, *, name: str, form: Format) -> Page:
    match form:
        case Format.HTML:
            return read_html(text, name=name)
        case Format.MARKDOWN:
            return read_markdown(text)
        case Format.JATS:
            return read_jats(text, name=name)
        case _:
            return read_plain_text(text)


def _numbers(references: Sequence[Reference]) -> set[int]:
    return {reference.number for reference in references if reference.number is not None}
