"""Count the instructions of an ingest and of some searches, which a busy machine does not change.

    python bench/instructions.py [--check | --write] [--runs 1]

It counts whole commands and their children, over a few articles made of `seeds/`, with perf if
the machine allows it, else with valgrind. `--write` records the counts in bench/instructions.json,
by tool, version of Python and stemmer. With `--check` the exit code is 1 if a count has grown by
more than a tenth since. With `--runs` it prints how much the counts vary.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from documents import made, write

RECORDED = Path(__file__).with_suffix(".json")
GROWTH = 1.10

_ARTICLES = 16
_CORPUS = [sys.executable, "-m", "corpus_cli"]
_SEARCH = [*_CORPUS, "search", "--timeout", "0", "--index", "index", "--"]
_QUERIES = {
    "search, words": ["taliban", "pakistan", "border"],
    "search, phrase": ['"united states"'],
    "search, name": ["ISIS-K"],
    "search, prefix": ["terror*"],
}
_VALGRIND = (
    "valgrind",
    "--tool=callgrind",
    "--trace-children=yes",
    "--callgrind-out-file=/dev/null",
)
_COLLECTED = re.compile(r"Collected : (\d+)")


def main() -> int:
    """Count, compare and record."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--check", action="store_true")
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--runs", type=int, default=1)
    asked.add_argument("--recording", type=Path, default=RECORDED)
    options = asked.parse_args()
    tool = counter()
    if not tool:
        print(
            "perf or valgrind is needed to count instructions, and neither works here",
            file=sys.stderr,
        )
        return 1 if options.check else 2
    stemmer = "PyStemmer" if find_spec("Stemmer") else "snowballstemmer"
    key = f"{tool}, Python {'.'.join(platform.python_version_tuple()[:2])}, {stemmer}"
    runs = [counted(tool) for _ in range(options.runs)]
    now = {name: min(run[name] for run in runs) for name in runs[0]}
    if options.runs > 1:
        for name, least in now.items():
            spread = max(run[name] for run in runs) / least - 1
            print(f"{name}: {spread:.3%} apart in {options.runs} runs")
    recorded = json.loads(options.recording.read_text()) if options.recording.exists() else {}
    if options.write:
        recorded[key] = now
        options.recording.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")
    code = compared(key, recorded.get(key), now)
    return code if options.check else 0


def compared(key: str, before: Mapping[str, int] | None, now: Mapping[str, int]) -> int:
    """Print the counts and how they changed. Returns 1 if one grew by more than a tenth, else 0."""
    if before is None:
        print(f"no counts are recorded for {key}: record them with --write", file=sys.stderr)
    grown = []
    for name, count in now.items():
        then = (before or {}).get(name)
        print(f"{name}: {count:,}" + (f", {count / then - 1:+.1%}" if then else ", not recorded"))
        if then and count > then * GROWTH:
            grown.append(f"{name} takes {count / then - 1:.1%} more instructions than recorded")
    for line in grown:
        print(f"{line} ({key})", file=sys.stderr)
    if grown:
        print(
            "make the code cheaper; if the rise is worth it, record it and say why in the commit: "
            "python bench/instructions.py --write",
            file=sys.stderr,
        )
    return 1 if grown else 0


def counter() -> str:
    """Return the tool that can count here: perf, valgrind, or an empty text."""
    if shutil.which("perf"):
        probe = ["perf", "stat", "-x,", "-e", "instructions:u", "true"]
        told = subprocess.run(probe, capture_output=True, text=True, check=False)
        if told.returncode == 0 and told.stderr[:1].isdigit():
            return "perf"
    return "valgrind" if shutil.which("valgrind") else ""


def counted(tool: str) -> dict[str, int]:
    """Return the number of instructions of each command, run in a temporary folder."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write(made(_ARTICLES), folder / "articles")
        ingest = [*_CORPUS, "ingest", "articles", "--index"]
        # The first run is not counted, because Python compiles the modules in it.
        _run([*ingest, "index"], folder)
        _run([*_SEARCH, "taliban"], folder)
        commands = {"ingest": [*ingest, "counted"]}
        commands |= {name: [*_SEARCH, *words] for name, words in _QUERIES.items()}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = pool.map(lambda one: _count(tool, one, folder), commands.values())
            return dict(zip(commands, counts, strict=True))


def _count(tool: str, command: Sequence[str], folder: Path) -> int:
    """Return the number of instructions of one command and its children."""
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch, "told")
        if tool == "perf":
            _run(["perf", "stat", "-x,", "-e", "instructions:u", "-o", str(told), *command], folder)
            lines = [line for line in told.read_text().splitlines() if line[:1].isdigit()]
            return sum(int(line.partition(",")[0]) for line in lines)
        _run([*_VALGRIND, f"--log-file={told}-%p", *command], folder)
        logs = [path.read_text(errors="replace") for path in Path(scratch).iterdir()]
        return sum(int(found) for log in logs for found in _COLLECTED.findall(log))


def _run(command: Sequence[str], folder: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "PYTHONHASHSEED": "0",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")


if __name__ == "__main__":
    sys.exit(main())
