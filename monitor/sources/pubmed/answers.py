"""The small answers of the E-utilities, read by Biopython from document types that it ships, and typed."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import Bio
from Bio import Entrez
from lxml import etree

from monitor.domain.outcomes import Failure, Unreadable
from monitor.sources.pubmed.faults import in_words, shown

_DOCTYPE = re.compile(rb'<!DOCTYPE\s+(\w+)\s+(?:PUBLIC\s+"[^"]*"|SYSTEM)\s+"(?:[^"]*/)?([\w.-]+\.dtd)"\s*>', re.ASCII)
_SHIPPED = Path(Entrez.__path__[0]) / "DTDs"
_NOTHING_FOUND = "No items found."
_setting_up = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryKey:
    """A result kept on NCBI's history server. It lives for hours and is never stored."""

    webenv: str
    query_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search selected: ``count`` in all, ``pmids`` of this window, ``history`` when it was kept there.

    ``complaints`` are the words and tags that PubMed did not understand; it searched without them.
    """

    count: int
    pmids: tuple[str, ...]
    translation: str = ""
    history: HistoryKey | None = None
    complaints: tuple[str, ...] = ()


def read_found(body: bytes) -> Found | Failure:
    """Read the answer of ESearch."""
    answer = _read(body, "eSearchResult")
    if not isinstance(answer, Mapping):
        return answer
    count, pmids = str(answer.get("Count", "")), tuple(map(str, answer.get("IdList", ())))
    if not _is_number(count) or not all(map(_is_number, pmids)):
        return Unreadable(
            reason="a search result without its count, or with ids that are no numbers", evidence=shown(body)
        )
    return Found(
        count=int(count),
        pmids=pmids,
        translation=str(answer.get("QueryTranslation", "")),
        history=_history(answer),
        complaints=tuple(_complaints(body)),
    )


def read_posted(body: bytes) -> HistoryKey | Failure:
    """Read the answer of EPost. One id left out is a failure of all."""
    answer = _read(body, "ePostResult")
    if not isinstance(answer, Mapping):
        return answer
    return _history(answer) or Unreadable(reason="ids were posted, but no history came back", evidence=shown(body))


def read_build(body: bytes) -> str | Failure:
    """Read which build of PubMed answers, from EInfo."""
    answer = _read(body, "eInfoResult")
    if not isinstance(answer, Mapping):
        return answer
    info = answer.get("DbInfo")
    info = info[0] if isinstance(info, list) and info else info  # The DTDs of einfo differ in whether it repeats.
    build = str(info.get("DbBuild") or info.get("LastUpdate") or "") if isinstance(info, Mapping) else ""
    return build.strip() or Unreadable(reason="PubMed states neither build nor date of update", evidence=shown(body))


def _read(body: bytes, root: str) -> Mapping[str, Any] | Failure:
    """Biopython's reading of an answer. It would download a document type it lacks: then it is not asked."""
    if failure := _objection(body, root):
        return failure
    try:
        answer = _entrez_read(body)
    except (ValueError, RuntimeError, TypeError, AttributeError, KeyError, IndexError) as error:
        # Biopython's parser follows the document type, and fails in its own words where an answer does not.
        return Unreadable(reason=f"an answer unlike its document type: {type(error).__name__}", evidence=shown(body))
    if not isinstance(answer, Mapping):
        return Unreadable(reason="an answer of another shape", evidence=shown(body))
    return answer


def _objection(body: bytes, root: str) -> Failure | None:
    try:
        tree = etree.fromstring(body, _parser())
    except (etree.LxmlError, ValueError) as error:
        return Unreadable(reason=f"no XML, or cut: {error}", evidence=shown(body))
    if errors := [text for element in tree.iter("ERROR") if (text := " ".join(element.itertext()).strip())]:
        return in_words("; ".join(errors))
    if tree.tag != root:
        return Unreadable(reason=f"<{tree.tag!s}> instead of <{root}>", evidence=shown(body))
    doctype = _DOCTYPE.search(body[:2000])
    if doctype is None or b"XMLSchema-instance" in body or body.count(b"<!DOCTYPE") != 1:
        return Unreadable(reason="an answer that names no document type of NCBI", evidence=shown(body))
    name = doctype.group(2).decode()
    return None if (_SHIPPED / name).is_file() else Unreadable(reason=f"the document type {name} is not known here")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _entrez_read(body: bytes) -> object:
    """Read with the document types of the package alone: a folder of the user's could hold spoilt ones."""
    with _setting_up:
        folder = str(Path(Bio.__path__[0]).parent)
        vars(Entrez)["local_cache"] = folder
        from Bio.Entrez.Parser import DataHandler

        if DataHandler.directory != folder:
            DataHandler.directory = folder
    answer: object = Entrez.read(io.BytesIO(body), validate=False)  # type: ignore[no-untyped-call]  # Untyped library.
    return answer


def _history(answer: Mapping[str, Any]) -> HistoryKey | None:
    webenv, query_key = str(answer.get("WebEnv", "")), str(answer.get("QueryKey", ""))
    return HistoryKey(webenv=webenv, query_key=query_key) if webenv and query_key else None


def _complaints(body: bytes) -> Iterator[str]:
    """Read past the document type: Biopython leaves out what is newer than it, and with it the complaint."""
    for listed in etree.fromstring(body, _parser()).iter("ErrorList", "WarningList"):
        for element in listed.iterchildren("*"):
            text = " ".join("".join(element.itertext()).split())
            if text != _NOTHING_FOUND:
                yield f"{element.tag!s} {text}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
