"""Run `corpus` with `python -m corpus_cli`."""

import signal

# Ctrl-C while modules are imported ends the process without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from corpus_cli.cli import run  # noqa: E402 - after the signal is set

if __name__ == "__main__":
    run()
