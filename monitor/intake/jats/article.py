"""A JATS article → blocks of its text, its references, and what its head says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.identifiers import Scheme, find_identifiers
from monitor.intake.jats.elements import Element, article_in, children, own, tag_of, words_of
from monitor.intake.jats.inline import Inline
from monitor.intake.jats.references import numbered, read_references
from monitor.intake.lines import Block, BlockKind, Page

_LEFT_OUT = frozenset(
    {
        *("ref-list", "graphic", "media", "supplementary-material", "object-id", "alternatives", "disp-formula"),
        *(
            "disp-formula-group",
            "tex-math",
            "math",
            "label",
            "attrib",
            "permissions",
            "sec-meta",
            "alt-text",
            "long-desc",
        ),
    }
)
_LISTS = frozenset({"list", "def-list"})
_BLOCKS = frozenset(
    {
        *("sec", "p", "title", "table-wrap", "table-wrap-group", "table", "fig", "fig-group", "boxed-text", "caption"),
        *("disp-quote", "statement", "verse-group", "def-list", "list", "table-wrap-foot", "fn-group", "app", "speech"),
        *("subtitle", "fn"),
    }
)
_TEASERS = frozenset({"graphical", "toc", "teaser", "web-summary", "key-points", "video"})
_DATES = ("epub", "pub", "ppub", "epub-ppub", "collection", "")
_DEEPEST = 80
"""Blocks nested deeper than this are read as plain words: no article needs them, and recursion is not free."""


def read_jats(text: str, *, name: str) -> Page:
    """The blocks of an article's abstract and body. Raises :class:`UnreadableArticle` when it is none."""
    article = article_in(text, name=name)
    references = read_references(article, name=name)
    meta = article.find("front/article-meta")
    title = own(article, "front/article-meta/title-group/article-title") or own(article, "front//article-title")
    walker = _Walker(numbers=numbered(article))
    if title:
        walker.blocks.append(Block(kind=BlockKind.HEADING, text=title, line=article.sourceline or 1, level=1))
    for abstract in [] if meta is None else meta.iterfind("abstract"):
        if abstract.get("abstract-type") not in _TEASERS:
            walker.section(abstract, level=2, depth=0, heading="Abstract")
    walker.body(article.find("body"))
    return Page(
        blocks=tuple(walker.blocks),
        title=title,
        url=_address(meta),
        updated=_date(meta),
        references=references,
    )


@dataclass(slots=True)
class _Walker:
    """Walks the text once, in document order."""

    numbers: Mapping[str, int]
    blocks: list[Block] = field(default_factory=list)
    list_depth: int = 0
    item: tuple[BlockKind, int | None] | None = None

    def body(self, element: Element | None) -> None:
        """The body. Where it begins without a heading of its own, the abstract's headings end all the same."""
        if element is None:
            return
        if (first := next(children(element), None)) is not None and tag_of(first) != "sec":
            self.blocks.append(Block(kind=BlockKind.HEADING, text="", line=element.sourceline or 1, level=2))
        self.walk(element, level=1)

    def section(self, element: Element, *, level: int, depth: int, heading: str = "") -> None:
        """A part with its heading, which may be printed or come from the kind of the part."""
        title = element.find("title")
        words = words_of(title) if title is not None else heading
        if words:
            line = (element if title is None else title).sourceline or 1
            self.blocks.append(Block(kind=BlockKind.HEADING, text=words, line=line, level=min(level, 6)))
        self.walk(element, level=level, skip=title, depth=depth)

    def walk(self, element: Element, *, level: int, skip: Element | None = None, depth: int = 0) -> None:
        """The blocks in an element that holds blocks only."""
        for child in children(element):
            if child is not skip:
                self._block(child, level=level, depth=depth + 1)

    def _block(self, element: Element, *, level: int, depth: int) -> None:
        tag = tag_of(element)
        if tag in _LEFT_OUT:
            return
        if depth >= _DEEPEST:
            self._close(Inline(numbers=self.numbers, line=element.sourceline or 1, parts=[words_of(element)]))
        elif tag in ("sec", "app", "boxed-text"):
            self.section(element, level=level + 1, depth=depth)
        elif tag in _LISTS:
            self._list(element, level=level, depth=depth)
        elif tag == "table":
            self._table(element)
        elif tag in ("p", "title", "subtitle") or not any(tag_of(inner) in _BLOCKS for inner in children(element)):
            self._paragraph(element, level=level, depth=depth)
        else:
            self.walk(element, level=level, depth=depth)

    def _paragraph(self, element: Element, *, level: int, depth: int) -> None:
        """A paragraph, parted where a list, table or the like stands in it."""
        run = self._run(element)
        run.add(element.text)
        for child in element:
            if isinstance(child.tag, str):
                tag = tag_of(child)
                if tag in _BLOCKS:
                    self._close(run)
                    self._block(child, level=level, depth=depth + 1)
                    run = self._run(child)
                elif tag not in _LEFT_OUT:
                    run.element(child)
            run.add(child.tail)
        self._close(run)

    def _list(self, element: Element, *, level: int, depth: int) -> None:
        is_ordered = element.get("list-type") in ("order", "arabic")
        outer, self.list_depth = self.item, self.list_depth + 1
        for at, child in enumerate((one for one in children(element) if tag_of(one) in ("list-item", "def-item")), 1):
            self.item = (BlockKind.NUMBERED, at) if is_ordered else (BlockKind.BULLET, None)
            self.walk(child, level=level, depth=depth)
        self.item, self.list_depth = outer, self.list_depth - 1

    def _table(self, table: Element) -> None:
        for row in table.iter("tr"):
            cells = [child for child in children(row) if tag_of(child) in ("td", "th")]
            texts, run = list[str](), self._run(row)
            for cell in cells:
                run = self._run(row)
                run.inside(cell)
                texts.append(run.text())
            parent = row.getparent()
            is_header = all(tag_of(cell) == "th" for cell in cells) or (
                parent is not None and tag_of(parent) == "thead"
            )
            if any(texts):
                words = " | ".join(filter(None, texts))
                self.blocks.append(Block(kind=BlockKind.ROW, text=words, line=run.line, is_header=is_header))

    def _run(self, element: Element) -> Inline:
        return Inline(numbers=self.numbers, line=element.sourceline or 1)

    def _close(self, run: Inline) -> None:
        text = run.text()
        if not text:
            return
        (kind, number), self.item = self.item or (BlockKind.PARAGRAPH, None), None
        links = tuple(run.addresses)
        self.blocks.append(
            Block(kind=kind, text=text, line=run.line, level=self.list_depth, number=number, links=links)
        )


def _address(meta: Element | None) -> str | None:
    """Where a person finds the article: its DOI."""
    for element in [] if meta is None else meta.iterfind("article-id"):
        found = find_identifiers(words_of(element)) if element.get("pub-id-type") == "doi" else ()
        if found and found[0].scheme is Scheme.DOI:
            return found[0].url
    return None


def _date(meta: Element | None) -> str:
    """The full date of publication, the electronic one first; empty where only month or year are given."""
    dates = [] if meta is None else list(meta.iterfind("pub-date"))
    for kind in _DATES:
        for element in dates:
            year, month, day = (own(element, part) for part in ("year", "month", "day"))
            is_kind = (element.get("pub-type") or element.get("date-type") or "") == kind
            if is_kind and year.isdigit() and month.isdigit() and day.isdigit():
                return f"{year:>04}-{month:>02}-{day:>02}"
    return ""
