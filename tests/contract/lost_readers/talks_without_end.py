"""Gives more text than any document holds."""

from monitor.reading.child import answer_parent

if __name__ == "__main__":
    answer_parent(lambda _body: "word " * 10_000_000)
