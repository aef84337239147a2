"""Tables, sessions and SQL. Hands out domain values and read models only; no row leaves this package."""

from monitor.store.engine import Collided, Store, StoreUnavailable, WrongSchema
from monitor.store.history.rebuilding import BeforeHistory
from monitor.store.last_checks import source_of
from monitor.store.reads.ownership import Ownership
from monitor.store.transaction import LeaseLost, Transaction

__all__ = [
    "BeforeHistory",
    "Collided",
    "LeaseLost",
    "Ownership",
    "Store",
    "StoreUnavailable",
    "Transaction",
    "WrongSchema",
    "source_of",
]
