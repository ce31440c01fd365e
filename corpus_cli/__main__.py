"""python -m corpus_cli, the same as `corpus`."""

import signal

# Ctrl-C while files are imported ends us as it ends any program, without a trace of where.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from corpus_cli.cli import run  # noqa: E402 - after that

if __name__ == "__main__":
    run()
