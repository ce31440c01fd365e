"""The measures, by hand, by the numbers of others, and by trec_eval."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from corpus_cli.evaluation import runs
from corpus_cli.evaluation.judgments import JudgedQuery
from corpus_cli.evaluation.measures import compare, means, measure_ranking

GRADES: dict[str, dict[str, int]] = {
    "1": {"a": 2, "b": 1, "c": 3},
    "2": {"a": 1},
    "3": {"x": 1, "y": 2},
    "4": {"q": 1, "r": 1},
}
RUN = """\
1 Q0 a 2 9.0 x
1 Q0 z 1 9.0 x
1 Q0 c 3 8.0 x
1 Q0 a 4 7.5 x
1 Q0 b 5 7.0 x
2 Q0 z 1 1.0 x
2 Q0 y 2 0.5 x
3 Q0 y 1 5 x
3 Q0 w 2 4 x
3 Q0 x 3 3 x
"""
OTHER = """\
1 Q0 c 1 3 x
1 Q0 a 2 2 x
2 Q0 z 1 2 x
2 Q0 a 2 1 x
3 Q0 w 1 2 x
3 Q0 x 2 1 x
4 Q0 r 1 1 x
"""
EXPECTED = (0.405168, 0.368056, 0.5, 0.375)
EXPECTED_OTHER = (0.594722, 0.479167, 0.666667, 0.75)
COMPARED = (
    (1, 0, 3, 0.61784),
    (1, 0, 3, 0.87241),
    (2, 0, 2, 0.74833),
    (1, 0, 3, 0.49575),
)
"""What another program says of these files."""


def queries(grades: Mapping[str, Mapping[str, int]]) -> list[JudgedQuery]:
    return [JudgedQuery(name, "", judged) for name, judged in grades.items()]


def run(tmp_path: Path, text: str) -> dict[str, runs.Ranking]:
    path = tmp_path / "made.run"
    path.write_text(text)
    return runs.read_run(path)


def test_the_measures_of_one_ranking_by_hand() -> None:
    # One stands at 2, one at 12, one is not found.
    found = measure_ranking({"a": 1, "b": 3, "c": 1}, ["x", "a", *"012345678", "b"])
    assert found == pytest.approx(
        (0.6309297535714575 / 4.130929753571458, (1 / 2 + 2 / 12) / 3, 2 / 3, 1 / 2)
    )
    assert measure_ranking({"a": 1}, ["x"] * 10 + ["a"]) == pytest.approx((0, 1 / 11, 1, 0))
    assert measure_ranking({"a": 1}, [*map(str, range(100)), "a"])[1:3] == pytest.approx(
        (1 / 101, 0)
    )
    assert measure_ranking({"a": 1}, [*map(str, range(1000)), "a"]) == (0, 0, 0, 0)
    assert measure_ranking({"a": 1}, []) == (0, 0, 0, 0)


def test_what_counts_neither_way_is_taken_out_first() -> None:
    query = JudgedQuery("1", "", {"a": 1}, {"x"})
    assert runs.score_run([query], {"1": {"x": 2.0, "a": 1.0}}) == [(1, 1, 1, 1)]


def test_the_numbers_of_another_program_for_the_same_files(tmp_path: Path) -> None:
    values = runs.score_run(queries(GRADES), run(tmp_path, RUN))
    others = runs.score_run(queries(GRADES), run(tmp_path, OTHER))
    assert means(values) == pytest.approx(EXPECTED, abs=5e-7)
    assert means(others) == pytest.approx(EXPECTED_OTHER, abs=5e-7)
    for n, expected in enumerate(COMPARED):
        found = compare([one[n] for one in values], [one[n] for one in others])
        assert found[:3] == expected[:3]
        assert found.p == pytest.approx(expected[3], abs=5e-5)


def test_a_difference_on_every_query_is_no_chance() -> None:
    assert compare([1.0] * 20, [0.0] * 20).p < 0.001
    assert compare([1.0, 0.0] * 10, [0.0, 1.0] * 10)[:3] == (10, 0, 10)
    assert compare([0.5] * 20, [0.5] * 20) == (0, 20, 0, 1.0)


@pytest.mark.slow
def test_trec_eval_says_the_same(tmp_path: Path) -> None:
    from pytrec_eval import RelevanceEvaluator

    for seed in range(100):
        random = Random(seed)  # noqa: S311 - the same each time
        documents = [f"d{n}" for n in range(random.choice((5, 30, 2000)))]
        grades = {
            str(query): {
                document: random.choice((0, 1, 1, 2, 3)) for document in random.sample(documents, 5)
            }
            for query in range(5)
        }
        scores = {
            str(query): {
                # Few different scores, so that many are tied.
                document: float(random.choice((-2, 0, 1, 1.5, 3, 7)))
                for document in random.sample(documents, random.randrange(1, len(documents)))
            }
            for query in range(5)
        }
        told = RelevanceEvaluator(
            grades, {"ndcg_cut.10", "map_cut.1000", "recall.100", "recip_rank"}
        )
        lines = []
        for query, found in scores.items():
            # trec_eval puts what is tied in the falling order of its names, whatever the rank.
            tied = sorted(found, reverse=True)
            lines += [f"{query} Q0 {name} {n} {found[name]} x" for n, name in enumerate(tied)]
        random.shuffle(lines)
        read = run(tmp_path, "\n".join(lines))
        for query, expected in told.evaluate(scores).items():
            relevant = {name: grade for name, grade in grades[query].items() if grade}
            if relevant:
                reciprocal = expected["recip_rank"]
                assert measure_ranking(relevant, list(read[query])) == pytest.approx(
                    (
                        expected["ndcg_cut_10"],
                        expected["map_cut_1000"],
                        expected["recall_100"],
                        reciprocal if reciprocal >= 0.1 else 0,
                    )
                )
