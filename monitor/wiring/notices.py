"""The channels of an installation: what the policy declares, with the operator's secrets and servers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from monitor.clock import Clock
from monitor.domain.notices import ChannelKind, ChannelRule, Noticing
from monitor.net import Client
from monitor.notify.chats import SlackChannel, TeamsChannel
from monitor.notify.email import BadMailServer, EmailChannel, mail_server
from monitor.notify.log import LogChannel
from monitor.notify.unready import UnreadyChannel
from monitor.notify.webhook import WeakSecret, WebhookChannel, key_of
from monitor.pipeline.ports import Channel
from monitor.settings import Settings, secret_from

_Made: TypeAlias = Channel | None


def build_channels(
    noticing: Noticing, settings: Settings, *, client: Client, clock: Clock, env: Mapping[str, str]
) -> dict[str, Channel]:
    """Every channel by name. One that lacks something of the operator's is there, too, and says what."""
    maker = _Maker(settings, client, clock, env)
    return {name: maker.make(rule) for name, rule in noticing.receivers.items()}


def lacking(channels: Mapping[str, Channel]) -> dict[str, str]:
    """What channels lack before they can be used, by name; empty when all are ready."""
    return {name: channel.lacks for name, channel in channels.items() if isinstance(channel, UnreadyChannel)}


class _Maker:
    """Makes channels, and notes what they lack. No secret is in what it notes."""

    def __init__(self, settings: Settings, client: Client, clock: Clock, env: Mapping[str, str]) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._env = env

    def make(self, rule: ChannelRule) -> Channel:
        """The channel of a rule."""
        problems: list[str] = []
        channel = self._of_kind(rule, problems)
        if channel is None or problems:
            return UnreadyChannel(kind=rule.kind, lacks=f"channel {rule.name!r}: {'; '.join(problems)}")
        return channel

    def _of_kind(self, rule: ChannelRule, problems: list[str]) -> _Made:
        match rule.kind:
            case ChannelKind.LOG:
                return LogChannel()
            case ChannelKind.EMAIL:
                return self._email(rule, problems)
            case ChannelKind.WEBHOOK:
                return self._webhook(rule, problems)
            case ChannelKind.SLACK:
                return SlackChannel(client=self._client, url=self._url(rule, problems))
            case ChannelKind.TEAMS:
                return TeamsChannel(client=self._client, url=self._url(rule, problems))

    def _email(self, rule: ChannelRule, problems: list[str]) -> _Made:
        url, sender = self._settings.smtp_url, self._settings.mail_from
        if url is None:
            problems.append("MONITOR_SMTP_URL is not set")
        if sender is None:
            problems.append("MONITOR_MAIL_FROM is not set")
        if url is None or sender is None:
            return None
        try:
            server = mail_server(url.get_secret_value())
        except BadMailServer as error:
            problems.append(f"MONITOR_SMTP_URL: {error}")
            return None
        return EmailChannel(server=server, sender=sender, addresses=rule.addresses, clock=self._clock)

    def _webhook(self, rule: ChannelRule, problems: list[str]) -> _Made:
        named = [
            *((name, self._variable(name, problems)) for name in rule.secret_env),
            *((file, self._file(file, problems)) for file in rule.secret_files),
        ]
        keys = []
        for name, secret in named:
            try:
                keys += [key_of(secret)] if secret else []
            except WeakSecret as error:
                problems.append(f"the secret in {name} {error}")
        return WebhookChannel(client=self._client, clock=self._clock, url=self._url(rule, problems), keys=keys)

    def _url(self, rule: ChannelRule, problems: list[str]) -> str:
        if rule.url:
            return rule.url
        place = rule.url_env or rule.url_file
        url = self._variable(rule.url_env, problems) if rule.url_env else self._file(rule.url_file, problems)
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            problems.append(f"what stands in {place} is no full address such as https://hooks.example.org/…")
        return url

    def _variable(self, name: str, problems: list[str]) -> str:
        if not (value := self._env.get(name, "").strip()):
            problems.append(f"the environment variable {name} is not set")
        return value

    def _file(self, name: str, problems: list[str]) -> str:
        """A path that is not whole begins at the folder of the watchlists."""
        value = secret_from("its file", self._settings.watchlists / Path(name).expanduser(), problems)
        if not value and not problems:
            problems.append(f"the file {name} is empty")
        return value
