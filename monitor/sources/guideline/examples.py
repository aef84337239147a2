"""The examples of a recipe, read by the recipe itself."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.domain.channels import Example, ListChannel, LiteratureChannel
from monitor.domain.publishers import Publisher
from monitor.domain.records import GuidelineDocument, as_json
from monitor.sources.guideline.items import Item, read_item
from monitor.sources.guideline.kept import Kept
from monitor.sources.guideline.literature import read_example
from monitor.sources.guideline.reader import read_document

NONE = "none"
"""What an example expects as identity of something that is no guideline."""


def mistakes(publisher: Publisher) -> Iterator[tuple[str, str]]:
    """Where the recipe does not read from its examples what they say, as key and message."""
    for place, example in enumerate(publisher.examples):
        at = f"examples[{place}]"
        try:
            document = _read(example, publisher)
        except ValueError as error:
            yield at, f"cannot be read: {error}"
            continue
        yield from ((f"{at}.expect.{name}", message) for name, message in _unlike(example, document))


def _read(example: Example, publisher: Publisher) -> GuidelineDocument | None:
    match publisher.channel:
        case LiteratureChannel():
            return read_example(example, publisher)
        case ListChannel():
            return read_item(Item(values=example.item, parts=example.parts), publisher)
        case _:
            kept = Kept(body=example.html.encode(), url=example.url)
            return read_document(kept, publisher, publisher.identity_of(example.url))


def _unlike(example: Example, document: GuidelineDocument | None) -> Iterator[tuple[str, str]]:
    wanted = dict(example.expect)
    if document is None:
        if wanted.get("identity") != NONE:
            yield "identity", "the recipe takes this for no guideline"
        return
    shown = {**as_json(document), "identity": document.identifier.value}
    for name, value in wanted.items():
        if shown[name] != value:
            yield name, f"is {shown[name]!r}, not {value!r}"
    count = len(document.recommendations)
    if example.recommendations not in {None, count}:
        yield "recommendations", f"is {count}, not {example.recommendations}"
