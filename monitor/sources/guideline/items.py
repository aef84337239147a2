"""A publisher's list (JSON), read as its recipe says, to one guideline document for each item. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.domain.channels import FieldRule, ListChannel, PartRule
from monitor.domain.identifiers import Identifier, InvalidIdentifier
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, Recommendation
from monitor.reading import UnreadablePage, normalised, open_page
from monitor.reading.dates import as_iso

READER = "guideline-list-1"
WITHDRAWN = "withdrawn"


class UnreadableList(ValueError):
    """The bytes are not the publisher's list, or none of its items can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as it came: the key it stood under, if any, and the parts that belong to it."""

    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Mapping[str, Any], ...] = ()

    @property
    def raw(self) -> bytes:
        """The bytes to keep, from which :func:`read_raw` reads the same document."""
        kept = {"key": self.key, "item": self.values, "parts": self.parts}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list holds: each guideline with its raw bytes, and (field, value) pairs that no reader knows."""

    documents: tuple[tuple[GuidelineDocument, bytes], ...]
    unknown_values: tuple[tuple[str, str], ...] = ()


def read_list(body: bytes, publisher: Publisher) -> Listed:
    """Read a list. Raises :class:`UnreadableList` when it is none, is empty, or holds nothing that can be read.

    An item without name or title is left out and told among the unknown values; so is a second one of the same name.
    """
    found: dict[Identifier, tuple[GuidelineDocument, bytes]] = {}
    unknown: list[tuple[str, str]] = []
    for item in _items(_parsed(body), publisher.listing):
        try:
            document = read_item(item, publisher)
        except UnreadableList as error:
            unknown.append(("item", str(error)))
            continue
        if document.identifier in found:
            unknown.append(("item", f"{document.identifier} stands twice"))
            continue
        unknown += _unknown_state(item, publisher.listing)
        found[document.identifier] = document, item.raw
    if not found:
        raise UnreadableList("the list holds no guideline: the reader is broken or the list changed its form")
    return Listed(documents=tuple(found.values()), unknown_values=tuple(dict.fromkeys(unknown)))


def read_raw(raw: bytes, publisher: Publisher) -> GuidelineDocument:
    """Read an item that was kept. Raises :class:`UnreadableList`."""
    kept = _parsed(raw)
    if not isinstance(kept, dict) or not isinstance(kept.get("item"), dict):
        raise UnreadableList("no kept item of a list")
    parts = [part for part in kept.get("parts", []) if isinstance(part, dict)]
    return read_item(Item(key=str(kept.get("key", "")), values=kept["item"], parts=tuple(parts)), publisher)


def read_item(item: Item, publisher: Publisher) -> GuidelineDocument:
    """Read one item. Raises :class:`UnreadableList` where it shows no name or no title."""
    channel = publisher.listing
    name = _name(item, channel)
    fields = {key: _field(item.values, rule) for key, rule in channel.fields.items()}
    if not name or not fields["title"]:
        raise UnreadableList(f"an item without {'title' if name else 'identity'}: {name or item.key or 'nameless'}")
    try:
        identity = publisher.identity_named(name)
    except InvalidIdentifier as error:
        raise UnreadableList(str(error)) from None
    return GuidelineDocument(
        identifier=identity,
        publisher=publisher.name,
        url=channel.page_url.replace("{identity}", identity.value.partition("/")[2]),
        state=_state(item, channel),
        title=fields["title"],
        edition=fields.get("edition", ""),
        published=as_iso(fields.get("published", "")),
        updated=as_iso(fields.get("updated", "")),
        revision=fields.get("revision") or fields.get("updated", ""),
        reaffirmed=fields.get("reaffirmed", ""),
        replaced_by=fields.get("replaced_by", ""),
        update_announced=fields.get("update_announced", ""),
        recommendations=tuple(_recommendations(item, channel.parts)),
    )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableList(f"no JSON: {error}") from None


def _items(answer: Any, channel: ListChannel) -> Iterator[Item]:
    parts = [value for _, value in _under(answer, channel.parts.items)] if channel.parts else []
    belonging: dict[str, list[Mapping[str, Any]]] = {}
    for part in parts:
        owner = _field(part, channel.parts.belongs) if channel.parts else ""
        belonging.setdefault(owner, []).append(part)
    for key, values in _under(answer, channel.items):
        owners = dict.fromkeys((key, _field(values, channel.identity)))
        own = [part for owner in owners if owner for part in belonging.get(owner, ())]
        yield Item(key=key, values=values, parts=tuple(own))


def _under(answer: Any, keys: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """The mappings that stand where the keys lead, each with the key it has there."""
    for place, key in enumerate(keys):
        if not isinstance(answer, dict) or key not in answer:
            raise UnreadableList(f"no {' / '.join(keys[: place + 1])} in the answer: the list changed its form")
        answer = answer[key]
    if not isinstance(answer, dict | list):
        raise UnreadableList(f"no list at {' / '.join(keys)}: the list changed its form")
    pairs = answer.items() if isinstance(answer, dict) else [("", value) for value in answer]
    return [(str(key), value) for key, value in pairs if isinstance(value, dict)]


def _name(item: Item, channel: ListChannel) -> str:
    return _field(item.values, channel.identity) or item.key


def _state(item: Item, channel: ListChannel) -> str:
    rule = channel.state
    word = _field(item.values, rule.word).casefold() if rule else ""
    return WITHDRAWN if rule and word in map(str.casefold, rule.withdrawn) else "current"


def _unknown_state(item: Item, channel: ListChannel) -> list[tuple[str, str]]:
    if channel.state is None:
        return []
    word = _field(item.values, channel.state.word)
    known = {text.casefold() for text in (*channel.state.withdrawn, *channel.state.current)}
    return [] if word.casefold() in known else [("state", word)]


def _recommendations(item: Item, rule: PartRule | None) -> list[Recommendation]:
    if rule is None:
        return []
    read = [
        Recommendation(
            number=_field(part, rule.number),
            text=_field(part, rule.text),
            strength=_field(part, rule.strength),
            population=_field(part, rule.population),
        )
        for part in item.parts
    ]
    return sorted((one for one in read if one.text), key=lambda one: (len(one.number), one.number, one.text))


def _field(values: Mapping[str, Any], rule: FieldRule | None) -> str:
    return rule.keep(map(_seen, _texts(values, rule.path))) if rule else ""


def _texts(value: Any, path: Sequence[str]) -> Iterator[str]:
    """The texts that stand where the path leads; a list on the way stands for each of its members."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, path)
    elif path:
        if isinstance(value, dict):
            yield from _texts(value.get(path[0]), path[1:])
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _seen(text: str) -> str:
    """What a person would read: without markup, in one spelling."""
    if "<" not in text or ">" not in text:
        return normalised(text)
    try:
        return open_page(f"<div>{text}</div>".encode(), url="").text
    except UnreadablePage:
        return normalised(text)
