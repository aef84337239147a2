"""Readers that go wrong each in a way of its own, for a child process to run."""
