"""The measures of how strongly two things go together."""

from math import log

import pytest

from corpus_cli.explore.association import log_dice, log_likelihood, log_ratio


def entropy(*counts: float) -> float:
    """Return the sum of k ln(k), by which G² can be written without expected counts."""
    return sum(count * log(count) for count in counts if count)


@pytest.mark.parametrize(
    ("together", "first", "second", "total"),
    [(110, 2552, 221, 31777), (3, 10, 4, 70598), (0, 5, 5, 20), (5, 5, 5, 20), (1, 1, 1, 2)],
)
def test_the_likelihood_is_that_of_the_four_cells(
    together: int, first: int, second: int, total: int
) -> None:
    cells = (together, first - together, second - together, total - first - second + together)
    rows, columns = (first, total - first), (second, total - second)
    expected = 2 * (entropy(*cells) - entropy(*rows) - entropy(*columns) + entropy(total))
    assert abs(log_likelihood(together, first, second, total)) == pytest.approx(expected, abs=1e-6)


def test_the_likelihood_of_dunnings_example() -> None:
    # Table 2 of Dunning 1993, the first row: `the swiss`, in a text of 31,777 bigrams.
    cells = {"AB": 110, "A~B": 2442, "~AB": 111, "~A~B": 29114}
    first, second = cells["AB"] + cells["A~B"], cells["AB"] + cells["~AB"]
    likelihood = log_likelihood(cells["AB"], first, second, sum(cells.values()))
    assert round(likelihood, 2) == pytest.approx(270.72)


def test_less_often_than_by_chance_is_negative() -> None:
    assert log_likelihood(0, 10, 10, 40) < 0 < log_likelihood(9, 10, 10, 40)
    assert log_likelihood(25, 50, 50, 100) == 0
    assert log_likelihood(0, 0, 0, 0) == 0


def test_log_dice_is_14_for_words_that_are_only_together() -> None:
    assert log_dice(7, 7, 7) == 14
    assert log_dice(2, 8, 8) == 12


def test_one_more_is_twice_as_frequent() -> None:
    assert log_ratio(8, 1_000, 4, 2_000) == pytest.approx(2)
    assert log_ratio(4, 1_000, 0, 1_000) == pytest.approx(3)
