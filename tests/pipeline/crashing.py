"""A process that dies at a named point of the pipeline: ``python -m tests.pipeline.crashing URL POINT``.

It polls a world in which a paper was retracted; without a point it lives through it.
"""

from __future__ import annotations

import os
import signal
import sys

from tests.pipeline.scene import NOTICE, PAPER, RETRACTED, ScriptedSource, Stage


def main(url: str, point: str) -> None:
    """Poll once, and be killed on the way where the point says."""

    def die(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    source = ScriptedSource({PAPER.identifier: RETRACTED}, notices=(NOTICE,))
    stage = Stage(url, source=source, probe=die)
    stage.later(days=1)
    stage.poll()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
