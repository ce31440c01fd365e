"""Run all tests of faults, and print what they tried and what went wrong.

`python -m tests.faults --thorough` tries everything instead of a sample; other arguments are
those of pytest.
"""

import os
import sys
from pathlib import Path

import pytest

from tests.faults.tally import WRONG, Tally


def main(arguments: list[str]) -> int:
    tally = Tally()
    folder = str(Path(__file__).parent)
    # An empty expression includes the slow tests. Most files take minutes, so tests are handed
    # out one by one.
    processes = str(os.cpu_count() or 1)
    options = ["-m", "", "-n", processes, "--dist", "worksteal", *arguments]
    code = pytest.main([*options, folder], plugins=[tally])
    return int(code) or (1 if any(tally.sums[kind] for kind in WRONG) else 0)


sys.exit(main(sys.argv[1:]))
