"""Run all tests of faults, and print what they tried and what went wrong.

`python -m tests.faults --thorough` tries everything instead of a sample; other arguments are
those of pytest.
"""

import sys
from pathlib import Path

import pytest

from tests.faults.tally import WRONG, Tally


def main(arguments: list[str]) -> int:
    tally = Tally()
    folder = str(Path(__file__).parent)
    # An empty expression includes the slow tests.
    code = pytest.main(["-m", "", "-n", "auto", folder, *arguments], plugins=[tally])
    return int(code) or (1 if any(tally.sums[kind] for kind in WRONG) else 0)


sys.exit(main(sys.argv[1:]))
