"""HTML pages to plain text: parsed without trust, and spelled so that only words can differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from copy import deepcopy
from importlib.metadata import version
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

RULES = "html-2"
EXTRACTOR = f"{RULES}/lxml-{version('lxml')}"
"""What a text was extracted with; kept beside it, because another version may cut the same page differently."""

LARGEST_PAGE = 20_000_000

_SAME_LOOK = str.maketrans(
    {
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
        "\x00": None,
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "\u2010": "-",
        "\u2011": "-",
    }
)
"""Invisible characters go; quotes and hyphens that differ only in look become one."""

_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe", "object", "head")
BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)


class UnreadablePage(ValueError):
    """The bytes are no page that can be read: empty, too large, nested beyond reason, or no HTML."""


class Page:
    """A parsed page. XPath expressions see the page without scripts, styles and other unseen parts."""

    def __init__(self, root: HtmlElement, *, url: str) -> None:
        self.url = url
        self._root = root

    @property
    def root(self) -> HtmlElement:
        """The parsed page, for those who walk it."""
        return self._root

    @property
    def text(self) -> str:
        """All the text that can be seen, normalised."""
        return _text_of(self._root)

    def parts(self, xpath: str) -> list[Page]:
        """The elements an expression selects, each to be read like a page of its own."""
        return [Page(found, url=self.url) for found in self._selected(xpath) if isinstance(found, HtmlElement)]

    def without(self, xpaths: Iterable[str]) -> Page:
        """The same without the elements inside of it that any of the expressions selects."""
        copied = deepcopy(self._root)
        copied.tail = None
        for element in [found for xpath in xpaths for found in Page(copied, url=self.url)._selected(xpath)]:
            if isinstance(element, HtmlElement) and element is not copied and element.getparent() is not None:
                element.drop_tree()
        return Page(copied, url=self.url)

    def texts(self, xpath: str) -> list[str]:
        """The normalised texts of what an expression selects, elements or strings; empty ones are left out."""
        return [text for text in map(_text_of, self._selected(xpath)) if text]

    def links(self, xpath: str) -> list[str]:
        """The absolute addresses an expression selects, without fragments, once each and in order."""
        written = (_text_of(found).partition("#")[0] for found in self._selected(xpath))
        return list(dict.fromkeys(filter(None, (_absolute(self.url, link) for link in written if link))))

    def _selected(self, xpath: str) -> list[object]:
        found = self._root.xpath(xpath)
        return list(found) if isinstance(found, list) else [found]


def open_page(html: bytes, *, url: str, charset: str = "", unseen: tuple[str, ...] = UNSEEN) -> Page:
    """Parse a page as the server sent it; ``charset`` is what its header says. Raises :class:`UnreadablePage`.

    The parts that nobody sees are left out; with fewer ``unseen`` ones what a page says to programs can be read.

    External entities and DTDs are never loaded, and a tree deeper than the parser's limit is refused.
    """
    if len(html) > LARGEST_PAGE:
        raise UnreadablePage(f"a page of more than {LARGEST_PAGE} bytes")
    text = _decoded(html, charset)
    if "<" not in text:
        raise UnreadablePage("no HTML: the answer holds no tag")
    root = _parsed(text)
    if unseen:
        etree.strip_elements(root, *unseen, with_tail=False)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return Page(root, url=url)


def normalised(text: str) -> str:
    """One spelling for texts that look alike: Unicode NFKC, plain quotes, single spaces, nothing invisible."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_SAME_LOOK)).split())


def _parsed(text: str) -> HtmlElement:
    parser = HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadablePage(f"no HTML: {error}") from None
    # The parser stops at its limit without an exception, and the rest of the page would be missing in silence.
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise UnreadablePage("elements are nested beyond reason")
    return root


def _decoded(html: bytes, charset: str) -> str:
    """Text by byte order mark, header, meta tag, UTF-8, and at last the code page of the old web, in this order."""
    meta = _META_CHARSET.search(html[:2048])
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    named = [name for mark, name in marks if html.startswith(mark)]
    for name in filter(None, (*named, charset, meta.group(1).decode("ascii") if meta else "", "utf-8")):
        try:
            return html.decode(name)
        except (LookupError, UnicodeError):
            continue
    return html.decode("cp1252", "replace")


def _text_of(found: object) -> str:
    if isinstance(found, etree._Element):
        return normalised("".join(_pieces(found)))
    if isinstance(found, bool | float):
        raise TypeError(f"the expression counts or compares; it must select: {found!r}")
    return normalised(str(found))


def _pieces(element: etree._Element) -> Iterator[str]:
    """The text with a space wherever a block begins or ends, so that words of two cells never grow together."""
    for event, node in etree.iterwalk(element, events=("start", "end")):
        is_block = node.tag in BLOCKS
        if is_block:
            yield " "
        if event == "start":
            yield node.text or ""
        elif node is not element:
            yield node.tail or ""


def _absolute(base: str, link: str) -> str:
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) else ""
