"""Never ends."""

from monitor.reading.child import answer_parent

if __name__ == "__main__":
    answer_parent(lambda _body: [0 for _ in iter(int, 1)] and None)
