"""The package as pip installs it."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import SEEDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with nothing but corpus in it."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=True)
    subprocess.run([home / "bin" / "pip", "install", "--quiet", str(SEEDS.parent)], check=True)
    return home / "bin"


def test_the_program_brings_its_data_along(installed: Path, tmp_path: Path) -> None:
    subprocess.run([installed / "corpus", "ingest", str(SEEDS)], check=True, cwd=tmp_path)
    done = subprocess.run(
        [installed / "corpus", "search", "Kurilla", "-l"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert len(done.stdout.splitlines()) == 2


def test_warnings_are_errors_for_our_own_code(installed: Path, tmp_path: Path) -> None:
    code = "from corpus_cli.corpus import Corpus; Corpus.in_memory().search('x')"
    subprocess.run([installed / "python", "-W", "error", "-c", code], check=True, cwd=tmp_path)


def test_an_index_from_here_is_read_there(installed: Path, seeded: Path, tmp_path: Path) -> None:
    line = ["search", "Taliban attacks", "--jsonl", "--index", str(seeded)]
    outputs = {
        subprocess.run([*program, *line], check=True, capture_output=True, cwd=SEEDS.parent).stdout
        for program in ([str(installed / "corpus")], [sys.executable, "-m", "corpus_cli"])
    }
    assert len(outputs) == 1


def test_without_extras_each_heavy_format_names_its_own(installed: Path, tmp_path: Path) -> None:
    """And what needs none is read."""
    formats = Path(__file__).parent.parent / "data" / "formats"
    (tmp_path / "page.html").write_bytes((formats / "site.html").read_bytes())
    for name in ("seed.pdf", "seed.rtf", "seed.docx", "seed.odt", "seed.epub"):
        (tmp_path / name).write_bytes((formats / name).read_bytes())
    done = subprocess.run(
        [installed / "corpus", "ingest", "."],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout) == (3, "3 added, 3 failed\n")
    for name, extra in (("page.html", "web"), ("seed.pdf", "pdf"), ("seed.rtf", "docs")):
        (line,) = (line for line in done.stderr.splitlines() if name in line)
        assert f": {installed}/python" in line
        assert line.endswith(f" -m pip install '{SEEDS.parent}[{extra}]'")
