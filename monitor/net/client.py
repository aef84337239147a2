"""The one HTTP client: asks politely, guards where it goes, and tells as a value what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

import structlog
from requests.cookies import RequestsCookieJar
from requests.exceptions import InvalidURL

import monitor
from monitor.clock import Clock
from monitor.domain.outcomes import Fetched, FetchOutcome, Unreachable, Unreadable
from monitor.net import robots
from monitor.net.addresses import host_key, host_of, origin, url_refusal
from monitor.net.answers import Answer, outcome_of
from monitor.net.bodies import BodyForeign, BodyTooLarge, BodyUnstored
from monitor.net.deadline import Deadline, DeadlinePassed
from monitor.net.dialling import AddressRefused, Dialler, Resolver, resolve_by_system
from monitor.net.failures import WIRE_ERRORS, in_words
from monitor.net.gates import Gates
from monitor.net.manners import Manners
from monitor.net.redaction import redact
from monitor.net.requesting import Params, Question, RedirectRefused, ask
from monitor.net.transport import send, trusted

MOST_REDIRECTS = 5
PERMANENT = frozenset({301, 308})

_Failed = TypeVar("_Failed", Unreachable, Unreadable)
_Outcome = TypeVar("_Outcome", bound=FetchOutcome)

_log = structlog.get_logger(__name__)


def _nobody(host: str, code: str) -> None:
    """Hears of requests when nobody counts them."""


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One call of the client over all its redirects: cookies of the present origin, and the time spent on the wire."""

    manners: Manners
    cut_at_cap: bool = False
    into: BinaryIO | None = None
    cookies: RequestsCookieJar = field(default_factory=RequestsCookieJar)
    spent: float = 0.0
    redirects: list[int] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether there were redirects, and all of them permanent."""
        return bool(self.redirects) and set(self.redirects) <= PERMANENT


class Client:
    """Speaks HTTP for every source. Safe to share between threads.

    ``contact`` is the mail address upstreams may write to; ``allow_private_hosts`` are host names (or ``host:port``)
    the operator exempts from the guard; ``on_request`` hears host and status of every request that was sent, with
    ``error`` for one without an answer. Proxies and other settings in the environment are ignored.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        contact: str,
        allow_private_hosts: frozenset[str] = frozenset(),
        gates: Gates | None = None,
        on_request: Callable[[str, str], None] = _nobody,
        resolve: Resolver = resolve_by_system,
        ca_file: Path | None = None,
    ) -> None:
        self.gates = gates or Gates(clock=clock)
        self._clock = clock
        self._user_agent = f"freshness-monitor/{monitor.__version__} (+mailto:{contact})"
        self._allowed = frozenset(name.lower() for name in allow_private_hosts)
        self._on_request = on_request
        self._resolve = resolve
        self._tls = trusted(ca_file)
        self._robots = robots.RobotsBook(clock=clock)
        # At its debug level urllib3 writes whole addresses, keys included.
        logging.getLogger("urllib3").setLevel(logging.INFO)

    def get(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None, manners: Manners
    ) -> FetchOutcome:
        """Ask for a resource. Never raises for what the address or its server does.

        Validators go in ``headers`` (If-None-Match, If-Modified-Since) and come back in the headers of the answer.
        """
        return self._ask("GET", url, params=params, headers=headers, manners=manners)

    def post(
        self, url: str, *, data: Mapping[str, str] | bytes, headers: Mapping[str, str] | None = None, manners: Manners
    ) -> FetchOutcome:
        """Send a form, or bytes whose Content-Type is in ``headers``. Never raises for what the server does."""
        return self._ask("POST", url, form=data, headers=headers, manners=manners)

    def download(
        self, url: str, *, into: BinaryIO, headers: Mapping[str, str] | None = None, manners: Manners
    ) -> FetchOutcome:
        """Ask for a large file, and write it into an open one as it comes. Never raises for what the server does.

        ``Fetched`` then holds the beginning only, and the file stands at its start; after anything else the file holds
        nothing to be used. Pace, deadline and the cap on bytes are those of the manners, as for a page.
        """
        return self._ask("GET", url, headers=headers, manners=manners, into=into)

    def keep_off(self, url: str, *, seconds: float) -> None:
        """Start no request to a host for so long: an answer of it asked for a slower pace than it was asked at."""
        self.gates.started(host_key(url), pace_seconds=seconds)

    def _ask(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        form: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None,
        manners: Manners,
        into: BinaryIO | None = None,
    ) -> FetchOutcome:
        hidden = _hidden(url) if manners.hides_path else ()
        if refusal := self._url_refusal(url, manners):
            return self._refused(redact(url, hidden), refusal)
        try:
            question = ask(
                method,
                url,
                params=params,
                form=form,
                headers=headers,
                user_agent=manners.user_agent or self._user_agent,
                packing="identity" if into is not None else "gzip",
            )
        except (UnicodeError, InvalidURL):
            return self._refused(redact(url, hidden), "malformed address")
        question = replace(question, secrets=(*question.secrets, *hidden))
        return self._follow(question, _Visit(manners=manners, into=into))

    def _follow(self, question: Question, visit: _Visit) -> FetchOutcome:
        for _ in range(MOST_REDIRECTS + 1):
            if refusal := self._url_refusal(question.url, visit.manners):
                return self._refused(question.shown_url, refusal)
            if visit.manners.respect_robots and (objection := self._robots_objection(question.url, visit.manners)):
                return objection
            came = self._exchange(question, visit)
            if not isinstance(came, Answer):
                return replace(came, moved=True) if isinstance(came, Fetched) and visit.moved else came
            visit.redirects.append(came.status)
            try:
                following = question.redirected(status=came.status, location=came.redirects_to or "")
            except (RedirectRefused, ValueError) as error:
                reason = str(error) if isinstance(error, RedirectRefused) else "redirect to a malformed address"
                return Unreadable(reason=reason, evidence=redact(came.redirects_to or "", question.secrets)[:300])
            if origin(following.url) != origin(question.url):
                visit.cookies = RequestsCookieJar()
            question = following
        return Unreadable(reason=f"more than {MOST_REDIRECTS} redirects", evidence=question.shown_url[:300])

    def _exchange(self, question: Question, visit: _Visit) -> FetchOutcome | Answer:
        """One request and its outcome; the answer itself when it is a redirect to follow."""
        pace = max(visit.manners.pace_seconds, self._robots_delay(question.url, visit.manners))
        with self.gates.passing(question.host, pace_seconds=pace) as refusal:
            if refusal is not None:
                return refusal
            came = self._on_the_wire(question, visit, pace)
            if not isinstance(came, Answer):
                return came
            outcome = outcome_of(came, expects_body=visit.manners.expects_body, now=self._clock.now())
            self.gates.note(question.host, outcome)
        if came.redirects_to is not None and visit.manners.follow_redirects:
            return came
        return _told(question, outcome)

    def _on_the_wire(self, question: Question, visit: _Visit, pace: float) -> Answer | Unreachable | Unreadable:
        """Send and read. A failure of the host is noted at its gate; a refusal of ours is not the host's fault."""
        begun, code = self._clock.monotonic(), "error"
        try:
            answer = self._send(question, visit, pace)
            code = str(answer.status)
        except AddressRefused as error:
            code = ""
            return self._refused(question.shown_url, str(error))
        except BodyTooLarge:
            return self._noted(question, Unreadable(reason=f"body over {visit.manners.max_bytes} bytes"))
        except BodyUnstored as error:
            return _told(question, Unreachable(reason=str(error)))
        except BodyForeign as error:
            return self._noted(question, Unreadable(reason=str(error)))
        except DeadlinePassed:
            seconds = visit.manners.deadline_seconds
            return self._noted(question, Unreachable(reason=f"no complete answer within {seconds:g} s"))
        except WIRE_ERRORS as error:
            return self._noted(question, Unreachable(reason=in_words(error)))
        finally:
            visit.spent += self._clock.monotonic() - begun
            if code:
                self._on_request(question.host, code)
        return answer

    def _send(self, question: Question, visit: _Visit, pace: float) -> Answer:
        """Raises DeadlinePassed also for the errors that come from cutting the line at the deadline."""
        with Deadline(clock=self._clock, seconds=visit.manners.deadline_seconds - visit.spent) as deadline:
            dialler = Dialler(
                deadline=deadline,
                resolve=self._resolve,
                guarded=visit.manners.guarded and not self._is_exempt(question.url),
                started=lambda: self.gates.started(question.host, pace_seconds=pace),
            )
            try:
                return send(
                    question,
                    dialler=dialler,
                    deadline=deadline,
                    tls=self._tls,
                    cookies=visit.cookies,
                    max_bytes=visit.manners.max_bytes,
                    cut_at_cap=visit.cut_at_cap,
                    into=visit.into,
                )
            except WIRE_ERRORS:
                if deadline.passed:
                    raise DeadlinePassed from None
                raise

    def _robots_objection(self, url: str, manners: Manners) -> FetchOutcome | None:
        def read(address: str) -> FetchOutcome:
            own = Manners(
                pace_seconds=manners.pace_seconds,
                deadline_seconds=manners.deadline_seconds,
                max_bytes=robots.MAX_BYTES,
                guarded=manners.guarded,
                expects_body=False,
            )
            question = ask("GET", address, user_agent=manners.user_agent or self._user_agent)
            return self._follow(question, _Visit(manners=own, cut_at_cap=True))

        return self._robots.objection(url, agent=self._agent(manners), ask=read)

    def _robots_delay(self, url: str, manners: Manners) -> float:
        return self._robots.delay(url, agent=self._agent(manners)) if manners.respect_robots else 0.0

    def _agent(self, manners: Manners) -> str:
        """The product name, which is what robots.txt speaks of; the rest of the User-Agent could match by chance."""
        return (manners.user_agent or self._user_agent).partition("/")[0]

    def _url_refusal(self, url: str, manners: Manners) -> str | None:
        return url_refusal(url, guarded=manners.guarded, exempt=manners.guarded and self._is_exempt(url))

    def _is_exempt(self, url: str) -> bool:
        try:
            return bool({host_of(url), host_key(url)} & self._allowed)
        except ValueError:
            return False

    def _refused(self, shown_url: str, refusal: str) -> Unreadable:
        _log.warning("fetch.refused", url=shown_url, reason=refusal)
        return Unreadable(reason=f"address refused: {refusal}", evidence=shown_url[:300])

    def _noted(self, question: Question, outcome: _Failed) -> _Failed:
        self.gates.note(question.host, outcome)
        return _told(question, outcome)


def _hidden(url: str) -> tuple[str, ...]:
    """What of an address is shown to nobody: all that stands behind its host."""
    parts = urlsplit(url)
    return tuple(text for text in (parts.path, parts.query) if len(text) > 1)


def _told(question: Question, outcome: _Outcome) -> _Outcome:
    """Log what came of a request; the gates log the throttling."""
    match outcome:
        case Unreachable(reason=reason) | Unreadable(reason=reason):
            _log.warning(f"fetch.{type(outcome).__name__.lower()}", host=question.host, reason=reason)
        case Fetched(status=status, body=body):
            _log.debug("fetch.done", host=question.host, status=status, bytes=len(body))
        case _:
            _log.debug("fetch.done", host=question.host, outcome=type(outcome).__name__.lower())
    return outcome
