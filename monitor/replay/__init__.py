"""Our own upstreams on loopback: a world whose date moves, served with the manners of the real services."""
