"""Wants more memory than a document should."""

from monitor.reading.child import answer_parent

if __name__ == "__main__":
    answer_parent(lambda _body: len(bytearray(8_000_000_000)))
