"""Judged queries in each layout, and what is said of bad lines."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.evaluation import runs
from corpus_cli.evaluation.columns import plain
from corpus_cli.evaluation.judgments import JudgedQueries, JudgedQuery, read_judgments, read_pair

BEIR = {
    "queries.jsonl": '{"_id": "q1", "text": "Kabul"}\n\n{"_id": "q2", "text": "Herat"}\n',
    "qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\tdoc one\t2\nq1\td2\t0\nq2\td3\t1\n",
}
PLAIN = {
    "queries.tsv": "q1\tKabul\nq2\tHerat\n",
    "qrels.tsv": "q1\tdoc one\t2\nq1\td2\t0\nq2\td3\t1\n",
}
TREC = {
    "topics.1-2": (
        "<top>\n<num> Number: q1\n<title> Kabul\n\n<desc> Description:\nWhat of it?\n</top>\n\n"
        "<top>\n<num>q2</num>\n<title>Topic: Herat\n</title></top>\n"
    ),
    "qrels.1-2": "q1 0 doc%20one 2\nq1 0 d2 -1\nq2 0 d3 1\n",
}
LAYOUTS = {"beir": BEIR, "plain": PLAIN, "trec": TREC}
EXPECTED = JudgedQueries(
    (JudgedQuery("q1", "Kabul", {"doc one": 2}), JudgedQuery("q2", "Herat", {"d3": 1}))
)

Make = Callable[[dict[str, str]], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a folder of files."""

    def made(files: dict[str, str], *, packed: bool = False) -> Path:
        for name, text in files.items():
            path = tmp_path / (f"{name}.gz" if packed else name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        return tmp_path

    return made


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True])
def test_each_layout_is_read(make: Any, layout: str, packed: bool) -> None:  # noqa: FBT001 - a parameter
    assert read_judgments(make(LAYOUTS[layout], packed=packed)) == EXPECTED


def test_our_own_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "judged.json"
    one = {"id": 1, "query": "Kabul", "relevant": {"doc one": 2, "d2": 0}, "ignore": ["d4"]}
    path.write_text(json.dumps({"queries": [one]}))
    assert read_judgments(path) == JudgedQueries(
        (JudgedQuery("1", "Kabul", {"doc one": 2}, {"d4"}),)
    )
    path.write_text(json.dumps({"queries": [{**one, "relevant": {"a:b:7": 1}, "ignore": []}]}))
    assert read_judgments(path) == JudgedQueries(
        (JudgedQuery("1", "Kabul", {"a:b:7": 1}, set()),), passages=True
    )


def test_queries_that_nothing_can_be_measured_of_are_left_out_and_said(make: Make) -> None:
    texts = BEIR["queries.jsonl"] + '{"id": "q3", "text": "Balkh"}\n{"id": "q4", "text": "Farah"}\n'
    grades = BEIR["qrels/test.tsv"] + "q3\td1\t0\nq9\td1\t1\n"
    folder = make({"queries.jsonl": texts, "qrels/test.tsv": grades})
    held = read_judgments(folder)
    assert held.queries == EXPECTED.queries
    strange, unanswered = held.notes
    assert re.search(
        r"1 query was left out: it is in .*qrels/test.tsv, but not in .*queries.jsonl", strange
    )
    assert unanswered == "2 queries were left out: they have no relevant document"


def test_judgments_alone_do_for_a_run(make: Make) -> None:
    folder = make(BEIR)
    assert [query.text for query in read_pair(None, folder / "qrels/test.tsv").queries] == ["", ""]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("queries.jsonl", "{", "queries.jsonl, line 1: it is not JSON"),
        (
            "queries.jsonl",
            '{"_id": "q1", "text": "x"}\n\n{"_id": "q2"}\n',
            "line 3: it has no query",
        ),
        ("queries.jsonl", '{"_id": true, "text": "x"}\n', "line 1: it has no query"),
        ("queries.jsonl", '{"a":' * 100_000, "line 1: it is not JSON"),
        ("queries.jsonl", "words\n", "queries.jsonl, line 1: it has no query: write the id, a tab"),
        ("queries.jsonl", "\n", "queries.jsonl has no queries"),
        ("queries.jsonl", "q1\tx\nq1\ty\n", "line 2: the query q1 is already on an earlier line"),
        (
            "queries.jsonl",
            "<top>\n<num> 1\n</top>\n",
            "line 1: the topic has no <num> or no <title>",
        ),
        ("queries.jsonl", "q1\t\udcff\n", "line 1: it is not UTF-8"),
        ("qrels/test.tsv", "q1\td1\n", "test.tsv, line 1: it has 2 columns"),
        ("qrels/test.tsv", "q1\td1\t1\n\nq1\t\t1\n", "line 3: it has 3 columns"),
        (
            "qrels/test.tsv",
            "q1\td1\t1\nq1\td2\tgood\n",
            "line 2: the grade good is not a whole number",
        ),
        ("qrels/test.tsv", "q1\td1\tgood\n", "line 1: the grade good is not a whole number"),
        ("qrels/test.tsv", f"q1\td1\t{'9' * 5000}\n", "is not a whole number"),
        (
            "qrels/test.tsv",
            "q1\td1\t1\nq1 0 d1 2\n",
            "line 2: d1 has another grade on an earlier line",
        ),
        ("qrels/test.tsv", "q1\td1\t0\n", "no relevant document for any query"),
        ("qrels/test.tsv", "", "no relevant document for any query"),
    ],
)
def test_a_bad_line_is_named(make: Make, name: str, text: str, said: str) -> None:
    folder = make(BEIR)
    (folder / name).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=re.escape(said)):
        read_judgments(folder)


