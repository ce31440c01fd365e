"""No command uses the network, nor does a process that one starts."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_cli.cli.commands import COMMANDS
from tests.conftest import DATA, SEEDS

ID = "af24"
LINES = (
    "ingest {files} --jobs 2",
    "search ISIS-K",
    "search Kurilla --in {files}",
    "search x --with chrome --json",
    "facets Taliban --by name,lang",
    "show {id}",
    "list",
    "edit {id} --author Ann",
    "duplicates",
    "names list",
    "names show ISIS-K",
    "names mentioned",
    "names test ISIS-K",
    "names add Kabul Cabool",
    "names remove Kabul",
    "eval {judged}",
    "status",
    "kwic Taliban",
    "timeline Taliban --dates mentioned",
    "quotes Taliban",
    "similar {id}",
    "with Taliban",
    "network",
    "collocates Taliban",
    "keywords Taliban",
    "compare Taliban",
    "dossier Taliban -o dossier.html",
    "cite {id}",
    "saved add isis-k ISIS-K --from-start",
    "new",
    "saved list",
    "note {id} check",
    "tag {id} star",
    "notes",
    "remove {id}",
    "reindex",
    "verify",
    "backup saved.tar.gz",
    "restore saved.tar.gz -i elsewhere/index",
    "repair",
    "config get",
    "completion bash",
    "help query",
    "help search",
)
"""Command lines, in an order in which each has something to do."""

# It runs when Python starts, in the children too. An audit hook sees each socket before it is made.
_SITE = """
import os, sys
def deny(event, arguments):
    if event in ("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        # urllib3 tries at its import whether the machine has IPv6, and connects to nothing.
        frame = sys._getframe(1)
        while frame and frame.f_code.co_name != "_has_ipv6":
            frame = frame.f_back
        if not frame:
            os.write(log, f"{event} {arguments}\\n".encode())
        raise PermissionError(event)
log = os.open(os.environ["SOCKETS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(log, b"started\\n")
sys.addaudithook(deny)
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with files of every format, and pages that name what a browser fetches."""
    shutil.copytree(DATA / "formats", tmp_path / "files")
    for path in SEEDS.glob("*.txt"):
        shutil.copy(path, tmp_path / "files")
    (tmp_path / "files" / "page.html").write_text(
        '<!DOCTYPE html PUBLIC "x" "http://192.0.2.1/x.dtd"><html><title>A page here</title>'
        '<link rel=stylesheet href="http://192.0.2.1/x.css"><script src="http://192.0.2.1/x">'
        '</script><iframe src="http://192.0.2.1/"></iframe><img src="http://192.0.2.1/x.png">'
        "<p>Die Stadt fiel in der Nacht, sagte der Mann, und niemand war in den Straßen.</p>"
    )
    (tmp_path / "files" / "feed.rss").write_text(
        '<!DOCTYPE rss SYSTEM "http://192.0.2.1/x.dtd"><rss><channel><item><title>An item'
        "</title><link>http://192.0.2.1/</link><description>It fell.</description></item>"
        "</channel></rss>"
    )
    return tmp_path / "files"


def run_all(files: Path, environment: dict[str, str], *tracer: str) -> None:
    judged = DATA / "judged.json"
    for line in LINES:
        arguments = line.format(files=files, id=ID, judged=judged).split()
        command = [*tracer, sys.executable, "-m", "corpus_cli", *arguments]
        done = subprocess.run(
            command, cwd=files.parent, env=environment, capture_output=True, check=False
        )
        assert done.returncode in (0, 1, 3), (line, done.stderr[-500:])
        assert b"Traceback" not in done.stderr, (line, done.stderr[-2_000:])


def test_every_command_is_among_them() -> None:
    # tests/cli/test_mcp.py asks the one, which waits for its client, and tests/browse/test_app.py
    # the other, which needs a terminal.
    assert {line.split()[0] for line in LINES} == set(COMMANDS) - {"mcp", "browse"}


def test_no_command_makes_a_socket(files: Path) -> None:
    site, log = files.parent / "site", files.parent / "sockets"
    site.mkdir()
    (site / "sitecustomize.py").write_text(_SITE)
    paths = [str(site), str(Path(__file__).parents[2])]
    run_all(files, {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "SOCKETS": str(log)})
    events = log.read_text().splitlines()
    assert set(events) == {"started"}
    # The readers are processes of their own.
    assert len(events) > len(LINES) + 1


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_no_library_in_c_does(files: Path) -> None:
    trace = files.parent / "trace"
    run_all(
        files,
        {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        *("strace", "-f", "-A", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)),
    )
    sockets = [
        line for line in trace.read_text().splitlines() if re.search(r"AF_INET|AF_NETL", line)
    ]
    assert sockets == []
