"""Mail through a real SMTP server on loopback: what it says, and what becomes of it when the server is ill."""

from __future__ import annotations

import email
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from lxml import html

from monitor.clock import SystemClock
from monitor.domain.messages import Acknowledged, DeliveryOutcome, Message, NotNow, Rejected, Topic
from monitor.notify.email import BadMailServer, EmailChannel, MailServer, mail_server
from monitor.notify.mails import mail_of
from tests.contract.told_messages import HOSTILE, PAGE, digest, hostile, stale, storm

SENDER = "monitor@example.org"


class Postbox:
    """An SMTP server's handler: keeps what it takes, answers as a test says."""

    def __init__(self, **answers: str | dict[str, str]) -> None:
        self.mails: list[EmailMessage] = []
        self._answers = answers

    async def handle_MAIL(
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return str(self._answers.get("mail", "250 OK"))

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self._answers.get("rcpt", {})
        answer = answers.get(address, "250 OK") if isinstance(answers, dict) else answers
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:
        answer = str(self._answers.get("data", "250 OK"))
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = email.message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return answer


@contextmanager
def serving(postbox: Postbox, **more: Any) -> Iterator[int]:
    port = _free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def channel(port: int, *addresses: str, seconds: float = 10.0, **more: Any) -> EmailChannel:
    return EmailChannel(
        server=MailServer(host="127.0.0.1", port=port, **more),
        sender=SENDER,
        addresses=addresses or ("ada@example.org",),
        clock=SystemClock(),
        deadline_seconds=seconds,
    )


def sent(message: Message, postbox: Postbox | None = None, *addresses: str) -> tuple[DeliveryOutcome, Postbox]:
    postbox = postbox or Postbox()
    with serving(postbox) as port:
        return channel(port, *addresses).send(message), postbox


def bodies(mail: EmailMessage) -> tuple[str, str]:
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return plain.get_content(), rich.get_content()


def test_a_mail_says_what_changed_which_sentences_by_when_and_where() -> None:
    outcome, postbox = sent(stale(), None, "ada@example.org", "ben@example.org")
    [mail] = postbox.mails
    plain, rich = bodies(mail)

    assert outcome == Acknowledged()
    assert (
        mail["Subject"] == "Critical: Stem Cell Therapy for Knee Osteoarthritis – a retraction notice names reference 2"
    )
    assert (mail["From"], mail["To"]) == (SENDER, "ada@example.org, ben@example.org")
    assert mail["Auto-Submitted"] == "auto-generated"
    for text in (plain, html.document_fromstring(rich).text_content()):
        for fact in (
            "A retraction notice names reference 2",
            "Review due by 6 Jan 2026, 12:00 UTC",
            "Pain improved at twelve months.",
            "Serious harm is rare. (possibly)",
            "Shown by PubMed and Retraction Watch.",
        ):
            assert fact in text
    assert PAGE in plain
    links = {element.get("href") for element in html.document_fromstring(rich).iter("a")}
    assert links == {PAGE, "https://pubmed.ncbi.nlm.nih.gov/28096347/"}


def test_the_message_id_is_the_same_at_every_try() -> None:
    """P29: a mail client shows the second copy once."""
    first, second = (mail_of(stale(), sender=SENDER, to=["a@b.example"], clock=SystemClock()) for _ in range(2))

    assert first["Message-ID"] == second["Message-ID"] == f"<{stale().stable_id}@example.org>"
    assert mail_of(storm(), sender=SENDER, to=["a@b.example"], clock=SystemClock())["Message-ID"] != first["Message-ID"]


def test_foreign_words_are_inert_in_a_mail() -> None:
    """P51: no script, no foreign link, no second header."""
    _, postbox = sent(hostile())
    [mail] = postbox.mails
    _, rich = bodies(mail)
    page = html.document_fromstring(rich)

    assert "alert(1)" in page.text_content()
    assert not list(page.iter("script"))
    assert {element.get("href") for element in page.iter("a")} == {PAGE}
    assert not [name for element in page.iter() for name in element.attrib if str(name).startswith("on")]
    assert mail["Bcc"] is None
    assert "\u202e" not in rich + str(mail["Subject"])
    assert HOSTILE not in rich


@pytest.mark.parametrize(
    "message", [digest(), storm(), stale(topic=Topic.WAITING), stale(findings=[], findings_total=0)]
)
def test_every_kind_of_message_is_a_whole_mail(message: Message) -> None:
    _, postbox = sent(message)
    plain, rich = bodies(postbox.mails[0])

    assert len(html.document_fromstring(rich).text_content()) > 100
    assert "\n\n\n" not in plain.replace("\r", "")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"mail": "451 try later"}, NotNow),
        ({"mail": "550 not from you"}, Rejected),
        ({"rcpt": "450 mailbox busy"}, NotNow),
        ({"rcpt": "550 no such user"}, Rejected),
        ({"data": "452 full"}, NotNow),
        ({"data": "554 looks like spam"}, Rejected),
    ],
)
def test_four_hundreds_are_tried_again_and_five_hundreds_are_for_good(answers: dict[str, Any], expected: type) -> None:
    """P30."""
    outcome, postbox = sent(stale(), Postbox(**answers))

    assert isinstance(outcome, expected)
    assert next(iter(answers.values()))[:3] in outcome.reason
    assert postbox.mails == []


