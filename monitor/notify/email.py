"""Mail through the operator's SMTP server: STARTTLS where it is offered, and an end to every talk that drags on."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from monitor.clock import Clock
from monitor.domain.messages import Acknowledged, DeliveryOutcome, Message, NotNow, Rejected
from monitor.net.deadline import Deadline
from monitor.notify.mails import mail_of

DEADLINE_SECONDS = 20.0
CONNECT_SECONDS = 10.0
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BadMailServer(ValueError):
    """The address of the mail server cannot be used. The message says why, and repeats no password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in; ``password`` is never shown."""

    host: str
    port: int
    is_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """The server that ``smtp://USER:PASSWORD@HOST:PORT`` or ``smtps://…`` names. Raises :class:`BadMailServer`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadMailServer("the port is no number") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadMailServer("give smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start")
    return MailServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel:
    """Sends each notice as one mail to all addresses of the channel."""

    server: MailServer
    sender: str
    addresses: Sequence[str]
    clock: Clock
    deadline_seconds: float = DEADLINE_SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    kind: str = "email"

    def send(self, message: Message) -> DeliveryOutcome:
        """Acknowledged when the server took it for at least one address; those it refused are named.

        A refusal for good (5xx) of the mail ends the tries; everything before the mail itself may be repaired.
        """
        mail = mail_of(message, sender=self.sender, to=self.addresses, clock=self.clock)
        try:
            with self._connected() as smtp:
                return self._hand_in(smtp, mail)
        except smtplib.SMTPResponseException as error:
            return NotNow(reason=f"the mail server answered {error.smtp_code} {_text(error.smtp_error)}")
        except smtplib.SMTPNotSupportedError as error:
            return NotNow(reason=str(error))
        except smtplib.SMTPException as error:
            return NotNow(reason=f"{type(error).__name__}: the mail server ended the talk")
        except OSError as error:
            return NotNow(reason=f"the mail server cannot be reached: {error.strerror or type(error).__name__}")

    def _hand_in(self, smtp: smtplib.SMTP, mail: EmailMessage) -> DeliveryOutcome:
        try:
            refused = smtp.send_message(mail, from_addr=self.sender, to_addrs=list(self.addresses))
        except smtplib.SMTPRecipientsRefused as error:
            return _refusal(max(code for code, _ in error.recipients.values()), _named(error.recipients))
        except smtplib.SMTPSenderRefused as error:
            return _refusal(error.smtp_code, f"the sender: {error.smtp_code} {_text(error.smtp_error)}")
        except smtplib.SMTPDataError as error:
            return _refusal(error.smtp_code, f"{error.smtp_code} {_text(error.smtp_error)}")
        return Acknowledged(note=f"not taken for {_named(refused)}" if refused else "")

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A talk with the server, cut at the deadline wherever it hangs. Raises OSError and SMTPException."""
        with Deadline(clock=self.clock, seconds=self.deadline_seconds) as deadline:
            smtp = _watched(self.server.is_tls, deadline, self.tls)
            try:
                code, answer = smtp.connect(self.server.host, self.server.port)
                if code != 220:
                    raise smtplib.SMTPConnectError(code, answer)
                self._introduce(smtp)
                yield smtp
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    smtp.quit()
            except (OSError, smtplib.SMTPServerDisconnected) as error:
                if deadline.passed:
                    raise TimeoutError(0, f"no end within {self.deadline_seconds:g} s") from error
                raise
            finally:
                smtp.close()

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        is_private = self.server.is_tls
        if not is_private and smtp.has_extn("starttls"):
            # The host is what the certificate is checked against; smtplib only knows it when it dialled itself.
            smtp._host = self.server.host  # type: ignore[attr-defined]
            smtp.starttls(context=self.tls)
            smtp.ehlo()
            is_private = True
        if self.server.user:
            if not is_private and self.server.host not in _LOOPBACK:
                raise smtplib.SMTPNotSupportedError("no STARTTLS: the password is not sent in clear")
            smtp.login(self.server.user, self.server.password)


def _watched(is_tls: bool, deadline: Deadline, tls: ssl.SSLContext) -> smtplib.SMTP:
    """A client whose connection the deadline can cut: smtplib's timeout starts anew with every byte."""

    def dial(host: str, port: int) -> socket.socket:
        line = socket.create_connection((host, port), timeout=min(CONNECT_SECONDS, deadline.rest()))
        line.settimeout(deadline.rest())
        deadline.watch(line)
        return tls.wrap_socket(line, server_hostname=host) if is_tls else line

    class Watched(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:  # noqa: ARG002 - smtplib's hook.
            return dial(host, port)

    # Our name as the machine knows it: by default smtplib asks a name server, which nobody's deadline would end.
    return Watched(timeout=CONNECT_SECONDS, local_hostname=socket.gethostname())


def _refusal(code: int, reason: str) -> DeliveryOutcome:
    """What a refusal of the mail itself means: 5xx is for good."""
    return Rejected(reason=f"refused {reason}") if 500 <= code < 600 else NotNow(reason=f"not taken now: {reason}")


def _named(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{address}: {code} {_text(answer)}" for address, (code, answer) in refused.items())


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:200]
