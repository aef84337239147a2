"""``watchlists/policies.yaml``: what this installation decides for itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from monitor.domain.designs import Design
from monitor.domain.kinds import EventKind, Severity
from monitor.domain.policy import Policy, PubMedTransport, Transport
from monitor.domain.resolution import Thresholds
from monitor.domain.second_order import CONTAMINATES, SecondOrder
from monitor.recipes.errors import Complaints
from monitor.recipes.nodes import Node, open_file
from monitor.recipes.policies.notices import read_noticing
from monitor.recipes.policies.owners import check_nobody_is_forgotten, read_owners

_Word = TypeVar("_Word", bound=StrEnum)


WITNESSES = ("clinicaltrials",)
"""Sources that show what becomes of publications, beside those of the built-in policy."""


KEYS = (
    "severity",
    "stale_from",
    "minor_limit",
    "deadlines",
    "shelf_life",
    "intervals",
    "default_interval",
    "late_after",
    "reread_days",
    "second_order",
    "new_evidence",
    "pubmed",
    "resolution",
    "witnesses",
    "specialties",
    "owners",
    "default_owner",
    "channels",
    "nag",
    "escalate",
    "storm",
)
"""All that may stand in the file."""


def read_policy(
    path: Path, complaints: Complaints, *, followed: tuple[str, ...], topics: Collection[str] = ()
) -> Policy:
    """Read the policy. A key that is not given keeps its built-in value.

    ``followed`` are the sources with a file, ``topics`` the names of the topics.
    """
    top = open_file(path, complaints, may_be_empty=True)
    top.only(*KEYS)
    usual = Policy()
    noticing = read_noticing(top, usual.noticing)
    owners = read_owners(top, channels=noticing.channels, topics=topics)
    check_nobody_is_forgotten(top, owners, noticing.channels)
    return Policy(
        severity=_severities(top),
        stale_from=_one_of(top, "stale_from", Severity, usual.stale_from),
        minor_limit=top.whole("minor_limit", usual.minor_limit, least=1),
        deadlines=_deadlines(top, usual.deadlines),
        shelf_life=top.duration("shelf_life", usual.shelf_life),
        intervals=_intervals(top, usual.intervals, followed),
        default_interval=top.duration("default_interval", usual.default_interval),
        late_after=top.number("late_after", usual.late_after, least=1),
        reread_days=top.whole("reread_days", usual.reread_days, least=1),
        second_order=_second_order(top, usual.second_order),
        new_evidence=_new_evidence(top, usual.new_evidence),
        look_back=top.node("new_evidence").duration("look_back", usual.look_back),
        pubmed=_pubmed(top, usual.pubmed),
        resolution=_resolution(top, usual.resolution),
        witnesses=_witnesses(top, usual.witnesses),
        owners=owners,
        noticing=noticing,
    )


def _severities(top: Node) -> dict[EventKind, Severity]:
    node = top.node("severity")
    node.only(*EventKind)
    return {kind: _one_of(node, kind, Severity, Severity.MAJOR) for kind in EventKind if kind in node}


def _deadlines(top: Node, usual: Mapping[Severity, timedelta]) -> dict[Severity, timedelta]:
    """A severity written as ``never`` has no deadline."""
    node = top.node("deadlines")
    node.only(*Severity)
    unset = {severity for severity in Severity if severity in node and node.text(severity, "") == "never"}
    given = {
        severity: node.duration(severity, timedelta(days=1))
        for severity in Severity
        if severity in node and severity not in unset
    }
    return {severity: time for severity, time in {**usual, **given}.items() if severity not in unset}


def _second_order(top: Node, usual: SecondOrder) -> SecondOrder:
    """A study's event of kind ``never`` is no matter for the reviews that list it."""
    node = top.node("second_order")
    node.only("depth", "severity", "known_to_review", "max_age")
    weights = node.node("severity")
    weights.only(*CONTAMINATES)
    unset = {kind for kind in CONTAMINATES if kind in weights and weights.text(kind, "") == "never"}
    given = {kind: _one_of(weights, kind, Severity, CONTAMINATES[kind]) for kind in CONTAMINATES if kind not in unset}
    depth = node.whole("depth", usual.depth, least=0)
    if depth > 3:
        node.complain("depth", "must be 3 at most: each list more is some hundred times as many records")
    return SecondOrder(
        depth=min(depth, 3),
        severity=given,
        known_to_review=_one_of(node, "known_to_review", Severity, usual.known_to_review),
        max_age=node.duration("max_age", timedelta()) if "max_age" in node else usual.max_age,
    )


def _new_evidence(top: Node, usual: Mapping[Design, Severity]) -> dict[Design, Severity]:
    """A design written as ``never`` is not told."""
    node = top.node("new_evidence")
    node.only(*Design, "look_back")
    unset = {design for design in Design if design in node and node.text(design, "") == "never"}
    given = {
        design: _one_of(node, design, Severity, Severity.MINOR)
        for design in Design
        if design in node and design not in unset
    }
    return {design: severity for design, severity in {**usual, **given}.items() if design not in unset}


def _intervals(top: Node, usual: Mapping[str, timedelta], own: tuple[str, ...]) -> dict[str, timedelta]:
    node = top.node("intervals")
    node.only(*usual, *own)
    return {**usual, **{key: node.duration(key, timedelta(days=1)) for key in (*usual, *own) if key in node}}


def _pubmed(top: Node, usual: PubMedTransport) -> PubMedTransport:
    node = top.node("pubmed")
    node.only("transport", "stream_from_ids", "stream_from_topics")
    return PubMedTransport(
        transport=_one_of(node, "transport", Transport, usual.transport),
        stream_from_ids=node.whole("stream_from_ids", usual.stream_from_ids, least=1),
        stream_from_topics=node.whole("stream_from_topics", usual.stream_from_topics, least=1),
    )


def _resolution(top: Node, usual: Thresholds) -> Thresholds:
    """Probabilities, of which the one to ask the editor from is the smaller."""
    node, names = top.node("resolution"), ("resolved_from", "ambiguous_from", "clear_lead")
    node.only(*names)
    given = {name: node.number(name, getattr(usual, name), least=0) for name in names}
    for name in (name for name, value in given.items() if value > 1):
        node.complain(name, "must be 1 at most: it is a probability")
    if given["ambiguous_from"] > given["resolved_from"]:
        node.complain("ambiguous_from", f"must not be above resolved_from, which is {given['resolved_from']:g}")
    return Thresholds(**given)


def _witnesses(top: Node, usual: Mapping[str, float]) -> dict[str, float]:
    node, known = top.node("witnesses"), (*WITNESSES, *usual)
    node.only(*known)
    weights = {name: node.number(name, usual.get(name, 1.0), least=0) for name in known if name in node}
    for name in (name for name, weight in weights.items() if weight > 1):
        node.complain(name, "must be 1 at most: a witness that is believed by itself")
    return {**usual, **weights}


def _one_of(node: Node, key: str, words: type[_Word], usual: _Word) -> _Word:
    text = node.text(key, usual)
    if text in set(words):
        return words(text)
    node.complain(key, f"must be one of {', '.join(words)}")
    return usual
