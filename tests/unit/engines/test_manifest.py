"""The manifest: it is noticed if it is not as it was written."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines.whoosh.generations import compute_sum, read_manifest
from corpus_cli.errors import CorpusDamaged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"Title {n}\n\nKabul fell and word{n} follows.\n")
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path)])
        corpus.remove([str(tmp_path / "1.txt")])
    return tmp_path / "index"


def test_no_flipped_bit_changes_what_it_says(folder: Path) -> None:
    whole, manifest = (folder / "CURRENT").read_bytes(), read_manifest(folder)
    chance = Random(1)  # noqa: S311 - no secret
    for place in chance.sample(range(len(whole) * 8), 400):
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        (folder / "CURRENT").write_bytes(content)
        try:
            assert read_manifest(folder) == manifest, place
        except CorpusDamaged as error:
            assert "corpus reindex" in str(error)  # noqa: PT017 - or it is the same


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in values.items() if other != name}


@pytest.mark.parametrize(
    "changed",
    [
        {"upto": None},
        {"upto": -1},
        {"upto": True},
        {"upto": 2.0},
        {"upto": 1 << 63},
        {"generation": "1"},
        {"segments": {"1-0.0.segment": [-1]}},
        {"segments": {"1-0.0.segment": ["1"]}},
        {"files": [1.5, "a" * 64]},
        {"files": [1, "a"]},
    ],
)
def test_each_value_is_of_its_kind(folder: Path, changed: dict[str, Any]) -> None:
    """Also where the sum is right, as a stranger can make it."""
    values = {**_without(json.loads((folder / "CURRENT").read_bytes()), "sum"), **changed}
    if isinstance(values["files"], list):
        files = json.loads((folder / "CURRENT").read_bytes())["files"]
        values["files"] = dict.fromkeys(files, values["files"])
    (folder / "CURRENT").write_text(json.dumps({**values, "sum": compute_sum(values)}))
    with pytest.raises(CorpusDamaged, match="not a manifest"):
        read_manifest(folder)


def test_an_older_manifest_is_that_of_another_version(folder: Path) -> None:
    """The next writer makes the index again, and a search says so."""
    values = _without(json.loads((folder / "CURRENT").read_bytes()), "sum")
    (folder / "CURRENT").write_text(json.dumps({**values, "v": 1}))
    with Corpus.open(folder) as corpus:
        with pytest.raises(CorpusDamaged, match="another version of corpus"):
            corpus.search("Kabul")
        corpus.reindex()
        assert corpus.search("Kabul").total == 2


@pytest.mark.parametrize("content", [b"", b"\0" * 400, b"[" * 100_000])
def test_a_reindex_needs_no_manifest(folder: Path, content: bytes) -> None:
    (folder / "CURRENT").unlink()
    (folder / "CURRENT").write_bytes(content)
    with Corpus.open(folder) as corpus:
        corpus.reindex()
        assert corpus.search("Kabul").total == 2
