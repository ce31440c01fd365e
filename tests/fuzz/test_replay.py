"""What fuzzing found stays mended: each kept input is read again, in time."""

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.seeds import CORPORA, write_seeds
from tests.fuzz.targets import TARGETS

SECONDS = 5.0
"""Of processor time for one input, which takes a few milliseconds."""


@pytest.mark.parametrize("name", TARGETS)
def test_each_kept_input_is_read(name: str, tmp_path: Path) -> None:
    write_seeds(name, tmp_path)
    for path in (*sorted(tmp_path.iterdir()), *sorted((CORPORA / name).glob("*"))):
        began = time.process_time()
        TARGETS[name](path.read_bytes())
        assert time.process_time() - began < SECONDS, path.name


def test_each_folder_of_inputs_has_a_target() -> None:
    assert {path.name for path in CORPORA.iterdir()} <= TARGETS.keys()


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="needs atheris")
def test_new_inputs_are_found(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "5", "--cache", str(tmp_path)]
    done = subprocess.run(
        [*command, "globs"], cwd=Path(__file__).parents[2], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert len([*(tmp_path / "globs").iterdir()]) > 10
