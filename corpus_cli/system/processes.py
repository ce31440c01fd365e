"""Child processes, each with two pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple, cast

_PACKAGE = Path(__file__).parent.parent.parent


class ChildProcess(NamedTuple):
    """A child, the pipe to it and the one from it."""

    popen: subprocess.Popen[bytes]
    requests: IO[bytes]
    replies: IO[bytes]

    def stop(self, *, has_ended: bool = False) -> int:
        """End it, unless it did so itself; its exit code."""
        if not has_ended:
            self.popen.kill()
        for pipe in (self.requests, self.replies):
            with suppress(OSError):
                pipe.close()
        return self.popen.wait()


def set_default_variable(name: str, value: str) -> None:
    """Set a variable of this process's environment, unless it has a value."""
    os.environ.setdefault(name, value)


def start_python(code: str) -> ChildProcess:
    """A Python that runs a line of code; Ctrl-C is for us, and we end it.

    What lies in the folder where we stand is data: it imports nothing from there.
    """
    paths = [str(_PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])]
    popen = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        process_group=0,
    )
    return ChildProcess(popen, cast(IO[bytes], popen.stdin), cast(IO[bytes], popen.stdout))
