"""The command that adds an extra names the place this copy came from."""

import json
import sys
from pathlib import Path

import pytest

from corpus_cli.system import installation
from tests.conftest import SEEDS

PIP = f"{sys.executable} -m pip install"
CLONE = {"url": "file:///home/me/my%20corpus", "dir_info": {"editable": True}}
REPOSITORY = {
    "url": "https://example.org/corpus.git",
    "vcs_info": {"vcs": "git", "commit_id": "0123abc"},
}
WHEEL = {"url": "https://example.org/corpus.whl", "archive_info": {}}


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (CLONE, "/home/me/my corpus[pdf]"),
        (REPOSITORY, "corpus-search[pdf] @ git+https://example.org/corpus.git"),
        (WHEEL, "corpus-search[pdf] @ https://example.org/corpus.whl"),
        (None, "corpus-search[pdf]"),
    ],
)
def test_an_extra_comes_from_where_corpus_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: object, requirement: str
) -> None:
    info = tmp_path / "corpus_search-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: corpus-search\nVersion: 1\n")
    if origin:
        (info / "direct_url.json").write_text(json.dumps(origin))
    monkeypatch.syspath_prepend(tmp_path)
    assert installation.install_command("pdf") == f"{PIP} '{requirement}'"


def test_a_copy_that_is_not_installed_is_named_by_its_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(installation, "DISTRIBUTION", "corpus-that-nobody-installed")
    assert installation.install_command("pdf") == f"{PIP} '{SEEDS.parent}[pdf]'"
