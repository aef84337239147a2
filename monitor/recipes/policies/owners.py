"""Specialties and owners in ``policies.yaml``: who looks after which articles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from monitor.domain.notices import ChannelRule
from monitor.domain.owners import Owner, Owners, Specialty
from monitor.recipes.nodes import Node


def read_owners(top: Node, *, channels: Collection[str], topics: Collection[str]) -> Owners:
    """Read who looks after which articles. Every name that is used must be declared."""
    specialties = {name: _specialty(node, name, topics) for name, node in entries(top, "specialties")}
    nodes = dict(entries(top, "owners"))
    owners = {name: _owner(node, name) for name, node in nodes.items()}
    for name, node in nodes.items():
        _check_names(node, "specialties", owners[name].specialties, specialties, "specialty")
        _check_names(node, "channels", owners[name].channels, channels, "channel")
        _check_names(node, "escalate_to", tuple(filter(None, [owners[name].escalate_to])), owners, "owner")
        if _leads_back(owners, name):
            node.complain("escalate_to", f"leads back to {name!r}: somebody must be the last to be asked")
    default = top.text("default_owner", "")
    _check_names(top, "default_owner", tuple(filter(None, [default])), owners, "owner")
    return Owners(owners=owners, specialties=specialties, default=default)


def check_nobody_is_forgotten(top: Node, owners: Owners, channels: Mapping[str, ChannelRule]) -> None:
    """Complain where no person would be told of some articles: programs do not count."""
    read = {name for name, rule in channels.items() if rule.kind.is_for_reminders}
    if not read or read - owners.owned_channels:
        return
    everybodys = "every channel that people read is somebody's"
    if not owners.default:
        top.complain("default_owner", f"is missing: {everybodys}, and nobody would hear of what no owner has")
    for name, node in entries(top, "owners"):
        if not read & set(owners.channels_of([name])):
            node.complain("channels", f"is missing: {everybodys}, and nobody would hear of what {name!r} has")


def entries(top: Node, key: str) -> Iterator[tuple[str, Node]]:
    """The named mappings below a key; a name without anything below it counts as an empty one."""
    node = top.node(key)
    return ((name, node.node(name)) for name in node.names())


def _specialty(node: Node, name: str, topics: Collection[str]) -> Specialty:
    node.only("title", "articles", "topics")
    item = Specialty(
        name=name,
        title=node.text("title", name),
        articles=node.texts("articles"),
        topics=node.texts("topics"),
    )
    _check_names(node, "topics", item.topics, topics, "topic")
    return item


def _owner(node: Node, name: str) -> Owner:
    node.only("title", "specialties", "articles", "channels", "escalate_to")
    return Owner(
        name=name,
        title=node.text("title", name),
        specialties=node.texts("specialties"),
        articles=node.texts("articles"),
        channels=node.texts("channels"),
        escalate_to=node.text("escalate_to", ""),
    )


def _check_names(node: Node, key: str, given: Collection[str], known: Collection[str], noun: str) -> None:
    for name in given:
        if name not in known:
            have = f"; there are {', '.join(sorted(known))}" if known else "; none is declared"
            node.complain(key, f"there is no {noun} {name!r}{have}")


def _leads_back(owners: dict[str, Owner], name: str) -> bool:
    seen: set[str] = set()
    following = owners[name].escalate_to
    while following in owners and following not in seen:
        if following == name:
            return True
        seen.add(following)
        following = owners[following].escalate_to
    return False
