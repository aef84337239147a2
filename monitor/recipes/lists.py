"""``list`` of a recipe: one answer (JSON) that holds every guideline of a publisher."""

from __future__ import annotations

from monitor.domain.channels import FieldRule, ListChannel, PartRule, StateRule
from monitor.recipes import keys
from monitor.recipes.nodes import Node
from monitor.recipes.values import field_rule, field_rules, url

PLACE = "path"
"""The key under which a rule says where a field of an item stands."""


def read_list(top: Node) -> ListChannel:
    """Read the channel."""
    node = top.node("list", required=True)
    node.only(*keys.LIST)
    credentials = _credentials(node)
    return ListChannel(
        url="" if credentials else url(node, "url"),
        credentials=credentials,
        path=_path(node, credentials),
        items=node.texts("items", required=True),
        identity=_required_rule(node, "identity"),
        fields=field_rules(node, PLACE),
        state=_state(node),
        parts=_parts(node),
        page_url=_page_url(node),
    )


def _credentials(node: Node) -> str:
    text = node.text("credentials", "")
    if text and text not in keys.CREDENTIALS:
        node.complain("credentials", f"must be one of {', '.join(keys.CREDENTIALS)}")
    if text and "url" in node:
        node.complain("url", "is named by the operator's settings where there are credentials")
    return text


def _path(node: Node, credentials: str) -> str:
    text = node.text("path", "")
    if text and not credentials:
        node.complain("path", "follows a base address of the operator's settings, which needs credentials")
    if text.startswith("/") or "://" in text:
        node.complain("path", "must be a path without a slash at its start")
    return text


def _page_url(node: Node) -> str:
    text = url(node, "page_url", "")
    if text and "{identity}" not in text:
        node.complain("page_url", "must hold {identity}")
    return text


def _state(node: Node) -> StateRule | None:
    if "state" not in node:
        return None
    state = node.node("state")
    state.only(*keys.STATE_WORDS)
    word = _required_rule(state, "word")
    withdrawn, current = state.texts("withdrawn", required=True), state.texts("current", required=True)
    if both := sorted({text.casefold() for text in withdrawn} & {text.casefold() for text in current}):
        state.complain("current", f"holds {both[0]!r}, which is among the withdrawn")
    return StateRule(word=word, withdrawn=withdrawn, current=current)


def _parts(node: Node) -> PartRule | None:
    if "recommendations" not in node:
        return None
    parts = node.node("recommendations")
    parts.only(*keys.PARTS)
    return PartRule(
        items=parts.texts("items", required=True),
        belongs=_required_rule(parts, "belongs"),
        text=_required_rule(parts, "text"),
        number=_rule(parts, "number"),
        strength=_rule(parts, "strength"),
        population=_rule(parts, "population"),
    )


def _required_rule(node: Node, name: str) -> FieldRule:
    if name in node:
        return field_rule(node, name, PLACE)
    node.complain(name, "is missing")
    return FieldRule()


def _rule(node: Node, name: str) -> FieldRule | None:
    return field_rule(node, name, PLACE) if name in node else None
