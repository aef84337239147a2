"""What several kinds of recipe hold: addresses, patterns, XPaths and rules for fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml import etree

from monitor.domain.channels import FieldRule
from monitor.recipes.keys import FIELDS
from monitor.recipes.nodes import Node


def url(node: Node, key: str, default: str | None = None) -> str:
    """A full https address."""
    text = node.text(key, default)
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


def xpath(node: Node, key: str, default: str | None = None) -> str:
    """An XPath expression."""
    text = node.text(key, default)
    if not text:
        return text
    try:
        etree.XPath(text)
    except etree.XPathError as error:
        node.complain(key, f"is no XPath: {error}")
    return text


def pattern(node: Node, key: str, default: str | None = None) -> str:
    """A regular expression."""
    return _checked(node, key, node.text(key, default))


def patterns(node: Node, key: str, *, required: bool = False) -> tuple[str, ...]:
    """A list of regular expressions."""
    return tuple(_checked(node, key, text) for text in node.texts(key, required=required))


def field_rules(parent: Node, place: str, names: Sequence[str] = FIELDS) -> dict[str, FieldRule]:
    """The rules for the fields of a document. ``place`` is the key that says where a field stands."""
    fields = parent.node("fields", required=True)
    fields.only(*names)
    rules = {name: field_rule(fields, name, place) for name in names if name in fields}
    if "title" not in fields:
        fields.complain("title", "is missing")
    return rules


def field_rule(parent: Node, name: str, place: str = "xpath") -> FieldRule:
    """One rule: where the field stands, and what of it is kept."""
    node = parent.node(name)
    node.only(place, "pattern", "form")
    kept, form = pattern(node, "pattern", ""), node.text("form", "")
    rule = FieldRule(
        xpath=xpath(node, "xpath") if place == "xpath" else "",
        path=node.texts("path", required=True) if place == "path" else (),
        pattern=kept,
        form=form or _usual_form(kept),
    )
    _check_form(node, rule)
    return rule


def _usual_form(kept: str) -> str:
    """The first group where there is one, else the whole match."""
    return "{1}" if kept and re.compile(kept).groups else "{0}"


def _check_form(node: Node, rule: FieldRule) -> None:
    groups = re.compile(rule.pattern).groups if rule.pattern else 0
    try:
        rule.form.format(*[""] * (groups + 1))
    except (IndexError, KeyError, ValueError, AttributeError):
        node.complain("form", f"may name {{0}} to {{{groups}}}: the match and the groups of the pattern")


def _checked(node: Node, key: str, text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        node.complain(key, f"is no regular expression: {error}")
        return ""
    return text
