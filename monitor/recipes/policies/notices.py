"""Channels, reminders and storms in ``policies.yaml``: how people and programs are told."""

from __future__ import annotations

import re
from datetime import time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.domain.kinds import Severity
from monitor.domain.notices import ChannelKind, ChannelRule, DigestTimes, Escalation, Nagging, Noticing
from monitor.recipes.nodes import Node
from monitor.recipes.policies.owners import entries

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXAMPLE = "`daily 08:00 Europe/Zurich`, `weekly monday 08:00 Europe/Zurich` or `never`"

_DIGEST = re.compile(
    rf"(?:daily|weekly\s+(?P<day>{'|'.join(WEEKDAYS)}))\s+(?P<hour>\d\d?):(?P<minute>\d\d)\s+(?P<zone>\S+)", re.I
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_NEWS_OF_WEIGHT = (Severity.CRITICAL, Severity.MAJOR)
_KEYS = {
    ChannelKind.EMAIL: ("address",),
    ChannelKind.WEBHOOK: ("url", "url_env", "url_file", "secret_env", "secret_file"),
    ChannelKind.SLACK: ("url_env", "url_file"),
    ChannelKind.TEAMS: ("url_env", "url_file"),
    ChannelKind.LOG: (),
}
_USUAL_START = {
    ChannelKind.EMAIL: Severity.CRITICAL,
    ChannelKind.WEBHOOK: Severity.INFO,
    ChannelKind.SLACK: Severity.MAJOR,
    ChannelKind.TEAMS: Severity.MAJOR,
    ChannelKind.LOG: Severity.INFO,
}
_USUAL_DIGEST = DigestTimes(at=time(8), zone="UTC")


def read_noticing(top: Node, usual: Noticing) -> Noticing:
    """Read how news is told. A key that is not given keeps its built-in value."""
    nag, escalate, storm = top.node("nag"), top.node("escalate"), top.node("storm")
    nag.only("after", "every", "at_most")
    escalate.only("after")
    storm.only("more_than")
    return Noticing(
        channels={name: _channel(node, name) for name, node in entries(top, "channels")},
        nagging=Nagging(
            after=nag.duration("after", usual.nagging.after),
            every=nag.duration("every", usual.nagging.every),
            at_most=nag.whole("at_most", usual.nagging.at_most, least=0),
        ),
        escalation=Escalation(after=escalate.duration("after", usual.escalation.after)),
        storm_from=storm.whole("more_than", usual.storm_from, least=1),
    )


def _channel(node: Node, name: str) -> ChannelRule:
    kind = _kind(node)
    if kind is None:
        return ChannelRule(name=name, kind=ChannelKind.LOG)
    node.only("kind", "immediate_from", "digest", *_KEYS[kind])
    rule = ChannelRule(
        name=name,
        kind=kind,
        addresses=_addresses(node) if kind is ChannelKind.EMAIL else (),
        url=_url(node) if "url" in node else "",
        url_env=_variable(node, "url_env"),
        url_file=node.text("url_file", ""),
        secret_env=_several(node, "secret_env"),
        secret_files=_several(node, "secret_file"),
        immediate_from=_immediate_from(node, kind),
        digest=_digest(node, kind),
        line=node.line,
    )
    if kind in {ChannelKind.WEBHOOK, ChannelKind.SLACK, ChannelKind.TEAMS}:
        _check_place(node, rule)
    if rule.immediate_from is None and rule.digest is None:
        node.complain("digest", "nothing would ever go to this channel: give immediate_from or digest")
    return rule


def _kind(node: Node) -> ChannelKind | None:
    text = node.text("kind")
    if text in set(ChannelKind):
        return ChannelKind(text)
    if text:
        node.complain("kind", f"must be one of {', '.join(ChannelKind)}")
    return None


def _several(node: Node, key: str) -> tuple[str, ...]:
    """One text or a list of them."""
    if key not in node:
        return ()
    given = node.one_or_more(key)
    if key.endswith("_env"):
        for name in given:
            _check_variable(node, key, name)
    return given


def _variable(node: Node, key: str) -> str:
    name = node.text(key, "")
    if name:
        _check_variable(node, key, name)
    return name


def _check_variable(node: Node, key: str, name: str) -> None:
    """The name is not repeated: somebody may have written the secret itself there."""
    if not _VARIABLE.fullmatch(name):
        node.complain(key, "must be the name of an environment variable, such as CMS_WEBHOOK_SECRET")
    elif name.startswith("MONITOR_"):
        node.complain(key, "must not begin with MONITOR_: these are the settings of the program")


def _addresses(node: Node) -> tuple[str, ...]:
    given = node.one_or_more("address")
    for address in given:
        name, _, domain = address.partition("@")
        if not name or "." not in domain or any(sign.isspace() or sign in ",;<>" for sign in address):
            node.complain("address", "must be mail addresses alone, such as cardiology@example.org")
    return given


def _url(node: Node) -> str:
    url = node.text("url")
    parts = urlsplit(url) if url else None
    if parts and (parts.scheme not in {"http", "https"} or not parts.hostname):
        node.complain("url", "must be a full address such as https://cms.example.org/hooks/freshness")
    return url


def _check_place(node: Node, rule: ChannelRule) -> None:
    """One place for the address; and what signs a webhook, the newest secret first."""
    places = [key for key in ("url", "url_env", "url_file") if key in node]
    if len(places) != 1:
        known = [key for key in _KEYS[rule.kind] if key.startswith("url")]
        node.complain("url_env", f"give exactly one of {', '.join(known)}")
    if rule.kind is not ChannelKind.WEBHOOK:
        return
    if bool(rule.secret_env) == bool(rule.secret_files):
        node.complain("secret_env", "give secret_env or secret_file: where the secret stands that signs the messages")
    if len(rule.secret_env) + len(rule.secret_files) > 2:
        node.complain("secret_env", "two secrets at most: the new one and the old one while you rotate")


def _immediate_from(node: Node, kind: ChannelKind) -> Severity | None:
    allowed = _NEWS_OF_WEIGHT if kind.is_read_by_people else tuple(Severity)
    text = node.text("immediate_from", _USUAL_START[kind])
    if text == "never":
        return None
    if text in set(allowed):
        return Severity(text)
    only = " (minor and info go into the digest only)" if text in set(Severity) else ""
    node.complain("immediate_from", f"must be one of {', '.join((*allowed, 'never'))}{only}")
    return _USUAL_START[kind]


def _digest(node: Node, kind: ChannelKind) -> DigestTimes | None:
    if "digest" not in node:
        return _USUAL_DIGEST if kind is ChannelKind.EMAIL else None
    text = node.text("digest").strip()
    if text.lower() in {"never", ""}:
        return None
    if not kind.is_read_by_people:
        node.complain("digest", f"a {kind} gets every message by itself: give immediate_from only")
    match = _DIGEST.fullmatch(text)
    if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        node.complain("digest", f"must be {EXAMPLE}")
        return None
    if not _is_zone(match["zone"]):
        node.complain("digest", "names no time zone; give one such as Europe/Zurich or UTC")
        return None
    day = WEEKDAYS.index(match["day"].lower()) if match["day"] else None
    return DigestTimes(at=time(int(match["hour"]), int(match["minute"])), zone=match["zone"], weekday=day)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
