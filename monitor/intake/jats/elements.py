"""Foreign XML, parsed so that it can neither reach out nor blow up, and the words in its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import entities

from lxml import etree

from monitor.intake.decoding import cleaned
from monitor.intake.errors import UnreadableArticle
from monitor.intake.lines import squeeze

Element = etree._Element
_OURS = re.compile(r"\{[^}]*(?:jats|nlm\.nih\.gov)[^}]*\}")


def article_in(text: str, *, name: str) -> Element:
    """The one article of a JATS file, without responses and other articles that are printed under it.

    Names are those of JATS, whichever name space the file puts them in. No entity is expanded, nothing is loaded.
    Raises :class:`UnreadableArticle` for XML that is broken, is no article, or needs what is not in the file.
    """
    root = _parsed(text, name=name)
    for element in root.iter(etree.Element):
        element.tag = _OURS.sub("", str(element.tag))
    _refuse_entities(root, name=name)
    found = [root] if root.tag == "article" else list(root.iter("article"))
    if not found:
        raise UnreadableArticle(name, f"the XML holds <{tag_of(root)}> and no <article>; give the article as JATS")
    if len(found) > 1:
        raise UnreadableArticle(
            name, f"the file holds {len(found)} articles; give one file for each", line=found[1].sourceline or 1
        )
    for other in [*found[0].iter("sub-article", "response")]:
        if (parent := other.getparent()) is not None:
            parent.remove(other)
    return found[0]


def tag_of(element: Element) -> str:
    """The element's name without its name space; empty for a comment or an entity."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element) -> Iterator[Element]:
    """The elements in an element, without comments and instructions."""
    return (child for child in element if isinstance(child.tag, str))


def words_of(element: Element | None) -> str:
    """All words in an element, on one line and without hidden characters; empty where there is no element."""
    return "" if element is None else squeeze(cleaned("".join(map(str, element.itertext()))))


def own(element: Element, path: str) -> str:
    """The words of the first element at a path."""
    return words_of(element.find(path))


def _parsed(text: str, *, name: str) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableArticle(name, f"this is no well-formed XML: {error.msg}", line=error.lineno or 1) from None
    except (ValueError, RecursionError) as error:
        raise UnreadableArticle(name, f"this XML cannot be read: {error}") from None


def _refuse_entities(root: Element, *, name: str) -> None:
    """Put letters in place of the entities that every reader knows; another one would be a gap in the text."""
    for entity in [found for found in root.iter(etree.Entity) if isinstance(found, etree._Entity)]:
        letter = entities.html5.get(f"{entity.name};")
        if letter is None:
            raise UnreadableArticle(
                name, f"the entity &{entity.name}; is not read; write its text itself", line=entity.sourceline or 1
            )
        _replace(entity, letter)


def _replace(entity: Element, letter: str) -> None:
    parent, before = entity.getparent(), entity.getprevious()
    if parent is None:
        return
    words = letter + (entity.tail or "")
    if before is None:
        parent.text = (parent.text or "") + words
    else:
        before.tail = (before.tail or "") + words
    entity.tail = None
    parent.remove(entity)
