"""From bytes to the parts of a PubMed set, one after the other. Needs no DTD and opens no file and no connection."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

SETS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet"})
ARTICLE, BOOK, CITATION = "PubmedArticle", "PubmedBookArticle", "MedlineCitation"
RECORDS = frozenset({ARTICLE, BOOK, CITATION})
DELETIONS = frozenset({"DeleteCitation", "DeleteDocument"})
PARTS = RECORDS | DELETIONS

_CHUNK = 1 << 17
_SHOWN = 200


class ByteStream(Protocol):
    """Anything to read bytes from: an open file, also a packed one."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end."""
        ...


class UnreadableXml(ValueError):
    """This is no complete set of PubMed records: cut, foreign, or an error in words. Conclude nothing from it."""


def parts_of(body: bytes | ByteStream) -> Iterator[Element]:
    """Each record and each list of deletions of a set, in order; a part is emptied when the next one is asked for.

    Raises :class:`UnreadableXml`, maybe after the first parts, when the set does not end or holds anything else.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=sorted(PARTS),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = 0
    for chunk in _chunks(body):
        for part in _ended(parser, chunk):
            count += 1
            yield part
    _check_whole(_close(parser), holds_parts=count > 0)


class Children(dict[str, list[Element]]):
    """The children of an element by their tag, found in one pass: looking each up by a path costs many times that."""

    __slots__ = ()

    def first(self, tag: str) -> Element | None:
        """The first child of a tag."""
        found = self.get(tag)
        return found[0] if found else None

    def all(self, tag: str) -> list[Element]:
        """Every child of a tag."""
        return self.get(tag, [])

    def text(self, tag: str) -> str:
        """The text of the first child of a tag, or nothing."""
        found = self.get(tag)
        return text_of(found[0]) if found else ""


def children_of(element: Element | None) -> Children:
    """The children of an element; none of None."""
    children = Children()
    if element is not None:
        for child in element:
            children.setdefault(str(child.tag), []).append(child)
    return children


def rows_of(lists: Iterable[Element], item: str, *parts: str) -> list[tuple[Element, dict[str, str]]]:
    """Each item of some lists with the texts of its parts by tag, the first of each.

    A list is walked once: to ask each of its items for its parts costs twice that.
    """
    rows: list[tuple[Element, dict[str, str]]] = []
    for listed in lists:
        texts: dict[str, str] = {}
        for element in listed.iter(item, *parts):
            tag = str(element.tag)
            if tag == item:
                texts = {}
                rows.append((element, texts))
            elif tag not in texts:
                texts[tag] = text_of(element)
    return rows


def text_of(element: Element | None) -> str:
    """All text under an element, inline markup flattened and entities spelled out; the ends are trimmed."""
    if element is None:
        return ""
    if not len(element):
        return (element.text or "").strip()
    if next(element.iter(etree.Entity), None) is not None:
        return "".join(_pieces(element)).strip()
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False).strip()


def texts_of(elements: Iterable[Element]) -> tuple[str, ...]:
    """The texts of some elements, without empty ones."""
    return tuple(filter(None, map(text_of, elements)))


def attribute(element: Element | None, name: str) -> str:
    """The trimmed value of an attribute, or nothing."""
    return "" if element is None else (element.get(name) or "").strip()


def _chunks(body: bytes | ByteStream) -> Iterator[bytes]:
    if isinstance(body, bytes):
        yield from (body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK))
        return
    while chunk := body.read(_CHUNK):
        yield chunk


def _ended(parser: etree.XMLPullParser, chunk: bytes) -> Iterator[Element]:
    """The parts of the set that end in this chunk. Citations inside an article are no parts."""
    try:
        parser.feed(chunk)
        ended = [element for _, element in parser.read_events() if isinstance(element, etree._Element)]
    except etree.LxmlError as error:
        raise UnreadableXml(f"no XML, or broken: {error}") from None
    for element in ended:
        parent = element.getparent()
        if parent is None or (parent.getparent() is None and parent.tag not in PARTS):
            yield element
            _let_go(element)


def _close(parser: etree.XMLPullParser) -> Element:
    try:
        root = parser.close()
    except etree.LxmlError as error:
        raise UnreadableXml(f"no XML, or cut: {error}") from None
    if not isinstance(root, etree._Element):
        raise UnreadableXml("nothing but a prolog")
    return root


def _check_whole(root: Element, *, holds_parts: bool) -> None:
    """Whatever stands beside the records is not passed over: it may be all that is left of them.

    A set under another name is one, as long as it holds records.
    """
    if root.tag in PARTS:
        return
    if root.tag not in SETS and not holds_parts:
        raise UnreadableXml(f"<{root.tag!s}> instead of a set of records: {_shown(text_of(root))}")
    if (root.text or "").strip():
        raise UnreadableXml(f"text in a set of records: {_shown(root.text or '')}")
    for part in root:
        _check_part(part)


def _check_part(part: Element) -> None:
    if part.tag not in PARTS:
        raise UnreadableXml(f"<{part.tag!s}> in a set of records: {_shown(text_of(part))}")
    if (part.tail or "").strip():
        raise UnreadableXml(f"text in a set of records: {_shown(part.tail or '')}")


def _let_go(element: Element) -> None:
    """Free the memory of what was read. The element itself stays until the parser has passed it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        _check_part(before)
        parent.remove(before)


def _shown(text: str) -> str:
    return " ".join(text.split())[:_SHOWN]


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child)
        elif isinstance(child, etree._Entity):
            yield html.unescape(child.text or "")
        yield child.tail or ""
