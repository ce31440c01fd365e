"""How alike two texts are, from a small part of each."""

import re
import zlib
from array import array
from hashlib import blake2b
from itertools import accumulate

from corpus_cli.text.normalise import fold

NEAR = 0.6
"""Likeness from which on two texts are copies of each other."""

FEWEST = 8
"""Runs of words from which on an article can be told from others."""

_WORD = re.compile(r"\w+")
_SIGNS = re.compile(r"[^\w\x00-\x7f]+")
_BLANKS = bytes(n if _WORD.match(chr(n)) and n < 128 else 32 for n in range(256))  # noqa: PLR2004 - ASCII

_SHINGLE = 4
_SIZE = 128
_KEYS = 16


def sketch(text: str, fewest: int = FEWEST) -> bytes:
    """The 128 smallest hashes of the runs of four words of a text, 4 bytes each, ascending.

    Empty for a text of fewer runs: short ones are like many others. A bottom-k sketch (Broder
    1997; Cohen & Kaplan 2007): what two of them share estimates what the texts share.
    """
    hashes = _hashes(text)
    return _packed(hashes[:_SIZE]) if len(hashes) >= fewest else b""


def sketch_keys(sketch_bytes: bytes) -> list[int]:
    """The hashes a sketch is looked up by: copies share most of them."""
    return list(_unpack(sketch_bytes)[:_KEYS])


def likeness(one: bytes, other: bytes) -> float:
    """The estimated share of runs of words that two texts have in common, 0 to 1 (Jaccard)."""
    first, second = set(_unpack(one)), set(_unpack(other))
    smallest = sorted(first | second)[:_SIZE]
    return sum(h in first and h in second for h in smallest) / max(1, len(smallest))


def near(one: bytes, other: bytes) -> bool:
    """Whether two texts are copies of each other, by their likeness."""
    first, second = set(_unpack(one)), set(_unpack(other))
    shared = len(first & second)
    # Most have far too little in common, wherever in the sketches it stands.
    most = shared / max(1, min(_SIZE, len(first) + len(second) - shared))
    return most >= NEAR and likeness(one, other) >= NEAR


def line_hash(text: str) -> int:
    """A number for a line, the same everywhere, that SQLite can keep."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _hashes(text: str) -> list[int]:
    words = _words(text)
    written = b" ".join(words)
    ends = list(accumulate(len(word) + 1 for word in words)) or [1]
    # The blank after a run is none of it.
    runs = zip([0, *ends], ends[min(_SHINGLE, len(words)) - 1 :], strict=False)
    return sorted({zlib.crc32(written[start : end - 1]) for start, end in runs})


def _words(text: str) -> list[bytes]:
    folded = _SIGNS.sub(" ", fold(text))
    # Most texts are plain but for such signs, and a table is faster.
    if folded.isascii():
        return folded.encode().translate(_BLANKS).split()
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(folded)]


def _packed(hashes: list[int]) -> bytes:
    return array("I", hashes).tobytes()


def _unpack(sketch_bytes: bytes) -> "array[int]":
    return array("I", sketch_bytes)
