"""``index`` and ``document`` of a recipe: an index that links to one page for each guideline."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.channels import FieldRule, IndexForm, NoteRule, PageChannel, RecommendationRule
from monitor.recipes import keys
from monitor.recipes.nodes import Node
from monitor.recipes.values import field_rule, field_rules, pattern, patterns, url, xpath


def read_pages(top: Node) -> PageChannel:
    """Read the channel."""
    index, document = top.node("index", required=True), top.node("document", required=True)
    index.only(*keys.INDEX)
    document.only(*keys.DOCUMENT)
    state, fields = document.node("state"), field_rules(document, "xpath")
    state.only(*keys.PAGE_STATE)
    return PageChannel(
        index_url=url(index, "url"),
        form=_form(index),
        link_xpath=xpath(index, "links", "//a/@href"),
        link_pattern=pattern(index, "pattern"),
        fields=fields,
        required=_required(document, fields),
        recommendations=_recommendations(document),
        text=_text(document),
        notes=_notes(document),
        state_xpath=xpath(state, "xpath", "//body"),
        withdrawn=patterns(state, "withdrawn"),
        page_end=document.text("page_end", "</html"),
        newest_within=_newest_within(index),
    )


def _form(index: Node) -> IndexForm:
    text = index.text("form", IndexForm.HTML)
    if text not in set(IndexForm):
        index.complain("form", f"must be one of {', '.join(IndexForm)}")
        return IndexForm.HTML
    if text != IndexForm.HTML and "links" in index:
        index.complain("links", "is for an index of the form html")
    return IndexForm(text)


def _newest_within(index: Node) -> timedelta | None:
    if "newest_within" not in index:
        return None
    if index.text("form", "") != IndexForm.FEED:
        index.complain("newest_within", "is for an index of the form feed")
    return index.duration("newest_within", timedelta())


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
    node.only(*keys.RECOMMENDATIONS)
    return RecommendationRule(
        xpath=xpath(node, "xpath"),
        text=field_rule(node, "text") if "text" in node else None,
        number=field_rule(node, "number") if "number" in node else None,
        strength=field_rule(node, "strength") if "strength" in node else None,
        population=field_rule(node, "population") if "population" in node else None,
    )


def _text(document: Node) -> str:
    text = document.text("text", "")
    return text if text in {"", "main"} else xpath(document, "text")


def _notes(document: Node) -> NoteRule | None:
    if "notes" not in document:
        return None
    node = document.node("notes")
    node.only(*keys.NOTES)
    return NoteRule(
        xpath=xpath(node, "xpath"),
        day=field_rule(node, "day") if "day" in node else None,
        text=field_rule(node, "text") if "text" in node else None,
    )
