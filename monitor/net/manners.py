"""How a request behaves towards its host; every source states its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """The limits one request keeps.

    - ``pace_seconds``: least time between two request starts to a host, over all threads of this process.
    - ``deadline_seconds``: from the first connect to the last byte, all redirects included, waiting for pace excluded.
    - ``max_bytes``: of the decoded body.
    - ``guarded``: for addresses that articles or recipes name; private and special addresses, odd ports and
      credentials in the address are refused, at every redirect again.
    - ``follow_redirects``: at most five, by hand; credentials and cookies never go to another host.
    - ``respect_robots``: ask robots.txt first; for pages, not for documented APIs.
    - ``user_agent``: instead of our own.
    - ``hides_path``: the path is a secret, as in the addresses of chats; it is shown to nobody.
    - ``expects_body``: an empty 200 is no answer. Webhooks set it to False: for them any 2xx is one.
    """

    pace_seconds: float = 1.0
    deadline_seconds: float = 60.0
    max_bytes: int = 50_000_000
    guarded: bool = False
    follow_redirects: bool = True
    respect_robots: bool = False
    user_agent: str | None = None
    expects_body: bool = True
    hides_path: bool = False
