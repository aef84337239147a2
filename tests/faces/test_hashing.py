"""Work on passwords: little of it at once, and none of it where pages are answered."""

from __future__ import annotations

import threading

import anyio

from monitor.web.access.working import AT_ONCE, Hashing


def test_two_passwords_are_looked_at_at_once_and_the_others_wait_without_holding_anybody_up() -> None:
    """Each work waits for a second one beside it: with one at a time none would end, with three the most would tell."""
    hashing, lock, beside = Hashing(), threading.Lock(), threading.Barrier(AT_ONCE, timeout=10)
    running, most, threads = 0, 0, set()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            threads.add(threading.current_thread().name)
        beside.wait()
        with lock:
            running -= 1
        beside.wait()

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(3 * AT_ONCE):
                group.start_soon(hashing.run, work)

    anyio.run(all_at_once)

    assert most == AT_ONCE == 2
    assert threading.current_thread().name not in threads
