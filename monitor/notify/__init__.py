"""Where the outbox goes."""
