"""What of an HTML page is the site's and not the article's: what it hides, navigation, forms, heads and feet."""

from __future__ import annotations

from lxml.html import HtmlElement

from monitor.intake.chrome import REFERENCES
from monitor.intake.html.footnotes import Footnotes
from monitor.intake.lines import squeeze

DROPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "button",
        "select",
        "input",
        "textarea",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
        "head",
        "math",
    }
)
_HIDDEN = frozenset(
    {
        "sr-only",
        "visually-hidden",
        "screen-reader-text",
        "mw-cite-backlink",
        "mw-editsection",
        "noprint",
    }
)
_FRAME = frozenset({"nav", "footer", "aside", "form", "dialog"})
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog"})
_FRAME_NAMES = frozenset(
    {"navbox", "vertical-navbox", "catlinks", "printfooter", "toc", "mw-jump-link", "breadcrumb", "breadcrumbs"}
)
_TITLES = ("h1", "h2", "h3", "h4", "h5", "h6", "summary", "legend")


def is_hidden(element: HtmlElement) -> bool:
    """Whether the page shows an element to nobody, or to screen readers only."""
    return _is_folded(element) or bool(_HIDDEN & _classes(element))


def is_left_out(element: HtmlElement, notes: Footnotes, *, under_list_heading: bool) -> bool:
    """Whether an element is no part of the article. A reference list is one, wherever it stands, folded away or not,
    and so is a box that cites."""
    if element.tag in DROPPED:
        return True
    if element in notes.entries or not (is_hidden(element) or _is_frame(element)):
        return False
    if element.tag == "form" and any(element.find(f".//{tag}") is not None for tag in ("article", "main", "h1")):
        return False
    if element.tag == "nav" or (is_hidden(element) and not _is_folded(element)):
        return True
    if any(inner in notes.entries or inner in notes.cites for inner in element.iterdescendants()):
        return False
    if under_list_heading and (element.tag in ("ol", "ul") or next(element.iter("li"), None) is not None):
        return False
    return not any(REFERENCES.match(squeeze(title.text_content())) for title in element.iter(*_TITLES))


def _is_folded(element: HtmlElement) -> bool:
    """Whether an element is not shown now, but could be at a click."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _is_frame(element: HtmlElement) -> bool:
    if element.tag in _FRAME or element.get("role") in _FRAME_ROLES or _is_frame_header(element):
        return True
    return bool(_FRAME_NAMES & (_classes(element) | {element.get("id") or ""}))


def _classes(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").split())


def _is_frame_header(element: HtmlElement) -> bool:
    """A page's own head is left out; an article's head holds its title."""
    if element.tag != "header":
        return False
    is_inside = any(parent.tag in ("article", "main") for parent in element.iterancestors())
    return not is_inside and element.find(".//h1") is None
