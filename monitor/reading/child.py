"""Foreign bytes are taken apart in a process of their own, which may run out of memory or of time without harm.

Promises, D8 and P27: a bomb, a loop or a crash in a parser ends that process, and is an outcome like any other.
"""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any

MOST_MEMORY = 1_000_000_000
MOST_SECONDS = 20
LONGEST_WAIT = 45.0
LARGEST_ANSWER = 20_000_000


class ChildFailed(ValueError):
    """The bytes could not be taken apart within the limits. The message says which limit, or what the parser said."""


def ask_child(module: str, body: bytes, *, wait: float = LONGEST_WAIT) -> Any:
    """What ``python -m module`` answers to these bytes: a JSON value. Raises :class:`ChildFailed`."""
    command = [sys.executable, "-m", module]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=wait, check=False)  # noqa: S603 - ours.
    except subprocess.TimeoutExpired:
        raise ChildFailed(f"it was not read within {wait:g} s") from None
    except OSError as error:
        raise ChildFailed(f"no process could be started to read it: {error}") from None
    if done.returncode != 0:
        raise ChildFailed(_last_line(done.stderr) or f"its reader ended with {done.returncode}: memory or time ran out")
    try:
        answer = json.loads(done.stdout)
    except (ValueError, RecursionError):
        raise ChildFailed("its reader gave no answer") from None
    if "failed" in answer:
        raise ChildFailed(str(answer["failed"]))
    return answer["read"]


def answer_parent(read: Callable[[bytes], Any]) -> None:
    """The child's side: set the limits, read the bytes, print the answer."""
    for limit, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    try:
        answer = {"read": read(sys.stdin.buffer.read())}
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError) as error:
        answer = {"failed": str(error) or type(error).__name__}
    except MemoryError:
        answer = {"failed": "it needs more memory than a document should"}
    text = json.dumps(answer)
    sys.stdout.write(text if len(text) <= LARGEST_ANSWER else json.dumps({"failed": "it holds too much text"}))


def _last_line(stderr: bytes) -> str:
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""
