"""The inside of a Markdown block → readable text with its markers, and the addresses it links to."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.identifiers import find_identifiers
from monitor.intake.chrome import REFERENCES
from monitor.intake.decoding import cleaned
from monitor.intake.lines import link_sign, marked, squeeze
from monitor.intake.prose.markers import TO_RAISED, expand, is_power

_LABEL = re.compile(r"\[\^([^\]\s]{1,60})\]")
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s+|\*\*)(\S[^\n*#]{0,80}?)[#*\s]*$", re.M)
_LISTED = re.compile(r"^\s{0,3}\\?\[?(\d{1,3})(?:[.)]|\\?\])\s", re.M)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~^-])")
_IMAGE = re.compile(r"!\[[^\]\[]{0,500}\]\([^)(]{0,1000}\)")
_LINK = re.compile(
    r"\[(?P<text>[^\[\]]*(?:\[[^\[\]]{0,40}\][^\[\]]*)?)\]"
    r"\((?P<url><[^>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_RAISED = re.compile(r"<sup\b[^<>]*>(?P<tag>[^<>]{0,60})</sup>|(?<![\s^])\^(?P<carets>[\d,\s–-]{1,30})\^", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_]{1,500}?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`]*)`")


def numbers_of_labels(text: str) -> dict[str, int]:
    """The number of each footnote label: itself where it is one, else the next free one in order of appearance.

    Free is what no numeric label has, and no entry of a numbered list under its heading.
    """
    labels = dict.fromkeys(_LABEL.findall(text)) | dict.fromkeys(re.findall(r"^\s{0,3}\[(\d{1,3})\]:", text, re.M))
    numbers = {label: int(label) for label in labels if re.fullmatch(r"[0-9]{1,3}", label)}
    following = max((*numbers.values(), _highest_listed(text)), default=0) + 1
    for label in labels:
        if label not in numbers:
            numbers[label] = following
            following += 1
    return numbers


def _highest_listed(text: str) -> int:
    """The highest number that is written in the text's reference list; 0 where it has none with numbers."""
    headings = [match for match in _HEADING.finditer(text) if REFERENCES.match(match.group(1))]
    listed = text[headings[-1].end() :] if headings else ""
    return max((int(number) for number in _LISTED.findall(listed)), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """Reads the inside of blocks. ``numbers`` gives each footnote label its number."""

    numbers: Mapping[str, int]

    def read(self, raw: str) -> tuple[str, tuple[str, ...]]:
        """The text as a person reads it, with certain markers, and the addresses linked from it."""
        links: dict[str, int] = {}

        def linked(match: re.Match[str]) -> str:
            address = match["url"].strip("<>")
            at = links.setdefault(address, len(links))
            return _link_text(match["text"]) + (link_sign(at) if find_identifiers(address) else "")

        text = _IMAGE.sub("", _ESCAPED.sub(r"\1", cleaned(html.unescape(raw))))
        text = _LINK.sub(linked, _RAISED.sub(_raised, text))
        for address in _AUTOLINK.findall(text):
            links.setdefault(address, len(links))
        text = _AUTOLINK.sub(r"\1", text)
        text = _LABEL.sub(self._note, text)
        text = _CODE.sub(r"\1", _TAG.sub("", text))
        text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
        return squeeze(text), tuple(links)

    def _note(self, match: re.Match[str]) -> str:
        number = self.numbers.get(match.group(1))
        return marked(str(number)) if number else ""


def _link_text(text: str) -> str:
    """A link whose words are a number is a marker: ``[1](#ref-1)``, ``[[1]](#ref-1)``."""
    bare = text.strip().strip("[]^")
    return marked(bare) if re.fullmatch(r"\d{1,3}", bare) else text


def _raised(match: re.Match[str]) -> str:
    inside = squeeze(match["tag"] if match["tag"] is not None else match["carets"])
    if link := re.fullmatch(r"\[?\[?([\d,\s–-]+)\]?\]?(?:\([^)]*\))?", inside):
        before = match.string[max(0, match.start() - 24) : match.start()]
        if expand(link.group(1)) and not is_power(re.sub(r"[*_]+$", "", before)):
            return marked(link.group(1))
    return inside.translate(TO_RAISED)
