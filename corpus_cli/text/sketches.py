"""Estimate how similar two texts are from sketches of them."""

import re
import zlib
from array import array
from hashlib import blake2b
from itertools import accumulate

from corpus_cli.text.normalise import fold

NEAR = 0.6
"""The least likeness at which two texts are near-copies."""

FEWEST = 8
"""The fewest runs of words by which an article is distinguishable from others."""

_WORD = re.compile(r"\w+")
_SIGNS = re.compile(r"[^\w\x00-\x7f]+")
_BLANKS = bytes(n if _WORD.match(chr(n)) and n < 128 else 32 for n in range(256))  # noqa: PLR2004 - ASCII

_SHINGLE = 4
_SIZE = 128
_KEYS = 16


def sketch(text: str, fewest: int = FEWEST) -> bytes:
    """Return the 128 smallest hashes of a text's runs of four words, 4 bytes each, ascending.

    Empty if the text has fewer than `fewest` runs. A bottom-k sketch (Broder 1997; Cohen &
    Kaplan 2007): the share of hashes in common estimates the share of runs in common.
    """
    hashes = _hashes(text)
    return _packed(hashes[:_SIZE]) if len(hashes) >= fewest else b""


def sketch_keys(sketch_bytes: bytes) -> list[int]:
    """Return the 16 hashes by which a sketch is looked up; near-copies share most of them."""
    return list(_unpack(sketch_bytes)[:_KEYS])


def likeness(one: bytes, other: bytes) -> float:
    """Estimate the share of runs of words that two texts have in common, 0 to 1 (Jaccard)."""
    first, second = set(_unpack(one)), set(_unpack(other))
    smallest = sorted(first | second)[:_SIZE]
    return sum(h in first and h in second for h in smallest) / max(1, len(smallest))


def near(one: bytes, other: bytes) -> bool:
    """Return whether two texts are near-copies: their likeness is at least `NEAR`."""
    first, second = set(_unpack(one)), set(_unpack(other))
    shared = len(first & second)
    # This upper bound is cheap and rules out most pairs.
    most = shared / max(1, min(_SIZE, len(first) + len(second) - shared))
    return most >= NEAR and likeness(one, other) >= NEAR


def line_hash(text: str) -> int:
    """Hash a line to a signed 64-bit number, the same on every machine."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _hashes(text: str) -> list[int]:
    words = _words(text)
    written = b" ".join(words)
    ends = list(accumulate(len(word) + 1 for word in words)) or [1]
    # The blank after a run does not belong to it.
    runs = zip([0, *ends], ends[min(_SHINGLE, len(words)) - 1 :], strict=False)
    return sorted({zlib.crc32(written[start : end - 1]) for start, end in runs})


def _words(text: str) -> list[bytes]:
    folded = _SIGNS.sub(" ", fold(text))
    # Most texts are ASCII after that, and a table is faster than a pattern.
    if folded.isascii():
        return folded.encode().translate(_BLANKS).split()
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(folded)]


def _packed(hashes: list[int]) -> bytes:
    return array("I", hashes).tobytes()


def _unpack(sketch_bytes: bytes) -> "array[int]":
    return array("I", sketch_bytes)
