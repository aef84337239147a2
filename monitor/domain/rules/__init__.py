"""The tables of what a record shows, one file per type of record."""
