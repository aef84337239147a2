"""What E-utilities say besides records, classified by content: a 200 that fails a check is never "nothing new".

Small answers are read with Biopython where it ships the DTD they name, so that it never downloads one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from Bio import Entrez
from Bio.Entrez import Parser

from monitor.domain.outcomes import Failure, Fetched, Throttled, Unreadable
from monitor.net.redaction import redact

SHIPPED_DTDS = frozenset(path.name for path in (Path(Parser.__file__).parent / "DTDs").iterdir())
TROUBLE = re.compile(rb"<ERROR>(.*?)</ERROR>|TXCLIENT::\w+[^<]*|Exception: [^<]*|Unable to route request![^<]*", re.S)
DTD = re.compile(rb"<!DOCTYPE[^>]*?\"([^\"]+\.dtd)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """An ESearch answer. ``complaints`` are parts of the query PubMed did not understand."""

    count: int
    ids: tuple[str, ...]
    web_env: str
    query_key: str
    translation: str
    complaints: tuple[str, ...]


def trouble(answer: Fetched) -> Failure | None:
    """What is wrong with an answer that came with status 200, if anything."""
    head = answer.body.lstrip()[:2000]
    if head.startswith(b"{") and b'"error"' in head:
        return _json_error(head)
    if head[:200].lower().startswith((b"<!doctype html", b"<html")):
        return Unreadable(reason="an HTML page instead of data", evidence=_evidence(head))
    if match := TROUBLE.search(answer.body[:20_000]):
        return Unreadable(reason=f"PubMed answered with an error: {_evidence(match.group(1) or match.group())}")
    return None


def small_answer(answer: Fetched) -> Mapping[str, Any] | Failure:
    """ESearch, EPost and EInfo answers as Biopython reads them."""
    if failure := trouble(answer):
        return failure
    named = DTD.search(answer.body[:1000])
    if named is None or named.group(1).decode().rsplit("/", 1)[-1] not in SHIPPED_DTDS:
        dtd = named.group(1).decode() if named else "none"
        return Unreadable(reason=f"the answer names a DTD we do not hold ({dtd})", evidence=_evidence(answer.body[:300]))
    try:
        return Entrez.read(io.BytesIO(answer.body), validate=False)  # type: ignore[no-any-return]
    except (ValueError, RuntimeError, Parser.NotXMLError, Parser.CorruptedXMLError) as error:
        return Unreadable(reason=f"the answer could not be read: {type(error).__name__}", evidence=str(error)[:200])


def search(answer: Fetched) -> Search | Failure:
    """An ESearch answer."""
    read = small_answer(answer)
    if isinstance(read, Unreadable | Throttled):
        return read
    if not isinstance(read, Mapping) or "Count" not in read:
        return Unreadable(reason="an ESearch answer without Count", evidence=_evidence(answer.body[:300]))
    return Search(count=int(read["Count"]), ids=tuple(map(str, read.get("IdList", ()))),
                  web_env=str(read.get("WebEnv", "")), query_key=str(read.get("QueryKey", "")),
                  translation=str(read.get("QueryTranslation", "")), complaints=tuple(_complaints(read)))


def _complaints(read: Mapping[str, Any]) -> list[str]:
    found = [f"{kind}: {text}" for name in ("ErrorList", "WarningList") if name in read
             for kind, values in read[name].items() for text in values]
    return [line for line in found if line != "OutputMessage: No items found."]


def _json_error(head: bytes) -> Failure:
    text = _evidence(head)
    if b"rate limit" in head:
        return Throttled(retry_after=2.0, reason="API rate limit exceeded")
    return Unreadable(reason="PubMed answered with an error", evidence=text)


def _evidence(body: bytes) -> str:
    return redact(" ".join(body.decode("utf-8", "replace").split()))[:300]
