"""Estimate how similar two texts are from sketches of them."""

import re
import zlib
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

from corpus_cli.text.normalise import fold_words
from corpus_cli.text.sentences import sentence_starts

NEAR = 0.6
"""The least likeness at which two texts are near-copies."""

FEWEST = 8
"""The fewest runs of words by which an article is distinguishable from others."""

_BLANKS = bytes(n if n > 127 or re.match(r"\w", chr(n)) else 32 for n in range(256))  # noqa: PLR2004 - ASCII

_SHINGLE = 4
_SIZE = 128
_KEYS = 16


def sketch(text: str, fewest: int = FEWEST) -> bytes:
    """Return the 128 smallest hashes of a text's runs of four words, 4 bytes each, ascending.

    Empty if the text has fewer than `fewest` runs. A bottom-k sketch (Broder 1997; Cohen &
    Kaplan 2007): the share of hashes in common estimates the share of runs in common.
    """
    hashes = _hash_runs(_words(text))
    return _packed(_smallest(hashes)) if len(hashes) >= fewest else b""


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
    return _hash_bytes(text.encode("utf-8", "surrogatepass"))


def hash_sentences(text: str) -> dict[int, int]:
    """Return the hash of each sentence of a text, and how many bytes its words have.

    Punctuation, blanks and capitals make no difference. A text without words is one sentence.
    """
    starts = [*sentence_starts(text), len(text)]
    sentences = (b" ".join(_words(text[start:end])) for start, end in pairwise(starts))
    return {_hash_bytes(one): len(one) for one in sentences if one} or {line_hash(text): 1}


def _hash_bytes(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def _hash_runs(words: Sequence[bytes]) -> set[int]:
    """Return the hashes of all runs of four words; of fewer words, the hash of all."""
    starts = (words[n:] for n in range(_SHINGLE))
    runs = zip(*starts, strict=False) if len(words) >= _SHINGLE else [words]
    return set(map(zlib.crc32, map(b" ".join, runs)))


def _smallest(hashes: set[int]) -> list[int]:
    # Sorting all takes longer than hashing; some twice as many as are needed are below this bound.
    bound = (2 * _SIZE << 32) // len(hashes)
    low = [value for value in hashes if value < bound]
    return sorted(low if len(low) >= _SIZE else hashes)[:_SIZE]


def _words(text: str) -> list[bytes]:
    # What is left beyond ASCII are letters and digits, and a table is faster than a pattern.
    return fold_words(text).encode().translate(_BLANKS).split()


def _packed(hashes: list[int]) -> bytes:
    return array("I", hashes).tobytes()


def _unpack(sketch_bytes: bytes) -> "array[int]":
    return array("I", sketch_bytes)
