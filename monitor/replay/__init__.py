"""Our own upstreams on loopback: a world of recordings whose date moves, served with the manners of the real services."""
