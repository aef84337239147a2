"""An article, or a list of references, from the bytes of a page or a file: decoded, and read by its format."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.domain.articles import ParsedArticle, Reference
from monitor.intake.assembling import MAX_BLOCKS, assembled, too_long
from monitor.intake.decoding import Format, decoded, format_of
from monitor.intake.errors import UnreadableArticle
from monitor.intake.html.page import read_html
from monitor.intake.jats import read_jats
from monitor.intake.lines import Page
from monitor.intake.lists.joining import Joining
from monitor.intake.lists.library import library
from monitor.intake.markdown import read_markdown
from monitor.intake.plain_text import read_plain_text
from monitor.intake.reference_files import READERS, read_references_file

LINE_BY_LINE = frozenset({Format.MARKDOWN, Format.TEXT})
"""Formats whose lines are their paragraphs."""


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
    return assembled(_page(text, name=name, form=form), name=name, file=())[0]


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
    return assembled(_page(text, name=name, form=form), name=name, file=file)


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


def _page(text: str, *, name: str, form: Format) -> Page:
    if form in LINE_BY_LINE and text.count("\n") > 2 * MAX_BLOCKS:
        raise too_long(name)
    match form:
        case Format.HTML:
            return read_html(text, name=name)
        case Format.MARKDOWN:
            return read_markdown(text)
        case Format.JATS:
            return read_jats(text, name=name)
        case _:
            return read_plain_text(text)
