"""A small PubMed on loopback that can be made to contradict itself, which the replayed one never does."""

from __future__ import annotations

import json
import re
import socket
import threading
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs, urlsplit

from tests.contract.faulty_server import FaultyServer, Heard, Reply, status

_DAYS = re.compile(r'"(\d{4})/(\d\d)/(\d\d)"\[crdt\]')
_NLM = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"


def record(pmid: str, *, title: str = "A record", links: tuple[tuple[str, str], ...] = (), version: int = 1) -> str:
    """A record in XML, linked to others by (RefType, PMID)."""
    comments = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>x</RefSource><PMID>{other}</PMID></CommentsCorrections>'
        for kind, other in links
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{version}">{pmid}</PMID>'
        f"<Article><ArticleTitle>{title}</ArticleTitle></Article>"
        f"<CommentsCorrectionsList>{comments}</CommentsCorrectionsList></MedlineCitation></PubmedArticle>"
    )


@dataclass
class PlayedPubMed:
    """``records`` by PMID, ``modified`` ones, ``created`` days of notices; the rest is what it does wrong."""

    server: FaultyServer
    records: dict[str, str] = field(default_factory=dict)
    modified: set[str] = field(default_factory=set)
    created: dict[str, date] = field(default_factory=dict)
    complaints: str = ""
    left_out: set[str] = field(default_factory=set)
    left_out_unless_alone: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    count_shifts: list[int] = field(default_factory=list)
    keeps_history: bool = True
    crowded_from_days: int = 10_000
    posted: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for verb, answer in (
            ("einfo.fcgi", self._info),
            ("esearch.fcgi", self._search),
            ("epost.fcgi", self._post),
            ("efetch.fcgi", self._fetch),
            ("esummary.fcgi", self._summary),
        ):
            self.server.on(f"/eutils/{verb}", _replying(answer))

    def asked(self, verb: str) -> list[dict[str, str]]:
        """The parameters of every request of a verb."""
        return [parameters(heard) for heard in self.server.heard if f"/{verb}." in heard.target]

    def _info(self, _asked: dict[str, str]) -> str:
        info = "<DbInfo><DbName>pubmed</DbName><DbBuild>Build-7</DbBuild></DbInfo>"
        return _xml("eInfoResult", f"{_NLM}/20190110/einfo.dtd", info)

    def _post(self, asked: dict[str, str]) -> str:
        self.posted = asked["id"].split(",")
        return _xml("ePostResult", f"{_NLM}/20090526/epost.dtd", "<QueryKey>1</QueryKey><WebEnv>M</WebEnv>")

    def _search(self, asked: dict[str, str]) -> str:
        count = 25_000
        if "mdat" in asked["term"]:
            self.found = sorted(self.modified)
            count = len(self.found)
        else:
            first, last = (date(*map(int, found)) for found in _DAYS.findall(asked["term"]))
            self.found = [pmid for pmid, day in self.created.items() if first <= day <= last]
            count = len(self.found) if (last - first).days < self.crowded_from_days else count
        shift = self.count_shifts.pop(0) if self.count_shifts else 0
        ids = "".join(f"<Id>{pmid}</Id>" for pmid in self.found[: int(asked["retmax"])])
        kept = "<QueryKey>2</QueryKey><WebEnv>M</WebEnv>" if self.keeps_history else ""
        inside = f"<Count>{count + shift}</Count>{kept}<IdList>{ids}</IdList><TranslationSet/>{self.complaints}"
        return _xml("eSearchResult", f"{_NLM}/20060628/esearch.dtd", inside)

    def _fetch(self, asked: dict[str, str]) -> str:
        if "id" in asked:
            pmids = asked["id"].split(",")
        else:
            start = int(asked["retstart"])
            pmids = self.found[start : start + int(asked["retmax"])]
        hidden = self.left_out | (self.left_out_unless_alone if len(pmids) > 1 else set())
        shown = [self.records[pmid] for pmid in pmids if pmid in self.records and pmid not in hidden]
        return f"<PubmedArticleSet>{''.join(reversed(shown))}</PubmedArticleSet>"

    def _summary(self, asked: dict[str, str]) -> str:
        pmids = asked["id"].split(",")
        missing = {"error": "cannot get document summary"}
        told = {
            pmid: {"uid": pmid, **(missing if pmid not in self.records or pmid in self.denied else {})}
            for pmid in pmids
        }
        return json.dumps({"result": {"uids": pmids, **told}})


def parameters(heard: Heard) -> dict[str, str]:
    """What a request asked for, in its address or its body."""
    query = urlsplit(heard.target).query or heard.body.decode()
    return {name: values[0] for name, values in parse_qs(query).items()}


def _replying(answer: object) -> Reply:
    def reply(line: socket.socket, heard: Heard, closing: threading.Event) -> None:
        assert callable(answer)
        status(200, answer(parameters(heard)).encode())(line, heard, closing)

    return reply


def _xml(root: str, doctype: str, inside: str) -> str:
    return f'<?xml version="1.0"?>\n<!DOCTYPE {root} PUBLIC "-//NLM//DTD x//EN" "{doctype}">\n<{root}>{inside}</{root}>'
