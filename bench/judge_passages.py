"""Pool passages for judges who do not know what found them, and record their grades.

    python bench/judge_passages.py FOLDER pool QUESTIONS POOL
    python bench/judge_passages.py FOLDER add QUESTIONS POOL GRADES GRADES

FOLDER contains docs.jsonl (id, title, text). QUESTIONS has a line {"id", "text", "intent"} for each
query. `pool` writes the first ten passages of every ranking in passages.py that are not judged
yet, in random order within a query. Two judges grade each line of the pool by itself, without its
title and independently of each other: 3 is exactly what the person wants, 2 useful, 1 marginal,
0 useless (off topic, somebody else of the name, furniture of the page). Their files have a line
{"n", "grade"} for each. `add` prints how far they agree, and adds the mean grades to
judged_passages.jsonl. That file has ids and ranges of characters only, no text.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from passages import JUDGED, find_grade, ranked, read_judged, read_records

Row = dict[str, Any]


def main() -> None:
    """Run the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("part", choices=("pool", "add"))
    parser.add_argument("questions", type=Path)
    parser.add_argument("pool", type=Path)
    parser.add_argument("grades", type=Path, nargs="*")
    asked = parser.parse_args()
    records, questions = read_records(asked.folder), read_rows(asked.questions)
    if asked.part == "pool":
        write_rows(asked.pool, pool(asked.folder, records, questions))
    else:
        add(records, questions, read_rows(asked.pool), *map(read_rows, asked.grades))


def pool(folder: Path, records: Mapping[str, Row], questions: Sequence[Row]) -> list[Row]:
    """Return the passages to judge, each with its document and range of characters."""
    judged = {query.id: query for query in read_judged(JUDGED, records)} if JUDGED.exists() else {}
    rows: dict[tuple[str, str, str], Row] = {}
    with ranked(folder) as ways:
        for find in ways.values():
            for question in questions:
                known = judged.get(question["id"])
                for document, text in find(question["text"]):
                    if known is None or find_grade((document, text), known) is None:
                        row = {"query": question["id"], "document": document, "text": text}
                        rows[question["id"], document, text] = row
    ordered = list(rows.values())
    random.Random(1).shuffle(ordered)  # noqa: S311 - an order, not a secret
    ordered.sort(key=lambda row: row["query"])
    return [{**row, "n": n} for n, row in enumerate(ordered)]


def add(
    records: Mapping[str, Row],
    questions: Sequence[Row],
    pooled: Sequence[Row],
    *judges: Sequence[Row],
) -> None:
    """Print how far two judges agree, and add the mean of their grades to the judged file."""
    first, second = ({row["n"]: row["grade"] for row in judge} for judge in judges)
    numbers = [row["n"] for row in pooled]
    equal = sum(first[n] == second[n] for n in numbers) / len(numbers)
    print(f"{len(numbers)} passages, {equal:.1%} equal, weighted kappa {kappa(first, second):.3f}")
    queries = {row["id"]: {**row, "passages": []} for row in questions}
    queries |= {row["id"]: row for row in read_rows(JUDGED)} if JUDGED.exists() else {}
    for row in pooled:
        start = records[row["document"]]["text"].find(row["text"])
        if start >= 0:
            grade = (first[row["n"]] + second[row["n"]]) / 2
            end = start + len(row["text"])
            queries[row["query"]]["passages"].append([row["document"], start, end, grade])
        else:
            print(f"not in its document as it stands: {row['document']} {row['text'][:60]!r}")
    write_rows(JUDGED, queries.values())


def kappa(first: Mapping[int, float], second: Mapping[int, float]) -> float:
    """Return Cohen's kappa of two judges, with quadratic weights.

    J. Cohen, "Weighted kappa", Psychological Bulletin 70(4), 1968.
    """
    left, right = Counter(first.values()), Counter(second.values())
    observed = sum((first[n] - second[n]) ** 2 for n in first)
    by_chance = sum((i - j) ** 2 * left[i] * right[j] for i in left for j in right) / len(first)
    return 1.0 - observed / by_chance if by_chance else 1.0


def read_rows(file: Path) -> list[Row]:
    """Return the objects of a file with one on each line."""
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def write_rows(file: Path, rows: Iterable[Row]) -> None:
    """Write objects to a file, one on each line."""
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
