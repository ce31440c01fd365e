"""Formula, vocabulary, windows."""

import hashlib
import math
from bisect import bisect_left
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.util.numeric import byte_to_length, length_to_byte

from corpus_cli.engines.fields import (
    CAPTIONS,
    CODES,
    HEADING,
    LARGE,
    TITLE,
    decode,
    fingerprint_sample,
    invert,
    posting,
    posting_weight,
    weigh_stems,
    weight,
)
from corpus_cli.engines.postings import Postings, find_windows
from corpus_cli.engines.scoring import LENGTHS, inexpb2, length_code
from corpus_cli.engines.whoosh.engine import ANALYSIS
from corpus_cli.engines.whoosh.layout import pack_chunks, pack_columns, read_chunks
from corpus_cli.engines.wildcards import edit_distance, fold_pattern, literal_prefix, matches
from corpus_cli.model import Passage


def test_the_formula_by_hand() -> None:
    # N = 10 passages, mean length 5, df = 2, cf = 3; here twice in 4 terms.
    normal = 2 * math.log2(1 + 5 / 4)
    expected = 10 * (1 - 0.9**3)
    score = (3 + 1) / (2 * (normal + 1)) * normal * math.log2(11 / (expected + 0.5))
    assert inexpb2(passages=10, average=5, document_frequency=2, count=3)(2, 4) == pytest.approx(
        score
    )


def test_more_occurrences_and_shorter_passages_score_higher() -> None:
    score = inexpb2(passages=1000, average=50, document_frequency=10, count=20)
    assert score(3, 50) > score(2, 50) > score(2, 80) > 0


def test_rarer_words_score_higher() -> None:
    rare = inexpb2(passages=1000, average=50, document_frequency=2, count=2)
    common = inexpb2(passages=1000, average=50, document_frequency=900, count=900)
    assert rare(1, 50) > common(1, 50) > 0


def test_lengths_are_as_coarse_as_in_whoosh() -> None:
    for length in [*range(3_000), 10_000, 106_374, 1_000_000]:
        assert LENGTHS[length_code(length)] == byte_to_length(length_to_byte(length))


def test_the_title_counts_twice() -> None:
    assert weight([0, 7, 1 << 15, 1 << 16, (1 << 16) + 3]) == 7


@given(st.sets(st.integers(0, 400) | st.integers(0, 1 << 31), min_size=1))
@example({0, 251, 503, (1 << 15) + 252, 1 << 16, (1 << 16) + 600})
def test_positions_are_read_as_they_were_written(places: set[int]) -> None:
    positions = sorted(places)
    coded, value = posting(positions)
    assert decode(value) == positions
    assert posting_weight((coded, value)) == weight(positions)
    assert coded == LARGE or CODES[coded] == (weight(positions), len(value))


POSITIONS = st.sets(
    st.integers(0, 600) | st.integers(HEADING, TITLE + 600) | st.integers(0, 1 << 18), min_size=1
)


@given(st.lists(POSITIONS, min_size=1, max_size=30))
@example([{0, 900}, {HEADING}, {3, TITLE}, {TITLE + 300}, {CAPTIONS, CAPTIONS + 9}, {7}])
def test_a_chunk_tells_what_is_in_the_text_without_decoding_all(places: list[set[int]]) -> None:
    lists = [sorted(one) for one in places]
    packed, _ = pack_chunks(range(len(lists)), list(map(posting, lists)))
    (chunk,) = read_chunks(memoryview(packed + b"\0"), 0, len(lists), 5)
    own_counts = {n: bisect_left(positions, HEADING) for n, positions in enumerate(lists, 5)}
    assert chunk.own() == {n: count for n, count in own_counts.items() if count}
    assert Postings((chunk,)).below_title() == {
        n for n, positions in enumerate(lists, 5) if positions[0] < TITLE
    }


@pytest.mark.parametrize("captions", ["", "Drones near a lake"])
@pytest.mark.parametrize("heading", ["", "The attacks"])
def test_stems_weigh_what_they_weigh_in_the_index(heading: str, captions: str) -> None:
    text = "Attacks by drones: an attack on over-s and over ISIS-K, drone attacks."
    passage = Passage(
        "a", 1, 0, len(text), (1, 1), text, "Drone attack", heading, captions=captions
    )
    stems = invert(passage).stems
    weights = {stem: posting_weight(posting) for stem, posting in stems.postings.items()}
    assert weigh_stems(passage) == (weights, stems.length)


def test_who_changes_what_texts_become_says_so() -> None:
    """Raise `ANALYSIS` with the digest: an index that was made before is no good any more."""
    digest = hashlib.sha256(fingerprint_sample().encode()).hexdigest()
    assert (ANALYSIS, digest[:16]) == (6, "f8c4e151e8f7a605")


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("kurilla", "kurila", 1),
        ("kurilla", "kurillla", 1),
        ("kurilla", "kruilla", 1),
        ("akhunzada", "akhundzada", 1),
        ("isis", "isi", 1),
        ("same", "same", 0),
        ("abcd", "wxyz", 3),
    ],
)
def test_edits(left: str, right: str, distance: int) -> None:
    assert min(edit_distance(left, right, 2), 3) == distance
    assert min(edit_distance(right, left, 2), 3) == distance


@pytest.mark.parametrize(
    ("written", "yes", "no"),
    [
        ("terror*", ["terror", "terrorism"], ["error"]),
        ("T?P", ["ttp", "tap"], ["tp", "ttip"]),
        ("al-Q*da", ["alqaeda", "alqaida"], ["qaeda"]),
        ("a.c*", [], ["abc"]),
        ("*kp", ["iskp", "kp"], ["kpi"]),
        ("a*b*c", ["abc", "axbyc", "abbcc"], ["acb", "ab"]),
    ],
)
def test_patterns(written: str, yes: list[str], no: list[str]) -> None:
    folded = fold_pattern(written)
    assert all(matches(folded, word) and word.startswith(literal_prefix(folded)) for word in yes)
    assert not any(matches(folded, word) for word in no)


def test_near_counts_the_words_between() -> None:
    apart = [{0: 1}, {4: 1}]
    assert find_windows(apart, 2) == {}
    assert find_windows(apart, 3) == {0: 5}
    assert find_windows(apart[::-1], 3) == {0: 5}


def test_near_wants_each_word_for_itself() -> None:
    assert find_windows([{0: 1}, {0: 1}], 5) == {}
    assert find_windows([{0: 1, 2: 1}, {0: 1, 2: 1}], 5) == {0: 3}


def test_near_takes_phrases_and_many() -> None:
    assert find_windows([{0: 2}, {3: 1}, {5: 1}], 2) == {0: 6}
    assert find_windows([{0: 2}, {3: 1}, {5: 1}], 1) == {}


def test_columns_are_packed_as_postings_are() -> None:
    positions = [[n % 7, 300 + n % 5, TITLE + 2][: 1 + n % 3] for n in range(5_000)]
    positions[17] = [*range(200)]
    numbers = [*range(0, 15_000, 3)]
    postings = [posting(one) for one in positions]
    packed, weight_of_all = pack_chunks(numbers, postings)
    chunks = [*read_chunks(memoryview(packed), 0, len(numbers))]
    columns = [
        [*chain.from_iterable(rows)] for rows in zip(*(c.columns() for c in chunks), strict=True)
    ]
    read_numbers, codes, weights, sizes, values = columns
    assert read_numbers == numbers
    assert sum(weights) == weight_of_all
    assert pack_columns(numbers, bytes(codes), sizes, weights, bytes(values)) == packed
