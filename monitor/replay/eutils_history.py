"""The history server of E-utilities: results kept under a WebEnv and a query key until they expire."""

from __future__ import annotations

import hashlib
import threading

Pmids = tuple[str, ...]


class UnknownHistory(LookupError):
    """There is no such WebEnv or query key, or it has expired. A client has to search again."""


class History:
    """Results by WebEnv. A result is a list of PMIDs as found; what happens to the records later does not change it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._environments: dict[str, list[Pmids]] = {}
        self._made = 0

    def store(self, pmids: Pmids, web_env: str = "") -> tuple[str, int]:
        """Keep a result, in an environment that exists or else in a new one. Gives WebEnv and query key."""
        with self._lock:
            if web_env not in self._environments:
                web_env = self._new_name()
                self._environments[web_env] = []
            self._environments[web_env].append(pmids)
            return web_env, len(self._environments[web_env])

    def results(self, web_env: str) -> dict[int, Pmids]:
        """All results of an environment by query key; none for one that is unknown."""
        with self._lock:
            return dict(enumerate(self._environments.get(web_env, []), start=1))

    def result(self, web_env: str, query_key: str) -> Pmids:
        """One result. Raises :class:`UnknownHistory`."""
        results = self.results(web_env)
        if not query_key.isdigit() or int(query_key) not in results:
            raise UnknownHistory(query_key)
        return results[int(query_key)]

    def expire(self) -> None:
        """Forget everything."""
        with self._lock:
            self._environments.clear()

    def _new_name(self) -> str:
        self._made += 1
        return f"MCID_{hashlib.blake2b(str(self._made).encode(), digest_size=12).hexdigest()}"
