"""Completion in real shells, and man pages where pip puts them."""

import json
import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from tests.conftest import SEEDS, article

pytestmark = pytest.mark.slow

HOSTILE = 'Ann $(touch owned) `touch owned` \\ "O\'Neil" >owned &*?!'

SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; PS1='ready$ '",
        'eval "$(corpus completion bash)"',
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "autoload -Uz compinit; compinit -u -D; setopt no_prompt_sp; PS1='ready$ '",
        'eval "$(corpus completion zsh)"',
    ),
    "fish": (
        ["fish", "--no-config", "-i"],
        "function fish_prompt; echo -n 'ready$ '; end; function fish_greeting; end",
        "corpus completion fish | source",
    ),
}

LINES = [
    ("corpus stat\t", ["status"]),
    ("corpus search --dupl\t Kabul", ["search", "--duplicates", "Kabul"]),
    ("corpus search --author Touq\t", ["search", "--author", "Touqir Hussain"]),
    ("corpus search --author hus\t", ["search", "--author", "Touqir Hussain"]),
    ("corpus search --author=Touq\t", ["search", "--author=Touqir Hussain"]),
    ("corpus search --author 'Touq\t", ["search", "--author", "Touqir Hussain"]),
    ('corpus search --author "Touq\t', ["search", "--author", "Touqir Hussain"]),
    ("corpus search TTP author:Touq\t", ["search", "TTP", 'author:"Touqir Hussain"']),
    ("corpus search 'TTP author:Touq\t", ["search", 'TTP author:"Touqir Hussain"']),
    ("corpus search --author Ann\t", ["search", "--author", HOSTILE]),
    ("corpus search --author 'Ann\t", ["search", "--author", HOSTILE]),
    ("corpus search autho\tHussain", ["search", "author:Hussain"]),
    ("corpus show 20a0\t", ["show", "20a045af8b2e"]),
    ("corpus help exi\t", ["help", "exit-codes"]),
    ("corpus ingest a\\ fo\t", ["ingest", "a folder"]),
]


class Shell:
    """An interactive shell in a terminal, whose `corpus` records its arguments."""

    def __init__(self, name: str, home: Path) -> None:
        self.home = home
        command, *setup = SHELLS[name]
        environment = {
            "HOME": str(home),
            "PATH": f"{home / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "TERM": "dumb" if name == "fish" else "xterm",
            "LANG": "C.UTF-8",
            "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
            "PYTHONPATH": str(SEEDS.parent),
        }
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            os.execvpe(command[0], command, environment)  # noqa: S606 - it is the shell to try
        for line in setup:
            self.type(f"{line}\n")
            self.quiet(0.5)

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def quiet(self, seconds: float, most: float = 15) -> str:
        """Read until nothing more comes for a while."""
        seen = b""
        end = time.monotonic() + most
        while time.monotonic() < end and select.select([self.terminal], [], [], seconds)[0]:
            seen += os.read(self.terminal, 65536)
        return seen.decode(errors="replace")

    def arguments(self, line: str) -> list[str]:
        """What `corpus` is called with when a line is typed, with its tabs, and entered."""
        told = self.home / "told.json"
        told.unlink(missing_ok=True)
        begun, _, rest = line.partition("\t")
        self.type(f"{begun}\t")
        seen = self.quiet(1.0)
        # Each of the shells closes a quotation itself where only one value fits.
        self.type(f"{rest}\n")
        for _ in range(100):
            if told.exists() and told.read_text("utf-8"):
                # Zsh takes the stroke after a folder back, others leave it.
                return [str(one).rstrip("/") for one in json.loads(told.read_text("utf-8"))]
            time.sleep(0.05)
        pytest.fail(f"corpus was not called: {seen!r} {self.quiet(0.2)!r}")

    def close(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a corpus, one of whose articles has an author who is up to no good."""
    home = tmp_path_factory.mktemp("home")
    (home / "a folder").mkdir()
    (home / "evil.json").write_text(
        json.dumps({"title": "Nothing", "author": [HOSTILE], "text": article("Some Words")})
    )
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(SEEDS), str(home / "evil.json")])
    (home / "bin").mkdir()
    program = home / "bin" / "corpus"
    told = "import json, sys; print(json.dumps(sys.argv[1:]))"
    python = shlex.quote(sys.executable)
    program.write_text(
        f"""#!/bin/sh
if [ -n "$_CORPUS_COMPLETE" ] || [ "$1" = completion ]; then
    exec {python} -m corpus_cli "$@"
fi
exec {python} -c {shlex.quote(told)} "$@" > {shlex.quote(str(home / "told.json"))}
"""
    )
    program.chmod(0o755)
    return home


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_man_finds_the_pages_that_pip_installed(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / "bin"
    pip = [str(programs / "pip"), "install", "--quiet", "--no-deps", str(SEEDS.parent)]
    subprocess.run(pip, check=True)
    # As man finds them: beside a folder of programs in PATH.
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "LANG": "C.UTF-8", "MANWIDTH": "80"}
    for page, said in (("corpus-search", "find passages"), ("corpus-query", "the query language")):
        done = subprocess.run(
            ["man", page], env=environment, capture_output=True, text=True, check=True
        )
        assert said in done.stdout


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_completes_and_what_it_completes_is_one_word(name: str, home: Path) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    shell = Shell(name, home)
    try:
        for line, expected in LINES:
            assert shell.arguments(line) == expected, line
    finally:
        shell.close()
    assert not (home / "owned").exists()
