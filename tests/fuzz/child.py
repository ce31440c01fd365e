"""Run one target under atheris, which counts the lines of the package that an input reaches."""

import sys
from collections.abc import Sequence

import atheris


def main(arguments: Sequence[str]) -> None:
    """Fuzz the target that the first argument names; the others are libFuzzer's."""
    with atheris.instrument_imports(include=["corpus_cli"]):
        from tests.fuzz.targets import TARGETS
    name = arguments[1]
    target = TARGETS[name]
    # Readers are imported when they are needed: the first input imports them.
    with atheris.instrument_imports(include=["corpus_cli"]):
        target(b"")
    atheris.Setup([arguments[0], *arguments[2:]], target)
    atheris.Fuzz()
    sys.exit()
