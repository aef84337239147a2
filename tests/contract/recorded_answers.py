"""Answers of NCBI as others recorded them, in files and in cassettes; and which of them tell of trouble."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ruamel.yaml import YAML

FOLDERS = ("eutils", "features", "pairs", "rss")
"""Where answers lie. The update files beside them are read whole, record by record, in the tests of the reader."""

_SIGNS = re.compile(
    rb"<ERROR>\s*[^\s<]|<error>|<(?:Error|Warning)List>|<html\b|<eSearchResult>\s*<Count>0<"
    rb"|<(?:Pubmed|Medline)\w+Set>\s*</"
    rb'|"error"\s*:|"(?:error|warning)list"\s*:|"esearchresult"\s*:\s*\{\s*"count"\s*:\s*"0"',
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``name`` is that of its file, with a number when the file is a cassette of several."""

    name: str
    status: int
    body: bytes

    @property
    def tells_of_trouble(self) -> bool:
        """Whether it is an error, says that it found nothing or searched for something else, or is cut.

        Told by its looks alone, without any of our readers.
        """
        return self.status != 200 or _SIGNS.search(self.body) is not None or not self._is_whole

    @property
    def root(self) -> str:
        """The name of its document element; empty where it has none."""
        found = re.search(rb"<([A-Za-z]\w*)", self.body)
        return found.group(1).decode() if found else ""

    @property
    def _is_whole(self) -> bool:
        try:
            (json.loads if self.body.lstrip().startswith(b"{") else ET.fromstring)(self.body)
        except (ValueError, ET.ParseError):
            return False
        return True


def recorded_answers(pubmed: Path) -> Iterator[Answer]:
    """Every recorded answer of PubMed, in order of its name."""
    for folder in FOLDERS:
        for path in sorted((pubmed / folder).rglob("*")):
            if re.search(r"\.(xml|html|json|yaml)(\.gz)?$", path.name):
                yield from _answers_in(path, str(path.relative_to(pubmed)))


def _answers_in(path: Path, name: str) -> Iterator[Answer]:
    """The answer that a file is, or those that a cassette holds."""
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".yaml" in path.name:
        exchanges = YAML(typ="safe").load(body)["interactions"]
    elif path.suffix == ".json":
        exchanges = json.loads(body)["http_interactions"]
    else:
        yield Answer(name=name, status=200, body=body)
        return
    for number, exchange in enumerate(exchanges):
        if "ncbi.nlm.nih.gov" in exchange["request"]["uri"]:
            response = exchange["response"]
            yield Answer(name=f"{name}#{number}", status=response["status"]["code"], body=_body(response["body"]))


def _body(recorded: Mapping[str, Any]) -> bytes:
    text = recorded.get("string") or base64.b64decode(recorded.get("base64_string") or "")
    body = text.encode() if isinstance(text, str) else text
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
