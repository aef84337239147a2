"""Notices as mails: plain text and HTML, every word of others escaped, the same Message-ID at every try."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.clock import Clock
from monitor.domain.messages import Message
from monitor.notify.wording import notice_of

COLOURS = {"Critical": "#a1121f", "Major": "#8a4b00"}
"""Of the word for the severity; dark enough to be read on white."""
OTHER_COLOUR = "#444444"


def mail_of(message: Message, *, sender: str, to: Sequence[str], clock: Clock) -> EmailMessage:
    """The mail that tells of a message."""
    notice = notice_of(message)
    mail = EmailMessage()
    mail["Subject"] = notice.subject
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message.stable_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Freshness-Topic"] = message.topic
    mail.set_content(_templates().get_template("notice.txt").render(notice=notice))
    colour = COLOURS.get(notice.severity, OTHER_COLOUR)
    html = _templates().get_template("notice.html").render(notice=notice, colour=colour)
    mail.add_alternative(html, subtype="html")
    return mail


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.notify"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
