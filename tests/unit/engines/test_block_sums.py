"""The sums of blocks: any change of a segment is noticed where it is read."""

from pathlib import Path
from random import Random

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines.fields import FieldName
from corpus_cli.engines.whoosh.block_sums import BlockSums
from corpus_cli.engines.whoosh.layout import (
    BLOCK_BYTES,
    HEADER,
    LayoutError,
    pack_chunks,
    read_chunks,
)
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.errors import CorpusDamaged

FIELDS: tuple[FieldName, ...] = ("stems", "words", "facts", "names")


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    for n in range(30):
        words = " ".join(f"word{n}x{k}" for k in range(60))
        (home / f"{n}.txt").write_text(f"Title {n}\n\nThe Taliban met Kurilla. {words}.\n")
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(home)])
    return next((home / "index").glob("whoosh-*/*.segment"))


def read(path: Path) -> object:
    """Read every list and every part of a segment."""
    segment = Segment(path)
    lists = [
        (
            field,
            term,
            [[*chunk.numbers, *chunk.values()] for chunk in segment.chunks(field, term, 0)],
        )
        for field in FIELDS
        for term in map(bytes.decode, segment.terms(field, ""))
    ]
    names = [list(segment.passage_names(one)) for one in range(segment.passages)]
    return lists, names, [segment.article(one) for one in range(segment.articles)]


def test_every_flipped_bit_is_noticed(segment: Path, tmp_path: Path) -> None:
    whole, right = segment.read_bytes(), read(segment)
    assert right[0]  # type: ignore[index]
    assert len(whole) > 4 * BLOCK_BYTES
    chance = Random(1)  # noqa: S311 - no secret
    changed = tmp_path / segment.name
    for bit in chance.sample(range(len(whole) * 8), 150):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        changed.write_bytes(content)
        with pytest.raises((CorpusDamaged, LayoutError)):
            read(changed)


@pytest.mark.parametrize("pieces", [[1], [BLOCK_BYTES], [5, BLOCK_BYTES * 3, 0, 7], [4_000, 200]])
def test_sums_do_not_depend_on_how_the_bytes_are_written(pieces: list[int]) -> None:
    data = Random(2).randbytes(sum(pieces))  # noqa: S311 - no secret
    by_piece, at_once, start = BlockSums(), BlockSums(), 0
    for size in pieces:
        by_piece.add(data[start : start + size])
        start += size
    at_once.add(data)
    sums = at_once.finish()
    assert by_piece.finish() == sums
    assert len(sums) == 4 * -(-len(data) // BLOCK_BYTES)


def test_only_the_blocks_that_are_read_are_checked(segment: Path, tmp_path: Path) -> None:
    """A search does not read all of a segment."""
    content = bytearray(segment.read_bytes())
    content[HEADER.size + 10] ^= 1
    changed = tmp_path / segment.name
    changed.write_bytes(content)
    opened = Segment(changed)
    last = opened.terms("stems", "")[-1].decode()
    assert [*opened.chunks("stems", last, 0)]
    with pytest.raises(LayoutError):
        [*opened.chunks("stems", opened.terms("stems", "")[0].decode(), 0)]


def test_a_list_is_checked_from_its_start_to_its_end() -> None:
    """Its chunks may lie in blocks in which no other list begins."""
    numbers = range(0, 12_000, 3)
    packed, _ = pack_chunks(numbers, [(0, b"\1")] * len(numbers))
    checked: list[range] = []
    chunks = read_chunks(
        memoryview(packed),
        0,
        len(numbers),
        check=lambda start, end: checked.append(range(start, end)),
    )
    start = 0
    for chunk in chunks:
        assert range(start, chunk.end) in checked
        start = chunk.end
    assert start == len(packed)


def test_changed_sums_are_noticed_at_once(segment: Path, tmp_path: Path) -> None:
    content = bytearray(segment.read_bytes())
    content[-2] ^= 1
    changed = tmp_path / segment.name
    changed.write_bytes(content)
    with pytest.raises(CorpusDamaged, match="checksum"):
        Segment(changed)
