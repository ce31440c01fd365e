"""Damaged files: said as such, and made whole by a reindex."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.engines.whoosh.generations import read_manifest
from tests.faults.child import Ended, corpus
from tests.faults.conftest import found, ingested, sound

pytestmark = pytest.mark.slow

WORDS = {"ibex", "lynx", "heron"}


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def _noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size + 1))  # noqa: S311 - noise


DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "emptied": _empty,
    "halved": _halve,
    "lengthened": _lengthen,
    "noise": _noise,
}


def parts(home: Path) -> list[Path]:
    """The manifest and the files of the current generation."""
    manifest = read_manifest(home / "index")
    assert manifest
    return [
        home / "index" / "CURRENT",
        *(home / "index" / manifest.folder / name for name in manifest.files),
    ]


def flip(path: Path, place: int) -> None:
    """Turn one bit of a file over; everything else stays, the size as well."""
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << place % 7
    path.write_bytes(data)


def reindexed(home: Path) -> tuple[set[str], Ended]:
    """What is found once the index was made anew; the source files are gone."""
    shutil.rmtree(home / "articles", ignore_errors=True)
    done = corpus("reindex", "-i", str(home / "index"))
    assert done.code == 0, done
    return found(home)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_said_and_made_whole(home: Path, damage: str) -> None:
    wrong = []
    for path in reversed(parts(home)):
        if (damage, path.name) == ("lengthened", "CURRENT"):
            continue
        whole = path.read_bytes()
        path.unlink()  # it may be a hard link
        path.write_bytes(whole)
        DAMAGES[damage](path)
        _, ended = found(home)
        if not sound(ended) or ended.code != 2 or "corpus reindex" not in ended.err:
            wrong.append(f"{path.name}: {ended}")
        if path.name != "CURRENT":
            path.write_bytes(whole)
    words, ended = reindexed(home)
    if (words, ended.err) != (WORDS, ""):
        wrong.append(f"after a reindex: {sorted(words)} {ended.err}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("damage", ["deleted", "halved"])
def test_the_next_ingest_makes_a_damaged_index_whole(home: Path, damage: str) -> None:
    for n in (0, -1):
        DAMAGES[damage](parts(home)[n])
        done = corpus("ingest", str(home / "articles"), "-i", str(home / "index"))
        assert (done.code, found(home)[0]) == (0, WORDS)


def _flips(home: Path, scratch: Path, count: int, *, reindex: bool = True) -> list[str]:
    """What search and reindex do wrong about flipped bits, `count` of them in each file."""
    chance = random.Random(2)  # noqa: S311 - no secret
    wrong = []
    for number, path in enumerate(parts(home)):
        size = path.stat().st_size
        for place in sorted({chance.randrange(size) for _ in range(count)}):
            copy = Path(shutil.copytree(home, scratch / f"{number}-{place}"))
            flip(copy / path.relative_to(home), place)
            _, ended = found(copy)
            if not sound(ended) or (ended.code == 2 and "corpus reindex" not in ended.err):
                wrong.append(f"{path.name} byte {place}: {ended.code} {ended.err[-300:]}")
            words, ended = reindexed(copy) if reindex else (WORDS, ended)
            if reindex and (words, ended.err) != (WORDS, ""):
                wrong.append(f"{path.name} byte {place} after a reindex: {sorted(words)}")
            shutil.rmtree(copy)
    return wrong


@pytest.mark.slow
def test_no_flipped_bit_shows_a_trace(home: Path, tmp_path: Path) -> None:
    wrong = _flips(home, tmp_path, 3, reindex=False)
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.slow
def test_no_flipped_bit_of_many_shows_a_trace(home: Path, tmp_path: Path) -> None:
    wrong = _flips(home, tmp_path, 20)
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_said(home: Path, damage: str) -> None:
    DAMAGES[damage](home / "index" / "store.db")
    words, ended = found(home)
    assert sound(ended)
    # SQLite does not read what is behind the end of its pages.
    assert (words, ended.code) == ((WORDS, 0) if damage == "lengthened" else (set(), 2))


@pytest.mark.slow
def test_no_flipped_bit_of_the_store_shows_a_trace(home: Path, tmp_path: Path) -> None:
    wrong = []
    chance = random.Random(3)  # noqa: S311 - no secret
    for place in sorted(chance.sample(range((home / "index" / "store.db").stat().st_size), 400)):
        copy = Path(shutil.copytree(home, tmp_path / f"{place}"))
        flip(copy / "index" / "store.db", place)
        _, ended = found(copy)
        if not sound(ended):
            wrong.append(f"byte {place}: {ended.code} {ended.err[-300:]}")
    assert not wrong, "\n".join(["", *wrong])


def _brought_back(home: Path) -> None:
    """Put the store of a backup beside the index of today, which has seen later changes."""
    backup = (home / "index" / "store.db").read_bytes()
    ingested(home, "ibex2", "lynx", "otter")
    (home / "index" / "store.db").write_bytes(backup)


def test_a_store_brought_back_from_a_backup_is_indexed_again(home: Path) -> None:
    _brought_back(home)
    ingested(home, "ibex", "lynx", "heron", "stork")
    words, ended = found(home)
    assert (words, ended.err) == (WORDS | {"stork"}, "")


def test_a_search_in_a_store_brought_back_says_what_is_amiss(home: Path) -> None:
    _brought_back(home)
    _, ended = found(home)
    assert sound(ended)
    assert "corpus reindex" in ended.err


def test_a_store_that_is_gone_is_not_made_anew_in_silence(home: Path) -> None:
    (home / "index" / "store.db").unlink()
    done = corpus("ingest", str(home / "articles"), "-i", str(home / "index"))
    assert done.code == 2
    assert "restore it from a backup" in done.err
    assert not (home / "index" / "store.db").exists()
