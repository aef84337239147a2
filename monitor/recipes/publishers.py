"""``watchlists/publishers/<key>.yaml``: one file, one guideline publisher."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lxml import etree

from monitor.domain.identifiers import Identifier, InvalidIdentifier, Scheme
from monitor.domain.publishers import (
    Example,
    FieldRule,
    KnownGuideline,
    Publisher,
    RecipeStatus,
    RecommendationRule,
    same_page,
)
from monitor.recipes.errors import Complaints
from monitor.recipes.nodes import Node, open_file

FIELDS = ("title", "edition", "published", "updated", "replaced_by")
"""The fields of a guideline document that a recipe may read."""

EXPECTED = (*FIELDS, "identity", "state")
_KEY = re.compile(r"[a-z0-9-]+")
_NOWHERE = Identifier.of(Scheme.GUIDELINE, "nobody/nothing")


def read_publisher(path: Path, complaints: Complaints) -> Publisher:
    """Read a recipe. What is wrong is noted; the value is of use only when nothing was."""
    top = open_file(path, complaints)
    if not top.names():
        return Publisher(key=path.stem, name="", index_url="", link_pattern="", fields={})
    top.only(
        "key", "name", "organisations", "status", "terms", "pace_seconds", "index", "document", "guidelines", "examples"
    )
    key = _key(top, path)
    index, document = top.node("index", required=True), top.node("document", required=True)
    index.only("url", "links", "pattern")
    document.only("fields", "required", "recommendations", "state", "page_end")
    state, fields = document.node("state"), _fields(document)
    state.only("xpath", "withdrawn")
    index_url = _url(index, "url")
    return Publisher(
        key=key,
        name=top.text("name"),
        organisations=top.texts("organisations", required=True),
        status=_status(top),
        terms_url=_url(top, "terms"),
        pace_seconds=top.number("pace_seconds", 2.0, least=1.0),
        index_url=index_url,
        link_xpath=_xpath(index, "links", "//a/@href"),
        link_pattern=_pattern(index, "pattern"),
        fields=fields,
        required=_required(document, fields),
        recommendations=_recommendations(document),
        state_xpath=_xpath(state, "xpath", "//body"),
        withdrawn=_patterns(state, "withdrawn"),
        page_end=document.text("page_end", "</html"),
        guidelines=_guidelines(top, key, index_url),
        examples=_examples(top),
    )


def _key(top: Node, path: Path) -> str:
    key = top.text("key")
    if key and not _KEY.fullmatch(key):
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


def _fields(document: Node) -> dict[str, FieldRule]:
    fields = document.node("fields", required=True)
    fields.only(*FIELDS)
    rules = {name: _rule(fields, name) for name in FIELDS if name in fields}
    if "title" not in fields:
        fields.complain("title", "is missing")
    return rules


def _rule(parent: Node, name: str) -> FieldRule:
    node = parent.node(name)
    node.only("xpath", "pattern", "form")
    pattern, form = _pattern(node, "pattern", ""), node.text("form", "")
    rule = FieldRule(xpath=_xpath(node, "xpath"), pattern=pattern, form=form or _usual_form(pattern))
    _check_form(node, rule)
    return rule


def _usual_form(pattern: str) -> str:
    """The first group where there is one, else the whole match."""
    return "{1}" if pattern and re.compile(pattern).groups else "{0}"


def _check_form(node: Node, rule: FieldRule) -> None:
    groups = re.compile(rule.pattern).groups if rule.pattern else 0
    try:
        rule.form.format(*[""] * (groups + 1))
    except (IndexError, KeyError, ValueError, AttributeError):
        node.complain("form", f"may name {{0}} to {{{groups}}}: the match and the groups of the pattern")


def _required(document: Node, fields: dict[str, FieldRule]) -> frozenset[str]:
    names = document.texts("required")
    for name in names:
        if name not in fields and name != "recommendations":
            document.complain("required", f"names {name!r}, which the recipe does not read")
    if "recommendations" in names and "recommendations" not in document:
        document.complain("required", "names recommendations, which the recipe does not read")
    return frozenset({"title", *names})


def _recommendations(document: Node) -> RecommendationRule | None:
    if "recommendations" not in document:
        return None
    node = document.node("recommendations")
    node.only("xpath", "number", "strength")
    return RecommendationRule(
        xpath=_xpath(node, "xpath"),
        number=_rule(node, "number") if "number" in node else None,
        strength=_rule(node, "strength") if "strength" in node else None,
    )


def _guidelines(top: Node, key: str, index_url: str) -> tuple[KnownGuideline, ...]:
    found: list[KnownGuideline] = []
    for node in top.nodes("guidelines"):
        node.only("identity", "title", "path", "match")
        url = urljoin(index_url, node.text("path")) if index_url else ""
        known = KnownGuideline(
            identity=_identity(node, key), title=node.text("title"), url=url, match=node.word_sets("match")
        )
        if any(other.identity == known.identity != _NOWHERE for other in found):
            node.complain("identity", f"is given twice: {known.identity.value}")
        if any(same_page(other.url) == same_page(url) for other in found):
            node.complain("path", "is given twice")
        if urlsplit(url).netloc != urlsplit(index_url).netloc:
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


def _examples(top: Node) -> tuple[Example, ...]:
    found = []
    for node in top.nodes("examples"):
        node.only("url", "html", "expect")
        expect = node.node("expect", required=True)
        expect.only(*EXPECTED, "recommendations")
        values = {name: expect.text(name) for name in EXPECTED if name in expect}
        count = expect.whole("recommendations", 0, least=0) if "recommendations" in expect else None
        found.append(Example(url=_url(node, "url"), html=node.text("html"), expect=values, recommendations=count))
    if not found:
        top.complain("examples", "is missing: give a page and what is read from it")
    return tuple(found)


def _url(node: Node, key: str) -> str:
    text = node.text(key)
    try:
        parts = urlsplit(text)
        is_good = (
            parts.scheme == "https"
            and parts.hostname
            and "." in parts.hostname
            and parts.username is None
            and (parts.port in {None, 443})
            and not re.search(r"\s", text)
        )
    except ValueError:
        is_good = False
    if text and not is_good:
        node.complain(key, "must be a full https:// address without port or password")
        return ""
    return text


def _xpath(node: Node, key: str, default: str | None = None) -> str:
    text = node.text(key, default)
    if not text:
        return text
    try:
        etree.XPath(text)
    except etree.XPathError as error:
        node.complain(key, f"is no XPath: {error}")
    return text


def _pattern(node: Node, key: str, default: str | None = None) -> str:
    return _checked_pattern(node, key, node.text(key, default))


def _patterns(node: Node, key: str) -> tuple[str, ...]:
    return tuple(_checked_pattern(node, key, text) for text in node.texts(key))


def _checked_pattern(node: Node, key: str, text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        node.complain(key, f"is no regular expression: {error}")
        return ""
    return text
