"""Fuzz the readers of what a stranger wrote: `python -m tests.fuzz --seconds 600`.

Inputs that reach new code are kept in a cache and mutated again. What fails is written to
tests/fuzz/corpora/TARGET, where the tests replay it; the smallest kept inputs may be added there.
This needs atheris, which `pip install -e '.[fuzz]'` installs on Linux.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.seeds import CORPORA, write_seeds
from tests.fuzz.targets import TARGETS

_RUN = "import sys; from tests.fuzz.child import main; main(sys.argv)"
_SECONDS_FOR_ONE_INPUT = 10
_MEGABYTES = 2_000


def main() -> int:
    """Fuzz the targets, each for its share of the time, and print what each reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="time in all")
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time")
    parser.add_argument("--cache", type=Path, default=Path(".fuzz"), help="inputs to continue with")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="all, if none is named")
    options = parser.parse_args()
    names = options.targets or list(TARGETS)
    seconds = max(1, options.seconds * options.jobs // len(names))
    with ThreadPoolExecutor(options.jobs) as pool:
        failures = [*pool.map(lambda name: _fuzz(name, seconds, options.cache), names)]
    print(f"{len(names)} targets, {sum(failures)} failed")
    return int(any(failures))


def _fuzz(name: str, seconds: int, cache: Path) -> bool:
    """Fuzz one target in a process of its own; return whether it failed."""
    kept = (cache / name).absolute()
    kept.mkdir(parents=True, exist_ok=True)
    write_seeds(name, kept)
    committed = CORPORA / name
    committed.mkdir(parents=True, exist_ok=True)
    limits = [
        f"-max_total_time={seconds}",
        f"-timeout={_SECONDS_FOR_ONE_INPUT}",
        f"-rss_limit_mb={_MEGABYTES}",
        "-max_len=60000",
        f"-artifact_prefix={committed}/",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    command = [sys.executable, "-W", "ignore", "-c", _RUN, name, *limits, str(kept), str(committed)]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, env=os.environ
    )
    units = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    features = re.findall(r"cov: (\d+) ft: (\d+)", done.stderr)
    last = features[-1] if features else ("?", "?")
    print(f"{name}: {units[1] if units else '?'} inputs, {last[0]} edges", flush=True)
    if done.returncode:
        print(_explain(done.stderr), flush=True)
    if not any(committed.iterdir()):
        committed.rmdir()
    return done.returncode != 0


def _explain(output: str) -> str:
    """Return what a fuzzer says of a failure: the traceback and the file of the input."""
    lines = output.splitlines()
    start = next((n for n, line in enumerate(lines) if "Traceback" in line or "ERROR" in line), 0)
    return "\n".join(lines[start:][:60])


if __name__ == "__main__":
    sys.exit(main())
