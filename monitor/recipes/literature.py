"""``literature`` of a recipe: a publisher whose guidelines are articles in PubMed."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.domain.channels import LiteratureChannel
from monitor.recipes import keys
from monitor.recipes.nodes import Node
from monitor.recipes.values import patterns


def read_literature(top: Node) -> LiteratureChannel:
    """Read the channel."""
    if top.text("via") not in {"", "pubmed"}:
        top.complain("via", "must be pubmed")
    node = top.node("literature", required=True)
    node.only(*keys.LITERATURE)
    return LiteratureChannel(
        query=" ".join(node.text("query").split()),
        titles=patterns(node, "titles", required=True),
        not_titles=patterns(node, "not_titles"),
        look_back=node.whole("look_back", LiteratureChannel(query="", titles=()).look_back, least=1),
    )


def read_record(node: Node) -> Mapping[str, object]:
    """Read the record of an example."""
    node.only(*keys.RECORD)
    return {
        "title": node.text("title"),
        "journal": node.text("journal"),
        "date": node.text("date"),
        "types": node.texts("types"),
        "collective": node.text("collective", ""),
    }
