"""Command lines of any bytes: an answer, or what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ANSWERED = (0, 1)

QUERIES: dict[str, list[bytes]] = {
    "a leading hyphen": [b"-Pakistan", b"Taliban"],
    "only an excluded word": [b"-Pakistan"],
    "a number with a hyphen": [b"-1"],
    "hyphens": [b"--", b"---"],
    "after two hyphens": [b"--", b"--help", b"-n"],
    "two hyphens alone": [b"--", b"--"],
    "a hyphen": [b"-"],
    "no UTF-8": [b"Taliban \xff\xfe\xc3("],
    "half a character": [b"\xe2\x82"],
    "a surrogate in UTF-8": [b"\xed\xa0\x80 Taliban"],
    "controls": [bytes(range(1, 32)) + b"\x7f\x1b[31m"],
    "a line feed": [b"Taliban\nborder\r\n"],
    "an empty one": [b""],
    "two empty ones": [b"", b""],
    "blanks": [b"  \t \xe3\x80\x80 "],
    "quotation marks": [b'"', b'"', b'"'],
    "100 kB": [b"Taliban " * 12_500],
    "100 kB of one word": [b"x" * 100_000],
    "100 kB of no UTF-8": [b"\xff" * 100_000],
    "100 kB of brackets": [b"(" * 100_000],
    "a thousand arguments": [b"Taliban"] * 1_000,
    "a file, not read": [b"@/etc/passwd"],
    "a shell's": [b"$(id)", b"`id`", b"; id", b"| id"],
    "a path": [b"../../etc/passwd"],
    "percent": [b"%s%n%x{0}{}"],
    "right to left": ["\u202e\u2066شلوم\u2069".encode()],
}

REFUSED: dict[str, list[bytes]] = {
    "nothing": [],
    "nothing after two hyphens": [b"--"],
    "three hyphens": [b"---"],
    "an option there is none": [b"--no-such-option", b"x"],
    "an option of no UTF-8": [b"--\xff", b"x"],
    "a value of no UTF-8": [b"-n", b"\xff", b"x"],
    "a filter without a word": [b"--author", b"\xff", b"x"],
    "a date that is none": [b"--since", b"\x1b[31m", b"x"],
}


def ran(here: Path, *arguments: bytes, command: bytes = b"search") -> tuple[int, bytes, bytes]:
    """Run a command line of bytes as its own process."""
    done = subprocess.run(
        [os.fsencode(sys.executable), b"-m", b"corpus_cli", command, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "CORPUS_INDEX": str(here)},
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    assert b"defect" not in done.stderr
    assert b"\x1b" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", [b"search", b"facets"])
@pytest.mark.parametrize("name", QUERIES)
def test_any_bytes_are_a_query(seeded: Path, name: str, command: bytes) -> None:
    code, _, said = ran(seeded, *QUERIES[name], command=command)
    assert code in ANSWERED, said


@pytest.mark.parametrize("style", ["json", "tsv", "csv", "markdown", "trec", "vimgrep", "terminal"])
def test_any_bytes_are_told_in_each_format(seeded: Path, style: str) -> None:
    query = b'Taliban "\xff\x01\x1b[31m\n' + b"\xed\xa0\x80"
    code, told, said = ran(seeded, query, b"--format", style.encode())
    assert code == 0, said
    assert told


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_query_is_refused_shortly(seeded: Path, name: str) -> None:
    code, told, said = ran(seeded, *REFUSED[name])
    assert (code, told) == (2, b"")
    assert said.strip().count(b"\n") < 5, said