def test_a_folder_without_files_or_with_several_says_what_to_give(make: Make) -> None:
    folder = make({"qrels.tsv": ""})
    with pytest.raises(UsageError, match=r"no queries .*name the file with --queries"):
        read_judgments(folder)
    make({"topics.1": "", "topics.2": ""})
    with pytest.raises(UsageError, match=r"several files .*: topics.1, topics.2; name one"):
        read_judgments(folder)


def test_a_damaged_file_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"q1 Q0 d1 1 2 x\n" * 99)[:-12])
    for name in ("cut.gz", "nowhere", "."):
        with pytest.raises(UsageError, match="cannot be read"):
            runs.read_run(tmp_path / name)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ([], "has no queries: write"),
        ({"queries": [{}]}, "query 1: it has no id, query or relevant"),
        ({"relevant": {"d1": "2"}}, "query 1: the grade of d1 is not a whole number"),
        ({"relevant": {"d1": True}}, "query 1: the grade of d1 is not a whole number"),
        ({"ignore": "d1"}, "query 1: ignore has to be a list"),
        ({"ignore": ["d1"]}, "query 1: d1 is both judged and ignored"),
        ({"ignore": ["d2:3"]}, "passages (d2:3) and documents (d1)"),
        ({"relevant": {}}, "no relevant document for any query"),
    ],
)
def test_a_bad_file_of_ours_says_what_is_wrong(tmp_path: Path, held: Any, said: str) -> None:
    path = tmp_path / "judged.json"
    if isinstance(held, dict) and "queries" not in held:
        held = {"queries": [{"id": "1", "query": "x", "relevant": {"d1": 1}, **held}]}
    path.write_text(held if isinstance(held, str) else json.dumps(held))
    with pytest.raises(UsageError, match=re.escape(said)):
        read_judgments(path)


def test_two_queries_of_one_id(tmp_path: Path) -> None:
    one = {"id": "1", "query": "x", "relevant": {"d1": 1}}
    (tmp_path / "judged.json").write_text(json.dumps({"queries": [one, {**one, "id": 1}]}))
    with pytest.raises(UsageError, match="two queries with the same id"):
        read_judgments(tmp_path / "judged.json")


def test_a_run_is_in_the_order_of_its_scores_then_ranks_then_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    path.write_text(
        "1 Q0 a 9 1.0 x\n1 Q0 b 2 3.0 x\n1\tQ0\tc\t1\t3.0\tx\n1 Q0 d%20e 2 3 x\n1 Q0 c 7 2 x\n"
    )
    assert list(runs.read_run(path)["1"]) == ["c", "b", "d e", "a"]


def test_a_name_is_the_same_however_often_it_was_encoded() -> None:
    assert {plain(name) for name in ("a b/c", "a%20b/c", "a%2520b%252Fc")} == {"a b/c"}
    assert plain("100%") == "100%"
    assert plain("%ff") != plain("%fe")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 0 d1 1", "line 2: it has 4 columns"),
        ("1 Q0 d1 1 high x", "line 2: the rank or the score is not a number"),
        ("1 Q0 d1 1 nan x", "line 2: the rank or the score is not a number"),
    ],
)
def test_a_bad_line_of_a_run_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "a.run"
    path.write_text(f"1 Q0 d0 1 2 x\n{line}\n")
    with pytest.raises(UsageError, match=said):
        runs.read_run(path)
    path.write_text("\n")
    with pytest.raises(UsageError, match="empty run"):
        runs.read_run(path)
