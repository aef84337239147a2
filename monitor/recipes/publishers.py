"""``watchlists/publishers/<key>.yaml``: one file, one guideline publisher."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from monitor.domain.channels import Example, ListChannel, LiteratureChannel, PageChannel, same_page
from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.publishers import Channel, KnownGuideline, Publisher, RecipeStatus
from monitor.recipes import keys
from monitor.recipes.errors import Complaints
from monitor.recipes.lists import read_list
from monitor.recipes.literature import read_literature, read_record
from monitor.recipes.nodes import Node, open_file
from monitor.recipes.pages import read_pages
from monitor.recipes.values import url

_NOWHERE = Identifier.of(Scheme.GUIDELINE, "nobody/nothing")


def read_publisher(path: Path, complaints: Complaints) -> Publisher:
    """Read a recipe. What is wrong is noted; the value is of use only when nothing was."""
    top = open_file(path, complaints)
    if not top.names():
        return Publisher(key=path.stem, name="", channel=LiteratureChannel(query="", titles=()))
    key, channel = _key(top, path), _channel(top)
    return Publisher(
        key=key,
        name=top.text("name"),
        organisations=top.texts("organisations", required=True),
        status=_status(top),
        terms_url=url(top, "terms"),
        pace_seconds=top.number("pace_seconds", 2.0, least=1.0),
        channel=channel,
        guidelines=_guidelines(top, key, channel),
        examples=_examples(top, channel),
    )


def _channel(top: Node) -> Channel:
    if "list" in top.names():
        top.only(*keys.BY_LIST)
        return read_list(top)
    if "via" in top.names():
        top.only(*keys.BY_LITERATURE)
        return read_literature(top)
    top.only(*keys.BY_PAGES)
    return read_pages(top)


def _key(top: Node, path: Path) -> str:
    key = top.text("key")
    if key and not re.fullmatch(keys.KEY_PATTERN, key):
        top.complain("key", "may hold lower-case letters, digits and hyphens")
    elif key and key != path.stem:
        top.complain("key", f"must be the name of the file, {path.stem!r}")
    return key


def _status(top: Node) -> RecipeStatus:
    text = top.text("status", RecipeStatus.UNVERIFIED)
    if text not in set(RecipeStatus):
        top.complain("status", f"must be one of {', '.join(RecipeStatus)}")
        return RecipeStatus.UNVERIFIED
    return RecipeStatus(text)


def _guidelines(top: Node, key: str, channel: Channel) -> tuple[KnownGuideline, ...]:
    index_url = channel.index_url if isinstance(channel, PageChannel) else ""
    found: list[KnownGuideline] = []
    for node in top.nodes("guidelines"):
        node.only(*(keys.PAGE_GUIDELINE if isinstance(channel, PageChannel) else keys.GUIDELINE))
        address = urljoin(index_url, node.text("path")) if index_url else ""
        known = KnownGuideline(
            identity=_identity(node, key), title=node.text("title"), url=address, match=node.word_sets("match")
        )
        if any(other.identity == known.identity != _NOWHERE for other in found):
            node.complain("identity", f"is given twice: {known.identity.value}")
        if address and any(same_page(other.url) == same_page(address) for other in found):
            node.complain("path", "is given twice")
        if urlsplit(address).netloc != urlsplit(index_url).netloc:
            node.complain("path", "must lie on the host of the index page")
        found.append(known)
    return tuple(found)


def _identity(node: Node, key: str) -> Identifier:
    text = node.text("identity")
    if not text:
        return _NOWHERE
    if not text.startswith(f"{key}/"):
        node.complain("identity", f"must start with {key}/")
        return _NOWHERE
    try:
        return Identifier.of(Scheme.GUIDELINE, text)
    except InvalidIdentifier as error:
        node.complain("identity", str(error))
        return _NOWHERE


def _examples(top: Node, channel: Channel) -> tuple[Example, ...]:
    found = tuple(_example(node, channel) for node in top.nodes("examples"))
    if not found:
        top.complain("examples", "is missing: give what the publisher sends and what is read from it")
    return found


def _example(node: Node, channel: Channel) -> Example:
    match channel:
        case PageChannel():
            return _page(node)
        case ListChannel():
            return _item(node)
        case LiteratureChannel():
            return _record(node)


def _page(node: Node) -> Example:
    node.only(*keys.PAGE_EXAMPLE)
    expect, count = _expected(node)
    return Example(url=url(node, "url"), html=node.text("html"), expect=expect, recommendations=count)


def _item(node: Node) -> Example:
    node.only(*keys.ITEM_EXAMPLE)
    expect, count = _expected(node)
    return Example(item=node.plain("item"), parts=node.plains("parts"), expect=expect, recommendations=count)


def _record(node: Node) -> Example:
    node.only(*keys.RECORD_EXAMPLE)
    expect, _ = _expected(node)
    return Example(record=read_record(node.node("record", required=True)), expect=expect)


def _expected(node: Node) -> tuple[dict[str, str], int | None]:
    expect = node.node("expect", required=True)
    expect.only(*keys.EXPECT)
    count = expect.whole("recommendations", 0, least=0) if "recommendations" in expect else None
    return {name: expect.text(name, "") for name in keys.EXPECTED if name in expect}, count