def test_one_bad_address_of_two_is_named_and_does_not_stop_the_other() -> None:
    outcome, postbox = sent(
        stale(), Postbox(rcpt={"gone@example.org": "550 gone"}), "ada@example.org", "gone@example.org"
    )

    assert outcome == Acknowledged(note="not taken for gone@example.org: 550 gone")
    assert len(postbox.mails) == 1


@contextmanager
def tarpit(greeting: bytes, every: float) -> Iterator[int]:
    """A server that drips bytes, which resets every timeout that is not a deadline."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            try:
                line.sendall(greeting)
                while not over.wait(every):
                    line.sendall(b"2")
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
        thread.join(5)


@pytest.mark.parametrize("greeting", [b"", b"220 welcome\r\n"])
def test_a_tarpit_is_left_at_the_deadline(greeting: bytes) -> None:
    """P30: whether it drips its greeting or its answers."""
    begun = time.monotonic()
    with tarpit(greeting, 0.05) as port:
        outcome = channel(port, seconds=0.5).send(stale())

    assert isinstance(outcome, NotNow)
    assert time.monotonic() - begun < 3


def test_a_connection_that_is_reset_is_tried_again() -> None:
    """P30."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        line.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    outcome = channel(listener.getsockname()[1]).send(stale())
    thread.join(5)
    listener.close()
    nobody_there = channel(_free_port()).send(stale())

    assert isinstance(outcome, NotNow)
    assert isinstance(nobody_there, NotNow)
    assert "cannot be reached" in nobody_there.reason


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_starttls_is_used_where_it_is_offered_with_whoever_is_trusted(
    certificate: tuple[Path, ssl.SSLContext],
) -> None:
    file, context = certificate
    trusting = ssl.create_default_context(cafile=file)
    postbox = Postbox()
    accounts = {"auth_callback": lambda _mechanism, login, password: (login, password) == (b"u", b"hush")}
    with serving(postbox, tls_context=context, require_starttls=True, auth_required=True, **accounts) as port:
        known = replace(channel(port, user="u", password="hush"), tls=trusting).send(stale())
        wrong = replace(channel(port, user="u", password="bush"), tls=trusting).send(stale())
        stranger = channel(port, user="u", password="hush").send(stale())

    assert known == Acknowledged()
    assert isinstance(wrong, NotNow), "a password can be mended"
    assert "535" in wrong.reason
    assert isinstance(stranger, NotNow), "a certificate that nobody vouches for"
    assert len(postbox.mails) == 1


def test_a_password_is_not_sent_in_clear() -> None:
    """To this machine it may; to a server by another name only behind TLS."""
    postbox = Postbox()
    with serving(postbox) as port:
        near = channel(port)
        distant = replace(near, server=MailServer(host="LocalHost", port=port, user="u", password="hush"))
        outcome = distant.send(stale())

    assert outcome == NotNow(reason="no STARTTLS: the password is not sent in clear")
    assert postbox.mails == []
    assert "hush" not in repr(distant)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", MailServer(host="mail.example.org", port=587)),
        (
            "smtp://u:p%40ss@mail.example.org:25",
            MailServer(host="mail.example.org", port=25, user="u", password="p@ss"),
        ),
        ("smtps://mail.example.org", MailServer(host="mail.example.org", port=465, is_tls=True)),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, expected: MailServer) -> None:
    assert mail_server(url) == expected


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://u:hush@h:port"])
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadMailServer) as refused:
        mail_server(url)

    assert "hush" not in str(refused.value)
