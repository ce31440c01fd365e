"""The command line: parse it, run a command, return a code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from corpus_cli.errors import CorpusError, Interrupted
from corpus_cli.output import stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_GC_THRESHOLD = 100_000


def run() -> NoReturn:
    """Run the command line of this process, and exit with its exit code."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Most commands end before garbage collection would free much.
    gc.set_threshold(_GC_THRESHOLD)
    code = main(sys.argv[1:])
    _exit_at_once(code)
    sys.exit(code)


def main(arguments: Sequence[str]) -> int:
    """Run a command line. Returns its exit code.

    The codes are 0 for found or done, 1 for nothing found, 2 for an error, 3 for done although
    some inputs failed, and 130 for interrupted.
    """
    debug = "--debug" in arguments
    stream.prepare()
    if completion_request := os.environ.get("_CORPUS_COMPLETE"):
        from corpus_cli.cli.commands import app
        from corpus_cli.cli.shells import print_completions

        return print_completions(app, completion_request)
    try:
        return _run_command_line(arguments)
    except KeyboardInterrupt:
        return _print_error(Interrupted("interrupted: everything committed so far is kept"))
    except CorpusError as error:
        if debug and error.exit_code:
            raise
        return _print_error(error)
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and (explained := _explain_full_disk(error)):
            return _print_error(explained)
        stream.talk(
            f"corpus: {type(error).__name__}: {error}: this is a defect; --debug shows where"
        )
        return 2


def _run_command_line(arguments: Sequence[str]) -> int:
    """Run a command line; a plain search without click, which would double its time."""
    from corpus_cli.cli import lane

    values = lane.read_search(arguments)
    if values is None:
        from corpus_cli.cli.commands import run_command_line

        return run_command_line(arguments)
    from corpus_cli.cli.run_search import run_search

    return run_search(values["query"], values)


def _explain_full_disk(error: OSError) -> CorpusError | None:
    """Return the error for a disk that is full or broken; None for other errors.

    Without a file name, it was the output that could not be written.
    """
    import errno

    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO):
        return None
    if not error.filename:
        return stream.failed(error)
    from corpus_cli.system.disk import explain_write_error

    return CorpusError(explain_write_error(error.filename, error))


def _exit_at_once(code: int) -> None:
    """Flush the output and exit without the clean-up of Python, which takes time."""
    with suppress(OSError):
        for out in filter(None, (sys.stdout, sys.stderr)):
            out.flush()
        os._exit(code)


def _print_error(error: CorpusError) -> int:
    if error.exit_code:
        stream.talk(f"corpus: {error}")
    return error.exit_code
