"""The words in a paragraph of JATS: citations are markers, powers stay raised, formulas are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.intake.decoding import cleaned
from monitor.intake.jats.elements import Element, tag_of, words_of
from monitor.intake.jats.markers import citation, run_together
from monitor.intake.lines import marked, readable, squeeze
from monitor.intake.prose.markers import TO_RAISED, expand, is_power

_DROPPED = frozenset({"math", "tex-math", "graphic", "inline-graphic", "media", "private-char", "index-term", "fn"})
_LINKS = ("{http://www.w3.org/1999/xlink}href", "href")
DEEPEST = 60


@dataclass(slots=True)
class Inline:
    """Gathers the words of one block. ``numbers`` are those of the entries by id."""

    numbers: Mapping[str, int]
    line: int = 1
    parts: list[str] = field(default_factory=list)
    addresses: dict[str, None] = field(default_factory=dict)

    def add(self, words: str | None) -> None:
        """Add words as they stand."""
        if words:
            self.parts.append(cleaned(words))

    def text(self) -> str:
        """All words, with one marker for citations that stand together."""
        return squeeze(run_together(squeeze("".join(self.parts))))

    def inside(self, element: Element, depth: int = 0) -> None:
        """Add the words in an element."""
        if depth > DEEPEST:
            self.add(words_of(element))
            return
        self.add(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self.element(child, depth + 1)
            self.add(child.tail)

    def element(self, element: Element, depth: int = 0) -> None:
        """Add an inline element."""
        tag = tag_of(element)
        if tag in _DROPPED:
            return
        if tag == "xref" and element.get("ref-type") == "bibr":
            self.parts.append(citation(words_of(element), element.get("rid") or "", self.numbers))
        elif tag == "sup" and element.find(".//xref") is None:
            self._raised(element)
        elif tag == "break":
            self.add(" ")
        else:
            for key in _LINKS:
                if re.match(r"https?://", address := element.get(key) or "", re.I):
                    self.addresses[address] = None
            self.inside(element, depth)

    def _raised(self, element: Element) -> None:
        """A raised number is a power, or a marker where the file tags none; else it is a mark of another sort."""
        words = words_of(element)
        is_number = re.fullmatch(r"[\d+–−-]{1,6}", words) is not None
        if is_number and is_power(readable("".join(self.parts[-4:]))[-24:]):
            self.parts.append(words.replace("−", "-").replace("–", "-").translate(TO_RAISED))
        elif not self.numbers and expand(words):
            self.parts.append(marked(words))
        else:
            self.add(words)
