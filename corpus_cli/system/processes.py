"""Run child processes, each with two pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple, cast

_PACKAGE = Path(__file__).parent.parent.parent


class ChildProcess(NamedTuple):
    """A child process, the pipe for requests to it and the pipe for its replies."""

    popen: subprocess.Popen[bytes]
    requests: IO[bytes]
    replies: IO[bytes]

    def stop(self, *, has_ended: bool = False) -> int:
        """Kill the process unless it `has_ended`, close its pipes, and return its exit code."""
        if not has_ended:
            self.popen.kill()
        for pipe in (self.requests, self.replies):
            with suppress(OSError):
                pipe.close()
        return self.popen.wait()


def start_python(code: str) -> ChildProcess:
    """Start a Python process that runs `code`, and that Ctrl-C does not reach.

    The caller has to stop it. It imports nothing from the working folder, whose files are data.
    """
    paths = [str(_PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])]
    popen = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        process_group=0,
    )
    return ChildProcess(popen, cast(IO[bytes], popen.stdin), cast(IO[bytes], popen.stdout))
