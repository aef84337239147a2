"""Freshness Monitor: notices when the evidence under a medical article changes."""

__version__ = "0.1.0"
