"""Opens connections: the address that was checked is the address that is dialled."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.net.addresses import address_refusal
from monitor.net.deadline import Deadline, DeadlinePassed

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses; raises OSError when the name does not resolve."""

CONNECT_SECONDS = 10.0
_MOST_ADDRESSES = 4


class AddressRefused(Exception):
    """The host resolves to something a guarded request must not reach. The client turns it into ``Unreadable``."""


class NameUnresolved(OSError):
    """The host has no address, or none was found in time."""


def resolve_by_system(host: str, port: int) -> list[str]:
    """Every address the system's resolver knows, in its order and once each."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialler:
    """Dials for one exchange. ``guarded`` is False for the operator's own hosts; ``started`` hears of a connection."""

    deadline: Deadline
    guarded: bool
    resolve: Resolver
    started: Callable[[], None]

    def dial(self, host: str, port: int) -> socket.socket:
        """A connection to one of the checked addresses, cut at the deadline.

        Any bad address among the answers refuses the host (:class:`AddressRefused`); OSError when nobody answers.
        """
        addresses = self._addresses(host, port)
        for address in addresses if self.guarded else ():
            if refusal := address_refusal(address):
                raise AddressRefused(f"{host}: {refusal}" if host != address else refusal)
        return self._first_to_answer(addresses[:_MOST_ADDRESSES], port)

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Resolve beside this thread: the system's resolver knows no timeout, and a stalled name server is common."""
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._ask, args=(host, port, answers), daemon=True, name=f"resolve-{host}").start()
        try:
            answer = answers.get(timeout=min(CONNECT_SECONDS, self.deadline.rest()))
        except queue.Empty:
            raise NameUnresolved("the name server did not answer in time") from None
        if isinstance(answer, Exception):
            raise NameUnresolved("the host name does not resolve") from answer
        if not answer:
            raise NameUnresolved("the host name has no address")
        return answer

    def _ask(self, host: str, port: int, answers: queue.SimpleQueue[Sequence[str] | Exception]) -> None:
        try:
            answers.put(self.resolve(host, port))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that IDNA cannot spell.
            answers.put(error)

    def _first_to_answer(self, addresses: Sequence[str], port: int) -> socket.socket:
        last: OSError = NameUnresolved("the host name has no address")
        for address in addresses:
            try:
                return self._connect(address, port)
            except OSError as error:
                last = error
        raise last

    def _connect(self, address: str, port: int) -> socket.socket:
        line = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            line.settimeout(min(CONNECT_SECONDS, self.deadline.rest()))
            line.connect((address, port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(self.deadline.rest())
            self.deadline.watch(line)
        except (OSError, DeadlinePassed):
            with contextlib.suppress(OSError):
                line.close()
            raise
        self.started()
        return line
