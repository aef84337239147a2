"""Tables, sessions and SQL. Hands out domain values and read models only; no row leaves this package."""

from monitor.store.engine import Store, StoreUnavailable, WrongSchema
from monitor.store.references import source_of
from monitor.store.transaction import LeaseLost, Transaction

__all__ = ["LeaseLost", "Store", "StoreUnavailable", "Transaction", "WrongSchema", "source_of"]
